"""Rows about single persons without identifiers (DATA-13), dates of days (DATA-14), texts that act (FILE-5)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding, Kind, cell_name, shown
from provisioning.disclosure.rules.registry import Pack, cell_place, column_name, finding
from provisioning.disclosure.values import Mark, folded, in_words, read_value
from provisioning.messages import _

FEWEST_ROWS = 20
REPEATED = 0.2
"""The share of rows whose labels another row has too, from which on a table is taken for rows about persons."""
FEWEST_COLUMNS = 3

_DAY = re.compile(
    r"(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:[t ].*)?|(?:19|20)\d{2}年\d{1,2}月\d{1,2}日|"
    r"(?:令和|平成|昭和|[rhs])\d{1,2}[年.]\d{1,2}[月.]\d{1,2}日?"
)
_COMPACT_DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_SAYS_DAY = re.compile(r"年月日|日付|(?:入院|退院|診療|受診|死亡|処方|手術|開始|終了)日$|(?<![a-z])date(?![a-z])")
_ACTS = re.compile(r"[=@\t\r]\S|[+-]\s*(?!inf)(?:[a-z(@=]|\d[\d.]*\s*[-+*/(!|])", re.IGNORECASE)


def looks_like_persons(read: Understood) -> bool:
    """Whether the rows of a table are about single persons: the same labels come again and again.

    An aggregated table has each combination of labels once, and a column that counts.
    """
    table = read.table
    if len(table.rows) < FEWEST_ROWS or len(table.columns) < FEWEST_COLUMNS or not read.labels:
        return False
    if any(m.kind in (Kind.PATIENTS, Kind.INSTITUTIONS) and not m.inferred for m in read.meanings):
        return False
    times = Counter(tuple(in_words(row[i]).strip() for i in read.labels) for row in table.rows)
    again = sum(count for labels, count in times.items() if count > 1 and any(labels))
    return again >= REPEATED * len(table.rows)


def rows_about_persons(read: Understood, pack: Pack) -> Iterator[Finding]:
    """DATA-13: rows about persons without any identifier, once per table."""
    if looks_like_persons(read):
        reason = _("{count} rows look like rows about single persons: labels repeat, and no column counts.").format(
            count=len(read.table.rows)
        )
        fix = _("Aggregate the rows; if they are aggregated, declare what they count (hic egress describe).")
        yield finding(read, "DATA-13", "fail", cell_place(read, 0, 0), reason, fix, inferred=True)


def days(read: Understood, pack: Pack) -> Iterator[Finding]:
    """DATA-14: a column of dates of single days; refused beside rows about persons, else reviewed."""
    persons = looks_like_persons(read)
    for index, column in enumerate(read.table.columns):
        says = bool(_SAYS_DAY.search(folded(column.heading)))
        if not says and index not in read.labels:
            continue
        values = Counter(value for value in read.table.values(index) if value is not None)
        dates = {value for value in values if _is_day(in_words(value), says_day=says)}
        places = [row for row, value in enumerate(read.table.values(index)) if value in dates]
        if places and 2 * len(places) >= len(read.table.rows):
            reason = _("'{column}' holds dates of single days.").format(column=column_name(read, index))
            place = cell_place(read, places[0], index)
            yield finding(read, "DATA-14", "fail" if persons else "review", place, reason, _("Use months or years."))


def _is_day(text: str, *, says_day: bool) -> bool:
    plain = folded(text)
    return bool(_DAY.fullmatch(plain) or (says_day and _COMPACT_DAY.fullmatch(plain)))


def texts_that_act(read: Understood, pack: Pack) -> Iterator[Finding]:
    """FILE-5: cells that a spreadsheet would run as a formula when the file is opened; once per table."""
    places = [
        cell_place(read, row, index)
        for index in range(len(read.table.columns))
        for row, value in enumerate(read.table.values(index))
        if isinstance(value, str) and value[0] in "=+-@\t\r" and _ACTS.match(value) and read_value(value) is Mark.TEXT
    ]
    if places:
        reason = _("Texts that a spreadsheet program would run as formulas: {places}.").format(
            places=shown([cell_name(*place) for place in places])
        )
        yield finding(read, "FILE-5", "review", places[0], reason, _("Take the leading sign away."))
