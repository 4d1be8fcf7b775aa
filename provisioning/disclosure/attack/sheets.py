"""Tables of one shape that add up, cell by cell: 総数 is the sum of 男 and 女, whatever files they stand in.

Tables with the same rows, columns and kinds are looked at together, those of releases as well; of tables with a single
column its heading may be the name of the part. Their figures tell which is the sum of which: complete cells must agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePath

import numpy as np

from provisioning.disclosure.attack.axes import is_total
from provisioning.disclosure.attack.linking import Links
from provisioning.disclosure.attack.model import Board, Floats, Grid, Ids, Relation, Sort
from provisioning.disclosure.attack.relations import support, tolerance

MOST_TRIED = 7
"""Of so many other tables every set is tried; of more only pairs, and those that one file or request holds."""
ENOUGH_CELLS = 2
"""So many complete cells must agree, or one where the table is called a total."""
MOST_SETS = 20
"""So many sets of parts are kept for one table, which bounds what many copies of the same tables cost."""


@dataclass(frozen=True, eq=False)
class _Stack:
    """Tables of one shape: their grids, their cells in one order, and a number for what all of them show.

    Where the sum of some tables is another one, so is the sum of these numbers, within `slack` of each unit of
    tolerance. They are None where no cell is visible in all tables.
    """

    grids: list[int]
    cells: Ids
    marks: Floats | None
    slack: float


def relations_of_sheets(board: Board, links: Links) -> Iterator[Relation]:
    """Each table of a shape over every set of others that gives its visible cells."""
    shapes: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, grid in enumerate(board.grids):
        rows, columns = links.rows[index].keys(), links.columns[index].keys()
        if rows and columns:
            headings = frozenset(columns) if len(columns) > 1 else len(grid.kinds)
            shapes[grid.kinds, frozenset(rows), headings].append(index)
    for grids in shapes.values():
        hidden = any(board.grids[index].masked.any() for index in grids)
        if len(grids) > 2 and hidden and not all(board.grids[index].release for index in grids):
            stack = _stack(board, links, grids)
            for total in range(len(grids)):
                yield from _sums(board, stack, total)


def _stack(board: Board, links: Links, grids: list[int]) -> _Stack:
    cells = np.array([_ordered(board, links, index, grids[0]) for index in grids])
    values = board.values[cells]
    common = np.isfinite(values).all(axis=0)
    if not common.any():
        return _Stack(grids, cells, None, 0.0)
    weights = 1.0 + np.arange(int(common.sum())) * 7919 % 1009
    return _Stack(grids, cells, values[:, common] @ weights, float(weights.sum()))


def _ordered(board: Board, links: Links, index: int, like: int) -> Ids:
    """The cells of a grid in the order of the rows and columns of another; a single column is its own."""
    rows = [links.rows[index][subject] for subject in links.rows[like]]
    mine, theirs = links.columns[index], links.columns[like]
    columns = [mine[subject] for subject in theirs] if len(theirs) > 1 else list(mine.values())
    return board.numbers(index)[np.ix_(rows, columns)].ravel()


def _sums(board: Board, stack: _Stack, total: int) -> Iterator[Relation]:
    grid = board.grids[stack.grids[total]]
    named, kept = _is_called_total(grid), 0
    for parts in _sets(board, stack, total):
        chosen = [*parts, total]
        if all(board.grids[stack.grids[i]].release for i in chosen) or not board.masked[stack.cells[chosen]].any():
            continue
        table = stack.cells[chosen].T
        allowed = tolerance(grid, len(parts))
        told = support(board.values[table], board.masked[table], len(parts), np.arange(len(parts)), allowed)
        if told.refuted or told.evidence < (1 if named else ENOUGH_CELLS):
            continue
        for line in np.flatnonzero(told.usable):
            yield Relation(Sort.SHEETS, int(table[line, -1]), table[line, :-1], told.evidence, allowed)
        kept += 1
        if kept == MOST_SETS:
            return


def _sets(board: Board, stack: _Stack, total: int) -> Iterator[tuple[int, ...]]:
    """Sets of at least two other tables that may add up to one, as far as the numbers of the stack tell."""
    others = [i for i in range(len(stack.grids)) if i != total]
    if len(others) <= MOST_TRIED:
        found = (parts for size in range(2, len(others) + 1) for parts in combinations(others, size))
        yield from (parts for parts in found if _may_be(board, stack, total, parts))
        return
    grids = board.grids
    books: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i in others:
        grid = grids[stack.grids[i]]
        books[grid.release, grid.file].append(i)
        books[grid.release, ""].append(i)
    tried = {tuple(parts) for parts in books.values() if len(parts) > 2} | {tuple(others)}
    yield from (parts for parts in sorted(tried) if _may_be(board, stack, total, parts))
    if stack.marks is not None:
        for n, one in enumerate(others[:-1]):
            rest = np.array(others[n + 1 :])
            missed = np.abs(stack.marks[total] - stack.marks[one] - stack.marks[rest])
            near = missed <= _slack(board, stack, total, 2)
            yield from ((one, int(other)) for other in rest[near])


def _may_be(board: Board, stack: _Stack, total: int, parts: tuple[int, ...]) -> bool:
    if stack.marks is None:
        return True
    missed = abs(float(stack.marks[total] - stack.marks[list(parts)].sum()))
    return missed <= _slack(board, stack, total, len(parts))


def _slack(board: Board, stack: _Stack, total: int, parts: int) -> float:
    """By how much the numbers of a sum can miss, with the rounding of floats."""
    size = 0.0 if stack.marks is None else abs(float(stack.marks[total]))
    return tolerance(board.grids[stack.grids[total]], parts) * stack.slack + 1e-9 * size


def _is_called_total(grid: Grid) -> bool:
    """Whether sheet, file, title or the only heading of a table call it a total."""
    words = (grid.sheet, PurePath(grid.file).stem, *grid.title.split())
    return any(is_total(word) for word in words) or (len(grid.kinds) == 1 and grid.columns.named[0])
