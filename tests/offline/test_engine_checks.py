"""The checks on what a program registers, and the small arithmetic of states and values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.offline.diff import covers, deletion_order, drifted, same, touched
from provisioning.offline.state import Resource
from provisioning.offline.validate import check_inputs, document_mistake, too_long
from provisioning.offline.wire import (
    SIGNATURE,
    UNKNOWN,
    has_secret,
    has_unknown,
    reveal,
    secret,
    secret_texts,
    to_python,
    to_struct,
)

INSTANCE = "aws:ec2/instance:Instance"


@pytest.mark.parametrize(
    ("type_token", "inputs", "told"),
    [
        ("aws:ec2/vpc:Vpc", {"cidrBlock": 12345}, "cidrBlock: wants str, got int"),
        ("aws:ec2/vpc:Vpc", {"cidr": "10.0.0.0/8"}, "cidr: VpcArgs has no such property"),
        ("aws:ec2/vpc:Vpc", {"enableDnsSupport": "yes"}, "enableDnsSupport: wants bool, got str"),
        ("aws:ec2/vpc:Vpc", {"tags": ["a"]}, "tags: wants dict, got list"),
        ("aws:ec2/vpc:Vpc", {"tags": {"a": 1}}, "tags.a: wants str, got int"),
        (INSTANCE, {"metadataOptions": {"http_token": "required"}}, "metadataOptions.http_token"),
        (INSTANCE, {"metadataOptions": "required"}, "metadataOptions: wants"),
        (INSTANCE, {"vpcSecurityGroupIds": "sg-1"}, "vpcSecurityGroupIds: wants list, got str"),
        (INSTANCE, {"vpcSecurityGroupIds": ["sg-1", 2]}, "vpcSecurityGroupIds[1]: wants str, got int"),
        ("aws:ebs/volume:Volume", {"size": True}, "size: wants int, got bool"),
        ("aws:ebs/volume:Volume", {"size": 1.5}, "size: wants int, got float"),
        ("aws:s3/bucketVersioning:BucketVersioning", {"enabled": True}, "enabled: BucketVersioningInitArgs"),
        ("aws:nothing/such:Thing", {}, "no such resource type"),
        (INSTANCE, {"ami": {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17"}}, "assets"),
        ("aws:iam/role:Role", {"assumeRolePolicy": "{"}, "assumeRolePolicy: is not JSON"),
        ("aws:s3/bucketPolicy:BucketPolicy", {"policy": "{}"}, "policy: needs"),
    ],
)
def test_wrong_inputs_are_named(type_token: str, inputs: dict[str, Any], told: str) -> None:
    problems = [str(problem) for problem in check_inputs(type_token, inputs)]
    assert len(problems) == 1, problems
    assert told in problems[0]


def test_a_wrong_value_is_not_quoted() -> None:
    (problem,) = check_inputs("aws:ec2/vpc:Vpc", {"cidrBlock": ["my secret"]})
    assert "my secret" not in str(problem)


@pytest.mark.parametrize(
    "inputs",
    [
        {"cidrBlock": UNKNOWN},
        {"cidrBlock": "10.0.0.0/8", "tags": {"a": "b"}, "enableDnsSupport": True},
        {"tags": UNKNOWN},
        {},
    ],
)
def test_right_inputs_pass(inputs: dict[str, Any]) -> None:
    assert check_inputs("aws:ec2/vpc:Vpc", inputs) == []


def _document(**changes: Any) -> str:
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return json.dumps({**document, **changes})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nothing", "is not JSON"),
        ("[]", "Version"),
        (_document(Version="2008-10-17"), "Version"),
        (_document(Statement=[]), "Statement"),
        (_document(Statement={}), "Statement"),
        (_document(Statement=[{"Effect": "Alow", "Action": "s3:*"}]), "Effect"),
        (_document(Statement=[{"Effect": "Deny"}]), "Action"),
        (_document(Statement=[{"Effect": "Deny", "Action": "s3:*", "Resources": "*"}]), "unknown element Resources"),
        (_document(Statement=[{"Effect": "Deny", "Action": "s3:*", "Sid": "a b"}]), "letters and digits"),
        (_document(Statement=[{"Effect": "Deny", "Action": "s3:*", "Sid": "a"}] * 2), "given twice"),
        (_document(), ""),
        (_document(Statement=[{"Effect": "Deny", "NotAction": "s3:*"}]), ""),
    ],
)
def test_policy_documents(text: str, told: str) -> None:
    mistake = document_mistake(text)
    assert (told in mistake) if told else mistake == ""


@pytest.mark.parametrize(
    ("type_token", "most"), [("aws:iam/policy:Policy", 6144), ("aws:s3/bucketPolicy:BucketPolicy", 20480)]
)
def test_documents_that_are_too_long_are_refused_before_aws_would(type_token: str, most: int) -> None:
    def filled(characters: int) -> str:
        return _document(Statement=[{"Effect": "Allow", "Action": "s3:*", "Resource": "x" * characters}])

    bare = len(filled(0).replace(" ", "") if type_token.startswith("aws:iam") else filled(0))
    assert too_long(type_token, filled(most - bare)) == ""
    assert str(most) in too_long(type_token, filled(most - bare + 1))
    (problem,) = [p for p in check_inputs(type_token, {"policy": filled(most)}) if p.where == "policy"]
    assert "divide it" in problem.what


def test_what_aws_shows_beyond_the_inputs_is_no_drift() -> None:
    assert covers({"a": 1}, {"a": 1, "b": 2})
    assert not covers({"a": 1}, {"b": 2})
    assert covers(["b", "a"], ["a", "b"])
    assert not covers(["a"], ["a", "b"])
    assert covers([{"k": 1}], [{"k": 1, "l": 2}])
    assert drifted({"x": 1, "y": 2}, {"x": 1, "z": 3}) == set()
    assert drifted({"x": 1}, {"x": 2}) == {"x"}


def test_json_is_compared_by_what_it_says() -> None:
    assert same('{"a": 1, "b": [1]}', '{"b":[1],"a":1}')
    assert not same('{"a": 1}', '{"a": 2}')
    assert not same("{broken", "{ broken")
    assert same(["b", "a"], ["a", "b"])
    assert not same([2, 1], [1, 2])


def test_a_replacement_may_hang_on_one_property() -> None:
    old, new = {"disk": {"key": "a", "size": 1}}, {"disk": {"key": "a", "size": 2}}
    assert not touched("disk.key", {"disk"}, old, new)
    assert touched("disk.size", {"disk"}, old, new)
    assert touched("disk", {"disk"}, old, new)
    assert touched("disk.key", {"disk"}, {}, new)


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40))
def test_dependants_always_go_first(edges: list[tuple[int, int]]) -> None:
    needs: dict[int, set[int]] = {n: set() for n in range(12)}
    for a, b in edges:
        if a != b:
            needs[max(a, b)].add(min(a, b))
    made = [Resource(f"u{n}", "t", f"n{n}", dependencies=tuple(f"u{m}" for m in needs[n])) for n in needs]
    order = [resource.urn for resource in deletion_order(made[::-1])]
    assert sorted(order) == sorted(resource.urn for resource in made)
    for resource in made:
        for needed in resource.dependencies:
            assert order.index(resource.urn) < order.index(needed)


_JSON = st.recursive(
    st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), _JSON, max_size=5))
def test_values_survive_the_wire(values: dict[str, Any]) -> None:
    assert to_python(to_struct(values)) == values


@given(_JSON)
def test_secrets_are_found_wherever_they_are(value: Any) -> None:
    nested = {"a": [{"b": secret(value)}]}
    assert has_secret(nested)
    assert reveal(nested) == {"a": [{"b": reveal(value)}]}
    assert not has_secret(reveal(nested))


def test_marks() -> None:
    assert secret(secret("x")) == secret("x")
    assert secret_texts({"a": secret({"b": ["one", "two"]}), "c": "three"}) == {"one", "two"}
    assert has_unknown({"a": [UNKNOWN]})
    assert not has_unknown({"a": ["x"]})
    assert secret_texts({"a": secret(UNKNOWN)}) == set()
