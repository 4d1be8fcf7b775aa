"""What stands in a network that is to go, and was not made with it: named before anything is touched.

AWS would refuse in the middle of the work, and the stand-in for AWS lets the network go. Describe calls only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from provisioning.assurance.reading import listed
from provisioning.aws.sessions import Aws, aws_errors
from provisioning.errors import Refused
from provisioning.messages import _

VPC, SUBNET, GROUP = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/securityGroup:SecurityGroup"
# How interfaces and instances are asked for what they are in.
FILTERS = {VPC: ("vpc-id", "vpc-id"), SUBNET: ("subnet-id", "subnet-id"), GROUP: ("group-id", "instance.group-id")}
GONE = ("terminated", "shutting-down")
# What WorkSpaces calls the interface of a desktop. It may stay for a while when the desktop is gone.
OF_DESKTOPS = "created by amazon workspaces"


def check_nobody_else(aws: Aws, vpcs: Collection[str], ids: Collection[str]) -> None:
    """Raise Refused, naming everything in these networks that does not go with `ids`.

    These are of all that stood, before an interrupted end too: an interface can outlive what it was for.
    """
    own, asked = set(ids), sorted(vpcs)
    if not asked:
        return
    ec2 = aws.client("ec2")
    with aws_errors(_("looking for what stands in {ids}").format(ids=", ".join(asked))):
        filters = [{"Name": "vpc-id", "Values": asked}]
        for endpoint in listed(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=filters):
            if endpoint["VpcEndpointId"] in own:
                own |= set(endpoint.get("NetworkInterfaceIds", ()))
    check_unused(ec2, VPC, asked, own)


def check_unused(ec2: Any, kind: str, asked: Sequence[str], own: Collection[str]) -> None:
    """Raise Refused, naming the instances and interfaces in networks of that kind that are not `own`."""
    with aws_errors(_("looking for what stands in {ids}").format(ids=", ".join(asked))):
        found = list(_others(ec2, FILTERS[kind], asked, set(own)))
    if found:
        raise Refused(
            _("{ids} cannot be deleted: {things} are in the way.").format(
                ids=", ".join(asked), things=", ".join(found)
            ),
            fix=_("Nothing was deleted. They are not of this stack: remove them by hand, then repeat the command."),
        )


def _others(ec2: Any, filters: tuple[str, str], asked: Sequence[str], own: set[str]) -> Iterator[str]:
    of_interfaces, of_instances = ([{"Name": name, "Values": list(asked)}] for name in filters)
    pages = ec2.get_paginator("describe_instances").paginate(Filters=of_instances)
    instances = [one for page in pages for each in page["Reservations"] for one in each["Instances"]]
    yield from (
        one["InstanceId"] for one in instances if one["State"]["Name"] not in GONE and one["InstanceId"] not in own
    )
    known = {one["InstanceId"] for one in instances}
    for page in ec2.get_paginator("describe_network_interfaces").paginate(Filters=of_interfaces):
        for interface in page["NetworkInterfaces"]:
            if not _accounted_for(interface, known | own):
                yield interface["NetworkInterfaceId"]


def _accounted_for(interface: dict[str, Any], known: set[str]) -> bool:
    """Whether it goes with something else: its instance, its endpoint, its directory or resolver, its desktop."""
    attached = (interface.get("Attachment") or {}).get("InstanceId")
    description = interface.get("Description") or ""  # as "AWS created network interface for d-1234567890"
    if description.lower().startswith(OF_DESKTOPS):
        return True
    words = re.split(r"[\s:]+", description)
    return bool(known & {attached, interface["NetworkInterfaceId"], *words})
