"""No two environments on the same addresses: AWS itself would find out only at the routes, with half of it built."""

from __future__ import annotations

import pulumi_aws as aws

from infra.tags import APPROVAL_TAG
from provisioning.errors import Refused
from provisioning.messages import _


def check_network_free(approval_id: str, cidr: str) -> None:
    """Raise Refused, naming the owner, when another environment of this account has that network.

    Networks of the plan are the same or apart, so that the same block is all there is to ask for.
    """
    same = [
        aws.ec2.GetVpcsFilterArgs(name="cidr", values=[cidr]),
        aws.ec2.GetVpcsFilterArgs(name="tag-key", values=[APPROVAL_TAG]),
    ]
    for found in aws.ec2.get_vpcs(filters=same).ids:
        owner = aws.ec2.get_vpc(id=found).tags.get(APPROVAL_TAG)
        if owner != approval_id:
            raise Refused(
                _("The network {cidr} is that of {owner} ({vpc}).").format(cidr=cidr, owner=owner, vpc=found),
                fix=_("Nothing was built. Let hic take a free network: hic env up {approval}").format(
                    approval=approval_id
                ),
            )
