"""What must stand before Pulumi can keep any state: its bucket, and the key of the secrets in it.

It cannot be part of a program, since the program's own state would lie in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.policies import tls_only
from provisioning.actors import Actor, check_role
from provisioning.approvals.names import state_bucket
from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.messages import _

STATE_KEY = "alias/hic-state"
TAGS = {"hic:approval": "platform", "hic:cost-owner": "platform"}


@dataclass(frozen=True)
class Prepared:
    """Where the state is kept; `changed` names what was made or mended."""

    bucket: str
    key: str
    changed: tuple[str, ...]


def prepare(aws: Aws, actor: Actor) -> Prepared:
    """Make bucket and key, or mend what differs; what stands as it should is left alone.

    Raises DependencyFailed when AWS refuses, for instance because the bucket's name is another account's.
    """
    check_role(actor, "operator")
    bucket = state_bucket(aws.account)
    with aws_errors(_("preparing the state of Pulumi")):
        key, changed = _key(aws)
        changed += _bucket(aws, bucket)
        for name, shown, put, wanted in _settings(aws, bucket, key):
            if shown() != wanted:
                put(wanted)
                changed.append(name)
    return Prepared(bucket, key, tuple(changed))


def _key(aws: Aws) -> tuple[str, list[str]]:
    kms = aws.client("kms")
    changed = []
    aliases = [a for page in kms.get_paginator("list_aliases").paginate() for a in page["Aliases"]]
    key = next((a["TargetKeyId"] for a in aliases if a["AliasName"] == STATE_KEY and "TargetKeyId" in a), None)
    if key is None:
        tags = [{"TagKey": name, "TagValue": value} for name, value in TAGS.items()]
        key = kms.create_key(Description="hic state", Tags=tags)["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=STATE_KEY, TargetKeyId=key)
        changed.append(STATE_KEY)
    if not kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]:
        kms.enable_key_rotation(KeyId=key)
        changed.append("rotation")
    return str(kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]), changed


def _bucket(aws: Aws, bucket: str) -> list[str]:
    s3 = aws.client("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error_code(error) not in ("404", "NoSuchBucket"):
            raise
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
        return [bucket]
    return []


def _settings(aws: Aws, bucket: str, key: str) -> list[tuple[str, Any, Any, Any]]:
    """(name, what stands, how to set it, what is wanted) of every setting of the bucket."""
    s3 = aws.client("s3")
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return [
        (
            "versioning",
            lambda: s3.get_bucket_versioning(Bucket=bucket).get("Status"),
            lambda status: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status}),
            "Enabled",
        ),
        (
            "public access",
            lambda: _shown(s3.get_public_access_block, bucket, "PublicAccessBlockConfiguration"),
            lambda block: s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block),
            dict.fromkeys(closed, True),
        ),
        (
            "encryption",
            lambda: (_shown(s3.get_bucket_encryption, bucket, "ServerSideEncryptionConfiguration") or {"Rules": [{}]})[
                "Rules"
            ][0].get("ApplyServerSideEncryptionByDefault"),
            lambda by_default: s3.put_bucket_encryption(
                Bucket=bucket,
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}]
                },
            ),
            default,
        ),
        (
            "policy",
            lambda: json.loads(_shown(s3.get_bucket_policy, bucket, "Policy") or "null"),
            lambda policy: s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy)),
            json.loads(tls_only(bucket)),
        ),
    ]


ABSENT = (
    *("NoSuchPublicAccessBlockConfiguration", "ServerSideEncryptionConfigurationNotFoundError"),
    "NoSuchBucketPolicy",
)


def _shown(call: Any, bucket: str, key: str) -> Any:
    """What stands, or nothing where there is no such setting."""
    try:
        return call(Bucket=bucket)[key]
    except ClientError as error:
        if error_code(error) in ABSENT:
            return None
        raise
