"""Publish, list and fetch data sets in the share bucket."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from provisioning.actors import Actor, check_role
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore, sha256_of
from provisioning.datasets.catalogue import choose_names
from provisioning.datasets.inspection import Inspection
from provisioning.datasets.manifests import manifest_bytes, published_manifest, read_manifest
from provisioning.datasets.model import Entry, Manifest
from provisioning.datasets.rules import MANIFEST, check_replacing, check_trial_month, merged, month_folder
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _

DATASET = "trial"
Progress = Callable[[int], None]


def _silent(_bytes: int) -> None:
    return


@dataclass(frozen=True)
class Publication:
    """What publishing came to: names uploaded and names that stood already; `published` if the month changed."""

    manifest: Manifest
    uploaded: tuple[str, ...]
    standing: tuple[str, ...]
    published: bool


def publish(
    share: ObjectStore,
    audit: AuditLog,
    actor: Actor,
    inspection: Inspection,
    month: str,
    replace: bool = False,
    progress: Progress = _silent,
) -> Publication:
    """Upload an inspected folder as a month of trial data; the manifest goes last.

    An interrupted run may be repeated: what was uploaded stands and is not sent again. The same content
    again changes nothing. Raises Refused for other roles than operator, and when published content would
    change without `replace`. `progress` is told the bytes sent.
    """
    check_role(actor, "operator")
    check_trial_month(month)
    prefix = month_folder(DATASET, month)
    before = read_manifest(share, DATASET, month)
    check_replacing(before, inspection.entries, replace)
    uploaded: list[str] = []
    standing: list[str] = []
    for entry in inspection.entries:
        for name, sha256 in ((entry.ddl, entry.ddl_sha256), (entry.name, entry.sha256)):
            sent = _upload(share, inspection.folder / name, prefix + name, sha256, progress)
            (uploaded if sent else standing).append(name)
    # Somebody may have published other tables of the month while these were on their way.
    before = read_manifest(share, DATASET, month)
    check_replacing(before, inspection.entries, replace)
    after = merged(before, DATASET, month, inspection.entries)
    changed = after != before
    if changed or uploaded:
        body = manifest_bytes(after)
        details = {
            "files": {e.name: {"sha256": e.sha256, "ddl_sha256": e.ddl_sha256} for e in inspection.entries},
            "uploaded": uploaded,
            "replace": replace,
            "manifest_sha256": hashlib.sha256(body).hexdigest(),
        }
        # The entry first: a month that shows was noted, even if the last upload had to be repeated.
        audit.commit(actor, "data.publish", f"{DATASET}/{month}", details)
        share.put_bytes(prefix + MANIFEST, body, ContentType="application/json")
    return Publication(after, tuple(uploaded), tuple(standing), changed)


def _upload(share: ObjectStore, path: Path, key: str, sha256: str, progress: Progress) -> bool:
    """Send a file unless the same content stands there; whether it was sent."""
    size = path.stat().st_size
    found = share.head(key)
    if found and found.size == size and (found.metadata or {}).get("sha256") == sha256:
        progress(size)
        return False
    share.put_file(key, path, metadata={"sha256": sha256}, progress=progress)
    if sha256_of(path) != sha256:
        raise Refused(
            _("{path} was changed while it was being published.").format(path=path),
            fix=_("The month shows nothing of it; publish again when nobody writes into the folder."),
        )
    return True


@dataclass(frozen=True)
class Fetched:
    """Names that were fetched, names that were there already, and the bytes that came over the net."""

    fetched: tuple[str, ...]
    standing: tuple[str, ...]
    bytes: int


def chosen_entries(share: ObjectStore, month: str, patterns: Sequence[str] = ()) -> tuple[Entry, ...]:
    """Published pairs of a month whose table fits one of the patterns.

    Raises Refused when the month is not published, BadInput for a pattern that fits nothing.
    """
    check_trial_month(month)
    manifest = published_manifest(share, DATASET, month)
    chosen = set(choose_names([entry.table for entry in manifest.files], patterns))
    return tuple(entry for entry in manifest.files if entry.table in chosen)


def fetch(
    share: ObjectStore, month: str, entries: Sequence[Entry], target: Path, progress: Progress = _silent
) -> Fetched:
    """Fetch CSV and DDL (ENV-11) into the folder `target`, verified by sha256.

    A file appears under its name only when it is whole. Raises Refused when the store holds other bytes
    than the manifest says.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DependencyFailed(_("{path} cannot be written: {error}").format(path=target, error=error)) from error
    tally = _Tally()
    for entry in entries:
        for name, sha256 in ((entry.ddl, entry.ddl_sha256), (entry.name, entry.sha256)):
            path = target / name
            if path.is_file() and sha256_of(path) == sha256:
                tally.standing.append(name)
                progress(path.stat().st_size)
                continue
            tally.bytes += _fetch_one(share, month_folder(DATASET, month) + name, path, sha256, progress)
            tally.fetched.append(name)
    return Fetched(tuple(tally.fetched), tuple(tally.standing), tally.bytes)


@dataclass
class _Tally:
    fetched: list[str] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    bytes: int = 0


def _fetch_one(share: ObjectStore, key: str, path: Path, sha256: str, progress: Progress) -> int:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("wb") as stream:
            for piece in share.chunks(key):
                stream.write(piece)
                digest.update(piece)
                size += len(piece)
                progress(len(piece))
        if digest.hexdigest() != sha256:
            raise Refused(
                _("{name} is not what was published: sha256 {found}, in the manifest {wanted}.").format(
                    name=path.name, found=digest.hexdigest(), wanted=sha256
                ),
                fix=_("Ask the operator to publish the month again."),
            )
        part.replace(path)
    except OSError as error:
        raise DependencyFailed(_("{path} cannot be written: {error}").format(path=path, error=error)) from error
    finally:
        part.unlink(missing_ok=True)
    return size
