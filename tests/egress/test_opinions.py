"""Blinding, consolidation and decision, exhaustively."""

from __future__ import annotations

import itertools

import pytest

from provisioning.actors import ROLES, Actor
from provisioning.egress.model import Choice, Direction, Exemption
from provisioning.egress.opinions import (
    OPINIONS,
    STRICTEST_FIRST,
    Phase,
    against_opinion,
    blinded,
    decision,
    needed,
    phase,
    visible_votes,
    with_vote,
)
from tests.egress.records import make, vote

A, B, C = (Actor("reviewer", name) for name in ("r-a", "r-b", "r-c"))
PAIRS = list(itertools.product(Choice, Choice))


def test_two_opinions_are_needed_either_way() -> None:
    assert OPINIONS == {Direction.OUT: 2, Direction.IN: 2}
    assert set(STRICTEST_FIRST) == set(Choice)
    assert [needed(make(direction=direction)) for direction in Direction] == [2, 2]


def test_one_opinion_is_enough_only_when_every_file_was_approved_before() -> None:
    same = Exemption(file="a.csv", rule="REV-6b", request="R", sha256="0" * 64)
    other = make().files[0].model_copy(update={"name": "b.csv"})
    assert needed(make(exemptions=(same,))) == 1
    assert needed(make(exemptions=(same,), files=(*make().files, other))) == 2
    assert needed(make(exemptions=(same.model_copy(update={"rule": "REV-6a", "declared": True}),))) == 2
    assert needed(make(files=())) == 2


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_equal_opinions_decide_and_different_ones_are_consolidated(one: Choice, other: Choice) -> None:
    votes = (vote("r-a", one), vote("r-b", other))
    assert decision(votes, 2) is (one if one is other else None)
    assert phase(make(votes=votes)) is (Phase.COMPLETE if one is other else Phase.CONSOLIDATING)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_second_round_always_ends_with_the_stricter(one: Choice, other: Choice) -> None:
    order = list(STRICTEST_FIRST)
    votes = (vote("r-a", one, second=True), vote("r-b", other, second=True))
    assert decision(votes, 2) is min(one, other, key=order.index)
    assert decision(votes[:1], 2) is None
    half = (vote("r-a", one, second=True), vote("r-b", other))
    assert decision(half, 2) is (one if one is other else None)


def test_nothing_is_approved_but_by_all() -> None:
    for rounds in itertools.product([False, True], repeat=2):
        for pair in PAIRS:
            votes = [
                vote(f"r-{n}", choice, second) for n, (choice, second) in enumerate(zip(pair, rounds, strict=True))
            ]
            if decision(votes, 2) is Choice.APPROVE:
                assert set(pair) == {Choice.APPROVE}


@pytest.mark.parametrize("choices", [(), (Choice.APPROVE,), *PAIRS])
def test_who_sees_which_opinion(choices: tuple[Choice, ...]) -> None:
    votes = tuple(vote(name, choice) for name, choice in zip(("r-a", "r-b"), choices, strict=False))
    request = make(votes=votes)
    stage = phase(request)
    for role, name in itertools.product(ROLES, ("r-a", "R-A", "r-b", "r-c", "analyst-a")):
        mine = tuple(v for v in votes if role == "reviewer" and v.reviewer == name.lower())
        expected = votes if stage is Phase.COMPLETE or (stage is Phase.CONSOLIDATING and mine) else mine
        assert visible_votes(Actor(role, name), request) == expected
        assert blinded(Actor(role, name), request).votes == expected


def may(actor: Actor, *votes: object) -> bool:
    refusal = against_opinion(actor, make(votes=votes))
    assert refusal is None or refusal.fix
    return refusal is None


def test_who_may_give_an_opinion_in_which_phase() -> None:
    yes, no = vote("r-a"), vote("r-b", Choice.REJECT)
    assert (may(A), may(B), may(C)) == (True, True, True)
    assert (may(A, yes), may(B, yes), may(C, yes)) == (False, True, True)
    assert (may(A, yes, no), may(B, yes, no), may(C, yes, no)) == (True, True, False)
    again = vote("r-a", second=True)
    assert (may(A, again, no), may(B, again, no), may(C, again, no)) == (False, True, False)
    assert not any(may(actor, yes, vote("r-b")) for actor in (A, B))


def test_a_revised_opinion_takes_the_place_of_the_first() -> None:
    request = make(votes=(vote("r-a"), vote("r-b", Choice.REJECT)))
    revised = with_vote(request, vote("R-A", Choice.REJECT, second=True))
    assert [(v.reviewer, v.choice) for v in revised] == [("r-b", Choice.REJECT), ("R-A", Choice.REJECT)]
