"""A VPC that nothing leaves: no gateway to the internet, and a way to the directory only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.network_plan import DIRECTORY, PlannedSubnet
from infra.tags import Tags, named


@dataclass(frozen=True)
class VpcArgs:
    """`subnets` each go to the route table of their tier."""

    cidr: str
    subnets: Sequence[PlannedSubnet]
    tags: Tags


class ClosedVpc(pulumi.ComponentResource):
    """A VPC, its subnets and one route table per tier. Its default security group lets nothing through."""

    def __init__(self, name: str, args: VpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:network:ClosedVpc", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc(
            name,
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,  # private names of the interface endpoints need it
            tags=named(args.tags, name),
            opts=inside,
        )
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default", vpc_id=self.vpc.id, tags=named(args.tags, f"{name}-default"), opts=inside
        )
        self.route_tables: dict[str, aws.ec2.RouteTable] = {}
        self.subnets: dict[str, list[aws.ec2.Subnet]] = {}
        for tier in dict.fromkeys(subnet.tier for subnet in args.subnets):
            label = f"{name}-{tier}"
            self.route_tables[tier] = aws.ec2.RouteTable(
                label, vpc_id=self.vpc.id, tags=named(args.tags, label), opts=inside
            )
        for planned in args.subnets:
            self.subnets.setdefault(planned.tier, []).append(self._subnet(name, planned, args.tags, inside))
        self.register_outputs({})

    def _subnet(self, name: str, planned: PlannedSubnet, tags: Tags, inside: pulumi.ResourceOptions) -> aws.ec2.Subnet:
        label = f"{name}-{planned.name}"
        subnet = aws.ec2.Subnet(
            label,
            vpc_id=self.vpc.id,
            cidr_block=planned.cidr,
            availability_zone_id=planned.zone,
            map_public_ip_on_launch=False,
            tags=named(tags, label),
            opts=inside,
        )
        aws.ec2.RouteTableAssociation(
            label, subnet_id=subnet.id, route_table_id=self.route_tables[planned.tier].id, opts=inside
        )
        return subnet

    def subnet_ids(self, tier: str) -> list[pulumi.Output[str]]:
        """The ids of a tier's subnets."""
        return [subnet.id for subnet in self.subnets[tier]]


@dataclass(frozen=True)
class DirectoryPathArgs:
    """The way from an environment to the platform's directory and back."""

    vpc_id: pulumi.Input[str]
    cidr: str
    route_tables: dict[str, aws.ec2.RouteTable]
    platform_vpc_id: pulumi.Input[str]
    platform_route_table_id: pulumi.Input[str]
    tags: Tags


class DirectoryPath(pulumi.ComponentResource):
    """A peering with the platform's VPC, with routes to the directory's subnets and nothing else of it."""

    def __init__(self, name: str, args: DirectoryPathArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:network:DirectoryPath", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.peering = aws.ec2.VpcPeeringConnection(
            name,
            vpc_id=args.vpc_id,
            peer_vpc_id=args.platform_vpc_id,
            auto_accept=True,
            tags=named(args.tags, name),
            opts=inside,
        )
        for tier, table in args.route_tables.items():
            aws.ec2.Route(
                f"{name}-{tier}",
                route_table_id=table.id,
                destination_cidr_block=str(DIRECTORY),
                vpc_peering_connection_id=self.peering.id,
                opts=inside,
            )
        aws.ec2.Route(
            f"{name}-back",
            route_table_id=args.platform_route_table_id,
            destination_cidr_block=args.cidr,
            vpc_peering_connection_id=self.peering.id,
            opts=inside,
        )
        self.register_outputs({})
