"""What each column of a table counts. Fails closed: what looks like counts is taken for patients."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from provisioning.disclosure.declaration import TableSays
from provisioning.disclosure.model import Column, Kind, Table, Value
from provisioning.disclosure.values import Mark, Reading, folded, in_words, is_range, is_whole, read_value
from provisioning.disclosure.vocabulary import AXIS, TOTAL, heading_kind, is_strong_label, tells_group_size

Route = Literal["injection", "oral or external"]
COUNTS = frozenset(
    {Kind.PATIENTS, Kind.EVENTS, Kind.INSTITUTIONS, Kind.DRUGS, Kind.REHABILITATION, Kind.MATERIALS, Kind.QUANTITY}
)
MOST_NUMBERED = 100
"""The highest of the rising numbers that are taken for labels."""
_INJECTION = re.compile(r"注射|静注|筋注|皮下注|injection|injectable")
_ORAL = re.compile(r"内服|外用|経口|oral|external|topical")
_DRUG = re.compile(r"医薬品|処方|薬効|薬価|注射|内服|外用|drug|medicine|prescription|atc")
_MATERIAL = re.compile(r"材料|器材|material|device")
_REHABILITATION = re.compile(r"リハビリ|rehab")


@dataclass(frozen=True)
class Meaning:
    """What a column counts. `inferred`: no heading says so. `stated`: its own heading does.

    `declared`: the author's declaration does, and `guess` is what was read without it. `numbered`: small rising
    numbers before a count were taken for labels. `group`: the heading tells the size of a group, `all (n=1,234)`.
    """

    kind: Kind
    inferred: bool = False
    stated: bool = False
    declared: bool = False
    guess: Kind | None = None
    numbered: bool = False
    group: bool = False


@dataclass(frozen=True)
class Understood:
    """A table together with the meaning of each of its columns, in the same order."""

    table: Table
    meanings: tuple[Meaning, ...]
    declared: TableSays | None = None

    def of_kind(self, *kinds: Kind) -> list[int]:
        """Indexes of the columns of these kinds."""
        return [i for i, meaning in enumerate(self.meanings) if meaning.kind in kinds]

    @cached_property
    def labels(self) -> list[int]:
        """Indexes of the label columns."""
        return self.of_kind(Kind.LABEL)

    @cached_property
    def row_labels(self) -> tuple[tuple[str, ...], ...]:
        """For each row the labels that stand before it; a blank one takes the label above."""
        filled: list[tuple[str, ...]] = []
        last: list[str] = [""] * len(self.labels)
        for row in self.table.rows:
            given = [in_words(row[i]).strip() for i in self.labels]
            first = next((n for n, text in enumerate(given) if text), len(given))
            # labels to the left of the first filled one are those of the group above
            last = [text if n >= first else last[n] for n, text in enumerate(given)] if any(given) else last
            filled.append(tuple(last))
        return tuple(filled)

    @cached_property
    def context(self) -> str:
        """All that the surroundings say: sheet, title, headings, in folded text."""
        table = self.table
        return folded(" ".join([table.file, table.sheet, table.title, *(c.heading for c in table.columns)]))

    def route(self, row: int) -> Route | None:
        """The route of the drugs in a row: declared, else from the surroundings, else from its labels."""
        if self.declared and self.declared.route:
            return self.declared.route
        for text in (self.context, folded(" ".join(self.row_labels[row]))):
            injection, oral = bool(_INJECTION.search(text)), bool(_ORAL.search(text))
            if injection != oral:
                return "injection" if injection else "oral or external"
        return None

    def kind_at(self, row: int, index: int) -> Kind:
        """What one cell counts: in a column without a telling heading, the labels of the row may say it."""
        meaning = self.meanings[index]
        if meaning.inferred:
            return row_statement(self.row_labels[row]) or meaning.kind
        return Kind.STATISTIC if self.is_statistic_of_group(row, index) else meaning.kind

    def is_statistic_of_group(self, row: int, index: int) -> bool:
        """Whether a cell is a statistic by its row, where the heading only tells the size of a group."""
        return self.meanings[index].group and row_statement(self.row_labels[row]) is Kind.STATISTIC

    def readings(self, index: int) -> Iterator[tuple[int, Reading]]:
        """(row index, reading) of each cell of a column."""
        return enumerate(self._columns[index])

    def reading(self, row: int, index: int) -> Reading:
        """What one cell holds."""
        return self._columns[index][row]

    @cached_property
    def _columns(self) -> list[list[Reading]]:
        return [[read_value(row[i]) for row in self.table.rows] for i in range(len(self.meanings))]

    def patients_beside(self, index: int) -> int | None:
        """The column of patients that belongs to a column of quantities: of the same group, or the only one."""
        return self._beside[index]

    @cached_property
    def _beside(self) -> list[int | None]:
        patients = self.of_kind(Kind.PATIENTS)
        return [self._patients_of(patients, index) if patients else None for index in range(len(self.meanings))]

    def _patients_of(self, patients: list[int], index: int) -> int | None:
        group = self.table.columns[index].path[:-1]
        same = [i for i in patients if self.table.columns[i].path[:-1] == group]
        if len(same) == 1:
            return same[0]
        return patients[0] if len(patients) == 1 and not group else None


def understand(table: Table, declared: TableSays | None = None) -> Understood:
    """The table with the meaning of its columns: as the author declares, else as headings and values tell."""
    stated = [_stated(column) for column in table.columns]
    stated = [_unless_impossible(table, i, kind, stated) for i, kind in enumerate(stated)]
    meanings = [_meaning(table, i, stated) for i in range(len(table.columns))]
    inferred = [_in_context(table, meaning) for meaning in meanings]
    if declared is None:
        return Understood(table, tuple(inferred))
    said = [_as_declared(m, declared, table.columns[i]) for i, m in enumerate(inferred)]
    return Understood(table, tuple(said), declared)


def _as_declared(meaning: Meaning, declared: TableSays, column: Column) -> Meaning:
    """The meaning of a column under a declaration; one it does not name takes the table's, unless it is no count.

    A column whose heading is named as a dimension holds labels: READ-2 tells the reviewer where it read like counts.
    """
    says = declared.column(column.number)
    if says is None and column.path and folded(column.path[-1]) in {folded(name) for name in declared.dimensions}:
        return Meaning(Kind.LABEL, inferred=False, stated=True, declared=True, guess=meaning.kind)
    if says is None and meaning.kind not in COUNTS:
        return meaning
    kind = says.kind if says else declared.counts
    return Meaning(kind, inferred=False, stated=True, declared=True, guess=meaning.kind)


def _stated(column: Column) -> Kind | None:
    """What the headings of a column say, the lowest first."""
    for text in reversed(column.path):
        if AXIS.search(folded(text)) and not TOTAL.search(folded(text)):
            continue
        if kind := heading_kind(text):
            return kind
    return None


def _unless_impossible(table: Table, index: int, kind: Kind | None, stated: list[Kind | None]) -> Kind | None:
    """Take a column for no label if numbers and masks are mixed in it, which labels never are."""
    if kind is not Kind.LABEL or is_strong_label(_last(table.columns[index])):
        return kind
    seen = _seen(table, index)
    numbers, masks, texts = seen["number"], seen["mask"] + seen["range"], seen["text"]
    right_of_count = any(k in COUNTS for k in stated[:index])
    if numbers and not texts and (masks or right_of_count):
        return None
    return kind


def _last(column: Column) -> str:
    return column.path[-1] if column.path else ""


def _seen(table: Table, index: int) -> Counter[str]:
    """How many cells of a column are whole numbers, decimals, masks, ranges and texts; how many values are small."""
    seen: Counter[str] = Counter()
    for value, times in Counter(table.values(index)).items():
        seen[_sort(value)] += times
        seen["small"] += isinstance(reading := read_value(value), float) and 0 < reading < 10
    return seen


def _sort(value: Value) -> str:
    reading = read_value(value)
    if isinstance(reading, float):
        return "number" if is_whole(reading) else "decimal"
    if reading in (Mark.MASK, Mark.NARROW_MASK):
        return "range" if is_range(value) else "mask"
    return {Mark.PERCENT: "decimal", Mark.TEXT: "text"}.get(reading, "blank")


def _meaning(table: Table, index: int, stated: list[Kind | None]) -> Meaning:
    kind = stated[index]
    if _numbers_labels(table, index, stated):
        return Meaning(Kind.LABEL, inferred=True, numbered=True)
    if kind is not None:
        return Meaning(kind, stated=True, group=tells_group_size(_last(table.columns[index])))
    seen = _seen(table, index)
    figures = seen["number"] + seen["decimal"]
    masks = seen["mask"] + (seen["range"] if figures else 0)
    if figures + masks == 0 or (seen["text"] > figures + masks and not seen["small"]):
        return Meaning(Kind.LABEL, inferred=True)
    if _counts_rows(table, index):
        return Meaning(Kind.LABEL, inferred=True)
    neighbour = _neighbour(index, stated)
    if neighbour is not None:
        heading = table.columns[neighbour].heading
        return Meaning(stated[neighbour] or Kind.PATIENTS, inferred=not TOTAL.search(folded(heading)))
    if seen["decimal"] > seen["number"]:
        return Meaning(Kind.STATISTIC, inferred=True)
    titled = _titled(table)
    return Meaning(titled or Kind.PATIENTS, inferred=titled is None)


def _titled(table: Table) -> Kind | None:
    """What the title says that the table counts."""
    return next((k for text in table.title.split() if (k := heading_kind(text)) in COUNTS), None)


def _counts_rows(table: Table, index: int) -> bool:
    """Whether a first column without heading merely numbers the rows."""
    if index or table.columns[index].path or len(table.rows) < 2:
        return False
    values = [read_value(value) for value in table.values(index)]
    return any(values == [float(start + n) for n in range(len(values))] for start in (0, 1))


def _numbers_labels(table: Table, index: int, stated: list[Kind | None]) -> bool:
    """Whether small numbers rise from row to row before a count, as stages, weeks and numbers of visits do.

    They may begin anew for each of the labels before them, always with the same number.
    """
    right = stated[index + 1 :]
    wanted = {None: COUNTS, Kind.EVENTS: {Kind.PATIENTS, Kind.INSTITUTIONS}}.get(stated[index])
    if wanted is None or not any(kind in wanted for kind in right) or any(kind in COUNTS for kind in stated[:index]):
        return False
    heading = folded(table.columns[index].heading)
    if not heading or AXIS.search(heading) or TOTAL.search(heading):
        return False
    groups: dict[tuple[str, ...], list[float]] = {}
    last: tuple[str, ...] = ("",) * index
    for row in table.rows:
        reading = read_value(row[index])
        if reading in (Mark.TEXT, Mark.BLANK):
            continue
        if not isinstance(reading, float) or not is_whole(reading) or not 0 <= reading <= MOST_NUMBERED:
            return False
        last = tuple(in_words(value).strip() or before for value, before in zip(row[:index], last, strict=True))
        groups.setdefault(last, []).append(reading)
    runs = list(groups.values())
    rising = all(len(run) > 1 and all(a < b for a, b in pairwise(run)) for run in runs)
    return rising and len({run[0] for run in runs}) == 1 and (len(runs[0]) > 2 or runs[0] in ([0.0, 1.0], [1.0, 2.0]))


def _neighbour(index: int, stated: list[Kind | None]) -> int | None:
    """The column whose heading also tells what this one counts: the next on the left, else on the right."""
    counts = [i for i, kind in enumerate(stated) if kind in COUNTS]
    left = [i for i in counts if i < index]
    return left[-1] if left else counts[0] if counts else None


def _in_context(table: Table, meaning: Meaning) -> Meaning:
    """A plain quantity is one of drugs, materials or rehabilitation where the surroundings say so."""
    if meaning.kind not in (Kind.QUANTITY, Kind.EVENTS):
        return meaning
    around = folded(" ".join([table.sheet, table.title, *(c.heading for c in table.columns)]))
    kind: Kind = meaning.kind
    if _REHABILITATION.search(around):
        kind = Kind.REHABILITATION
    elif kind is Kind.QUANTITY and _MATERIAL.search(around):
        kind = Kind.MATERIALS
    elif kind is Kind.QUANTITY and _DRUG.search(around):
        kind = Kind.DRUGS
    return replace(meaning, kind=kind)


def row_statement(labels: tuple[str, ...]) -> Kind | None:
    """What the labels of a row say that its numbers are, as in tables with one variable per row."""
    return next((kind for text in reversed(labels) if (kind := heading_kind(text)) not in (None, Kind.LABEL)), None)
