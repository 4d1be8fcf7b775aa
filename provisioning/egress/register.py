"""The register of everything released: which numbers left, of which data, for which approval.

The numbers of a release lie in the bucket of its approval, frozen; one record per data set points to them, so
that the next request on the same data is attacked together with all that is out already (PUB-22b).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from provisioning.approvals.model import Approval, DataSet
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordStore
from provisioning.disclosure.attack.request import Earlier
from provisioning.disclosure.model import Document
from provisioning.disclosure.register import ReleasedTable, released_table
from provisioning.disclosure.values import folded
from provisioning.egress.freezing import thaw
from provisioning.egress.model import FrozenObject

PREFIX = "REGISTER#"


def data_set_keys(approval: Approval) -> tuple[str, ...]:
    """The smallest pieces of data that the approval is about; two approvals overlap where they share one."""
    return tuple(sorted({key for data_set in approval.datasets for key in _pieces(data_set)}))


def _pieces(data_set: DataSet) -> Iterator[str]:
    if data_set.kind == "trial":
        yield from (f"trial:{month}" for month in data_set.months)
    elif data_set.kind == "panel":
        yield from (f"panel:{year}" for year in data_set.years)
    else:
        yield f"extracted:{folded(data_set.description)}"


def register_of(request: str, approval: Approval, documents: Sequence[Document]) -> dict[str, Any]:
    """Every number of a release with its table, labels, headings, unit, data sets, approval and request."""
    tables = [released for d in documents for table in d.tables if (released := released_table(table)) is not None]
    return {
        "request": request,
        "approval": approval.id,
        "data_sets": list(data_set_keys(approval)),
        "figures": sum(table.figures for table in tables),
        "tables": [table.as_data() for table in tables],
    }


def entries(request: str, approval: Approval, bucket: str, numbers: FrozenObject) -> list[Put]:
    """The records that lead from each data set of the approval to the numbers of a release."""
    data = {"approval": approval.id, "bucket": bucket, "numbers": numbers.model_dump(mode="json")}
    return [Put(PREFIX + key, request, data) for key in data_set_keys(approval)]


def earlier_releases(records: RecordStore, bucket: ObjectStore, approval: Approval, without: str = "") -> list[Earlier]:
    """All that was released of the approval's data sets, for whichever approval, oldest request first.

    Raises Refused when the numbers of a release are no longer those that were frozen, DependencyFailed when they
    cannot be read: without them a request cannot be attacked, and is not taken.
    """
    found: dict[str, dict[str, Any]] = {}
    for key in data_set_keys(approval):
        for record in records.list(PREFIX + key):
            found[record.sk] = record.data
    return [
        Earlier(name, data["approval"] == approval.id, _tables(bucket, data))
        for name, data in sorted(found.items())
        if name != without
    ]


def _tables(bucket: ObjectStore, data: dict[str, Any]) -> tuple[ReleasedTable, ...]:
    store = bucket if data["bucket"] == bucket.bucket else bucket.beside(data["bucket"])
    content = json.loads(thaw(store, FrozenObject.model_validate(data["numbers"])))
    return tuple(ReleasedTable.from_data(table) for table in content["tables"])
