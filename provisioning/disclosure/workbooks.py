"""XLSX workbooks into grids of cells, and what a workbook holds beside its visible cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from provisioning.disclosure.delimited import Grid
from provisioning.disclosure.model import Finding, Value, cell_name
from provisioning.errors import BadInput
from provisioning.messages import _

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
MOST_BYTES = 1 << 30
"""A workbook that unpacks to more than this is refused: a small file can be made to fill the memory."""
MOST_CELLS = 20_000_000

_LAST_ROW = re.compile(rb'<row [^>]*?r="(\d+)"')
_WIDE_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{3})\d+"')
_HIDDEN = re.compile(rb'<(?:row|col)\s[^>]*?\bhidden="(?:1|true)"')


def read_workbook(name: str, content: bytes) -> tuple[list[tuple[str, Grid]], list[Finding]]:
    """The sheets of a workbook as (name, grid), and findings on what stands beside the cells.

    Hidden sheets are read like visible ones. Raises BadInput for a broken, encrypted or huge file.
    """
    _check_container(name, content)
    try:
        findings = list(_beside_the_cells(name, content))
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets: list[tuple[str, Grid]] = []
        for facts in book.sheets_metadata:
            if facts.typ is not SheetTypeEnum.WorkSheet:
                findings.append(_file_finding("FILE-2", name, facts.name, _("it is a chart sheet, which is not read")))
                continue
            if facts.visible is not SheetVisibleEnum.Visible:
                findings.append(
                    _file_finding("FILE-1", name, facts.name, _("the sheet is hidden; it was checked all the same"))
                )
            rows = book.get_sheet_by_name(facts.name).to_python(skip_empty_area=False)
            sheets.append((facts.name, [[_value(cell) for cell in row] for row in rows]))
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise _broken(name, str(error)) from error
    return sheets, findings


def _broken(name: str, reason: str) -> BadInput:
    return BadInput(
        _("{name} cannot be read as a workbook: {reason}.").format(name=name, reason=reason),
        fix=_("Open it in a spreadsheet program, save it again as .xlsx without a password, and try again."),
    )


def _check_container(name: str, content: bytes) -> None:
    if content.startswith(OLE_MAGIC):
        raise _broken(name, _("it is encrypted, or in the old .xls format"))
    if not content.startswith(ZIP_MAGIC):
        raise _broken(name, _("it is no .xlsx file"))


def _value(cell: Any) -> Value:
    """A cell of the library as a value; `bool` before numbers, since it is one of them."""
    if isinstance(cell, float):
        return cell
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return float(cell)
    if isinstance(cell, date | datetime | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return None


def _beside_the_cells(name: str, content: bytes) -> Iterator[Finding]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
            raise _broken(name, _("it unpacks to more than {size} MiB").format(size=MOST_BYTES >> 20))
        names = parts.namelist()
        if any(part.startswith("xl/pivotCache/pivotCacheRecords") for part in names):
            yield _file_finding(
                "FILE-3",
                name,
                "",
                _("it keeps the source rows of a pivot table"),
                _("Copy the table as values into a new workbook."),
            )
        for what in sorted({what for prefix, what in _parts() if any(part.startswith(prefix) for part in names)}):
            yield _file_finding("FILE-2", name, "", _("it holds {what}, which are not read").format(what=what))
        hidden = 0
        for part in names:
            if part.startswith("xl/worksheets/sheet"):
                xml = parts.read(part)
                _check_extent(name, xml)
                hidden += len(_HIDDEN.findall(xml))
        if hidden:
            yield _file_finding("FILE-1", name, "", _("it has hidden rows or columns; they were checked all the same"))


def _parts() -> list[tuple[str, str]]:
    """Where a workbook keeps what is no cell: the start of a part's name, and what people call it."""
    return [
        ("xl/comments", _("comments")),
        ("xl/threadedComments", _("comments")),
        ("xl/externalLinks/", _("copies of cells of other workbooks")),
        ("xl/embeddings/", _("embedded files")),
        ("xl/media/", _("pictures")),
        ("xl/charts/", _("charts, which keep a copy of their numbers")),
        ("xl/drawings/drawing", _("drawings or text boxes")),
        ("xl/model/", _("a data model")),
        ("xl/vbaProject", _("macros")),
    ]


def _check_extent(name: str, xml: bytes) -> None:
    """Refuse a sheet whose far corner is so far away that reading it would fill the memory."""
    tail = _LAST_ROW.findall(xml, max(0, len(xml) - (4 << 20)))
    rows = int(tail[-1]) if tail else 0
    columns = max((_column_number(letters) for letters in set(_WIDE_CELL.findall(xml))), default=702)
    if rows * columns > MOST_CELLS and (columns > 702 or rows * _columns_used(xml) > MOST_CELLS):
        raise _broken(name, _("a sheet spreads over more than {cells} cells").format(cells=MOST_CELLS))


def _columns_used(xml: bytes) -> int:
    return max((_column_number(letters) for letters in set(re.findall(rb'<c [^>]*?r="([A-Z]+)\d', xml))), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _file_finding(rule: str, file: str, sheet: str, what: str, fix: str = "") -> Finding:
    return Finding(
        rule=rule,
        verdict="fail" if rule == "FILE-3" else "review",
        file=file,
        sheet=sheet,
        row=1,
        column=1,
        cell=cell_name(1, 1),
        reason=_("About {file}: {what}.").format(file=f"{file} [{sheet}]" if sheet else file, what=what),
        fix=fix or _("Remove it, or look at it by eye before approval."),
        inferred=True,
    )
