"""Coarser groups of ages or periods beside finer ones: 0-9 is 0-4 and 5-9, in one table or across tables.

A line of one table stands for several lines of another where its span is theirs put end to end and all else that
the labels say is the same. The two are taken for the same population by the usual test: nothing that both show
contradicts it, and something speaks for it, a complete group or an equal figure; or the masks alone fit every group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from provisioning.disclosure.attack.labels import Span, span_of
from provisioning.disclosure.attack.linking import Links, fits
from provisioning.disclosure.attack.model import Board, Ids, Relation, Sort
from provisioning.disclosure.attack.relations import support, tolerance

Subject = frozenset[str]
Rest = tuple[Subject, str]
"""What a line is about beside its span, and the scale of the span."""


@dataclass(frozen=True, eq=False)
class _Lines:
    """The lines of one axis of a grid: by subject, and by what they are about beside each span."""

    places: dict[Subject, int]
    spans: dict[Rest, dict[tuple[int, int], int]]

    @property
    def is_wide(self) -> bool:
        """Whether some line stands for more than one number, so that it may be the sum of others."""
        return any(low < high for spans in self.spans.values() for low, high in spans)


def relations_of_groups(board: Board, links: Links) -> Iterator[Relation]:
    """Every line that is the sum of finer ones, inside each table and between tables of which one is under check."""
    if not board.masked.any():
        return
    axes = [(_lines(links.rows[i]), _lines(links.columns[i])) for i in range(len(board.grids))]
    pairs = [(i, i) for i in range(len(board.grids))]
    pairs += [pair for one, other in links.pairs() for pair in ((one, other), (other, one))]
    for coarse, fine in pairs:
        if not (board.grids[coarse].masked.any() or board.grids[fine].masked.any()):
            continue
        for mine in (0, 1):
            if axes[coarse][mine].is_wide:
                for theirs in (mine,) if coarse == fine else (0, 1):
                    sides = _Side(coarse, mine, axes[coarse]), _Side(fine, theirs, axes[fine])
                    yield from _between(board, *sides)


@dataclass(frozen=True, eq=False)
class _Side:
    """A grid of the board, and which of its axes (0 rows, 1 columns) holds the groups."""

    grid: int
    axis: int
    axes: tuple[_Lines, _Lines]

    @property
    def lines(self) -> _Lines:
        """The lines of the axis with groups."""
        return self.axes[self.axis]

    @property
    def across(self) -> dict[Subject, int]:
        """The places on the other axis."""
        return self.axes[1 - self.axis].places

    def numbers(self, board: Board) -> Ids:
        """The numbers of the cells, one line of the groups per row."""
        numbers = board.numbers(self.grid)
        return numbers.T if self.axis else numbers


def _lines(places: dict[Subject, int]) -> _Lines:
    spans: dict[Rest, dict[tuple[int, int], int]] = defaultdict(dict)
    for subject, place in places.items():
        for text in subject:
            if span := span_of(text):
                spans[subject - {text}, span.scale].setdefault((span.low, span.high), place)
    return _Lines(places, dict(spans))


def _between(board: Board, coarse: _Side, fine: _Side) -> Iterator[Relation]:
    groups = list(_groups(coarse, fine))
    if not groups:
        return
    across = [(i, fine.across[s]) for s, i in coarse.across.items() if s in fine.across]
    same = [(i, fine.lines.places[s]) for s, i in coarse.lines.places.items() if s in fine.lines.places]
    kinds = board.grids[coarse.grid].kinds
    for kind in dict.fromkeys(kinds) if coarse.axis == 0 else (None,):
        shared = [(i, j) for i, j in across if kind is None or kinds[i] is kind]
        if shared:
            wholes = coarse.numbers(board)[:, [i for i, _j in shared]]
            parts = fine.numbers(board)[:, [j for _i, j in shared]]
            equal = 0 if coarse.grid == fine.grid else _equal(board, wholes, parts, same)
            yield from _added(board, fine.grid, [(wholes[line], parts[of]) for line, of in groups], equal)


def _equal(board: Board, wholes: Ids, parts: Ids, same: Sequence[tuple[int, int]]) -> int | None:
    """How many figures of lines that both tables have are equal; None where one is not."""
    ones = board.values[wholes[[i for i, _j in same]]].ravel() if same else np.zeros(0)
    others = board.values[parts[[j for _i, j in same]]].ravel() if same else np.zeros(0)
    seen = np.isfinite(ones) & np.isfinite(others)
    if np.any(np.abs(ones[seen] - others[seen]) > 1e-9 * np.abs(ones[seen])):
        return None
    return int((ones[seen] > 0).sum())


def _added(board: Board, fine: int, groups: list[tuple[Ids, Ids]], equal: int | None) -> Iterator[Relation]:
    grid = board.grids[fine]
    told = []
    for totals, parts in groups:
        table = np.column_stack([parts.T, totals])
        allowed = tolerance(grid, len(parts))
        told.append(support(board.values[table], board.masked[table], len(parts), np.arange(len(parts)), allowed))
    if equal is None or any(support_of.refuted for support_of in told):
        return
    evidence = equal + sum(support_of.evidence for support_of in told)
    if not evidence and not (len(groups) > 1 and all(fits(board, parts.T, totals) for totals, parts in groups)):
        return
    for (totals, parts), support_of in zip(groups, told, strict=True):
        for line in np.flatnonzero(support_of.usable):
            allowed = tolerance(grid, len(parts))
            yield Relation(Sort.GROUPS, int(totals[line]), parts[:, line], evidence, allowed)


def _groups(coarse: _Side, fine: _Side) -> Iterator[tuple[int, list[int]]]:
    """Each line of the coarse side with lines of the fine side that together make its span."""
    for rest, wholes in coarse.lines.spans.items():
        finer = fine.lines.spans.get(rest, {})
        for (low, high), line in wholes.items():
            inside = {span: place for span, place in finer.items() if low <= span[0] and span[1] <= high}
            inside.pop((low, high), None)
            for spans in _tilings(Span(rest[1], low, high), sorted(inside)):
                yield line, [inside[span] for span in spans]


def _tilings(whole: Span, spans: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Spans put end to end that make the whole: by the widest steps, and by the narrowest."""
    starts: dict[int, list[int]] = defaultdict(list)
    reached = {whole.high + 1}
    for low, high in reversed(spans):
        if high + 1 in reached:
            starts[low].append(high)
            reached.add(low)
    if whole.low not in starts:
        return []
    found = []
    for step in (max, min):
        tiling, at = [], whole.low
        while at <= whole.high:
            high = step(starts[at])
            tiling.append((at, high))
            at = high + 1
        if tiling not in found:
            found.append(tiling)
    return found
