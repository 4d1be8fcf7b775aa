"""A reviewer who does not come back to consolidate: somebody else takes their place, and nothing said is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from provisioning.actors import Actor
from provisioning.aws.objects import ObjectStore
from provisioning.clock import FixedClock
from provisioning.egress.model import Choice, Request
from provisioning.egress.opinions import Phase, phase
from provisioning.egress.review import decide, look, relieve
from provisioning.egress.rules import RELIEF_DAYS
from provisioning.egress.states import State
from provisioning.egress.submission import Desk
from provisioning.errors import Refused

THIRD = Actor("reviewer", "reviewer-3")


@pytest.fixture
def differing(
    desk: Desk, file_request: Callable[..., Request], reviewer: Actor, second_reviewer: Actor, clock: FixedClock
) -> Request:
    """Two opinions that differ, days ago."""
    request = file_request()
    decide(desk, reviewer, request.id, Choice.APPROVE, "問題なし")
    differing = decide(desk, second_reviewer, request.id, Choice.REJECT, "疑義あり")
    clock.advance(timedelta(days=RELIEF_DAYS))
    return differing


def test_another_reviewer_takes_the_place_and_the_review_ends(
    desk: Desk, bucket: ObjectStore, differing: Request, reviewer: Actor, second_reviewer: Actor, operator: Actor
) -> None:
    left = relieve(desk, operator, differing.id, " Reviewer-2", "長期不在")
    assert (left.state, phase(left)) == (State.UNDER_REVIEW, Phase.INDEPENDENT)
    with pytest.raises(Refused, match="relieved"):
        decide(desk, second_reviewer, differing.id, Choice.REJECT, "r")
    with pytest.raises(Refused, match="already decided"):
        decide(desk, reviewer, differing.id, Choice.APPROVE, "r")
    assert look(desk, THIRD, differing.id)[0].votes == ()
    done = decide(desk, THIRD, differing.id, Choice.APPROVE, "確認した")
    assert done.state is State.APPROVED
    assert done.approved
    signed = json.loads(bucket.read(done.approved.key))
    assert [gone["vote"]["reason"] for gone in signed["relieved"]] == ["疑義あり"]
    assert {vote["reviewer"] for vote in signed["reviewers"]} == {reviewer.name, THIRD.name}


def test_who_stays_may_revise_once_more(
    desk: Desk, differing: Request, reviewer: Actor, operator: Actor, clock: FixedClock
) -> None:
    decide(desk, reviewer, differing.id, Choice.APPROVE, "変わらず")
    clock.advance(timedelta(days=RELIEF_DAYS))
    relieve(desk, operator, differing.id, "reviewer-2", "長期不在")
    decide(desk, THIRD, differing.id, Choice.RETURN, "修正を")
    assert decide(desk, reviewer, differing.id, Choice.RETURN, "同意").state is State.RETURNED


def test_nobody_is_relieved_early_without_reason_or_without_need(
    desk: Desk,
    file_request: Callable[..., Request],
    reviewer: Actor,
    second_reviewer: Actor,
    operator: Actor,
    clock: FixedClock,
) -> None:
    request = file_request()
    decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    with pytest.raises(Refused, match="does not wait"):
        relieve(desk, operator, request.id, reviewer.name, "不在")
    decide(desk, second_reviewer, request.id, Choice.REJECT, "no")
    with pytest.raises(Refused, match="has time to consolidate until 2026-11-05"):
        relieve(desk, operator, request.id, reviewer.name, "不在")
    with pytest.raises(Refused, match="needs a reason"):
        relieve(desk, operator, request.id, reviewer.name, " ")
    with pytest.raises(Refused, match="may not relieve"):
        relieve(desk, second_reviewer, request.id, reviewer.name, "不在")
    decide(desk, second_reviewer, request.id, Choice.REJECT, "no")
    clock.advance(timedelta(days=RELIEF_DAYS))
    with pytest.raises(Refused, match="does not wait for reviewer-2"):
        relieve(desk, operator, request.id, second_reviewer.name, "不在")
