"""Publish, list and fetch data sets in the share bucket."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from provisioning.actors import Actor, check_role
from provisioning.approvals.data_sets import EVERY, can_read, check_can_read
from provisioning.approvals.model import Approval
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore, sha256_of
from provisioning.datasets.catalogue import choose_names, fits, single_patterns
from provisioning.datasets.denials import denials_explained
from provisioning.datasets.fetching import Progress, alone_in, fetch_object
from provisioning.datasets.inspection import Inspection
from provisioning.datasets.invented import check_not_invented
from provisioning.datasets.manifests import (
    manifest_bytes,
    manifest_etag,
    published_manifest,
    read_manifest,
    write_manifest,
)
from provisioning.datasets.model import Entry, Manifest
from provisioning.datasets.rules import check_edition, check_replacing, merged, month_folder, panel_edition
from provisioning.errors import DependencyFailed, Problem, Refused
from provisioning.messages import _

DATASET = "trial"
ATTEMPTS = 5  # to write a manifest that others write too


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
    dataset: str = DATASET,
) -> Publication:
    """Upload an inspected folder as a month of trial data, or as a panel; the manifest goes last.

    An interrupted run may be repeated: what was uploaded stands and is not sent again. The same content
    again changes nothing. Raises Refused for other roles than operator, when published content or an object that
    was put there some other way would change without `replace`, and when others keep writing the manifest.
    `progress` is told the bytes of the CSV files that were sent, or stand already.
    """
    check_role(actor, "operator")
    check_edition(dataset, month)
    prefix = month_folder(dataset, month)
    before = read_manifest(share, dataset, month)
    check_replacing(before, inspection.entries, replace)
    if not replace:
        _check_strangers(share, before, inspection, prefix)
    uploaded: list[str] = []
    standing: list[str] = []
    for entry in inspection.entries:
        for name, sha256 in _files(entry):
            tell = progress if name == entry.name else _silent
            sent = _upload(share, inspection.folder / name, prefix + name, sha256, tell)
            (uploaded if sent else standing).append(name)
    after, changed = _record(share, audit, actor, inspection, dataset, month, replace, uploaded)
    return Publication(after, tuple(uploaded), tuple(standing), changed)


def _record(
    share: ObjectStore,
    audit: AuditLog,
    actor: Actor,
    inspection: Inspection,
    dataset: str,
    month: str,
    replace: bool,
    uploaded: list[str],
) -> tuple[Manifest, bool]:
    """Write audit entry and manifest; the manifest as it stands, and whether it was changed.

    Somebody may have published other tables meanwhile, or do so now: the manifest is written only if it
    still is the one that was read, and otherwise merged anew.
    """
    for _attempt in range(ATTEMPTS):
        etag = manifest_etag(share, dataset, month)
        before = read_manifest(share, dataset, month)
        check_replacing(before, inspection.entries, replace)
        after = merged(before, dataset, month, inspection.entries)
        changed = after != before
        if not changed and not uploaded:
            return after, False
        body = manifest_bytes(after)
        details = {
            "files": {e.name: {"sha256": e.sha256, "ddl_sha256": e.ddl_sha256} for e in inspection.entries},
            "uploaded": uploaded,
            "replace": replace,
            "manifest_sha256": hashlib.sha256(body).hexdigest(),
        }
        # The entry first: a month that shows was noted, even if the last upload had to be repeated.
        audit.commit(actor, "data.publish", f"{dataset}/{month}", details)
        if write_manifest(share, dataset, month, body, etag):
            return after, changed
    raise Refused(
        _("Others are publishing into {month} at the same time.").format(month=month),
        fix=_("What was uploaded stands; repeat the command when they are done."),
    )


def _files(entry: Entry) -> tuple[tuple[str, str], tuple[str, str]]:
    """Name and sha256 of a pair's files: the DDL first, so that no CSV stands without it."""
    return (entry.ddl, entry.ddl_sha256), (entry.name, entry.sha256)


def _check_strangers(share: ObjectStore, before: Manifest | None, inspection: Inspection, prefix: str) -> None:
    """Raise Refused when objects of other content stand where the manifest knows of none.

    Somebody put them there by `aws s3 cp`, or a publication of other files was interrupted.
    """
    known = {entry.name for entry in before.files} if before else set()
    strangers = [
        name
        for entry in inspection.entries
        if entry.name not in known
        for name, sha256 in _files(entry)
        if _differs(share, prefix + name, inspection.folder / name, sha256)
    ]
    if strangers:
        raise Refused(
            _("Objects of these names stand in the share bucket, and the manifest does not know them."),
            fix=_("Look who put them there (aws s3 ls, aws s3 cp); to publish in their place, add --replace."),
            problems=[Problem(prefix + name, _("its content is not that of the file here")) for name in strangers],
        )


def _differs(share: ObjectStore, key: str, path: Path, sha256: str) -> bool:
    """Whether an object of other content stands there; one that tells no sha256 is read."""
    found = share.head(key)
    if found is None:
        return False
    if found.size != path.stat().st_size:
        return True
    told = (found.metadata or {}).get("sha256")
    if told is not None:
        return told != sha256
    digest = hashlib.sha256()
    for piece in share.chunks(key) if found.size else ():
        digest.update(piece)
    return digest.hexdigest() != sha256


def _upload(share: ObjectStore, path: Path, key: str, sha256: str, progress: Progress) -> bool:
    """Send a file unless the same content stands there; whether it was sent."""
    size = path.stat().st_size
    found = share.head(key)
    if found and found.size == size and (found.metadata or {}).get("sha256") == sha256:
        progress(size)
        return False
    share.put_file(key, path, metadata={"sha256": sha256}, progress=progress)
    return True


@dataclass(frozen=True)
class Fetched:
    """Names that were fetched, names that were there already, and the bytes that came over the net."""

    fetched: tuple[str, ...]
    standing: tuple[str, ...]
    bytes: int


def chosen_entries(
    share: ObjectStore,
    month: str,
    patterns: Sequence[str] = (),
    dataset: str = DATASET,
    approval: Approval | None = None,
) -> tuple[Entry, ...]:
    """Published pairs of a month, or of a panel such as `2022/all`, whose table fits one of the patterns.

    With an approval, patterns choose among what it names. Raises Refused when the month is not published or when
    the month or all that fits a pattern is not approved (LIFE-4), BadInput for a pattern that fits nothing.
    """
    check_edition(dataset, month)
    if approval:
        check_can_read(approval, dataset, month)
    with denials_explained(month):
        manifest = published_manifest(share, dataset, month)
    chosen = set(choose_names([entry.table for entry in manifest.files], patterns))
    if approval:
        chosen = _approved(approval, dataset, month, chosen, single_patterns(patterns) or [EVERY])
    return tuple(entry for entry in manifest.files if entry.table in chosen)


def _approved(approval: Approval, dataset: str, month: str, chosen: set[str], patterns: Sequence[str]) -> set[str]:
    """Those of the chosen tables that are approved. Raises Refused for patterns that fit none of them."""
    left = {name for name in chosen if can_read(approval, dataset, month, name)}
    check_can_read(approval, dataset, month, (one for one in patterns if not any(fits(name, one) for name in left)))
    return left


def panel_entries(
    share: ObjectStore, year: int, kind: str, patterns: Sequence[str] = (), approval: Approval | None = None
) -> tuple[str, tuple[Entry, ...]]:
    """The folder of a published panel in the bucket, and its pairs that fit; for loaders.

    Raises what `chosen_entries` raises.
    """
    edition = panel_edition(year, kind)
    return month_folder("panel", edition), chosen_entries(share, edition, patterns, "panel", approval)


def fetch(
    share: ObjectStore,
    month: str,
    entries: Sequence[Entry],
    target: Path,
    progress: Progress = _silent,
    dataset: str = DATASET,
) -> Fetched:
    """Fetch CSV and DDL (ENV-11) into the folder `target`, verified by sha256.

    A file appears under its name only when it is whole; what an interrupted run has fetched of it is not
    fetched again. `progress` is told the bytes of the CSV files, those included that are there already. Raises Refused
    when the store holds other bytes than the manifest says, when another process fetches into the folder, and when
    `hic data synth` made what is there.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DependencyFailed(_("{path} cannot be written: {error}").format(path=target, error=error)) from error
    check_not_invented(target)
    tally = _Tally()
    prefix = month_folder(dataset, month)
    with alone_in(target):
        for entry in entries:
            for name, sha256 in _files(entry):
                path, tell = target / name, progress if name == entry.name else _silent
                if path.is_file() and sha256_of(path) == sha256:
                    tally.standing.append(name)
                    tell(path.stat().st_size)
                    continue
                with denials_explained(f"{month} {name}"):
                    tally.bytes += fetch_object(share, prefix + name, path, sha256, tell)
                tally.fetched.append(name)
    return Fetched(tuple(tally.fetched), tuple(tally.standing), tally.bytes)


@dataclass
class _Tally:
    fetched: list[str] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    bytes: int = 0
