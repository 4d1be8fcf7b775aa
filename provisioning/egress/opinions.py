"""Two independent opinions and what becomes of them. Pure: phases, who sees what, the decision."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from provisioning.actors import Actor
from provisioning.egress.exemptions import all_unchanged
from provisioning.egress.model import Choice, Direction, Request, Vote
from provisioning.egress.states import State
from provisioning.errors import Refused
from provisioning.messages import _

OPINIONS: dict[Direction, int] = {Direction.OUT: 2, Direction.IN: 2}
"""How many reviewers must give an opinion."""

OPINIONS_UNCHANGED = 1
"""How many when every file is byte for byte one that the quorum approved before (REV-6b, REV-6c)."""

STRICTEST_FIRST = (Choice.REJECT, Choice.RETURN, Choice.APPROVE)

OUTCOME: dict[Choice, State] = {
    Choice.APPROVE: State.APPROVED,
    Choice.RETURN: State.RETURNED,
    Choice.REJECT: State.REJECTED,
}


class Phase(StrEnum):
    """How far the review is."""

    INDEPENDENT = "independent"
    CONSOLIDATING = "consolidating"
    COMPLETE = "complete"


def needed(request: Request) -> int:
    """How many opinions the request takes."""
    return OPINIONS_UNCHANGED if all_unchanged(request) else OPINIONS[request.direction]


def decision(votes: Sequence[Vote], quorum: int) -> Choice | None:
    """What the opinions come to; None while they are too few, or differ and may still be revised.

    When they still differ after each reviewer has spoken in the second round, the strictest holds:
    a review always ends, and never by overruling a doubt.
    """
    if len(votes) < quorum:
        return None
    choices = {vote.choice for vote in votes}
    if len(choices) == 1 or all(vote.round == 2 for vote in votes):
        return next(choice for choice in STRICTEST_FIRST if choice in choices)
    return None


def phase(request: Request) -> Phase:
    """The phase that the opinions given so far amount to."""
    quorum = needed(request)
    if request.opinions < quorum:
        return Phase.INDEPENDENT
    return Phase.CONSOLIDATING if decision(request.votes, quorum) is None else Phase.COMPLETE


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's; case and blanks do not make another person."""
    return one.strip().casefold() == other.strip().casefold()


def opinion_of(actor: Actor, request: Request) -> Vote | None:
    """The actor's own opinion as a reviewer, if given."""
    if actor.role != "reviewer":
        return None
    return next((vote for vote in request.votes if same_person(vote.reviewer, actor.name)), None)


def visible_votes(actor: Actor, request: Request) -> tuple[Vote, ...]:
    """The opinions that the actor may read now.

    Before all are given everybody sees their own alone; while they are consolidated those who gave
    one see all; afterwards all who may see the request do.
    """
    mine = opinion_of(actor, request)
    stage = phase(request)
    if stage is Phase.COMPLETE or (stage is Phase.CONSOLIDATING and mine):
        return request.votes
    return (mine,) if mine else ()


def blinded(actor: Actor, request: Request) -> Request:
    """The request as the actor may see it."""
    return request.model_copy(update={"votes": visible_votes(actor, request)})


def against_opinion(actor: Actor, request: Request) -> Refused | None:
    """Why the actor may give no opinion now, or None."""
    stage, mine = phase(request), opinion_of(actor, request)
    if any(same_person(relieved.vote.reviewer, actor.name) for relieved in request.relieved):
        return Refused(
            _("{name} was relieved of the review of {request}.").format(name=actor.name, request=request.id),
            fix=_("Another reviewer must decide now."),
        )
    if mine and (stage is not Phase.CONSOLIDATING or mine.round == 2):
        return Refused(
            _("{name} has already decided on {request}.").format(name=actor.name, request=request.id),
            fix=_("Another reviewer must decide now."),
        )
    if stage is Phase.CONSOLIDATING and not mine:
        return Refused(
            _("The opinions on {request} are given already; those reviewers consolidate them.").format(
                request=request.id
            ),
            fix=_("Wait for their decision: hic egress show {request}").format(request=request.id),
        )
    return None


def without_reviewer(request: Request, name: str) -> tuple[Vote, tuple[Vote, ...]]:
    """The opinion of a reviewer who does not come back, and those that stay, which may be revised once more.

    Raises Refused unless the opinions differ, and that reviewer has given one and not spoken since: in every other
    phase the review goes on without them.
    """
    lost = next((vote for vote in request.votes if same_person(vote.reviewer, name)), None)
    if phase(request) is not Phase.CONSOLIDATING or lost is None or lost.round == 2:
        raise Refused(
            _("The review of {request} does not wait for {name}.").format(request=request.id, name=name),
            fix=_("A reviewer is relieved only while two opinions differ and theirs was not revised."),
        )
    return lost, tuple(vote.model_copy(update={"round": 1}) for vote in request.votes if vote is not lost)


def with_vote(request: Request, vote: Vote) -> tuple[Vote, ...]:
    """The opinions after one more, which replaces an earlier one of the same reviewer."""
    others = tuple(old for old in request.votes if not same_person(old.reviewer, vote.reviewer))
    return (*others, vote)
