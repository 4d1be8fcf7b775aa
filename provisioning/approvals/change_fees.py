"""The fee of a change: its base fee, and what the rest of the period costs more (FEE-1). Pure; whole yen.

The source prices the application (FEE-1) and the months (FEE-5, FEE-7), and says nothing of a month in
which the price changes. Read here as the fee itself is: a begun month counts whole, at the dearer of the
two prices. What becomes cheaper is not paid back: no rule for that was found.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from provisioning.approvals.changes import ChangeApplication, Weight
from provisioning.approvals.fees import (
    BASE_YEN,
    COORDINATION_YEN,
    EXTRACTION_YEN,
    HIC_REDUCTION,
    VOLUME_YEN,
    Line,
    Quote,
    cap_of,
    environment_lines,
    fee_line,
    storage_lines,
)
from provisioning.approvals.model import Approval
from provisioning.approvals.periods import started_months

BASE_ITEM = {Weight.MINOR: "minor", Weight.CHANGE: "change"}


def quote_change(
    registered: Approval, wanted: Approval, weight: Weight, day: date, *, before_payment: bool = False
) -> Quote:
    """The fee of a change that is made on that day. A completion costs nothing.

    `before_payment`: the first fee is not paid yet. It will be that of the changed approval, so that only the
    application costs something.
    """
    if weight not in BASE_ITEM:
        return Quote(wanted.id, (), 0, 0)
    base = fee_line("FEE-1", f"base:{BASE_ITEM[weight]}", 1, "case", BASE_YEN[BASE_ITEM[weight]])
    if before_payment:
        return Quote(wanted.id, (base,), 0, 0)
    lines = [base, *_work(registered, wanted)]
    before, after = (started_months(a.period.start, a.period.last_day) for a in (registered, wanted))
    passed = _months_at_the_old_price(registered, wanted, day, before)
    old = [*environment_lines(registered, max(0, before - passed)), *storage_lines(registered)]
    new = [*environment_lines(wanted, max(0, after - passed)), *storage_lines(wanted)]
    moved = [line for line in (*map(_negative, _apart(old, new)), *_apart(new, old)) if line.yen]
    whole = sum(line.yen for line in (*environment_lines(registered, before), *storage_lines(registered)))
    cap = cap_of(whole + _yen(moved), after) - cap_of(whole, before)
    rates = [HIC_REDUCTION[a.fee.reduction] for a in (registered, wanted)]
    cheaper, dearer = _yen(_apart(old, new)), _yen(_apart(new, old)) + cap
    reduction = int(cheaper * rates[0]) - int(dearer * rates[1])
    kept = max(0, -(_yen(moved) + cap + reduction))
    return Quote(wanted.id, (*lines, *moved), cap, reduction, kept)


def requoted(change: ChangeApplication) -> Quote:
    """The fee of a change as it is registered, line by line, by its day and by what was paid then."""
    day = datetime.fromisoformat(change.registered_at).date()
    return quote_change(change.base, change.wanted, change.weight, day, before_payment=change.before_payment)


def _work(registered: Approval, wanted: Approval) -> list[Line]:
    """Coordination, extraction and volume beyond what was paid (FEE-2..4)."""
    old, new = registered.fee, wanted.fee
    hours = math.ceil(new.coordination_hours) - math.ceil(old.coordination_hours)
    found = [
        fee_line("FEE-2", "coordination", hours, "started hour", COORDINATION_YEN),
        fee_line("FEE-3", "extraction", new.extraction_hours - old.extraction_hours, "hour", EXTRACTION_YEN),
        fee_line("FEE-4", "volume", new.volume_gb - old.volume_gb, "GB", VOLUME_YEN),
    ]
    return [line for line in found if line.yen > 0]


def _months_at_the_old_price(registered: Approval, wanted: Approval, day: date, months: int) -> int:
    """How many months of the period keep their price: those before the change, and a begun one that was dearer."""
    start = registered.period.start
    if day < start:
        return 0
    begun = min(started_months(start, day), months + 1)
    became_cheaper = _yen(environment_lines(wanted, 1)) < _yen(environment_lines(registered, 1))
    return min(begun if became_cheaper else begun - 1, months)


def _apart(lines: Iterable[Line], others: Iterable[Line]) -> list[Line]:
    """The lines that are not the same on the other side."""
    others = list(others)
    return [line for line in lines if line not in others]


def _negative(line: Line) -> Line:
    return replace(line, quantity=-line.quantity, yen=-line.yen)


def _yen(lines: Iterable[Line]) -> int:
    return sum(line.yen for line in lines)
