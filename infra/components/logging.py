"""Where logs go, and what is logged: calls on AWS, traffic of networks, names that were asked, calls on buckets.

Two buckets, since AWS leaves the access logs of S3 in no bucket that is locked or encrypted with a
key of KMS: everything else goes to the locked one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.storage import BucketArgs, PrivateBucket
from infra.log_policies import TRAIL, LogScope, access_log_delivery, trail_delivery
from infra.tags import Tags, named
from provisioning.approvals import names

AGGREGATION_SECONDS = 60


@dataclass(frozen=True)
class LogBucketArgs:
    """`protect` keeps the buckets from being destroyed with their logs; the lock is for `lock_days`."""

    scope: LogScope
    key_arn: pulumi.Input[str]
    lock_days: int
    protect: bool
    tags: Tags


class LogBucket(PrivateBucket):
    """Access logs of the buckets. They name it as their target (platform output `logBucket`)."""

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        bucket = names.log_bucket(args.scope.account)
        super().__init__(
            name,
            BucketArgs(
                bucket,
                None,
                args.tags,
                destroy_with_objects=not args.protect,
                protect=args.protect,
                statements=access_log_delivery(args.scope, bucket),
            ),
            opts,
        )


class TrailBucket(PrivateBucket):
    """The trail, flow logs and names that were asked, each object locked like audit entries."""

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        bucket = names.trail_bucket(args.scope.account)
        super().__init__(
            name,
            BucketArgs(
                bucket,
                args.key_arn,
                args.tags,
                destroy_with_objects=not args.protect,
                protect=args.protect,
                lock_days=args.lock_days,
                lock_firm=args.protect,
                statements=trail_delivery(args.scope, bucket),
            ),
            opts,
        )


@dataclass(frozen=True)
class TrailArgs:
    """`logged` are beginnings of ARNs of objects each call on which is logged."""

    scope: LogScope
    bucket: TrailBucket
    key_arn: pulumi.Input[str]
    logged: Sequence[str]
    tags: Tags


class Trail(pulumi.ComponentResource):
    """Every call on AWS in every region, and every object of the data's buckets that is read or written."""

    def __init__(self, name: str, args: TrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:logging:Trail", name, None, opts)
        self.trail = aws.cloudtrail.Trail(
            name,
            name=TRAIL,
            s3_bucket_name=args.bucket.id,
            kms_key_id=args.key_arn,
            is_multi_region_trail=True,
            is_organization_trail=bool(args.scope.organisation),
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            advanced_event_selectors=[
                _selector("calls", {"eventCategory": ["Management"]}),
                _selector(
                    "objects",
                    {"eventCategory": ["Data"], "resources.type": ["AWS::S3::Object"]},
                    {"resources.ARN": args.logged},
                ),
            ],
            tags=named(args.tags, TRAIL),
            # CloudTrail tries the bucket's policy when the trail is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.bucket]),
        )
        self.register_outputs({})


def _selector(
    name: str, equal: dict[str, list[str]], begin: dict[str, Sequence[str]] | None = None
) -> aws.cloudtrail.TrailAdvancedEventSelectorArgs:
    field = aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs
    fields = [field(field=key, equals=values) for key, values in equal.items()]
    fields += [field(field=key, starts_withs=list(values)) for key, values in (begin or {}).items()]
    return aws.cloudtrail.TrailAdvancedEventSelectorArgs(name=name, field_selectors=fields)


@dataclass(frozen=True)
class QueryLogArgs:
    """Where the names that are asked are written."""

    bucket: TrailBucket
    tags: Tags


class QueryLog(pulumi.ComponentResource):
    """One configuration for the names asked in all networks."""

    def __init__(self, name: str, args: QueryLogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:logging:QueryLog", name, None, opts)
        self.config = aws.route53.ResolverQueryLogConfig(
            name,
            name=name,
            destination_arn=args.bucket.bucket.arn,
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.bucket]),
        )
        self.register_outputs({})


@dataclass(frozen=True)
class NetworkLogsArgs:
    """The network that is logged, and the platform's places for it."""

    vpc_id: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    query_log_id: pulumi.Input[str]
    tags: Tags


class NetworkLogs(pulumi.ComponentResource):
    """All traffic of a VPC, let through and refused, and all names asked in it."""

    def __init__(self, name: str, args: NetworkLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:logging:NetworkLogs", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=args.bucket_arn,
            max_aggregation_interval=AGGREGATION_SECONDS,
            tags=named(args.tags, f"{name}-flows"),
            opts=inside,
        )
        aws.route53.ResolverQueryLogConfigAssociation(
            name, resolver_query_log_config_id=args.query_log_id, resource_id=args.vpc_id, opts=inside
        )
        self.register_outputs({})
