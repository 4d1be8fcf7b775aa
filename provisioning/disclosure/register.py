"""The register of released numbers: every figure that left, with what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from provisioning.disclosure.columns import Understood, understand
from provisioning.disclosure.declaration import TableSays
from provisioning.disclosure.left_out import left_out
from provisioning.disclosure.model import Kind, Table
from provisioning.disclosure.quotients import quotients
from provisioning.disclosure.values import Mark, folded, in_words


@dataclass(frozen=True)
class ReleasedTable:
    """The figures of one released table with all that describes them. `said` is every text around them.

    `rows` and `columns` hold labels and headings, `kinds` what each column counts, `units` the unit of each row
    where a column of the table gives it. `values` are rows of figures; None is no figure, or a mask where
    `masked` names the place, or a count left out where `blank` does: later releases may not give them away.
    """

    file: str
    sheet: str
    title: str
    said: str
    row_numbers: tuple[int, ...]
    column_numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    units: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    masked: tuple[tuple[int, int], ...]
    totals: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The sums that the author declared: a line, and the lines it is the sum of."""
    quotients: tuple[tuple[tuple[int, int], tuple[int, int], float, float, str, int], ...] = ()
    """Percentages and means, with the row and column of their counts, as `quotients.Quotient` has them."""
    blank: tuple[tuple[int, int, bool], ...] = ()
    """Rows and columns of counts that are left out, and whether that is taken for nothing, as `LeftOut` has it."""

    def as_data(self) -> dict[str, Any]:
        """The table as plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> ReleasedTable:
        """The table that `as_data` gave away; KeyError or TypeError for anything else."""
        return cls(**{name: _frozen(value) for name, value in data.items()})

    @property
    def figures(self) -> int:
        """How many figures and masks the table holds."""
        return sum(value is not None for row in self.values for value in row) + len(self.masked)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def released_table(table: Table, declared: TableSays | None = None) -> ReleasedTable | None:
    """The figures of a table as the register keeps them; None when it has none."""
    read = understand(table, declared)
    columns = [i for i, meaning in enumerate(read.meanings) if meaning.kind is not Kind.LABEL]
    values: list[list[float | None]] = [[None] * len(columns) for _row in table.rows]
    masked: list[tuple[int, int]] = []
    for place, index in enumerate(columns):
        for row, reading in read.readings(index):
            if isinstance(reading, float) and not read.is_statistic_of_group(row, index):
                values[row][place] = reading
            elif reading in (Mark.MASK, Mark.NARROW_MASK):
                masked.append((row, place))
    at = {index: place for place, index in enumerate(columns)}
    blank = ((cell.row, at[cell.column], cell.nothing) for cell in left_out(read))
    if not masked and all(value is None for row in values for value in row):
        return None
    unit = next((i for i in read.labels if folded(table.columns[i].heading).endswith(("単位", "unit", "units"))), None)
    return ReleasedTable(
        file=table.file,
        sheet=table.sheet,
        title=table.title,
        said=" ".join([table.title, *(text.text for text in table.texts if text.text not in table.title)]),
        row_numbers=table.row_numbers,
        column_numbers=tuple(table.columns[i].number for i in columns),
        rows=read.row_labels,
        units=tuple(in_words(row[unit]) for row in table.rows) if unit is not None else (),
        columns=tuple(table.columns[i].path for i in columns),
        kinds=tuple(str(read.meanings[i].kind) for i in columns),
        values=tuple(map(tuple, values)),
        masked=tuple(masked),
        totals=tuple((total.line, total.of) for total in declared.totals) if declared else (),
        quotients=tuple(_quotients(read, columns)),
        blank=tuple(blank),
    )


def _quotients(
    read: Understood, columns: list[int]
) -> Iterator[tuple[tuple[int, int], tuple[int, int], float, float, str, int]]:
    at = {index: place for place, index in enumerate(columns)}
    for told in quotients(read):
        (above, numerator), (below, denominator) = told.numerator, told.denominator
        places = (above, at[numerator]), (below, at[denominator])
        yield *places, told.low, told.high, told.name, told.evidence
