"""Processes of this machine: start one that outlives us, know it again, and end it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning.errors import DependencyFailed
from provisioning.messages import _

LOOPBACK = "127.0.0.1"
_PROC = Path("/proc")


@dataclass(frozen=True)
class Account:
    """An account of this machine that a program may run as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Ended:
    """What a program that ran to its end left: its exit code and all that it printed."""

    code: int
    output: str


def _as(account: Account | None) -> list[str]:
    """What stands before a command to run it as `account`.

    subprocess could change accounts itself, but would fork for it, and a fork of a process with
    gRPC's threads in it (the engine's) can crash.
    """
    if account is None:
        return []
    return ["setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups", "--"]


def run(command: Sequence[str], *, account: Account | None = None, seconds: float) -> Ended:
    """Run a program to its end, as `account` when one is given.

    A program that cannot be found or may not be run gives exit code 127. Raises DependencyFailed
    when it takes longer than `seconds`.
    """
    try:
        # The working folder of the caller may be closed to the account.
        done = subprocess.run(
            [*_as(account), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",
            env=plain_environment(os.environ),
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DependencyFailed(
            _("{program} did not end within {seconds} seconds.").format(program=command[0], seconds=int(seconds)),
            fix=_("The machine may be overloaded, or its disk full. Try again."),
        ) from error
    except OSError as error:
        return Ended(127, str(error))
    return Ended(done.returncode, done.stdout)


def plain_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for PostgreSQL's programs: English messages, and no PG* variable of the caller."""
    kept = {name: value for name, value in environment.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def spawn(command: Sequence[str], log: Path, *, environment: Mapping[str, str], account: Account | None = None) -> int:
    """Start a program in a session of its own, its output appended to `log`; return its process id.

    The log is opened with mode 0600 by us, so `account` needs no access to its folder. Raises
    DependencyFailed when the operating system refuses.
    """
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # The shell in between leaves the program to init: it is nobody's child that must be reaped.
        started = subprocess.run(
            [*_as(account), "/bin/sh", "-c", '"$@" </dev/null >&2 & echo "$!"', "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=handle,
            text=True,
            cwd="/",
            env=dict(environment),
            umask=0o077,
            start_new_session=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DependencyFailed(
            _("{program} could not be started: {error}").format(program=command[0], error=error),
            fix=_("If this is a container without the right to change accounts, run hic as an ordinary user."),
        ) from error
    finally:
        os.close(handle)
    return int(started.stdout)


def command_line(pid: int) -> list[str]:
    """The arguments that process `pid` was started with; empty when it does not run (any more)."""
    if not _PROC.joinpath("self").exists():
        return run(["ps", "-ww", "-o", "args=", "-p", str(pid)], seconds=10).output.split()
    try:
        raw = _PROC.joinpath(str(pid), "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return raw.decode(errors="replace").rstrip("\0").split("\0") if raw else []


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask `condition` until it holds or the time is over; whether it holds."""
    deadline = time.monotonic() + seconds
    pause = 0.02
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return True


def end(pid: int, is_ours: Callable[[int], bool], signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """End a process with each signal in turn, waiting the seconds beside it.

    A process that is not ours (its id was given to a stranger) is left alone. Raises
    DependencyFailed when it survives the last signal.
    """
    for number, seconds in signals:
        if not is_ours(pid):
            return
        os.kill(pid, number)
        if wait_until(lambda: not is_ours(pid), seconds):
            return
    raise DependencyFailed(
        _("Process {pid} does not end.").format(pid=pid),
        fix=_("Look at what it is doing: ps -f -p {pid}").format(pid=pid),
    )


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_port(preferred: int | None) -> int:
    """The preferred loopback port while it is free, else any free one."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 16_384))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
