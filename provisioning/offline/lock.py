"""One change of a stack at a time: a lock file with owner, process and time."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from provisioning.clock import Clock, stamp
from provisioning.errors import Conflict
from provisioning.messages import _


@contextmanager
def locked(path: Path, clock: Clock) -> Iterator[None]:
    """Hold the lock `path`. Raises Conflict, naming the owner, while a living process holds it.

    The system lets go of the lock of a process that died, so a stale file is simply taken over.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _conflict(path, clock) from None
        note = {"owner": f"{_user()}@{socket.gethostname()}", "pid": os.getpid(), "since": stamp(clock)}
        os.truncate(handle, 0)
        os.pwrite(handle, json.dumps(note).encode(), 0)
        try:
            yield
        finally:
            os.truncate(handle, 0)
    finally:
        os.close(handle)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers may have
        return str(os.getuid())


def _conflict(path: Path, clock: Clock) -> Conflict:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        seconds = (clock.now() - datetime.fromisoformat(note["since"])).total_seconds()
        who = _("{owner}, process {pid}, for {age} s").format(owner=note["owner"], pid=note["pid"], age=round(seconds))
    except (OSError, ValueError, KeyError):
        who = _("a process that has just begun")
    return Conflict(
        _("The stack '{stack}' is being changed by {who}.").format(stack=path.stem, who=who),
        fix=_("Wait until that run has ended, then repeat the command."),
    )
