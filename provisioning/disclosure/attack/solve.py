"""The attack itself: relations become systems of equations, systems become bounds, bounds become verdicts.

Systems are the connected parts of the graph of masked cells and relations, so that a large sheet is many small
problems. What a masked cell can be before any relation is a matter of belief; the attacker takes the narrowest
belief that the figures allow: masked by the threshold alone (1 to 9), zeros masked too (0 to 9), and at last
any figure, as where other cells were masked to protect it. Where the title says that the smallest visible figure
is masked beside a single small one, that is believed first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from provisioning.disclosure.attack.bounds import FAR, Equation, Solution, System, solve
from provisioning.disclosure.attack.model import (
    LEAST_SHARE,
    LEAST_VALUES,
    Board,
    Bound,
    Flags,
    Floats,
    Ids,
    Openness,
    Relation,
)

FEWEST_PROGRAMMES, MOST_PROGRAMMES, PROGRAMME_CELLS = 60, 4000, 60_000
"""Programmes per system: 60,000 divided by its unknowns, inside these limits."""


@dataclass(frozen=True, eq=False)
class Part:
    """One system of the board: its unknown cells, and the relations between them."""

    cells: Ids
    relations: tuple[Relation, ...]


def attack(
    board: Board, relations: Sequence[Relation], free: frozenset[int] = frozenset(), *, tightest: bool = False
) -> dict[int, Bound]:
    """The bound of every masked cell that some relation speaks of.

    `free` are cells known to be masked for the sake of others, which can hold any figure. With `tightest` every
    interval is narrowed to its ends, not only until its verdict is known.
    """
    bounds: dict[int, Bound] = {}
    for part in parts_of(board, relations):
        bounds |= attack_part(board, part, free, tightest=tightest)
    return bounds


def parts_of(board: Board, relations: Sequence[Relation]) -> Iterator[Part]:
    """The connected parts of masked cells, each with its relations."""
    relations = [relation for relation in relations if board.masked[relation.cells].any()]
    touched = [relation.cells[board.masked[relation.cells]] for relation in relations]
    if not touched:
        return
    cells, flat = np.unique(np.concatenate(touched), return_inverse=True)
    owners = np.repeat(np.arange(len(touched)), [len(ids) for ids in touched])
    size = len(cells) + len(touched)
    links = csr_array((np.ones(len(flat)), (flat, owners + len(cells))), shape=(size, size))
    _count, labels = connected_components(links, directed=False)
    members: dict[int, list[int]] = defaultdict(list)
    for position, label in enumerate(labels[: len(cells)].tolist()):
        members[label].append(position)
    related: dict[int, list[Relation]] = defaultdict(list)
    for relation, label in zip(relations, labels[len(cells) :].tolist(), strict=True):
        related[label].append(relation)
    for label, positions in members.items():
        yield Part(cells[positions], tuple(related[label]))


def attack_part(
    board: Board, part: Part, free: frozenset[int] = frozenset(), *, tightest: bool = False
) -> dict[int, Bound]:
    """The bounds of the cells of one system, under the narrowest belief that it allows."""
    equations = tuple(_equation(board, part.cells, relation) for relation in part.relations)
    whole = np.array([board.grid_of(cell).integral for cell in part.cells.tolist()])
    opened = np.isin(part.cells, np.fromiter(free, np.int64, len(free)))
    need = np.array([_need(board, cell) for cell in part.cells.tolist()])
    if tightest:
        need = np.full(len(need), np.inf)
    programmes = MOST_PROGRAMMES
    if not tightest:
        programmes = int(np.clip(PROGRAMME_CELLS // len(need), FEWEST_PROGRAMMES, MOST_PROGRAMMES))
    for low, high in _beliefs(board, part, opened):
        system = System(low, high, whole, equations)
        solution = solve(system, need, most_programmes=programmes)
        if solution is not None:
            return _judged(board, part, _with_rule(board, part, system, solution))
    return {cell: Bound(cell, 0, FAR, Openness.UNDECIDED, tight=False) for cell in part.cells.tolist()}


def _equation(board: Board, cells: Ids, relation: Relation) -> Equation:
    hidden = board.masked[relation.parts]
    rest = -float(board.values[relation.parts[~hidden]].sum())
    unknown, signs = relation.parts[hidden], np.ones(int(hidden.sum()))
    if board.masked[relation.total]:
        unknown, signs = np.append(unknown, relation.total), np.append(signs, -1.0)
    else:
        rest += float(board.values[relation.total])
    allowed = relation.tolerance
    return Equation(np.searchsorted(cells, unknown), signs, rest - allowed, rest + allowed)


def _need(board: Board, cell: int) -> float:
    """How wide the interval of a cell must be to be safe."""
    grid = board.grid_of(cell)
    return LEAST_VALUES - 1.0 if grid.integral else LEAST_SHARE * grid.threshold


def _beliefs(board: Board, part: Part, opened: Flags) -> Iterator[tuple[Floats, Floats]]:
    """What the masked cells can be, from the narrowest belief to none."""
    low, high = board.low[part.cells], board.high[part.cells]
    nothing, anything = np.zeros(len(low)), np.full(len(low), FAR)
    low, high = np.where(opened, nothing, low), np.where(opened, anything, high)
    stated = _widened(board, part.cells, high)
    yield low, stated
    yield nothing, stated
    yield nothing, anything


def _widened(board: Board, cells: Ids, high: Floats) -> Floats:
    """Upper bounds where the title says that the smallest visible figure of a line is masked beside a single one."""
    widened = high.copy()
    for position, cell in enumerate(cells.tolist()):
        index, row, _column = board.place(cell)
        if board.grids[index].smallest_too:
            widened[position] = max(widened[position], _most_beside(board, index, row))
    return widened


def _most_beside(board: Board, index: int, row: int) -> float:
    """The most that a figure masked as the smallest of its row can be; 0 where the rule did not come to bear."""
    grid = board.grids[index]
    values = grid.values[row]
    if grid.masked[row].sum() < 2:
        return 0.0
    large = values[np.isfinite(values) & (values >= grid.threshold)]
    if not len(large):
        return 0.0
    return float(large.min()) - 1 if grid.integral else float(large.min())


def _with_rule(board: Board, part: Part, system: System, solution: Solution) -> Solution:
    """With the rule of the smallest figure, one row and its total: both readings of the masks, worked out exactly.

    Either all masked cells are small, or exactly one is, and the others are one and the same larger figure.
    """
    index, row, _column = board.place(int(part.cells[0]))
    grid = board.grids[index]
    count, threshold = len(part.cells), grid.threshold
    alone = len(part.relations) == 1 and np.all(system.equations[0].signs > 0)
    if not (grid.smallest_too and grid.integral and alone and count > 1 and count == grid.masked[row].sum()):
        return solution
    if not np.all(system.low == 1) or not np.all(solution.tight):
        return solution
    total = np.rint(system.equations[0].most)
    ends: list[tuple[float, float]] = []
    if count <= total <= count * (threshold - 1):
        least, most = total - (count - 1) * (threshold - 1), total - (count - 1)
        ends.append((max(1.0, least), min(threshold - 1, most)))
    for figure in range(int(threshold), int(_most_beside(board, index, row)) + 1):
        small = total - (count - 1) * figure
        if 1 <= small < threshold:
            ends += [(small, small), (figure, figure)]
    if not ends:
        return solution
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    return Solution(np.full(count, low), np.full(count, high), solution.tight)


def _judged(board: Board, part: Part, solution: Solution) -> dict[int, Bound]:
    judged: dict[int, Bound] = {}
    for position, cell in enumerate(part.cells.tolist()):
        low, high = float(solution.low[position]), float(solution.high[position])
        tight = bool(solution.tight[position])
        judged[cell] = Bound(cell, low, high, openness(board, cell, low, high, tight=tight), tight)
    return judged


def openness(board: Board, cell: int, low: float, high: float, *, tight: bool = True) -> Openness:
    """PUB-22: the verdict on an interval. What cannot be below the threshold, or is 0, needs no cover."""
    grid = board.grid_of(cell)
    if low >= grid.threshold or high <= 0:
        return Openness.SAFE
    width = high - low
    if width < 0.5 if grid.integral else width <= 0.01 * grid.threshold:
        return Openness.EXACT
    if width < _need(board, cell):
        return Openness.NARROW
    return Openness.SAFE if tight else Openness.UNDECIDED
