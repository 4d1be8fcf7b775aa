"""Relations between tables: the same cell shown twice, and the margins of one table shown in another.

Tables are joined by what their lines are about, not by their place. Two tables are taken for the same population
only if what both show agrees.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from provisioning.disclosure.attack.axes import Labels
from provisioning.disclosure.attack.model import Board, Grid, Ids, Relation, Sort
from provisioning.disclosure.attack.relations import support, tolerance

ENOUGH_EQUAL = 2
"""So many figures other than 0 must agree before two tables count as the same."""

Subjects = list[frozenset[str]]


@dataclass(frozen=True, eq=False)
class Shared:
    """The cells that two tables have in common, by number on the board, in one order."""

    one: Ids
    other: Ids


class Links:
    """What the lines of each grid of a board are about."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.rows = [_unique(grid.rows.subjects()) for grid in board.grids]
        self.columns = [_unique(_columns(grid)) for grid in board.grids]

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Pairs of grids of which at least one is under check."""
        for one, other in combinations(range(len(self.board.grids)), 2):
            first, second = self.board.grids[one], self.board.grids[other]
            if (not first.release or not second.release) and first.kinds[0] == second.kinds[0]:
                yield one, other

    def shared(self, one: int, other: int) -> Shared | None:
        """The cells about the same rows and columns, as they stand or with rows and columns exchanged."""
        numbers, others = self.board.numbers(one), self.board.numbers(other)
        for rows, columns, turned in (
            (self.rows[other], self.columns[other], others),
            (self.columns[other], self.rows[other], others.T),
        ):
            same_rows = [(i, rows[s]) for s, i in self.rows[one].items() if s in rows]
            same_columns = [(i, columns[s]) for s, i in self.columns[one].items() if s in columns]
            if same_rows and same_columns and len(same_rows) * len(same_columns) > 1:
                mine = np.ix_([i for i, _j in same_rows], [i for i, _j in same_columns])
                theirs = np.ix_([j for _i, j in same_rows], [j for _i, j in same_columns])
                return Shared(numbers[mine].ravel(), turned[theirs].ravel())
        return None

    def profiles(self, index: int) -> Iterator[dict[frozenset[str], int]]:
        """The lines of a grid about the whole of one axis: from each subject of the other axis to its cell."""
        numbers = self.board.numbers(index)
        column = self.columns[index].get(frozenset())
        if column is not None:
            yield {subject: int(numbers[row, column]) for subject, row in self.rows[index].items() if subject}
        row = self.rows[index].get(frozenset())
        if row is not None:
            yield {subject: int(numbers[row, col]) for subject, col in self.columns[index].items() if subject}


def _unique(subjects: Subjects) -> dict[frozenset[str], int]:
    """From what a line is about to its place; lines about the same thing cannot be told apart and are left out."""
    found: dict[frozenset[str], int] = {}
    twice: set[frozenset[str]] = set()
    for place, subject in enumerate(subjects):
        if subject in found:
            twice.add(subject)
        found[subject] = place
    return {subject: place for subject, place in found.items() if subject not in twice}


def _columns(grid: Grid) -> Subjects:
    kinds = {str(kind) for kind in grid.kinds} if len(set(grid.kinds)) > 1 else set()
    main = str(grid.kinds[0])
    return [subject - ({main} & kinds) for subject in grid.columns.subjects()]


def equal_cells(board: Board, links: Links, one: int, other: int) -> Iterator[Relation]:
    """Cells that two tables of the same population both have."""
    if not (board.grids[one].masked.any() or board.grids[other].masked.any()):
        return
    shared = links.shared(one, other)
    if shared is None:
        return
    seen = np.isfinite(board.values[shared.one]) & np.isfinite(board.values[shared.other])
    first, second = board.values[shared.one[seen]], board.values[shared.other[seen]]
    agreed = int((first > 0).sum())
    if agreed < ENOUGH_EQUAL or np.any(np.abs(first - second) > 1e-9 * np.abs(first)):
        return
    known = (np.isfinite(board.values[shared.one]) | board.masked[shared.one]) & (
        np.isfinite(board.values[shared.other]) | board.masked[shared.other]
    )
    for a, b in zip(shared.one[known].tolist(), shared.other[known].tolist(), strict=True):
        yield Relation(Sort.EQUAL, a, np.array([b]), agreed)


def margins(board: Board, links: Links, one: int, other: int) -> Iterator[Relation]:
    """Cells of table `one` that are sums over a line of table `other`, which does not show them itself."""
    for profile in links.profiles(one):
        yield from _margin(board, other, links.rows[other], profile, turned=False)
        yield from _margin(board, other, links.columns[other], profile, turned=True)


def _margin(
    board: Board, index: int, lines: dict[frozenset[str], int], profile: dict[frozenset[str], int], *, turned: bool
) -> Iterator[Relation]:
    matched = [(line, profile[subject]) for subject, line in lines.items() if subject in profile]
    if len(matched) < 2:
        return
    grid, numbers = board.grids[index], board.numbers(index)
    across = grid.rows if turned else grid.columns
    if turned:
        numbers = numbers.T
    parts = [i for i, labels in enumerate(across.labels) if None not in labels]
    if len(parts) < 2 or len(parts) < len(across.labels):
        return
    cells = numbers[[line for line, _total in matched]][:, parts]
    totals = np.array([total for _line, total in matched])
    table = np.column_stack([cells, totals])
    told = support(
        board.values[table],
        board.masked[table],
        len(parts),
        np.arange(len(parts)),
        tolerance(grid, len(parts)),
    )
    if told.refuted or not (told.evidence or (len(totals) >= len(lines) and fits(board, cells, totals))):
        return
    for line in np.flatnonzero(told.usable):
        yield Relation(Sort.MARGIN, int(totals[line]), cells[line], told.evidence, tolerance(grid, len(parts)))


def fits(board: Board, cells: Ids, totals: Ids) -> bool:
    """Whether every line leaves its masked cells what their masks allow, where no line is complete."""
    if board.masked[totals].any():
        return False
    hidden = board.masked[cells]
    rest = board.values[totals] - np.nansum(np.where(hidden, 0, board.values[cells]), axis=1)
    least = np.where(hidden, board.low[cells], 0).sum(axis=1)
    most = np.where(hidden, board.high[cells], 0).sum(axis=1)
    return bool(np.all((rest >= least) & (rest <= most)))


def projections(board: Board, links: Links, one: int, other: int) -> Iterator[Relation]:
    """Cells of table `one` that are sums over one dimension of table `other`, line by line of the other axis."""
    for turned in (False, True):
        axis = board.grids[other].columns if turned else board.grids[other].rows
        mine, theirs = (links.columns, links.rows) if turned else (links.rows, links.columns)
        across = [(i, theirs[other][s]) for s, i in theirs[one].items() if s in theirs[other]]
        if not across:
            continue
        numbers = [board.numbers(i).T if turned else board.numbers(i) for i in (one, other)]
        totals, parts = numbers[0][:, [i for i, _j in across]], numbers[1][:, [j for _i, j in across]]
        for groups in _groups(axis.labels, set(mine[other])):
            matched = [(totals[mine[one][subject]], parts[lines]) for subject, lines in groups if subject in mine[one]]
            yield from _projected(board, other, matched, whole=len(matched) == len(groups))


def _groups(labels: Sequence[Labels], shown: set[frozenset[str]]) -> Iterator[list[tuple[frozenset[str], list[int]]]]:
    """For each dimension the lines that differ in it alone, with what they have in common, unless a line shows that."""
    for position in range(len(labels[0]) if labels and len(labels[0]) > 1 else 0):
        groups: dict[frozenset[str], list[int]] = defaultdict(list)
        for line, told in enumerate(labels):
            if told[position]:
                groups[frozenset(t for i, t in enumerate(told) if t and i != position)].append(line)
        yield [(subject, lines) for subject, lines in groups.items() if len(lines) > 1 and subject not in shown]


def _projected(board: Board, index: int, matched: list[tuple[Ids, Ids]], *, whole: bool) -> Iterator[Relation]:
    """The relations of one dimension, if no group refutes it, and lines or the range of all masks speak for it."""
    grid, told = board.grids[index], []
    for totals, parts in matched:
        table = np.vstack([parts, totals]).T
        allowed = tolerance(grid, len(parts))
        told.append(support(board.values[table], board.masked[table], len(parts), np.arange(len(parts)), allowed))
    evidence = sum(support.evidence for support in told)
    if not matched or any(support.refuted for support in told):
        return
    fitting = whole and all(fits(board, parts.T, totals) for totals, parts in matched)
    if not evidence and not (fitting and len(matched) > 1):
        return
    for (totals, parts), support_of in zip(matched, told, strict=True):
        for line in np.flatnonzero(support_of.usable):
            yield Relation(Sort.PROJECTION, int(totals[line]), parts[:, line], evidence, tolerance(grid, len(parts)))


def relations_between(board: Board, links: Links) -> Iterator[Relation]:
    """All relations between two tables of the board of which at least one is under check."""
    for one, other in links.pairs():
        yield from equal_cells(board, links, one, other)
        if board.grids[other].masked.any():
            yield from margins(board, links, one, other)
            yield from projections(board, links, one, other)
        if board.grids[one].masked.any():
            yield from margins(board, links, other, one)
            yield from projections(board, links, other, one)
