"""Action x role x person x state x direction, all of it, against a table written here by hand."""

from __future__ import annotations

import itertools

import pytest

from provisioning.actors import ROLES, Actor, Role
from provisioning.approvals.model import Approval
from provisioning.egress import rules
from provisioning.egress.model import Direction
from provisioning.egress.people import PERMISSIONS, Action, can, render_permissions
from provisioning.egress.states import State
from provisioning.errors import Refused
from tests.egress.records import make, vote

AUTHOR, FILER, HANDLER, STRANGER, AUTHOR_OUTSIDE = "analyst-c", "analyst-a", "ANALYST-B", "somebody", "clerk"
"""analyst-a and analyst-c file requests, analyst-b does not; `clerk` files what is brought in and is no handler."""

UNDECIDED = {"draft", "submitted", "checking", "under_review"}
EVERY = {str(state) for state in State}
RELEASED = {"released", "published", "reported"}
FILERS = {("researcher", AUTHOR), ("researcher", FILER)}
HANDLERS = {*FILERS, ("researcher", HANDLER)}
OUTSIDERS = {("operator", STRANGER), ("reviewer", STRANGER), ("operator", AUTHOR_OUTSIDE), ("reviewer", AUTHOR_OUTSIDE)}
WINDOW = {("operator", STRANGER), ("operator", AUTHOR_OUTSIDE)}
STAFF = {
    (role, name)
    for role in ("operator", "reviewer", "auditor")
    for name in (AUTHOR, FILER, HANDLER, STRANGER, AUTHOR_OUTSIDE)
}
REVIEWERS = {("reviewer", STRANGER), ("reviewer", AUTHOR_OUTSIDE)}

EXPECTED: dict[Action, tuple[set[tuple[str, str]], set[str]]] = {
    Action.FILE: (FILERS, EVERY),
    Action.EDIT: (FILERS, {"draft"}),
    Action.SUBMIT: (FILERS, {"draft"}),
    Action.RECHECK: (FILERS | REVIEWERS, {"submitted", "checking", "under_review"}),
    Action.SEE: (HANDLERS | STAFF, EVERY),
    Action.INSPECT: (REVIEWERS, EVERY - {"draft"}),
    Action.DECIDE: (REVIEWERS, {"under_review"}),
    Action.RELIEVE: (WINDOW, {"under_review"}),
    Action.WITHDRAW: (FILERS, UNDECIDED | {"returned", "approved"}),
    Action.RELEASE: (OUTSIDERS, RELEASED | {"approved"}),
    Action.FETCH: (HANDLERS, RELEASED),
    Action.LINK: (OUTSIDERS, RELEASED),
    Action.REVOKE: (OUTSIDERS, RELEASED | {"approved", "revoked"}),
    Action.PUBLISHED: (FILERS, RELEASED),
    Action.REPORT_USAGE: (FILERS, {"published", "revoked"}),
}
BY_THE_WINDOW = {Action.FILE, Action.EDIT, Action.SUBMIT, Action.RECHECK, Action.WITHDRAW}


@pytest.fixture
def study(approval: Approval) -> Approval:
    """The approval with a second handler who files requests."""
    another = approval.handlers[0].model_copy(update={"id": AUTHOR})
    return approval.model_copy(update={"handlers": (*approval.handlers, another)})


def expected(action: Action, role: Role, name: str, author: str, state: State, direction: Direction) -> bool:
    people, states = EXPECTED[action]
    if direction is Direction.IN and action in BY_THE_WINDOW:
        people = OUTSIDERS if action is Action.RECHECK else WINDOW
    if action is Action.DECIDE and name == author:
        return False
    return (role, name) in people and state in states


def test_the_table_is_complete() -> None:
    assert set(EXPECTED) == set(Action)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("direction", Direction)
def test_who_may_do_what_and_when(action: Action, direction: Direction, study: Approval) -> None:
    names = (AUTHOR, FILER, HANDLER, STRANGER, AUTHOR_OUTSIDE)
    for role, name, author, state in itertools.product(ROLES, names, (AUTHOR, AUTHOR_OUTSIDE), State):
        actor, request = Actor(role, name), make(state, author=author, direction=direction)
        allowed = expected(action, role, name, author, state, direction)
        assert can(action, actor, study, request) is allowed, (role, name, author, state)
        if allowed:
            rules.check(action, actor, study, request)
        else:
            with pytest.raises(Refused) as caught:
                rules.check(action, actor, study, request)
            assert caught.value.fix


def test_the_page_shows_every_permission() -> None:
    lines = {line.split("`")[1]: line for line in render_permissions().splitlines() if line.startswith("| `")}
    assert set(lines) == set(Action)
    for action, permission in PERMISSIONS.items():
        assert all(f"{role}: " in lines[action] for role in {**permission.who, **(permission.incoming or {})})
        assert lines[action].endswith("| any |" if len(permission.states) == len(State) else ", ".join(
            state for state in State if state in permission.states) + " |")  # fmt: skip


def test_filing_needs_no_request(study: Approval) -> None:
    for role, name, direction in itertools.product(ROLES, (FILER, HANDLER, STRANGER), Direction):
        actor = Actor(role, name)
        people = WINDOW if direction is Direction.IN else FILERS
        if (role, name) in people:
            rules.check_file(actor, study, direction)
        else:
            with pytest.raises(Refused):
                rules.check_file(actor, study, direction)


@pytest.mark.parametrize("name", ["clerk", " Clerk ", "CLERK"])
def test_the_author_is_known_in_any_spelling(name: str, study: Approval) -> None:
    request = make(author="clerk", direction=Direction.IN)
    with pytest.raises(Refused, match="filed this request"):
        rules.check_decide(Actor("reviewer", name), study, request)


def test_one_reviewer_decides_once(study: Approval) -> None:
    request = make(votes=(vote("reviewer-1"),))
    with pytest.raises(Refused):
        rules.check_decide(Actor("reviewer", "Reviewer-1"), study, request)
    rules.check_decide(Actor("reviewer", "reviewer-2"), study, request)
