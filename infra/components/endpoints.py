"""The only ways from an environment to AWS: endpoints, each with a policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import policies
from infra.flows import INTERFACES, Place
from infra.tags import Tags, named


@dataclass(frozen=True)
class EndpointsArgs:
    """`route_table_id` is that of the analysis server's subnets; desktops have no way to AWS.

    `share_keys` are patterns of what may be read in the share bucket.
    """

    region: str
    account: str
    vpc_id: pulumi.Input[str]
    route_table_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    group_id: pulumi.Input[str]
    share_bucket: pulumi.Input[str]
    share_keys: Sequence[str]
    work_bucket: pulumi.Input[str]
    table_arn: pulumi.Input[str]
    tags: Tags


class Endpoints(pulumi.ComponentResource):
    """Gateways for S3 and DynamoDB, interfaces for the rest. `prefix_lists` are for the rules."""

    def __init__(self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:network:Endpoints", name, None, opts)
        self._args = args
        self._name = name
        self._inside = pulumi.ResourceOptions(parent=self)
        s3_policy = pulumi.Output.all(args.share_bucket, args.work_bucket).apply(
            lambda names: policies.s3_endpoint(args.account, names[0], names[1], args.share_keys)
        )
        table_policy = pulumi.Output.from_input(args.table_arn).apply(
            lambda arn: policies.records_endpoint(args.account, arn)
        )
        self.s3 = self._gateway("s3", s3_policy)
        self.dynamodb = self._gateway("dynamodb", table_policy)
        self.interfaces = {service: self._interface(service) for service in INTERFACES}
        self.prefix_lists: dict[Place, pulumi.Output[str]] = {
            Place.S3: self.s3.prefix_list_id,
            Place.DYNAMODB: self.dynamodb.prefix_list_id,
        }
        self.register_outputs({})

    def _gateway(self, service: str, policy: pulumi.Input[str]) -> aws.ec2.VpcEndpoint:
        return aws.ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=self._args.vpc_id,
            service_name=f"com.amazonaws.{self._args.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=[self._args.route_table_id],
            policy=policy,
            tags=named(self._args.tags, f"{self._name}-{service}"),
            opts=self._inside,
        )

    def _interface(self, service: str) -> aws.ec2.VpcEndpoint:
        return aws.ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=self._args.vpc_id,
            service_name=f"com.amazonaws.{self._args.region}.{service}",
            vpc_endpoint_type="Interface",
            subnet_ids=list(self._args.subnet_ids),
            security_group_ids=[self._args.group_id],
            private_dns_enabled=True,
            policy=policies.account_endpoint(self._args.account),
            tags=named(self._args.tags, f"{self._name}-{service}"),
            opts=self._inside,
        )
