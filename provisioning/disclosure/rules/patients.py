"""Small counts of patients: PUB-1, masks that say too much (PUB-22), unreadable cells (READ-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provisioning.disclosure.columns import COUNTS, Understood
from provisioning.disclosure.model import Finding, Kind, cell_name, shown
from provisioning.disclosure.rules.registry import Pack, cell_place, column_name, finding, heading_place
from provisioning.disclosure.values import Mark, folded, in_words, is_whole
from provisioning.messages import _

FEWEST_PATIENTS = 10

FEW_PERSONS = re.compile(
    r"(?<![\d.,])[1-9]\s*(?:(?:人|名|例|症例)(?!未満|以下|以上|当たり|あたり)|(?:patients?|persons?|cases)(?![a-z]))"
)
N_EQUALS = re.compile(r"(?<![a-z0-9])n\s*=\s*([1-9])(?![\d,.])")


def too_few_patients(count: float) -> bool:
    """PUB-1: 1 to 9 patients are too few; 0 and 10 pass."""
    return 0 < count < FEWEST_PATIENTS


def small_counts(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-1: every cell that counts 1 to 9 patients, or events, which then have no more patients."""
    for index in read.of_kind(Kind.PATIENTS, Kind.EVENTS):
        meaning = read.meanings[index]
        for row, reading in read.readings(index):
            if not isinstance(reading, float) or not 0 < reading < FEWEST_PATIENTS:
                continue
            if meaning.inferred and (
                not is_whole(reading) or read.kind_at(row, index) not in (Kind.PATIENTS, Kind.EVENTS)
            ):
                continue
            if read.is_statistic_of_group(row, index):
                continue
            yield _small_count(read, row, index, reading)


def _small_count(read: Understood, row: int, index: int, count: float) -> Finding:
    meaning = read.meanings[index]
    if meaning.kind is Kind.EVENTS:
        reason = _("{count} in '{column}': so few events come from fewer than 10 patients.")
    elif meaning.inferred:
        reason = _("{count} in '{column}' was taken for a count of patients, since no heading says what it is.")
    else:
        reason = _("{count} in '{column}' is a count of patients from 1 to 9.")
    fix = _("Mask it, and a second cell if the total is shown; or join groups.")
    if meaning.inferred:
        fix = _("Mask it or join groups; if it is no count, let its heading say so (コード, 区分, 平均 ...).")
    return finding(
        read,
        "PUB-1",
        "fail",
        cell_place(read, row, index),
        reason.format(count=in_words(count), column=column_name(read, index)),
        fix,
        inferred=meaning.inferred or meaning.kind is Kind.EVENTS,
    )


def small_counts_in_text(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-1: `n=5` in a title, heading, label or note."""
    outside = [(text.row, text.column, text.text) for text in read.table.texts]
    inside = [
        (read.table.row_numbers[row], read.table.columns[index].number, value)
        for index in range(len(read.meanings))
        for row, value in enumerate(read.table.values(index))
        if isinstance(value, str) and ("=" in value or "＝" in value)
    ]
    for row, column, text in outside + inside:
        if match := N_EQUALS.search(folded(text)):
            reason = _("The text says n={count}, a count from 1 to 9.").format(count=match[1])
            yield finding(read, "PUB-1", "fail", (row, column), reason, _("Take the number out."), inferred=True)


def persons_in_text(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-1: a title, heading or note that speaks of 1 to 9 persons is reviewed."""
    for text in read.table.texts:
        if match := FEW_PERSONS.search(folded(text.text)):
            reason = _("The text speaks of few persons: '{words}'.").format(words=match[0])
            fix = _("Take the number out if it is a result.")
            yield finding(read, "PUB-1", "review", (text.row, text.column), reason, fix, inferred=True)


def narrow_masks(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-22: masks such as `<5` or `1-4`, once per column."""
    for index in read.of_kind(*COUNTS):
        rows = [row for row, reading in read.readings(index) if reading is Mark.NARROW_MASK]
        if rows:
            places = [cell_name(*cell_place(read, row, index)) for row in rows]
            yield finding(
                read,
                "PUB-22",
                "review",
                cell_place(read, rows[0], index),
                _("Masks in '{column}' say more than 'below 10': {places}.").format(
                    column=column_name(read, index), places=shown(places)
                ),
                _("Write <10 or a dash."),
            )


def unreadable_counts(read: Understood, pack: Pack) -> Iterator[Finding]:
    """READ-1: text, negative numbers and percentages in a column of counts, once per column."""
    for index in read.of_kind(*COUNTS):
        odd = [
            row
            for row, reading in read.readings(index)
            if reading is Mark.TEXT or reading is Mark.PERCENT or (isinstance(reading, float) and reading < 0)
        ]
        if odd:
            places = [cell_name(*cell_place(read, row, index)) for row in odd]
            yield finding(
                read,
                "READ-1",
                "review",
                cell_place(read, odd[0], index),
                _("'{column}' holds what is neither count nor mask: {places}.").format(
                    column=column_name(read, index), places=shown(places)
                ),
                _("Write plain counts, and <10 or a dash for masked ones."),
            )


def numbered_labels(read: Understood, pack: Pack) -> Iterator[Finding]:
    """READ-1: rising small numbers before a count that were taken for labels, once per column."""
    for index, meaning in enumerate(read.meanings):
        if meaning.numbered:
            reason = _("'{column}' holds small rising numbers before a count; they were read as labels, not counted.")
            fix = _("If they count persons, mask them; else declare the column as a dimension (hic egress describe).")
            place = heading_place(read, index)
            yield finding(read, "READ-1", "review", place, reason.format(column=column_name(read, index)), fix)
