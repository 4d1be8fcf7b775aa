"""The check of all files of one request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provisioning.disclosure.columns import understand
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.model import Document, Finding, Report, Table, cell_name
from provisioning.disclosure.rules import Pack, check_table
from provisioning.disclosure.rules.texts import check_texts
from provisioning.disclosure.values import Mark, read_value
from provisioning.messages import _


def check_documents(documents: Sequence[Document], pack: Pack) -> Report:
    """Every finding of every table, in the order of files, sheets and places."""
    findings: list[Finding] = []
    for document in documents:
        findings += document.findings
        for table in document.tables:
            found = check_table(understand(table), pack)
            findings += sorted(found, key=lambda f: (f.row, f.column, f.verdict, f.rule))
        findings += check_texts(document)
        if not document.texts and not any(has_figures(table) for table in document.tables):
            findings.append(_no_figures(document))
    return Report(
        files=tuple(document.name for document in documents),
        tables=sum(len(document.tables) for document in documents),
        cells=sum(table.cells for document in documents for table in document.tables),
        findings=tuple(findings),
    )


def has_figures(table: Table) -> bool:
    """Whether any cell of the body is a number or a mask."""
    return any(
        isinstance(reading := read_value(value), float) or reading is Mark.MASK for row in table.rows for value in row
    )


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


def check_files(files: Iterable[tuple[str, bytes]], pack: Pack) -> Report:
    """Read and check files given as (name, bytes). Raises BadInput when one cannot be read."""
    return check_documents(read_documents(files), pack)
