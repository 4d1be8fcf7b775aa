"""Who may do what: every role and relation."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from provisioning.actors import ROLES, Actor, Role
from provisioning.approvals.model import Approval
from provisioning.egress import rules
from provisioning.egress.model import Choice, FrozenFile, FrozenObject, Request, Vote
from provisioning.egress.states import State
from provisioning.errors import Refused

NAMES = ("analyst-a", "analyst-b", "ANALYST-A", "somebody")


def make(state: State = State.SUBMITTED, **changes: Any) -> Request:
    file = FrozenFile(name="a.csv", key="egress/outbox/x/a.csv", version="1", sha256="0" * 64, size=1)
    values: dict[str, Any] = {
        "id": "HIC-2026-001-E001",
        "approval_id": "HIC-2026-001",
        "state": state,
        "author": "analyst-a",
        "purpose": "p",
        "venue": "v",
        "venue_approved": False,
        "self_checked": True,
        "submitted_at": "2026-11-02T09:00:00+09:00",
        "review_due": date(2026, 11, 16),
        "rules": "3",
        "files": (file,),
        "fail": 0,
        "review": 0,
        "findings": FrozenObject(key="f", version="1", sha256="1" * 64, size=1),
    }
    return Request(**{**values, **changes})


def vote(name: str, choice: Choice = Choice.APPROVE) -> Vote:
    return Vote(reviewer=name, choice=choice, reason="r", at="t", bundle="b")


def refuses(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except Refused as refusal:
        return bool(refusal.fix)
    return False


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", NAMES)
def test_people_by_role_and_relation(role: Role, name: str, approval: Approval) -> None:
    actor, request = Actor(role, name), make(State.APPROVED)
    handler = name != "somebody"
    expected = {
        "submit": role == "researcher" and name == "analyst-a",
        "review": role == "reviewer" and not handler,
        "release": role in ("operator", "reviewer") and not handler,
        "fetch": role == "researcher" and handler,
        "see": role != "researcher" or handler,
    }
    assert {
        "submit": rules.can_submit(actor, approval),
        "review": rules.can_review(actor, approval, request),
        "release": rules.can_release(actor, approval, request),
        "fetch": rules.can_fetch(actor, approval),
        "see": rules.can_see(actor, approval),
    } == expected
    assert refuses(rules.check_submit, actor, approval) is not expected["submit"]
    assert refuses(rules.check_review, actor, approval, request) is not expected["review"]
    assert refuses(rules.check_release, actor, approval, request) is not expected["release"]
    assert refuses(rules.check_fetch, actor, approval) is not expected["fetch"]
    assert refuses(rules.check_see, actor, approval) is not expected["see"]


def test_one_reviewer_decides_once(approval: Approval) -> None:
    request = make(State.UNDER_REVIEW, votes=(vote("reviewer-1"),))
    assert not rules.can_review(Actor("reviewer", "Reviewer-1"), approval, request)
    assert rules.can_review(Actor("reviewer", "reviewer-2"), approval, request)


@pytest.mark.parametrize("state", State)
def test_only_what_is_approved_is_released(state: State, approval: Approval) -> None:
    operator, request = Actor("operator", "operator-1"), make(state)
    assert rules.can_release(operator, approval, request) is (state is State.APPROVED)
    assert refuses(rules.check_release, operator, approval, request) is (state is not State.APPROVED)


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("fail", [0, 3])
@pytest.mark.parametrize("deviation", ["", "  ", "consented"])
def test_a_broken_rule_needs_a_deviation_to_be_approved(choice: Choice, fail: int, deviation: str) -> None:
    needs = choice is Choice.APPROVE and fail > 0 and not deviation.strip()
    assert refuses(rules.check_deviation, make(fail=fail), choice, deviation) is needs


def test_two_approvals_approve_and_one_objection_decides() -> None:
    first, second = make(), make(State.UNDER_REVIEW, votes=(vote("reviewer-1"),))
    assert rules.outcome(first, Choice.APPROVE) is State.UNDER_REVIEW
    assert rules.outcome(second, Choice.APPROVE) is State.APPROVED
    for request in (first, second):
        assert rules.outcome(request, Choice.RETURN) is State.RETURNED
        assert rules.outcome(request, Choice.REJECT) is State.REJECTED


def test_reasons_and_declarations_are_compulsory() -> None:
    assert refuses(rules.check_reason, " ")
    assert not refuses(rules.check_reason, "fine")
    assert refuses(rules.check_declared, False)
    assert not refuses(rules.check_declared, True)


def test_the_bundle_changes_with_whatever_a_decision_rests_on() -> None:
    request = make()
    file = request.files[0]
    others = [
        make(files=(file.model_copy(update={"sha256": "2" * 64}),)),
        make(files=(file.model_copy(update={"version": "2"}),)),
        make(files=(file.model_copy(update={"name": "b.csv"}),)),
        make(findings=request.findings.model_copy(update={"sha256": "3" * 64})),
        make(id="HIC-2026-001-E002"),
    ]
    assert len({request.bundle, *(other.bundle for other in others)}) == 6
    assert make(State.APPROVED).bundle == request.bundle


def test_roles_are_the_known_ones() -> None:
    assert set(get_args(Role)) == set(ROLES)
