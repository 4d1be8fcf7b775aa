"""What stands in a network that is to be deleted, and was not made by the stack. AWS refuses then; moto lets it go."""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.assurance import in_the_way
from provisioning.assurance.in_the_way import FILTERS, VPC
from provisioning.offline.calls import Calls
from provisioning.offline.state import Resource


def check_unused(calls: Calls, batch: Sequence[Resource]) -> None:
    """Raise Refused, naming everything in the way, before any of the batch is deleted.

    Two calls when a VPC is among them, which say all about its subnets and groups, too; none without such a type.
    """
    own = {resource.id for resource in batch if resource.id}
    own |= {interface for resource in batch for interface in resource.outputs.get("networkInterfaceIds", ())}
    vpcs = {resource.id for resource in batch if resource.type == VPC}
    for kind in FILTERS:
        asked = [r.id for r in batch if r.type == kind and (kind == VPC or r.inputs.get("vpcId") not in vpcs)]
        if asked:
            in_the_way.check_unused(calls.ec2, kind, asked, own)
