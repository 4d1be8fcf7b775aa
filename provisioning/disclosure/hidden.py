"""Cells without a figure in a column of counts: masked, or left out (blank, NA, a word), which hides a count too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provisioning.disclosure.columns import COUNTS, Understood
from provisioning.disclosure.values import Mark, Reading

_MASKS = (Mark.MASK, Mark.NARROW_MASK)


@dataclass(frozen=True)
class Hidden:
    """A cell by row and column of the table. `masked`: a sign says that a count stands behind it.

    One that is `nothing` is left out where the table has masks of its own, or in a row without any figure, such as
    the heading of a group: it is taken for no count as long as the sums come out.
    """

    row: int
    column: int
    masked: bool
    nothing: bool = False


def hidden_cells(read: Understood) -> Iterator[Hidden]:
    """Every hidden cell of a table; a column of counts without any figure hides its masks alone."""
    counts = {index: [reading for _row, reading in read.readings(index)] for index in read.of_kind(*COUNTS)}
    signs = any(mask in readings for readings in counts.values() for mask in _MASKS)
    blanks = any(Mark.BLANK in readings for readings in counts.values())
    told = _rows_with_figures(counts.values()) if blanks and not signs else set()
    for index, readings in counts.items():
        figures = any(isinstance(reading, float) for reading in readings)
        for row, reading in enumerate(readings):
            if isinstance(reading, float):
                continue
            if reading in _MASKS:
                yield Hidden(row, index, masked=True)
            elif figures and (reading is Mark.BLANK or reading is Mark.TEXT):
                nothing = reading is Mark.BLANK and (signs or row not in told)
                yield Hidden(row, index, masked=False, nothing=nothing)


def _rows_with_figures(columns: Iterable[list[Reading]]) -> set[int]:
    return {row for readings in columns for row, reading in enumerate(readings) if isinstance(reading, float)}
