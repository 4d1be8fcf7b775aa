"""Where the tables of an annual panel come from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.datasets.denials import chunks_of
from provisioning.datasets.model import Entry
from provisioning.datasets.service import panel_entries
from provisioning.errors import Refused
from provisioning.loading.model import Source
from provisioning.loading.service import ddl_text
from provisioning.messages import _


def panel_sources(
    share: ObjectStore, year: int, kind: str, tables: Sequence[str], approval: Approval | None = None
) -> list[Source]:
    """The published tables of a panel year that `tables` chooses.

    Raises Refused when a DDL was changed, or when the panel is not approved (LIFE-4).
    """
    prefix, entries = panel_entries(share, year, kind, tables, approval)
    return [_source(share, prefix, entry, f"{year}_{kind}") for entry in entries]


def _source(share: ObjectStore, prefix: str, entry: Entry, edition: str) -> Source:
    """A published pair. Raises Refused when its DDL is not what the manifest says."""
    key = prefix + entry.name
    ddl = b"".join(chunks_of(share, prefix + entry.ddl))
    found = hashlib.sha256(ddl).hexdigest()
    if found != entry.ddl_sha256:
        raise Refused(
            _("{name} is not what was published: sha256 {found}, in the manifest {wanted}.").format(
                name=entry.ddl, found=found, wanted=entry.ddl_sha256
            ),
            fix=_("Ask the operator to publish the panel again."),
        )
    return Source(
        table=entry.table.lower(),
        origin=f"s3://{share.bucket}/{key}",
        chunks=lambda: chunks_of(share, key),
        ddl=ddl_text(ddl, entry.ddl),
        ddl_name=entry.ddl,
        sha256=entry.sha256,
        rows=entry.rows,
        size=entry.bytes,
        edition=edition,
    )
