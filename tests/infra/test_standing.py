"""What stands in AWS after `up`, read back from it: closed, encrypted, tagged, apart."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from infra.flows import FLOWS, GROUPS, INTERFACES, Place
from infra.network_plan import DIRECTORY, ENVIRONMENTS
from infra.tags import platform_tags
from provisioning.approvals.data_sets import share_keys
from provisioning.environments.engine import Op
from provisioning.offline.handlers import REGISTRY
from provisioning.offline.state import Resource, StateStore
from provisioning.offline.validate import check_inputs
from provisioning.offline.wire import reveal
from tests.infra.conftest import PASSWORD, Built, Standing, platform_request

ANYWHERE = {"0.0.0.0/0", "::/0"}
MADE_BY_AWS = re.compile(r"^d-[0-9a-f]+_(controllers|workspacesMembers)$")


@pytest.fixture(params=[0, 1, 2], ids=["ubuntu", "windows", "linked"])
def built(standing: Standing, request: pytest.FixtureRequest) -> Built:
    return standing.environments[request.param]


def _vpcs(standing: Standing) -> list[str]:
    return [standing.platform.outputs["vpcId"], *(b.outputs["vpcId"] for b in standing.environments)]


def _groups(standing: Standing, *vpcs: str) -> list[Any]:
    filters = [{"Name": "vpc-id", "Values": list(vpcs)}]
    found = standing.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return [group for group in found if not MADE_BY_AWS.match(group["GroupName"])]


def test_a_second_up_changes_nothing(standing: Standing) -> None:
    for request in (platform_request(), standing.request(standing.environments[2])):
        outcome = standing.engine.up(request)
        assert {step.op for step in outcome.steps} == {Op.SAME}, request.name


def test_nothing_drifts(standing: Standing, built: Built) -> None:
    for stack in ("platform", standing.request(built).name):
        drifted = {r.name: r.drift for r in standing.engine.resources(stack, refresh=True) if r.drift}
        assert drifted == {}


def test_exactly_what_is_backed_up_is_recorded_and_not_applied(standing: Standing, built: Built) -> None:
    """A type that moto cannot hold is told here, by every run, and in the documents."""
    recorded = [(s.type, s.name) for s in built.outcome.steps if s.recorded]
    assert recorded == [("aws:backup/selection:Selection", f"hic-{built.approval.id.lower()}")]
    assert standing.platform.recorded == 0


def test_the_places_carry_the_approved_addresses(built: Built) -> None:
    groups = {r.name: r for r in built.state.resources.values() if r.type == "aws:workspaces/ipGroup:IpGroup"}
    told = sorted(rule["source"] for group in groups.values() for rule in group.inputs["rules"])
    assert told == sorted(cidr for place in built.approval.places for cidr in place.cidrs)
    (registration,) = [r for r in built.state.resources.values() if r.type == "aws:workspaces/directory:Directory"]
    assert sorted(registration.inputs["ipGroupIds"]) == sorted(group.id for group in groups.values())


def test_what_moto_does_not_show_is_known(standing: Standing) -> None:
    """Inputs that cannot be read back are checked nowhere but in the program; this is all of them."""
    hidden: dict[str, set[str]] = {}
    for stack in StateStore(standing.home).stacks():
        state = StateStore(standing.home).load(stack)
        assert state is not None
        for resource in state.resources.values():
            handler = REGISTRY.get(resource.type)
            if handler is None or handler.recorded:
                continue
            shown = handler.read(standing.engine._calls, resource.id, reveal(resource.inputs)) or {}
            if missing := set(resource.inputs) - set(shown):
                hidden.setdefault(resource.type, set()).update(missing)
    assert hidden == {
        "aws:backup/vault:Vault": {"forceDestroy"},
        "aws:budgets/budget:Budget": {"tags"},
        "aws:directoryservice/directory:Directory": {"password"},
        "aws:directoryservice/radiusSettings:RadiusSettings": {"sharedSecret"},
        "aws:ec2/instance:Instance": {"associatePublicIpAddress", "forceDestroy"},
        "aws:ec2/volumeAttachment:VolumeAttachment": {"stopInstanceBeforeDetaching"},
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": {"autoAccept"},
        "aws:iam/user:User": {"forceDestroy", "permissionsBoundary"},
        "aws:kms/key:Key": {"deletionWindowInDays"},
        "aws:s3/bucket:Bucket": {"forceDestroy", "objectLockEnabled"},
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {"description"},
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {"description"},
        "aws:workspaces/ipGroup:IpGroup": {"tags"},
        "aws:workspaces/workspace:Workspace": {"tags"},
    }


def test_there_is_no_way_to_the_internet(standing: Standing) -> None:
    ec2, vpcs = standing.client("ec2"), _vpcs(standing)
    attached = [{"Name": "attachment.vpc-id", "Values": vpcs}]
    assert ec2.describe_internet_gateways(Filters=attached)["InternetGateways"] == []
    assert ec2.describe_nat_gateways()["NatGateways"] == []
    assert ec2.describe_addresses()["Addresses"] == []
    assert ec2.describe_vpn_gateways()["VpnGateways"] == []
    interfaces = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": vpcs}])["NetworkInterfaces"]
    assert interfaces
    assert [i["NetworkInterfaceId"] for i in interfaces if i.get("Association", {}).get("PublicIp")] == []
    for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": vpcs}])["Subnets"]:
        assert subnet["MapPublicIpOnLaunch"] is False


def test_no_rule_names_the_whole_world(standing: Standing) -> None:
    for group in _groups(standing, *_vpcs(standing)):
        for permission in [*group["IpPermissions"], *group["IpPermissionsEgress"]]:
            cidrs = {r["CidrIp"] for r in permission["IpRanges"]} | {r["CidrIpv6"] for r in permission["Ipv6Ranges"]}
            assert not cidrs & ANYWHERE, group["GroupName"]
            assert permission["IpProtocol"] != "-1"


def test_default_groups_let_nothing_through(standing: Standing) -> None:
    groups = [g for g in _groups(standing, *_vpcs(standing)) if g["GroupName"] == "default"]
    assert len(groups) == 4
    assert all(g["IpPermissions"] == g["IpPermissionsEgress"] == [] for g in groups)


def test_the_rules_are_the_table_of_flows_and_nothing_else(standing: Standing, built: Built) -> None:
    stack = f"hic-{built.approval.id.lower()}"
    groups = {g["GroupId"]: g["GroupName"].removeprefix(f"{stack}-") for g in _groups(standing, built.outputs["vpcId"])}
    assert set(groups.values()) == {"default", *GROUPS}
    lists = standing.client("ec2").describe_managed_prefix_lists()["PrefixLists"]
    services = {item["PrefixListId"]: item["PrefixListName"].rpartition(".")[2] for item in lists}
    found = set()
    filters = [{"Name": "group-id", "Values": list(groups)}]
    for rule in standing.client("ec2").describe_security_group_rules(Filters=filters)["SecurityGroupRules"]:
        if rule.get("CidrIpv4"):
            assert rule["CidrIpv4"] == str(DIRECTORY)
            other = str(Place.DIRECTORY)
        else:
            group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
            other = groups[group] if group else services[rule["PrefixListId"]]
        found.add(
            (rule["IsEgress"], groups[rule["GroupId"]], other, rule["IpProtocol"], rule["FromPort"], rule["ToPort"])
        )
    out = {(True, str(f.source), str(f.target), f.protocol, f.first, f.last) for f in FLOWS}
    into = {(False, str(f.target), str(f.source), f.protocol, f.first, f.last) for f in FLOWS if f.target in GROUPS}
    assert found == out | into


def test_the_directory_answers_environments_only(standing: Standing) -> None:
    directory = standing.platform.outputs["directoryId"]
    described = standing.client("ds").describe_directories(DirectoryIds=[directory])["DirectoryDescriptions"][0]
    filters = [{"Name": "group-id", "Values": [described["VpcSettings"]["SecurityGroupId"]]}]
    rules = standing.client("ec2").describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    into = [rule for rule in rules if not rule["IsEgress"]]
    assert {rule["CidrIpv4"] for rule in into} == {str(ENVIRONMENTS)}
    assert len(into) == len({(f.protocol, f.first) for f in FLOWS if f.target is Place.DIRECTORY}) < 60


def test_routes_lead_to_the_directory_and_back_only(standing: Standing, built: Built) -> None:
    ec2 = standing.client("ec2")
    filters = [{"Name": "vpc-id", "Values": [built.outputs["vpcId"]]}]
    routes = [r for t in ec2.describe_route_tables(Filters=filters)["RouteTables"] for r in t["Routes"]]
    (peering,) = built.ids("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
    ways = {(r.get("DestinationCidrBlock"), r.get("GatewayId") or r.get("VpcPeeringConnectionId")) for r in routes}
    own = built.ids("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert {way for way in ways if way[1] not in own} == {(built.outputs["cidr"], "local"), (str(DIRECTORY), peering)}
    table = standing.platform.outputs["directoryRouteTableId"]
    (back,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    ways = {(r["DestinationCidrBlock"], r.get("GatewayId") or r.get("VpcPeeringConnectionId")) for r in back["Routes"]}
    assert (built.outputs["cidr"], peering) in ways
    assert len(ways) == 1 + len(standing.environments)


def test_endpoints_are_these_and_each_has_a_policy(standing: Standing, built: Built) -> None:
    found = standing.client("ec2").describe_vpc_endpoints(
        Filters=[{"Name": "vpc-id", "Values": [built.outputs["vpcId"]]}]
    )["VpcEndpoints"]
    by_service = {e["ServiceName"].rpartition(".")[2]: e for e in found}
    assert set(by_service) == {"s3", "dynamodb", *INTERFACES}
    for service, endpoint in by_service.items():
        policy = json.loads(endpoint["PolicyDocument"])
        for statement in policy["Statement"]:
            assert statement["Condition"]["StringEquals"]["aws:PrincipalAccount"] == standing.aws.account, service
    named = {
        resource for statement in json.loads(by_service["s3"]["PolicyDocument"])["Statement"]
        for resource in statement["Resource"]
    }  # fmt: skip
    share, work = standing.platform.outputs["shareBucket"], built.outputs["workBucket"]
    readable = {f"{share}/{key}" for key in share_keys(built.approval.datasets)}
    assert named == {f"arn:aws:s3:::{name}" for name in (share, work, f"{work}/*", *readable)}
    (statement,) = json.loads(by_service["dynamodb"]["PolicyDocument"])["Statement"]
    assert statement["Resource"] == [standing.platform.outputs["recordTableArn"]]


def test_the_server_is_closed_encrypted_and_guarded(standing: Standing, built: Built) -> None:
    ec2, approval = standing.client("ec2"), built.approval
    instance = ec2.describe_instances(InstanceIds=[built.outputs["serverInstanceId"]])["Reservations"][0]["Instances"][
        0
    ]
    assert instance["InstanceType"] == approval.spec.instance_type
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    assert instance["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
    assert "KeyName" not in instance
    assert not instance.get("PublicIpAddress")
    assert instance["PrivateIpAddress"] == built.outputs["serverPrivateIp"]
    guard = ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute="disableApiTermination")
    assert guard["DisableApiTermination"]["Value"] is True
    image = ec2.describe_images(ImageIds=[instance["ImageId"]])["Images"][0]
    assert image["Name"].startswith(f"hic-analysis-{approval.environment.os}-")
    ids = [mapping["Ebs"]["VolumeId"] for mapping in instance["BlockDeviceMappings"]]
    volumes = ec2.describe_volumes(VolumeIds=ids)["Volumes"]
    assert len(volumes) == 2
    for volume in volumes:
        assert (volume["Encrypted"], volume["KmsKeyId"]) == (True, built.outputs["keyArn"])
        assert volume["VolumeType"] == "gp3"
    data = next(v for v in volumes if v["VolumeId"] == built.outputs["dataVolumeId"])
    assert data["Size"] == approval.spec.data_gb + 1000 * approval.environment.options.extension_tb


def test_each_handler_has_a_desktop_of_their_own(standing: Standing, built: Built) -> None:
    directory = built.outputs["desktopDirectoryId"]
    found = standing.client("workspaces").describe_workspaces(DirectoryId=directory)["Workspaces"]
    assert {w["UserName"]: w["WorkspaceId"] for w in found} == built.outputs["workspaces"]
    assert set(built.outputs["workspaces"]) == {handler.id for handler in built.approval.handlers}
    for workspace in found:
        assert workspace["RootVolumeEncryptionEnabled"] is workspace["UserVolumeEncryptionEnabled"] is True
        assert workspace["VolumeEncryptionKey"] == built.outputs["keyArn"]
        assert workspace["WorkspaceProperties"]["RunningMode"] == "AUTO_STOP"
    (registered,) = standing.client("workspaces").describe_workspace_directories(DirectoryIds=[directory])[
        "Directories"
    ]
    creation = registered["WorkspaceCreationProperties"]
    assert creation["EnableInternetAccess"] is creation["UserEnabledAsLocalAdministrator"] is False
    assert registered["RegistrationCode"] == built.outputs["registrationCode"]


def test_buckets_are_private_encrypted_and_want_tls(standing: Standing) -> None:
    s3, platform = standing.client("s3"), standing.platform.outputs
    keys = {b.outputs["workBucket"]: b.outputs["keyArn"] for b in standing.environments}
    keys |= {platform["shareBucket"]: platform["keyArn"], platform["auditBucket"]: platform["keyArn"]}
    for bucket, key in keys.items():
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        by_default = rule["ApplyServerSideEncryptionByDefault"]
        assert (by_default["SSEAlgorithm"], by_default["KMSMasterKeyID"]) == ("aws:kms", key)
        assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {True}
        (owner,) = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
        assert owner["ObjectOwnership"] == "BucketOwnerEnforced"
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        assert {"Bool": {"aws:SecureTransport": "false"}} in [s["Condition"] for s in policy["Statement"]]
        assert {s["Effect"] for s in policy["Statement"]} == {"Deny"}
    lock = s3.get_object_lock_configuration(Bucket=platform["auditBucket"])["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"].items() >= {"Mode": "GOVERNANCE", "Days": 3650}.items()


def test_the_record_table_is_encrypted_and_can_be_brought_back(standing: Standing) -> None:
    dynamodb = standing.client("dynamodb")
    table = dynamodb.describe_table(TableName="hic-records")["Table"]
    assert [(k["AttributeName"], k["KeyType"]) for k in table["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSEDescription"]["KMSMasterKeyArn"] == standing.platform.outputs["keyArn"]
    backups = dynamodb.describe_continuous_backups(TableName="hic-records")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_everything_that_can_carry_tags_carries_them(built: Built) -> None:
    wanted = {
        "hic:approval": built.approval.id,
        "hic:period-end": built.approval.period.end.isoformat(),
        "hic:cost-owner": built.approval.applicant.organisation,
    }
    assert _untagged(built.state.resources.values(), wanted) == set()


@pytest.mark.parametrize("throw_away", [False, True], ids=["protected", "throw-away"])
def test_everything_of_the_platform_carries_tags(standing: Standing, throw_away: bool) -> None:
    """Of the standing one, and of the plan of one that is protected, which tests cannot take down again."""
    wanted = platform_tags(throw_away)
    assert {"hic:approval", "hic:cost-owner"} <= wanted.keys()
    state = StateStore(standing.home).load("platform")
    assert state is not None
    standing_ones = list(state.resources.values())
    planned = standing.engine.registered(platform_request(deletionProtection="true"))
    resources = standing_ones if throw_away else planned
    assert len(resources) > 90
    assert _untagged(resources, wanted) == set()


def _untagged(resources: Iterable[Resource], wanted: dict[str, str]) -> set[str]:
    """Resources that could carry the tags and do not; of a server also its root disk."""
    untagged = set()
    for resource in resources:
        takes_tags = resource.custom and not resource.external and not check_inputs(resource.type, {"tags": {}})
        tagged = [resource.inputs] if takes_tags else []
        tagged += [resource.inputs["rootBlockDevice"]] if "rootBlockDevice" in resource.inputs else []
        if any(not wanted.items() <= inputs.get("tags", {}).items() for inputs in tagged):
            untagged.add(resource.name)
    return untagged


def test_approvals_stand_apart(standing: Standing) -> None:
    for key in ("vpcId", "keyArn", "workBucket", "serverInstanceId", "desktopDirectoryId", "cidr"):
        assert len({b.outputs[key] for b in standing.environments}) == len(standing.environments), key
    networks = [ipaddress.ip_network(b.outputs["cidr"]) for b in standing.environments]
    assert not any(a.overlaps(b) for n, a in enumerate(networks) for b in networks[n + 1 :])
    for built in standing.environments:
        text = json.dumps({r.urn: reveal(r.inputs) for r in built.state.resources.values()}, default=str)
        for other in standing.environments:
            if other is not built:
                assert not any(other.outputs[k] in text for k in ("vpcId", "keyArn", "workBucket", "cidr"))


def test_no_password_in_outputs_or_on_disk(standing: Standing) -> None:
    for outcome in (standing.platform, *(b.outcome for b in standing.environments)):
        assert PASSWORD not in repr(outcome)
    for path in standing.home.rglob("*"):
        assert path.is_dir() or PASSWORD.encode() not in path.read_bytes(), path


def test_how_much_stands(standing: Standing) -> None:
    """Told on screen and in the documents; a change here belongs there too."""
    assert standing.platform.applied == 100
    counts = [(b.outcome.applied, b.outcome.recorded) for b in standing.environments]
    assert counts == [(112, 1), (113, 1), (115, 1)]
