"""Tables."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, tag_dict, tag_list, unless_gone


@handler
class Table(Handler):
    """A table paid per request."""

    type = "aws:dynamodb/table:Table"
    replace = frozenset({"name", "hashKey", "rangeKey"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        keys = [{"AttributeName": inputs["hashKey"], "KeyType": "HASH"}]
        if "rangeKey" in inputs:
            keys.append({"AttributeName": inputs["rangeKey"], "KeyType": "RANGE"})
        attributes = [{"AttributeName": a["name"], "AttributeType": a["type"]} for a in inputs["attributes"]]
        calls.dynamodb.create_table(
            TableName=inputs["name"],
            KeySchema=keys,
            AttributeDefinitions=attributes,
            BillingMode=inputs.get("billingMode", "PROVISIONED"),
            DeletionProtectionEnabled=bool(inputs.get("deletionProtectionEnabled", False)),
            Tags=tag_list(inputs.get("tags")),
            **_encryption(inputs),
        )
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            guarded = bool(inputs.get("deletionProtectionEnabled", False))
            calls.dynamodb.update_table(TableName=id, DeletionProtectionEnabled=guarded, **_encryption(inputs))
            self._settle_tags(calls, id, inputs, old)
        wanted = bool((inputs.get("pointInTimeRecovery") or {}).get("enabled", False))
        calls.dynamodb.update_continuous_backups(
            TableName=id, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": wanted}
        )

    def _settle_tags(self, calls: Calls, id: str, inputs: Values, old: Values) -> None:
        arn = calls.dynamodb.describe_table(TableName=id)["Table"]["TableArn"]
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.dynamodb.untag_resource(ResourceArn=arn, TagKeys=gone)
        calls.dynamodb.tag_resource(ResourceArn=arn, Tags=tag_list(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        table = calls.dynamodb.describe_table(TableName=id)["Table"]
        keys = {key["KeyType"]: key["AttributeName"] for key in table["KeySchema"]}
        backups = calls.dynamodb.describe_continuous_backups(TableName=id)["ContinuousBackupsDescription"]
        tags = tag_dict(calls.dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"])
        encryption = table.get("SSEDescription", {})
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        shown = {
            "name": id,
            "arn": table["TableArn"],
            "hashKey": keys["HASH"],
            "rangeKey": keys.get("RANGE"),
            "billingMode": table.get("BillingModeSummary", {}).get("BillingMode"),
            "attributes": [
                {"name": a["AttributeName"], "type": a["AttributeType"]} for a in table["AttributeDefinitions"]
            ],
            "deletionProtectionEnabled": table.get("DeletionProtectionEnabled", False),
            "pointInTimeRecovery": {"enabled": recovery == "ENABLED"},
            "serverSideEncryption": {
                "enabled": encryption.get("Status") == "ENABLED",
                "kmsKeyArn": encryption.get("KMSMasterKeyArn"),
            },
            "tags": tags,
            "tagsAll": tags,
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.dynamodb.delete_table(TableName=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        with unless_gone():
            shown = self.read(calls, inputs["name"], inputs)
            return str(inputs["name"]) if shown and shown["tags"] == (inputs.get("tags") or {}) else None
        return None


def _encryption(inputs: Values) -> dict[str, Any]:
    wanted = inputs.get("serverSideEncryption")
    if not wanted or not wanted.get("enabled"):
        return {}
    return {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": wanted["kmsKeyArn"]}}
