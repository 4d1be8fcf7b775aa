"""Only suspects are asked about; the slow way asks about everything. Both must find the same acts allowed."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.assurance.identities import Principal
from provisioning.assurance.policy.decide import Caller, Policies, Request, decide
from provisioning.assurance.policy.documents import Document, read_document
from provisioning.assurance.policy.suspects import Named, Suspects, grants_by_itself

HOME = "111111111111"
VARIABLE = "${aws:PrincipalTag/x}"
ME = f"arn:aws:iam::{HOME}:role/me"
APPROVALS = ("a-1", "a-2", "a-3", "b-1")
TABLE = f"arn:aws:dynamodb:ap-northeast-1:{HOME}:table/t"
OBJECT_ACTS = ("s3:GetObject", "s3:PutObject")
ROW_ACTS = ("dynamodb:GetItem", "dynamodb:PutItem")

actions = st.sampled_from(["*", "s3:*", "s3:Get*", "s3:GetObject", "dynamodb:PutItem", "dynamodb:*Item", "ec2:*"])
patterns = st.sampled_from(
    [
        *("*", "arn:aws:s3:::*", "arn:aws:s3:::work-a-*", "arn:aws:s3:::work-a-1/k", "arn:aws:s3:::work-?-1/k"),
        *("arn:aws:s3:::*/k", TABLE, "arn:aws:dynamodb:*", "arn:aws:s3:::${aws:PrincipalTag/x}/k", "arn:aws:ec2:::i"),
    ]
)
partitions = st.sampled_from(["APPROVAL#a-1", "APPROVAL#b-1", "CREDENTIALS#a-1", "AUDIT", "APPROVAL#*", VARIABLE])
conditions = st.one_of(
    st.just({}),
    st.builds(
        lambda operator, values: {operator: {"dynamodb:LeadingKeys": values}},
        st.sampled_from(["ForAllValues:StringEquals", "StringNotEquals", "StringLike", "StringEqualsIgnoreCase"]),
        st.lists(partitions, min_size=1, max_size=2),
    ),
)


@st.composite
def statements(draw: Any, principal: bool = False) -> dict[str, Any]:
    made = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    made[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(st.lists(actions, min_size=1, max_size=2))
    made[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(
        st.lists(patterns, min_size=1, max_size=2)
    )
    if condition := draw(conditions):
        made["Condition"] = condition
    if principal:
        named = {"AWS": draw(st.sampled_from([HOME, f"arn:aws:iam::{HOME}:root", ME, "*"]))}
        made["Principal"] = draw(st.sampled_from([named, named, {"Service": "logs.amazonaws.com"}]))
    return made


def document(name: str, listed: list[dict[str, Any]]) -> Document:
    return read_document(name, {"Version": "2012-10-17", "Statement": listed})


def allowed(principal: Principal, action: str, thing: Named) -> bool:
    """The decision itself."""
    context = {"dynamodb:leadingkeys": (thing.partition,)} if thing.partition else {}
    context["aws:principaltag/x"] = ("work-a-2",)
    caller = Caller(principal.arn, HOME, "role", f"arn:aws:sts::{HOME}:assumed-role/me/s")
    request = Request(caller, action, thing.arn, HOME, context)
    return decide(request, Policies(principal.identity, thing.whole, principal.boundary)).allowed


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(statements(), min_size=1, max_size=3), min_size=1, max_size=2),
    st.lists(statements(principal=True), max_size=2),
    st.lists(statements(principal=True), max_size=1),
)
def test_nothing_allowed_is_passed_over(
    identity: list[list[dict[str, Any]]], on_bucket: list[dict[str, Any]], on_table: list[dict[str, Any]]
) -> None:
    mine = tuple(document(f"p{n}", listed) for n, listed in enumerate(identity))
    principal = Principal("me", ME, "role", "", {}, mine, None, None, ())
    bucket = document("bucket", on_bucket) if on_bucket else None
    table = document("table", on_table) if on_table else None
    things = [
        Named(f"arn:aws:s3:::work-{a}/k", a, "", grants_by_itself(policy, HOME), OBJECT_ACTS, policy)
        for a, policy in zip(APPROVALS, (bucket, None, None, None), strict=True)
    ]
    opens = grants_by_itself(table, HOME)
    things += [Named(TABLE, a, f"APPROVAL#{a}", opens, ROW_ACTS, table, kind="records") for a in APPROVALS]
    # Another kind of records has other acts: neither stands for the other.
    things += [Named(TABLE, a, f"CREDENTIALS#{a}", opens, ROW_ACTS[:1], table, kind="credentials") for a in APPROVALS]
    things.append(Named(TABLE, "platform", "AUDIT", opens, ROW_ACTS, table, alone=True))
    slow = {(action, t.arn, t.partition) for t in things for action in t.actions if allowed(principal, action, t)}
    fast: set[tuple[str, str, str]] = set()
    asked = 0
    for suspect in Suspects([principal], things, table).by_principal[ME]:
        asked += 1
        if allowed(principal, suspect.action, suspect.thing):
            alike = [t for t in things if t.kind == suspect.thing.kind and t.partition not in suspect.but]
            fast |= {(suspect.action, t.arn, t.partition) for t in (alike if suspect.stands_for else [suspect.thing])}
    assert fast == slow
    assert asked <= sum(len(thing.actions) for thing in things)
