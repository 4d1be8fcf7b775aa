"""Approvals and payments against moto's DynamoDB."""

from __future__ import annotations

from datetime import date

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.records import RecordStore
from provisioning.clock import FixedClock
from provisioning.errors import BadInput, Refused
from tests.approvals.test_fees import changed

DAY = date(2026, 11, 1)


@pytest.fixture
def approvals(records: RecordStore, audit: AuditLog, clock: FixedClock) -> Approvals:
    return Approvals(records, audit, clock)


def test_registering_twice_changes_nothing(
    approvals: Approvals, audit: AuditLog, operator: Actor, approval: Approval
) -> None:
    assert approvals.register(operator, approval) is True
    assert approvals.register(operator, approval) is False
    assert [e.act for e in audit.entries()] == ["approval.register"]
    assert approvals.get(approval.id).approval == approval


def test_other_content_under_the_same_id_is_refused(approvals: Approvals, operator: Actor, approval: Approval) -> None:
    approvals.register(operator, approval)
    with pytest.raises(Refused, match="already registered"):
        approvals.register(operator, changed(approval, title="another"))
    assert approvals.get(approval.id).approval == approval


def test_a_researcher_may_not_register_or_pay(approvals: Approvals, researcher: Actor, approval: Approval) -> None:
    with pytest.raises(Refused, match="it is for operator"):
        approvals.register(researcher, approval)
    with pytest.raises(Refused, match="it is for operator"):
        approvals.pay(researcher, approval.id, 1, "R", DAY)
    assert approvals.all() == []


def test_unknown_approval(approvals: Approvals) -> None:
    with pytest.raises(BadInput, match="There is no approval"):
        approvals.get("HIC-0000-000")


def test_payment_of_the_quoted_amount(
    approvals: Approvals, audit: AuditLog, operator: Actor, approval: Approval
) -> None:
    approvals.register(operator, approval)
    quote = approvals.quote(operator, approval.id)
    approvals.quote(operator, approval.id)
    approvals.pay(operator, approval.id, quote.total, "R-1", DAY)
    approvals.pay(operator, approval.id, quote.total, "R-1", DAY)
    standing = approvals.get(approval.id)
    assert (standing.state, standing.payment.yen if standing.payment else 0) == (State.PAID, 815_900)
    assert [e.act for e in audit.entries()] == ["approval.register", "fee.quote", "fee.pay"]


@pytest.mark.parametrize("difference", [-1, 1, -815_900])
def test_another_amount_is_refused_with_both_figures(
    approvals: Approvals, operator: Actor, approval: Approval, difference: int
) -> None:
    approvals.register(operator, approval)
    approvals.quote(operator, approval.id)
    with pytest.raises(Refused) as caught:
        approvals.pay(operator, approval.id, 815_900 + difference, "R-1", DAY)
    assert f"{815_900 + difference:,}" in str(caught.value)
    assert "815,900" in str(caught.value)
    assert approvals.get(approval.id).state is State.REGISTERED


def test_what_else_refuses_a_payment(approvals: Approvals, operator: Actor, approval: Approval) -> None:
    approvals.register(operator, approval)
    with pytest.raises(Refused, match="no quote"):
        approvals.pay(operator, approval.id, 815_900, "R-1", DAY)
    approvals.quote(operator, approval.id)
    with pytest.raises(Refused, match="future"):
        approvals.pay(operator, approval.id, 815_900, "R-1", date(2026, 11, 3))
    approvals.pay(operator, approval.id, 815_900, "R-1", DAY)
    with pytest.raises(Refused, match="already paid"):
        approvals.pay(operator, approval.id, 815_900, "R-2", DAY)
