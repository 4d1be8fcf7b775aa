"""One-time codes at login (HIC-8): a directory asks RADIUS servers, which the operator runs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.flows import RADIUS_PORT
from infra.network_plan import ENVIRONMENTS
from infra.tags import Tags, named

LABEL = "One-time code"
SECONDS = 10  # people type the code, the server answers at once
RETRIES = 3


@dataclass(frozen=True)
class SecondFactorArgs:
    """`secret` is what directory and servers share."""

    directory_id: pulumi.Input[str]
    servers: Sequence[str]
    secret: pulumi.Input[str]


class SecondFactor(pulumi.ComponentResource):
    """The directory asks for a code as well as for the password."""

    def __init__(self, name: str, args: SecondFactorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:people:SecondFactor", name, None, opts)
        self.settings = aws.directoryservice.RadiusSettings(
            name,
            directory_id=args.directory_id,
            authentication_protocol="PAP",  # the only one that carries a one-time code as it is typed
            display_label=LABEL,
            radius_port=RADIUS_PORT,
            radius_servers=list(args.servers),
            radius_retries=RETRIES,
            radius_timeout=SECONDS,
            shared_secret=args.secret,
            use_same_username=True,
            opts=pulumi.ResourceOptions(parent=self, additional_secret_outputs=["sharedSecret"]),
        )
        self.register_outputs({})


@dataclass(frozen=True)
class RadiusDoorArgs:
    """The directory's network."""

    vpc_id: pulumi.Input[str]
    tags: Tags


class RadiusDoor(pulumi.ComponentResource):
    """The security group for the operator's RADIUS servers: connectors and the directory may ask, and nobody else."""

    def __init__(self, name: str, args: RadiusDoorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:people:RadiusDoor", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.group = aws.ec2.SecurityGroup(
            name,
            name=name,
            description="RADIUS servers",
            vpc_id=args.vpc_id,
            tags=named(args.tags, name),
            opts=inside,
        )
        aws.vpc.SecurityGroupIngressRule(
            name,
            security_group_id=self.group.id,
            cidr_ipv4=str(ENVIRONMENTS),  # the directory's own network is among them
            ip_protocol="udp",
            from_port=RADIUS_PORT,
            to_port=RADIUS_PORT,
            description="One-time codes",
            tags=named(args.tags, f"{name}-codes"),
            opts=inside,
        )
        self.register_outputs({})
