"""What an XLSX workbook holds beside its visible cells, read from its parts without a spreadsheet program."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError  # a type of error only: parsing is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from provisioning.disclosure.archives import check_package
from provisioning.disclosure.model import Fact, Finding, shown
from provisioning.disclosure.reading import broken, file_finding
from provisioning.disclosure.word import properties
from provisioning.errors import BadInput
from provisioning.messages import _

MOST_CELLS = 5_000_000

_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\sr=["'](\d{1,9})""")
_CELL_COLUMN = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\sr=["']([A-Za-z]{1,4})\d""")
_CELL_ROW = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\sr=["'][A-Za-z]{1,4}(\d{1,9})["']""")
_ENTITY_PLACE = re.compile(rb"""\sr=["'][^"'<>]*&""")
_HIDDEN = re.compile(rb"""<(?:row|col)\s[^>]*?\bhidden=["'](?:1|true)""")
_FORMULA = re.compile(rb"<f[ >/]")
_NO_VALUE = re.compile(
    rb"""<c\s[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"""
)
_NAME = re.compile(rb"<definedName\s([^>]*)>([^<]*)<")
_TEXT_OF_NOTE = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")


def broken_workbook(name: str, reason: str) -> BadInput:
    """The error for a workbook that cannot be read."""
    fix = _("Open it in a spreadsheet program, save it again as .xlsx without a password, and try again.")
    return broken(name, _("a workbook"), reason, fix)


def beside_the_cells(name: str, content: bytes) -> tuple[list[Finding], list[Fact]]:
    """Findings on parts and hidden things, and the document's own properties.

    Raises BadInput for a damaged package, one that unpacks too far, or a sheet with a far corner.
    """
    fix = broken_workbook(name, "").fix
    parts = check_package(name, content, _("a workbook"), fix)
    findings: list[Finding] = []
    facts: list[Fact] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            findings += _parts_found(name, parts)
            findings += _sheets(name, package, [p for p in parts if re.match(r"xl/worksheets/[^/]+\.xml$", p)])
            if "xl/workbook.xml" in parts:
                findings += _names(name, package.read("xl/workbook.xml"))
            for part in parts:
                if re.match(r"xl/(?:comments|threadedComments)", part) and part.endswith(".xml"):
                    notes = b" ".join(_TEXT_OF_NOTE.findall(package.read(part))).decode("utf-8", "replace")
                    facts.append(Fact(name, "comments", html.unescape(notes)))
            for part in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
                if part in parts:
                    facts += properties(name, fromstring(package.read(part), forbid_dtd=True))
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, OSError, ValueError) as error:
        raise broken_workbook(name, str(error)) from error
    return findings, facts


def _parts_found(name: str, parts: list[str]) -> Iterator[Finding]:
    if any(part.startswith("xl/pivotCache/pivotCacheRecords") for part in parts):
        what = _("it keeps the source rows of a pivot table")
        yield file_finding("FILE-3", "fail", name, what, _("Copy the table as values into a new workbook."))
    refused = (
        ("xl/vbaProject", _("macros")),
        ("xl/embeddings/", _("embedded files")),
        ("xl/model/", _("a data model")),
    )
    for prefix, what in refused:
        if any(part.startswith(prefix) for part in parts):
            says = _("it holds {what}, which never leave unread").format(what=what)
            yield file_finding("FILE-4", "fail", name, says, _("Copy the tables as values into a new workbook."))
    for what in sorted({what for prefix, what in _reviewed() if any(part.startswith(prefix) for part in parts)}):
        yield file_finding("FILE-2", "review", name, _("it holds {what}, which are not read").format(what=what))


def _reviewed() -> list[tuple[str, str]]:
    """Where a workbook keeps what is no cell: the start of a part's name, and what people call it."""
    return [
        ("xl/comments", _("comments")),
        ("xl/threadedComments", _("comments")),
        ("xl/externalLinks/", _("copies of cells of other workbooks")),
        ("xl/media/", _("pictures")),
        ("xl/charts/", _("charts, which keep a copy of their numbers")),
        ("xl/drawings/drawing", _("drawings or text boxes")),
        ("xl/pivotCache/pivotCacheDefinition", _("pivot tables, which keep a list of their values")),
        ("xl/connections", _("connections to other data")),
        ("xl/queryTables/", _("connections to other data")),
        ("xl/revisions/", _("the history of changes")),
        ("customXml/item", _("custom XML data")),
        ("xl/customProperty", _("custom properties of sheets")),
    ]


def _sheets(name: str, package: zipfile.ZipFile, parts: list[str]) -> Iterator[Finding]:
    hidden = formulas = 0
    without: list[str] = []
    for part in parts:
        xml = package.read(part)
        _check_extent(name, xml)
        hidden += len(_HIDDEN.findall(xml))
        if _FORMULA.search(xml):
            formulas += len(_FORMULA.findall(xml))
            without += [place.decode() for place in _NO_VALUE.findall(xml)]
    if hidden:
        yield file_finding("FILE-1", "review", name, _("it has hidden rows or columns; they were checked all the same"))
    if without:
        what = _("formulas without a stored value, which show numbers only when opened: {places}")
        fix = _("Open and save it in a spreadsheet program, or paste the cells as values.")
        yield file_finding("FILE-5", "fail", name, what.format(places=shown(without)), fix)
    elif formulas:
        what = _("{count} cells hold formulas; the stored values were checked").format(count=formulas)
        yield file_finding("FILE-5", "review", name, what, _("Paste the cells as values."))


def _names(name: str, xml: bytes) -> Iterator[Finding]:
    """Defined names that are hidden or hold a constant; print areas and filters say nothing."""
    told = [
        attributes.decode("utf-8", "replace")
        for attributes, value in _NAME.findall(xml)
        if (b'hidden="1"' in attributes and b"_FilterDatabase" not in attributes) or b"!" not in value
        if b"_xlnm.Print" not in attributes
    ]
    if told:
        names = [found[1] if (found := re.search(r'name="([^"]*)"', text)) else text for text in told]
        what = _("it defines hidden names or constants: {names}").format(names=shown(names))
        yield file_finding("FILE-1", "review", name, what)


def _check_extent(name: str, xml: bytes) -> None:
    """Refuse a sheet whose far corner is so far away that reading it would fill the memory.

    The extent that the sheet states of itself is not believed; the places of its cells are.
    """
    if _ENTITY_PLACE.search(xml):
        raise broken_workbook(name, _("the places of its cells are written in a way that no program uses"))
    rows = {*_ROW.findall(xml), *_CELL_ROW.findall(xml)}
    columns = set(_CELL_COLUMN.findall(xml))
    corner = max(map(int, rows), default=0) * max(map(_column_number, columns), default=0)
    if corner > MOST_CELLS:
        raise broken_workbook(name, _("a sheet spreads over more than {cells} cells").format(cells=MOST_CELLS))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
