"""What an XLSX workbook holds beside its visible cells, read from its parts without a spreadsheet program."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError  # a type of error only: parsing is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from provisioning.disclosure.archives import check_package
from provisioning.disclosure.model import Fact, Finding, Text, shown
from provisioning.disclosure.packages import foreign_parts, listed_sheets, sheets_not_listed
from provisioning.disclosure.reading import broken, file_finding
from provisioning.disclosure.word import properties
from provisioning.disclosure.workbook_words import (
    strings_shown,
    told_formats,
    words_of_links,
    words_of_names,
    words_of_sheet,
    words_of_silent_part,
    words_of_strings,
    words_of_table,
)
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
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_SILENT = re.compile(
    r"xl/(?:theme/theme|styles\.|calcchain\.|metadata\.|persons/|namedsheetviews/|featureprop)\S*\.xml$|.*\.rels$"
)


@dataclass
class Beside:
    """What stands in a workbook beside its cells."""

    findings: list[Finding] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def broken_workbook(name: str, reason: str) -> BadInput:
    """The error for a workbook that cannot be read."""
    fix = _("Open it in a spreadsheet program, save it again as .xlsx without a password, and try again.")
    return broken(name, _("a workbook"), reason, fix)


def beside_the_cells(name: str, content: bytes) -> Beside:
    """Findings on parts and hidden things, the words outside the cells, and the document's own properties.

    Raises BadInput for a damaged package, one that unpacks too far, or a sheet with a far corner.
    """
    fix = broken_workbook(name, "").fix
    names = check_package(name, content, _("a workbook"), fix)
    parts = {part.lower(): part for part in names}
    found = Beside()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            found.findings += _parts_found(name, parts)
            listed = listed_sheets(package)
            found.findings += _foreign(name, [*foreign_parts(package, "xl"), *sheets_not_listed(package, listed)])
            sheets = {part: listed.get(p, part) for p, part in parts.items() if _SHEET.fullmatch(p)}
            used = _add_sheets(found, name, package, sheets)
            if book := parts.get("xl/workbook.xml"):
                found.findings += _names(name, package.read(book))
                found.texts += words_of_names(package.read(book))
            if strings := parts.get("xl/sharedstrings.xml"):
                texts, findings = words_of_strings(name, package.read(strings), used)
                found.texts += texts
                found.findings += findings
            if styles := parts.get("xl/styles.xml"):
                found.findings += told_formats(name, package.read(styles))
            _add_words(found, name, package, parts)
            for part in ("docprops/core.xml", "docprops/app.xml", "docprops/custom.xml"):
                if part in parts:
                    found.facts += properties(name, fromstring(package.read(parts[part]), forbid_dtd=True))
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, OSError, ValueError) as error:
        raise broken_workbook(name, str(error)) from error
    return found


def _add_words(found: Beside, name: str, package: zipfile.ZipFile, parts: dict[str, str]) -> None:
    """The words of comments, links, tables, and of parts that should have none; `parts` by names in lower case."""
    silent = [
        text for lower, p in parts.items() if _SILENT.match(lower) for text in words_of_silent_part(p, package.read(p))
    ]
    if silent:
        found.texts += silent
        what = _("parts that hold no words hold some: {parts}; they were read like text")
        says = what.format(parts=shown(sorted({text.place for text in silent})))
        found.findings.append(file_finding("FILE-1", "review", name, says))
    notes: list[str] = []
    for lower, part in parts.items():
        if re.match(r"xl/tables/[^/]+$", lower):
            found.texts += words_of_table(package.read(part))
        elif lower.endswith(".rels"):
            found.texts += words_of_links(fromstring(package.read(part), forbid_dtd=True))
        elif re.match(r"xl/(?:comments|threadedcomments)", lower):
            said = [" ".join(text.split()) for text in fromstring(package.read(part), forbid_dtd=True).itertext()]
            found.facts.append(Fact(name, "comments", " ".join(filter(None, said))))
            notes += filter(None, said)
    if notes:
        found.texts += [Text(1, 1, note, _("comment of a cell")) for note in notes]
        what = _("it holds comments that are not printed; they were read like text")
        found.findings.append(file_finding("FILE-2", "review", name, what, _("Delete the comments.")))


def _foreign(name: str, parts: list[str]) -> Iterator[Finding]:
    if parts:
        what = _("it carries files that no spreadsheet program writes or shows: {parts}")
        fix = _("Copy the tables as values into a new workbook.")
        yield file_finding("FILE-4", "fail", name, what.format(parts=shown(parts)), fix)


def _parts_found(name: str, parts: Iterable[str]) -> Iterator[Finding]:
    """What each kind of part is called; `parts` in lower case."""
    if any(part.startswith("xl/pivotcache/pivotcacherecords") for part in parts):
        what = _("it keeps the source rows of a pivot table")
        yield file_finding("FILE-3", "fail", name, what, _("Copy the table as values into a new workbook."))
    refused = (
        ("xl/vbaproject", _("macros")),
        ("xl/macrosheets/", _("macros")),
        ("xl/activex/", _("embedded files")),
        ("xl/embeddings/", _("embedded files")),
        ("xl/model/", _("a data model")),
    )
    for what in dict.fromkeys(what for prefix, what in refused if any(part.startswith(prefix) for part in parts)):
        says = _("it holds {what}, which never leave unread").format(what=what)
        yield file_finding("FILE-4", "fail", name, says, _("Copy the tables as values into a new workbook."))
    for what in sorted({what for prefix, what in _reviewed() if any(part.startswith(prefix) for part in parts)}):
        yield file_finding("FILE-2", "review", name, _("it holds {what}, which are not read").format(what=what))


def _reviewed() -> list[tuple[str, str]]:
    """Where a workbook keeps what is no cell: the start of a part's name, and what people call it."""
    return [
        ("xl/externallinks/", _("copies of cells of other workbooks")),
        ("xl/media/", _("pictures")),
        ("docprops/thumbnail", _("pictures")),
        ("xl/charts/", _("charts, which keep a copy of their numbers")),
        ("xl/drawings/drawing", _("drawings or text boxes")),
        ("xl/diagrams/", _("drawings or text boxes")),
        ("xl/ctrlprops/", _("form controls")),
        ("xl/pivotcache/pivotcachedefinition", _("pivot tables, which keep a list of their values")),
        ("xl/slicercaches/", _("pivot tables, which keep a list of their values")),
        ("xl/timelinecaches/", _("pivot tables, which keep a list of their values")),
        ("xl/richdata/", _("linked data types, which keep their values")),
        ("xl/connections", _("connections to other data")),
        ("xl/querytables/", _("connections to other data")),
        ("xl/revisions/", _("the history of changes")),
        ("xl/printersettings/", _("settings of a printer")),
        ("customxml/item", _("custom XML data")),
        ("xl/customproperty", _("custom properties of sheets")),
    ]


def _add_sheets(found: Beside, name: str, package: zipfile.ZipFile, sheets: dict[str, str]) -> set[int]:
    """What sheets (parts by their names) hold beside their cells; the numbers of the strings that cells show."""
    hidden = formulas = 0
    without: list[str] = []
    used: set[int] = set()
    for part, title in sheets.items():
        xml = package.read(part)
        _check_extent(name, xml)
        hidden += len(_HIDDEN.findall(xml))
        if _FORMULA.search(xml):
            formulas += len(_FORMULA.findall(xml))
            without += [place.decode() for place in _NO_VALUE.findall(xml)]
        found.texts += words_of_sheet(xml, title)
        used |= strings_shown(xml)
    if hidden:
        what = _("it has hidden rows or columns; they were checked all the same")
        found.findings.append(file_finding("FILE-1", "review", name, what))
    if without:
        what = _("formulas without a stored value, which show numbers only when opened: {places}")
        fix = _("Open and save it in a spreadsheet program, or paste the cells as values.")
        found.findings.append(file_finding("FILE-5", "fail", name, what.format(places=shown(without)), fix))
    elif formulas:
        what = _("{count} cells hold formulas; the stored values were checked").format(count=formulas)
        found.findings.append(file_finding("FILE-5", "review", name, what, _("Paste the cells as values.")))
    return used


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
