"""XLSX workbooks into grids of cells; what a workbook holds beside them is told by `workbook_parts`."""

from __future__ import annotations

import io
import math
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from provisioning.disclosure.delimited import Grid
from provisioning.disclosure.model import Finding, Value
from provisioning.disclosure.reading import file_finding
from provisioning.disclosure.workbook_parts import Beside, beside_the_cells, broken_workbook
from provisioning.messages import _

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"


def read_workbook(name: str, content: bytes) -> tuple[list[tuple[str, Grid]], list[Finding]]:
    """The sheets of a workbook as (name, grid), and findings on what stands beside the cells.

    Hidden sheets are read like visible ones. Raises BadInput for a broken, encrypted or huge file.
    """
    sheets, beside = read_workbook_whole(name, content)
    return sheets, beside.findings


def read_workbook_whole(name: str, content: bytes) -> tuple[list[tuple[str, Grid]], Beside]:
    """Like `read_workbook`, with the words outside the cells and the facts that the workbook states of itself."""
    _check_container(name, content)
    beside = beside_the_cells(name, content)
    findings = beside.findings
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets: list[tuple[str, Grid]] = []
        for sheet in book.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                what = _("it is a chart sheet, which is not read")
                findings.append(file_finding("FILE-2", "review", name, what, sheet=sheet.name))
                continue
            if sheet.visible is not SheetVisibleEnum.Visible:
                very = sheet.visible is SheetVisibleEnum.VeryHidden
                what = (
                    _("the sheet is hidden so that no menu shows it; it was checked all the same")
                    if very
                    else _("the sheet is hidden; it was checked all the same")
                )
                findings.append(file_finding("FILE-1", "review", name, what, sheet=sheet.name))
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            sheets.append((sheet.name, [[_value(cell) for cell in row] for row in rows]))
    except (CalamineError, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise broken_workbook(name, str(error)) from error
    return sheets, beside


def _check_container(name: str, content: bytes) -> None:
    if content.startswith(OLE_MAGIC):
        raise broken_workbook(name, _("it is encrypted, or in the old .xls format"))
    if not content.startswith(ZIP_MAGIC):
        raise broken_workbook(name, _("it is no .xlsx file"))


def _value(cell: Any) -> Value:
    """A cell of the library as a value; `bool` before numbers, since it is one of them."""
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
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
