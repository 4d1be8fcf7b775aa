"""What is not known of a request is taken as the worst: held against trying out all that it may be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from provisioning.approvals import names
from provisioning.assurance.identities import Principal
from provisioning.assurance.policy.decide import Caller, Doubt, Policies, Request, decide
from provisioning.assurance.policy.documents import Document, read_document
from tests.assurance.standing import (
    ACCOUNT,
    ONE,
    PLATFORM_KEY,
    REGION,
    TABLE,
    TWO,
    UNTOUCHED,
    allow,
    also,
    bucket,
    key,
    red,
)

ME = Caller(f"arn:aws:iam::{ACCOUNT}:role/me", ACCOUNT)
Values = tuple[str, ...]
DOMAINS: dict[str, tuple[Values, ...]] = {
    "aws:sourcevpc": ((), ("vpc-1",), ("vpc-2",)),
    "aws:viaawsservice": ((), ("true",), ("false",)),
    "dynamodb:leadingkeys": ((), ("A",), ("A", "B")),
    "aws:principaltag/x": ((), ("A",), ("k",)),
}
single = st.builds(
    lambda operator, suffix, name, values: {f"{operator}{suffix}": {name: values}},
    st.sampled_from(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]),
    st.sampled_from(["", "", "IfExists"]),
    st.sampled_from(["aws:SourceVpc", "aws:PrincipalTag/x", "aws:ViaAWSService"]),
    st.lists(st.sampled_from(["vpc-1", "vpc-*", "A", "true", "${aws:PrincipalTag/x}"]), min_size=1, max_size=2),
)
several = st.builds(
    lambda quantifier, operator, suffix, values: {f"{quantifier}:{operator}{suffix}": {"dynamodb:LeadingKeys": values}},
    st.sampled_from(["ForAllValues", "ForAnyValue"]),
    st.sampled_from(["StringEquals", "StringNotEquals", "StringLike"]),
    st.sampled_from(["", "IfExists"]),
    st.lists(st.sampled_from(["A", "B", "*", "${aws:PrincipalTag/x}"]), min_size=1, max_size=2),
)
nulls = st.builds(
    lambda name, wanted: {"Null": {name: wanted}},
    st.sampled_from(["aws:SourceVpc", "dynamodb:LeadingKeys", "aws:PrincipalTag/x"]),
    st.sampled_from(["true", "false"]),
)


@st.composite
def statements(draw: Any) -> dict[str, Any]:
    condition: dict[str, Any] = {}
    for one in draw(st.lists(st.one_of(single, several, nulls), max_size=2)):
        condition |= one
    listed = ["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:PrincipalTag/x}", "arn:aws:s3:::c"]
    resource = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        "Action": "*",
        resource: draw(st.sampled_from(listed)),
        "Condition": condition,
    }


@settings(max_examples=250, deadline=None)
@given(
    st.lists(statements(), min_size=1, max_size=3),
    st.lists(statements(), max_size=2),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in DOMAINS.items()}),
)
def test_what_may_be_is_allowed_and_what_must_be_is_sure(
    identity: list[dict[str, Any]], bounds: list[dict[str, Any]], decided: dict[str, Values]
) -> None:
    mine = read_document("p", {"Version": "2012-10-17", "Statement": identity})
    boundary = read_document("b", {"Version": "2012-10-17", "Statement": bounds}) if bounds else None

    def asked(context: dict[str, Values], doubt: Doubt) -> bool:
        request = Request(ME, "s3:GetObject", "arn:aws:s3:::b/k", ACCOUNT, context, doubt)
        return decide(request, Policies([mine], boundary=boundary)).allowed

    free = [name for name in DOMAINS if name not in decided]
    worlds = [{**decided, **dict(zip(free, one, strict=True))} for one in product(*(DOMAINS[name] for name in free))]
    each = [asked({name: values for name, values in world.items() if values}, Doubt.ABSENT) for world in worlds]
    assert asked(decided, Doubt.ALLOWS) or not any(each)
    assert all(each) or not asked(decided, Doubt.REFUSES)
    if not free:
        assert asked(decided, Doubt.ALLOWS) is asked(decided, Doubt.REFUSES) is each[0]


OTHERS = names.analysis_role(TWO)
# What a request may be, tried out one by one. A condition that none of these meets is taken as impossible.
WORLD: dict[str, tuple[Values, ...]] = {
    "aws:sourcevpc": ((), (f"vpc-{TWO.lower()}",), ("vpc-rogue",)),
    "aws:sourceip": ((), ("198.51.100.7",), ("203.0.113.9",)),
    "aws:currenttime": (("2026-11-22T00:00:00Z",), ("2099-11-22T00:00:00Z",)),
    "aws:principalorgid": ((), ("o-1",)),
    "aws:requestedregion": ((REGION,),),
    "aws:principalaccount": ((ACCOUNT,),),
    "aws:resourceaccount": ((ACCOUNT,),),
    "aws:viaawsservice": (("false",), ("true",)),
    "s3:tlsversion": (("1.2",), ("1.3",)),
    "s3:versionid": ((), ("v1",)),
    "kms:viaservice": ((), (f"s3.{REGION}.amazonaws.com",), (f"lambda.{REGION}.amazonaws.com",)),
    "kms:encryptioncontext:aws:s3:arn": ((), (f"{bucket(ONE)}/egress/a",)),
}
CONDITIONS: list[dict[str, Any]] = [
    {},
    {"StringEquals": {"aws:SourceVpc": "vpc-rogue"}},
    {"StringNotEquals": {"aws:SourceVpc": f"vpc-{TWO.lower()}"}},
    {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}},
    {"NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}},
    {"DateGreaterThan": {"aws:CurrentTime": "2090-01-01T00:00:00Z"}},
    {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}},
    {"Null": {"aws:PrincipalOrgID": "true"}},
    {"StringEquals": {"aws:RequestedRegion": REGION}},
    {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}},
    {"StringEquals": {"aws:PrincipalAccount": "888888888888"}},
    {"StringNotEquals": {"aws:ResourceAccount": ACCOUNT}},
    {"Bool": {"aws:ViaAWSService": "true"}},
    {"NumericLessThan": {"s3:TlsVersion": "1.3"}},
    {"Null": {"s3:VersionId": "false"}},
    {"StringLike": {"kms:ViaService": "lambda.*"}},
    {"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::hic-work-*"}},
]
ON = {
    "s3:GetObject": (f"{bucket(ONE)}/egress/outbox/E001/*", f"{bucket(ONE)}/*", f"{bucket(TWO)}/*", "arn:aws:s3:::*/x"),
    "s3:PutObject": (f"{bucket(ONE)}/notes/??.csv", "*", f"{bucket(TWO)}/egress/*"),
    "s3:ListBucket": (bucket(ONE), bucket(TWO), "arn:aws:s3:::hic-*"),
    "kms:Decrypt": (key(ONE), key(TWO), PLATFORM_KEY, "*"),
    "dynamodb:GetItem": (TABLE, f"{TABLE}-other"),
    "ec2:CreateSnapshot": ("*", f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-{ONE.lower()}", "arn:aws:ec2:*:*:volume/x"),
}
THINGS: dict[str, tuple[str, ...]] = {
    "s3:GetObject": tuple(f"{bucket(ONE)}/{one}" for one in ("x", "egress/outbox/E001/a.csv", "import/x")),
    "s3:PutObject": tuple(f"{bucket(ONE)}/{one}" for one in ("notes/ab.csv", "egress/a")),
    "s3:ListBucket": (bucket(ONE),),
    "kms:Decrypt": (key(ONE),),
    "dynamodb:GetItem": (TABLE,),
    "ec2:CreateSnapshot": (f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-{ONE.lower()}",),
}


@st.composite
def holes(draw: Any) -> tuple[str, str, dict[str, Any]]:
    act = draw(st.sampled_from(sorted(ON)))
    condition: dict[str, Any] = {}
    for one in draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2)):
        condition |= one
    statement = allow(act, draw(st.sampled_from(ON[act])), Condition=condition)
    return draw(st.sampled_from(["eve", OTHERS, f"hic-{TWO.lower()}-backup-service"])), act, statement


def tried(who: Principal, identity: tuple[Document, ...], act: str) -> Iterator[bool]:
    """Every request that the small world knows, decided as AWS would with all its keys known."""
    named = {
        condition.key.lower()
        for document in identity
        for statement in document.statements
        for condition in statement.conditions
        if statement.is_about(act.lower())
    }
    policies = {item.id: item.facts.get("policy") for item in UNTOUCHED.items}
    for thing in THINGS[act]:
        text = policies.get(thing if act.startswith("kms:") else thing.removeprefix("arn:aws:s3:::").partition("/")[0])
        policy = read_document("thing", text) if text else None
        asked = [name for name in WORLD if name in named]
        for world in product(*(WORLD[name] for name in asked)):
            context = {name: values for name, values in zip(asked, world, strict=True) if values}
            context |= {"aws:securetransport": ("true",), "dynamodb:leadingkeys": (f"APPROVAL#{ONE}",)}
            context.setdefault("s3:tlsversion", ("1.3",))
            request = Request(Caller(who.arn, ACCOUNT, who.kind), act, thing, ACCOUNT, context)
            yield decide(request, Policies(identity, policy, is_key=act.startswith("kms:"))).allowed


@settings(max_examples=45, deadline=None)
@given(holes())
def test_no_hole_that_the_small_world_knows_stays_green(hole: tuple[str, str, dict[str, Any]]) -> None:
    name, act, statement = hole
    stand = also(name, statement)(UNTOUCHED)
    who = next(one for one in stand.principals if one.name == name)
    before = next(one for one in UNTOUCHED.principals if one.name == name)
    assume(not any(tried(before, before.identity, act)))
    if any(tried(who, who.identity, act)):
        assert red(stand).keys() & {"D1", "D2"}
