"""Bytes that cannot change unseen: stored with a version, bound by sha256, proved before use."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from provisioning.aws.objects import ObjectStore
from provisioning.egress.model import FrozenFile, FrozenObject
from provisioning.errors import BadInput, DependencyFailed, Problem, Refused
from provisioning.messages import _


def digest(content: bytes) -> str:
    """The sha256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def freeze(bucket: ObjectStore, key: str, content: bytes) -> FrozenObject:
    """Store bytes and read them back. Raises DependencyFailed if the bucket keeps no versions or other bytes."""
    version = bucket.put_bytes(key, content)
    if version is None:
        raise DependencyFailed(
            _("The bucket {bucket} keeps no versions, so files cannot be frozen in it.").format(bucket=bucket.bucket),
            fix=_("Bring the environment up to date: hic env up"),
        )
    frozen = FrozenObject(key=key, version=version, sha256=digest(content), size=len(content))
    if digest(bucket.read(key, version)) != frozen.sha256:
        raise DependencyFailed(_("{key} was not stored as it was sent.").format(key=key), fix=_("Repeat the command."))
    return frozen


def freeze_file(bucket: ObjectStore, prefix: str, name: str, content: bytes) -> FrozenFile:
    """Freeze a file under `prefix` by its own name."""
    return FrozenFile(name=name, **freeze(bucket, prefix + name, content).model_dump())


def thaw(bucket: ObjectStore, frozen: FrozenObject) -> bytes:
    """The frozen bytes. Raises Refused, with both hashes, when the version now holds others, or is gone."""
    if bucket.head(frozen.key, frozen.version) is None:
        raise _changed([Problem(frozen.key, _("version {version} is gone").format(version=frozen.version))])
    content = bucket.read(frozen.key, frozen.version)
    if digest(content) != frozen.sha256:
        raise _changed([_difference(frozen.key, frozen.sha256, digest(content))])
    return content


def check_unchanged(bucket: ObjectStore, frozen: Sequence[FrozenObject]) -> None:
    """Raise Refused, with both hashes of each, when an object is no longer what was frozen.

    The frozen versions stay what they are; somebody who stored another version on top meant to
    change the request, and a reviewer must know.
    """
    problems = []
    for item in frozen:
        current = bucket.head(item.key)
        if current is None:
            problems.append(Problem(item.key, _("it was deleted; frozen with sha256 {sha}").format(sha=item.sha256)))
            continue
        thaw(bucket, item)
        found = digest(bucket.read(item.key))
        if found != item.sha256:
            problems.append(_difference(item.key, item.sha256, found))
    if problems:
        raise _changed(problems)


def _difference(key: str, expected: str, found: str) -> Problem:
    what = _("submitted with sha256 {expected}, now {found}").format(expected=expected, found=found)
    return Problem(key, what)


def _changed(problems: list[Problem]) -> Refused:
    return Refused(
        _("Files were changed after submission."),
        fix=_("Nothing can be decided on them; the author withdraws the request and submits the files anew."),
        problems=problems,
    )


def save_files(folder: Path, contents: Sequence[tuple[str, bytes]]) -> list[Path]:
    """Write files into a folder. Raises BadInput before anything is written if one is there with other content."""
    targets = [(folder / name, content) for name, content in contents]
    taken = [path for path, content in targets if path.exists() and path.read_bytes() != content]
    if taken:
        raise BadInput(
            _("{path} exists and differs.").format(path=taken[0]), fix=_("Choose an empty folder, or move it away.")
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in targets:
        path.write_bytes(content)
    return [path for path, _content in targets]
