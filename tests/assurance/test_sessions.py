"""What setting a server up needs, the role for it may do; and that on servers of approvals alone, by SSH alone."""

from __future__ import annotations

import pytest

from infra.staff import STAFF
from provisioning.approvals.names import database_secrets
from provisioning.assurance.policy.decide import Caller, Policies, Request, decide
from provisioning.assurance.policy.documents import read_document
from tests.assurance.test_links import ACCOUNT, REGION, SCOPE

ROLE = "hic-operator-server"
INSTANCE = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1"
CHECKED = {"ssm:sessiondocumentaccesscheck": ("true",)}
UNCHECKED = {"ssm:sessiondocumentaccesscheck": ("false",)}
SSH = f"arn:aws:ssm:{REGION}::document/AWS-StartSSHSession"
SHELL = f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/SSM-SessionManagerRunShell"
REACH = ("ssm:StartSession", "ec2-instance-connect:SendSSHPublicKey", "ec2:GetConsoleOutput")


def may(name: str, action: str, resource: str, context: dict[str, tuple[str, ...]]) -> bool:
    (staff,) = [one for one in STAFF if one.name == name]
    caller = Caller(f"arn:aws:iam::{ACCOUNT}:role/{name}", ACCOUNT)
    policies = Policies([read_document(name, staff.policy(SCOPE))])
    return decide(Request(caller, action, resource, ACCOUNT, context), policies).allowed


def tagged(approval: str) -> dict[str, tuple[str, ...]]:
    return {f"{kind}:resourcetag/hic:approval": (approval,) for kind in ("aws", "ssm")}


@pytest.mark.parametrize("action", REACH)
def test_servers_of_approvals_are_reached_by_this_role_alone(action: str) -> None:
    able = {s.name for s in STAFF if may(s.name, action, INSTANCE, {**tagged("HIC-2026-014"), **CHECKED})}
    assert able == {ROLE}
    assert not may(ROLE, action, INSTANCE, CHECKED)
    assert not may(ROLE, action, INSTANCE, {**tagged("platform"), **CHECKED})


def test_sessions_are_ssh_and_nothing_else() -> None:
    assert may(ROLE, "ssm:StartSession", SSH, CHECKED)
    assert not may(ROLE, "ssm:StartSession", SHELL, CHECKED)
    assert not may(ROLE, "ssm:StartSession", INSTANCE, {**tagged("HIC-2026-014"), **UNCHECKED})
    sessions = f"arn:aws:ssm:{REGION}:{ACCOUNT}:session"
    who = {"aws:userid": ("AROAEXAMPLE:sato",)}
    assert may(ROLE, "ssmmessages:OpenDataChannel", f"{sessions}/AROAEXAMPLE:sato-1", who)
    assert not may(ROLE, "ssmmessages:OpenDataChannel", f"{sessions}/AROAEXAMPLE:suzuki-1", who)
    of = "ssm:resourcetag/aws:ssmmessages:session-id"
    assert may(ROLE, "ssm:TerminateSession", f"{sessions}/s-1", {**who, of: ("AROAEXAMPLE:sato",)})
    assert not may(ROLE, "ssm:TerminateSession", f"{sessions}/s-1", {**who, of: ("AROAEXAMPLE:suzuki",)})


def test_it_knows_the_passwords_of_databases_and_no_other_secret() -> None:
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:"
    for action in ("secretsmanager:GetSecretValue", "secretsmanager:CreateSecret"):
        assert may(ROLE, action, f"{secret}{database_secrets('HIC-2026-014')}analyst_a-AbCdEf", {})
        assert not may(ROLE, action, f"{secret}hic/radius-AbCdEf", {})
        assert not may(ROLE, action, f"{secret}hic/HIC-2026-014/mfa/analyst-a-AbCdEf", {})
