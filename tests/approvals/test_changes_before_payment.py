"""Changes of what is registered and not built yet: later decisions, and what is paid once and not twice."""

from __future__ import annotations

from datetime import date

import pytest

from provisioning.actors import Actor
from provisioning.approvals.change_service import Changes
from provisioning.approvals.changes import Decision, Weight
from provisioning.approvals.differences import differences
from provisioning.approvals.editing import Edits, edited
from provisioning.approvals.fees import quote_fee
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.next_acts import next_act
from provisioning.approvals.service import Approvals
from provisioning.audit.log import AuditLog
from provisioning.aws.records import RecordStore
from provisioning.clock import FixedClock
from provisioning.errors import BadInput, Refused
from tests.approvals.test_fees import changed

DAY = date(2026, 11, 2)
ACCEPTED = Decision(Result.UNCONDITIONAL, DAY)
LARGER = Edits(options={"extension_tb": 3})
MONTHS = 3 * 6 * 17_400


@pytest.fixture
def approvals(records: RecordStore, audit: AuditLog, clock: FixedClock) -> Approvals:
    return Approvals(records, audit, clock)


@pytest.fixture
def changes(approvals: Approvals, audit: AuditLog, clock: FixedClock) -> Changes:
    return Changes(approvals, audit, clock)


@pytest.fixture
def registered(approvals: Approvals, operator: Actor, approval: Approval) -> Approval:
    approvals.register(operator, approval)
    return approval


def pay(approvals: Approvals, operator: Actor, approval: Approval) -> int:
    total = approvals.quote(operator, approval.id).total
    approvals.pay(operator, approval.id, total, "R", DAY)
    return total


def test_before_the_first_payment_a_change_costs_its_application_alone(
    approvals: Approvals, changes: Changes, operator: Actor, registered: Approval
) -> None:
    wanted = edited(registered, LARGER)
    change = changes.register(operator, registered.id, wanted, ACCEPTED)
    assert (change.due, changes.quote_of(registered.id, 1).total) == (81_000, 81_000)
    changes.pay(operator, registered.id, 1, 81_000, "R-1", DAY)
    with pytest.raises(Refused, match="is paid, and not made yet") as caught:
        pay(approvals, operator, registered)
    assert f"hic env change {registered.id} --apply 1" in caught.value.fix
    changes.make(operator, registered.id, wanted)
    assert pay(approvals, operator, wanted) == quote_fee(wanted).total == quote_fee(registered).total + MONTHS
    assert changes.quote_of(registered.id, 1).total == 81_000


def test_a_change_that_still_waits_when_the_fee_is_paid_costs_the_difference_then(
    approvals: Approvals, changes: Changes, operator: Actor, registered: Approval
) -> None:
    wanted = edited(registered, LARGER)
    changes.register(operator, registered.id, wanted, Decision(Result.CONDITIONAL, DAY))
    assert pay(approvals, operator, registered) == quote_fee(registered).total
    (change,) = approvals.get(registered.id).changes
    assert (change.due, changes.quote_of(registered.id, 1).total) == (81_000 + MONTHS, 81_000 + MONTHS)
    later = changes.register(operator, registered.id, wanted, Decision(Result.CONDITIONAL, DAY, DAY))
    assert later.due == 81_000 + MONTHS


def test_a_minor_change_before_the_first_payment_costs_its_case_alone(
    approvals: Approvals, changes: Changes, operator: Actor, registered: Approval
) -> None:
    made = changes.make(operator, registered.id, edited(registered, Edits(remove_handlers=["analyst-b"])))
    assert made is not None
    assert (made.weight, made.due) == (Weight.MINOR, 16_100)
    assert pay(approvals, operator, registered) == quote_fee(registered).total


@pytest.mark.parametrize("result", [Result.UNCONDITIONAL, Result.REJECTED, Result.CONDITIONAL, Result.CONTINUED])
def test_what_was_put_off_is_decided_later(
    approvals: Approvals, changes: Changes, operator: Actor, approval: Approval, result: Result
) -> None:
    put_off = changed(approval, decision__result=Result.CONTINUED, decision__date="2026-10-01")
    approvals.register(operator, put_off)
    act = next_act(approvals.get(put_off.id), DAY)
    assert act is not None
    assert act.command == f"hic env change {put_off.id} --result RESULT --decided DATE"
    with pytest.raises(BadInput, match="starts before the decision"):
        edited(put_off, Edits(result=result.value, decided=DAY))
    later = Edits(result=result.value, decided=DAY, start=DAY, end=date(2027, 5, 1))
    made = changes.make(operator, put_off.id, edited(put_off, later))
    assert made is not None
    assert (made.weight, made.due) == (Weight.COMPLETION, 0)
    decision = approvals.get(put_off.id).approval.decision
    assert (decision.result, decision.date) == (result, DAY)
    again = edited(approvals.get(put_off.id).approval, Edits(start=date(2026, 11, 3)))
    assert {d.weight for d in changes.propose(put_off.id, again).differences} == {Weight.CHANGE}


def test_a_later_decision_is_whole_and_not_of_the_future(
    approvals: Approvals, changes: Changes, operator: Actor, approval: Approval
) -> None:
    put_off = changed(approval, decision__result=Result.CONTINUED, decision__date="2026-10-01")
    approvals.register(operator, put_off)
    for half in (Edits(result="無条件承諾"), Edits(decided=DAY)):
        with pytest.raises(BadInput, match="a result and a day"):
            edited(put_off, half)
    tomorrow = Edits(result="無条件承諾", decided=date(2026, 11, 3), start=date(2026, 11, 3))
    with pytest.raises(BadInput, match="in the future"):
        changes.make(operator, put_off.id, edited(put_off, tomorrow))


def test_only_what_was_put_off_and_is_not_built_is_decided_again(approval: Approval) -> None:
    put_off = changed(approval, decision__result=Result.CONTINUED)
    for before, built in ((put_off, True), (changed(approval, decision__result=Result.REJECTED), False)):
        found = differences(before, approval, built=built)
        assert {difference.weight for difference in found} == {Weight.IMPOSSIBLE}
