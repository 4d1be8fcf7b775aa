"""The table of states."""

from __future__ import annotations

import itertools

import pytest

from provisioning.egress.opinions import OUTCOME
from provisioning.egress.people import PERMISSIONS, Action
from provisioning.egress.states import (
    CONFIRMED,
    NEXT_ACTOR,
    OUT,
    TRANSITIONS,
    State,
    can_move,
    check_move,
    is_open,
    render_state_diagram,
)
from provisioning.errors import Refused

ENDS = {State.REJECTED, State.WITHDRAWN, State.REPLACED, State.REVOKED}
ACTIONS = {
    State.SUBMITTED: Action.SUBMIT,
    State.CHECKING: Action.RECHECK,
    State.RETURNED: Action.DECIDE,
    State.APPROVED: Action.DECIDE,
    State.REJECTED: Action.DECIDE,
    State.RELEASED: Action.RELEASE,
    State.WITHDRAWN: Action.WITHDRAW,
    State.REVOKED: Action.REVOKE,
    State.PUBLISHED: Action.PUBLISHED,
    State.REPORTED: Action.REPORT_USAGE,
}


def reached(start: State) -> set[State]:
    seen, waiting = set(), [start]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += TRANSITIONS[state]
    return seen


def test_every_state_has_its_steps_and_its_owner() -> None:
    assert set(TRANSITIONS) == set(State) == set(NEXT_ACTOR)
    for state, steps in TRANSITIONS.items():
        if is_open(state):
            assert NEXT_ACTOR[state] in set(steps.values())


def test_every_state_can_be_reached_and_none_is_a_trap() -> None:
    assert reached(State.DRAFT) == set(State)
    assert {state for state in State if not TRANSITIONS[state]} == ENDS
    for state in State:
        assert reached(state) & (ENDS | {State.REPORTED, State.RELEASED})


def test_what_is_not_released_can_always_be_taken_back() -> None:
    for state in set(State) - OUT - ENDS:
        assert can_move(state, State.WITHDRAWN), state
    for state in CONFIRMED:
        assert can_move(state, State.REVOKED), state


def test_whoever_the_table_names_may_take_the_step() -> None:
    for before, steps in TRANSITIONS.items():
        for after, role in steps.items():
            action = ACTIONS.get(after)
            if action and before is not State.REPORTED:
                assert before in PERMISSIONS[action].states, (before, after)
                assert role in PERMISSIONS[action].who, (before, after)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(State, State)))
def test_check_and_can_agree(before: State, after: State) -> None:
    if can_move(before, after):
        check_move("A-E001", before, after)
    else:
        with pytest.raises(Refused) as caught:
            check_move("A-E001", before, after)
        assert caught.value.fix


def test_nothing_is_released_but_what_was_approved_and_nothing_approved_but_what_was_reviewed() -> None:
    assert [state for state in State if can_move(state, State.RELEASED)] == [State.APPROVED]
    assert [state for state in State if can_move(state, State.APPROVED)] == [State.UNDER_REVIEW]
    assert [state for state in State if can_move(state, State.UNDER_REVIEW)] == [State.CHECKING, State.UNDER_REVIEW]
    assert set(OUTCOME.values()) < set(TRANSITIONS[State.UNDER_REVIEW])


def test_the_diagram_shows_every_step() -> None:
    lines = render_state_diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> draft: researcher"]
    assert "    approved --> released: operator" in lines
    assert "    reported --> [*]" in lines
    rests = sum(owner is None for owner in NEXT_ACTOR.values())
    assert len(lines) == 2 + sum(len(steps) for steps in TRANSITIONS.values()) + rests
