"""Files into documents: the kind of file is told by its name and proved by its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from provisioning.disclosure.delimited import read_delimited
from provisioning.disclosure.layout import find_tables
from provisioning.disclosure.model import Document
from provisioning.disclosure.workbooks import read_workbook
from provisioning.errors import BadInput, Problem
from provisioning.messages import _

SUFFIXES = (".csv", ".tsv", ".xlsx")
MOST_FILE_BYTES = 100 << 20


def read_document(name: str, content: bytes) -> Document:
    """The tables of a file. Raises BadInput when it is empty, broken, encrypted or of an unknown type."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise BadInput(
            _("{name} is of a type that cannot be checked.").format(name=name),
            fix=_("Save the tables as one of: {suffixes}.").format(suffixes=", ".join(SUFFIXES)),
        )
    if len(content) > MOST_FILE_BYTES:
        raise BadInput(
            _("{name} is larger than {size} MiB.").format(name=name, size=MOST_FILE_BYTES >> 20),
            fix=_("A result for publication is small; split or aggregate it."),
        )
    sheets, findings = (
        read_workbook(name, content) if suffix == ".xlsx" else ([("", read_delimited(name, content, suffix))], [])
    )
    tables = [table for sheet, grid in sheets for table in find_tables(name, sheet, grid)]
    if not tables:
        raise BadInput(
            _("{name} holds nothing.").format(name=name), fix=_("Check that the right file was saved, and try again.")
        )
    return Document(name, tuple(tables), tuple(findings))


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises BadInput with the reason when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
            fix=_("Check the path and your permissions."),
        ) from error


def read_documents(files: Iterable[tuple[str, bytes]]) -> list[Document]:
    """The documents of several files. Raises one BadInput that lists every unreadable file."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for name, content in files:
        try:
            documents.append(read_document(name, content))
        except BadInput as error:
            problems.append(Problem(name, error.message, error.fix))
    if problems:
        raise BadInput(_("{count} file(s) cannot be checked.").format(count=len(problems)), problems=problems)
    return documents
