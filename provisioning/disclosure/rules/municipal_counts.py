"""Counts of municipalities against a pinned table of populations: PUB-2, PUB-2a."""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding, Kind, shown
from provisioning.disclosure.populations import Populations
from provisioning.disclosure.rules.patients import too_few_patients
from provisioning.disclosure.rules.registry import cell_place, column_name, finding, heading_place
from provisioning.disclosure.values import folded, in_words
from provisioning.disclosure.vocabulary import AXIS, TOTAL
from provisioning.messages import _

SMALLEST, SMALL = 2_000, 25_000
FEWEST_IN_SMALL = 20


def too_few_for(population: int, count: float) -> bool:
    """PUB-2: below 2,000 people nothing is shown, not even 0 (PUB-2a); below 25,000 no count from 1 to 19."""
    if population < SMALLEST:
        return True
    return 0 < count < (FEWEST_IN_SMALL if population < SMALL else 10)


def small_municipalities(read: Understood, index: int, populations: Populations) -> Iterator[Finding]:
    """Every count that its municipality is too small for; unknown names are reviewed once per table.

    Counts from 1 to 9 are left to PUB-1, which says the same of every cell.
    """
    unknown: dict[str, tuple[int, int]] = {}
    for row, column, names in _cells(read, index):
        population = _population(names, populations)
        if population is None:
            if not any(TOTAL.search(folded(name)) or AXIS.search(folded(name)) for name in names if name):
                unknown.setdefault(names[-1], heading_place(read, index))
            continue
        for at, where, count in _counts(read, row, column):
            if too_few_for(population, count) and not too_few_patients(count):
                yield _too_small(read, (at, where), count, population, names[-1])
    if unknown:
        yield finding(
            read,
            "PUB-2",
            "review",
            next(iter(unknown.values())),
            _("The table of populations ({source}, {date}) does not know: {names}.").format(
                source=populations.source, date=populations.date, names=shown(list(unknown))
            ),
            _("Correct the names or put the prefecture beside them; until then look these counts up."),
        )


def _cells(read: Understood, index: int) -> Iterator[tuple[int | None, int | None, list[str]]]:
    """(row, None, labels) of each row that names a municipality, or (None, column, headings) of each column."""
    if index in read.labels:
        at = read.labels.index(index)
        for row, labels in enumerate(read.row_labels):
            if labels[at]:
                yield row, None, [*labels[:at], labels[at]]
    else:
        for column in range(len(read.meanings)):
            if column not in read.labels and read.table.columns[column].path:
                yield None, column, list(read.table.columns[column].path)


def _population(names: list[str], populations: Populations) -> int | None:
    """The first that is known: the prefecture with the name, then the name alone."""
    for first in (*names[:-1], ""):
        population = populations.find(first + names[-1])
        if population is not None:
            return population
    return None


def _counts(read: Understood, row: int | None, column: int | None) -> Iterator[tuple[int, int, float]]:
    """(row, column, count) of each count in a row, or in a column."""
    for index in read.of_kind(Kind.PATIENTS, Kind.EVENTS):
        if column not in (None, index):
            continue
        rows = read.readings(index) if row is None else [(row, read.reading(row, index))]
        for at, reading in rows:
            if isinstance(reading, float):
                yield at, index, reading


def _too_small(read: Understood, place: tuple[int, int], count: float, population: int, name: str) -> Finding:
    limit = (
        _("{count} in '{column}': {name} has {population} people; below 2,000 nothing is shown.")
        if population < SMALLEST
        else _("{count} in '{column}': {name} has {population} people; below 25,000 no count from 1 to 19 is shown.")
    )
    row, index = place
    reason = limit.format(
        count=in_words(count), column=column_name(read, index), name=name, population=f"{population:,}"
    )
    fix = _("Mask it, or use the secondary medical area.")
    return finding(read, "PUB-2", "fail", cell_place(read, row, index), reason, fix)
