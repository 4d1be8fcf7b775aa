"""The life of a request to take results out: which step may follow which, and whose turn it is."""

from __future__ import annotations

from enum import StrEnum

from provisioning.actors import Role
from provisioning.errors import Refused
from provisioning.messages import _


class State(StrEnum):
    """Where a request stands. A draft is not stored."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


TRANSITIONS: dict[State, dict[State, Role]] = {
    State.SUBMITTED: {
        State.UNDER_REVIEW: "reviewer",
        State.APPROVED: "reviewer",
        State.RETURNED: "reviewer",
        State.REJECTED: "reviewer",
        State.WITHDRAWN: "researcher",
    },
    State.UNDER_REVIEW: {
        State.UNDER_REVIEW: "reviewer",
        State.APPROVED: "reviewer",
        State.RETURNED: "reviewer",
        State.REJECTED: "reviewer",
        State.WITHDRAWN: "researcher",
    },
    State.RETURNED: {State.REPLACED: "researcher", State.WITHDRAWN: "researcher"},
    State.APPROVED: {State.RELEASED: "operator"},
    State.REJECTED: {},
    State.RELEASED: {},
    State.WITHDRAWN: {},
    State.REPLACED: {},
}
"""From each state the states that may follow, with the role that takes the step."""

NEXT_ACTOR: dict[State, Role | None] = {
    State.SUBMITTED: "reviewer",
    State.UNDER_REVIEW: "reviewer",
    State.RETURNED: "researcher",
    State.APPROVED: "operator",
    State.REJECTED: None,
    State.RELEASED: None,
    State.WITHDRAWN: None,
    State.REPLACED: None,
}
"""Who has to act in each state; None where nothing is left to do."""


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
    lines = ["stateDiagram-v2", "    [*] --> submitted: researcher"]
    for before, steps in TRANSITIONS.items():
        lines += [f"    {before} --> {after}: {role}" for after, role in steps.items()]
    lines += [f"    {state} --> [*]" for state, steps in TRANSITIONS.items() if not steps]
    return "\n".join(lines) + "\n"
