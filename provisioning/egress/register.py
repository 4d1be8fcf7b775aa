"""The register of everything released: which numbers left, of which data, for which approval.

The numbers of a release lie in the bucket of its approval, frozen; one record per data set points to them, so
that the next request on the same data is attacked together with all that is out already (PUB-22b). Each data set
has a head that every release moves on, so that of two releases at once the second knows of the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from provisioning.approvals.model import Approval, DataSet
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordConflict, RecordStore
from provisioning.disclosure.attack.request import Earlier
from provisioning.disclosure.check import check_documents
from provisioning.disclosure.declaration import Declaration, parse_declaration, places
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.model import Document, Finding, Report, cell_name
from provisioning.disclosure.register import ReleasedTable, released_table
from provisioning.disclosure.rules import Pack
from provisioning.disclosure.values import folded
from provisioning.egress.freezing import thaw
from provisioning.egress.model import FrozenObject, Request
from provisioning.egress.store import load_of_approval
from provisioning.errors import AccessDenied, Problem, Refused
from provisioning.messages import _

PREFIX = "REGISTER#"
HEAD = "HEAD"


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


def register_of(
    request: str, approval: Approval, documents: Sequence[Document], declared: Declaration | None = None
) -> dict[str, Any]:
    """Every number of a release with its table, labels, headings, unit, data sets, approval and request."""
    found = [(table, place) for document in documents for table, place in places(document)]
    says = [declared.of(table, place) if declared else None for table, place in found]
    tables = [
        released
        for (table, _place), said in zip(found, says, strict=True)
        if (released := released_table(table, said)) is not None
    ]
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


def moved(records: RecordStore, approval: Approval, request: str) -> list[Put]:
    """The writes that move on the head of each data set, as it is now, with the release of `request`.

    Heads are read before a request is attacked and written with its release: of two that were attacked at once the
    second write does not hold.
    """
    heads = [(PREFIX + key, records.get(PREFIX + key, HEAD)) for key in data_set_keys(approval)]
    data = {"last": request}
    return [Put.over(head, data) if head else Put(pk, HEAD, data) for pk, head in heads]


def is_overtaken(conflict: RecordConflict) -> bool:
    """Whether a release failed because others of the same data were put on record since its attack."""
    return any(put.pk.startswith(PREFIX) and put.sk == HEAD for put in conflict.puts)


def revoked(records: RecordStore, approval: Approval, request: str, at: str) -> list[Put]:
    """The records of a release, marked as revoked: whoever saw its numbers still knows them."""
    found = [record for key in data_set_keys(approval) if (record := records.get(PREFIX + key, request))]
    return [Put.over(record, {**record.data, "revoked": at}) for record in found]


@dataclass(frozen=True)
class Known:
    """What the register shows to somebody. `complete` is False where releases of others cannot be read by them."""

    releases: tuple[Earlier, ...]
    complete: bool = True


def earlier_releases(records: RecordStore, bucket: ObjectStore, approval: Approval, without: str = "") -> Known:
    """All that was released of the approval's data sets, for whichever approval, by the ids of the requests.

    A researcher's role reads its own approval alone; what others released is then attacked at release, by the
    operator. Raises Refused when the numbers of a release are no longer those that were frozen.
    """
    own = [
        (request.id, bucket, request.release.register_of_numbers, request.revoked is not None)
        for request in load_of_approval(records, approval.id)
        if request.release and request.release.register_of_numbers and request.id != without
    ]
    releases = [Earlier(name, True, _tables(store, numbers), gone) for name, store, numbers, gone in own]
    try:
        releases += _of_others(records, bucket, approval)
    except AccessDenied:
        return Known(tuple(releases), complete=False)
    return Known(tuple(releases))


def _of_others(records: RecordStore, bucket: ObjectStore, approval: Approval) -> list[Earlier]:
    listed = [record for key in data_set_keys(approval) for record in records.list(PREFIX + key)]
    found = {record.sk: record.data for record in listed if record.sk != HEAD}
    return [
        Earlier(
            name,
            False,
            _tables(bucket.beside(data["bucket"]), FrozenObject.model_validate(data["numbers"])),
            "revoked" in data,
        )
        for name, data in sorted(found.items())
        if data["approval"] != approval.id
    ]


def _tables(store: ObjectStore, numbers: FrozenObject) -> tuple[ReleasedTable, ...]:
    return tuple(ReleasedTable.from_data(table) for table in json.loads(thaw(store, numbers))["tables"])


def check_against(
    files: Sequence[tuple[str, bytes]], pack: Pack, known: Known, declaration: tuple[str, str] | None = None
) -> Report:
    """The check of files together with the register; says so where the register could not be read in full."""
    documents = read_documents(files)
    declared = parse_declaration(declaration[1], declaration[0], documents) if declaration else None
    return check_documents_against(documents, pack, known, declared)


def check_documents_against(
    documents: Sequence[Document], pack: Pack, known: Known, declared: Declaration | None = None
) -> Report:
    """The same check of files that were read already."""
    report = check_documents(documents, pack, declared, known.releases)
    if known.complete:
        return report
    return replace(report, findings=(*report.findings, _unread(documents[0].name)))


def _unread(file: str) -> Finding:
    return Finding(
        rule="PUB-21",
        verdict="review",
        file=file,
        sheet="",
        row=1,
        column=1,
        cell=cell_name(1, 1),
        reason=_("What others released of the same data cannot be read here; it was not attacked together with it."),
        fix=_("Nothing to do: the release does it, and refuses what opens a mask or differs by few persons."),
        inferred=True,
    )


def check_still_closed(request: Request, report: Report, frozen: Mapping[str, Any]) -> None:
    """Raise Refused when a request, attacked again at its release, opens what it did not when it was reviewed.

    Others may have released tables meanwhile, or the author could not read theirs (PUB-22b).
    """
    known = {(f["rule"], f["file"], f["sheet"], f["cell"]) for f in frozen["findings"] if f["verdict"] == "fail"}
    problems = [
        Problem(f"{finding.file} {finding.cell}", finding.reason, finding.fix)
        for finding in report.findings
        if finding.verdict == "fail"
        and finding.rule in ("PUB-21", "PUB-22")
        and (finding.rule, finding.file, finding.sheet, finding.cell) not in known
    ]
    if problems:
        raise Refused(
            _("Together with what was released since its review, {request} opens what it should hide.").format(
                request=request.id
            ),
            fix=_("File it anew with further masks; the review then sees both."),
            problems=problems,
        )
