"""Quantities of drugs (PUB-5, PUB-6), rehabilitation (PUB-7, PUB-8) and materials (PUB-9)."""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.disclosure.columns import Route, Understood
from provisioning.disclosure.model import Finding, Kind
from provisioning.disclosure.rules.patients import too_few_patients
from provisioning.disclosure.rules.registry import Pack, cell_place, column_name, finding, heading_place
from provisioning.disclosure.values import Mark, in_words, read_value
from provisioning.messages import _

LEAST_QUANTITY: dict[Route, int] = {"oral or external": 1000, "injection": 400}
LEAST_MATERIALS = 10


def too_small_quantity(quantity: float, route: Route | None) -> bool:
    """PUB-6, patients unknown: below 1,000, or 400 for injections; an unknown route takes the stricter; 0 passes."""
    return 0 < quantity < LEAST_QUANTITY[route or "oral or external"]


def drugs(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-5 where patients stand beside the quantity, PUB-6 where they do not."""
    for index in read.of_kind(Kind.DRUGS):
        for row, reading in read.readings(index):
            if not isinstance(reading, float) or reading <= 0:
                continue
            few = _few_patients_behind(read, row, index)
            if few:
                yield _behind_few(read, "PUB-5", row, index, reading)
            elif few is None and reading < LEAST_QUANTITY["oral or external"]:
                route = read.route(row)
                if too_small_quantity(reading, route):
                    yield _small_quantity(read, row, index, reading, route)


def _few_patients_behind(read: Understood, row: int, index: int) -> bool | None:
    """Whether fewer than 10 patients are known to stand behind a cell; None when they are not known.

    A masked count beside the cell is known to be small.
    """
    beside = read.patients_beside(index)
    if beside is None:
        return None
    patients = read_value(read.table.rows[row][beside])
    if isinstance(patients, float):
        return too_few_patients(patients)
    return True if patients in (Mark.MASK, Mark.NARROW_MASK) else None


def _behind_few(read: Understood, rule: str, row: int, index: int, quantity: float) -> Finding:
    return finding(
        read,
        rule,
        "fail",
        cell_place(read, row, index),
        _("{quantity} in '{column}' stands beside fewer than 10 patients.").format(
            quantity=in_words(quantity), column=column_name(read, index)
        ),
        _("Mask the quantity together with the count."),
        inferred=read.meanings[index].inferred,
    )


def _small_quantity(read: Understood, row: int, index: int, quantity: float, route: Route | None) -> Finding:
    if route is None:
        reason = _("{quantity} in '{column}' is below 1,000; the route is not stated, so the stricter limit holds.")
    elif route == "injection":
        reason = _("{quantity} in '{column}' is below 400, the limit for injections without patient counts.")
    else:
        reason = _(
            "{quantity} in '{column}' is below 1,000, the limit for oral and external drugs without patient counts."
        )
    return finding(
        read,
        "PUB-6",
        "fail",
        cell_place(read, row, index),
        reason.format(quantity=in_words(quantity), column=column_name(read, index)),
        _("Mask it, join groups, or put the count of patients beside it; name the route (内服, 外用, 注射)."),
        inferred=read.meanings[index].inferred or route is None,
    )


def rehabilitation(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-7 where patients stand beside the figure; PUB-8 once per column where they do not."""
    for index in read.of_kind(Kind.REHABILITATION):
        unknown: list[tuple[int, float]] = []
        for row, reading in read.readings(index):
            if not isinstance(reading, float) or reading <= 0:
                continue
            few = _few_patients_behind(read, row, index)
            if few:
                yield _behind_few(read, "PUB-7", row, index, reading)
            elif few is None:
                unknown.append((row, reading))
        if unknown:
            yield finding(
                read,
                "PUB-8",
                "fail",
                cell_place(read, unknown[0][0], index),
                _(
                    "'{column}' has {count} figures of rehabilitation without the counts of patients behind them."
                ).format(column=column_name(read, index), count=len(unknown)),
                _("Put the count of patients (患者数) in a column beside it."),
            )


def materials(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-9: quantities below 10 are refused; without patient counts the table is reviewed once."""
    columns = read.of_kind(Kind.MATERIALS)
    for index in columns:
        for row, reading in read.readings(index):
            if isinstance(reading, float) and 0 < reading < LEAST_MATERIALS:
                yield finding(
                    read,
                    "PUB-9",
                    "fail",
                    cell_place(read, row, index),
                    _("{quantity} in '{column}' is a quantity of materials below 10.").format(
                        quantity=in_words(reading), column=column_name(read, index)
                    ),
                    _("Mask it, or join groups."),
                )
    if columns and not read.of_kind(Kind.PATIENTS):
        yield finding(
            read,
            "PUB-9",
            "review",
            heading_place(read, columns[0]),
            _("Quantities of materials stand without the counts of patients behind them."),
            _("Ask for the counts of patients if a quantity could be of fewer than 10."),
        )
