"""Which engine makes things real: the variable, the option of all commands, and the option of one."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from provisioning.cli import env, platform
from tests.cli.conftest import Hic

ON_AWS = "local engine only"  # what a real account says to --as


def commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from commands(command)
        else:
            yield command


@pytest.mark.parametrize("group", [env.group, platform.group], ids=["env", "platform"])
def test_every_command_of_environments_and_platform_takes_it(group: click.Group) -> None:
    taking = [[p for p in command.params if p.name == "engine"] for command in commands(group)]
    assert len(taking) > 8
    assert {len(options) for options in taking} == {1}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as", "operator:x", "env", "up", "HIC-2026-001", "--engine", "pulumi"],
        ["--as", "operator:x", "--engine", "pulumi", "env", "up", "HIC-2026-001"],
        ["--as", "operator:x", "--engine", "offline", "platform", "plan", "--engine", "pulumi"],
    ],
)
def test_pulumi_is_chosen(hic: Hic, arguments: list[str]) -> None:
    ran = hic(*arguments)
    assert (ran.code, ON_AWS in ran.err) == (1, True), ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["platform", "plan", "--engine", "offline"],
        ["--engine", "offline", "platform", "plan"],
        ["--engine", "pulumi", "platform", "plan", "--engine", "offline"],
    ],
)
def test_an_option_counts_more_than_the_variable(
    hic: Hic, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("HIC_ENGINE", "pulumi")
    ran = hic("--as", "operator:x", *arguments)
    assert (ran.code, ran.err) == (3, ran.err)
    assert "hic local start" in ran.err


def test_an_unknown_one_is_refused(hic: Hic) -> None:
    ran = hic("env", "up", "HIC-2026-001", "--engine", "terraform")
    assert ran.code == 2
    assert "'offline', 'pulumi'" in ran.err
