"""Network ACLs: one for each tier, made from the table of flows; the VPC's default one is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.acls import Cidrs, Entry, acl_entries
from infra.flows import Place
from infra.tags import Tags, named


@dataclass(frozen=True)
class AclsArgs:
    """`subnet_ids` by tier; `cidrs` of all places that flows of these tiers lead to or come from."""

    vpc: aws.ec2.Vpc
    subnet_ids: Mapping[Place, Sequence[pulumi.Input[str]]]
    cidrs: Cidrs
    tags: Tags


class Acls(pulumi.ComponentResource):
    """What passes between subnets, whatever the security groups say. A subnet without an ACL of its own is closed."""

    def __init__(self, name: str, args: AclsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:network:Acls", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        aws.ec2.DefaultNetworkAcl(
            f"{name}-default",
            default_network_acl_id=args.vpc.default_network_acl_id,
            ingress=[],  # named, so that an entry that somebody adds shows as drift
            egress=[],
            tags=named(args.tags, f"{name}-default"),
            # AWS gives it the subnets that no other has; there are none.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["subnetIds"]),
        )
        for tier, subnets in args.subnet_ids.items():
            entries = acl_entries(tier, args.cidrs)
            label = f"{name}-{tier}"
            aws.ec2.NetworkAcl(
                label,
                vpc_id=args.vpc.id,
                subnet_ids=list(subnets),
                ingress=[_ingress(entry) for entry in entries if not entry.egress],
                egress=[_egress(entry) for entry in entries if entry.egress],
                tags=named(args.tags, label),
                opts=inside,
            )
        self.register_outputs({})


def _ingress(entry: Entry) -> aws.ec2.NetworkAclIngressArgs:
    return aws.ec2.NetworkAclIngressArgs(
        rule_no=entry.number,
        action=_action(entry),
        protocol=entry.protocol,
        from_port=entry.first,
        to_port=entry.last,
        cidr_block=entry.cidr,
    )


def _egress(entry: Entry) -> aws.ec2.NetworkAclEgressArgs:
    return aws.ec2.NetworkAclEgressArgs(
        rule_no=entry.number,
        action=_action(entry),
        protocol=entry.protocol,
        from_port=entry.first,
        to_port=entry.last,
        cidr_block=entry.cidr,
    )


def _action(entry: Entry) -> str:
    return "allow" if entry.allow else "deny"
