"""Two tables that differ by few persons: their difference shows those persons (PUB-21).

Taken for a population and its subset are two tables about the same rows and columns of which one is nowhere
larger. A difference of 1 to 9 between two visible figures is then a count of so many patients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from provisioning.disclosure.attack.linking import Links
from provisioning.disclosure.attack.model import Board, Relation, Sort
from provisioning.disclosure.model import Kind

PERSONS = frozenset({Kind.PATIENTS, Kind.EVENTS})
FEWEST_SHARED = 2
MOST_PART = 0.5
"""Where so large a part of the shared figures is equal or differs by few, the two tables are taken for a pair."""


@dataclass(frozen=True)
class Difference:
    """Two grids of a board, and the cells (of the grid under check) that show few persons beside the other.

    `certain` where most shared figures are equal or nearly so; else a person has to look. `larger` is the grid of the
    two that counts more persons.
    """

    one: int
    other: int
    cells: tuple[int, ...]
    shared: int
    certain: bool
    larger: int


def differences(board: Board, links: Links) -> Iterator[Difference]:
    """Every pair of tables whose difference is a count of few persons."""
    for one, other in links.pairs():
        if board.grids[one].kinds[0] not in PERSONS:
            continue
        under_check, earlier = (other, one) if board.grids[one].release else (one, other)
        if found := _difference(board, links, under_check, earlier):
            yield found


def _difference(board: Board, links: Links, one: int, other: int) -> Difference | None:
    shared = links.shared(one, other)
    if shared is None:
        return None
    first, second = board.values[shared.one], board.values[shared.other]
    seen = np.isfinite(first) & np.isfinite(second) & ((first > 0) | (second > 0))
    gaps = (first - second)[seen]
    if len(gaps) < FEWEST_SHARED or (gaps.min() < 0 < gaps.max()):
        return None
    threshold = board.grids[one].threshold
    few = (np.abs(gaps) > 0) & (np.abs(gaps) < threshold)
    if not few.any():
        return None
    near = np.abs(gaps) < threshold
    large = np.maximum(first, second)[seen] >= 2 * threshold
    if not (near & large).any():
        return None
    cells = shared.one[seen][few]
    larger = one if gaps.max() > 0 else other
    return Difference(one, other, tuple(cells.tolist()), len(gaps), bool(near.mean() >= MOST_PART), larger)


def relations_of_parts(board: Board, links: Links, pairs: Sequence[Difference]) -> Iterator[Relation]:
    """Of a table and one that counts nearly all of its persons: no masked cell of the part is larger than its whole.

    Together with the totals of both tables this bounds masked cells on either side.
    """
    for pair in pairs:
        part = pair.other if pair.larger == pair.one else pair.one
        shared = links.shared(pair.larger, part)
        if not pair.certain or shared is None:
            continue
        for whole, cell in zip(shared.one.tolist(), shared.other.tolist(), strict=True):
            hidden = board.masked[[whole, cell]]
            if hidden.any() and np.all(hidden | np.isfinite(board.values[[whole, cell]])):
                yield Relation(Sort.NESTED, whole, np.array([cell]), pair.shared, least=-inf)
