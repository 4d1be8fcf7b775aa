"""The role that builds, against the calls that are really made when an environment is built, changed and ended."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from infra.deployment import AccountScope, boundary, deployment
from provisioning.assurance.policy.decide import Caller, Policies, Request, decide
from provisioning.assurance.policy.documents import read_document
from provisioning.aws.permissions import NAMED_OTHERWISE
from provisioning.aws.sessions import Aws
from provisioning.clock import JST, FixedClock
from provisioning.offline.engine import OfflineEngine
from tests.infra.conftest import APPROVALS, Standing, changed_approval, environment_request, judged_by_parliament

# The input that names the thing, by service, and what its ARN looks like. EC2 is asked by the kind of the id.
ARNS = {
    ("s3", "Bucket"): "arn:aws:s3:::{}",
    ("iam", "UserName"): "arn:aws:iam::{account}:user/hic/{}",
    ("iam", "InstanceProfileName"): "arn:aws:iam::{account}:instance-profile/{}",
    ("iam", "RoleName"): "arn:aws:iam::{account}:role/{}",
    ("kms", "AliasName"): "arn:aws:kms:{region}:{account}:{}",
    ("kms", "KeyId"): "arn:aws:kms:{region}:{account}:key/{}",
    ("logs", "logGroupName"): "arn:aws:logs:{region}:{account}:log-group:{}",
    ("logs", "resourceArn"): "{}",
    ("workspaces", "GroupId"): "arn:aws:workspaces:{region}:{account}:workspaceipgroup/{}",
    ("cloudwatch", "AlarmName"): "arn:aws:cloudwatch:{region}:{account}:alarm:{}",
    ("cloudwatch", "ResourceARN"): "{}",
    ("budgets", "BudgetName"): "arn:aws:budgets::{account}:budget/{}",
    ("backup", "BackupVaultName"): "arn:aws:backup:{region}:{account}:backup-vault:{}",
    ("backup", "BackupPlanId"): "arn:aws:backup:{region}:{account}:backup-plan:{}",
    ("backup", "ResourceArn"): "{}",
    ("ds", "ResourceId"): "arn:aws:ds:{region}:{account}:directory/{}",
    ("ds", "DirectoryId"): "arn:aws:ds:{region}:{account}:directory/{}",
    ("workspaces", "DirectoryId"): "arn:aws:workspaces:{region}:{account}:directory/{}",
    ("workspaces", "ResourceId"): "arn:aws:workspaces:{region}:{account}:directory/{}",
}
KINDS = {
    "i": "instance", "vol": "volume", "vpc": "vpc", "subnet": "subnet", "rtb": "route-table", "sg": "security-group",
    "sgr": "security-group-rule", "vpce": "vpc-endpoint", "pcx": "vpc-peering-connection", "acl": "network-acl",
    "fl": "vpc-flow-log", "rtbassoc": "route-table", "aclassoc": "network-acl",
}  # fmt: skip
MADE = {
    "CreateVpc": "vpc", "CreateSubnet": "subnet", "CreateRouteTable": "route-table", "CreateVolume": "volume",
    "CreateSecurityGroup": "security-group", "CreateVpcEndpoint": "vpc-endpoint", "RunInstances": "instance",
    "CreateVpcPeeringConnection": "vpc-peering-connection", "CreateNetworkAcl": "network-acl",
    "CreateFlowLogs": "vpc-flow-log",
}  # fmt: skip


SECRET_ACTS = ("GetSecretValue", "CreateSecret", "PutSecretValue", "DeleteSecret", "TagResource")
KEY_ACTS = ("ListAccessKeys", "CreateAccessKey", "DeleteAccessKey")


Calls = list[tuple[str, str, dict[str, Any]]]


class Recorder(Aws):
    """Clients that write down each call with its arguments."""

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws.region, aws.endpoint)
        self.calls: Calls = []

    def client(self, service: str) -> Any:
        client = super().client(service)
        client.meta.events.register("provide-client-params.*.*", self._note, unique_id="recorder")
        return client

    def _note(self, params: dict[str, Any], model: Any, **_more: Any) -> None:
        self.calls.append((model.service_model.service_name, model.name, dict(params)))


@pytest.fixture(scope="session")
def calls_before() -> list[Calls]:
    """What `calls` has recorded in this process, if anything."""
    return []


@pytest.fixture
def calls(standing: Standing, calls_before: list[Calls], tmp_path: Path) -> Calls:
    """Everything that is called for one more environment: built, changed, looked at and ended. Recorded once."""
    if not calls_before:
        calls_before.append(_record(standing, tmp_path / "home"))
    return calls_before[0]


def _record(standing: Standing, home: Path) -> Calls:
    recorder = Recorder(standing.aws)
    shutil.copytree(standing.home, home)
    engine = OfflineEngine(recorder, home, FixedClock(datetime(2026, 11, 2, 9, 0, tzinfo=JST)))
    approval = changed_approval(APPROVALS[1], id="HIC-2026-077")
    engine.up(environment_request(approval, 77))
    later = changed_approval(approval, period={"start": "2026-11-01", "end": "2027-03-31"})
    engine.up(environment_request(later, 77))
    engine.resources(environment_request(later, 77).name, refresh=True)
    engine.destroy(environment_request(later, 77).name)
    return recorder.calls


def _asked(call: tuple[str, str, dict[str, Any]], scope: AccountScope) -> Iterator[tuple[str, str]]:
    """(permission, resource) that AWS would ask for a call."""
    service, name, params = call
    for action in NAMED_OTHERWISE.get(f"{service}:{name}", (f"{service}:{name}",)):
        yield (
            action,
            _resource(service, name, params, scope)
            if action != "iam:PassRole"
            else scope.iam(f"role/{params['IamInstanceProfile']['Name']}"),
        )


def _resource(service: str, name: str, params: dict[str, Any], scope: AccountScope) -> str:
    if service == "ec2":
        return _ec2_resource(name, params, scope)
    if service == "route53resolver":
        return scope.arn("route53resolver", "association/a")
    if name == "CreateBackupPlan":
        return scope.arn("backup", "backup-plan:new")
    params = {**params, **params.get("Budget", {})}
    if params.get("AlarmNames"):
        params["AlarmName"] = params["AlarmNames"][0]
    if service == "workspaces" and name in ("CreateWorkspaces", "TerminateWorkspaces"):
        return scope.arn("workspaces", "workspace/ws-1")
    for (its, key), arn in ARNS.items():
        if its == service and isinstance(params.get(key), str):
            return arn.format(params[key].rpartition("key/")[2], region=scope.region, account=scope.account)
    return "*"


def _ec2_resource(name: str, params: dict[str, Any], scope: AccountScope) -> str:
    if name in MADE:
        return scope.arn("ec2", f"{MADE[name]}/new")
    plural = ("Resources", "VpcEndpointIds", "InstanceIds", "FlowLogIds")
    ids = [known for key in plural for known in params.get(key, ())]
    ids += [value for key, value in params.items() if key.endswith("Id") and isinstance(value, str)]
    order = ("InstanceId", "RouteTableId", "GroupId", "NetworkAclId", "VpcId")
    ids = [*(params[key] for key in order if isinstance(params.get(key), str)), *ids]
    kind = next((KINDS[i.split("-")[0]] for i in ids if i.split("-")[0] in KINDS), None)
    return scope.arn("ec2", f"{kind}/{ids[0]}") if kind else "*"


def _context(scope: AccountScope, approval: str = "HIC-2026-077") -> dict[str, tuple[str, ...]]:
    """What AWS would tell of a call of the engine on a thing of the approval."""
    vpc = scope.arn("ec2", "vpc/vpc-1")
    return {
        "aws:resourcetag/hic:approval": (approval,),
        "aws:requesttag/hic:approval": (approval,),
        "iam:permissionsboundary": (scope.boundary,),
        "iam:passedtoservice": ("ec2.amazonaws.com",),
        "ec2:acceptervpc": (vpc,),
        "ec2:requestervpc": (vpc,),
        "ec2:vpceserviceowner": ("amazon",),
    }


def _refused(
    asked: set[tuple[str, str]], scope: AccountScope, context: dict[str, tuple[str, ...]]
) -> list[tuple[str, str]]:
    documents = [read_document(name, text) for name, text in deployment(scope).items()]
    caller = Caller(scope.iam("role/hic-operator-deploy"), scope.account)
    return sorted(
        (action, resource)
        for action, resource in asked
        if not decide(Request(caller, action, resource, scope.account, context), Policies(documents)).allowed
    )


def test_it_may_do_whatever_an_environment_needs(standing: Standing, calls: Calls) -> None:
    scope = AccountScope(standing.aws.account, standing.aws.region)
    asked = {pair for call in calls for pair in _asked(call, scope)}
    assert len({action for action, _resource in asked}) > 120
    refused = _refused(asked, scope, _context(scope))
    assert not refused, "\n".join(f"{action} {resource}" for action, resource in refused)


def test_it_may_not_do_the_same_to_the_platform_or_without_bounds(standing: Standing, calls: Calls) -> None:
    scope = AccountScope(standing.aws.account, standing.aws.region)
    asked = {pair for call in calls for pair in _asked(call, scope)}
    on_platform = {action for action, _r in _refused(asked, scope, _context(scope, "platform"))}
    assert on_platform >= {
        *("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "ec2:DeleteVpc", "ds:DeleteDirectory", "ec2:DeleteSubnet"),
        *("ec2:TerminateInstances", "ec2:ModifyVpcEndpoint", "ec2:RevokeSecurityGroupIngress"),
    }
    unbound = {**_context(scope), "iam:permissionsboundary": ("arn:aws:iam::aws:policy/AdministratorAccess",)}
    assert {action for action, _r in _refused(asked, scope, unbound)} == {
        *("iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy"),
        *("iam:CreateUser", "iam:PutUserPolicy", "iam:DeleteUserPolicy"),
    }
    abroad = {**_context(scope), "ec2:acceptervpc": (f"arn:aws:ec2:{scope.region}:999999999999:vpc/vpc-1",)}
    assert {action for action, _r in _refused(asked, scope, abroad)} == {
        "ec2:CreateVpcPeeringConnection",
        "ec2:AcceptVpcPeeringConnection",
    }


def test_it_may_do_what_credentials_need_and_see_nothing_else() -> None:
    scope = AccountScope("123456789012", "ap-northeast-1")
    work, secret = (
        "arn:aws:s3:::hic-work-hic-2026-077-123456789012",
        scope.arn("secretsmanager", "secret:hic/{}-AbCdEf"),
    )
    asked = {
        *((f"secretsmanager:{act}", secret.format("HIC-2026-077/database/analyst-a")) for act in SECRET_ACTS),
        *((f"ds-data:{act}User", scope.arn("ds", "directory/d-1")) for act in ("Create", "Disable")),
        *((f"ds:{act}", scope.arn("ds", "directory/d-1")) for act in ("AccessDSData", "ResetUserPassword")),
        *((f"iam:{act}", scope.iam("user/hic/hic-hic-2026-077-backup")) for act in KEY_ACTS),
        ("workspaces:ModifyWorkspaceState", scope.arn("workspaces", "workspace/ws-1")),
        ("workspaces:DescribeWorkspacesConnectionStatus", "*"),
        ("secretsmanager:ListSecrets", "*"),
        *((f"s3:{act}", f"{work}/credentials/analyst-a/1/p.zip") for act in ("GetObject", "PutObject")),
        ("s3:DeleteObjectVersion", f"{work}/credentials/analyst-a/1/p.zip"),
        ("s3:PutObject", f"{scope.share}/shareData/ca/hic-client-ca.crl"),
    }
    assert _refused(asked, scope, _context(scope)) == []
    beyond = {
        *(("s3:GetObject", f"{work}/{folder}/a") for folder in ("import", "egress/outbox", "egress/released")),
        ("s3:GetObject", f"{scope.share}/shareData/trialData/202204/a.csv"),
        ("s3:GetObject", f"{scope.share}/shareData/ca/hic-client-ca.crl"),
        ("secretsmanager:GetSecretValue", scope.arn("secretsmanager", "secret:others-AbCdEf")),
        ("iam:CreateAccessKey", scope.iam("user/somebody")),
        ("kms:Decrypt", scope.arn("kms", "key/k-1")),
    }
    assert set(_refused(beyond, scope, _context(scope))) == beyond


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"])
def test_it_reads_no_data_whatever_a_bucket_says(standing: Standing, action: str) -> None:
    scope = AccountScope(standing.aws.account, standing.aws.region)
    documents = [read_document(name, text) for name, text in deployment(scope).items()]
    caller = Caller(scope.iam("role/hic-operator-deploy"), scope.account)
    opened = {"Effect": "Allow", "Principal": {"AWS": caller.arn}, "Action": "s3:*", "Resource": "*"}
    policy = read_document("opened", {"Version": "2012-10-17", "Statement": [opened]})
    for bucket in (standing.platform.outputs["shareBucket"], standing.environments[0].outputs["workBucket"]):
        request = Request(caller, action, f"arn:aws:s3:::{bucket}/a", scope.account, _context(scope))
        assert not decide(request, Policies(documents, policy)).allowed


def test_endpoints_are_for_services_of_aws_alone() -> None:
    scope = AccountScope("123456789012", "ap-northeast-1")
    made = ("ec2:CreateVpcEndpoint", scope.arn("ec2", "vpc-endpoint/new"))
    for owner in (("aws-marketplace",), ("999999999999",), ()):
        assert _refused({made}, scope, {**_context(scope), "ec2:vpceserviceowner": owner}) == [made]


def test_the_platforms_budget_is_not_its() -> None:
    scope = AccountScope("123456789012", "ap-northeast-1")
    own, platform = (f"arn:aws:budgets::{scope.account}:budget/hic-{name}" for name in ("hic-2026-077", "platform"))
    asked = {("budgets:ModifyBudget", own), ("budgets:ModifyBudget", platform)}
    assert _refused(asked, scope, _context(scope)) == [("budgets:ModifyBudget", platform)]


ON_DATA = (
    ("s3:GetObject", "arn:aws:s3:::hic-work-hic-2026-077-123456789012/egress/outbox/a"),
    ("s3:GetObject", "arn:aws:s3:::hic-share-123456789012/shareData/a"),
    ("dynamodb:Query", "arn:aws:dynamodb:ap-northeast-1:123456789012:table/hic-records"),
)


@pytest.mark.parametrize("name", ["user/hic/hic-evil-backup", "role/hic-evil-analysis", "role/hic-evil-backup-service"])
@pytest.mark.parametrize(("action", "resource"), ON_DATA)
def test_what_it_makes_reads_data_on_servers_alone(name: str, action: str, resource: str) -> None:
    """It could give a user a key, or have a role trust another account, and write the policies of both."""
    scope = AccountScope("123456789012", "ap-northeast-1")
    everything = read_document("written", {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}
    ]})  # fmt: skip
    bounds = read_document("bounds", boundary(scope))
    caller = Caller(scope.iam(name), scope.account, name.partition("/")[0])
    context = {"aws:principalarn": (caller.arn,)}
    for on_server in (False, True):
        keys = {**context, "ec2:sourceinstancearn": ("arn:aws:ec2:x:y:instance/i-1",)} if on_server else context
        request = Request(caller, action, resource, scope.account, keys)
        allowed = decide(request, Policies([everything], boundary=bounds)).allowed
        assert allowed is on_server


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey"])
def test_no_user_that_it_makes_opens_anything(action: str) -> None:
    scope = AccountScope("123456789012", "ap-northeast-1")
    key, everything = scope.arn("kms", "key/k-1"), {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = read_document("written", {"Version": "2012-10-17", "Statement": [everything]})
    bounds = read_document("bounds", boundary(scope))
    for name, allowed in (("user/hic/hic-evil-backup", False), ("role/hic-hic-2026-077-analysis", True)):
        caller = Caller(scope.iam(name), scope.account, name.partition("/")[0])
        request = Request(caller, action, key, scope.account, {"aws:principalarn": (caller.arn,)})
        assert decide(request, Policies([document], boundary=bounds)).allowed is allowed


def test_its_permissions_are_such_as_aws_has(standing: Standing) -> None:
    """A misspelt permission would be refused by nobody, and be missed on the day."""
    scope = AccountScope(standing.aws.account, standing.aws.region)
    for text in (*deployment(scope).values(), boundary(scope)):
        issues = {finding.issue for finding in judged_by_parliament(text)}
        assert not issues & {"UNKNOWN_ACTION", "UNKNOWN_PREFIX", "INVALID_ARN", "MALFORMED"}
        assert len(json.dumps(json.loads(text), separators=(",", ":"))) <= 6144
