"""Where logs go: who called on the buckets."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from infra.components.storage import BucketArgs, PrivateBucket
from infra.log_policies import LogScope, access_log_delivery
from infra.tags import Tags
from provisioning.approvals import names


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
