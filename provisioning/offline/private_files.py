"""Files that only their owner reads, written whole or not at all, and a lock between processes."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from provisioning.errors import DependencyFailed
from provisioning.messages import _


def make_private_folder(folder: Path, mode: int = 0o700) -> None:
    """Make a folder (and its parents) and give it this mode. Raises DependencyFailed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    except OSError as error:
        raise DependencyFailed(
            _("The folder {folder} cannot be used: {error}").format(folder=folder, error=error),
            fix=_("Name another folder in HIC_HOME."),
        ) from error


def write_private(path: Path, text: str) -> None:
    """Write a file with mode 0600 so that a reader sees the old text or the new one, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty when there is no file. Raises DependencyFailed when it is damaged."""
    try:
        return cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise DependencyFailed(
            _("{path} is damaged: {error}").format(path=path, error=error),
            fix=_("Remove that file, and start afresh with: hic local reset"),
        ) from error


@contextmanager
def locked(path: Path, seconds: float = 180) -> Iterator[None]:
    """Hold the lock file `path`; another process waits. Raises DependencyFailed after `seconds`."""
    deadline = time.monotonic() + seconds
    while (handle := _try_lock(path)) is None:
        if time.monotonic() >= deadline:
            raise DependencyFailed(
                _("Another command holds {path} for more than {seconds} seconds.").format(
                    path=path, seconds=int(seconds)
                ),
                fix=_("Wait until it ends, or end it, and try again."),
            )
        time.sleep(0.05)
    try:
        yield
    finally:
        os.close(handle)


def _try_lock(path: Path) -> int | None:
    """The open lock file, or None when another process has it or has just removed it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held the lock may have removed the file; then this is a lock on nothing.
        if os.fstat(handle).st_ino == path.stat().st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        os.close(handle)
        return None
    os.close(handle)
    return None
