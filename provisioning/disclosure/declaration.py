"""`tables.yaml`: what the author says that each table counts. It replaces guessing; it hides nothing."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from provisioning.disclosure.model import Document, Kind, Table
from provisioning.errors import BadInput, Problem
from provisioning.lined_yaml import line_of, parse_lined
from provisioning.messages import _

Letters = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")]
Columns = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}(?::[A-Z]{1,3})?$")]
Line = Annotated[str, StringConstraints(pattern=r"^(?:[A-Z]{1,3}|[1-9]\d{0,6})$")]
Lines = Annotated[str, StringConstraints(pattern=r"^(?:[A-Z]{1,3}(?::[A-Z]{1,3})?|[1-9]\d{0,6}(?::[1-9]\d{0,6})?)$")]
RouteName = Literal["injection", "oral or external"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, coerce_numbers_to_str=True)


class ColumnSays(_Strict):
    """What one column or a range of columns (`B` or `B:F`) holds; a percentage may name its two counts."""

    column: Columns
    kind: Kind = Field(alias="is")
    numerator: Letters | None = None
    denominator: Letters | None = None


class TotalSays(_Strict):
    """A line (column letters or row number) that is the sum of others, such as `E` of `B:D`, or `12` of `3:11`."""

    line: Line
    of: tuple[Lines, ...] = Field(min_length=1)


class TableSays(_Strict):
    """One table. `sample` is the share of persons in the data when they are a sample (PUB-27)."""

    file: str
    sheet: str = ""
    table: int = Field(default=1, ge=1)
    counts: Kind
    unit: str = ""
    route: RouteName | None = None
    sample: float | None = Field(default=None, gt=0, le=1)
    dimensions: tuple[str, ...] = ()
    columns: tuple[ColumnSays, ...] = ()
    totals: tuple[TotalSays, ...] = ()

    def column(self, number: int) -> ColumnSays | None:
        """What is said of the column with this 1-based number in the file."""
        return next((says for says in self.columns if number in column_numbers(says.column)), None)


class Declaration(_Strict):
    """All tables that the author describes. Tables that are not named are read by inference."""

    tables: tuple[TableSays, ...] = Field(min_length=1)

    def of(self, table: Table, place: int) -> TableSays | None:
        """What is said of a table; `place` counts the tables of its sheet from 1."""
        wanted = (table.file, table.sheet, place)
        return next((says for says in self.tables if (says.file, says.sheet, says.table) == wanted), None)


def column_numbers(letters: str) -> range:
    """The 1-based numbers of `B` or `B:F`."""
    first, _colon, last = letters.partition(":")
    return range(_number(first), _number(last or first) + 1)


def line_numbers(lines: str) -> range:
    """The numbers of rows (`3:11`) or of columns (`B:D`)."""
    if not lines[0].isdigit():
        return column_numbers(lines)
    first, _colon, last = lines.partition(":")
    return range(int(first), int(last or first) + 1)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def places(document: Document) -> list[tuple[Table, int]]:
    """The tables of a document with their places in their sheets, from 1."""
    count: dict[tuple[str, str], int] = {}
    found = []
    for table in document.tables:
        key = (table.file, table.sheet)
        count[key] = count.get(key, 0) + 1
        found.append((table, count[key]))
    return found


def parse_declaration(text: str, name: str, documents: list[Document]) -> Declaration:
    """The declaration in YAML text, held against the files it describes.

    Raises BadInput that lists every mistake with its line: of form, and of files, tables, columns
    and rows that are not there or are described twice.
    """
    nothing = BadInput(
        _("{name} describes no table.").format(name=name),
        fix=_("Let a draft be written: hic egress describe FILES... --out tables.yaml"),
    )
    declaration = parse_lined(text, name, Declaration, nothing)
    known = {(t.file, t.sheet, n): t for document in documents for t, n in places(document)}
    problems = [
        Problem(f"{name}:{line_of(text, ('tables', i, *where))} tables.{i}", what, fix)
        for i, says in enumerate(declaration.tables)
        for where, what, fix in _mistakes(says, known, declaration.tables[:i])
    ]
    if problems:
        raise BadInput(
            _("{name} has {count} mistake(s); nothing was checked.").format(name=name, count=len(problems)),
            problems=problems,
        )
    return declaration


_Mistake = tuple[tuple[int | str, ...], str, str]


def _mistakes(
    says: TableSays, known: dict[tuple[str, str, int], Table], before: tuple[TableSays, ...]
) -> list[_Mistake]:
    key = (says.file, says.sheet, says.table)
    table = known.get(key)
    if table is None:
        shown = "; ".join(f"{file} [{sheet}] {n}" if sheet else f"{file} {n}" for file, sheet, n in list(known)[:5])
        return [((), _("there is no such table"), _("the files hold: {tables}").format(tables=shown))]
    if any((other.file, other.sheet, other.table) == key for other in before):
        return [((), _("this table is described twice"), _("keep one"))]
    columns, rows = {column.number for column in table.columns}, set(table.row_numbers)
    found: list[_Mistake] = []
    for i, column in enumerate(says.columns):
        for field, letters in (
            ("column", column.column),
            ("numerator", column.numerator),
            ("denominator", column.denominator),
        ):
            if letters and not set(column_numbers(letters)) & columns:
                found.append((("columns", i, field), _("the table has no column {name}").format(name=letters), ""))
        if (column.numerator is None) != (column.denominator is None):
            found.append((("columns", i), _("numerator and denominator belong together"), _("give both or none")))
    for i, total in enumerate(says.totals):
        lines = [total.line, *total.of]
        if len({bool(re.match(r"\d", line)) for line in lines}) > 1:
            found.append((("totals", i), _("a total of rows is a row, one of columns a column"), ""))
            continue
        there = rows if total.line[0].isdigit() else columns
        for line in lines:
            if not set(line_numbers(line)) & there:
                found.append((("totals", i), _("the table has no line {name}").format(name=line), ""))
        if line_numbers(total.line)[0] in {n for part in total.of for n in line_numbers(part)}:
            found.append((("totals", i), _("line {name} is a part of itself").format(name=total.line), ""))
    return found
