"""The decision of AWS over one request, as its documented evaluation logic has it.

An explicit deny anywhere wins. Then the endpoint that the request passes must allow it, and:
within one account, the identity's policies or the resource's policy must allow, bounded by the
permission boundary and the session policies; across accounts, both must allow. A key is governed by
its own policy first: the identity's policies count only where the key policy hands over to the account.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from provisioning.assurance.policy.conditions import Context, all_of, filled, holds, opened
from provisioning.assurance.policy.documents import Document, Statement, Undecidable, matches
from provisioning.messages import _


@dataclass(frozen=True)
class Caller:
    """Who asks. `arn` of a role or user; `session` is the assumed-role ARN; a service has its host name as ARN."""

    arn: str
    account: str
    kind: str = "role"  # role, user, service, anonymous
    session: str = ""


class Doubt(Enum):
    """What becomes of keys that a request's context does not name."""

    ABSENT = 0  # the request does not have them
    ALLOWS = 1  # they may be anything: what they could allow is allowed, what they could deny is not denied
    REFUSES = 2  # they may be anything: only what is allowed whatever they are


@dataclass(frozen=True)
class Request:
    """One call: `context` has keys in lower case; `account` is the resource's."""

    caller: Caller
    action: str
    resource: str
    account: str
    context: Context = field(default_factory=dict)
    doubt: Doubt = Doubt.ABSENT


@dataclass(frozen=True)
class Policies:
    """Everything that has a say. `resource` or `boundary` None: there is none. `key`: the resource is a KMS key.

    `sessions` None: no session policy was passed. `endpoint` None: the request passes no endpoint.
    """

    identity: Sequence[Document] = ()
    resource: Document | None = None
    boundary: Document | None = None
    sessions: Sequence[Document] | None = None
    endpoint: Document | None = None
    is_key: bool = False
    is_trust: bool = False


@dataclass(frozen=True)
class Decision:
    """Allowed or not, and by which statement (or for want of which)."""

    allowed: bool
    reason: str


class Grant(Enum):
    """What a resource's policy gives a caller of the same account."""

    NONE = 0
    ACCOUNT = 1  # to the account: the identity's own policies decide
    ROLE = 2  # to the role: within boundary and session policies
    SESSION = 3  # to the user, to the session itself, or to everybody: nothing else bounds it


def decide(request: Request, policies: Policies) -> Decision:
    """Whether AWS would allow the request. Raises Undecidable for what is not known."""
    for document in _all(policies):
        for statement in document.about(request.action):
            if not statement.allows and _applies(statement, request):
                return Decision(False, statement.label)
    if policies.endpoint is not None and _allowing([policies.endpoint], request) is None:
        return Decision(False, _("the endpoint does not allow it"))
    by_identity = _allowing(policies.identity, request)
    grant, by_resource = _granted(policies.resource, request)
    if request.caller.kind in ("service", "anonymous"):
        return Decision(grant is not Grant.NONE, by_resource or _("nothing allows it"))
    bounded = _bounded(policies, request)
    if request.caller.account != request.account:
        both = by_identity is not None and by_resource is not None and bounded
        return Decision(both, by_resource if both and by_resource else _("both accounts must allow it"))
    if grant is Grant.SESSION or (grant is Grant.ROLE and bounded):
        return Decision(True, by_resource or "")
    if (policies.is_key or policies.is_trust) and grant is Grant.NONE:
        return Decision(False, _("the resource's own policy does not allow it"))
    if by_identity is not None and bounded:
        return Decision(True, by_identity)
    return Decision(False, _("nothing allows it"))


def _all(policies: Policies) -> Iterator[Document]:
    yield from policies.identity
    yield from policies.sessions or ()
    for single in (policies.resource, policies.boundary, policies.endpoint):
        if single is not None:
            yield single


def _bounded(policies: Policies, request: Request) -> bool:
    boundary, sessions = policies.boundary, policies.sessions
    within = boundary is None or _allowing([boundary], request) is not None
    return within and (sessions is None or _allowing(sessions, request) is not None)


def _allowing(documents: Sequence[Document], request: Request) -> str | None:
    """The label of a statement that allows the request, if one does."""
    for document in documents:
        for statement in document.about(request.action):
            if statement.allows and _applies(statement, request):
                return statement.label
    return None


def _granted(document: Document | None, request: Request) -> tuple[Grant, str | None]:
    best, label = Grant.NONE, None
    for statement in document.about(request.action) if document else ():
        if statement.allows and _applies(statement, request):
            grant = _how(statement, request.caller)
            if grant.value > best.value:
                best, label = grant, statement.label
    return best, label


def _how(statement: Statement, caller: Caller) -> Grant:
    if statement.not_principals:
        return Grant.SESSION
    values = {value for kind, value in statement.principals or () if kind == "AWS"}
    if "*" in values or caller.session in values or caller.kind in ("service", "anonymous"):
        return Grant.SESSION
    if caller.arn in values:
        return Grant.SESSION if caller.kind == "user" else Grant.ROLE
    return Grant.ACCOUNT


def _applies(statement: Statement, request: Request) -> bool:
    """Whether a statement has a say; what is not decided is taken as the request's doubt wants it."""
    if not (_principal_fits(statement, request.caller) and statement.is_about(request.action.lower())):
        return False
    verdict = _resource_fits(statement, request)
    if verdict is not False and statement.conditions:
        open_ended = request.doubt is not Doubt.ABSENT
        conditions = (holds(each, request.context, open_ended=open_ended) for each in statement.conditions)
        verdict = all_of((verdict, *conditions))
    return statement.allows is (request.doubt is Doubt.ALLOWS) if verdict is None else verdict


def _principal_fits(statement: Statement, caller: Caller) -> bool:
    if statement.principals is None:
        return True
    named = any(_is(kind, value, caller) for kind, value in statement.principals)
    return named is not statement.not_principals


def _is(kind: str, value: str, caller: Caller) -> bool:
    if kind == "Service":
        return caller.kind == "service" and value == caller.arn
    if kind == "Federated":
        return False
    if kind != "AWS":
        raise Undecidable(_("The kind of principal {kind} is not known.").format(kind=kind))
    if value == "*":
        return True
    if "*" in value:
        raise Undecidable(_("A principal may not have a wildcard: {value}").format(value=value))
    if caller.kind in ("service", "anonymous"):
        return False
    account = {caller.account, f"arn:aws:iam::{caller.account}:root"}
    return value in account or value in (caller.arn, caller.session)


def _resource_fits(statement: Statement, request: Request) -> bool | None:
    if statement.resources is None:
        return True
    undecided = False
    for pattern in statement.resources:
        wide = opened(pattern, request.context) if request.doubt is not Doubt.ABSENT else None
        if wide is not None:
            literal = filled(wide, request.context)
            undecided = undecided or (literal is not None and matches(literal, request.resource))
        elif (text := filled(pattern, request.context)) is not None and matches(text, request.resource):
            return not statement.not_resources
    return None if undecided else statement.not_resources
