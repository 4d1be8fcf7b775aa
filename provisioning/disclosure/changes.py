"""What differs between two versions of the same file, table by table and line by line of text. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import ndiff
from typing import Any

from provisioning.disclosure.columns import Understood, understand
from provisioning.disclosure.declaration import places
from provisioning.disclosure.model import Document, column_letters
from provisioning.disclosure.values import folded, in_words, read_value

MOST_LINES = 2000
"""Texts of more lines are compared as sets of lines, not in their order."""


@dataclass(frozen=True)
class TableChanges:
    """One table beside its earlier version: old texts by row and column of the file, and lines that came or went.

    `cells` holds an empty text where the cell is new. `new` is set where the table itself is.
    """

    file: str
    sheet: str
    place: int
    cells: Mapping[tuple[int, int], str]
    rows_added: int = 0
    rows_removed: tuple[str, ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    new: bool = False

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        columns = self.columns_added or self.columns_removed  # a column without any value has no cell that differs
        return not (self.new or self.cells or self.rows_added or self.rows_removed or columns)

    def as_data(self) -> dict[str, Any]:
        """The same as plain data for JSON; cells as a list of `row`, `column` and what `was` there."""
        cells = [{"row": row, "column": column, "was": was} for (row, column), was in self.cells.items()]
        return {**asdict(self), "cells": cells}


@dataclass(frozen=True)
class FileChanges:
    """One file beside its earlier version, which was filed as `version`: its tables, those gone, and lines of text."""

    file: str
    version: str
    tables: tuple[TableChanges, ...]
    removed: tuple[str, ...]
    lines: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {**asdict(self), "tables": [table.as_data() for table in self.tables]}


def changes(now: Document, before: Document, version: str) -> FileChanges:
    """What differs between a file and its earlier version; tables are paired by sheet and place."""
    old = {(table.sheet, place): table for table, place in places(before)}
    found = []
    for table, place in places(now):
        earlier = old.pop((table.sheet, place), None)
        if earlier is None:
            found.append(TableChanges(now.name, table.sheet, place, {}, new=True))
        else:
            found.append(_table(understand(table), understand(earlier), place))
    gone = tuple(f"{sheet or now.name} {place}" for sheet, place in old)
    lines = _lines(_texts(before), _texts(now))
    return FileChanges(now.name, version, tuple(found), gone, tuple(lines))


def _texts(document: Document) -> list[str]:
    """Running text, and the titles, notes and headings of tables, each once."""
    around = [text for table in document.tables for text in (table.title, *(piece.text for piece in table.texts))]
    return list(dict.fromkeys([*(text.text for text in document.texts), *filter(None, around)]))


def _table(now: Understood, before: Understood, place: int) -> TableChanges:
    rows, old_rows = _rows(now), _rows(before)
    columns, old_columns = _columns(now), _columns(before)
    cells: dict[tuple[int, int], str] = {}
    for row_key, row in rows.items():
        at = now.table.row_numbers[row]
        for column_key, index in columns.items():
            value = now.table.rows[row][index]
            number = now.table.columns[index].number
            if row_key in old_rows and column_key in old_columns:
                was = before.table.rows[old_rows[row_key]][old_columns[column_key]]
                if _plain(value) != _plain(was):
                    cells[at, number] = in_words(was) or "∅"
            elif value is not None:
                cells[at, number] = ""
    return TableChanges(
        now.table.file,
        now.table.sheet,
        place,
        cells,
        sum(key not in old_rows for key in rows),
        tuple(_name(key) for key in old_rows if key not in rows),
        tuple(_name(key) for key in columns if key not in old_columns),
        tuple(_name(key) for key in old_columns if key not in columns),
    )


def _plain(value: str | float | None) -> object:
    """A value as it is compared: 1,234 in text and the number 1234 are the same."""
    reading = read_value(value)
    return reading if isinstance(reading, float) else folded(in_words(value))


Key = tuple[tuple[str, ...], int]


def _rows(read: Understood) -> dict[Key, int]:
    """Rows by their labels; those of the same labels are counted. A column without any text labels nothing."""
    labels = list(read.row_labels)
    told = [index for index, texts in enumerate(zip(*labels, strict=True)) if any(texts)]
    return dict(_counted(tuple(texts[index] for index in told) for texts in labels))


def _columns(read: Understood) -> dict[Key, int]:
    columns = read.table.columns
    return dict(_counted(column.path or (column_letters(column.number),) for column in columns))


def _counted(names: Iterable[tuple[str, ...]]) -> Iterator[tuple[Key, int]]:
    seen: Counter[Hashable] = Counter()
    for index, name in enumerate(names):
        key = tuple(folded(text) for text in name)
        seen[key] += 1
        yield (key, seen[key]), index


def _name(key: Key) -> str:
    return " / ".join(text for text in key[0] if text) or f"({key[1]})"


def _lines(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """Lines of text that came (`+ `) or went (`- `)."""
    if max(len(before), len(now)) > MOST_LINES:
        yield from (f"- {line}" for line in before if line not in set(now))
        yield from (f"+ {line}" for line in now if line not in set(before))
        return
    yield from (line for line in ndiff(before, now) if line[:2] in ("+ ", "- "))
