"""The draft of `tables.yaml`, from what the reader infers; and the same in short for reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from provisioning.disclosure.columns import COUNTS, Understood, understand
from provisioning.disclosure.declaration import places
from provisioning.disclosure.model import Document, Kind, column_letters
from provisioning.disclosure.values import folded
from provisioning.disclosure.vocabulary import TOTAL


@dataclass(frozen=True)
class TableRead:
    """How a table was understood: what runs of columns (`B:F`) hold, and whether that was told or guessed."""

    file: str
    sheet: str
    table: int
    title: str
    rows: int
    columns: tuple[tuple[str, str, str], ...]
    """(columns, kind, "declared", "stated" or "inferred")."""

    def as_data(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        names = ("columns", "kind", "by")
        return {**asdict(self), "columns": [dict(zip(names, run, strict=True)) for run in self.columns]}


def how_read(read: Understood, place: int) -> TableRead:
    """In short what the columns of a table were taken for."""
    table = read.table
    told = [(m.kind, "declared" if m.declared else "inferred" if m.inferred else "stated") for m in read.meanings]
    runs = [(_letters([table.columns[i].number for i in where]), *what) for what, where in _runs(told)]
    return TableRead(table.file, table.sheet, place, table.title, len(table.rows), tuple(runs))


def _runs(items: Sequence[Any]) -> Iterator[tuple[Any, list[int]]]:
    for what, run in groupby(range(len(items)), key=lambda i: items[i]):
        yield what, list(run)


def _letters(numbers: Sequence[int]) -> str:
    first, last = column_letters(numbers[0]), column_letters(numbers[-1])
    return first if first == last else f"{first}:{last}"


def draft(documents: Sequence[Document]) -> str:
    """A `tables.yaml` that says what the reader inferred, to be corrected by the author."""
    lines = [
        "# What each table counts. Correct what is wrong; lines marked 'inferred' were guessed.",
        f"# counts and is: {', '.join(Kind)}",
        "# route (drugs): injection, or 'oral or external'. sample: the share of persons in a sample, such as 0.1.",
        "tables:",
    ]
    for document in documents:
        for table, place in places(document):
            lines += _described(understand(table), place)
    return "\n".join(lines) + "\n"


def _described(read: Understood, place: int) -> Iterator[str]:
    table = read.table
    kinds = Counter(m.kind for m in read.meanings if m.kind in COUNTS)
    main = kinds.most_common(1)[0][0] if kinds else Kind.PATIENTS
    guessed = not kinds or any(m.inferred for m in read.meanings if m.kind is main)
    yield f"  - file: {_quoted(table.file)}"
    yield f"    sheet: {_quoted(table.sheet)}"
    yield f"    table: {place}{_comment(table.title)}"
    yield f"    counts: {main}" + ("  # inferred" if guessed else "")
    route = read.route(0) if main is Kind.DRUGS and table.rows else None
    if route:
        yield f"    route: {route}"
    names = [
        table.columns[i].path[-1] if table.columns[i].path else _letters([table.columns[i].number]) for i in read.labels
    ]
    yield f"    dimensions: [{', '.join(map(_quoted, names))}]"
    others = [(m.kind, m.inferred) if m.kind is not main else None for m in read.meanings]
    runs = [(what, [table.columns[i].number for i in where]) for what, where in _runs(others) if what]
    if runs:
        yield "    columns:"
        for (kind, inferred), numbers in runs:
            yield f"      - {{column: {_quoted(_letters(numbers))}, is: {kind}}}" + ("  # inferred" if inferred else "")
    totals = [*_row_totals(read), *_column_totals(read)]
    if totals:
        yield "    totals:  # found by adding up"
        for line, parts in totals:
            yield f"      - {{line: {_quoted(line)}, of: [{', '.join(map(_quoted, parts))}]}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(title: str) -> str:
    return "  # " + " ".join(title.split())[:80] if title.strip() else ""


def _row_totals(read: Understood) -> Iterator[tuple[str, list[str]]]:
    """Rows called a total that are, in a column of counts without masks, the sum of all other rows."""
    total = [any(TOTAL.search(folded(text)) for text in labels) for labels in read.row_labels]
    parts = [row for row, is_total in enumerate(total) if not is_total]
    columns = [list(read.readings(i)) for i in read.of_kind(*COUNTS)]
    numbers = read.table.row_numbers
    for row, is_total in enumerate(total):
        if is_total and len(parts) > 1 and any(_adds_up(c[row][1], [c[p][1] for p in parts]) for c in columns):
            yield str(numbers[row]), _ranges([numbers[p] for p in parts], str)


def _column_totals(read: Understood) -> Iterator[tuple[str, list[str]]]:
    counts = read.of_kind(*COUNTS)
    columns = read.table.columns
    total = [i for i in counts if any(TOTAL.search(folded(text)) for text in columns[i].path)]
    parts = [i for i in counts if i not in total]
    values = {i: [reading for _row, reading in read.readings(i)] for i in counts}
    for index in total:
        rows = range(len(read.table.rows))
        if len(parts) > 1 and any(_adds_up(values[index][row], [values[p][row] for p in parts]) for row in rows):
            yield column_letters(columns[index].number), _ranges([columns[p].number for p in parts], column_letters)


def _adds_up(total: object, parts: Sequence[object]) -> bool:
    numbers = [part for part in parts if isinstance(part, float)]
    return isinstance(total, float) and len(numbers) == len(parts) and total > 0 and abs(sum(numbers) - total) < 1e-6


def _ranges(numbers: Sequence[int], name: Callable[[int], str]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [name(run[0]) if len(run) == 1 else f"{name(run[0])}:{name(run[-1])}" for run in runs]
