"""Keys and their aliases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, unless_gone

DAYS = 30  # AWS's own default


@handler
class Key(Handler):
    """A symmetric key. Deleting it only begins the waiting time."""

    type = "aws:kms/key:Key"
    replace = frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion"})

    def create(self, calls: Calls, inputs: Values) -> str:
        tags = [{"TagKey": key, "TagValue": value} for key, value in sorted((inputs.get("tags") or {}).items())]
        made = calls.kms.create_key(
            Tags=tags, **present(Description=inputs.get("description"), Policy=inputs.get("policy"))
        )
        return str(made["KeyMetadata"]["KeyId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if inputs.get("enableKeyRotation"):
            calls.kms.enable_key_rotation(KeyId=id)
        else:
            calls.kms.disable_key_rotation(KeyId=id)
        if old is None:
            return
        if "policy" in inputs:
            calls.kms.put_key_policy(KeyId=id, PolicyName="default", Policy=inputs["policy"])
        calls.kms.update_key_description(KeyId=id, Description=inputs.get("description", ""))
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.kms.untag_resource(KeyId=id, TagKeys=gone)
        tags = [{"TagKey": key, "TagValue": value} for key, value in sorted(wanted.items())]
        calls.kms.tag_resource(KeyId=id, Tags=tags)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        key = calls.kms.describe_key(KeyId=id)["KeyMetadata"]
        if key["KeyState"] == "PendingDeletion":
            return None
        tags = {tag["TagKey"]: tag["TagValue"] for tag in calls.kms.list_resource_tags(KeyId=id)["Tags"]}
        return {
            "arn": key["Arn"],
            "keyId": id,
            "description": key["Description"],
            "isEnabled": key["Enabled"],
            "enableKeyRotation": calls.kms.get_key_rotation_status(KeyId=id)["KeyRotationEnabled"],
            "policy": calls.kms.get_key_policy(KeyId=id, PolicyName="default")["Policy"],
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            if calls.kms.describe_key(KeyId=id)["KeyMetadata"]["KeyState"] != "PendingDeletion":
                calls.kms.schedule_key_deletion(KeyId=id, PendingWindowInDays=inputs.get("deletionWindowInDays", DAYS))

    def find(self, calls: Calls, inputs: Values) -> str | None:
        wanted = inputs.get("tags") or {}
        pages = calls.kms.get_paginator("list_keys").paginate()
        for key in (key for page in pages for key in page["Keys"]):
            shown = self.read(calls, key["KeyId"], inputs)
            if shown and wanted and shown["tags"] == wanted and shown["description"] == inputs.get("description", ""):
                return str(key["KeyId"])
        return None


@handler
class Alias(Handler):
    """A name for a key."""

    type = "aws:kms/alias:Alias"
    replace = frozenset({"name"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.kms.create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            calls.kms.update_alias(AliasName=id, TargetKeyId=inputs["targetKeyId"])

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        # Where it should be; elsewhere only when it was moved.
        pages = calls.kms.get_paginator("list_aliases")
        with unless_gone():
            if found := _named(pages.paginate(KeyId=inputs["targetKeyId"]), id):
                return _alias(calls, found)
        found = _named(pages.paginate(), id)
        return _alias(calls, found) if found else None

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.kms.delete_alias(AliasName=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = self.read(calls, inputs["name"], inputs)
        return str(inputs["name"]) if found and found["targetKeyId"] == inputs["targetKeyId"] else None


def _named(pages: Iterable[Values], name: str) -> Values | None:
    return next((alias for page in pages for alias in page["Aliases"] if alias["AliasName"] == name), None)


def _alias(calls: Calls, shown: Values) -> dict[str, Any]:
    key = shown["TargetKeyId"]
    return {
        "name": shown["AliasName"],
        "arn": shown["AliasArn"],
        "targetKeyId": key,
        "targetKeyArn": f"arn:aws:kms:{calls.region}:{calls.account}:key/{key}",
    }
