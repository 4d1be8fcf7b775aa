"""Buckets and their settings, each a resource of its own with the bucket's name as id."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from botocore.exceptions import ClientError

from provisioning.aws.sessions import error_code
from provisioning.errors import Refused
from provisioning.messages import _
from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, tag_dict, tag_list, unless_gone


@handler
class Bucket(Handler):
    """A bucket. With `forceDestroy` its objects go with it; locked ones stay, and so does the bucket."""

    type = "aws:s3/bucket:Bucket"
    replace = frozenset({"bucket", "objectLockEnabled"})
    named_by = "bucket"

    def create(self, calls: Calls, inputs: Values) -> str:
        # The real provider refuses a bucket that is there already, also one of the same account.
        if self._exists(calls, inputs["bucket"]):
            raise Refused(_("There is a bucket '{name}' already.").format(name=inputs["bucket"]))
        calls.s3.create_bucket(
            Bucket=inputs["bucket"],
            ObjectLockEnabledForBucket=bool(inputs.get("objectLockEnabled", False)),
            **_place(calls),
        )
        return str(inputs["bucket"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        tags = tag_list(inputs.get("tags"))
        if tags:
            calls.s3.put_bucket_tagging(Bucket=id, Tagging={"TagSet": tags})
        elif old and old.get("tags"):
            calls.s3.delete_bucket_tagging(Bucket=id)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        calls.s3.head_bucket(Bucket=id)
        try:
            tags = tag_dict(calls.s3.get_bucket_tagging(Bucket=id)["TagSet"])
        except ClientError as error:
            if error_code(error) != "NoSuchTagSet":
                raise
            tags = {}
        return {
            "bucket": id,
            "arn": f"arn:aws:s3:::{id}",
            "bucketDomainName": f"{id}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{id}.s3.{calls.region}.amazonaws.com",
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            if inputs.get("forceDestroy"):
                _empty(calls, id)
            calls.s3.delete_bucket(Bucket=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        return str(inputs["bucket"]) if self._exists(calls, inputs["bucket"]) else None

    def _exists(self, calls: Calls, name: str) -> bool:
        with unless_gone():
            calls.s3.head_bucket(Bucket=name)
            return True
        return False


class _Setting(Handler):
    """One setting of a bucket."""

    replace = frozenset({"bucket"})

    def create(self, calls: Calls, inputs: Values) -> str:
        self.put(calls, inputs["bucket"], inputs)
        return str(inputs["bucket"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            self.put(calls, id, inputs)

    @abstractmethod
    def put(self, calls: Calls, bucket: str, inputs: Values) -> None:
        """Set it to what the inputs say."""


@handler
class BucketVersioning(_Setting):
    """Old versions are kept."""

    type = "aws:s3/bucketVersioning:BucketVersioning"

    def put(self, calls: Calls, bucket: str, inputs: Values) -> None:
        status = inputs["versioningConfiguration"]["status"]
        calls.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        status = calls.s3.get_bucket_versioning(Bucket=id).get("Status")
        return {"bucket": id, "versioningConfiguration": {"status": status}} if status else None

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            # A bucket with object lock cannot be unversioned; it keeps its setting until it goes itself.
            if not _locked(calls, id):
                calls.s3.put_bucket_versioning(Bucket=id, VersioningConfiguration={"Status": "Suspended"})


@handler
class BucketEncryption(_Setting):
    """The key for new objects."""

    type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"

    def put(self, calls: Calls, bucket: str, inputs: Values) -> None:
        rules = []
        for rule in inputs["rules"]:
            default = rule["applyServerSideEncryptionByDefault"]
            by_default = {"SSEAlgorithm": default["sseAlgorithm"]}
            if "kmsMasterKeyId" in default:
                by_default["KMSMasterKeyID"] = default["kmsMasterKeyId"]
            rules.append(
                {
                    "ApplyServerSideEncryptionByDefault": by_default,
                    "BucketKeyEnabled": bool(rule.get("bucketKeyEnabled", False)),
                }
            )
        calls.s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        answer = calls.s3.get_bucket_encryption(Bucket=id)["ServerSideEncryptionConfiguration"]
        rules = []
        for rule in answer["Rules"]:
            default = rule["ApplyServerSideEncryptionByDefault"]
            by_default = {"sseAlgorithm": default["SSEAlgorithm"]}
            if "KMSMasterKeyID" in default:
                by_default["kmsMasterKeyId"] = default["KMSMasterKeyID"]
            rules.append(
                {
                    "applyServerSideEncryptionByDefault": by_default,
                    "bucketKeyEnabled": rule.get("BucketKeyEnabled", False),
                }
            )
        return {"bucket": id, "rules": rules}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.s3.delete_bucket_encryption(Bucket=id)


_BLOCKS = {
    "blockPublicAcls": "BlockPublicAcls",
    "blockPublicPolicy": "BlockPublicPolicy",
    "ignorePublicAcls": "IgnorePublicAcls",
    "restrictPublicBuckets": "RestrictPublicBuckets",
}


@handler
class BucketPublicAccessBlock(_Setting):
    """Nothing in the bucket can be made public."""

    type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"

    def put(self, calls: Calls, bucket: str, inputs: Values) -> None:
        blocks = {name: bool(inputs.get(key, False)) for key, name in _BLOCKS.items()}
        calls.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocks)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.s3.get_public_access_block(Bucket=id)["PublicAccessBlockConfiguration"]
        return {"bucket": id, **{key: shown[name] for key, name in _BLOCKS.items()}}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.s3.delete_public_access_block(Bucket=id)


@handler
class BucketOwnershipControls(_Setting):
    """Who owns what is put into the bucket."""

    type = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"

    def put(self, calls: Calls, bucket: str, inputs: Values) -> None:
        rules = [{"ObjectOwnership": inputs["rule"]["objectOwnership"]}]
        calls.s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": rules})

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        rules = calls.s3.get_bucket_ownership_controls(Bucket=id)["OwnershipControls"]["Rules"]
        return {"bucket": id, "rule": {"objectOwnership": rules[0]["ObjectOwnership"]}}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.s3.delete_bucket_ownership_controls(Bucket=id)


@handler
class BucketPolicy(_Setting):
    """The bucket's own policy. moto keeps it; it is judged elsewhere."""

    type = "aws:s3/bucketPolicy:BucketPolicy"

    def put(self, calls: Calls, bucket: str, inputs: Values) -> None:
        calls.s3.put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        return {"bucket": id, "policy": calls.s3.get_bucket_policy(Bucket=id)["Policy"]}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.s3.delete_bucket_policy(Bucket=id)


@handler
class BucketLogging(_Setting):
    """Where it is told who read and wrote what. moto delivers nothing."""

    type = "aws:s3/bucketLogging:BucketLogging"

    def put(self, calls: Calls, bucket: str, inputs: Values) -> None:
        target = {"TargetBucket": inputs["targetBucket"], "TargetPrefix": inputs["targetPrefix"]}
        calls.s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": target})

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.s3.get_bucket_logging(Bucket=id).get("LoggingEnabled")
        if not shown:
            return None
        return {"bucket": id, "targetBucket": shown["TargetBucket"], "targetPrefix": shown["TargetPrefix"]}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.s3.put_bucket_logging(Bucket=id, BucketLoggingStatus={})


@handler
class BucketObjectLock(_Setting):
    """How long new objects are locked."""

    type = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"

    def put(self, calls: Calls, bucket: str, inputs: Values) -> None:
        keep = inputs["rule"]["defaultRetention"]
        retention = {name: keep[key] for key, name in (("mode", "Mode"), ("days", "Days")) if key in keep}
        configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
        calls.s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.s3.get_object_lock_configuration(Bucket=id)["ObjectLockConfiguration"]
        keep = shown.get("Rule", {}).get("DefaultRetention")
        if not keep or not keep.get("Mode"):
            return None
        return {"bucket": id, "rule": {"defaultRetention": {"mode": keep["Mode"], "days": keep["Days"]}}}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        """Object lock cannot be taken off a bucket again; it goes with the bucket."""


def _place(calls: Calls) -> dict[str, Any]:
    if calls.region == "us-east-1":
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": calls.region}}


def _locked(calls: Calls, bucket: str) -> bool:
    with unless_gone():
        shown = calls.s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
        return bool(shown.get("ObjectLockEnabled") == "Enabled")
    return False


def _empty(calls: Calls, bucket: str) -> None:
    """Delete every version. Objects under a retention that may be bypassed are; others refuse."""
    bypass = {"BypassGovernanceRetention": True} if _locked(calls, bucket) else {}
    for page in calls.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
        if objects:
            answer = calls.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects}, **bypass)
            if kept := answer.get("Errors"):
                raise Refused(
                    _("{count} objects of the bucket '{bucket}' cannot be deleted: {reason}").format(
                        count=len(kept), bucket=bucket, reason=kept[0].get("Message", kept[0]["Code"])
                    )
                )
