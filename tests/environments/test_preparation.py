"""The bucket and the key of Pulumi's state: made once, mended when spoiled, left alone otherwise."""

from __future__ import annotations

import json

import pytest

from provisioning.actors import Actor
from provisioning.aws.sessions import Aws
from provisioning.environments.preparation import STATE_KEY, prepare
from provisioning.errors import Refused


def test_it_is_made_closed_and_a_second_run_changes_nothing(aws: Aws, operator: Actor) -> None:
    made = prepare(aws, operator)
    assert made.bucket == f"hic-state-{aws.account}"
    assert made.changed == (
        *(STATE_KEY, "rotation", made.bucket, "versioning", "public access", "encryption", "policy"),
    )
    s3, kms = aws.client("s3"), aws.client("kms")
    assert s3.get_bucket_versioning(Bucket=made.bucket)["Status"] == "Enabled"
    assert set(s3.get_public_access_block(Bucket=made.bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    policy = json.loads(s3.get_bucket_policy(Bucket=made.bucket)["Policy"])
    assert {statement["Effect"] for statement in policy["Statement"]} == {"Deny"}
    assert kms.describe_key(KeyId=STATE_KEY)["KeyMetadata"]["Arn"] == made.key
    assert kms.get_key_rotation_status(KeyId=made.key)["KeyRotationEnabled"] is True
    again = prepare(aws, operator)
    assert (again.bucket, again.key, again.changed) == (made.bucket, made.key, ())


@pytest.mark.parametrize("setting", ["versioning", "public access", "encryption", "policy", "rotation"])
def test_what_was_spoiled_is_mended(aws: Aws, operator: Actor, setting: str) -> None:
    made = prepare(aws, operator)
    s3, kms = aws.client("s3"), aws.client("kms")
    {
        "versioning": lambda: s3.put_bucket_versioning(
            Bucket=made.bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
        "public access": lambda: s3.delete_public_access_block(Bucket=made.bucket),
        "encryption": lambda: s3.delete_bucket_encryption(Bucket=made.bucket),
        "policy": lambda: s3.delete_bucket_policy(Bucket=made.bucket),
        "rotation": lambda: kms.disable_key_rotation(KeyId=made.key),
    }[setting]()
    assert prepare(aws, operator).changed == (setting,)
    assert prepare(aws, operator).changed == ()


def test_only_operators_prepare(aws: Aws, researcher: Actor) -> None:
    with pytest.raises(Refused):
        prepare(aws, researcher)
    assert aws.client("s3").list_buckets()["Buckets"] == []
