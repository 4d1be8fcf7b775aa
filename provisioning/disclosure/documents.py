"""Files into documents: the kind of file is told by its name and proved by its bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from provisioning.disclosure.archives import unpack
from provisioning.disclosure.delimited import Source, chunks, decode, read_delimited
from provisioning.disclosure.kinds import SUFFIXES, TABLES, check_kind, suffix_of
from provisioning.disclosure.latex import read_latex
from provisioning.disclosure.layout import find_tables
from provisioning.disclosure.markup import read_markdown
from provisioning.disclosure.model import Document
from provisioning.disclosure.portable import read_pdf
from provisioning.disclosure.reading import Reading, Sheet
from provisioning.disclosure.webpages import read_html
from provisioning.disclosure.word import read_word
from provisioning.disclosure.workbooks import read_workbook_whole
from provisioning.errors import BadInput, Problem
from provisioning.messages import _

MOST_FILE_BYTES = 100 << 20
MOST_CELLS = 5_000_000
"""Of a delimited file: what a table in memory may hold."""

__all__ = ["SUFFIXES", "read_document", "read_documents", "read_file"]


def read_document(name: str, content: bytes) -> Document:
    """The tables of a file. Raises BadInput when it is empty, broken, encrypted or of an unknown type."""
    suffix = check_kind(name, content)
    if len(content) > MOST_FILE_BYTES:
        raise BadInput(
            _("{name} is larger than {size} MiB.").format(name=name, size=MOST_FILE_BYTES >> 20),
            fix=_("A result for publication is small; split or aggregate it."),
        )
    reading = _READERS[suffix](name, content)
    tables = [
        table
        for sheet in reading.sheets
        for table in find_tables(name, sheet.name, sheet.grid, sheet.first, sheet.title)
    ]
    if not tables and (suffix in TABLES or not reading.texts):
        raise BadInput(
            _("{name} holds nothing.").format(name=name), fix=_("Check that the right file was saved, and try again.")
        )
    return Document(name, tuple(tables), tuple(reading.findings), tuple(reading.texts), tuple(reading.facts))


def is_too_large(name: str, source: Source) -> bool:
    """Whether a delimited file has more cells, or more bytes, than a table in memory may hold."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if suffix_of(name) not in (".csv", ".tsv") or size < MOST_CELLS:
        return False
    if size > MOST_FILE_BYTES:
        return True
    seen: Counter[bytes] = Counter()
    for piece in chunks(source):
        seen.update({sign: piece.count(sign) for sign in (b"\n", b",", b"\t", b";", b"|")})
    lines = seen.pop(b"\n", 0)
    return lines + max(seen.values(), default=0) > MOST_CELLS


def _delimited(name: str, content: bytes) -> Reading:
    if is_too_large(name, content):
        raise BadInput(
            _("{name} holds more than {cells} cells.").format(name=name, cells=f"{MOST_CELLS:,}"),
            fix=_("A result for publication is small; aggregate it. To see every finding: hic egress check FILES..."),
        )
    return Reading(sheets=[Sheet("", read_delimited(name, content, suffix_of(name)))])


def _workbook(name: str, content: bytes) -> Reading:
    sheets, beside = read_workbook_whole(name, content)
    return Reading([Sheet(sheet, grid) for sheet, grid in sheets], beside.texts, beside.findings, beside.facts)


def _archive(name: str, content: bytes) -> Reading:
    raise BadInput(
        _("{name} is an archive, which is read file by file.").format(name=name),
        fix=_("Unpack it and file the tables."),
    )


_READERS: dict[str, Callable[[str, bytes], Reading]] = {
    ".csv": _delimited,
    ".tsv": _delimited,
    ".xlsx": _workbook,
    ".md": lambda name, content: read_markdown(name, decode(name, content)),
    ".txt": lambda name, content: read_markdown(name, decode(name, content)),
    ".tex": lambda name, content: read_latex(name, decode(name, content)),
    ".html": lambda name, content: read_html(name, decode(name, content)),
    ".htm": lambda name, content: read_html(name, decode(name, content)),
    ".docx": read_word,
    ".pdf": read_pdf,
    ".zip": _archive,
}


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
    """The documents of several files, those in archives among them. Raises one BadInput that lists every
    unreadable file."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for name, content in files:
        try:
            members = unpack(name, content) if suffix_of(name) == ".zip" else [(name, content)]
        except BadInput as error:
            problems.append(Problem(name, error.message, error.fix))
            continue
        for member, data in members:
            try:
                documents.append(read_document(member, data))
            except BadInput as error:
                problems.append(Problem(member, error.message, error.fix))
    if problems:
        raise BadInput(_("{count} file(s) cannot be checked.").format(count=len(problems)), problems=problems)
    return documents
