"""Where the tables of an annual panel come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.datasets.service import panel_entries
from provisioning.loading.model import Source
from provisioning.loading.service import published_source


def panel_sources(
    share: ObjectStore, year: int, kind: str, tables: Sequence[str], approval: Approval | None = None
) -> list[Source]:
    """The published tables of a panel year that `tables` chooses.

    Raises Refused when a DDL was changed, or when the panel is not approved (LIFE-4).
    """
    folder, entries = panel_entries(share, year, kind, tables, approval)
    found = [published_source(share, folder, entry, folder, entry) for entry in entries]
    return [replace(source, edition=f"{year}_{kind}") for source in found]
