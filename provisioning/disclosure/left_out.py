"""Cells of a column of counts with neither figure nor mask: blank, NA or a word hides a count as a mask does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provisioning.disclosure.columns import COUNTS, Understood
from provisioning.disclosure.values import Mark, Reading


@dataclass(frozen=True)
class LeftOut:
    """A cell by row and column of the table whose count is left out.

    One that is `nothing` stands in a table that has masks of its own, or in a row without any figure, such as the
    heading of a group: it is taken for no count as long as the sums come out.
    """

    row: int
    column: int
    nothing: bool


def left_out(read: Understood) -> Iterator[LeftOut]:
    """Every cell that leaves a count out; a column of counts without any figure leaves none out."""
    counts = {index: [reading for _row, reading in read.readings(index)] for index in read.of_kind(*COUNTS)}
    gaps = [i for i, readings in counts.items() if Mark.BLANK in readings or Mark.TEXT in readings]
    if not gaps:
        return
    signs = any(mask in readings for readings in counts.values() for mask in (Mark.MASK, Mark.NARROW_MASK))
    told = set() if signs else _rows_with_figures(counts.values())
    for index in gaps:
        if not any(isinstance(reading, float) for reading in counts[index]):
            continue
        for row, reading in enumerate(counts[index]):
            if reading is Mark.BLANK or reading is Mark.TEXT:
                yield LeftOut(row, index, reading is Mark.BLANK and (signs or row not in told))


def _rows_with_figures(columns: Iterable[list[Reading]]) -> set[int]:
    return {row for readings in columns for row, reading in enumerate(readings) if isinstance(reading, float)}
