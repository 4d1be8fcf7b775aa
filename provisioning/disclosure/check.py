"""The check of all files of one request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provisioning.disclosure.attack.explain import findings as attack_findings
from provisioning.disclosure.attack.request import Earlier, attack_request
from provisioning.disclosure.attack.told import beside_releases, masks_told
from provisioning.disclosure.columns import Understood, understand
from provisioning.disclosure.declaration import Declaration, parse_declaration, places
from provisioning.disclosure.describe import TableRead, how_read
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.model import Document, Finding, Kind, Report, Table, cell_name
from provisioning.disclosure.rules import Pack, check_table
from provisioning.disclosure.rules.registry import finding
from provisioning.disclosure.rules.texts import check_texts
from provisioning.disclosure.values import Mark, read_value
from provisioning.messages import _


def check_documents(
    documents: Sequence[Document],
    pack: Pack,
    declared: Declaration | None = None,
    earlier: Sequence[Earlier] = (),
) -> Report:
    """Every finding of every table, in the order of files, sheets and places; then what the attack opens.

    `declared` says what tables count; those it does not name are read by inference. `earlier` are the
    releases that an attacker has beside these tables (PUB-22b).
    """
    findings: list[Finding] = []
    tables: list[Understood] = []
    read: list[TableRead] = []
    for document in documents:
        findings += document.findings
        for table, place in places(document):
            understood = understand(table, declared.of(table, place) if declared else None)
            tables.append(understood)
            read.append(how_read(understood, place))
            found = check_table(understood, pack)
            findings += sorted(found, key=lambda f: (f.row, f.column, f.verdict, f.rule))
            if counts_nothing(understood):
                findings.append(_nothing_counted(understood))
        findings += check_texts(document)
        if not document.texts and not any(has_figures(table) for table in document.tables):
            findings.append(_no_figures(document))
    attack = attack_request(tables, earlier)
    findings += attack_findings(attack)
    return Report(
        files=tuple(document.name for document in documents),
        tables=sum(len(document.tables) for document in documents),
        cells=sum(table.cells for document in documents for table in document.tables),
        findings=tuple(findings),
        facts=tuple(fact for document in documents for fact in document.facts),
        read=tuple(table.as_data() for table in read),
        masks=tuple(masks_told(attack)),
        beside=tuple(beside_releases(attack.board, attack.links)),
    )


def has_figures(table: Table) -> bool:
    """Whether any cell of the body is a number or a mask."""
    return any(
        isinstance(reading := read_value(value), float) or reading is Mark.MASK for row in table.rows for value in row
    )


def counts_nothing(read: Understood) -> bool:
    """Whether a table holds figures, and no column of it was read as a count or a statistic, nor declared."""
    if any(meaning.kind is not Kind.LABEL or meaning.declared for meaning in read.meanings):
        return False
    return any(isinstance(reading, float) for index in read.labels for _row, reading in read.readings(index))


def _nothing_counted(read: Understood) -> Finding:
    reason = _("Figures stand in the table, and no column was read as a count or a statistic; nothing was checked.")
    fix = _("Let a heading say what is counted (患者数, 件数 ...), or declare it (hic egress describe).")
    return finding(read, "READ-1", "review", (read.table.header_row, read.table.columns[0].number), reason, fix)


def _no_figures(document: Document) -> Finding:
    return Finding(
        rule="READ-1",
        verdict="review",
        file=document.name,
        sheet=document.tables[0].sheet,
        row=1,
        column=1,
        cell=cell_name(1, 1),
        reason=_("No number was found in {file}; nothing could be checked.").format(file=document.name),
        fix=_("Separate the columns by commas (.csv) or tabs (.tsv), if there are any."),
        inferred=True,
    )


def check_files(
    files: Iterable[tuple[str, bytes]],
    pack: Pack,
    declaration: tuple[str, str] | None = None,
    earlier: Sequence[Earlier] = (),
) -> Report:
    """Read and check files given as (name, bytes); `declaration` is the (name, text) of a `tables.yaml`.

    Raises BadInput when a file cannot be read, or the declaration does not describe the files.
    """
    documents = read_documents(files)
    declared = parse_declaration(declaration[1], declaration[0], documents) if declaration else None
    return check_documents(documents, pack, declared, earlier)
