"""What looks after environments, read back: backups, logs, alarms, budgets. Describe and list calls only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from provisioning.assurance.items import PLATFORM, Item
from provisioning.assurance.reading import APPROVAL_TAG, Tags, each, listed
from provisioning.aws.sessions import Aws

PREFIX = "hic-"
LOGS = "/hic/"


def read_care(aws: Aws, tags: Tags) -> Iterator[Item]:
    """Vaults, plans, log groups, alarms, topics and budgets that are ours by name."""
    yield from _backups(aws, tags, PREFIX)
    yield from _logs(aws, tags)
    yield from _alarms(aws, tags, PREFIX)
    yield from _topics(aws)
    yield from _budgets(aws, PREFIX)


def read_care_of(aws: Aws, approval_id: str) -> Iterator[Item]:
    """Vaults, plans, alarms and budgets of one approval. Others are listed, but nothing more is asked of them."""
    prefix = f"{PREFIX}{approval_id.lower()}"
    for item in (*_backups(aws, {}, prefix), *_alarms(aws, {}, prefix), *_budgets(aws, prefix)):
        if item.approval == approval_id:  # the id of one may begin another's
            yield item


def _whose(name: str) -> str:
    """The approval that a name such as `hic-<approval>` belongs to."""
    known = name.removeprefix(PREFIX)
    return PLATFORM if known == PLATFORM else known.upper()


def _backups(aws: Aws, tags: Tags, prefix: str) -> Iterator[Item]:
    backup = aws.client("backup")
    for vault in listed(backup, "list_backup_vaults", "BackupVaultList"):
        name = vault["BackupVaultName"]
        if name.startswith(prefix):
            shown = {
                "key": vault.get("EncryptionKeyArn", ""),
                "locked days": vault.get("MinRetentionDays", 0) if vault.get("Locked") else 0,
                # A date means that the lock becomes final, and that the end could not destroy the backups.
                "final": "LockDate" in vault,
            }
            yield Item("backup vault", name, _whose(name), tags.get(vault["BackupVaultArn"], {}), shown)

    def plan_item(plan: Mapping[str, Any]) -> Item:
        name = plan["BackupPlanName"]
        rules = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]["Rules"]
        # The stand-in for AWS tells the tags of plans one by one alone.
        own = backup.list_tags(ResourceArn=plan["BackupPlanArn"])["Tags"]
        return Item("backup plan", name, _whose(name), own, {"rules": [_rule(rule) for rule in rules]})

    plans = listed(backup, "list_backup_plans", "BackupPlansList")
    yield from each(plan_item, [plan for plan in plans if plan["BackupPlanName"].startswith(prefix)])


def _rule(rule: Mapping[str, Any]) -> tuple[str, int, bool]:
    """Target vault, days kept (0: for ever), and whether copies are sent elsewhere."""
    kept = (rule.get("Lifecycle") or {}).get("DeleteAfterDays", 0)
    return (str(rule["TargetBackupVaultName"]), int(kept), bool(rule.get("CopyActions")))


def _logs(aws: Aws, tags: Tags) -> Iterator[Item]:
    logs = aws.client("logs")
    for group in listed(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=LOGS):
        name = group["logGroupName"]
        shown = {"key": group.get("kmsKeyId", ""), "days": group.get("retentionInDays", 0)}
        arn = f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{name}"
        yield Item("log group", name, name.removeprefix(LOGS).partition("/")[0], tags.get(arn, {}), shown)


def _alarms(aws: Aws, tags: Tags, prefix: str) -> Iterator[Item]:
    watch = aws.client("cloudwatch")
    for alarm in listed(watch, "describe_alarms", "MetricAlarms", AlarmNamePrefix=prefix):
        shown = {
            "metric": alarm.get("MetricName", ""),
            "watches": tuple(sorted(d["Value"] for d in alarm.get("Dimensions", ()))),
            "tells": tuple(alarm.get("AlarmActions", ())) if alarm.get("ActionsEnabled", True) else (),
        }
        whose = alarm["AlarmName"].removesuffix(f"-{shown['metric']}")
        yield Item("alarm", alarm["AlarmName"], _whose(whose), tags.get(alarm["AlarmArn"], {}), shown)


def _topics(aws: Aws) -> Iterator[Item]:
    sns = aws.client("sns")
    for topic in listed(sns, "list_topics", "Topics"):
        arn = topic["TopicArn"]
        if arn.rpartition(":")[2].startswith(PREFIX):
            shown = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
            facts = {"key": shown.get("KmsMasterKeyId", ""), "policy": shown.get("Policy", "")}
            tags = {t["Key"]: t["Value"] for t in sns.list_tags_for_resource(ResourceArn=arn)["Tags"]}
            yield Item("alarm topic", arn, PLATFORM, tags, facts)


def _budgets(aws: Aws, prefix: str) -> Iterator[Item]:
    budgets = aws.client("budgets")

    def item(budget: Mapping[str, Any]) -> Item:
        name = budget["BudgetName"]
        told = budgets.describe_notifications_for_budget(AccountId=aws.account, BudgetName=name)["Notifications"]
        counted = [value for values in (budget.get("CostFilters") or {}).values() for value in values]
        shown = {
            "limit": float(budget["BudgetLimit"]["Amount"]),
            "notifications": len(told),
            "counts": counted == [f"user:{APPROVAL_TAG}${_whose(name)}"],
        }
        return Item("budget", name, _whose(name), {}, shown)

    # An account without budgets is answered without the listing.
    pages = budgets.get_paginator("describe_budgets").paginate(AccountId=aws.account)
    found = [budget for page in pages for budget in page.get("Budgets") or ()]
    yield from each(item, [budget for budget in found if budget["BudgetName"].startswith(prefix)])
