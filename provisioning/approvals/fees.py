"""The fee of one application, line by line (FEE-1..7, FEE-9). Pure; all amounts in whole yen.

The prices are those in force from 2024-11-01. What the source leaves open is decided here and
said in the line: a part of a month, an hour of coordination or a TB counts as begun; an hour of
extraction and a GB count exactly; storage is charged for the one year that the period falls in;
the cap of FEE-6 is read as a cap for the environment, applied before any reduction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from provisioning.approvals.model import Approval
from provisioning.approvals.periods import started_months

BASE_YEN = {"new": 162_100, "change": 81_000, "minor": 16_100}  # FEE-1
COORDINATION_YEN = 8_600  # FEE-2, per started hour
EXTRACTION_YEN = 58_300  # FEE-3, per hour
VOLUME_YEN = 2_300  # FEE-4, per GB
FULL_REFERENCE_YEN = 50_000  # FEE-7, per month and group
EXTENSION_YEN = 17_400  # FEE-7, per started TB and month
STORAGE_YEN = 3_800  # FEE-7, per started TB and year
CAP_YEN = 5_355_200  # FEE-6, of the HIC part in six months
HIC_REDUCTION = {"none": Decimal(0), "public_body": Decimal("0.5"), "granted_project": Decimal("0.5")}  # FEE-9


@dataclass(frozen=True)
class Line:
    """One line of a quote. `hic` marks the part ⑤ that the cap and the reduction apply to."""

    rule: str
    item: str
    quantity: Decimal
    unit: str
    unit_yen: int
    yen: int
    hic: bool = False


@dataclass(frozen=True)
class Quote:
    """A whole fee. `cap` and `reduction` are what is taken off, in yen, zero or less.

    `kept` is what a change makes cheaper and is not paid back; see change_fees.
    """

    approval: str
    lines: tuple[Line, ...]
    cap: int
    reduction: int
    kept: int = 0

    @property
    def before_reduction(self) -> int:
        """The estimate that the ministry notifies (FEE-8)."""
        return sum(line.yen for line in self.lines) + self.cap

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.before_reduction + self.reduction + self.kept


def quote_fee(approval: Approval) -> Quote:
    """Reckon the fee of an approval."""
    months = started_months(approval.period.start, approval.period.last_day)
    lines = (*_application_lines(approval), *environment_lines(approval, months), *storage_lines(approval))
    hic = sum(line.yen for line in lines if line.hic)
    cap = cap_of(hic, months)
    reduction = -int((hic + cap) * HIC_REDUCTION[approval.fee.reduction])
    return Quote(approval.id, lines, cap, reduction)


def _application_lines(approval: Approval) -> list[Line]:
    fee = approval.fee
    lines = [fee_line("FEE-1", f"base:{fee.application}", 1, "case", BASE_YEN[fee.application])]
    if fee.coordination_hours:
        hours = math.ceil(fee.coordination_hours)
        lines.append(fee_line("FEE-2", "coordination", hours, "started hour", COORDINATION_YEN))
    if fee.extraction_hours:
        lines.append(fee_line("FEE-3", "extraction", fee.extraction_hours, "hour", EXTRACTION_YEN))
    if fee.volume_gb:
        lines.append(fee_line("FEE-4", "volume", fee.volume_gb, "GB", VOLUME_YEN))
    return lines


def monthly_yen(approval: Approval) -> int:
    """What one month of the environment costs by the quote, in yen, before cap and reduction (FEE-5, FEE-7).

    The price by the year (storage) is not part of it.
    """
    return sum(line.yen for line in environment_lines(approval, 1))


def cap_of(hic: int, months: int) -> int:
    """What is taken off the HIC part of so many months (FEE-6), zero or less."""
    half_years = max(1, math.ceil(months / 6))
    return min(0, CAP_YEN * half_years - hic)


def environment_lines(approval: Approval, months: int) -> list[Line]:
    """What the environment costs for so many months."""
    spec, options = approval.spec, approval.environment.options
    monthly = spec.monthly_yen(len(approval.handlers))
    lines = [fee_line("FEE-5", f"environment:{approval.environment.spec}", months, "month", monthly, hic=True)]
    if options.full_reference:
        lines.append(fee_line("FEE-7", "full_reference", months, "month", FULL_REFERENCE_YEN, hic=True))
    if options.software_users and spec.software_yen:
        quantity = months * options.software_users
        lines.append(fee_line("FEE-7", "software", quantity, "user month", spec.software_yen, hic=True))
    if options.extension_tb:
        lines.append(fee_line("FEE-7", "extension", months * options.extension_tb, "TB month", EXTENSION_YEN, hic=True))
    return lines


def storage_lines(approval: Approval) -> list[Line]:
    """What the storage of data costs for its year."""
    stored = approval.environment.options.storage_tb
    return [fee_line("FEE-7", "storage", stored, "TB year", STORAGE_YEN, hic=True)] if stored else []


def fee_line(rule: str, item: str, quantity: float, unit: str, unit_yen: int, *, hic: bool = False) -> Line:
    """A line of a quote; what is less than a yen is dropped."""
    exact = Decimal(str(quantity))
    yen = int((exact * unit_yen).to_integral_value(ROUND_DOWN))
    return Line(rule, item, exact, unit, unit_yen, yen, hic)
