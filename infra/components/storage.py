"""Buckets and the record table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import policies
from infra.tags import Tags, named


@dataclass(frozen=True)
class BucketArgs:
    """`lock_days` locks every object for so long; `lock_firm` also against the account's administrators.

    Without a key S3 encrypts with its own. `statements` are what AWS's services may do with the bucket.
    `log_bucket` is told of every call on the bucket.
    """

    name: str
    key_arn: pulumi.Input[str] | None
    tags: Tags
    destroy_with_objects: bool
    protect: bool = False
    lock_days: int = 0
    lock_firm: bool = True
    statements: Sequence[policies.Statement] = ()
    log_bucket: pulumi.Input[str] | None = None


class PrivateBucket(pulumi.ComponentResource):
    """A versioned, encrypted bucket that cannot be made public and takes no call without TLS."""

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:storage:PrivateBucket", name, None, opts)
        self._inside = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(
            name,
            bucket=args.name,
            object_lock_enabled=args.lock_days > 0,
            force_destroy=args.destroy_with_objects,
            tags=named(args.tags, args.name),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.id = self.bucket.id
        self._keep_versions(name)
        self._encrypt(name, args)
        self._close(name, args)
        self._log(name, args)
        self.register_outputs({})

    def _log(self, name: str, args: BucketArgs) -> None:
        if args.log_bucket is not None:
            aws.s3.BucketLogging(
                name,
                bucket=self.id,
                target_bucket=args.log_bucket,
                target_prefix=f"{args.name}/",
                opts=self._inside,
            )

    def _keep_versions(self, name: str) -> None:
        self.versioning = aws.s3.BucketVersioning(
            name,
            bucket=self.id,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self._inside,
        )

    def _encrypt(self, name: str, args: BucketArgs) -> None:
        by_default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="aws:kms" if args.key_arn is not None else "AES256", kms_master_key_id=args.key_arn
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=self.id,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=by_default, bucket_key_enabled=args.key_arn is not None
                )
            ],
            opts=self._inside,
        )

    def _close(self, name: str, args: BucketArgs) -> None:
        closed = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=self.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._inside,
        )
        aws.s3.BucketOwnershipControls(
            name,
            bucket=self.id,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self._inside,
        )
        # AWS refuses two settings of one bucket at the same moment.
        after = pulumi.ResourceOptions(parent=self, depends_on=[closed])
        policy = aws.s3.BucketPolicy(
            name, bucket=self.id, policy=policies.tls_only(args.name, *args.statements), opts=after
        )
        self.ready = policy.bucket  # its name, once others may rely on its policy
        if args.lock_days:
            retention = aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                mode="COMPLIANCE" if args.lock_firm else "GOVERNANCE", days=args.lock_days
            )
            aws.s3.BucketObjectLockConfiguration(
                name,
                bucket=self.id,
                rule=aws.s3.BucketObjectLockConfigurationRuleArgs(default_retention=retention),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[self.versioning]),
            )


@dataclass(frozen=True)
class RecordTableArgs:
    """The record store's table (provisioning/aws/records.py)."""

    name: str
    key_arn: pulumi.Input[str]
    protect: bool
    tags: Tags


class RecordTable(pulumi.ComponentResource):
    """One table, encrypted, that can be brought back to any second of the last 35 days."""

    def __init__(self, name: str, args: RecordTableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:storage:RecordTable", name, None, opts)
        self.table = aws.dynamodb.Table(
            name,
            name=args.name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="pk",
            range_key="sk",
            attributes=[aws.dynamodb.TableAttributeArgs(name=key, type="S") for key in ("pk", "sk")],
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=args.key_arn),
            deletion_protection_enabled=args.protect,
            tags=named(args.tags, args.name),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.register_outputs({})
