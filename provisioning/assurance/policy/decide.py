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

from provisioning.assurance.policy.conditions import Context, filled, holds
from provisioning.assurance.policy.documents import Document, Statement, Undecidable, matches
from provisioning.messages import _


@dataclass(frozen=True)
class Caller:
    """Who asks. `arn` of a role or user; `session` is the assumed-role ARN; a service has its host name as ARN."""

    arn: str
    account: str
    kind: str = "role"  # role, user, service, anonymous
    session: str = ""


@dataclass(frozen=True)
class Request:
    """One call: `context` has keys in lower case; `account` is the resource's."""

    caller: Caller
    action: str
    resource: str
    account: str
    context: Context = field(default_factory=dict)


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
    return (
        _principal_fits(statement, request.caller)
        and statement.is_about(request.action.lower())
        and _resource_fits(statement, request)
        and all(holds(condition, request.context) for condition in statement.conditions)
    )


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


def _resource_fits(statement: Statement, request: Request) -> bool:
    if statement.resources is None:
        return True
    patterns = (filled(pattern, request.context) for pattern in statement.resources)
    named = any(pattern is not None and matches(pattern, request.resource) for pattern in patterns)
    return named is not statement.not_resources
