"""The life of a request: which step may follow which, and whose turn it is."""

from __future__ import annotations

from enum import StrEnum

from provisioning.actors import Role
from provisioning.errors import Refused
from provisioning.messages import _


class State(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKING = "checking"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"
    PUBLISHED = "published"
    REPORTED = "reported"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    REVOKED = "revoked"


TRANSITIONS: dict[State, dict[State, Role]] = {
    State.DRAFT: {State.SUBMITTED: "researcher", State.WITHDRAWN: "researcher"},
    State.SUBMITTED: {State.CHECKING: "researcher", State.WITHDRAWN: "researcher"},
    State.CHECKING: {State.UNDER_REVIEW: "researcher", State.WITHDRAWN: "researcher"},
    State.UNDER_REVIEW: {
        State.UNDER_REVIEW: "reviewer",
        State.APPROVED: "reviewer",
        State.RETURNED: "reviewer",
        State.REJECTED: "reviewer",
        State.CHECKING: "reviewer",
        State.WITHDRAWN: "researcher",
    },
    State.RETURNED: {State.REPLACED: "researcher", State.WITHDRAWN: "researcher"},
    State.APPROVED: {State.RELEASED: "operator", State.REVOKED: "reviewer", State.WITHDRAWN: "researcher"},
    State.REJECTED: {},
    State.RELEASED: {State.PUBLISHED: "researcher", State.REVOKED: "reviewer"},
    State.PUBLISHED: {State.PUBLISHED: "researcher", State.REPORTED: "researcher", State.REVOKED: "reviewer"},
    State.REPORTED: {State.PUBLISHED: "researcher", State.REVOKED: "reviewer"},
    State.WITHDRAWN: {},
    State.REPLACED: {},
    State.REVOKED: {},
}
"""From each state the states that may follow, with the role that takes the step."""

NEXT_ACTOR: dict[State, Role | None] = {
    State.DRAFT: "researcher",
    State.SUBMITTED: "researcher",
    State.CHECKING: "researcher",
    State.UNDER_REVIEW: "reviewer",
    State.RETURNED: "researcher",
    State.APPROVED: "operator",
    State.REJECTED: None,
    State.RELEASED: None,
    State.PUBLISHED: "researcher",
    State.REPORTED: None,
    State.WITHDRAWN: None,
    State.REPLACED: None,
    State.REVOKED: None,
}
"""Who has to act in each state; None where nothing is owed, though a step may still be possible.

A request stays submitted or checking only when the command was interrupted; repeating it goes on.
"""

OUT = frozenset({State.RELEASED, State.PUBLISHED, State.REPORTED})
"""The states in which the released files may be fetched."""

CONFIRMED = OUT | {State.APPROVED}
"""The states that a request reaches by approval alone."""


def can_move(before: State, after: State) -> bool:
    """Whether a request may go from one state to the other."""
    return after in TRANSITIONS[before]


def check_move(request_id: str, before: State, after: State) -> None:
    """Raise Refused, with the steps that are possible, unless the request may go there."""
    if can_move(before, after):
        return
    possible = ", ".join(TRANSITIONS[before])
    raise Refused(
        _("Request {request} is {before}; it cannot become {after}.").format(
            request=request_id, before=before, after=after
        ),
        fix=_("Possible from here: {possible}.").format(possible=possible)
        if possible
        else _("Nothing can follow; file a new request."),
    )


def is_open(state: State) -> bool:
    """Whether somebody still has to act."""
    return NEXT_ACTOR[state] is not None


def render_state_diagram() -> str:
    """The table of transitions as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft: researcher"]
    for before, steps in TRANSITIONS.items():
        lines += [f"    {before} --> {after}: {role}" for after, role in steps.items()]
    lines += [f"    {state} --> [*]" for state, owner in NEXT_ACTOR.items() if owner is None]
    return "\n".join(lines) + "\n"
