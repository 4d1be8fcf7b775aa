"""Security groups and their rules, made from the table of flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.flows import FLOWS, GROUPS, Flow, Place, flows_between
from infra.network_plan import DIRECTORY, ENVIRONMENTS
from infra.tags import Tags, named


@dataclass(frozen=True)
class GroupsArgs:
    """The VPC that the groups are for."""

    vpc_id: pulumi.Input[str]
    tags: Tags


class Groups(pulumi.ComponentResource):
    """One security group for each place inside the environment, without rules."""

    def __init__(self, name: str, args: GroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:network:Groups", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.ids: dict[Place, pulumi.Output[str]] = {
            place: aws.ec2.SecurityGroup(
                f"{name}-{place}",
                name=f"{name}-{place}",
                description=f"{place} of {name}",
                vpc_id=args.vpc_id,
                tags=named(args.tags, f"{name}-{place}"),
                opts=inside,
            ).id
            for place in GROUPS
        }
        self.register_outputs({})


@dataclass(frozen=True)
class RulesArgs:
    """`groups` by place; `prefix_lists` of the gateway endpoints' services."""

    groups: Mapping[Place, pulumi.Output[str]]
    prefix_lists: Mapping[Place, pulumi.Output[str]]
    tags: Tags


class Rules(pulumi.ComponentResource):
    """For each flow: a rule out of its source, and one into its target if that is ours."""

    def __init__(self, name: str, args: RulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:network:Rules", name, None, opts)
        self._args = args
        self._inside = pulumi.ResourceOptions(parent=self)
        for flow in FLOWS:
            self._out(f"{name}-{flow.name}-out", flow)
            if flow.target in args.groups:
                self._in(f"{name}-{flow.name}-in", flow)
        self.register_outputs({})

    def _out(self, label: str, flow: Flow) -> None:
        aws.vpc.SecurityGroupEgressRule(
            label,
            security_group_id=self._args.groups[flow.source],
            referenced_security_group_id=self._args.groups.get(flow.target),
            prefix_list_id=self._args.prefix_lists.get(flow.target),
            cidr_ipv4=str(DIRECTORY) if flow.target is Place.DIRECTORY else None,
            ip_protocol=flow.protocol,
            from_port=flow.first,
            to_port=flow.last,
            description=flow.reason,
            tags=named(self._args.tags, label),
            opts=self._inside,
        )

    def _in(self, label: str, flow: Flow) -> None:
        aws.vpc.SecurityGroupIngressRule(
            label,
            security_group_id=self._args.groups[flow.target],
            referenced_security_group_id=self._args.groups[flow.source],
            ip_protocol=flow.protocol,
            from_port=flow.first,
            to_port=flow.last,
            description=flow.reason,
            tags=named(self._args.tags, label),
            opts=self._inside,
        )


@dataclass(frozen=True)
class DirectoryDoorArgs:
    """The directory's own security group, which AWS makes."""

    group_id: pulumi.Input[str]
    tags: Tags


class DirectoryDoor(pulumi.ComponentResource):
    """What environments may ask of the directory.

    One rule per port for all of them, for a group takes no more than 60; which environment has
    a way to the directory at all is a matter of its peering and routes.
    """

    def __init__(self, name: str, args: DirectoryDoorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:network:DirectoryDoor", name, None, opts)
        ports = {(f.protocol, f.first, f.last): f for f in flows_between(target=Place.DIRECTORY)}
        for (protocol, first, last), flow in ports.items():
            label = f"{name}-{protocol}-{first}"
            aws.vpc.SecurityGroupIngressRule(
                label,
                security_group_id=args.group_id,
                cidr_ipv4=str(ENVIRONMENTS),
                ip_protocol=protocol,
                from_port=first,
                to_port=last,
                description=flow.reason,
                tags=named(args.tags, label),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
