"""One encrypted file per handler: written aside, read back, and only then given its name."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyzipper

from provisioning.errors import DependencyFailed
from provisioning.messages import _


def pack(path: Path, folder: str, contents: Mapping[str, bytes], password: str) -> None:
    """Write `contents` as files of `folder` into an encrypted ZIP (AES-256, WinZip's form) that only its owner reads.

    It is opened and compared before it gets its name, so that a file of that name is always whole. Raises
    DependencyFailed, and leaves nothing, when it cannot be written or read back.
    """
    with writing(path) as unfinished:
        _write(unfinished, folder, contents, password)
        if not holds(unfinished, folder, contents, password):
            raise DependencyFailed(
                _("The package {file} does not read back as it was written.").format(file=path.name),
                fix=_("Check the disk, then repeat the command; nothing was handed out."),
            )


def holds(path: Path, folder: str, contents: Mapping[str, bytes], password: str) -> bool:
    """Whether the package holds exactly these files."""
    with pyzipper.AESZipFile(path) as archive:
        archive.setpassword(password.encode("ascii"))
        wanted = {f"{folder}/{name}": body for name, body in contents.items()}
        try:
            return {name: archive.read(name) for name in archive.namelist()} == wanted
        except (RuntimeError, pyzipper.BadZipFile):
            return False


def write_private(path: Path, body: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all. Raises DependencyFailed."""
    with writing(path) as unfinished:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(body)


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A name to write under; what was written gets its own name, or is removed if anything fails."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished.unlink(missing_ok=True)
        yield unfinished
        _sync(unfinished)
        unfinished.replace(path)
    except OSError as error:
        _discard(unfinished)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise DependencyFailed(
            _("{path} cannot be written: {reason}").format(path=path, reason=error.strerror),
            fix=_("Make room on that disk, then repeat the command; nothing half-made was left or handed out.")
            if full
            else _("Mend that, then repeat the command; nothing half-made was left or handed out."),
        ) from error
    except BaseException:
        _discard(unfinished)
        raise


def _write(path: Path, folder: str, contents: Mapping[str, bytes], password: str) -> None:
    # Made in memory, since an archive on a full disk cannot be closed properly; packages are small.
    whole = io.BytesIO()
    with _archive(whole) as archive:
        archive.setpassword(password.encode("ascii"))
        for name, body in contents.items():
            archive.writestr(f"{folder}/{name}", body)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(whole.getvalue())


def _archive(stream: Any) -> Any:
    archive = pyzipper.AESZipFile(stream, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES)
    archive.setencryption(pyzipper.WZ_AES, nbits=256)
    return archive


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _discard(path: Path) -> None:
    # The error that led here is the one to tell.
    with suppress(OSError):
        path.unlink(missing_ok=True)
