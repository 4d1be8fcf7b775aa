"""Who may do what with a request, as one table: action x role x relation x state. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from provisioning.actors import Actor, Role
from provisioning.approvals.model import Approval
from provisioning.egress.model import Direction, Request
from provisioning.egress.opinions import same_person
from provisioning.egress.states import CONFIRMED, NEXT_ACTOR, OUT, State


class Relation(StrEnum):
    """What a person has to do with a request, beside the role they act in."""

    AUTHOR = "author"
    FILER = "filer"
    HANDLER = "handler"
    STRANGER = "stranger"
    ANYONE = "anyone"


class Action(StrEnum):
    """What can be done with a request."""

    FILE = "file"
    EDIT = "edit"
    SUBMIT = "submit"
    RECHECK = "recheck"
    SEE = "see"
    INSPECT = "inspect"
    DECIDE = "decide"
    RELIEVE = "relieve"
    WITHDRAW = "withdraw"
    RELEASE = "release"
    FETCH = "fetch"
    LINK = "link"
    REVOKE = "revoke"
    PUBLISHED = "published"
    REPORT_USAGE = "report-usage"


@dataclass(frozen=True)
class Permission:
    """In which role and relation an action is open, and in which states.

    `incoming` is who may instead when files are brought in: the secretariat is the window there (HIC-16), and nobody
    inside an environment can put files where it looks.
    """

    who: Mapping[Role, Relation]
    states: frozenset[State]
    incoming: Mapping[Role, Relation] | None = None

    def people(self, direction: Direction) -> dict[Role, Relation]:
        """Role -> relation for requests of that direction."""
        return dict(self.incoming if direction is Direction.IN and self.incoming else self.who)


ALL = frozenset(State)
UNDECIDED = frozenset({State.DRAFT, State.SUBMITTED, State.CHECKING, State.UNDER_REVIEW})
FILER: Mapping[Role, Relation] = {"researcher": Relation.FILER}
WINDOW: Mapping[Role, Relation] = {"operator": Relation.STRANGER}
OUTSIDE: Mapping[Role, Relation] = {"operator": Relation.STRANGER, "reviewer": Relation.STRANGER}
STAFF_AND_HANDLERS: Mapping[Role, Relation] = {
    "researcher": Relation.HANDLER,
    "reviewer": Relation.ANYONE,
    "operator": Relation.ANYONE,
    "auditor": Relation.ANYONE,
}

PERMISSIONS: dict[Action, Permission] = {
    Action.FILE: Permission(FILER, ALL, WINDOW),
    Action.EDIT: Permission(FILER, frozenset({State.DRAFT}), WINDOW),
    Action.SUBMIT: Permission(FILER, frozenset({State.DRAFT}), WINDOW),
    Action.RECHECK: Permission(
        {**FILER, "reviewer": Relation.STRANGER},
        frozenset({State.SUBMITTED, State.CHECKING, State.UNDER_REVIEW}),
        OUTSIDE,
    ),
    Action.SEE: Permission(STAFF_AND_HANDLERS, ALL),
    Action.INSPECT: Permission({"reviewer": Relation.STRANGER}, ALL - {State.DRAFT}),
    Action.DECIDE: Permission({"reviewer": Relation.STRANGER}, frozenset({State.UNDER_REVIEW})),
    Action.RELIEVE: Permission(WINDOW, frozenset({State.UNDER_REVIEW})),
    Action.WITHDRAW: Permission(FILER, UNDECIDED | {State.RETURNED, State.APPROVED}, WINDOW),
    Action.RELEASE: Permission(OUTSIDE, CONFIRMED),
    Action.FETCH: Permission({"researcher": Relation.HANDLER}, OUT),
    Action.LINK: Permission(OUTSIDE, OUT),
    Action.REVOKE: Permission(OUTSIDE, CONFIRMED | {State.REVOKED}),
    Action.PUBLISHED: Permission(FILER, OUT),
    Action.REPORT_USAGE: Permission(FILER, frozenset({State.PUBLISHED, State.REVOKED})),
}
"""The whole of it. Releasing and revoking again change nothing, so they stay open afterwards (retries)."""


_RELATIONS = {
    Relation.AUTHOR: "who filed the request",
    Relation.FILER: "a handler who files requests",
    Relation.HANDLER: "a handler of the approval",
    Relation.STRANGER: "nobody of the approval's handlers",
    Relation.ANYONE: "anybody",
}


def render_permissions() -> str:
    """The table as Markdown: action, who may in which role and relation, who instead for ingress, in which states."""
    lines = ["| action | role: relation | for ingress instead | while the request is |", "|---|---|---|---|"]
    for action, permission in PERMISSIONS.items():
        states = "any" if permission.states == ALL else ", ".join(s for s in State if s in permission.states)
        lines.append(f"| `{action}` | {_people(permission.who)} | {_people(permission.incoming or {})} | {states} |")
    return "\n".join(lines) + "\n"


def _people(who: Mapping[Role, Relation]) -> str:
    return "<br>".join(f"{role}: {_RELATIONS[relation]}" for role, relation in who.items())


def next_actor(request: Request) -> Role | None:
    """Who has to act on a request; the secretariat stands for the author of what is brought in."""
    owner = NEXT_ACTOR[request.state]
    return "operator" if owner == "researcher" and request.direction is Direction.IN else owner


def is_handler(name: str, approval: Approval) -> bool:
    """Whether that name is one of the approval's handlers."""
    return any(same_person(name, handler.id) for handler in approval.handlers)


def holds(relation: Relation, actor: Actor, approval: Approval, request: Request | None) -> bool:
    """Whether the actor stands in that relation. Without a request there is no author yet."""
    author = request is not None and same_person(actor.name, request.author)
    handler = approval.handler(actor.name)
    answers = {
        Relation.ANYONE: True,
        Relation.AUTHOR: author,
        Relation.FILER: handler is not None and handler.files_requests,
        Relation.HANDLER: is_handler(actor.name, approval),
        Relation.STRANGER: not is_handler(actor.name, approval),
    }
    return answers[relation]


def is_person(action: Action, actor: Actor, approval: Approval, request: Request | None, direction: Direction) -> bool:
    """Whether role and relation fit, whatever the state.

    The author of a request never decides on it, in whatever role.
    """
    relation = PERMISSIONS[action].people(direction).get(actor.role)
    if relation is None or not holds(relation, actor, approval, request):
        return False
    return action is not Action.DECIDE or not holds(Relation.AUTHOR, actor, approval, request)


def can(action: Action, actor: Actor, approval: Approval, request: Request) -> bool:
    """Whether the actor may take the action on the request as it is now."""
    in_time = request.state in PERMISSIONS[action].states
    return in_time and is_person(action, actor, approval, request, request.direction)
