"""What the attack works on: grids of cells, linear relations between them, and the bounds that follow. Frozen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from provisioning.disclosure.attack.axes import Axis
from provisioning.disclosure.model import Kind
from provisioning.disclosure.quotients import Quotient

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.int64]
LEAST_VALUES = 5
"""A masked count with fewer possible values than this is too narrow. Our own choice, no sentence of a guideline:
a mask hides nine counts (1 to 9), and fewer than five of them is less than half of the cover."""

LEAST_SHARE = 0.5
"""The same for quantities: an interval narrower than this share of the threshold is too narrow."""


@dataclass(frozen=True)
class DeclaredSum:
    """A row (or column) of a grid that its author declares to be the sum of others, by their indexes."""

    by_row: bool
    total: int
    parts: tuple[int, ...]


class Sort(StrEnum):
    """How two or more cells hang together."""

    DECLARED = "the author declares a line the sum of others"
    COLUMNS = "the columns of a row add up to another"
    ROWS = "the rows of a column add up to another"
    EQUAL = "two tables show the same cell"
    MARGIN = "a line of one table adds up to a cell of another"
    GROUPS = "finer groups of ages or periods add up to a coarser one"
    SHEETS = "tables of one shape add up to another"
    PROJECTION = "one dimension of a table adds up to the cells of another"
    QUOTIENT = "a percentage or a mean is one cell over another"
    NESTED = "a table counts a part of the persons of another"


@dataclass(frozen=True, eq=False)
class Grid:
    """The figures of one table. Rows and columns as labels; `values` is NaN where no number is shown.

    `masked` are the cells that may hide a count; those of them that are `blank` show no mask, but nothing or a word.
    `low` and `high` bound what a masked cell can hold if it is masked by the threshold alone; both are 0 for a
    blank one that is first taken for nothing.
    `step` is what all figures are multiples of; `rounded` says that the title speaks of rounding.
    `release` is the id of the released request it comes from, or blank for a table under check.
    """

    file: str
    sheet: str
    title: str
    rows: Axis
    columns: Axis
    kinds: tuple[Kind, ...]
    values: Floats
    masked: Flags
    blank: Flags
    low: Floats
    high: Floats
    row_numbers: tuple[int, ...]
    column_numbers: tuple[int, ...]
    threshold: float
    integral: bool
    smallest_too: bool
    step: float = 1.0
    rounded: bool = False
    release: str = ""
    own: bool = True
    declared: tuple[DeclaredSum, ...] = ()
    """Sums that the author declares, and visible quotients of two cells, both by rows and columns of the grid."""
    quotients: tuple[Quotient, ...] = ()

    @property
    def size(self) -> int:
        """How many cells the grid has."""
        return int(self.values.size)


@dataclass(frozen=True, eq=False)
class Relation:
    """`total` is the sum of `parts`, within `tolerance`. Cells by their number on the board.

    `evidence` counts the complete lines on which it was seen to hold; 0 where only the word total says so.
    An inequality has `least` and `most` for the sum of `weight` times the parts, less the total; `name` is the
    place of the percentage or mean that it comes from.
    """

    sort: Sort
    total: int
    parts: Ids
    evidence: int
    tolerance: float = 0.0
    weight: float = 1.0
    least: float = 0.0
    most: float = 0.0
    name: str = ""

    @property
    def is_sum(self) -> bool:
        """Whether it is a plain sum, no inequality."""
        return self.weight == 1.0 and self.least == 0.0 == self.most

    @property
    def cells(self) -> Ids:
        """All cells of the relation."""
        return np.append(self.parts, self.total)


class Board:
    """The cells of several grids, numbered from 0 in the order of grids, rows and columns."""

    def __init__(self, grids: list[Grid]) -> None:
        self.grids = grids
        self.starts = [0]
        for grid in grids:
            self.starts.append(self.starts[-1] + grid.size)
        self.values: Floats = np.concatenate([grid.values.ravel() for grid in grids] or [np.zeros(0)])
        self.masked: Flags = np.concatenate([grid.masked.ravel() for grid in grids] or [np.zeros(0, np.bool_)])

    @cached_property
    def low(self) -> Floats:
        """The least that each masked cell can be."""
        return np.concatenate([grid.low.ravel() for grid in self.grids] or [np.zeros(0)])

    @cached_property
    def high(self) -> Floats:
        """The most that each masked cell can be, if it is masked by the threshold alone."""
        return np.concatenate([grid.high.ravel() for grid in self.grids] or [np.zeros(0)])

    @cached_property
    def blank(self) -> Flags:
        """Which of the masked cells show no mask."""
        return np.concatenate([grid.blank.ravel() for grid in self.grids] or [np.zeros(0, np.bool_)])

    @cached_property
    def whole(self) -> Flags:
        """Which cells hold whole numbers."""
        return np.repeat([grid.integral for grid in self.grids], [grid.size for grid in self.grids])

    @cached_property
    def threshold(self) -> Floats:
        """Below which figure each cell is to be masked."""
        return np.repeat([grid.threshold for grid in self.grids], [grid.size for grid in self.grids])

    @cached_property
    def need(self) -> Floats:
        """How wide the interval of each cell must be to be safe."""
        return np.where(self.whole, LEAST_VALUES - 1.0, LEAST_SHARE * self.threshold)

    @cached_property
    def beside(self) -> Floats:
        """The most that a cell masked as the smallest of its row can be; 0 where no title speaks of that."""
        return np.concatenate([_most_beside(grid) for grid in self.grids] or [np.zeros(0)])

    def masking(self, cells: Iterable[int]) -> Board:
        """The same board with further cells masked; their figures stay where they are, unused."""
        board = copy(self)
        board.masked = self.masked.copy()
        board.masked[list(cells)] = True
        return board

    def place(self, cell: int) -> tuple[int, int, int]:
        """The grid, row and column of a cell."""
        index = bisect_right(self.starts, cell) - 1
        row, column = divmod(int(cell) - self.starts[index], self.grids[index].values.shape[1])
        return index, row, column

    def grid_of(self, cell: int) -> Grid:
        """The grid that a cell stands in."""
        return self.grids[bisect_right(self.starts, cell) - 1]

    def numbers(self, index: int) -> Ids:
        """The numbers of the cells of one grid, in its shape."""
        grid = self.grids[index]
        return np.arange(self.starts[index], self.starts[index + 1], dtype=np.int64).reshape(grid.values.shape)


def _most_beside(grid: Grid) -> Floats:
    most = np.zeros(grid.values.shape)
    if grid.smallest_too:
        large = np.where(np.isfinite(grid.values) & (grid.values >= grid.threshold), grid.values, np.inf).min(axis=1)
        rows = np.isfinite(large) & (grid.masked.sum(axis=1) >= 2)
        most[rows] = (large[rows] - (1 if grid.integral else 0))[:, None]
    return most.ravel()


class Openness(StrEnum):
    """How well a masked cell is hidden."""

    EXACT = "exact"
    NARROW = "too narrow"
    UNDECIDED = "undecided"
    SAFE = "safe"


@dataclass(frozen=True)
class Bound:
    """What a masked cell can be, as far as the relations tell; `tight` where both ends can be reached."""

    cell: int
    low: float
    high: float
    openness: Openness
    tight: bool = True
