"""Ways to spoil what looks after an environment, and the credentials that are neither staff's nor researchers'."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from provisioning.approvals.names import backup_user
from tests.assurance.conftest import Site
from tests.assurance.mutations import MUTATIONS, red
from tests.assurance.spoiled_policies import add, more, on_role, statement, without

CARE = MUTATIONS
Statements = list[dict[str, Any]]
Change = Callable[[Site, Statements], Statements]


def on_group(change: Change) -> Any:
    """The statements of the group's credential, changed."""

    def spoil(site: Site) -> Iterator[None]:
        iam, user = site.client("iam"), backup_user(site.approval)
        before = iam.get_user_policy(UserName=user, PolicyName=user)["PolicyDocument"]
        after = {**before, "Statement": change(site, json.loads(json.dumps(before["Statement"])))}
        iam.put_user_policy(UserName=user, PolicyName=user, PolicyDocument=json.dumps(after))
        yield
        iam.put_user_policy(UserName=user, PolicyName=user, PolicyDocument=json.dumps(before))

    return spoil


def set_in(sid: str, **changes: Any) -> Change:
    return lambda _site, before: [{**s, **changes} if s.get("Sid") == sid else s for s in before]


def dropped_condition(sid: str) -> Change:
    return lambda _site, before: [
        {k: v for k, v in s.items() if s.get("Sid") != sid or k != "Condition"} for s in before
    ]


def _from_everywhere(_site: Site, before: Statements) -> Statements:
    anywhere = {"NotIpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}
    return [{**s, "Condition": anywhere} if s.get("Sid") == "Elsewhere" else s for s in before]


def _from_one_place_more(_site: Site, before: Statements) -> Statements:
    for source in (s["Condition"]["NotIpAddress"] for s in before if s.get("Sid") == "Elsewhere"):
        source["aws:SourceIp"] = [*source["aws:SourceIp"], "198.51.100.5/32"]
    return before


ANY_SERVER, ANY_VOLUME = "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/*"
add("group_terminates", ("D20",), on_group(more(statement("ec2:TerminateInstances"))))
add("group_shares_snapshots", ("D20",), on_group(more(statement("ec2:ModifySnapshotAttribute"))))
add("group_starts_any_server", ("D20",), on_group(set_in("Power", Resource=[ANY_SERVER])))
add("group_copies_any_disk", ("D20",), on_group(set_in("Snapshot", Resource=[ANY_VOLUME])))
add("group_reads_the_bucket", ("D20",), on_group(more(statement("s3:GetObject"))))
add("group_opens_the_key", ("D20",), on_group(dropped_condition("StartEncrypted")))
add("group_makes_keys_of_its_own", ("D20",), on_group(more(statement("iam:CreateAccessKey"))))
add("group_tags_what_it_likes", ("D20",), on_group(dropped_condition("TagNewSnapshot")))
add("group_from_everywhere", ("D21", "P5"), on_group(_from_everywhere))
add("group_from_one_place_more", ("P5",), on_group(_from_one_place_more))
add("group_without_places", ("D21", "D22", "P5"), on_group(without("Elsewhere")))
add("group_cannot_start", ("D22",), on_group(without("Power")))
add("group_cannot_tag_its_snapshots", ("D22",), on_group(without("NewSnapshot")))


@red("D22")
def no_group_credential(site: Site) -> Iterator[None]:
    iam, user = site.client("iam"), backup_user(site.approval)
    before = iam.get_user_policy(UserName=user, PolicyName=user)["PolicyDocument"]
    shown = iam.get_user(UserName=user)["User"]
    iam.delete_user_policy(UserName=user, PolicyName=user)
    iam.delete_user(UserName=user)
    yield
    iam.create_user(UserName=user, Path=shown["Path"], Tags=shown.get("Tags", []))
    iam.put_user_policy(UserName=user, PolicyName=user, PolicyDocument=json.dumps(before))


def on_service(change: Change) -> Any:
    """The statements of the backup service's role, changed and without its bounds."""

    def spoil(site: Site) -> Iterator[None]:
        return on_role(change, f"hic-{site.approval.lower()}-backup-service")(site)  # type: ignore[no-any-return]

    return spoil


add("backups_shared", ("D23",), on_service(more(statement("ec2:ModifySnapshotAttribute"))))
add("backups_of_any_disk", ("D23",), on_service(more(statement("ec2:CreateSnapshot"))))
add("backup_service_deletes_any_snapshot", ("D23",), on_service(more(statement("ec2:TerminateInstances"))))


@red("D23")
def backup_service_for_anybody(site: Site) -> Iterator[None]:
    iam, role = site.client("iam"), f"hic-{site.approval.lower()}-backup-service"
    before = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    open_ = json.loads(json.dumps(before))
    del open_["Statement"][0]["Condition"]
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(open_))
    yield
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(before))


def on_builder(part: str, change: Change) -> Any:
    """The statements of one of the builder's policies, changed."""

    def spoil(site: Site) -> Iterator[None]:
        iam, arn = site.client("iam"), f"arn:aws:iam::{site.aws.account}:policy/hic/hic-deploy-{part}"
        first = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        before = iam.get_policy_version(PolicyArn=arn, VersionId=first)["PolicyVersion"]["Document"]
        after = {**before, "Statement": change(site, json.loads(json.dumps(before["Statement"])))}
        made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(after), SetAsDefault=True)
        yield
        iam.set_default_policy_version(PolicyArn=arn, VersionId=first)
        iam.delete_policy_version(PolicyArn=arn, VersionId=made["PolicyVersion"]["VersionId"])

    return spoil


add("builder_takes_roles_on", ("D24",), on_builder("records", without("NoRoles")))
add("builder_opens_a_gate", ("D24",), on_builder("network", more(statement("ec2:CreateInternetGateway"))))
add("builder_makes_roles_without_bounds", ("D24",), on_builder("identities", dropped_condition("BoundRoles")))
add("builder_makes_users_without_bounds", ("D24",), on_builder("identities", dropped_condition("BoundUsers")))
add(
    "builder_writes_staff_policies",
    ("D24",),
    on_builder("identities", more(statement("iam:PutRolePolicy", "arn:aws:iam::*:role/hic-*"))),
)
add("builder_shares_images", ("D24",), on_builder("machines", more(statement("ec2:ModifyImageAttribute"))))
add("builder_touches_the_platforms_key", ("D5", "D24"), on_builder("stores", dropped_condition("Key")))
add("builder_deletes_audit_entries", ("D5", "D24"), on_builder("stores", more(statement("s3:DeleteObjectVersion"))))


def call(service: str, wrong: Callable[[Site, Any], object], right: Callable[[Site, Any], object]) -> Any:
    """A call that spoils, and one that mends; only what looks after environments is read again."""

    def spoil(site: Site) -> Iterator[None]:
        client = site.client(service)
        wrong(site, client)
        yield
        right(site, client)

    return spoil


def _group(site: Site) -> str:
    return f"/hic/{site.approval}/postgresql"


def _vault(site: Site) -> str:
    return f"hic-{site.approval.lower()}"


@red("R41")
def logs_with_another_key(site: Site) -> Iterator[None]:
    logs, name = site.client("logs"), _group(site)
    arn = f"arn:aws:logs:{site.aws.region}:{site.aws.account}:log-group:{name}"
    tags = logs.list_tags_for_resource(resourceArn=arn)["tags"]
    for key in (site.two["keyArn"], site.one["keyArn"]):
        logs.delete_log_group(logGroupName=name)
        logs.create_log_group(logGroupName=name, kmsKeyId=key, tags=tags)
        logs.put_retention_policy(logGroupName=name, retentionInDays=365)
        if key != site.one["keyArn"]:
            yield


add(
    "logs_for_a_month",
    ("R42",),
    call(
        "logs",
        lambda site, logs: logs.put_retention_policy(logGroupName=_group(site), retentionInDays=30),
        lambda site, logs: logs.put_retention_policy(logGroupName=_group(site), retentionInDays=365),
    ),
)
add(
    "backups_unlocked",
    ("R46",),
    call(
        "backup",
        lambda site, backup: backup.delete_backup_vault_lock_configuration(BackupVaultName=_vault(site)),
        lambda site, backup: backup.put_backup_vault_lock_configuration(
            BackupVaultName=_vault(site), MinRetentionDays=7, MaxRetentionDays=31
        ),
    ),
)


def _locked_for_good(site: Site, backup: Any) -> None:
    backup.put_backup_vault_lock_configuration(
        BackupVaultName=_vault(site), MinRetentionDays=7, MaxRetentionDays=31, ChangeableForDays=3
    )


def _lock_that_can_be_lifted(site: Site, backup: Any) -> None:
    backup.delete_backup_vault_lock_configuration(BackupVaultName=_vault(site))
    backup.put_backup_vault_lock_configuration(BackupVaultName=_vault(site), MinRetentionDays=7, MaxRetentionDays=31)


add("backups_locked_for_good", ("R47",), call("backup", _locked_for_good, _lock_that_can_be_lifted))


def spoiled_vault(**changes: Any) -> Any:
    """The vault made anew with other properties."""

    def spoil(site: Site) -> Iterator[None]:
        backup, name = site.client("backup"), _vault(site)
        arn = backup.describe_backup_vault(BackupVaultName=name)["BackupVaultArn"]
        tags = backup.list_tags(ResourceArn=arn)["Tags"]
        lock = {"BackupVaultName": name, "MinRetentionDays": 7, "MaxRetentionDays": 31}
        for key in (changes.get("key", "two"), "one"):
            backup.delete_backup_vault(BackupVaultName=name)
            backup.create_backup_vault(
                BackupVaultName=name, EncryptionKeyArn=getattr(site, key)["keyArn"], BackupVaultTags=tags
            )
            backup.put_backup_vault_lock_configuration(**lock)
            if key != "one":
                yield

    return spoil


add("backups_with_another_key", ("R45",), spoiled_vault())


@red("R48")
def backups_kept_for_ever(site: Site) -> Iterator[None]:
    backup, name = site.client("backup"), _vault(site)
    plans = {p["BackupPlanName"]: p for p in backup.list_backup_plans()["BackupPlansList"]}
    plan = backup.get_backup_plan(BackupPlanId=plans[name]["BackupPlanId"])
    tags = backup.list_tags(ResourceArn=plan["BackupPlanArn"])["Tags"]
    given = {key: plan["BackupPlan"]["Rules"][0][key] for key in ("RuleName", "TargetBackupVaultName", "Lifecycle")}
    for rule in ({key: value for key, value in given.items() if key != "Lifecycle"}, given):
        backup.delete_backup_plan(BackupPlanId=plan["BackupPlanId"])
        made = backup.create_backup_plan(BackupPlan={"BackupPlanName": name, "Rules": [rule]}, BackupPlanTags=tags)
        plan = {"BackupPlanId": made["BackupPlanId"]}
        if "Lifecycle" not in rule:
            yield


def on_alarm(metric: str, **changes: Any) -> Any:
    """An alarm put over with other properties; tags stay."""

    def spoil(site: Site) -> Iterator[None]:
        watch, name = site.client("cloudwatch"), f"{_vault(site)}-{metric}"
        (alarm,) = watch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        names = (
            *("AlarmName", "MetricName", "Namespace", "Statistic", "ComparisonOperator", "Threshold", "Period"),
            *("EvaluationPeriods", "AlarmActions", "Dimensions", "TreatMissingData"),
        )
        given = {key: alarm[key] for key in names}
        watch.put_metric_alarm(**{**given, **changes})
        yield
        watch.put_metric_alarm(**given)

    return spoil


add("alarm_tells_nobody", ("R43",), on_alarm("FailedLogins", AlarmActions=[]))
add(
    "alarm_watches_another_server",
    ("S4",),
    on_alarm("StatusCheckFailed", Dimensions=[{"Name": "InstanceId", "Value": "i-0123456789abcdef0"}]),
)


@red("S4")
def no_alarm_on_the_disk(site: Site) -> Iterator[None]:
    watch, name = site.client("cloudwatch"), f"{_vault(site)}-DiskUsedPercent"
    (alarm,) = watch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    tags = watch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    watch.delete_alarms(AlarmNames=[name])
    yield
    names = (
        *("AlarmName", "MetricName", "Namespace", "Statistic", "ComparisonOperator", "Threshold", "Period"),
        *("EvaluationPeriods", "AlarmActions", "TreatMissingData"),
    )
    watch.put_metric_alarm(**{key: alarm[key] for key in names}, Tags=tags)


@red("R44")
def alarms_not_encrypted(site: Site) -> Iterator[None]:
    sns, arn = site.client("sns"), site.platform["alarmTopicArn"]
    key = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["KmsMasterKeyId"]
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="")
    yield
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=key)


def on_budget(wrong: Callable[[dict[str, Any]], dict[str, Any]], told: bool = True) -> Any:
    """The budget made anew, spoiled and then as it was."""

    def spoil(site: Site) -> Iterator[None]:
        budgets, name, account = site.client("budgets"), _vault(site), site.aws.account
        which = {"AccountId": account, "BudgetName": name}
        shown = budgets.describe_budget(**which)["Budget"]
        notifications = budgets.describe_notifications_for_budget(**which)["Notifications"]
        subscriber = {"SubscriptionType": "SNS", "Address": site.platform["alarmTopicArn"]}
        kept = [{"Notification": each, "Subscribers": [subscriber]} for each in notifications]
        names = ("BudgetName", "BudgetType", "TimeUnit", "BudgetLimit", "CostFilters")
        given = {key: shown[key] for key in names}
        for budget, who in ((wrong(given), kept if told else []), (given, kept)):
            budgets.delete_budget(**which)
            budgets.create_budget(AccountId=account, Budget=budget, NotificationsWithSubscribers=who)
            if (budget, who) != (given, kept):
                yield

    return spoil


add("budget_tells_nobody", ("R49",), on_budget(lambda given: given, told=False))
add("budget_of_everything", ("R50",), on_budget(lambda given: {**given, "CostFilters": {}}))


@red("R40")
def calls_on_the_bucket_not_logged(site: Site) -> Iterator[None]:
    s3, bucket = site.client("s3"), site.bucket
    before = s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]
    target = {"TargetBucket": before["TargetBucket"], "TargetPrefix": before["TargetPrefix"]}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    yield
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": target})
