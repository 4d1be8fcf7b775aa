"""The pure parts of the programs: addresses, flows, policies, tags."""

from __future__ import annotations

import ipaddress
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import policies
from infra.flows import FLOWS, GROUPS, Place, flows_between
from infra.network_plan import (
    DIRECTORY,
    ENVIRONMENTS,
    LAST_NETWORK,
    PLATFORM,
    TIERS,
    environment_network,
    environment_subnets,
    platform_subnets,
    zones,
)
from infra.staff import STAFF, StaffScope
from infra.tags import MOST_CHARACTERS, tag_value
from provisioning.approvals.states import Access
from provisioning.assurance.policy.decide import Caller, Policies, Request, decide
from provisioning.assurance.policy.documents import read_document
from provisioning.errors import BadInput
from provisioning.offline.validate import document_mistake

TOKYO = "ap-northeast-1"
KEYS = ("shareData/manual/*", "shareData/trialData/202204/TRIAL_DPC_*.*")
SCOPE = StaffScope("123456789012", TOKYO, "arn:aws:kms:key", "arn:aws:dynamodb:table")
ROLE = policies.analysis_role(
    policies.ResearcherScope(
        TOKYO, "123456789012", "A-1", KEYS, "share", "work-a-1", "arn:table", "arn:key", "arn:platform-key", "vpc-a"
    )
)


def test_no_two_networks_overlap_and_all_lie_beside_the_platform() -> None:
    networks = [environment_network(n) for n in range(1, LAST_NETWORK + 1)]
    assert [str(networks[n]) for n in (0, 1, 31, 32, -1)] == [
        *("10.1.0.0/21", "10.1.8.0/21", "10.1.248.0/21", "10.2.0.0/21", "10.255.248.0/21"),
    ]
    ends = [(int(network.network_address), int(network.broadcast_address)) for network in [PLATFORM, *networks]]
    assert all(last < first for (_first, last), (first, _last) in itertools.pairwise(ends))
    assert LAST_NETWORK > 500  # HIC approvals up to 2023, all at once


@pytest.mark.parametrize("n", [0, -1, LAST_NETWORK + 1])
def test_other_network_numbers_are_refused(n: int) -> None:
    with pytest.raises(BadInput, match=f"number {n} is not in 1..8160"):
        environment_network(n)


@given(st.integers(1, LAST_NETWORK))
def test_subnets_lie_inside_their_network_and_apart(n: int) -> None:
    network = environment_network(n)
    planned = environment_subnets(network, TOKYO)
    cidrs = [ipaddress.IPv4Network(subnet.cidr) for subnet in planned]
    assert all(cidr.subnet_of(network) and network.subnet_of(ENVIRONMENTS) for cidr in cidrs)
    assert not any(a.overlaps(b) for i, a in enumerate(cidrs) for b in cidrs[i + 1 :])
    assert not network.overlaps(PLATFORM)
    for tier in TIERS:
        assert {s.zone for s in planned if s.tier == tier} == set(zones(TOKYO))


def test_the_directory_has_two_subnets_in_one_block() -> None:
    assert [s.cidr for s in platform_subnets(TOKYO)] == [str(c) for c in DIRECTORY.subnets(new_prefix=24)]
    assert DIRECTORY.subnet_of(PLATFORM)


def test_other_regions_are_refused() -> None:
    with pytest.raises(BadInput, match="us-east-1"):
        zones("us-east-1")


def test_flows_have_names_of_their_own_and_real_ports() -> None:
    assert len({flow.name for flow in FLOWS}) == len(FLOWS)
    for flow in FLOWS:
        assert 1 <= flow.first <= flow.last <= 65535
        assert flow.source in GROUPS
        assert flow.reason


def test_the_servers_credentials_are_refused_outside_its_network() -> None:
    (deny,) = [s for s in json.loads(ROLE)["Statement"] if s["Effect"] == "Deny"]
    assert (deny["Action"], deny["Resource"]) == ("*", "*")
    assert deny["Condition"] == {
        "StringNotEquals": {"aws:SourceVpc": "vpc-a"},
        "BoolIfExists": {"aws:ViaAWSService": "false"},
    }


def test_nothing_starts_from_outside_and_desktops_are_no_target() -> None:
    assert flows_between(target=Place.DESKTOPS) == ()
    assert {f.target for f in flows_between(source=Place.DESKTOPS)} == {Place.ANALYSIS, Place.DIRECTORY}
    assert {f.first for f in flows_between(Place.DESKTOPS, Place.ANALYSIS)} == {22, 3389}
    assert flows_between(source=Place.ENDPOINTS) == ()


@pytest.mark.parametrize(
    "document",
    [
        ROLE,
        policies.service_trust("ec2.amazonaws.com"),
        policies.staff_trust("123456789012"),
        policies.key_policy("123456789012", TOKYO, "A-1"),
        policies.tls_only("bucket"),
        policies.s3_endpoint("123456789012", "share", "work", KEYS),
        policies.records_endpoint("123456789012", "arn:table"),
        policies.account_endpoint("123456789012"),
        policies.workspaces_service(),
        *(staff.policy(SCOPE) for staff in STAFF),
    ],
)
def test_every_document_is_a_policy(document: str) -> None:
    assert document_mistake(document) == ""
    assert len(document) < 10240  # what a role may hold


def _statements(document: str, action: str) -> list[dict[str, Any]]:
    return [s for s in json.loads(document)["Statement"] if action in s["Action"]]


def test_what_is_withheld_from_the_server() -> None:
    assert policies.withheld(Access.OPEN, "") == []
    (shut,) = policies.withheld(Access.CLOSED, "")
    assert (shut["Effect"], shut["Action"], shut["Resource"], shut.get("Condition")) == ("Deny", "*", "*", None)
    reading, older = policies.withheld(Access.READ_ONLY, "2027-01-01T00:00:00Z")
    assert {"s3:PutObject", "dynamodb:PutItem"} <= set(reading["Action"])
    assert not any(
        action.startswith(("s3:Get", "s3:List", "dynamodb:Get", "kms:Decrypt")) for action in reading["Action"]
    )
    assert older["Condition"] == {"DateLessThan": {"aws:TokenIssueTime": "2027-01-01T00:00:00Z"}}
    (frozen,) = policies.frozen("work", ["egress/outbox/"])
    assert (frozen["Effect"], frozen["Resource"]) == ("Deny", ["arn:aws:s3:::work/egress/outbox/*"])


def test_researchers_write_to_the_outbox_only() -> None:
    for action in ("s3:PutObject", "s3:PutObjectAcl"):
        (statement,) = _statements(ROLE, action)
        assert statement["Resource"] == ["arn:aws:s3:::work-a-1/egress/outbox/*"]
    readable = {resource for s in _statements(ROLE, "s3:GetObject") for resource in s["Resource"]}
    assert readable == {
        *(f"arn:aws:s3:::share/{key}" for key in KEYS),
        "arn:aws:s3:::work-a-1/import/*",
        "arn:aws:s3:::work-a-1/egress/*",
    }
    assert _statements(ROLE, "s3:DeleteObject") == []


def test_researchers_see_the_records_of_their_approval_only() -> None:
    for action in ("dynamodb:Query", "dynamodb:BatchGetItem"):
        (statement,) = _statements(ROLE, action)
        assert statement["Condition"] == {
            "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["APPROVAL#A-1"]},
            "Null": {"dynamodb:LeadingKeys": "false"},
        }
    written, read = (
        {
            key
            for s in _statements(ROLE, action)
            for key in s["Condition"]["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"]
        }
        for action in ("dynamodb:PutItem", "dynamodb:GetItem")
    )
    assert read == {"APPROVAL#A-1", "AUDIT-HEAD"}
    assert written == {*read, "AUDIT", "EGRESS-QUEUE"}
    for action in ("dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:UpdateItem"):
        assert _statements(ROLE, action) == []


def test_no_role_may_do_everything() -> None:
    for document in (ROLE, *(staff.policy(SCOPE) for staff in STAFF)):
        for statement in (s for s in json.loads(document)["Statement"] if s["Effect"] == "Allow"):
            assert not any(action.endswith("*") for action in statement["Action"])
            looks = all(a.split(":")[1].startswith(("Describe", "List")) for a in statement["Action"])
            assert statement["Resource"] != ["*"] or looks or statement["Sid"] == "Session"


def test_auditors_change_nothing() -> None:
    (auditor,) = [staff for staff in STAFF if staff.name == "hic-auditor"]
    verbs = {a.split(":")[1] for s in json.loads(auditor.policy(SCOPE))["Statement"] for a in s["Action"]}
    assert all(verb.startswith(("Get", "List", "BatchGet", "Query", "Decrypt")) for verb in verbs)


def test_staff_come_with_a_second_factor() -> None:
    (statement,) = json.loads(policies.staff_trust("123456789012"))["Statement"]
    assert statement["Condition"]["Bool"] == {"aws:MultiFactorAuthPresent": "true"}


@pytest.mark.parametrize(("session", "allowed"), [("reviewer-1", True), ("reviewer-2", False), ("reviewer", False)])
def test_a_session_of_staff_bears_the_name_of_the_user(session: str, allowed: bool) -> None:
    """Else one person could be both reviewers."""
    account = "123456789012"
    trust = read_document("trust", policies.staff_trust(account))
    user = read_document("user", {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    ]})  # fmt: skip
    said = {"aws:multifactorauthpresent": ("true",), "sts:rolesessionname": (session,), "aws:username": ("reviewer-1",)}
    caller = Caller(f"arn:aws:iam::{account}:user/reviewer-1", account, "user")
    request = Request(caller, "sts:AssumeRole", f"arn:aws:iam::{account}:role/hic-reviewer", account, said)
    assert decide(request, Policies([user], trust, is_trust=True)).allowed is allowed


@given(st.text(max_size=400))
def test_tag_values_are_what_aws_takes(text: str) -> None:
    value = tag_value(text)
    assert len(value) <= MOST_CHARACTERS
    assert tag_value(value) == value


def test_japanese_names_stay_readable() -> None:
    assert tag_value("例示大学 医学部（解析室）") == "例示大学 医学部_解析室_"
