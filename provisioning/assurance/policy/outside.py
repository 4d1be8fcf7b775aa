"""Who is outside: other accounts, AWS's services on their behalf, anybody; and who may take a role on. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from provisioning.assurance.identities import Principal
from provisioning.assurance.network.model import Endpoint
from provisioning.assurance.policy.bench import Bench, Cell, raised
from provisioning.assurance.policy.cells import EVERYBODY, EVERYTHING, FOREIGN
from provisioning.assurance.policy.contexts import NOBODY, Keys, keys_of_foreigner
from provisioning.assurance.policy.decide import Caller, Doubt, Policies, Request, decide
from provisioning.assurance.policy.documents import Document, Statement, Undecidable
from provisioning.assurance.policy.samples import ANY, sample
from provisioning.assurance.policy.things import policy_of
from provisioning.assurance.stand import PLATFORM, Item

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_ARN_OF_ACCOUNT = re.compile(r"(?:arn:aws:(?:iam|sts)::)?(\d{12})(?::.*)?")
ASSUME = ("sts:assumerole",)
# The services that may have a say in each kind of thing; {region} is filled in.
SERVICES: dict[str, tuple[str, ...]] = {
    "key": (
        *("logs.{region}.amazonaws.com", "cloudtrail.amazonaws.com", "delivery.logs.amazonaws.com"),
        *("budgets.amazonaws.com", "cloudwatch.amazonaws.com"),
    ),
    "log bucket": ("logging.s3.amazonaws.com",),
    "trail bucket": ("cloudtrail.amazonaws.com", "delivery.logs.amazonaws.com"),
    "alarm topic": ("cloudwatch.amazonaws.com", "budgets.amazonaws.com"),
}
PREFIXES = {"key": "kms", "record table": "dynamodb", "alarm topic": "sns"}
# Whom keys may have granted their use to, and for what. EC2 acts by sessions of its own, others by linked roles.
GRANTED = (
    *("Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"),
    *("CreateGrant", "RetireGrant", "DescribeKey"),
)
GRANTEES = ("ec2", "workspaces", "backup", "dynamodb")


def through_endpoints(bench: Bench) -> Iterator[Cell]:
    """As every account that the endpoints' policies name, as one that nobody names, and without credentials."""
    vpcs = {way.vpc for way in bench.inside}
    for (vpc, service), endpoints in bench.court.endpoints.items():
        for endpoint, policy in endpoints if vpc in vpcs else ():
            for account in (*bench.court.strangers(policy), ""):
                for action, arn in _asked_of(bench, service, policy, account or FOREIGN):
                    said = f"{account or '*'}: {action} {arn} ({endpoint.id})"
                    yield said, _passing(endpoint, policy, account, action, arn)


def _asked_of(bench: Bench, service: str, policy: Document, account: str) -> list[tuple[str, str]]:
    """A call on something of theirs, and one on whatever each statement speaks of."""
    region = bench.stand.region
    theirs = {
        "s3": ("s3:PutObject", "arn:aws:s3:::somebody-elses/a"),
        "dynamodb": ("dynamodb:PutItem", f"arn:aws:dynamodb:{region}:{account}:table/t"),
        "kms": ("kms:Encrypt", f"arn:aws:kms:{region}:{account}:key/1"),
        "logs": ("logs:PutLogEvents", f"arn:aws:logs:{region}:{account}:log-group:g:log-stream:s"),
        "sts": ("sts:AssumeRole", f"arn:aws:iam::{account}:role/anybody"),
        "ssm": ("ssm:PutParameter", f"arn:aws:ssm:{region}:{account}:parameter/p"),
        "ssmmessages": ("ssmmessages:OpenDataChannel", "*"),
        "ec2messages": ("ec2messages:SendReply", "*"),
    }
    asked = [theirs.get(service, (f"{service}:Anything", "*"))]
    for statement in policy.statements if service not in ("ssmmessages", "ec2messages") else ():
        asked += _samples(statement, service, "*")
    return asked


def _passing(endpoint: Endpoint, policy: Document, account: str, action: str, arn: str) -> Callable[[], str | None]:
    owner = account or FOREIGN
    caller = Caller(f"arn:aws:iam::{owner}:role/any", owner) if account else Caller("", "", "anonymous")
    keys: Keys = keys_of_foreigner(account) if account else dict(NOBODY)
    keys |= {"aws:sourcevpc": (endpoint.vpc,), "aws:sourcevpce": (endpoint.id,), "aws:sourceip": ()}
    keys["aws:viaawsservice"] = ("false",)
    return partial(_allowed, Request(caller, action, arn, owner, keys, Doubt.ALLOWS), EVERYBODY, policy)


def _allowed(request: Request, resource: Document | None, endpoint: Document | None = None) -> str | None:
    decision = decide(request, Policies([EVERYTHING], resource, endpoint=endpoint))
    return decision.reason if decision.allowed else None


def _samples(statement: Statement, service: str, otherwise: str) -> list[tuple[str, str]]:
    """Calls that a statement is about: an act for each of its acts, on a thing for each of its things."""
    if not statement.allows:
        return []
    actions = [] if statement.not_actions else [action for action in statement.actions if ":" in action]
    resources = [] if statement.not_resources else [each for each in statement.resources or () if each != "*"]
    return [
        (sample(action), sample(_VARIABLE.sub("*", resource)))
        for action in actions or [f"{service}:{ANY}"]
        for resource in resources or [otherwise]
    ]


def opened_to(bench: Bench) -> Iterator[Cell]:
    """Every principal that the policies of buckets, keys, records and topics let in."""
    yield from _opened(bench, bench.approval)
    yield from bench.once(("opened",), lambda: _opened(bench, PLATFORM))


def _opened(bench: Bench, whose: str) -> Iterator[Cell]:
    for item in bench.stand.by_approval.get(whose, ()):
        try:
            policy = policy_of(item) if item.kind in PREFIXES or item.kind.endswith(" bucket") else None
        except Undecidable as unknown:
            yield f"{item.kind} {item.id}", partial(raised, unknown)
            continue
        for statement in policy.statements if policy else ():
            if statement.allows and policy:
                yield f"{item.kind} {item.id}: {statement.label}", partial(_let_in, bench, item, policy, statement)


def _let_in(bench: Bench, item: Item, policy: Document, statement: Statement) -> str | None:
    """The statement, where it lets in somebody who is none of our account's, or a service for other accounts."""
    account = bench.stand.account
    if statement.not_principals or statement.principals is None:
        return statement.label
    for kind, value in statement.principals:
        named = _ARN_OF_ACCOUNT.fullmatch(value)
        everybody = kind == "AWS" and value == "*"
        if kind == "AWS" and not everybody and not (named and named[1] == account):
            return f"{statement.label} ({value})"
        if kind in ("Federated", "CanonicalUser"):
            return f"{statement.label} ({value})"
        if kind == "Service" and not _known_service(bench, item, value):
            return f"{statement.label} ({value})"
        for request in _strangers(bench, item, policy, statement, value if kind == "Service" else "", everybody):
            if by := _allowed(request, policy):
                return f"{by} ({value})"
    return None


def _known_service(bench: Bench, item: Item, service: str) -> bool:
    return service in {one.format(region=bench.stand.region) for one in SERVICES.get(item.kind, ())}


def _strangers(
    bench: Bench, item: Item, policy: Document, statement: Statement, service: str, everybody: bool
) -> Iterator[Request]:
    """Calls by those whom a statement might let in: a service for another account, or anybody."""
    account = bench.stand.account
    arn = f"arn:aws:s3:::{item.id}" if item.kind.endswith(" bucket") else item.id
    callers: list[tuple[Caller, Keys]] = []
    if service:
        callers.append((Caller(service, "", "service"), _for_another(bench.stand.region)))
    if everybody:
        callers = [
            (Caller(f"arn:aws:iam::{one}:role/any", one), keys_of_foreigner(one))
            for one in bench.court.strangers(policy)
        ]
        callers.append((Caller("", "", "anonymous"), dict(NOBODY)))
    for action, resource in _samples(statement, PREFIXES.get(item.kind, "s3"), arn):
        for caller, keys in callers:
            yield Request(caller, action, resource, account, {**keys, "aws:resourceaccount": (account,)}, Doubt.ALLOWS)


def _for_another(region: str) -> Keys:
    """What a service tells that acts for somebody of another account."""
    return {
        "aws:sourceaccount": (FOREIGN,),
        "aws:sourcearn": (f"arn:aws:any:{region}:{FOREIGN}:any",),
        "kms:encryptioncontext:aws:logs:arn": (f"arn:aws:logs:{region}:{FOREIGN}:log-group:any",),
        "aws:principalisawsservice": ("true",),
    }


def granted(bench: Bench) -> Iterator[Cell]:
    """Every grant on a key: to a service of AWS or its linked role, for the use of data alone."""
    for whose in (bench.approval, PLATFORM):
        for item in bench.stand.by_approval.get(whose, ()):
            for grantee, operations in item.facts["grants"] if item.kind == "key" else ():
                beyond = sorted(set(operations) - set(GRANTED))
                wrong = "" if _known_grantee(bench, grantee) else grantee
                yield f"{grantee}: kms {item.id}", partial(str, wrong or ", ".join(beyond))


def _known_grantee(bench: Bench, grantee: str) -> bool:
    account, region = bench.stand.account, re.escape(bench.stand.region)
    service = rf"(?:{'|'.join(GRANTEES)})"
    return any(
        re.fullmatch(pattern, grantee) is not None
        for pattern in (
            rf"{service}(?:\.{region})?\.amazonaws\.com",
            rf"arn:aws:iam::{account}:role/aws-service-role/{service}\.amazonaws\.com/[A-Za-z0-9]+",
            rf"arn:aws:sts::{account}:assumed-role/aws:ec2-infrastructure/[^/]+",
        )
    )


def taken_on(principal: Principal, account: str, service: str = "", *, for_account: bool = False) -> Iterator[Cell]:
    """Whom a role trusts, but for the one service; without a service: the account's own people with a second factor,
    each under their own name.

    `for_account`: the service only where it acts for our account, for it acts for others as well.
    """
    for statement in principal.trust.statements if principal.trust else ():
        if statement.allows:
            right = (
                statement.actions == ASSUME
                and not statement.not_actions
                and not statement.not_principals
                and _trusted(statement, account, service, for_account)
            )
            yield f"{principal.name}: sts:AssumeRole", partial(str, "" if right else statement.label)


def _trusted(statement: Statement, account: str, service: str, for_account: bool) -> bool:
    named = set(statement.principals or ())
    if service:
        bound = _says(statement, "stringequals", "aws:sourceaccount", account)
        return named == {("Service", service)} and (bound or not for_account)
    people = {("AWS", account), ("AWS", f"arn:aws:iam::{account}:root")}
    second_factor = _says(statement, "bool", "aws:multifactorauthpresent", "true")
    own_name = _says(statement, "stringequals", "sts:rolesessionname", "${aws:username}")
    return bool(named) and named <= people and second_factor and own_name


def _says(statement: Statement, operator: str, key: str, value: str) -> bool:
    return any(
        (condition.operator.lower(), condition.key.lower(), condition.values) == (operator, key, (value,))
        for condition in statement.conditions
    )
