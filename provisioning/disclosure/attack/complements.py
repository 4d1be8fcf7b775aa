"""What is left of a whole beside a visible part of it: 1,000 patients, of them 995 who died, shows 5 who did not.

A part is a line called one (うち, 再掲, of which), the only line of a dimension beside its total, one sex without the
other, the numerator of a visible percentage, or a column of another table beside the total of the same lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from provisioning.disclosure.attack.axes import Axis, Labels, is_aside
from provisioning.disclosure.attack.differencing import PERSONS
from provisioning.disclosure.attack.labels import MEN_AND_WOMEN
from provisioning.disclosure.attack.linking import Links
from provisioning.disclosure.attack.model import Board, Grid, Ids
from provisioning.disclosure.vocabulary import heading_kind

ENOUGH_SHARED = 2
"""A column of another table is taken for a part where so many lines of both are visible."""


Pair = tuple[int, int]
"""A whole and its part: lines of an axis, or cells of the board."""


@dataclass(frozen=True)
class Complement:
    """Cells of a grid under check that leave few persons of a whole; `other` is the grid beside which they do."""

    cells: tuple[int, ...]
    grid: int
    other: int


def complements(board: Board, links: Links) -> Iterator[Complement]:
    """Every table with visible parts that leave 1 to 9 persons of a visible whole."""
    for index, grid in enumerate(board.grids):
        if not grid.release and (few := _leaving_few(board, list(_within(grid, board.numbers(index))))):
            yield Complement(tuple(sorted({part for _whole, part in few})), index, index)
    for one, other in links.pairs():
        for whole, part in ((one, other), (other, one)):
            few = _leaving_few(board, _across(board, links, whole, part))
            if few and board.grids[part].release:
                yield Complement(tuple(cell for cell, _part in few), whole, part)
            elif few:
                yield Complement(tuple(cell for _whole, cell in few), part, whole)


def _leaving_few(board: Board, pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs of visible cells of which the part leaves few persons of the whole."""
    return [
        (whole, part)
        for whole, part in pairs
        if board.values[part] > 0 and 0 < board.values[whole] - board.values[part] < board.threshold[whole]
    ]


def _within(grid: Grid, numbers: Ids) -> Iterator[Pair]:
    persons = [i for i, kind in enumerate(grid.kinds) if kind in PERSONS]
    for whole, part in _lines(grid.columns, heading=True):
        if whole in persons and grid.kinds[whole] is grid.kinds[part]:
            yield from zip(numbers[:, whole].tolist(), numbers[:, part].tolist(), strict=True)
    for whole, part in _lines(grid.rows, heading=False):
        yield from zip(numbers[whole, persons].tolist(), numbers[part, persons].tolist(), strict=True)
    for quotient in grid.quotients:
        kinds = {grid.kinds[quotient.numerator[1]], grid.kinds[quotient.denominator[1]]}
        if len(kinds) == 1 and kinds <= PERSONS:
            yield int(numbers[quotient.denominator]), int(numbers[quotient.numerator])


def _lines(axis: Axis, *, heading: bool) -> Iterator[Pair]:
    """Lines of an axis and those that are parts of them, as their labels have it.

    A heading that only says what is counted stands for all, as a total does; the label of a row does not.
    """
    last: int | None = None
    wholes = heading or any(None in labels for labels in axis.labels)
    children: dict[tuple[int, Labels], list[int]] = defaultdict(list)
    for index, labels in enumerate(axis.labels):
        if not is_aside(labels):
            last = index
            for position, text in enumerate(labels) if wholes else ():
                if text:
                    children[position, _open(labels, position)].append(index)
        elif last is not None:
            yield last, index
    for index, labels in enumerate(axis.labels) if wholes else ():
        for position, text in enumerate(labels):
            parts = _alone(axis, position, children, labels) if not text else []
            yield from ((index, i) for i in parts if text is None or (heading and _counts(axis.labels[i][position])))


def _counts(heading: str | None) -> bool:
    """Whether a heading beside one that says no more than what is counted is surely one of counts."""
    return heading is not None and (heading in MEN_AND_WOMEN or heading_kind(heading) in PERSONS)


def _open(labels: Labels, position: int) -> Labels:
    return (*labels[:position], None, *labels[position + 1 :])


def _alone(axis: Axis, position: int, children: dict[tuple[int, Labels], list[int]], labels: Labels) -> list[int]:
    """The lines below a total to which others of their kind are missing: the only one, or one sex of two."""
    found = children.get((position, _open(labels, position)), [])
    sexes = [i for i in found if axis.labels[i][position] in MEN_AND_WOMEN]
    return found if len(found) == 1 else sexes if len(sexes) == 1 else []


def _across(board: Board, links: Links, whole: int, part: int) -> list[Pair]:
    """The only column of a table beside the column for all of another one, line by line; nowhere may it be larger."""
    columns = links.columns[part]
    total = links.columns[whole].get(frozenset())
    if board.grids[part].kinds[0] not in PERSONS or total is None or len(columns) != 1 or frozenset() in columns:
        return []
    if columns.keys() & links.columns[whole].keys():
        return []
    (column,) = columns.values()
    wholes, parts = board.numbers(whole)[:, total], board.numbers(part)[:, column]
    rows = links.rows[part]
    pairs = [(int(wholes[i]), int(parts[rows[s]])) for s, i in links.rows[whole].items() if s in rows]
    rest = np.array([board.values[one] - board.values[other] for one, other in pairs])
    seen = rest[np.isfinite(rest)]
    return pairs if len(seen) >= ENOUGH_SHARED and not (seen < 0).any() else []
