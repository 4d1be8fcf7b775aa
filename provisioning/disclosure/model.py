"""What is read from a file, and what the rules say about it. Frozen; no input or output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal

Value = str | float | None
"""What a cell holds: text as written, a number of a workbook, or nothing."""

Verdict = Literal["fail", "review"]
Certainty = Literal["F", "F*", "I", "B"]


class Kind(StrEnum):
    """What the numbers of a column count."""

    LABEL = "label"
    PATIENTS = "patients"
    EVENTS = "events"
    INSTITUTIONS = "institutions"
    DRUGS = "drug quantity"
    REHABILITATION = "rehabilitation"
    MATERIALS = "materials"
    QUANTITY = "other quantity"
    STATISTIC = "statistic"


def column_letters(column: int) -> str:
    """The letters of a 1-based column number: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The name a spreadsheet gives to a cell, such as B7; both numbers count from 1."""
    return f"{column_letters(column)}{row}"


@dataclass(frozen=True)
class Column:
    """One column of a table: its 1-based number in the file, and its headings from top to bottom."""

    number: int
    path: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The headings in one line."""
        return " / ".join(self.path)


@dataclass(frozen=True)
class Text:
    """A piece of text that stands outside the body: title, note or heading."""

    row: int
    column: int
    text: str
    place: str = ""
    """Where a person finds it, in files that have no cells: `line 12`, `page 3`."""


@dataclass(frozen=True)
class Fact:
    """What a file says about itself beside its cells, such as the names of its authors; no verdict."""

    file: str
    what: str
    text: str


@dataclass(frozen=True)
class Table:
    """One table of a sheet. `rows` holds the body; `first_row` is its first row in the file (from 1).

    Every row has as many values as the table has columns. `row_numbers` gives each body row's
    place in the file, since blank rows are left out.
    """

    file: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    row_numbers: tuple[int, ...]
    rows: tuple[tuple[Value, ...], ...]
    header_row: int
    texts: tuple[Text, ...] = ()

    def values(self, index: int) -> Iterator[Value]:
        """The values of the column at `index`, from top to bottom."""
        return map(itemgetter(index), self.rows)

    @cached_property
    def cells(self) -> int:
        """How many body cells hold something."""
        return sum(value is not None for row in self.rows for value in row)


@dataclass(frozen=True)
class Finding:
    """A place that is not a pass. `row` and `column` count from 1; `cell` names the place.

    `inferred` is set where the rule is no confirmed sentence of the NDB guideline, or where the
    meaning of the column had to be guessed.
    """

    rule: str
    verdict: Verdict
    file: str
    sheet: str
    row: int
    column: int
    cell: str
    reason: str
    fix: str
    inferred: bool

    def as_data(self) -> dict[str, Any]:
        """The finding as plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Document:
    """One file as read: its tables, the text around them, and what a reader saw beside the cells."""

    name: str
    tables: tuple[Table, ...]
    findings: tuple[Finding, ...] = ()
    texts: tuple[Text, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Report:
    """The result of a check over all files of one request."""

    files: tuple[str, ...]
    tables: int
    cells: int
    findings: tuple[Finding, ...]
    facts: tuple[Fact, ...] = ()
    read: tuple[dict[str, Any], ...] = ()
    """How each table was understood, as plain data."""
    masks: tuple[dict[str, Any], ...] = ()
    """What the attack leaves of single masks, and how tables stand beside earlier releases, as plain data."""
    beside: tuple[dict[str, Any], ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many findings carry this verdict."""
        return sum(finding.verdict == verdict for finding in self.findings)

    def as_data(self) -> dict[str, Any]:
        """The report as plain data for JSON."""
        return {
            "files": list(self.files),
            "tables": self.tables,
            "cells": self.cells,
            "findings": [finding.as_data() for finding in self.findings],
            "fail": self.count("fail"),
            "review": self.count("review"),
            "facts": [asdict(fact) for fact in self.facts],
            "read": list(self.read),
            "masks": list(self.masks),
            "beside": list(self.beside),
        }


def merged(reports: Sequence[Report]) -> Report:
    """Several reports as one."""
    return Report(
        files=tuple(name for report in reports for name in report.files),
        tables=sum(report.tables for report in reports),
        cells=sum(report.cells for report in reports),
        findings=tuple(finding for report in reports for finding in report.findings),
        facts=tuple(fact for report in reports for fact in report.facts),
        read=tuple(table for report in reports for table in report.read),
        masks=tuple(mask for report in reports for mask in report.masks),
        beside=tuple(pair for report in reports for pair in report.beside),
    )


def shown(places: Sequence[str], most: int = 5) -> str:
    """A list of places for a sentence, cut after `most`."""
    head = ", ".join(places[:most])
    return f"{head} (+{len(places) - most})" if len(places) > most else head
