"""The `pulumi` command is run with a deadline, and never asks. Small scripts take its place."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pulumi import automation

from provisioning.environments.pulumi_command import BoundedCommand
from provisioning.errors import DependencyFailed

VERSION = 'case "$*" in *version*) echo v3.272.0; exit 0;; esac\n'


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a script where `pulumi` is looked for."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def install(script: str) -> None:
        path = tmp_path / "pulumi"
        path.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
        path.chmod(0o755)

    return install


def test_what_it_says_and_with_what(installed: Callable[[str], None], tmp_path: Path) -> None:
    installed(VERSION + 'echo "$@"; echo "$WHERE $PULUMI_AUTOMATION_API $PWD"; echo careful >&2')
    lines: list[str] = []
    result = BoundedCommand().run(["stack", "ls"], str(tmp_path), {"WHERE": "s3://x"}, lines.append)
    assert result.stdout == f"--non-interactive stack ls\ns3://x true {tmp_path}"
    assert result.stderr == "careful"
    assert lines == result.stdout.splitlines()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("no stack named 'x' found", automation.StackNotFoundError),
        ("the stack is currently locked by 1 lock(s)", automation.ConcurrentUpdateError),
        ("anything else", automation.CommandError),
    ],
)
def test_its_errors_are_the_sdks(
    installed: Callable[[str], None], tmp_path: Path, text: str, kind: type[Exception]
) -> None:
    installed(VERSION + f'echo "error: {text}" >&2; exit 255')
    with pytest.raises(kind, match="error"):
        BoundedCommand().run(["up"], str(tmp_path), {})


def test_one_that_hangs_is_interrupted_and_may_note_what_stands(
    installed: Callable[[str], None], tmp_path: Path
) -> None:
    installed(VERSION + 'trap "echo noted > noted; exit 1" INT\nwhile :; do sleep 0.02; done')
    with pytest.raises(DependencyFailed, match="'pulumi up' did not end within 0 s") as caught:
        BoundedCommand(runs=0.3).run(["up", "--yes"], str(tmp_path), {})
    assert "repeat the command" in caught.value.fix
    assert (tmp_path / "noted").read_text(encoding="utf-8") == "noted\n"


def test_one_that_does_not_listen_is_killed(installed: Callable[[str], None], tmp_path: Path) -> None:
    installed(VERSION + 'trap "" INT\necho $$ > pid\nexec sleep 60')
    with pytest.raises(DependencyFailed, match="'pulumi stack' did not end"):
        BoundedCommand(questions=0.3, grace=0.1).run(["stack", "select"], str(tmp_path), {})
    pid = (tmp_path / "pid").read_text(encoding="utf-8").strip()
    assert subprocess.run(["/bin/kill", "-0", pid], capture_output=True, check=False).returncode != 0


def test_a_persons_interrupt_leaves_no_process_behind(installed: Callable[[str], None], tmp_path: Path) -> None:
    installed(VERSION + 'trap "echo noted > noted; exit 1" INT\necho $$ > pid\nwhile :; do sleep 0.02; done')

    def press() -> None:
        while not (tmp_path / "pid").exists():
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    presser = threading.Thread(target=press)
    command = BoundedCommand()
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        command.run(["up"], str(tmp_path), {})
    presser.join()
    assert (tmp_path / "noted").exists()


def test_a_command_too_old_is_told(installed: Callable[[str], None]) -> None:
    installed("echo v2.9.0")
    with pytest.raises(DependencyFailed, match="cannot be used") as caught:
        BoundedCommand()
    assert "3.272" in caught.value.fix


def test_a_command_that_breaks_is_told(installed: Callable[[str], None]) -> None:
    installed("exit 3")
    with pytest.raises(DependencyFailed, match="cannot be used"):
        BoundedCommand()
