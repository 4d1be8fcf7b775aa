"""Two tables that differ by few persons: their difference shows those persons (PUB-21).

Taken for a population and its subset are two tables about the same rows and columns of which one is nowhere
larger. A difference of 1 to 9 between two visible figures is then a count of so many patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from provisioning.disclosure.attack.linking import Links
from provisioning.disclosure.attack.model import Board
from provisioning.disclosure.model import Kind

PERSONS = frozenset({Kind.PATIENTS, Kind.EVENTS})
FEWEST_SHARED = 2
MOST_PART = 0.5
"""Where so large a part of the shared figures is equal or differs by few, the two tables are taken for a pair."""


@dataclass(frozen=True)
class Difference:
    """Two grids of a board, and the cells (of the grid under check) that show few persons beside the other.

    `certain` where most shared figures are equal or nearly so; else a person has to look.
    """

    one: int
    other: int
    cells: tuple[int, ...]
    shared: int
    certain: bool


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
    return Difference(one, other, tuple(cells.tolist()), len(gaps), bool(near.mean() >= MOST_PART))
