"""Sums inside one table: what the labels suggest, held against what is visible.

A candidate that fails on one complete line is no relation: totals of patients are often no sums, since one
person can be counted in two cells. One that holds on complete lines is inferred, with their number as evidence.
Where no line is complete, the word total alone speaks for it, unless the visible figures already exceed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from provisioning.disclosure.attack.axes import Candidate, candidates
from provisioning.disclosure.attack.model import Board, Flags, Floats, Grid, Ids, Relation, Sort


@dataclass(frozen=True)
class Support:
    """What the visible figures say of a candidate: complete lines on which it holds, and whether one refutes it."""

    evidence: int
    refuted: bool
    usable: Flags


def relations_within(board: Board, index: int) -> Iterator[Relation]:
    """The relations inside one grid."""
    grid = board.grids[index]
    numbers = board.numbers(index)
    said = list(_declared(grid, numbers))
    yield from said
    known = {(relation.total, tuple(relation.parts.tolist())) for relation in said}
    inferred = [
        *_along(Sort.COLUMNS, grid, list(candidates(grid.columns)), numbers, by_kind=False),
        *_along(Sort.ROWS, grid, list(candidates(grid.rows)), numbers, by_kind=True),
    ]
    for relation in inferred:
        if not known or (relation.total, tuple(relation.parts.tolist())) not in known:
            yield relation


def _declared(grid: Grid, numbers: Ids) -> Iterator[Relation]:
    """The sums that the author declares, each unless a complete line refutes it (READ-2 then tells the reviewer)."""
    for said in grid.declared:
        parts = np.array(said.parts)
        allowed = tolerance(grid, len(parts), rounded=grid.rounded)
        for values, masked, places in _views(grid, numbers, by_kind=said.by_row):
            told = support(values, masked, said.total, parts, allowed)
            for line in np.flatnonzero(told.usable) if not told.refuted else ():
                total = int(places[line, said.total])
                yield Relation(Sort.DECLARED, total, places[line, parts], told.evidence, allowed)


def _views(grid: Grid, numbers: Ids, *, by_kind: bool) -> Iterator[tuple[Floats, Flags, Ids]]:
    """Values, masks and numbers with the lines to be added up as columns; sums of rows are judged per kind."""
    if not by_kind:
        yield grid.values, grid.masked, numbers
        return
    for kind in dict.fromkeys(grid.kinds):
        columns = [i for i, other in enumerate(grid.kinds) if other is kind]
        yield grid.values[:, columns].T, grid.masked[:, columns].T, numbers[:, columns].T


def _along(sort: Sort, grid: Grid, found: list[Candidate], numbers: Ids, *, by_kind: bool) -> Iterator[Relation]:
    """Relations between the columns (or the rows) of a grid; those of rows are judged per kind of column."""
    if not by_kind:
        same = [c for c in found if len({grid.kinds[i] for i in (c.total, *c.parts)}) == 1]
        yield from _accepted(sort, grid, same, grid.values, grid.masked, numbers)
        return
    for values, masked, places in _views(grid, numbers, by_kind=True):
        yield from _accepted(sort, grid, found, values, masked, places)


def _accepted(
    sort: Sort, grid: Grid, found: list[Candidate], values: Floats, masked: Flags, numbers: Ids
) -> Iterator[Relation]:
    supports, rounded = _held(grid, found, values, masked)
    pooled: dict[str, int] = defaultdict(int)
    against: dict[str, bool] = defaultdict(bool)
    for candidate, told in zip(found, supports, strict=True):
        pooled[candidate.pattern] += 0 if told.refuted else told.evidence
        against[candidate.pattern] |= told.refuted
    for candidate, told in zip(found, supports, strict=True):
        known = told.evidence or pooled[candidate.pattern]
        if told.refuted or not _believed(candidate, told, known, refuted_elsewhere=against[candidate.pattern]):
            continue
        allowed = tolerance(grid, len(candidate.parts), rounded=rounded)
        for line in np.flatnonzero(told.usable):
            parts = numbers[line, list(candidate.parts)]
            yield Relation(sort, int(numbers[line, candidate.total]), parts, known, allowed)


def _held(grid: Grid, found: list[Candidate], values: Floats, masked: Flags) -> tuple[list[Support], bool]:
    """Each candidate held against the figures, and whether these are rounded: as the title says, or as sums show.

    Sums show it where they miss their totals, but by no more than the rounding of all figures allows.
    """

    def held(*, rounded: bool) -> list[Support]:
        return [
            support(values, masked, c.total, np.array(c.parts), tolerance(grid, len(c.parts), rounded=rounded))
            for c in found
        ]

    as_shown = held(rounded=grid.rounded)
    if grid.rounded or grid.step <= 1:
        return as_shown, grid.rounded
    loosely = held(rounded=True)
    if any(
        a.refuted and not b.refuted and b.evidence and c.named for a, b, c in zip(as_shown, loosely, found, strict=True)
    ):
        return loosely, True
    return as_shown, False


def _believed(candidate: Candidate, told: Support, known: int, *, refuted_elsewhere: bool) -> bool:
    """Whether a candidate that nothing visible contradicts is a relation."""
    if told.evidence:
        return True
    if candidate.placed or not candidate.named:
        return known > 0 and not refuted_elsewhere
    return not refuted_elsewhere


def tolerance(grid: Grid, parts: int, *, rounded: bool = False) -> float:
    """By how much a sum of that many figures can miss its total: those with decimals are rounded in any case."""
    if grid.step < 1:
        return (parts + 1) * grid.step / 2
    return (parts + 1) * (grid.step - 1) + 1e-6 if rounded else 1e-6


def support(values: Floats, masked: Flags, total: int, parts: Ids, allowed: float) -> Support:
    """Hold `total = sum of parts` (columns of `values`) against every line.

    A complete line counts as evidence when two of its parts are not 0: others hold for any kind of total.
    """
    whole, pieces, hidden = values[:, total], values[:, parts], masked[:, parts]
    usable = (np.isfinite(pieces) | hidden).all(axis=1) & (np.isfinite(whole) | masked[:, total])
    unknown = hidden.sum(axis=1) + masked[:, total]
    seen = np.nansum(pieces, axis=1)
    rest = whole - seen
    allowances = allowed + 1e-9 * np.abs(np.nan_to_num(whole))
    complete = usable & (unknown == 0)
    with np.errstate(invalid="ignore"):
        misses = complete & (np.abs(rest) > allowances)
        exceeded = usable & ~masked[:, total] & (rest < -allowances)
        telling = complete & (whole > 0) & ((pieces > 0).sum(axis=1) >= 2)
    return Support(int(telling.sum()), bool(misses.any() or exceeded.any()), usable)
