"""Percentages and means that stand beside their counts: what the quotient of two cells can be, as rounded (PUB-23).

Where neither the author nor a heading says which two counts a figure comes from, the figures do: a pair of cells is
believed when it gives the figure in every row in which both are visible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from provisioning.disclosure.attack.axes import is_total
from provisioning.disclosure.columns import COUNTS, Understood
from provisioning.disclosure.model import Kind, Value, cell_name
from provisioning.disclosure.rules.ratios import ratios
from provisioning.disclosure.values import folded

Floats = npt.NDArray[np.float64]
Place = tuple[int, int]
"""A row and a column of a table, by their indexes."""

SCALES = (100.0, 1.0, 1000.0, 10_000.0, 100_000.0)
ENOUGH_ROWS = 3
NEAREST = 4
"""So many columns of counts around a figure are tried as its numerator and its denominator."""
MOST_DECIMALS = 9
_FIGURE = re.compile(r"([-+]?\d[\d,]*)(?:\.(\d+))?\s*%?")


@dataclass(frozen=True)
class Quotient:
    """`numerator` over `denominator` lies between `low` and `high`; `name` is the place of the figure, such as D5.

    `evidence` counts the rows in which it was seen to hold; 0 where the author or a heading says so.
    """

    numerator: Place
    denominator: Place
    low: float
    high: float
    name: str
    evidence: int


@dataclass(frozen=True, eq=False)
class _Figures:
    """A column of figures: their sizes and half of their last digits, NaN where there is none."""

    index: int
    size: Floats
    half: Floats


def quotients(read: Understood) -> Iterator[Quotient]:
    """Every visible percentage or mean of a table whose numerator and denominator are cells of the table."""
    counts = read.of_kind(*COUNTS)
    if len(counts) < 1 or not read.of_kind(Kind.STATISTIC):
        return
    values = {index: _counts(read, index) for index in counts}
    total = next((row for row, labels in enumerate(read.row_labels) if any(map(is_total, labels))), None)
    said = {ratio.index: ratio for ratio in ratios(read) if ratio.numerator is not None}
    for index in read.of_kind(Kind.STATISTIC):
        figures = _figures(read, index)
        ratio = said.get(index)
        if ratio and ratio.numerator in values and ratio.denominator in values:
            pairs: Iterator[tuple[int, int, int | None]] = iter([(ratio.numerator, ratio.denominator, None)])
            enough = 0
        else:
            pairs, enough = _pairs(counts, index, total), ENOUGH_ROWS
        yield from _first(read, figures, values, pairs, enough)


def _pairs(counts: list[int], index: int, total: int | None) -> Iterator[tuple[int, int, int | None]]:
    """Numerators and denominators to try, the nearest first; with a row, the denominator stands in that row alone."""
    near = sorted(counts, key=lambda i: (abs(i - index), i))[:NEAREST]
    if total is not None:
        yield from ((numerator, numerator, total) for numerator in near)
    yield from ((one, other, None) for one, other in product(near, near) if one != other)


def _first(
    read: Understood,
    figures: _Figures,
    values: dict[int, Floats],
    pairs: Iterator[tuple[int, int, int | None]],
    enough: int,
) -> Iterator[Quotient]:
    for (numerator, denominator, row), scale in product(pairs, SCALES):
        above = values[numerator]
        below = values[denominator] if row is None else np.full(len(above), values[denominator][row])
        rows = _held(figures, above, below, scale, enough)
        if rows is None:
            continue
        for at in np.flatnonzero(np.isfinite(figures.size)).tolist():
            if row == at:
                continue
            size, half = figures.size[at], figures.half[at]
            yield Quotient(
                (at, numerator),
                (at if row is None else row, denominator),
                max(0.0, float(size - half)) / scale,
                float(size + half) / scale,
                cell_name(read.table.row_numbers[at], read.table.columns[figures.index].number),
                rows,
            )
        return


def _held(figures: _Figures, above: Floats, below: Floats, scale: float, enough: int) -> int | None:
    """In how many rows the quotient is seen to give the figure; None where it is not in one, or seen too seldom."""
    with np.errstate(invalid="ignore", divide="ignore"):
        seen = np.isfinite(figures.size) & np.isfinite(above) & (below > 0)
        misses = np.abs(scale * above / below - figures.size) > figures.half * (1 + 1e-6) + 1e-9
        telling = seen & (above > 0) & (above < below * 1e9)
    if (seen & misses).any():
        return None
    if enough and len(set(zip(above[telling].tolist(), figures.size[telling].tolist(), strict=True))) < enough:
        return None
    if not enough and not seen.any() and scale != _usual(figures):
        return None
    return int(telling.sum())


def _usual(figures: _Figures) -> float:
    """The scale of figures that cannot be held against any count: percentages where one is above 1."""
    return 100.0 if np.nanmax(figures.size, initial=0.0) > 1 else 1.0


def _counts(read: Understood, index: int) -> Floats:
    numbers = [reading if isinstance(reading, float) else np.nan for _row, reading in read.readings(index)]
    return np.array(numbers, np.float64)


def _figures(read: Understood, index: int) -> _Figures:
    told = [figure_of(value) for value in read.table.values(index)]
    size = np.array([figure[0] if figure else np.nan for figure in told])
    half = np.array([figure[1] if figure else np.nan for figure in told])
    return _Figures(index, size, half)


def figure_of(value: Value) -> tuple[float, float] | None:
    """A percentage or mean as written, and half of its last digit; None for anything else."""
    text = repr(value).removesuffix(".0") if isinstance(value, float) else folded(value or "")
    match = _FIGURE.fullmatch(text)
    if not match:
        return None
    decimals = match[2] or ""
    return float(f"{match[1].replace(',', '')}.{decimals or '0'}"), 0.5 * 10.0 ** -min(len(decimals), MOST_DECIMALS)
