"""Percentages beside their counts: recomputed, and refused where they give a small count away (PUB-23)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding, Kind, Value, cell_name, shown
from provisioning.disclosure.rules.patients import FEWEST_PATIENTS
from provisioning.disclosure.rules.registry import Pack, cell_place, column_name, finding
from provisioning.disclosure.values import Mark, folded, in_words, read_value
from provisioning.messages import _

_PERCENT_HEADING = re.compile(r"%|割合|構成比|率$|percent|proportion|prevalence|pct")
_DENOMINATOR = re.compile(r"分母|母数|対象者|全体|総数|(?<![a-z])(?:denominator|total|base|all)(?![a-z])")
_PLAIN = re.compile(r"[-+]?\d[\d,]*(?:\.(\d+))?\s*(%?)")
MOST_DECIMALS = 6


@dataclass(frozen=True)
class Ratio:
    """A column of percentages with the columns of its two counts, declared or found by their headings."""

    index: int
    numerator: int | None
    denominator: int
    inferred: bool


def ratios(read: Understood) -> list[Ratio]:
    """Columns of percentages whose denominator stands in the table."""
    return [ratio for index in read.of_kind(Kind.STATISTIC) if (ratio := _ratio(read, index))]


def _ratio(read: Understood, index: int) -> Ratio | None:
    numbers = {column.number: i for i, column in enumerate(read.table.columns)}
    says = read.declared.column(read.table.columns[index].number) if read.declared else None
    if says and says.numerator and says.denominator:
        from_letters = {cell_name(1, number)[:-1]: i for number, i in numbers.items()}
        return Ratio(index, from_letters[says.numerator], from_letters[says.denominator], inferred=False)
    column = read.table.columns[index]
    if not column.path or not _PERCENT_HEADING.search(folded(column.path[-1])):
        return None
    columns = read.table.columns
    patients = [i for i in read.of_kind(Kind.PATIENTS) if columns[i].path and columns[i].path[:-1] == column.path[:-1]]
    below = [i for i in patients if _DENOMINATOR.search(folded(columns[i].path[-1]))]
    above = [i for i in patients if i not in below]
    if len(below) != 1 or len(above) > 1:
        return None
    return Ratio(index, above[0] if above else None, below[0], inferred=True)


def counts_behind(value: Value, scale: int, denominator: float) -> range | None:
    """The whole counts that a percentage, as rounded, can stand for; None where it cannot be read."""
    text = repr(value) if isinstance(value, float) else folded(value or "")
    match = _PLAIN.fullmatch(text.removesuffix(".0") if isinstance(value, float) else text)
    if not match or denominator <= 0:
        return None
    size = float(text.replace(",", "").rstrip("% "))
    half = 0.5 * 10 ** -min(len(match[1] or ""), MOST_DECIMALS)
    by = 100 if match[2] else scale
    low, high = (size - half) / by * denominator, (size + half) / by * denominator
    return range(max(0, math.ceil(low - 1e-9)), math.floor(high + 1e-9) + 1)


def scale_of(read: Understood, index: int) -> int:
    """100 for percentages, 1 for shares."""
    heading = folded(read.table.columns[index].heading)
    values = [v for _row, v in read.readings(index) if isinstance(v, float)]
    return 100 if re.search(r"%|percent|pct", heading) or any(v > 1 for v in values) else 1


def percentages(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-23: a percentage from which a count from 1 to 9 follows is refused; one that fits no count is reviewed.

    So is one that leaves 1 to 9 of its denominator; where its count is visible, PUB-21 says so.
    """
    for ratio in ratios(read):
        scale = scale_of(read, ratio.index)
        odd: list[str] = []
        for row, values in enumerate(read.table.rows):
            below = read_value(values[ratio.denominator])
            above = read_value(values[ratio.numerator]) if ratio.numerator is not None else Mark.MASK
            value = values[ratio.index]
            if not isinstance(below, float) or (behind := counts_behind(value, scale, below)) is None:
                continue
            if isinstance(above, float):
                if above not in behind:
                    odd.append(cell_name(*cell_place(read, row, ratio.index)))
            elif behind and behind[0] >= 1 and behind[-1] < FEWEST_PATIENTS:
                yield _gives_away(read, ratio, row, value, below, behind)
            elif behind and below - behind[-1] >= 1 and below - behind[0] < FEWEST_PATIENTS:
                yield _leaves_few(read, ratio, row, value, below, behind)
        if odd:
            reason = _("'{column}' does not follow from its counts: {places}.").format(
                column=column_name(read, ratio.index), places=shown(odd)
            )
            fix = _("Correct the percentages, or say which counts they come from.")
            place = cell_place(read, 0, ratio.index)
            yield finding(read, "PUB-23", "review", place, reason, fix, inferred=ratio.inferred)


def _leaves_few(read: Understood, ratio: Ratio, row: int, value: Value, below: float, behind: range) -> Finding:
    counts = "-".join(dict.fromkeys(in_words(below - count) for count in (behind[-1], behind[0])))
    reason = _("{value} of {below} leaves {counts} of them, which is from 1 to 9.").format(
        value=in_words(value), below=in_words(below), counts=counts
    )
    fix = _("Mask the percentage or its denominator, or round it so that it fits more counts.")
    return finding(read, "PUB-23", "review", cell_place(read, row, ratio.index), reason, fix, inferred=ratio.inferred)


def _gives_away(read: Understood, ratio: Ratio, row: int, value: Value, below: float, behind: range) -> Finding:
    counts = str(behind[0]) if len(behind) == 1 else f"{behind[0]}-{behind[-1]}"
    reason = _("{value} of {below} gives a count of {counts} away, which is from 1 to 9.").format(
        value=in_words(value), below=in_words(below), counts=counts
    )
    fix = _("Mask the percentage together with its count.")
    place = cell_place(read, row, ratio.index)
    return finding(read, "PUB-23", "fail", place, reason, fix, inferred=ratio.inferred)


def judged_columns(read: Understood) -> set[int]:
    """Columns of percentages that were recomputed in every row, and need no general review."""
    judged = set()
    for ratio in ratios(read):
        scale = scale_of(read, ratio.index)
        behind = [
            counts_behind(row[ratio.index], scale, below)
            for row in read.table.rows
            if row[ratio.index] is not None
            and read_value(row[ratio.index]) not in (Mark.MASK, Mark.BLANK)
            and isinstance(below := read_value(row[ratio.denominator]), float)
        ]
        complete = all(
            isinstance(read_value(row[ratio.denominator]), float)
            for row in read.table.rows
            if read_value(row[ratio.index]) not in (Mark.MASK, Mark.BLANK)
        )
        if complete and all(counts is not None for counts in behind):
            judged.add(ratio.index)
    return judged
