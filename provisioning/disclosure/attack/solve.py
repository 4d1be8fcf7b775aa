"""The attack itself: relations become systems of equations, systems become bounds, bounds become verdicts.

Systems are the connected parts of the graph of masked cells and relations, so that a large sheet is many small
problems. What a masked cell can be before any relation is a matter of belief; the attacker takes the narrowest
belief that the figures allow: masked by the threshold alone (1 to 9), zeros masked too (0 to 9), blanks that stood
for nothing hiding small counts as well, and at last
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
    Board,
    Bound,
    Flags,
    Floats,
    Ids,
    Openness,
    Relation,
)

FEWEST_PROGRAMMES, MOST_PROGRAMMES, PROGRAMME_CELLS = 30, 4000, 60_000
"""Programmes per system: 60,000 divided by its unknowns, inside these limits."""


EXACT_SHARE = 0.01
"""A quantity known to this share of the threshold is known exactly."""


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
    whole = board.whole[part.cells]
    opened = np.isin(part.cells, np.fromiter(free, np.int64, len(free)))
    need = board.need[part.cells]
    if tightest:
        need = np.full(len(need), np.inf)
    programmes = MOST_PROGRAMMES
    if not tightest:
        programmes = int(np.clip(PROGRAMME_CELLS // len(need), FEWEST_PROGRAMMES, MOST_PROGRAMMES))
    for low, high in _beliefs(board, part, opened, equations):
        system = System(low, high, whole, equations)
        solution = solve(system, need, most_programmes=programmes)
        if solution is not None:
            return _judged(board, part, _with_rule(board, part, system, solution))
    return {cell: Bound(cell, 0, FAR, Openness.UNDECIDED, tight=False) for cell in part.cells.tolist()}


def _equation(board: Board, cells: Ids, relation: Relation) -> Equation:
    hidden = board.masked[relation.parts]
    rest = -relation.weight * float(board.values[relation.parts[~hidden]].sum())
    unknown, weights = relation.parts[hidden], np.full(int(hidden.sum()), relation.weight)
    if board.masked[relation.total]:
        unknown, weights = np.append(unknown, relation.total), np.append(weights, -1.0)
    else:
        rest += float(board.values[relation.total])
    least, most = relation.least - relation.tolerance, relation.most + relation.tolerance
    return Equation(np.searchsorted(cells, unknown), weights, rest + least, rest + most)


def _beliefs(board: Board, part: Part, opened: Flags, equations: Sequence[Equation]) -> Iterator[tuple[Floats, Floats]]:
    """What the masked cells can be, from the narrowest belief to none."""
    low, high = board.low[part.cells], board.high[part.cells]
    nothing, anything = np.zeros(len(low)), np.full(len(low), FAR)
    low, high = np.where(opened, nothing, low), np.where(opened, anything, high)
    # where the title says that the smallest visible figure of a line is masked beside a single one
    stated = np.maximum(high, board.beside[part.cells])
    yield low, stated
    yield nothing, stated
    empty = (high == 0) & board.blank[part.cells]
    if empty.any():
        small = board.threshold[part.cells] - board.whole[part.cells]
        stated = np.where(empty, small, stated)
        yield low, stated
        yield nothing, stated
    larger = _larger(equations, nothing, stated)
    if larger.any():
        yield np.where(larger, nothing, low), np.where(larger, anything, stated)
        yield nothing, np.where(larger, anything, stated)
    yield nothing, anything


def _larger(equations: Sequence[Equation], low: Floats, high: Floats) -> Flags:
    """Cells of the sums that do not come out with small figures alone: one of their masks hides a larger one.

    The shortest sums first, those of one length together; a longer one that such a cell can fill is taken to hold.
    """
    larger = np.zeros(len(low), np.bool_)
    for length in sorted({len(equation.cells) for equation in equations}):
        before = larger.copy()
        for equation in equations:
            if len(equation.cells) == length and not _comes_out(equation, low, np.where(before, FAR, high)):
                larger[equation.cells] = True
    return larger


def _comes_out(equation: Equation, low: Floats, high: Floats) -> bool:
    """Whether the sum can hold with its cells between these bounds."""
    cells, weights = equation.cells, equation.weights
    most = (np.where(weights > 0, high[cells], low[cells]) * weights).sum()
    least = (np.where(weights > 0, low[cells], high[cells]) * weights).sum()
    return bool(most >= equation.least and least <= equation.most)


def _with_rule(board: Board, part: Part, system: System, solution: Solution) -> Solution:
    """With the rule of the smallest figure, one row and its total: both readings of the masks, worked out exactly.

    Either all masked cells are small, or exactly one is, and the others are one and the same larger figure.
    """
    index, row, _column = board.place(int(part.cells[0]))
    grid = board.grids[index]
    count, threshold = len(part.cells), grid.threshold
    alone = len(part.relations) == 1 and part.relations[0].is_sum and np.all(system.equations[0].weights > 0)
    if not (grid.smallest_too and grid.integral and alone and count > 1 and count == grid.masked[row].sum()):
        return solution
    if not np.all(system.low == 1) or not np.all(solution.tight):
        return solution
    total = np.rint(system.equations[0].most)
    ends: list[tuple[float, float]] = []
    if count <= total <= count * (threshold - 1):
        least, most = total - (count - 1) * (threshold - 1), total - (count - 1)
        ends.append((max(1.0, least), min(threshold - 1, most)))
    for figure in range(int(threshold), int(board.beside[part.cells[0]]) + 1):
        small = total - (count - 1) * figure
        if 1 <= small < threshold:
            ends += [(small, small), (figure, figure)]
    if not ends:
        return solution
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    return Solution(np.full(count, low), np.full(count, high), solution.tight)


def _judged(board: Board, part: Part, solution: Solution) -> dict[int, Bound]:
    """PUB-22: the verdict on each interval. What cannot be below the threshold, or is 0, needs no cover."""
    low, high, tight = solution.low, solution.high, solution.tight
    whole, threshold = board.whole[part.cells], board.threshold[part.cells]
    width = high - low
    safe = (low >= threshold) | (high <= 0)
    exact = np.where(whole, width < 0.5, width <= EXACT_SHARE * threshold)
    verdicts = np.select(
        [safe, exact, width < board.need[part.cells] - 1e-9, ~tight],
        [Openness.SAFE, Openness.EXACT, Openness.NARROW, Openness.UNDECIDED],
        Openness.SAFE,
    )
    told = zip(part.cells.tolist(), low.tolist(), high.tolist(), verdicts.tolist(), tight.tolist(), strict=True)
    return {cell: Bound(cell, least, most, Openness(verdict), at) for cell, least, most, verdict, at in told}
