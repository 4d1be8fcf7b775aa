"""The smallest further masking that closes what the attack has opened (secondary suppression).

Greedy: where a relation leaves a single unknown, or few, its smallest visible figure is masked too, preferably one
whose other relations have masked cells already. Then every mask that turns out to be needless is taken back. Each
step is attacked anew, once by somebody who knows which cells were masked for others' sake, and once by somebody
who takes every mask for a small figure. The first must find every cell safe; the second, whose intervals can be
narrow and wrong, must find none exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from provisioning.disclosure.attack.model import Board, Bound, Openness, Relation
from provisioning.disclosure.attack.solve import Part, attack_part, parts_of

MOST_STEPS = 400
MOST_UNKNOWNS = 300
"""A part with more unknowns gets no proposal of its own in a check: it would take minutes."""


@dataclass(frozen=True)
class Proposal:
    """Cells to mask in addition. `closed`: attacked again, nothing is open any more."""

    cells: tuple[int, ...]
    closed: bool


@dataclass
class _Work:
    """The board with what was masked so far, and the relations of each cell."""

    board: Board
    of_cell: dict[int, list[Relation]]
    seeds: frozenset[int]
    added: set[int] = field(default_factory=set)

    @property
    def now(self) -> Board:
        return self.board.masking(self.added)


def relations_of_cells(relations: Iterable[Relation]) -> dict[int, list[Relation]]:
    """For each cell the relations that it stands in."""
    of_cell: dict[int, list[Relation]] = defaultdict(list)
    for relation in relations:
        for cell in relation.cells.tolist():
            of_cell[cell].append(relation)
    return of_cell


def propose(board: Board, relations: Sequence[Relation]) -> Proposal:
    """Further masks for the whole board; every part that is open is closed on its own."""
    of_cell = relations_of_cells(relations)
    cells: set[int] = set()
    closed = True
    for part in list(parts_of(board, relations)):
        if is_open(attack_part(board, part)):
            found = propose_for(board.masking(cells), of_cell, part.cells.tolist(), frozenset(cells))
            cells |= set(found.cells)
            closed &= found.closed
    return Proposal(tuple(sorted(cells)), closed)


def is_open(bounds: dict[int, Bound]) -> bool:
    """Whether any cell is less than safe."""
    return any(bound.openness is not Openness.SAFE for bound in bounds.values())


def propose_for(
    board: Board, of_cell: dict[int, list[Relation]], seeds: Iterable[int], free: frozenset[int] = frozenset()
) -> Proposal:
    """Further masks that close the part that the seeds stand in. `free` were masked for others' sake before."""
    work = _Work(board, of_cell, frozenset(seeds))
    for _step in range(MOST_STEPS):
        opened = _opened(work, free)
        if not opened:
            return Proposal(tuple(sorted(_needed(work, free))), closed=True)
        cell = _next(work, opened)
        if cell is None:
            break
        work.added.add(cell)
    return Proposal(tuple(sorted(work.added)), closed=False)


def _opened(work: _Work, free: frozenset[int]) -> list[tuple[Part, dict[int, Bound]]]:
    """The parts reached from the seeds that either attacker opens, with the bounds of what is open in them."""
    board, opened = work.now, []
    knowing = frozenset(work.added) | free
    for part in _reached(work, board):
        bounds = attack_part(board, part, knowing)
        told = {c: b for c, b in bounds.items() if c not in knowing and b.openness is not Openness.SAFE}
        if not told and knowing:
            bounds = attack_part(board, part)
            told = {c: b for c, b in bounds.items() if b.openness in (Openness.EXACT, Openness.UNDECIDED)}
        if told:
            opened.append((part, told))
    return opened


def _reached(work: _Work, board: Board) -> list[Part]:
    """The connected parts that hold a seed or an added cell."""
    waiting = [*work.seeds, *work.added]
    cells: set[int] = set()
    relations: dict[int, Relation] = {}
    while waiting:
        cell = waiting.pop()
        if cell in cells:
            continue
        cells.add(cell)
        for relation in work.of_cell.get(cell, ()):
            if id(relation) not in relations:
                relations[id(relation)] = relation
                waiting += [c for c in relation.cells[board.masked[relation.cells]].tolist() if c not in cells]
    return list(parts_of(board, list(relations.values())))


def _next(work: _Work, opened: list[tuple[Part, dict[int, Bound]]]) -> int | None:
    """The visible cell to mask next: from a relation with a single unknown, else from one of an open cell."""
    board = work.now
    for part, told in opened:
        ranked = sorted(
            part.relations,
            key=lambda r: (
                int(board.masked[r.cells].sum()) > 1,
                not any(c in told for c in r.cells.tolist()),
                int(board.masked[r.cells].sum()),
            ),
        )
        for relation in ranked:
            choices: list[int] = [c for c in relation.cells.tolist() if _can_be_masked(board, c)]
            if choices:
                return min(choices, key=lambda c: _cost(work, board, relation, c))
    return None


def _can_be_masked(board: Board, cell: int) -> bool:
    """Only cells of tables under check that show a figure other than 0."""
    return not board.masked[cell] and bool(board.values[cell] > 0) and not board.grid_of(cell).release


def _cost(work: _Work, board: Board, relation: Relation, cell: int) -> tuple[int, int, float]:
    """What masking the cell costs: relations that it would be alone in, totals before details, the figure itself."""
    alone = sum(not board.masked[other.cells].any() for other in work.of_cell[cell] if other is not relation)
    totals = sum(other.total == cell for other in work.of_cell[cell])
    return totals, alone, float(board.values[cell])


def _needed(work: _Work, free: frozenset[int]) -> set[int]:
    """The added cells without those that can be shown again, the largest figure first."""
    for cell in sorted(work.added, key=lambda c: -float(np.nan_to_num(work.board.values[c]))):
        work.added.discard(cell)
        if _opened(work, free):
            work.added.add(cell)
    return work.added
