"""The border: help for everything, languages, exit codes, one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from provisioning.cli.main import COMMANDS, cli
from tests.cli.conftest import Hic
from tests.conftest import EXAMPLES


def every_command() -> Iterator[tuple[str, click.Command]]:
    def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
        yield path, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                yield from walk(child, f"{path} {name}")

    return walk(cli, "hic")


ALL = dict(every_command())


@pytest.mark.parametrize("path", ALL)
def test_every_command_and_option_has_help(path: str) -> None:
    command = ALL[path]
    assert command.help, path
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, (path, parameter.name)


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_help_works_in_both_languages(hic: Hic, path: str, language: str) -> None:
    ran = hic("--lang", language, *path.split()[1:], "--help")
    assert ran.code == 0
    japanese = any("\u3040" <= letter <= "\u30ff" for letter in ran.out)
    assert japanese is (language == "ja")
    # What a command does stands beside its name, however long a word may be.
    assert not [line for line in ran.out.splitlines() if line.rstrip().endswith("  ...")]


@pytest.mark.parametrize("path", ["hic", "hic fee", "hic fee pay"])
def test_h_is_short_for_help_everywhere(hic: Hic, path: str) -> None:
    short, long = (hic(*path.split()[1:], option) for option in ("-h", "--help"))
    assert (short.code, short.out) == (0, long.out)
    assert "-h, --help" in short.out


def test_the_map_lists_all_groups_in_the_order_of_the_work(hic: Hic) -> None:
    out = hic("--help").out
    places = [out.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["approval", "validate", "missing.yaml"], 2, "cannot be read"),
        (["approval", "list"], 3, "hic local start"),
        (["approval"], 2, "Usage"),
        (["nonsense"], 2, "No such command"),
        (["fee", "pay", "A-1", "--amount", "x", "--receipt", "r"], 2, "not a valid integer"),
        (["--as", "king:x", "approval", "list"], 2, "role:name"),
    ],
)
def test_exit_codes_and_messages(hic: Hic, arguments: list[str], code: int, part: str) -> None:
    ran = hic(*arguments)
    assert ran.code == code
    assert part in ran.err + ran.out
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("arguments", [["approval", "list"], ["fee", "pay", "A"], ["approval", "validate", "no.yaml"]])
def test_with_json_errors_are_one_object_too(hic: Hic, arguments: list[str]) -> None:
    ran = hic("--json", *arguments)
    assert ran.code != 0
    assert ran.data["error"]


def test_an_unknown_engine(hic: Hic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIC_ENGINE", "magic")
    ran = hic("approval", "list")
    assert ran.code == 2
    assert "'offline'" in ran.err


def test_a_stand_in_that_died_is_a_failed_dependency(hic: Hic, hic_home: Path) -> None:
    services = {"aws": {"endpoint": "http://127.0.0.1:9"}}
    (hic_home / "services.json").write_text(json.dumps(services), encoding="utf-8")
    ran = hic("approval", "list")
    assert ran.code == 3
    assert "hic local start" in ran.err


def test_an_endpoint_elsewhere_is_never_spoken_to(hic: Hic, hic_home: Path) -> None:
    services = {"aws": {"endpoint": "http://192.0.2.1:5000"}}
    (hic_home / "services.json").write_text(json.dumps(services), encoding="utf-8")
    ran = hic("approval", "list")
    assert ran.code == 3
    assert "this machine only" in ran.err


def test_validate_needs_no_service(hic: Hic) -> None:
    ran = hic("--json", "approval", "validate", EXAMPLES / "special-linked.yaml")
    assert ran.code == 0
    assert ran.data["approval"]["id"] == "HIC-2026-003"
