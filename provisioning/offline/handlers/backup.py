"""Backup vaults, their locks, and plans. moto makes no backup, and does not know what a plan selects."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, RecordedHandler, Values, handler, present, unless_gone


@handler
class Vault(Handler):
    """A vault with its key. With `forceDestroy` the recovery points in it go first."""

    type = "aws:backup/vault:Vault"
    replace = frozenset({"name", "kmsKeyArn"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.backup.create_backup_vault(
            BackupVaultName=inputs["name"],
            **present(EncryptionKeyArn=inputs.get("kmsKeyArn"), BackupVaultTags=inputs.get("tags")),
        )
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            arn = calls.backup.describe_backup_vault(BackupVaultName=id)["BackupVaultArn"]
            _settle_tags(calls, arn, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        vault = _vault(calls, id)
        if vault is None:
            return None
        tags = calls.backup.list_tags(ResourceArn=vault["BackupVaultArn"])["Tags"]
        return {
            "name": id,
            "arn": vault["BackupVaultArn"],
            "kmsKeyArn": vault.get("EncryptionKeyArn", ""),
            "recoveryPoints": vault.get("NumberOfRecoveryPoints", 0),
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.backup.delete_backup_vault(BackupVaultName=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        shown = self.read(calls, inputs["name"], inputs)
        return str(inputs["name"]) if shown and shown["tags"] == (inputs.get("tags") or {}) else None


@handler
class VaultLock(Handler):
    """Bounds of the retention in a vault. Without a time of grace it can be lifted by who may."""

    type = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    replace = frozenset({"backupVaultName", "changeableForDays"})

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.backup.put_backup_vault_lock_configuration(
            BackupVaultName=inputs["backupVaultName"],
            **present(
                MinRetentionDays=inputs.get("minRetentionDays"),
                MaxRetentionDays=inputs.get("maxRetentionDays"),
                ChangeableForDays=inputs.get("changeableForDays"),
            ),
        )
        return str(inputs["backupVaultName"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            self.create(calls, inputs)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        vault = _vault(calls, id)
        if vault is None or not vault.get("Locked"):
            return None
        shown = {
            "backupVaultName": id,
            "backupVaultArn": vault["BackupVaultArn"],
            "minRetentionDays": vault.get("MinRetentionDays"),
            "maxRetentionDays": vault.get("MaxRetentionDays"),
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.backup.delete_backup_vault_lock_configuration(BackupVaultName=id)


@handler
class Plan(Handler):
    """When backups are made. AWS changes the rules of a plan in place; moto cannot, so here it is made anew."""

    type = "aws:backup/plan:Plan"
    replace = frozenset({"name", "rules"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.backup.create_backup_plan(
            BackupPlan={"BackupPlanName": inputs["name"], "Rules": [_asked(rule) for rule in inputs["rules"]]},
            **present(BackupPlanTags=inputs.get("tags")),
        )
        return str(made["BackupPlanId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            arn = calls.backup.get_backup_plan(BackupPlanId=id)["BackupPlanArn"]
            _settle_tags(calls, arn, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        answer = calls.backup.get_backup_plan(BackupPlanId=id)
        tags = calls.backup.list_tags(ResourceArn=answer["BackupPlanArn"])["Tags"]
        return {
            "name": answer["BackupPlan"]["BackupPlanName"],
            "arn": answer["BackupPlanArn"],
            "version": answer["VersionId"],
            "rules": [_shown(rule) for rule in answer["BackupPlan"]["Rules"]],
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.backup.delete_backup_plan(BackupPlanId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        for plan in calls.backup.list_backup_plans()["BackupPlansList"]:
            if plan["BackupPlanName"] == inputs["name"]:
                shown = self.read(calls, plan["BackupPlanId"], inputs)
                return str(plan["BackupPlanId"]) if shown and shown["tags"] == (inputs.get("tags") or {}) else None
        return None


@handler
class Selection(RecordedHandler):
    """What a plan makes backups of."""

    type = "aws:backup/selection:Selection"
    replace = frozenset({"name", "planId", "iamRoleArn", "resources"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        return f"recorded-{inputs['name']}"


def _vault(calls: Calls, name: str) -> dict[str, Any] | None:
    """The listing shows key and lock; moto's description leaves them out."""
    found = calls.backup.list_backup_vaults()["BackupVaultList"]
    return next((vault for vault in found if vault["BackupVaultName"] == name), None)


def _asked(rule: Values) -> dict[str, Any]:
    kept = rule.get("lifecycle") or {}
    return {
        "RuleName": rule["ruleName"],
        "TargetBackupVaultName": rule["targetVaultName"],
        **present(
            ScheduleExpression=rule.get("schedule"),
            ScheduleExpressionTimezone=rule.get("scheduleExpressionTimezone"),
            Lifecycle={"DeleteAfterDays": kept["deleteAfter"]} if "deleteAfter" in kept else None,
            RecoveryPointTags=rule.get("recoveryPointTags"),
        ),
    }


def _shown(rule: Values) -> dict[str, Any]:
    shown = {
        "ruleName": rule["RuleName"],
        "targetVaultName": rule["TargetBackupVaultName"],
        "schedule": rule.get("ScheduleExpression"),
        "scheduleExpressionTimezone": rule.get("ScheduleExpressionTimezone"),
        "lifecycle": {"deleteAfter": (rule.get("Lifecycle") or {}).get("DeleteAfterDays")},
        "recoveryPointTags": rule.get("RecoveryPointTags"),
    }
    return {key: value for key, value in shown.items() if value is not None}


def _settle_tags(calls: Calls, arn: str, inputs: Values, old: Values) -> None:
    wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
    if gone := sorted(set(had) - set(wanted)):
        calls.backup.untag_resource(ResourceArn=arn, TagKeyList=gone)
    calls.backup.tag_resource(ResourceArn=arn, Tags=dict(wanted))
