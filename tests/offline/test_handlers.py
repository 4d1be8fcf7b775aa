"""Each handler on its own: make, read back, change, find again, delete, delete once more."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from provisioning.aws.sessions import Aws
from provisioning.errors import Refused
from provisioning.offline.calls import Calls
from provisioning.offline.deployment import actual
from provisioning.offline.diff import covers, drifted
from provisioning.offline.handlers import REGISTRY
from provisioning.offline.handlers.base import Handler, Made
from provisioning.offline.handlers.ec2_acl import default_acl
from tests.offline.watching_cases import REPEATABLE, WATCHING

Inputs = dict[str, Any]


def made_id(made: str | Made) -> str:
    """The id, whether or not AWS's answer showed the rest as well."""
    return made.id if isinstance(made, Made) else made


@dataclass
class World:
    """Things that other things stand on."""

    calls: Calls
    vpc: str
    other_vpc: str
    subnets: list[str]
    table: str
    group: str
    key: str
    role: str

    def make(self, type_token: str, inputs: Inputs) -> str:
        handler = _handler(type_token)
        id = made_id(handler.create(self.calls, inputs))
        handler.settle(self.calls, id, inputs, None)
        return id


@pytest.fixture
def world(aws: Aws) -> World:
    calls = Calls(aws)
    ec2 = calls.ec2
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    other = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    zones = ("apne1-az4", "apne1-az1")
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZoneId=zone)["Subnet"]["SubnetId"]
        for n, zone in enumerate(zones)
    ]
    calls.iam.create_role(RoleName="workspaces_DefaultRole", AssumeRolePolicyDocument=TRUST)
    calls.iam.create_role(RoleName="standing", AssumeRolePolicyDocument=TRUST)
    return World(
        calls=calls,
        vpc=vpc,
        other_vpc=other,
        subnets=subnets,
        table=ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"],
        group=ec2.create_security_group(GroupName="standing", Description="d", VpcId=vpc)["GroupId"],
        key=calls.kms.create_key()["KeyMetadata"]["Arn"],
        role="standing",
    )


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def _policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": ["arn:aws:s3:::bucket/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _selector(field: str, **how: list[str]) -> dict[str, Any]:
    return {"name": "one", "fieldSelectors": [{"field": field, **how}]}


def _query_log(w: World) -> str:
    inputs = {"name": "asked", "destinationArn": f"arn:aws:s3:::{_bucket(w)}"}
    return w.make("aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", inputs)


def _name_group(w: World) -> str:
    return w.make("aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup", {"name": "names"})


def _resolver(w: World) -> Inputs:
    return {
        "name": "out",
        "direction": "OUTBOUND",
        "securityGroupIds": [w.group],
        "ipAddresses": [{"subnetId": subnet} for subnet in w.subnets],
        "tags": TAGS,
    }


def _forward(w: World) -> Inputs:
    return {
        "name": "inside",
        "domainName": "example.internal",
        "ruleType": "FORWARD",
        "resolverEndpointId": w.make("aws:route53/resolverEndpoint:ResolverEndpoint", _resolver(w)),
        "targetIps": [{"ip": "10.9.0.9"}],
        "tags": TAGS,
    }


def _entry(number: int, protocol: str, port: int) -> dict[str, Any]:
    entry = {"ruleNo": number, "action": "allow", "protocol": protocol, "cidrBlock": "10.9.0.0/16"}
    return {**entry, "fromPort": port, "toPort": port}


def _bucket(world: World, lock: bool = False) -> str:
    return world.make("aws:s3/bucket:Bucket", {"bucket": "bucket-of-a-test", "objectLockEnabled": lock})


TAGS = {"Name": "one", "hic:approval": "T-1"}
MORE = {"Name": "one", "hic:approval": "T-1", "more": "two"}
Case = Callable[[World], tuple[Inputs, Inputs]]
CASES: dict[str, Case] = {
    "aws:ec2/vpc:Vpc": lambda w: (
        {"cidrBlock": "10.7.0.0/16", "enableDnsHostnames": True, "tags": TAGS},
        {"enableDnsHostnames": False, "tags": {"Name": "two"}},
    ),
    "aws:ec2/subnet:Subnet": lambda w: (
        {"vpcId": w.vpc, "cidrBlock": "10.9.9.0/24", "availabilityZoneId": "apne1-az4", "tags": TAGS},
        {"tags": MORE, "mapPublicIpOnLaunch": False},
    ),
    "aws:ec2/routeTable:RouteTable": lambda w: ({"vpcId": w.vpc, "tags": TAGS}, {"tags": MORE}),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": lambda w: (
        {"subnetId": w.subnets[0], "routeTableId": w.table},
        {},
    ),
    "aws:ec2/networkAcl:NetworkAcl": lambda w: (
        {
            "vpcId": w.vpc,
            "subnetIds": [w.subnets[0]],
            "ingress": [_entry(10, "6", 22), _entry(20, "17", 53)],
            "egress": [_entry(10, "-1", 0)],
            "tags": TAGS,
        },
        {"subnetIds": [w.subnets[1]], "ingress": [_entry(10, "6", 23)], "tags": MORE},
    ),
    "aws:ec2/flowLog:FlowLog": lambda w: (
        {
            "vpcId": w.vpc,
            "trafficType": "ALL",
            "logDestinationType": "s3",
            "logDestination": f"arn:aws:s3:::{_bucket(w)}",
            "maxAggregationInterval": 60,
            "tags": TAGS,
        },
        {"tags": MORE},
    ),
    "aws:cloudtrail/trail:Trail": lambda w: (
        {
            "name": "calls",
            "s3BucketName": _bucket(w),
            "kmsKeyId": w.key,
            "isMultiRegionTrail": True,
            "isOrganizationTrail": False,
            "includeGlobalServiceEvents": True,
            "enableLogFileValidation": True,
            "enableLogging": True,
            "advancedEventSelectors": [_selector("eventCategory", equals=["Management"])],
            "tags": TAGS,
        },
        {
            "enableLogging": False,
            "isMultiRegionTrail": False,
            "advancedEventSelectors": [_selector("resources.ARN", startsWiths=["arn:aws:s3:::a/"])],
            "tags": {"Name": "two"},
        },
    ),
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": lambda w: (
        {"name": "asked", "destinationArn": f"arn:aws:s3:::{_bucket(w)}", "tags": TAGS},
        {"tags": {"Name": "two"}},
    ),
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": lambda w: (
        {"resolverQueryLogConfigId": _query_log(w), "resourceId": w.vpc},
        {},
    ),
    "aws:route53/resolverEndpoint:ResolverEndpoint": lambda w: (_resolver(w), {"tags": {"Name": "two"}}),
    "aws:route53/resolverRule:ResolverRule": lambda w: (_forward(w), {"tags": MORE}),
    "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": lambda w: (
        {"resolverRuleId": w.make("aws:route53/resolverRule:ResolverRule", _forward(w)), "vpcId": w.vpc, "name": "a"},
        {},
    ),
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": lambda w: (
        {"name": "allowed", "domains": ["a.example.com", "*.b.example.com"], "tags": TAGS},
        {"domains": ["c.example.com"], "tags": {"Name": "two"}},
    ),
    "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": lambda w: (
        {"name": "names", "tags": TAGS},
        {"tags": MORE},
    ),
    "aws:route53/resolverFirewallRule:ResolverFirewallRule": lambda w: (
        {
            "name": "rest",
            "firewallRuleGroupId": _name_group(w),
            "firewallDomainListId": w.make(
                "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
                {"name": "rest", "domains": ["*"]},
            ),
            "priority": 200,
            "action": "BLOCK",
            "blockResponse": "NXDOMAIN",
        },
        {"priority": 300, "blockResponse": "NODATA"},
    ),
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": lambda w: (
        {"name": "a", "firewallRuleGroupId": _name_group(w), "vpcId": w.vpc, "priority": 101, "tags": TAGS},
        {"priority": 102, "mutationProtection": "DISABLED", "tags": MORE},
    ),
    "aws:directoryservice/radiusSettings:RadiusSettings": lambda w: (
        {
            "directoryId": w.make("aws:directoryservice/directory:Directory", _managed(w)),
            "authenticationProtocol": "PAP",
            "displayLabel": "code",
            "radiusPort": 1812,
            "radiusRetries": 3,
            "radiusServers": ["10.0.0.10"],
            "radiusTimeout": 10,
            "sharedSecret": "Canary-Radius",
            "useSameUsername": True,
        },
        {"radiusServers": ["10.0.0.10", "10.0.1.10"]},
    ),
    "aws:workspaces/ipGroup:IpGroup": lambda w: (
        {"name": "seat", "description": "d", "rules": [{"source": "203.0.113.0/28", "description": "seat"}]},
        {"rules": [{"source": "203.0.113.64/28", "description": "seat"}]},
    ),
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": lambda w: (
        {"vpcId": w.vpc, "peerVpcId": w.other_vpc, "autoAccept": True, "tags": TAGS},
        {"tags": MORE},
    ),
    "aws:ec2/route:Route": lambda w: (
        {
            "routeTableId": w.table,
            "destinationCidrBlock": "10.8.0.0/24",
            "vpcPeeringConnectionId": w.make(
                "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
                {"vpcId": w.vpc, "peerVpcId": w.other_vpc, "autoAccept": True},
            ),
        },
        {},
    ),
    "aws:ec2/securityGroup:SecurityGroup": lambda w: (
        {"name": "made", "description": "d", "vpcId": w.vpc, "tags": TAGS},
        {"tags": MORE},
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": lambda w: (
        {
            "securityGroupId": w.group,
            "cidrIpv4": "10.0.0.0/8",
            "ipProtocol": "tcp",
            "fromPort": 53,
            "toPort": 53,
            "description": "names",
            "tags": TAGS,
        },
        {"fromPort": 88, "toPort": 88, "tags": MORE},
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": lambda w: (
        {
            "securityGroupId": w.group,
            "referencedSecurityGroupId": w.group,
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "description": "self",
            "tags": TAGS,
        },
        {"description": "myself"},
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": lambda w: (
        {
            "vpcId": w.vpc,
            "serviceName": "com.amazonaws.ap-northeast-1.s3",
            "vpcEndpointType": "Gateway",
            "routeTableIds": [w.table],
            "policy": _policy("s3:GetObject"),
            "tags": TAGS,
        },
        {"policy": _policy("s3:PutObject"), "tags": MORE},
    ),
    "aws:ec2/instance:Instance": lambda w: (
        {
            "ami": "ami-0d1c00000000a1001",
            "instanceType": "m6i.xlarge",
            "subnetId": w.subnets[0],
            "vpcSecurityGroupIds": [w.group],
            "disableApiTermination": True,
            "forceDestroy": True,
            "metadataOptions": {"httpTokens": "required", "httpEndpoint": "enabled", "httpPutResponseHopLimit": 1},
            "rootBlockDevice": {"volumeSize": 50, "volumeType": "gp3", "encrypted": True, "kmsKeyId": w.key},
            "tags": TAGS,
        },
        {"instanceType": "m6i.2xlarge", "disableApiTermination": False, "tags": MORE},
    ),
    "aws:ebs/volume:Volume": lambda w: (
        {
            "availabilityZone": "ap-northeast-1a",
            "size": 10,
            "type": "gp3",
            "encrypted": True,
            "kmsKeyId": w.key,
            "tags": TAGS,
        },
        {"size": 20, "tags": MORE},
    ),
    "aws:kms/key:Key": lambda w: (
        {"description": "d", "enableKeyRotation": True, "deletionWindowInDays": 7, "tags": TAGS},
        {"description": "e", "enableKeyRotation": False, "tags": {"Name": "two"}},
    ),
    "aws:kms/alias:Alias": lambda w: (
        {"name": "alias/hic/one", "targetKeyId": w.key.rpartition("/")[2]},
        {"targetKeyId": w.calls.kms.create_key()["KeyMetadata"]["KeyId"]},
    ),
    "aws:s3/bucket:Bucket": lambda w: (
        {"bucket": "made-in-a-test", "forceDestroy": True, "tags": TAGS},
        {"tags": MORE},
    ),
    "aws:s3/bucketVersioning:BucketVersioning": lambda w: (
        {"bucket": _bucket(w), "versioningConfiguration": {"status": "Enabled"}},
        {},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": lambda w: (
        {
            "bucket": _bucket(w),
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": w.key},
                    "bucketKeyEnabled": True,
                }
            ],
        },
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "bucketKeyEnabled": False}]},
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": lambda w: (
        {"bucket": _bucket(w), "blockPublicAcls": True, "blockPublicPolicy": True},
        {"blockPublicAcls": False},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": lambda w: (
        {"bucket": _bucket(w), "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": lambda w: (
        {"bucket": _bucket(w), "policy": _policy("s3:GetObject")},
        {"policy": _policy("s3:PutObject")},
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": lambda w: (
        {"bucket": _bucket(w, lock=True), "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 3}}},
        {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 4}}},
    ),
    "aws:iam/role:Role": lambda w: (
        {"name": "made", "assumeRolePolicy": TRUST, "description": "d", "tags": TAGS},
        {"description": "e", "maxSessionDuration": 7200, "tags": {"Name": "two"}},
    ),
    "aws:iam/rolePolicy:RolePolicy": lambda w: (
        {"name": "inside", "role": w.role, "policy": _policy("s3:GetObject")},
        {"policy": _policy("s3:PutObject")},
    ),
    "aws:iam/instanceProfile:InstanceProfile": lambda w: (
        {"name": "made", "role": w.role, "tags": TAGS},
        {"role": "workspaces_DefaultRole", "tags": MORE},
    ),
    "aws:dynamodb/table:Table": lambda w: (
        {
            "name": "made",
            "billingMode": "PAY_PER_REQUEST",
            "hashKey": "pk",
            "rangeKey": "sk",
            "attributes": [{"name": "pk", "type": "S"}, {"name": "sk", "type": "S"}],
            "pointInTimeRecovery": {"enabled": True},
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": w.key},
            "deletionProtectionEnabled": True,
            "tags": TAGS,
        },
        {"deletionProtectionEnabled": False, "pointInTimeRecovery": {"enabled": False}, "tags": {"Name": "two"}},
    ),
    "aws:directoryservice/directory:Directory": lambda w: (_managed(w), {"tags": {"Name": "two"}}),
    "aws:workspaces/directory:Directory": lambda w: (
        {
            "directoryId": w.make("aws:directoryservice/directory:Directory", _managed(w)),
            "subnetIds": w.subnets,
            "workspaceCreationProperties": {"customSecurityGroupId": w.group, "enableInternetAccess": False},
            "selfServicePermissions": {"restartWorkspace": True, "rebuildWorkspace": False},
            "tags": TAGS,
        },
        {"selfServicePermissions": {"restartWorkspace": False, "rebuildWorkspace": True}},
    ),
    "aws:workspaces/workspace:Workspace": lambda w: (
        {
            "directoryId": w.make(
                "aws:workspaces/directory:Directory",
                {"directoryId": w.make("aws:directoryservice/directory:Directory", _managed(w))},
            ),
            "bundleId": "wsb-bh8rsxt14",
            "userName": "analyst",
            "rootVolumeEncryptionEnabled": True,
            "userVolumeEncryptionEnabled": True,
            "volumeEncryptionKey": w.key,
            "workspaceProperties": {"runningMode": "AUTO_STOP", "runningModeAutoStopTimeoutInMinutes": 60},
            "tags": TAGS,
        },
        {},
    ),
}
CASES |= WATCHING
ELSEWHERE = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",  # it cannot be deleted
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",  # nor can this
    "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",  # nor this: every network has one
    "aws:ec2/volumeAttachment:VolumeAttachment",
    "aws:ec2transitgateway/instanceState:InstanceState",
    "aws:backup/selection:Selection",  # recorded, not applied
}
PUT_AGAIN = {
    *REPEATABLE,
    # Made by a call that may be repeated, so there is nothing to find after a cut.
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:iam/rolePolicy:RolePolicy",
}
STAYS = {
    "aws:sns/topicPolicy:TopicPolicy",  # a topic always has a policy: AWS's own comes back
    # A bucket cannot lose these again; versioning is suspended.
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
}


def _managed(w: World) -> Inputs:
    return {
        "name": "example.internal",
        "password": "Str0ng-enough",
        "type": "MicrosoftAD",
        "edition": "Standard",
        "vpcSettings": {"vpcId": w.vpc, "subnetIds": w.subnets},
        "tags": TAGS,
    }


def _handler(type_token: str) -> Handler:
    found = REGISTRY.get(type_token)
    assert found is not None
    return found


def test_every_handler_has_a_case() -> None:
    assert {handler.type for handler in REGISTRY} == set(CASES) | ELSEWHERE


@pytest.mark.parametrize("type_token", sorted(CASES))
def test_a_whole_life(world: World, type_token: str) -> None:
    handler, (inputs, changes) = _handler(type_token), CASES[type_token](world)
    assert type_token in PUT_AGAIN or handler.find(world.calls, inputs) is None
    id = world.make(type_token, inputs)
    shown = handler.read(world.calls, id, inputs)
    assert shown is not None
    assert drifted(inputs, shown) == set()
    if type_token not in PUT_AGAIN:
        assert handler.find(world.calls, inputs) == id

    changed = {**inputs, **changes}
    handler.settle(world.calls, id, changed, inputs)
    shown = handler.read(world.calls, id, changed)
    assert shown is not None
    assert drifted(changed, shown) == set()
    for key in changes:
        assert key in shown, f"{key} is not read back"
        assert covers(changes[key], shown[key])

    handler.delete(world.calls, id, changed)
    if type_token not in STAYS:
        assert actual(handler, world.calls, id, changed) is None
        handler.delete(world.calls, id, changed)


def test_the_acl_that_a_network_was_born_with_is_closed_and_stays(world: World) -> None:
    handler = _handler("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
    inputs: Inputs = {
        "defaultNetworkAclId": default_acl(world.calls, world.vpc),
        "ingress": [],
        "egress": [],
        "tags": TAGS,
    }
    id = handler.create(world.calls, inputs)
    assert drifted(inputs, handler.read(world.calls, id, inputs) or {}) == {"ingress", "egress", "tags"}
    handler.settle(world.calls, id, inputs, None)
    assert drifted(inputs, handler.read(world.calls, id, inputs) or {}) == set()
    handler.delete(world.calls, id, inputs)
    assert handler.read(world.calls, id, inputs)


def test_what_happens_when_the_firewall_does_not_answer(world: World) -> None:
    handler = _handler("aws:route53/resolverFirewallConfig:ResolverFirewallConfig")
    inputs: Inputs = {"resourceId": world.vpc, "firewallFailOpen": "ENABLED"}
    id = world.make(handler.type, inputs)
    assert drifted(inputs, handler.read(world.calls, id, inputs) or {}) == set()
    closed = {**inputs, "firewallFailOpen": "DISABLED"}
    handler.settle(world.calls, id, closed, inputs)
    assert drifted(closed, handler.read(world.calls, id, closed) or {}) == set()
    handler.delete(world.calls, id, closed)
    assert handler.read(world.calls, id, closed)


def test_what_a_directory_shares_with_radius_is_not_shown(world: World) -> None:
    inputs, _changes = CASES["aws:directoryservice/radiusSettings:RadiusSettings"](world)
    handler = _handler("aws:directoryservice/radiusSettings:RadiusSettings")
    id = world.make(handler.type, inputs)
    assert "Canary-Radius" not in repr(handler.read(world.calls, id, inputs))


def test_a_disk_is_attached_and_taken_off(world: World) -> None:
    instance, _changes = CASES["aws:ec2/instance:Instance"](world)
    volume, _changes = CASES["aws:ebs/volume:Volume"](world)
    inputs = {
        "deviceName": "/dev/sdf",
        "instanceId": world.make("aws:ec2/instance:Instance", instance),
        "volumeId": world.make("aws:ebs/volume:Volume", volume),
    }
    handler = _handler("aws:ec2/volumeAttachment:VolumeAttachment")
    assert handler.find(world.calls, inputs) is None
    id = made_id(handler.create(world.calls, inputs))
    assert handler.read(world.calls, id, inputs) == inputs
    assert handler.find(world.calls, inputs) == id
    handler.delete(world.calls, id, inputs)
    assert handler.read(world.calls, id, inputs) is None
    handler.delete(world.calls, id, inputs)


def test_a_server_is_held_stopped(world: World) -> None:
    instance, _changes = CASES["aws:ec2/instance:Instance"](world)
    server = world.make("aws:ec2/instance:Instance", instance)
    handler = _handler("aws:ec2transitgateway/instanceState:InstanceState")
    inputs = {"instanceId": server, "state": "stopped"}
    id = world.make(handler.type, inputs)
    assert handler.read(world.calls, id, inputs) == inputs
    world.calls.ec2.start_instances(InstanceIds=[server])
    shown = handler.read(world.calls, id, inputs)
    assert shown is not None
    assert drifted(inputs, shown) == {"state"}
    handler.settle(world.calls, id, inputs, inputs)
    handler.delete(world.calls, id, inputs)
    assert handler.read(world.calls, id, inputs) == inputs


def test_the_default_group_is_emptied(world: World) -> None:
    handler = _handler("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    id = world.make(handler.type, {"vpcId": world.vpc, "tags": TAGS})
    shown = handler.read(world.calls, id, {})
    assert shown is not None
    assert (shown["ingress"], shown["egress"], shown["tags"]) == ([], [], TAGS)


def test_a_new_group_has_no_way_out(world: World) -> None:
    id = world.make("aws:ec2/securityGroup:SecurityGroup", {"name": "n", "vpcId": world.vpc})
    group = world.calls.ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])


def test_an_instance_is_launched_guarded_and_can_still_be_destroyed(world: World) -> None:
    inputs, _changes = CASES["aws:ec2/instance:Instance"](world)
    handler = _handler("aws:ec2/instance:Instance")
    id = world.make(handler.type, inputs)
    unforced = {**inputs, "forceDestroy": False}
    with pytest.raises(Exception, match="OperationNotPermitted"):
        handler.delete(world.calls, id, unforced)
    handler.delete(world.calls, id, inputs)
    assert handler.read(world.calls, id, inputs) is None
    assert not world.calls.ec2.describe_volumes(Filters=[{"Name": "encrypted", "Values": ["true"]}])["Volumes"]


def test_an_unknown_image_is_refused(world: World) -> None:
    inputs, _changes = CASES["aws:ec2/instance:Instance"](world)
    with pytest.raises(Exception, match="InvalidAMIID"):
        world.make("aws:ec2/instance:Instance", {**inputs, "ami": "ami-00000000000000000"})


def test_a_bucket_that_is_there_already_is_refused(world: World) -> None:
    name = _bucket(world)
    with pytest.raises(Refused, match=name):
        world.make("aws:s3/bucket:Bucket", {"bucket": name})


@pytest.fixture
def filled(world: World) -> tuple[Handler, World, Inputs]:
    """A versioned bucket with an object, an older version of it, and a deleted one."""
    inputs: Inputs = {"bucket": "filled-in-a-test", "objectLockEnabled": False}
    world.make("aws:s3/bucket:Bucket", inputs)
    s3 = world.calls.s3
    s3.put_bucket_versioning(Bucket=inputs["bucket"], VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket=inputs["bucket"], Key="kept", Body=body)
    s3.put_object(Bucket=inputs["bucket"], Key="gone", Body=b"3")
    s3.delete_object(Bucket=inputs["bucket"], Key="gone")
    return _handler("aws:s3/bucket:Bucket"), world, inputs


def test_a_full_bucket_stays_unless_it_is_to_go_with_its_objects(filled: tuple[Handler, World, Inputs]) -> None:
    handler, world, inputs = filled
    with pytest.raises(Exception, match="BucketNotEmpty"):
        handler.delete(world.calls, inputs["bucket"], inputs)
    handler.delete(world.calls, inputs["bucket"], {**inputs, "forceDestroy": True})
    assert handler.find(world.calls, inputs) is None


@pytest.mark.parametrize(("mode", "goes"), [("COMPLIANCE", False), ("GOVERNANCE", True)])
def test_firmly_locked_objects_keep_their_bucket(world: World, mode: str, goes: bool) -> None:
    handler = _handler("aws:s3/bucket:Bucket")
    inputs = {"bucket": _bucket(world, lock=True), "objectLockEnabled": True, "forceDestroy": True}
    rule = {"defaultRetention": {"mode": mode, "days": 1}}
    world.make(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {"bucket": inputs["bucket"], "rule": rule}
    )
    world.calls.s3.put_object(Bucket=inputs["bucket"], Key="audit/1", Body=b"x", ContentMD5="nd3C0ieBYb8PyDb24LQE7g==")
    if goes:
        handler.delete(world.calls, str(inputs["bucket"]), inputs)
    else:
        with pytest.raises(Exception, match=r"cannot be deleted|AccessDenied"):
            handler.delete(world.calls, str(inputs["bucket"]), inputs)
    assert (handler.find(world.calls, inputs) is None) == goes
