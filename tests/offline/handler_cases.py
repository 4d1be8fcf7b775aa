"""A case for each handler: what it is made with, and what is changed of it then."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.offline.handler_world import TRUST, Inputs, World
from tests.offline.watching_cases import REPEATABLE, WATCHING


def _policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": ["arn:aws:s3:::bucket/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _selector(field: str, **how: list[str]) -> dict[str, Any]:
    return {"name": "one", "fieldSelectors": [{"field": field, **how}]}


def _query_log(w: World) -> str:
    inputs = {"name": "asked", "destinationArn": f"arn:aws:s3:::{bucket_of_a_test(w)}"}
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


def bucket_of_a_test(world: World, lock: bool = False) -> str:
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
            "logDestination": f"arn:aws:s3:::{bucket_of_a_test(w)}",
            "maxAggregationInterval": 60,
            "tags": TAGS,
        },
        {"tags": MORE},
    ),
    "aws:cloudtrail/trail:Trail": lambda w: (
        {
            "name": "calls",
            "s3BucketName": bucket_of_a_test(w),
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
        {"name": "asked", "destinationArn": f"arn:aws:s3:::{bucket_of_a_test(w)}", "tags": TAGS},
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
        {"bucket": bucket_of_a_test(w), "versioningConfiguration": {"status": "Enabled"}},
        {},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": lambda w: (
        {
            "bucket": bucket_of_a_test(w),
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
        {"bucket": bucket_of_a_test(w), "blockPublicAcls": True, "blockPublicPolicy": True},
        {"blockPublicAcls": False},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": lambda w: (
        {"bucket": bucket_of_a_test(w), "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": lambda w: (
        {"bucket": bucket_of_a_test(w), "policy": _policy("s3:GetObject")},
        {"policy": _policy("s3:PutObject")},
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": lambda w: (
        {"bucket": bucket_of_a_test(w, lock=True), "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 3}}},
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
