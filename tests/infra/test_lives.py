"""What happens to stacks over time: built, changed, ended; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.approvals.model import Approval
from provisioning.aws.sessions import Aws
from provisioning.environments.engine import Op, Outcome, StackRequest
from provisioning.errors import BadInput, HicError, Refused
from provisioning.offline.engine import OfflineEngine
from tests.infra.conftest import APPROVALS, PASSWORD, environment_request, platform_request

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
        "profiles": len(aws.client("iam").list_instance_profiles()["InstanceProfiles"]),
        "directories": len(aws.client("ds").describe_directories()["DirectoryDescriptions"]),
        "desktops": len(aws.client("workspaces").describe_workspaces()["Workspaces"]),
        "registered": len(aws.client("workspaces").describe_workspace_directories()["Directories"]),
        "tables": len(aws.client("dynamodb").list_tables()["TableNames"]),
    }


def _keys(aws: Aws) -> list[Any]:
    return [key for page in aws.client("kms").get_paginator("list_keys").paginate() for key in page["Keys"]]


def _changed(outcome: Outcome) -> list[tuple[str, str, tuple[str, ...]]]:
    return sorted((s.op.value, s.type.rpartition(":")[2], s.changed) for s in outcome.steps if s.op is not Op.SAME)


def _with(approval: Approval, **changes: Any) -> Approval:
    return Approval.model_validate({**approval.model_dump(mode="json"), **changes})


def test_destroy_leaves_nothing(engine: OfflineEngine, aws: Aws) -> None:
    empty = _inventory(aws)
    engine.up(platform_request())
    with_platform = _inventory(aws)
    for number, approval in enumerate((UBUNTU, WINDOWS), 1):
        engine.up(environment_request(approval, number))
    aws.client("s3").put_object(Bucket=f"hic-work-{UBUNTU.id.lower()}-{aws.account}", Key="egress/outbox/1/t.csv")
    with pytest.raises(Refused, match="in use by"):
        engine.destroy("platform")
    for approval in (UBUNTU, WINDOWS):
        engine.destroy(environment_request(approval, 1).name)
    assert _inventory(aws) == with_platform
    engine.destroy("platform")
    assert _inventory(aws) == empty


def test_a_platform_in_earnest_cannot_be_destroyed_by_accident(engine: OfflineEngine, aws: Aws) -> None:
    engine.up(StackRequest("platform", {}, {"directoryPassword": PASSWORD}))
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


def test_plans_tell_what_up_does(engine: OfflineEngine, aws: Aws) -> None:
    before = _inventory(aws)
    plan = engine.plan(platform_request())
    assert _inventory(aws) == before
    assert sorted(s.urn for s in plan.steps) == sorted(s.urn for s in engine.up(platform_request()).steps)
    request = environment_request(WINDOWS, 1)
    plan = engine.plan(request)
    assert plan.count(Op.CREATE) == len(plan.steps)
    assert plan.outputs["cidr"] == "10.1.0.0/16"
    assert "serverInstanceId" not in plan.outputs
    made = engine.up(request)
    assert sorted((s.urn, s.recorded) for s in plan.steps) == sorted((s.urn, s.recorded) for s in made.steps)


def test_changes_of_an_approval_touch_only_what_they_must(engine: OfflineEngine) -> None:
    engine.up(platform_request())
    first = engine.up(environment_request(WINDOWS, 1))
    environment = WINDOWS.environment.model_dump(mode="json")

    larger = _with(WINDOWS, environment={**environment, "options": {"extension_tb": 1}})
    outcome = engine.up(environment_request(larger, 1))
    assert _changed(outcome) == [("update", "Volume", ("size",))]
    assert outcome.outputs == first.outputs

    handlers = [h.model_dump(mode="json") for h in WINDOWS.handlers]
    one_more = {**handlers[1], "id": "analyst-x", "name": "取扱者 X", "email": "x@univ.example.jp"}
    outcome = engine.up(environment_request(_with(larger, handlers=[*handlers, one_more]), 1))
    assert _changed(outcome) == [("create", "Workspace", ())]
    outcome = engine.up(environment_request(_with(larger, handlers=handlers[:1]), 1))
    assert _changed(outcome) == [("delete", "Workspace", ())] * 2

    places = [p.model_dump(mode="json") for p in WINDOWS.places]
    moved = [{**places[0], "cidrs": ["203.0.113.64/28"]}]
    outcome = engine.up(environment_request(_with(larger, handlers=handlers[:1], places=moved), 1))
    assert _changed(outcome) == [("update", "IpGroup", ("rules",))]


def test_a_longer_period_only_changes_tags(engine: OfflineEngine) -> None:
    engine.up(platform_request())
    first = engine.up(environment_request(WINDOWS, 1))
    earlier = _with(WINDOWS, period={"start": "2026-11-01", "end": "2027-03-31"})
    outcome = engine.plan(environment_request(earlier, 1))
    kinds = {step.op for step in outcome.steps}
    assert kinds == {Op.SAME, Op.UPDATE}
    changed = {key for step in outcome.steps for key in step.changed}
    assert changed == {"tags", "rootBlockDevice"}  # the root disk's tags are among its properties
    assert first.outputs["serverInstanceId"] == outcome.outputs["serverInstanceId"]


def test_a_newer_image_is_for_new_environments_only(engine: OfflineEngine, aws: Aws) -> None:
    engine.up(platform_request())
    first = engine.up(environment_request(WINDOWS, 1))
    other = aws.client("ec2").register_image(Name="hic-analysis-windows-2027.01", RootDeviceName="/dev/sda1")["ImageId"]
    assert _changed(engine.plan(environment_request(WINDOWS, 1))) == []
    assert _changed(engine.plan(environment_request(WINDOWS, 1, imageWindows="ami-0d1c00000000b2001"))) == []
    engine.destroy(environment_request(WINDOWS, 1).name)
    second = engine.up(environment_request(WINDOWS, 1))
    assert _image(aws, second) == other != _image(aws, first)


def _image(aws: Aws, outcome: Outcome) -> str:
    ids = [outcome.outputs["serverInstanceId"]]
    reservations = aws.client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    return str(reservations[0]["Instances"][0]["ImageId"])


def test_an_environment_needs_a_platform(engine: OfflineEngine) -> None:
    with pytest.raises(Refused, match="platform"):
        engine.up(environment_request(WINDOWS, 1))


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (StackRequest("something", {}), "no program for the stack 'something'"),
        (environment_request(WINDOWS, 0), "network number 0"),
        (environment_request(WINDOWS, 251), "network number 251"),
        (
            StackRequest("env-other", dict(environment_request(WINDOWS, 1).config), {"directoryPassword": PASSWORD}),
            "not that of the approval",
        ),
        (StackRequest("env-x", {"approval": "{}", "network": "1"}, {"directoryPassword": PASSWORD}), "is not valid"),
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
