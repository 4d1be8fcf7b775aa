"""What happens to stacks over time: built, changed, ended; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.aws.sessions import Aws
from provisioning.environments.engine import Op, Outcome, StackRequest
from provisioning.errors import BadInput, HicError, Refused
from provisioning.offline.engine import OfflineEngine
from tests.infra.conftest import (
    APPROVALS,
    ENVIRONMENT_SECRETS,
    PLATFORM_SECRETS,
    changed,
    changed_approval,
    environment_request,
    platform_request,
)

UBUNTU, WINDOWS, _LINKED = APPROVALS


def _inventory(aws: Aws) -> dict[str, Any]:
    """Everything of ours that AWS shows."""
    ec2 = aws.client("ec2")
    vpcs = [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]]
    instances = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    keys = [aws.client("kms").describe_key(KeyId=k["KeyId"])["KeyMetadata"] for k in _keys(aws)]
    peerings = ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]
    own = [{"Name": "vpc-id", "Values": vpcs}] if vpcs else [{"Name": "tag-key", "Values": ["hic:approval"]}]
    aliases = aws.client("kms").list_aliases()["Aliases"]
    return {
        "vpcs": len(vpcs),
        "subnets": len(ec2.describe_subnets(Filters=own)["Subnets"]),
        "groups": len(ec2.describe_security_groups(Filters=own)["SecurityGroups"]),
        "route tables": len(ec2.describe_route_tables(Filters=own)["RouteTables"]),
        "endpoints": len([e for e in ec2.describe_vpc_endpoints()["VpcEndpoints"] if e["State"] != "deleted"]),
        "peerings": len([p for p in peerings if p["Status"]["Code"] == "active"]),
        "instances": len([i for i in instances if i["State"]["Name"] != "terminated"]),
        "volumes": len(ec2.describe_volumes()["Volumes"]),
        "buckets": len(aws.client("s3").list_buckets()["Buckets"]),
        "keys": len([k for k in keys if k["KeyState"] != "PendingDeletion"]),
        "aliases": len([a for a in aliases if a["AliasName"].startswith("alias/hic/")]),
        "roles": len(aws.client("iam").list_roles()["Roles"]),
        "users": len(aws.client("iam").list_users()["Users"]),
        "policies": len(aws.client("iam").list_policies(Scope="Local")["Policies"]),
        "vaults": len(aws.client("backup").list_backup_vaults()["BackupVaultList"]),
        "plans": len(aws.client("backup").list_backup_plans()["BackupPlansList"]),
        "log groups": len(aws.client("logs").describe_log_groups()["logGroups"]),
        "alarms": len(aws.client("cloudwatch").describe_alarms()["MetricAlarms"]),
        "topics": len(aws.client("sns").list_topics()["Topics"]),
        "budgets": len(aws.client("budgets").describe_budgets(AccountId=aws.account)["Budgets"]),
        "profiles": len(aws.client("iam").list_instance_profiles()["InstanceProfiles"]),
        "directories": len(aws.client("ds").describe_directories()["DirectoryDescriptions"]),
        "desktops": len(aws.client("workspaces").describe_workspaces()["Workspaces"]),
        "registered": len(aws.client("workspaces").describe_workspace_directories()["Directories"]),
        "tables": len(aws.client("dynamodb").list_tables()["TableNames"]),
    }


def _keys(aws: Aws) -> list[Any]:
    return [key for page in aws.client("kms").get_paginator("list_keys").paginate() for key in page["Keys"]]


def test_a_whole_life_is_as_planned_and_leaves_nothing(engine: OfflineEngine, aws: Aws) -> None:
    empty = _inventory(aws)
    _planned_and_built(engine, aws, platform_request())
    with_platform = _inventory(aws)
    plan = _planned_and_built(engine, aws, environment_request(UBUNTU, 1))
    assert plan.outputs["cidr"] == "10.1.0.0/21"
    assert "serverInstanceId" not in plan.outputs
    engine.up(environment_request(WINDOWS, 2))
    aws.client("s3").put_object(Bucket=f"hic-work-{UBUNTU.id.lower()}-{aws.account}", Key="egress/outbox/1/t.csv")
    with pytest.raises(Refused, match="in use by"):
        engine.destroy("platform")
    for approval in (UBUNTU, WINDOWS):
        engine.destroy(environment_request(approval, 1).name)
    assert _inventory(aws) == with_platform
    engine.destroy("platform")
    assert _inventory(aws) == empty


def _planned_and_built(engine: OfflineEngine, aws: Aws, request: StackRequest) -> Outcome:
    before = _inventory(aws)
    plan = engine.plan(request)
    assert _inventory(aws) == before
    assert plan.count(Op.CREATE) == len(plan.steps)
    made = engine.up(request)
    assert sorted((s.urn, s.recorded) for s in plan.steps) == sorted((s.urn, s.recorded) for s in made.steps)
    return plan


def test_a_platform_in_earnest_cannot_be_destroyed_by_accident(engine: OfflineEngine, aws: Aws) -> None:
    engine.up(StackRequest("platform", {}, PLATFORM_SECRETS))
    before = _inventory(aws)
    with pytest.raises(Refused, match="protected") as caught:
        engine.destroy("platform")
    assert "deletionProtection" in str(caught.value)
    assert _inventory(aws) == before
    assert aws.client("dynamodb").describe_table(TableName="hic-records")["Table"]["DeletionProtectionEnabled"] is True
    lock = aws.client("s3").get_object_lock_configuration(Bucket=f"hic-audit-{aws.account}")["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"]["Mode"] == "COMPLIANCE"
    lifted = engine.up(platform_request())
    assert lifted.count(Op.REPLACE) == lifted.count(Op.CREATE) == lifted.count(Op.DELETE) == 0
    engine.destroy("platform")


def test_changes_are_made_in_place(engine: OfflineEngine, aws: Aws) -> None:
    engine.up(platform_request())
    first = engine.up(environment_request(WINDOWS, 1))
    environment = {**WINDOWS.environment.model_dump(mode="json"), "options": {"extension_tb": 1}}
    handlers = [h.model_dump(mode="json") for h in WINDOWS.handlers]
    fewer = changed_approval(WINDOWS, environment=environment, handlers=handlers[:1])
    outcome = engine.up(environment_request(fewer, 1))
    assert changed(outcome) == [
        ("delete", "Workspace", ()),
        ("update", "Budget", ("limitAmount",)),
        ("update", "Volume", ("size",)),
    ]
    assert {**outcome.outputs, "workspaces": 0} == {**first.outputs, "workspaces": 0}
    volume = aws.client("ec2").describe_volumes(VolumeIds=[outcome.outputs["dataVolumeId"]])["Volumes"][0]
    assert volume["Size"] == WINDOWS.spec.data_gb + 1000


def test_an_environment_needs_a_platform(engine: OfflineEngine) -> None:
    with pytest.raises(Refused, match="platform"):
        engine.up(environment_request(WINDOWS, 1))


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (StackRequest("something", {}), "no program for the stack 'something'"),
        (environment_request(WINDOWS, 0), "network number 0"),
        (environment_request(WINDOWS, 8161), "network number 8161"),
        (
            StackRequest("env-other", dict(environment_request(WINDOWS, 1).config), ENVIRONMENT_SECRETS),
            "not that of the approval",
        ),
        (StackRequest("env-x", {"approval": "{}", "network": "1"}, ENVIRONMENT_SECRETS), "is not valid"),
    ],
)
def test_wrong_requests_are_refused(engine: OfflineEngine, aws: Aws, request_: StackRequest, told: str) -> None:
    before = _inventory(aws)
    with pytest.raises(BadInput, match=told):
        engine.up(request_)
    assert _inventory(aws) == before


def test_a_missing_setting_is_named(engine: OfflineEngine) -> None:
    with pytest.raises(HicError, match="directoryPassword"):
        engine.up(StackRequest("platform", {}))
