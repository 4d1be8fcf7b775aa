"""Fetch one object into a folder: verified, and going on where an interrupted run stopped.

What has come stands in a hidden part, `.NAME.SHA.part`, until it is whole. One process at a time fetches into a folder:
so a part that is found is nobody's, however its run ended.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from provisioning.aws.objects import CHUNK, ObjectStore
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _

LOCK = ".hic-get.lock"
Progress = Callable[[int], None]

if sys.platform == "win32":
    import msvcrt

    def _held(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _held(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Be the only process that fetches into a folder; the system lets go of a process that died.

    Raises Refused while another one does, DependencyFailed when the folder cannot be written to.
    """
    path = folder / LOCK
    try:
        handle = _open_lock(path)
    except OSError as error:
        raise DependencyFailed(_("{path} cannot be written: {error}").format(path=path, error=error)) from error
    try:
        yield
    finally:
        # Where an open file may be deleted, it is gone before others can lock it; elsewhere it may be theirs by now.
        if sys.platform == "win32":
            os.close(handle)
            with suppress(PermissionError):
                path.unlink(missing_ok=True)
        else:
            path.unlink(missing_ok=True)
            os.close(handle)


def _open_lock(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _held(handle):
            os.close(handle)
            raise Refused(
                _("Another process is fetching into {folder}.").format(folder=path.parent),
                fix=_("Wait for it, or choose another folder."),
            )
        if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
            return handle
        os.close(handle)  # its owner has ended, and deleted it, between our two steps


def fetch_object(share: ObjectStore, key: str, path: Path, sha256: str, progress: Progress) -> int:
    """Fetch one file; the bytes that came over the net. `progress` is told those of an earlier run too.

    To be called in `alone_in` the folder. Raises Refused when the store holds other bytes than `sha256` says,
    DependencyFailed when the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{sha256[:12]}.part")
    try:
        start, whole = _left_behind(share, key, part)
        size, found = _receive(share, key, part, start, whole, progress)
        if found != sha256 and start:  # what was left behind may have been damaged: once more, from the beginning
            progress(-part.stat().st_size)
            more, found = _receive(share, key, part, 0, False, progress)
            size += more
        if found != sha256:
            part.unlink()
            raise Refused(
                _("{name} is not what was published: sha256 {found}, in the manifest {wanted}.").format(
                    name=path.name, found=found, wanted=sha256
                ),
                fix=_("Ask the operator to publish the month again."),
            )
        part.replace(path)
        for other in _parts(path):  # of content that is published no more
            other.unlink()
    except OSError as error:
        raise DependencyFailed(_("{path} cannot be written: {error}").format(path=path, error=error)) from error
    return size


def _parts(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f".{path.name}.*.part"))


def _left_behind(share: ObjectStore, key: str, part: Path) -> tuple[int, bool]:
    """How many bytes of the object the part has already, and whether that is all of them."""
    found = share.head(key) if part.exists() else None
    start = part.stat().st_size if found else 0
    if found is None or start > found.size:
        return 0, False
    return start, 0 < start == found.size


def _receive(share: ObjectStore, key: str, part: Path, start: int, whole: bool, progress: Progress) -> tuple[int, str]:
    """Write the object's bytes from `start` on behind what stands; the bytes that came, and the sha256 of the whole."""
    digest, size = hashlib.sha256(), 0
    with part.open("r+b" if start else "wb") as stream:
        _reread(stream, start, digest.update, progress)
        for piece in share.chunks(key, start=start) if not whole else ():
            stream.write(piece)
            digest.update(piece)
            size += len(piece)
            progress(len(piece))
    return size, digest.hexdigest()


def _reread(stream: BinaryIO, start: int, take: Callable[[bytes], None], progress: Progress) -> None:
    while stream.tell() < start and (piece := stream.read(min(CHUNK, start - stream.tell()))):
        take(piece)
        progress(len(piece))
    stream.truncate()
