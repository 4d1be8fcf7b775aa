"""What stands in a network that is to be deleted, and was not made by the stack. AWS refuses then; moto lets it go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from provisioning.aws.sessions import aws_errors
from provisioning.errors import Refused
from provisioning.messages import _
from provisioning.offline.calls import Calls
from provisioning.offline.state import Resource

VPC, SUBNET, GROUP = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/securityGroup:SecurityGroup"
# How interfaces and instances are asked for what they are in.
FILTERS = {VPC: ("vpc-id", "vpc-id"), SUBNET: ("subnet-id", "subnet-id"), GROUP: ("group-id", "instance.group-id")}
GONE = ("terminated", "shutting-down")


def check_unused(calls: Calls, batch: Sequence[Resource]) -> None:
    """Raise Refused, naming everything in the way, before any of the batch is deleted.

    Two calls when a VPC is among them, which say all about its subnets and groups, too; none without such a type.
    """
    own = {resource.id for resource in batch if resource.id}
    own |= {interface for resource in batch for interface in resource.outputs.get("networkInterfaceIds", ())}
    vpcs = {resource.id for resource in batch if resource.type == VPC}
    for kind, filters in FILTERS.items():
        asked = [r.id for r in batch if r.type == kind and (kind == VPC or r.inputs.get("vpcId") not in vpcs)]
        if not asked:
            continue
        with aws_errors(_("looking for what stands in {ids}").format(ids=", ".join(asked))):
            found = list(_standing(calls, filters, asked, own))
        if found:
            raise Refused(
                _("{ids} cannot be deleted: {things} are in the way.").format(
                    ids=", ".join(asked), things=", ".join(found)
                ),
                fix=_("Nothing was deleted. They are not of this stack: remove them by hand, then repeat the command."),
            )


def _standing(calls: Calls, filters: tuple[str, str], asked: list[str], own: set[str]) -> Iterator[str]:
    """Instances and interfaces of others."""
    of_interfaces, of_instances = ([{"Name": name, "Values": asked}] for name in filters)
    pages = calls.ec2.get_paginator("describe_instances").paginate(Filters=of_instances)
    instances = [one for page in pages for each in page["Reservations"] for one in each["Instances"]]
    yield from (
        one["InstanceId"] for one in instances if one["State"]["Name"] not in GONE and one["InstanceId"] not in own
    )
    known = {one["InstanceId"] for one in instances}
    for page in calls.ec2.get_paginator("describe_network_interfaces").paginate(Filters=of_interfaces):
        for interface in page["NetworkInterfaces"]:
            if not _accounted_for(interface, known | own):
                yield interface["NetworkInterfaceId"]


def _accounted_for(interface: dict[str, Any], known: set[str]) -> bool:
    """Whether it goes with something else of the batch: its instance, its endpoint, its directory or resolver."""
    attached = (interface.get("Attachment") or {}).get("InstanceId")
    words = re.split(r"[\s:]+", interface.get("Description", ""))  # "AWS created network interface for d-1234567890"
    return bool(known & {attached, interface["NetworkInterfaceId"], *words})
