"""FLOW-7: every combination of what must hold, and the lifecycle as data."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from provisioning.approvals.model import Approval, Result
from provisioning.approvals.rules import Payment, check_may_stand, may_stand, missing_conditions
from provisioning.approvals.states import COMMANDS, TRANSITIONS, State, can_move, check_move, render_state_diagram
from provisioning.errors import Refused
from tests.approvals.test_fees import changed

PAID = Payment(815_900, "R-1", date(2026, 10, 25))


# Only a conditional decision is confirmed by the chair; the model refuses anything else.
COMBINATIONS = [
    combination
    for combination in itertools.product(Result, (False, True), (False, True), (False, True), (-1, 0, 180, 181))
    if combination[0] is Result.CONDITIONAL or not combination[1]
]


@pytest.mark.parametrize(("result", "chair", "paid", "pledged", "day"), COMBINATIONS)
def test_all_combinations(approval: Approval, result: Result, chair: bool, paid: bool, pledged: bool, day: int) -> None:
    confirmed = "2026-10-27" if chair else None
    one = changed(approval, decision__result=result, decision__chair_confirmed=confirmed, pledges_accepted=pledged)
    today = one.period.start + timedelta(days=day)
    accepted = result in (Result.UNCONDITIONAL, Result.WITH_OPINION) or (result is Result.CONDITIONAL and chair)
    expected = accepted and paid and pledged and day in (0, 180)
    assert may_stand(one, PAID if paid else None, today) is expected
    missing = {p.where for p in missing_conditions(one, PAID if paid else None, today)}
    wanted = {
        "FLOW-5": not accepted,
        "FEE-10": not paid,
        "FLOW-7": not pledged,
        "LIFE-1": day in (-1, 181),
    }
    assert missing == {rule for rule, lacking in wanted.items() if lacking}


def test_refusal_names_every_missing_condition_with_its_fix(approval: Approval) -> None:
    with pytest.raises(Refused) as caught:
        check_may_stand(changed(approval, pledges_accepted=False), None, approval.period.start)
    text = str(caught.value)
    assert "hic fee pay HIC-2026-001" in text
    assert "誓約書" in text


def test_every_state_is_in_the_table_and_reachable() -> None:
    assert set(TRANSITIONS) == set(State)
    reached = {State.REGISTERED} | {target for targets in TRANSITIONS.values() for target in targets}
    assert reached == set(State)
    assert {(a, b) for a, targets in TRANSITIONS.items() for b in targets} == set(COMMANDS)


@pytest.mark.parametrize(("current", "target"), list(itertools.product(State, State)))
def test_only_listed_moves_are_allowed(current: State, target: State) -> None:
    allowed = current is target or target in TRANSITIONS[current]
    assert can_move(current, target) is allowed
    if not allowed:
        with pytest.raises(Refused, match="cannot become"):
            check_move("A", current, target)


def test_the_diagram_shows_every_transition() -> None:
    diagram = render_state_diagram()
    for current, targets in TRANSITIONS.items():
        for target in targets:
            assert f"{current} --> {target}:" in diagram
