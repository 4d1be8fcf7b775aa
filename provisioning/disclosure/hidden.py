"""Cells without a figure in a column of counts: masked, or left out (blank, NA, a word), which hides a count too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provisioning.disclosure.columns import COUNTS, Understood
from provisioning.disclosure.values import Mark

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
    counts = read.of_kind(*COUNTS)
    signs = any(reading in _MASKS for index in counts for _row, reading in read.readings(index))
    told = {row for index in counts for row, reading in read.readings(index) if _tells(reading)}
    for index in counts:
        figures = any(isinstance(reading, float) for _row, reading in read.readings(index))
        for row, reading in read.readings(index):
            if reading in _MASKS:
                yield Hidden(row, index, masked=True)
            elif figures and (reading is Mark.BLANK or reading is Mark.TEXT):
                nothing = reading is Mark.BLANK and (signs or row not in told)
                yield Hidden(row, index, masked=False, nothing=nothing)


def _tells(reading: object) -> bool:
    return isinstance(reading, float) or reading in _MASKS
