"""The evaluator against the verdicts that AWS's documentation of policy evaluation gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from provisioning.assurance.policy.conditions import arn_matches, filled, holds
from provisioning.assurance.policy.decide import Caller, Policies, Request, decide
from provisioning.assurance.policy.documents import Condition, Document, Undecidable, matches, read_document

HOME, AWAY = "111111111111", "222222222222"
ROLE = Caller(f"arn:aws:iam::{HOME}:role/r", HOME, session=f"arn:aws:sts::{HOME}:assumed-role/r/s")
USER = Caller(f"arn:aws:iam::{HOME}:user/u", HOME, kind="user")
STRANGER = Caller(f"arn:aws:iam::{AWAY}:role/x", AWAY)
ANYBODY = Caller("", "", kind="anonymous")
OBJECT = "arn:aws:s3:::b/k"
KEY = f"arn:aws:kms:ap-northeast-1:{HOME}:key/1"


def doc(*statements: dict[str, Any], name: str = "p") -> Document:
    return read_document(name, json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def st(effect: str, action: Any = "s3:*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


ALLOW, DENY = doc(st("Allow")), doc(st("Deny"))
NOTHING = doc(st("Allow", "ec2:*"))


def to(principal: Any, effect: str = "Allow", action: str = "s3:*", **more: Any) -> Document:
    return doc(st(effect, action, Principal=principal, **more))


def ask(caller: Caller = ROLE, action: str = "s3:GetObject", resource: str = OBJECT, account: str = HOME) -> Request:
    return Request(caller, action, resource, account)


ROOT_OF_HOME = {"AWS": f"arn:aws:iam::{HOME}:root"}
ME = {"AWS": ROLE.arn}
SESSION = {"AWS": ROLE.session}

VERDICTS: list[tuple[str, Request, Policies, bool]] = [
    ("nothing allows", ask(), Policies(), False),
    ("identity allows", ask(), Policies([ALLOW]), True),
    ("explicit deny wins over identity", ask(), Policies([ALLOW, DENY]), False),
    ("deny in the resource's policy wins", ask(), Policies([ALLOW], to("*", "Deny")), False),
    ("deny in the boundary wins", ask(), Policies([ALLOW], boundary=doc(st("Allow"), st("Deny"))), False),
    ("deny in the session wins", ask(), Policies([ALLOW], sessions=[ALLOW, DENY]), False),
    ("deny in the endpoint wins", ask(), Policies([ALLOW], endpoint=doc(st("Allow"), st("Deny"))), False),
    ("boundary must allow too", ask(), Policies([ALLOW], boundary=NOTHING), False),
    ("boundary alone grants nothing", ask(), Policies([], boundary=ALLOW), False),
    ("session must allow too", ask(), Policies([ALLOW], sessions=[NOTHING]), False),
    ("session alone grants nothing", ask(), Policies([], sessions=[ALLOW]), False),
    ("endpoint must allow too", ask(), Policies([ALLOW], endpoint=NOTHING), False),
    ("endpoint alone grants nothing", ask(), Policies([], endpoint=to("*")), False),
    ("endpoint with everybody", ask(), Policies([ALLOW], endpoint=to("*")), True),
    ("resource to the role suffices in one account", ask(), Policies([], to(ME)), True),
    ("resource to the account hands over only", ask(), Policies([], to(ROOT_OF_HOME)), False),
    ("account and identity", ask(), Policies([ALLOW], to(ROOT_OF_HOME)), True),
    ("resource to the role within the boundary", ask(), Policies([], to(ME), boundary=NOTHING), False),
    ("resource to the session passes the boundary", ask(), Policies([], to(SESSION), boundary=NOTHING), True),
    ("resource to the session passes session policies", ask(), Policies([], to(SESSION), sessions=[NOTHING]), True),
    ("resource to the role within session policies", ask(), Policies([], to(ME), sessions=[NOTHING]), False),
    ("resource to a user passes the boundary", ask(USER), Policies([], to({"AWS": USER.arn}), NOTHING), True),
    ("resource to another role", ask(), Policies([], to({"AWS": f"{ROLE.arn}2"})), False),
    ("everybody includes the anonymous", ask(ANYBODY), Policies([], to("*")), True),
    ("the account does not include the anonymous", ask(ANYBODY), Policies([], to(ROOT_OF_HOME)), False),
    ("another account needs both: resource only", ask(STRANGER), Policies([], to({"AWS": STRANGER.arn})), False),
    ("another account needs both: identity only", ask(STRANGER), Policies([ALLOW]), False),
    ("another account with both", ask(STRANGER), Policies([ALLOW], to({"AWS": AWAY})), True),
    ("another account's boundary", ask(STRANGER), Policies([ALLOW], to({"AWS": AWAY}), NOTHING), False),
    ("own role to a foreign bucket that lets all in", ask(account=AWAY), Policies([NOTHING], to("*")), False),
    (
        "not-principal denies all others",
        ask(),
        Policies([ALLOW], doc(st("Deny", NotPrincipal={"AWS": USER.arn}))),
        False,
    ),
    ("not-principal spares the named", ask(), Policies([ALLOW], doc(st("Deny", NotPrincipal=ME))), True),
    (
        "service by its name",
        ask(Caller("x.amazonaws.com", "", "service")),
        Policies([], to({"Service": "x.amazonaws.com"})),
        True,
    ),
    (
        "service of another name",
        ask(Caller("y.amazonaws.com", "", "service")),
        Policies([], to({"Service": "x.amazonaws.com"})),
        False,
    ),
    ("action names ignore case", ask(), Policies([doc(st("Allow", "S3:getobject"))]), True),
    ("another action", ask(), Policies([doc(st("Allow", "s3:PutObject"))]), False),
    ("not-action", ask(), Policies([doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})]), True),
    ("not-action names it", ask(), Policies([doc({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})]), False),
    (
        "not-resource",
        ask(),
        Policies([doc({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/*"})]),
        False,
    ),
    ("resource matters", ask(), Policies([doc(st("Allow", resource="arn:aws:s3:::b2/*"))]), False),
    ("question mark is one sign", ask(), Policies([doc(st("Allow", resource="arn:aws:s3:::?/k"))]), True),
    (
        "key: identity alone is nothing",
        ask(action="kms:Decrypt", resource=KEY),
        Policies([doc(st("Allow", "kms:*"))], None, is_key=True),
        False,
    ),
    (
        "key: policy hands over to the account",
        ask(action="kms:Decrypt", resource=KEY),
        Policies([doc(st("Allow", "kms:*"))], to(ROOT_OF_HOME, action="kms:*"), is_key=True),
        True,
    ),
    (
        "key: handed over, but no identity policy",
        ask(action="kms:Decrypt", resource=KEY),
        Policies([], to(ROOT_OF_HOME, action="kms:*"), is_key=True),
        False,
    ),
    (
        "key: to the role itself",
        ask(action="kms:Decrypt", resource=KEY),
        Policies([], to(ME, action="kms:*"), is_key=True),
        True,
    ),
]


@pytest.mark.parametrize(("name", "request_", "policies", "verdict"), VERDICTS, ids=[v[0] for v in VERDICTS])
def test_decisions(name: str, request_: Request, policies: Policies, verdict: bool) -> None:
    assert decide(request_, policies).allowed is verdict


CONTEXT = {
    "aws:sourcevpce": ("vpce-1",),
    "aws:securetransport": ("true",),
    "aws:principaltag/team": ("a",),
    "aws:sourceip": ("10.1.2.3",),
    "s3:tlsversion": ("1.2",),
    "aws:currenttime": ("2026-11-02T00:00:00Z",),
    "dynamodb:leadingkeys": ("A", "B"),
    "aws:principalarn": (ROLE.arn,),
}
CONDITIONS: list[tuple[str, str, Any, bool]] = [
    ("StringEquals", "aws:SourceVpce", ["vpce-1", "vpce-2"], True),
    ("StringEquals", "aws:SourceVpce", "VPCE-1", False),
    ("StringEqualsIgnoreCase", "aws:SourceVpce", "VPCE-1", True),
    ("StringEquals", "AWS:sourcevpce", "vpce-1", True),
    ("StringEquals", "aws:SourceVpc", "vpc-1", False),
    ("StringEqualsIfExists", "aws:SourceVpc", "vpc-1", True),
    ("StringNotEquals", "aws:SourceVpce", ["vpce-1", "vpce-2"], False),
    ("StringNotEquals", "aws:SourceVpce", "vpce-2", True),
    ("StringNotEquals", "aws:SourceVpc", "vpc-1", True),
    ("StringLike", "aws:SourceVpce", "vpce-*", True),
    ("StringNotLike", "aws:SourceVpce", "vpce-*", False),
    ("Bool", "aws:SecureTransport", "false", False),
    ("Bool", "aws:SecureTransport", True, True),
    ("Bool", "aws:MultiFactorAuthPresent", "true", False),
    ("BoolIfExists", "aws:MultiFactorAuthPresent", "true", True),
    ("Null", "aws:SourceVpce", "false", True),
    ("Null", "aws:SourceVpce", "true", False),
    ("Null", "aws:SourceVpc", "true", True),
    ("IpAddress", "aws:SourceIp", "10.1.0.0/16", True),
    ("NotIpAddress", "aws:SourceIp", ["10.2.0.0/16", "10.1.0.0/16"], False),
    ("IpAddress", "aws:SourceIp", "2001:db8::/32", False),
    ("NumericLessThan", "s3:TlsVersion", "1.2", False),
    ("NumericLessThan", "s3:TlsVersion", 1.3, True),
    ("DateGreaterThan", "aws:CurrentTime", "2026-11-01T00:00:00Z", True),
    ("DateLessThan", "aws:CurrentTime", "2026-11-01T00:00:00Z", False),
    ("ForAllValues:StringEquals", "dynamodb:LeadingKeys", ["A"], False),
    ("ForAllValues:StringEquals", "dynamodb:LeadingKeys", ["A", "B", "C"], True),
    ("ForAnyValue:StringEquals", "dynamodb:LeadingKeys", ["A"], True),
    ("ForAnyValue:StringEquals", "dynamodb:LeadingKeys", ["C"], False),
    ("ForAllValues:StringEquals", "kms:ResourceAliases", ["x"], True),
    ("ForAnyValue:StringLike", "kms:ResourceAliases", ["*"], False),
    ("ForAnyValue:StringNotEquals", "dynamodb:LeadingKeys", ["A"], True),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{HOME}:role/*", True),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:*:{HOME}:role/*", False),
    ("ArnNotEquals", "aws:PrincipalArn", ROLE.arn, False),
    ("StringEquals", "aws:PrincipalTag/team", "${aws:PrincipalTag/team}", True),
    ("StringEquals", "aws:SourceVpce", "${aws:SourceVpc}", False),
    ("StringEquals", "aws:PrincipalTag/team", "${aws:SourceVpc, 'a'}", True),
]


@pytest.mark.parametrize(("operator", "key", "values", "verdict"), CONDITIONS)
def test_conditions(operator: str, key: str, values: Any, verdict: bool) -> None:
    (statement,) = doc(st("Allow", Condition={operator: {key: values}})).statements
    assert holds(statement.conditions[0], CONTEXT) is verdict


def test_all_conditions_of_a_statement_must_hold() -> None:
    both = {"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1"}}
    request = Request(ROLE, "s3:GetObject", OBJECT, HOME, CONTEXT)
    assert not decide(request, Policies([doc(st("Allow", Condition=both))])).allowed


def test_variables_bind_a_resource_to_its_caller() -> None:
    policy = doc(st("Allow", resource="arn:aws:s3:::b/${aws:PrincipalTag/team}/*"))
    for team, verdict in (("a", True), ("z", False)):
        request = Request(ROLE, "s3:GetObject", f"arn:aws:s3:::b/{team}/k", HOME, CONTEXT)
        assert decide(request, Policies([policy])).allowed is verdict
    assert filled("${aws:PrincipalTag/team}-x", CONTEXT) == "a-x"
    assert filled("${aws:PrincipalTag/none}", CONTEXT) is None


UNKNOWN: list[Any] = [
    "not json",
    [],
    {"Version": "2012-10-17"},
    {"Version": "2012-10-17", "Statement": [st("Alow")]},
    {"Version": "2012-10-17", "Statement": [st("Allow", Conditions={})]},
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*"}]},
    {"Version": "2012-10-17", "Statement": [st("Allow", NotAction="x")]},
    {"Version": "2012-10-17", "Statement": [st("Allow", Principal={"Aws": "*"})]},
    {"Version": "2012-10-17", "Statement": [st("Allow", Condition={"Bool": {"x": None}})]},
    {"Version": "2008-10-17", "Statement": [st("Allow", resource="${aws:username}")]},
]


@pytest.mark.parametrize("raw", UNKNOWN)
def test_what_is_not_understood_is_refused(raw: Any) -> None:
    with pytest.raises(Undecidable):
        read_document("p", raw if isinstance(raw, str) else json.dumps(raw))


@pytest.mark.parametrize(
    ("operator", "key"), [("StringMatches", "aws:SourceVpc"), ("StringEquals", "aws:Nonsense"), ("Null", "x:y")]
)
def test_unknown_operators_and_keys_raise(operator: str, key: str) -> None:
    with pytest.raises(Undecidable):
        holds(Condition(operator, key, ("x",)), {"aws:sourcevpc": ("x",)})


def test_a_value_that_cannot_be_compared_raises() -> None:
    listed = [("NumericLessThan", "s3:TlsVersion", "new"), ("IpAddress", "aws:SourceIp", "here")]
    for condition in (Condition(operator, key, (value,)) for operator, key, value in listed):
        with pytest.raises(Undecidable):
            holds(condition, CONTEXT)


def test_several_values_want_a_quantifier() -> None:
    with pytest.raises(Undecidable):
        holds(Condition("StringEquals", "dynamodb:LeadingKeys", ("A",)), CONTEXT)


def test_a_wildcard_inside_a_principal_is_refused() -> None:
    with pytest.raises(Undecidable):
        decide(ask(), Policies([], to({"AWS": f"arn:aws:iam::{HOME}:role/*"})))


def test_wildcards_are_whole_and_literal_otherwise() -> None:
    assert matches("a.c*", "a.cd")
    assert not matches("a.c", "abc")
    assert matches("*", "")
    assert not arn_matches("arn:aws:s3:::b", "arn:aws:s3:::b:c:d")
    assert arn_matches("arn:aws:s3:::b*", "arn:aws:s3:::b:c")
