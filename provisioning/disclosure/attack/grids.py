"""Tables as read, and tables of the register, as grids for the attack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from provisioning.disclosure.attack.axes import Axis, read_axis
from provisioning.disclosure.attack.model import DeclaredSum, Flags, Floats, Grid
from provisioning.disclosure.columns import COUNTS, Understood
from provisioning.disclosure.declaration import line_numbers
from provisioning.disclosure.left_out import left_out
from provisioning.disclosure.model import Kind, Value
from provisioning.disclosure.quotients import Quotient, quotients
from provisioning.disclosure.register import ReleasedTable
from provisioning.disclosure.rules.quantities import LEAST_MATERIALS, LEAST_QUANTITY
from provisioning.disclosure.values import Mark, folded

THRESHOLD = 10.0
_STATED = re.compile(r"(\d[\d,]*)\s*未満の?(?:場合|箇所|ところ|値|件数|人数|数値)")
_SMALLEST_TOO = re.compile(r"未満の箇所が1\s*[箇か]所の場合は\S*最小値|smallest visible value is masked")
_ROUNDED = re.compile(r"四捨五入|切り?上げ|切り?捨て|丸め|rounded|rounding")
_SPAN = re.compile(r"(\d+)\D?[-~〜‐–―](\d+)\D?")
_BELOW = re.compile(r"(<=|<|≦|≤)?(\d+)\D{0,3}?(未満|以下)?")
_STEPS = (1000.0, 100.0, 50.0, 10.0, 5.0)
_ENOUGH = 8


def grid_of_table(read: Understood) -> Grid | None:
    """The counts of a table as a grid; None when it has none."""
    columns = [i for i, meaning in enumerate(read.meanings) if meaning.kind in COUNTS]
    if not columns or not read.table.rows:
        return None
    cells = _Cells.of((len(read.table.rows), len(columns)))
    at = {index: place for place, index in enumerate(columns)}
    for place, index in enumerate(columns):
        for row, reading in read.readings(index):
            if isinstance(reading, float) and not read.is_statistic_of_group(row, index):
                cells.values[row, place] = reading
            elif reading is Mark.MASK or reading is Mark.NARROW_MASK:
                cells.masked[row, place] = True
                mark = read.table.rows[row][index]
                if reading is Mark.NARROW_MASK or (isinstance(mark, str) and len(mark) > 1):
                    cells.marks[row, place] = mark
    for cell in left_out(read):
        cells.leave_out(cell.row, at[cell.column], nothing=cell.nothing)
    if not np.isfinite(cells.values).any() and not cells.masked.any():
        return None
    kinds = tuple(read.meanings[i].kind for i in columns)
    table = read.table
    said = folded(" ".join([table.title, *(text.text for text in table.texts)]))
    source = _Source(
        (table.file, table.sheet, table.title),
        said,
        kinds,
        table.row_numbers,
        tuple(table.columns[i].number for i in columns),
        _threshold(said, kinds, {read.route(row) for row in range(min(1, len(table.rows)))}),
        totals=tuple((total.line, total.of) for total in read.declared.totals) if read.declared else (),
        quotients=tuple(_on_grid(quotients(read) if cells.masked.any() or cells.any_near(THRESHOLD) else (), columns)),
    )
    axes = read_axis(read.row_labels), column_axis([table.columns[i].path for i in columns], kinds)
    return _grid(source, axes, cells)


def grid_of_release(table: ReleasedTable, release: str, *, own: bool) -> Grid | None:
    """A table of the register as a grid; None when it has no counts. `own`: it was released for the same approval."""
    columns = [i for i, kind in enumerate(table.kinds) if Kind(kind) in COUNTS]
    if not columns:
        return None
    whole = np.array([[np.nan if v is None else v for v in row] for row in table.values], np.float64)
    cells = _Cells.of((len(whole), len(columns)))
    cells.values[:] = whole[:, columns]
    at = {index: place for place, index in enumerate(columns)}
    for row, column in table.masked:
        if column in at:
            cells.masked[row, at[column]] = True
    for row, column, nothing in table.blank:
        if column in at:
            cells.leave_out(row, at[column], nothing=nothing)
    kinds = tuple(Kind(table.kinds[i]) for i in columns)
    source = _Source(
        (table.file, table.sheet, table.title),
        folded(table.said),
        kinds,
        table.row_numbers,
        tuple(table.column_numbers[i] for i in columns),
        _threshold(folded(table.said), kinds, set()),
        release,
        own,
        table.totals,
        tuple(_on_grid((Quotient(*told) for told in table.quotients), columns)),
    )
    axes = read_axis(table.rows), column_axis([table.columns[i] for i in columns], kinds)
    return _grid(source, axes, cells)


@dataclass(frozen=True, eq=False)
class _Cells:
    """The cells of a grid as they are read: figures, what is hidden, and what masks say beside being one."""

    values: Floats
    masked: Flags
    blank: Flags
    nothing: Flags
    marks: dict[tuple[int, int], Value]

    @classmethod
    def of(cls, shape: tuple[int, int]) -> _Cells:
        """Cells of that many rows and columns without a figure."""
        masked, blank, nothing = (np.zeros(shape, np.bool_) for _n in range(3))
        return cls(np.full(shape, np.nan), masked, blank, nothing, {})

    def leave_out(self, row: int, column: int, *, nothing: bool) -> None:
        """Note that a count may be left out in a cell."""
        self.masked[row, column] = self.blank[row, column] = True
        self.nothing[row, column] = nothing

    def any_near(self, threshold: float) -> bool:
        """Whether two figures of one row differ by less than the threshold, as a part and its whole do."""
        steps = np.diff(np.sort(self.values, axis=1), axis=1)
        return bool(((steps > 0) & (steps < threshold)).any())


@dataclass(frozen=True, eq=False)
class _Source:
    """Where the figures of a grid come from: names, all texts around them, places, and what each column counts."""

    names: tuple[str, str, str]
    said: str
    kinds: tuple[Kind, ...]
    row_numbers: tuple[int, ...]
    column_numbers: tuple[int, ...]
    threshold: float
    release: str = ""
    own: bool = True
    totals: Sequence[tuple[str, tuple[str, ...]]] = ()
    quotients: tuple[Quotient, ...] = ()


def _grid(source: _Source, axes: tuple[Axis, Axis], cells: _Cells) -> Grid:
    threshold = source.threshold
    values, masked = cells.values, cells.masked
    shown = values[np.isfinite(values)]
    integral = bool(np.all(shown == np.floor(shown)))
    least, most = (1.0, threshold - 1) if integral else (0.0, threshold)
    low, high = np.full(values.shape, least), np.full(values.shape, most)
    low[cells.blank] = 0.0
    high[cells.nothing] = 0.0
    for (row, column), mark in cells.marks.items():
        low[row, column], high[row, column] = _said(mark, least, most)
    file, sheet, title = source.names
    return Grid(
        file=file,
        sheet=sheet,
        title=title,
        rows=axes[0],
        columns=axes[1],
        kinds=source.kinds,
        values=values,
        masked=masked,
        blank=cells.blank,
        low=low,
        high=high,
        row_numbers=source.row_numbers,
        column_numbers=source.column_numbers,
        threshold=threshold,
        integral=integral,
        smallest_too=bool(_SMALLEST_TOO.search(source.said)),
        step=_step(shown, integral),
        rounded=bool(_ROUNDED.search(source.said)),
        release=source.release,
        own=source.own,
        declared=tuple(_declared(source)),
        quotients=source.quotients,
    )


def _on_grid(found: Iterable[Quotient], columns: Sequence[int]) -> Iterator[Quotient]:
    """Quotients by the rows and columns of the grid, which has some of the table's columns."""
    places = {index: place for place, index in enumerate(columns)}
    for told in found:
        (above, numerator), (below, denominator) = told.numerator, told.denominator
        if numerator in places and denominator in places:
            yield replace(told, numerator=(above, places[numerator]), denominator=(below, places[denominator]))


def _declared(source: _Source) -> Iterator[DeclaredSum]:
    """The declared sums of which the grid has the total and every part that the table has."""
    for line, of in source.totals:
        by_row = line[0].isdigit()
        numbers = source.row_numbers if by_row else source.column_numbers
        places = {number: index for index, number in enumerate(numbers)}
        total = places.get(line_numbers(line)[0])
        parts = sorted({places[n] for part in of for n in line_numbers(part) if n in places})
        if total is not None and total not in parts and parts:
            yield DeclaredSum(by_row, total, tuple(parts))


def column_axis(paths: Sequence[Sequence[str]], kinds: tuple[Kind, ...]) -> Axis:
    """The headings of columns; what a column counts is one of the dimensions if there are several kinds."""
    axis = read_axis(paths, short_is_all=True)
    if len(set(kinds)) == 1:
        return axis
    return Axis(tuple((*told, str(kind)) for told, kind in zip(axis.labels, kinds, strict=True)), axis.named)


def _threshold(said: str, kinds: tuple[Kind, ...], routes: set[str | None]) -> float:
    """Below which figure cells are masked: as the title says, else as the rules have it (PUB-1, PUB-6, PUB-9)."""
    if match := _STATED.search(said):
        return float(match[1].replace(",", ""))
    kind = kinds[0]
    if kind is Kind.DRUGS and Kind.PATIENTS not in kinds:
        return float(LEAST_QUANTITY["injection" if routes == {"injection"} else "oral or external"])
    return float(LEAST_MATERIALS) if kind is Kind.MATERIALS else THRESHOLD


def _said(mark: Value, least: float, most: float) -> tuple[float, float]:
    """What a mask itself says of its cell: `<5` is 1 to 4, `3-7` is 3 to 7, a dash is any small count."""
    text = folded(mark).replace(" ", "") if isinstance(mark, str) else ""
    if span := _SPAN.fullmatch(text):
        return float(span[1]), float(span[2])
    below = _BELOW.fullmatch(text)
    if below and (below[1] or below[3]):
        bound = float(below[2])
        reached = below[1] in ("<=", "≦", "≤") or below[3] == "以下"
        return least, max(least, bound if reached or most % 1 else bound - 1)
    return least, most


def _step(shown: Floats, integral: bool) -> float:
    """To what the figures are rounded: 1 if they are not; else the widest of the usual steps that all of them keep."""
    positive = shown[shown > 0]
    if not integral:
        return _decimals(shown)
    if len(positive) < _ENOUGH:
        return 1.0
    return next((step for step in _STEPS if np.all(positive % step == 0)), 1.0)


def _decimals(shown: Floats) -> float:
    return next((10.0**-d for d in range(1, 6) if np.all(np.abs(shown * 10**d - np.rint(shown * 10**d)) < 1e-4)), 1e-6)
