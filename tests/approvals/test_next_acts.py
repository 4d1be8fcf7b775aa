"""Whoever looks is told one next act, and who is to do it; every state and lapse has one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from provisioning.approvals.changes import ChangeApplication, Decision, Weight
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.next_acts import next_act
from provisioning.approvals.rules import Payment, Suspension, Withdrawal
from provisioning.approvals.states import State
from tests.approvals.test_fees import changed

DAY = date(2026, 11, 2)
PAID = Payment(815_900, "R-1", DAY)


@dataclass(frozen=True)
class Known:
    """What the records would say."""

    approval: Approval
    state: State = State.ACTIVE
    payment: Payment | None = PAID
    quote: dict[str, Any] | None = None
    withdrawal: Withdrawal | None = None
    suspension: Suspension | None = None
    opening: bool = False
    read_only_until: date | None = None
    changes: tuple[ChangeApplication, ...] = ()


def told(known: Known, day: date = DAY) -> tuple[str, str]:
    act = next_act(known, day)
    assert act is not None
    return act.by, act.what


def test_before_building(approval: Approval) -> None:
    unpaid = Known(approval, State.REGISTERED, None)
    assert told(unpaid) == ("operator", "quote the fee")
    assert told(replace(unpaid, quote={"total": 815_900})) == ("researcher", "pay ¥815,900")
    for result, by in ((Result.CONTINUED, "ministry"), (Result.CONDITIONAL, "ministry")):
        assert told(Known(changed(approval, decision__result=result), State.REGISTERED, None))[0] == by
    rejected = Known(changed(approval, decision__result=Result.REJECTED), State.REGISTERED, None)
    assert next_act(rejected, DAY) is None
    assert told(Known(changed(approval, pledges_accepted=False), State.REGISTERED, None))[1] == "hand in the pledges"
    paid = Known(approval, State.PAID)
    assert told(paid) == ("operator", "build the environment")
    assert told(paid, approval.period.start - timedelta(days=1)) == ("operator", "build it on 2026-11-01")
    assert next_act(paid, date(2027, 5, 1)) is None


def test_while_it_stands(approval: Approval) -> None:
    one = Known(approval)
    assert told(replace(one, state=State.BUILDING)) == ("operator", "finish building it")
    assert told(one) == ("researcher", "analyse; the period ends on 2027-04-30")
    assert told(one, date(2027, 3, 31)) == ("researcher", told(one, date(2027, 4, 30))[1])
    assert told(one, date(2027, 5, 1)) == ("operator", "suspend it: the period ended on 2027-04-30")
    withdrawn = replace(one, withdrawal=Withdrawal(DAY, "pledge broken"))
    assert told(withdrawn) == ("operator", "suspend it: the approval was withdrawn")


def test_suspended_and_ending(approval: Approval) -> None:
    suspended = Known(approval, State.SUSPENDED)
    assert told(suspended)[0] == "ministry"
    assert told(suspended, date(2027, 5, 1)) == ("operator", "end it: the period ended on 2027-04-30")
    unpledged = replace(suspended, approval=changed(approval, pledges_accepted=False))
    assert told(unpledged)[0] == "researcher"
    ending = Known(approval, State.ENDING, read_only_until=DAY)
    assert told(ending)[0] == "researcher"
    assert told(ending, DAY + timedelta(days=1)) == ("operator", "destroy the environment")
    assert told(replace(ending, read_only_until=None))[0] == "operator"
    assert next_act(Known(approval, State.ENDED), DAY) is None


@pytest.mark.parametrize(
    ("decision", "payment", "by"),
    [
        (None, None, "ministry"),
        (Decision(Result.CONDITIONAL, DAY), None, "ministry"),
        (Decision(Result.CONDITIONAL, DAY, DAY), None, "researcher"),
        (Decision(Result.UNCONDITIONAL, DAY), None, "researcher"),
        (Decision(Result.WITH_OPINION, DAY), PAID, "operator"),
        (Decision(Result.REJECTED, DAY), None, "researcher"),
    ],
)
def test_an_open_change_application(
    approval: Approval, decision: Decision | None, payment: Payment | None, by: str
) -> None:
    change = ChangeApplication(
        1, Weight.CHANGE, (), approval, approval, 81_000, "", "operator:o", decision=decision, payment=payment
    )
    act = next_act(Known(approval, changes=(change,)), DAY)
    assert act is not None
    assert act.by == by
    assert ("change" in act.what) is (decision is None or decision.result is not Result.REJECTED)
