"""Which line of a table may be the sum of which others, by their labels alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from provisioning.disclosure.attack.labels import canonical
from provisioning.disclosure.values import folded

Labels = tuple[str | None, ...]
"""What one line (row or column) is about, one entry per dimension; None where it stands for all."""

MOST_LINES = 20_000
_TOTAL = re.compile(
    r"(?:総計|総数|総合計|合計|小計|中計|計|全体|全国計?|全年齢|全て|すべて|男女計|"
    r"(?:grand |sub[- ]?)?totals?|all|overall|sum|both sexes)(?:\s*[(\[].*[)\]])?"
)
_TOTAL_OF = re.compile(r"(?P<what>.+?)[\s・_/]*(?:の?(?:合計|小計|総計|総数|計)|\s(?:sub)?total)")
_MEASURE = re.compile(
    r"(?:実?患者の?実?数|人数|実人員|件数|回数|算定回数|数量|処方数量|傷病件数|受診者数|利用者数|施設数|頻度|度数|"
    r"n|counts?|freq|frequency|number|patients?|persons|cases|events|claims|quantity)(?:\s*[(\[].*[)\]])?"
)
_ASIDE = re.compile(r"再掲|^うち|内数|of which")


@dataclass(frozen=True)
class Axis:
    """The rows or the columns of a table. `named`: which lines are called totals by their own labels."""

    labels: tuple[Labels, ...]
    named: tuple[bool, ...]

    def subjects(self) -> list[frozenset[str]]:
        """What each line is about, without order; empty for a total of all."""
        return [frozenset(text for text in labels if text) for labels in self.labels]


@dataclass(frozen=True)
class Candidate:
    """A line that may be the sum of `parts`. `named`: its label says that it is a total.

    `pattern` names how the parts were found; candidates of one pattern support each other.
    """

    total: int
    parts: tuple[int, ...]
    named: bool
    pattern: str

    @property
    def placed(self) -> bool:
        """Whether only the places of the lines speak for it, not their labels."""
        return self.pattern in ("above", "below", "totals")


def is_total(text: str) -> bool:
    """Whether a label stands for all: 総計, 小計, 全体, total, all ..."""
    return _TOTAL.fullmatch(folded(text)) is not None


def read_axis(lines: Sequence[Sequence[str]], *, short_is_all: bool = False) -> Axis:
    """Labels of lines in dimensions, in one spelling: totals are None, a code and its name are one dimension.

    With `short_is_all` (headings), a line with fewer labels than others stands for all of what they tell apart.
    """
    width = max((len(line) for line in lines), default=0)
    padded = [[folded(text) for text in line] for line in lines]
    known = {text for line in padded for text in line}
    split = [_split(line, width, known, short_is_all) for line in padded]
    dimensions = _dimensions([labels for labels, _named in split], width)
    joined = tuple(tuple(_joint(labels, group) for group in dimensions) for labels, _named in split)
    return Axis(joined, tuple(named for _labels, named in split))


def _split(line: list[str], width: int, known: set[str], short_is_all: bool) -> tuple[list[str | None], bool]:
    """A line with None for each total, and whether it is called one."""
    told: list[str | None] = []
    for text in line:
        match = _TOTAL_OF.fullmatch(text)
        if is_total(text):
            told.append(None)
        elif match and (match["what"] in known or match["what"] in ("男女", "年齢")):
            told.append(None if match["what"] in (*told, "男女", "年齢") else match["what"])
            told += [None] * (width - len(told))
            return [text and canonical(text) for text in told], True
        elif _MEASURE.fullmatch(text):
            told.append("")
        else:
            told.append(text)
    named = None in told
    told += [None if short_is_all else ""] * (width - len(told))
    return [None if named and not text else text and canonical(text) for text in told], named


def _dimensions(lines: Sequence[Sequence[str | None]], width: int) -> list[list[int]]:
    """Groups of positions: those that never differ are left out, those that say the same are joined."""
    groups: list[list[int]] = []
    for position in range(width):
        seen = {line[position] for line in lines}
        if len(seen) == 1 and len(lines) > 1:
            continue
        joined = next((g for g in groups if _say_the_same(lines, g[0], position)), None)
        if joined is None:
            groups.append([position])
        else:
            joined.append(position)
    return groups


def _say_the_same(lines: Sequence[Sequence[str | None]], one: int, other: int) -> bool:
    pairs = {(line[one], line[other]) for line in lines if line[one] is not None and line[other] is not None}
    ones, others = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    return len(pairs) > 1 and len(pairs) == len(ones) == len(others)


def _joint(line: Sequence[str | None], group: list[int]) -> str | None:
    texts = [line[position] for position in group]
    # a name for all beside a code left over from the line above is still a name for all
    return None if any(text is None for text in texts) else texts[-1]


def candidates(axis: Axis) -> Iterator[Candidate]:
    """Every line that may be a total, with each set of lines that it may be the sum of."""
    lines = axis.labels
    if len(lines) > MOST_LINES or not any(None in labels for labels in lines):
        return
    tree = _Tree(lines)
    seen: set[tuple[int, tuple[int, ...]]] = set()
    for total, labels in enumerate(lines):
        if not any(text is None for text in labels) or is_aside(labels):
            continue
        for pattern, parts in tree.covers(total):
            wanted = tuple(sorted(parts))
            if len(wanted) > 1 and (total, wanted) not in seen:
                seen.add((total, wanted))
                yield Candidate(total, wanted, axis.named[total], pattern)


def is_aside(labels: Labels) -> bool:
    """Whether a line is called a part of another that is counted there already: 再掲, うち, 内数, of which."""
    return any(text is not None and _ASIDE.search(text) for text in labels)


class _Tree:
    """Lines by their labels, for finding what stands below one of them."""

    def __init__(self, lines: Sequence[Labels]) -> None:
        self.lines = lines
        self.open = [tuple(i for i, text in enumerate(labels) if text is None) for labels in lines]
        self.used = [i for i, labels in enumerate(lines) if not is_aside(labels)]
        self.repeated = len({tuple(labels) for labels in lines}) < len(lines)
        self._children: dict[tuple[int, Labels], list[int]] = defaultdict(list)
        self._leaves: dict[tuple[tuple[int, ...], Labels], list[int]] = {}
        for index in self.used:
            labels = lines[index]
            for position, text in enumerate(labels):
                if text is not None:
                    self._children[position, _without(labels, position)].append(index)

    def covers(self, total: int) -> Iterator[tuple[str, list[int]]]:
        """Sets of lines that leave nothing of the total out: by each dimension, to the last detail, and by place."""
        labels = self.lines[total]
        for position in self.open[total]:
            yield f"dimension {position}", self._children.get((position, labels), [])
        below = self._below(total)
        leaves = [i for i in below if not self._has_children(i)]
        yield "details", leaves
        yield "mixed", self._mixed(total, leaves)
        if self.repeated or len(labels) == 1:
            yield from self._beside(total)

    def _below(self, total: int) -> list[int]:
        labels = self.lines[total]
        fixed = tuple(i for i, text in enumerate(labels) if text is not None)
        key = (fixed, tuple(labels[i] for i in fixed))
        if key not in self._leaves:
            groups: dict[Labels, list[int]] = defaultdict(list)
            for index in self.used:
                groups[tuple(self.lines[index][i] for i in fixed)].append(index)
            for told, members in groups.items():
                self._leaves[fixed, told] = members
        return [i for i in self._leaves.get(key, []) if len(self.open[i]) < len(self.open[total])]

    def _has_children(self, index: int) -> bool:
        labels = self.lines[index]
        return any((position, labels) in self._children for position in self.open[index])

    def _mixed(self, total: int, leaves: list[int]) -> list[int]:
        """By the first open dimension, where some groups have a subtotal and others only their details."""
        first = self.open[total][0]
        subtotals = set(self._children.get((first, self.lines[total]), []))
        covered = {self.lines[i][first] for i in subtotals}
        return sorted(subtotals) + [i for i in leaves if self.lines[i][first] not in covered]

    def _beside(self, total: int) -> Iterator[tuple[str, list[int]]]:
        """In a plain list: the lines since the last total, those until the next, and the totals before."""
        plain = [bool(self.open[i]) for i in range(len(self.lines))]
        start = total
        while start and not plain[start - 1]:
            start -= 1
        stop = total + 1
        while stop < len(plain) and not plain[stop]:
            stop += 1
        used = set(self.used)
        yield "above", [i for i in range(start, total) if i in used]
        yield "below", [i for i in range(total + 1, stop) if i in used]
        yield "totals", [i for i in range(total) if plain[i] and i in used]


def _without(labels: Labels, position: int) -> Labels:
    return (*labels[:position], None, *labels[position + 1 :])
