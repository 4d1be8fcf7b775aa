"""What the handlers under test stand on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from provisioning.aws.sessions import Aws
from provisioning.offline.calls import Calls
from provisioning.offline.handlers import REGISTRY
from provisioning.offline.handlers.base import Handler, Made

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
        handler = handler_of(type_token)
        id = made_id(handler.create(self.calls, inputs))
        handler.settle(self.calls, id, inputs, None)
        return id


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def handler_of(type_token: str) -> Handler:
    """The handler of a type."""
    found = REGISTRY.get(type_token)
    assert found is not None
    return found


def make_world(aws: Aws) -> World:
    """Networks, a group, a key and roles."""
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
