"""Manifests in the share bucket: one per published month or panel."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from provisioning.approvals.data_sets import FOLDERS
from provisioning.aws.objects import ObjectStore
from provisioning.datasets.model import Entry, Manifest
from provisioning.datasets.rules import MANIFEST, month_folder
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _

VERSION = 1
_FILE = re.compile(r"[A-Z][A-Z0-9_]*\.(csv|sql)")


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is stored: the same manifest gives the same bytes."""
    return json.dumps({"version": VERSION, **asdict(manifest)}, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


def parse_manifest(body: bytes) -> Manifest:
    """Read a stored manifest. Raises DependencyFailed when it is none."""
    try:
        data = json.loads(body)
        files = tuple(Entry(**entry) for entry in data["files"])
        manifest = Manifest(data["dataset"], data["month"], files)
        known = data["version"] == VERSION
        odd = [name for e in files for name in (e.name, e.ddl) if not _FILE.fullmatch(name)]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DependencyFailed(
            _("The manifest cannot be read: {error}").format(error=error),
            fix=_("Publish the month again with this version of hic."),
        ) from error
    if odd:  # names become paths of files
        raise DependencyFailed(_("The manifest names {names}.").format(names=", ".join(odd)))
    if not known:
        raise DependencyFailed(
            _("The manifest is of another version than {version}.").format(version=VERSION),
            fix=_("Use the version of hic that published the month, or a newer one."),
        )
    return manifest


def read_manifest(share: ObjectStore, dataset: str, month: str) -> Manifest | None:
    """The manifest of a month, or None when the month is not published."""
    key = month_folder(dataset, month) + MANIFEST
    return parse_manifest(share.read(key)) if share.head(key) else None


def write_manifest(share: ObjectStore, dataset: str, month: str, body: bytes, etag: str | None) -> bool:
    """Write the manifest if it still is the one with that etag (None: absent); whether it was written."""
    key = month_folder(dataset, month) + MANIFEST
    return share.put_if_unchanged(key, body, etag, ContentType="application/json")


def manifest_etag(share: ObjectStore, dataset: str, month: str) -> str | None:
    """The etag of the manifest, or None when there is none."""
    found = share.head(month_folder(dataset, month) + MANIFEST)
    return found.etag if found else None


def published_manifest(share: ObjectStore, dataset: str, month: str) -> Manifest:
    """The manifest of a month. Raises Refused when the month is not published."""
    manifest = read_manifest(share, dataset, month)
    if manifest is None:
        months = ", ".join(published_months(share, dataset)) or "-"
        raise Refused(
            _("{month} is not published.").format(month=month),
            fix=_("Published months: {months}.").format(months=months),
        )
    return manifest


def published_months(share: ObjectStore, dataset: str) -> tuple[str, ...]:
    """The months, or years and kinds of a panel, that have a manifest, in order."""
    edition = r"[^/]+" if dataset == "trial" else r"\d{4}/[a-z]+"
    pattern = re.compile(re.escape(FOLDERS[dataset]) + f"/({edition})/" + re.escape(MANIFEST))
    found = (pattern.fullmatch(item.key) for item in share.list(FOLDERS[dataset] + "/"))
    return tuple(sorted(match[1] for match in found if match))
