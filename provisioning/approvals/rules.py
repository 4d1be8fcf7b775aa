"""What must hold before, and while, an environment stands (FLOW-7). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from provisioning.approvals.model import Approval, Result
from provisioning.errors import Problem, Refused
from provisioning.messages import _

ACCEPTED = (Result.UNCONDITIONAL, Result.WITH_OPINION)


@dataclass(frozen=True)
class Payment:
    """A recorded payment: whole yen, receipt reference, date of receipt."""

    yen: int
    receipt: str
    day: date


@dataclass(frozen=True)
class Withdrawal:
    """An approval that was taken back (REV-14); `further` are reasons that were given later, each with its day."""

    day: date
    reason: str
    further: tuple[Withdrawal, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """All of them, the first one first."""
        return (self.reason, *(one.reason for one in self.further))


@dataclass(frozen=True)
class Reason:
    """Why, since when, by whom."""

    at: str
    reason: str
    by: str


@dataclass(frozen=True)
class Suspension(Reason):
    """Why nobody may enter; `done` when all of it has been carried out (HIC-18, LIFE-5).

    `further` are reasons that were given while it was suspended already.
    """

    done: bool
    further: tuple[Reason, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """All of them, the first one first."""
        return (self.reason, *(one.reason for one in self.further))


def missing_conditions(
    approval: Approval, payment: Payment | None, today: date, withdrawal: Withdrawal | None = None
) -> list[Problem]:
    """The conditions of FLOW-7 that do not hold; empty when the environment may stand.

    Person limit, approved places, data sets and the length of the period are checked by the
    model itself, so an approval that could be registered meets them.
    """
    return [
        *_withdrawn(withdrawal),
        *_decision(approval),
        *_pledges(approval),
        *_payment(approval, payment),
        *_period(approval, today),
    ]


def may_stand(approval: Approval, payment: Payment | None, today: date, withdrawal: Withdrawal | None = None) -> bool:
    """Whether every condition of FLOW-7 holds."""
    return not missing_conditions(approval, payment, today, withdrawal)


def check_may_stand(
    approval: Approval, payment: Payment | None, today: date, withdrawal: Withdrawal | None = None
) -> None:
    """Raise Refused that names each missing condition of FLOW-7."""
    missing = missing_conditions(approval, payment, today, withdrawal)
    if missing:
        raise Refused(
            _("The environment of {approval} may not stand (FLOW-7):").format(approval=approval.id), problems=missing
        )


def _withdrawn(withdrawal: Withdrawal | None) -> list[Problem]:
    if withdrawal is None:
        return []
    reasons = "; ".join(withdrawal.reasons)
    text = _("the approval was withdrawn on {day}: {reason}").format(day=withdrawal.day, reason=reasons)
    return [Problem("REV-14", text, _("end the environment; going on needs a new application"))]


def _decision(approval: Approval) -> list[Problem]:
    decision = approval.decision
    if decision.result in ACCEPTED:
        return []
    if decision.result is Result.CONDITIONAL:
        if decision.chair_confirmed:
            return []
        return [
            Problem(
                "FLOW-5",
                _("a 条件付承諾 counts only after the chair's confirmation"),
                _("record it: hic env change {approval} --chair-confirmed DATE").format(approval=approval.id),
            )
        ]
    text = _("the decision is {result}").format(result=decision.result)
    if decision.result is Result.CONTINUED:
        fix = _("record the later one: hic env change {approval} --result RESULT --decided DATE")
        return [Problem("FLOW-5", text, fix.format(approval=approval.id))]
    return [Problem("FLOW-5", text, _("a new decision of the committee is needed"))]


def _pledges(approval: Approval) -> list[Problem]:
    if approval.pledges_accepted:
        return []
    fix = _("collect them from every handler, then: hic env change {approval} --pledges-accepted")
    return [Problem("FLOW-7", _("the pledges (誓約書) are not accepted"), fix.format(approval=approval.id))]


def _payment(approval: Approval, payment: Payment | None) -> list[Problem]:
    if payment:
        return []
    fix = _("record it: hic fee pay {approval} --amount YEN --receipt REF").format(approval=approval.id)
    return [Problem("FEE-10", _("the fee is not paid"), fix)]


def _period(approval: Approval, today: date) -> list[Problem]:
    start, end = approval.period.start, approval.period.last_day
    if today < start:
        text = _("the period starts on {day}").format(day=start)
        return [Problem("LIFE-1", text, _("build it on that day or later"))]
    if today > end:
        text = _("the period ended on {day}").format(day=end)
        return [Problem("LIFE-1", text, _("end the environment, or register a new approval"))]
    return []
