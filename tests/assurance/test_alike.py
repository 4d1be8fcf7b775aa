"""What is decided once for many callers or acts is what asking each of them would decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.assurance.identities import Principal
from provisioning.assurance.network.model import Network
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.cells import EVERYTHING, Court, first_allowed
from provisioning.assurance.policy.contexts import ANYHOW, Way, keys_of, keys_of_thing
from provisioning.assurance.policy.decide import Caller, Doubt, Policies, Request
from provisioning.assurance.policy.matrix import _tells_apart
from provisioning.assurance.policy.things import Thing
from provisioning.assurance.stand import Stand
from provisioning.environments.verification import planned_policies
from tests.assurance.test_suspects import HOME, ME, document

OTHER, USER = f"arn:aws:iam::{HOME}:role/other", f"arn:aws:iam::{HOME}:user/someone"
BUCKET = "arn:aws:s3:::b/k"
REGION = "ap-northeast-1"
WAYS = (Way(secure="false"), Way(secure="true", tls="1.1"), ANYHOW)

principals = st.sampled_from(
    [
        *("*", {"AWS": HOME}, {"AWS": f"arn:aws:iam::{HOME}:root"}, {"AWS": ME}, {"AWS": [OTHER, HOME]}),
        *({"Service": "logs.amazonaws.com"}, {"Federated": "a"}, {"Service": "s3.amazonaws.com", "AWS": USER}),
    ]
)
conditions = st.sampled_from(
    [
        *({}, {}, {"Bool": {"aws:SecureTransport": "false"}}, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        *({"ArnEquals": {"aws:PrincipalArn": ME}}, {"StringEquals": {"aws:PrincipalAccount": HOME}}),
        *({"StringLike": {"aws:PrincipalTag/x": "*"}}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    ]
)
asked = st.lists(st.sampled_from(["s3:*", "s3:Get*", "s3:PutObject", "s3:Delete*", "kms:*"]), min_size=1, max_size=2)


@st.composite
def statements(draw: Any, of_thing: bool = True) -> dict[str, Any]:
    made = {"Effect": draw(st.sampled_from(["Allow", "Deny"])), "Resource": draw(st.sampled_from(["*", BUCKET, "a"]))}
    made[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(asked)
    if of_thing:
        made[draw(st.sampled_from(["Principal", "Principal", "Principal", "NotPrincipal"]))] = draw(principals)
    if condition := draw(conditions):
        made["Condition"] = condition
    return made


def somebody(arn: str, *policies: Any) -> Principal:
    kind, name = arn.rpartition(":")[2].split("/")
    return Principal(name, arn, kind, "", {"x": "1"} if arn == ME else {}, policies, None, None, ())


def court(*callers: Principal) -> Court:
    return Court(
        Stand("ap-northeast-1", HOME, Network((), (), (), (), (), (), (), (), (), ()), callers, ()), planned_policies()
    )


def asked_alone(caller: Principal, action: str, thing: Thing, way: Way, *, tagged: bool = True) -> str | None:
    """The decision, with nothing kept of others."""
    session = f"arn:aws:sts::{HOME}:assumed-role/{caller.name}/s" if caller.kind == "role" else ""
    who = Caller(caller.arn, HOME, caller.kind, session)
    keys = {k: v for k, v in keys_of(caller, HOME).items() if tagged or not k.startswith("aws:principaltag/")}
    context = {**keys, **keys_of_thing(thing, action, REGION, HOME), **way.keys}
    request = Request(who, action, thing.arn, HOME, context, Doubt.ALLOWS)
    return first_allowed(request, Policies(caller.identity, thing.policy), thing, way)


@settings(max_examples=60, deadline=None)
@given(st.lists(statements(), min_size=1, max_size=3))
def test_callers_who_may_do_everything_are_decided_as_if_each_were_asked(on_bucket: list[dict[str, Any]]) -> None:
    policy = document("bucket", on_bucket)
    thing = Thing("work", BUCKET, HOME, policy, "a")
    callers = [somebody(ME), somebody(OTHER), somebody(USER)]
    shared = court(*callers)
    for way in WAYS:
        for action in acts.OBJECTS:
            answers = [shared.mighty(caller, action, thing, way) for caller in callers]
            alone = [
                asked_alone(replace(caller, identity=(EVERYTHING,)), action, thing, way, tagged=False)
                for caller in callers
            ]
            assert answers == alone
            if not _tells_apart(policy, HOME):
                assert len({answer is None for answer in answers}) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(statements(of_thing=False), min_size=1, max_size=3), st.lists(statements(), max_size=2), st.booleans())
def test_acts_that_nothing_speaks_of_are_refused(
    own: list[dict[str, Any]], on_bucket: list[dict[str, Any]], user: bool
) -> None:
    caller = somebody(USER if user else ME, document("own", own))
    thing = Thing("work", BUCKET, HOME, document("bucket", on_bucket) if on_bucket else None, "a")
    shared = court(caller)
    possible = shared.possible(caller, thing)
    for way in WAYS:
        for action in acts.OBJECTS:
            alone = asked_alone(caller, action, thing, way)
            assert shared.may(caller, action, thing, way) == alone
            assert alone is None or action in possible


@settings(max_examples=60, deadline=None)
@given(st.lists(statements(), min_size=1, max_size=3))
def test_objects_that_a_policy_does_not_tell_apart_are_asked_about_once(on_bucket: list[dict[str, Any]]) -> None:
    policy = document("bucket", on_bucket)
    things = [Thing("work", arn, HOME, policy, "a") for arn in (BUCKET, "arn:aws:s3:::b/l", "arn:aws:s3:::b/m")]
    found = list(court().distinct(things))
    assert sum(alike for _thing, alike in found) == len(things)
    asked = {thing.arn for thing, _alike in found}
    for action in acts.OBJECTS:
        by_arn = {thing.arn: court().foreigner(action, thing, ANYHOW) is None for thing in things}
        assert {by_arn[arn] for arn in asked} == set(by_arn.values())
