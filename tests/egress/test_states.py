"""The table of states."""

from __future__ import annotations

import itertools

import pytest

from provisioning.egress.rules import OUTCOME, QUORUM
from provisioning.egress.states import (
    NEXT_ACTOR,
    TRANSITIONS,
    State,
    can_move,
    check_move,
    is_open,
    render_state_diagram,
)
from provisioning.errors import Refused


def test_every_state_has_its_steps_and_its_owner() -> None:
    assert set(TRANSITIONS) == set(State) == set(NEXT_ACTOR)
    for state, steps in TRANSITIONS.items():
        assert bool(steps) is is_open(state)
        assert NEXT_ACTOR[state] in (set(steps.values()) or {None})


def test_every_state_can_be_reached() -> None:
    seen, waiting = set(), [State.SUBMITTED]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += TRANSITIONS[state]
    assert seen == set(State)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(State, State)))
def test_check_and_can_agree(before: State, after: State) -> None:
    if can_move(before, after):
        check_move("A-E001", before, after)
    else:
        with pytest.raises(Refused) as caught:
            check_move("A-E001", before, after)
        assert caught.value.fix


def test_nothing_is_released_but_what_was_approved() -> None:
    assert [state for state in State if can_move(state, State.RELEASED)] == [State.APPROVED]
    assert {state for state in State if can_move(state, State.APPROVED)} == {State.SUBMITTED, State.UNDER_REVIEW}


def test_every_decision_has_a_quorum_and_an_outcome() -> None:
    assert set(QUORUM) == set(OUTCOME)
    assert QUORUM[next(choice for choice in QUORUM if OUTCOME[choice] is State.APPROVED)] == 2


def test_the_diagram_shows_every_step() -> None:
    lines = render_state_diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> submitted: researcher"]
    assert "    approved --> released: operator" in lines
    assert "    released --> [*]" in lines
    ends = sum(not steps for steps in TRANSITIONS.values())
    assert len(lines) == 2 + sum(len(steps) for steps in TRANSITIONS.values()) + ends
