"""Cases of handlers of what watches over an environment: backups, logs, alarms, budgets, people."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

TAGS = {"Name": "one", "hic:approval": "T-1"}
MORE = {"Name": "one", "hic:approval": "T-1", "more": "two"}
OTHER = {"Name": "two"}


def _document(action: str, resource: str = "*", **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": [resource], **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _vault(w: Any) -> str:
    return str(w.make("aws:backup/vault:Vault", {"name": "standing", "kmsKeyArn": w.key}))


def _group(w: Any) -> str:
    return str(w.make("aws:cloudwatch/logGroup:LogGroup", {"name": "/hic/standing"}))


def _topic(w: Any) -> str:
    return str(w.make("aws:sns/topic:Topic", {"name": "standing"}))


def _bucket(w: Any, name: str) -> str:
    return str(w.make("aws:s3/bucket:Bucket", {"bucket": name}))


def _log_bucket(w: Any) -> str:
    """A bucket that the log service may write to; moto asks for that too."""
    name = _bucket(w, "logs-of-a-test")
    service = {"Service": "logging.s3.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": service, "Action": ["s3:PutObject"]}
    whole = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": f"arn:aws:s3:::{name}/*"}]}
    policy = json.dumps(whole)
    w.calls.s3.put_bucket_policy(Bucket=name, Policy=policy)
    return name


def _told(topic: str, threshold: float) -> dict[str, Any]:
    return {
        "comparisonOperator": "GREATER_THAN",
        "notificationType": "ACTUAL",
        "threshold": threshold,
        "thresholdType": "PERCENTAGE",
        "subscriberSnsTopicArns": [topic],
    }


def _plan(w: Any) -> dict[str, Any]:
    rule = {
        "ruleName": "daily",
        "targetVaultName": _vault(w),
        "schedule": "cron(0 18 * * ? *)",
        "lifecycle": {"deleteAfter": 14},
        "recoveryPointTags": TAGS,
    }
    return {"name": "made", "rules": [rule], "tags": TAGS}


def _alarm() -> dict[str, Any]:
    return {
        "name": "made",
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 2,
        "metricName": "StatusCheckFailed",
        "namespace": "AWS/EC2",
        "period": 300,
        "statistic": "Maximum",
        "threshold": 0,
        "treatMissingData": "notBreaching",
        "dimensions": {"InstanceId": "i-0123456789abcdef0"},
        "alarmActions": ["arn:aws:sns:ap-northeast-1:123456789012:t"],
        "alarmDescription": "d",
        "tags": TAGS,
    }


def _filter(w: Any) -> dict[str, Any]:
    made = {"name": "Failed", "namespace": "hic/T-1", "value": "1"}
    return {"name": "made", "logGroupName": _group(w), "pattern": '"Failed"', "metricTransformation": made}


def _budget(w: Any) -> dict[str, Any]:
    return {
        "name": "made",
        "budgetType": "COST",
        "limitAmount": "100.0",
        "limitUnit": "USD",
        "timeUnit": "MONTHLY",
        "costFilters": [{"name": "TagKeyValue", "values": ["user:hic:approval$T-1"]}],
        "notifications": [_told(_topic(w), 80)],
        "tags": TAGS,
    }


WATCHING: dict[str, Callable[[Any], tuple[dict[str, Any], dict[str, Any]]]] = {
    "aws:backup/vault:Vault": lambda w: (
        {"name": "made", "kmsKeyArn": w.key, "forceDestroy": True, "tags": TAGS},
        {"tags": OTHER},
    ),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": lambda w: (
        {"backupVaultName": _vault(w), "minRetentionDays": 7, "maxRetentionDays": 31},
        {"maxRetentionDays": 62},
    ),
    "aws:backup/plan:Plan": lambda w: (_plan(w), {"tags": OTHER}),
    "aws:cloudwatch/logGroup:LogGroup": lambda w: (
        {"name": "/hic/made", "kmsKeyId": w.key, "retentionInDays": 365, "tags": TAGS},
        {"retentionInDays": 400, "tags": OTHER},
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": lambda w: (_filter(w), {"pattern": '"failed"'}),
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda w: (_alarm(), {"threshold": 1, "tags": OTHER}),
    "aws:sns/topic:Topic": lambda w: (
        {"name": "made", "kmsMasterKeyId": w.key, "displayName": "d", "tags": TAGS},
        {"displayName": "e", "tags": OTHER},
    ),
    "aws:sns/topicPolicy:TopicPolicy": lambda w: (
        {"arn": (topic := _topic(w)), "policy": _document("sns:Publish", topic, Principal={"AWS": "123456789012"})},
        {"policy": _document("sns:Publish", topic, Principal={"AWS": "210987654321"})},
    ),
    "aws:sns/topicSubscription:TopicSubscription": lambda w: (
        {"topic": _topic(w), "protocol": "email", "endpoint": "operator@example.jp"},
        {},
    ),
    "aws:budgets/budget:Budget": lambda w: (
        given := _budget(w),
        {
            "limitAmount": "200.0",
            "notifications": [*given["notifications"], {**given["notifications"][0], "threshold": 100}],
        },
    ),
    "aws:iam/user:User": lambda w: (
        {"name": "made", "path": "/hic/", "forceDestroy": True, "tags": TAGS},
        {"tags": OTHER},
    ),
    "aws:iam/userPolicy:UserPolicy": lambda w: (
        {
            "name": "inside",
            "user": w.make("aws:iam/user:User", {"name": "standing"}),
            "policy": _document("s3:GetObject"),
        },
        {"policy": _document("s3:PutObject")},
    ),
    "aws:iam/policy:Policy": lambda w: (
        {"name": "made", "path": "/hic/", "policy": _document("s3:GetObject"), "description": "d", "tags": TAGS},
        {"policy": _document("s3:PutObject"), "tags": OTHER},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": lambda w: (
        {
            "role": w.role,
            "policyArn": w.make("aws:iam/policy:Policy", {"name": "loose", "policy": _document("s3:*")}),
        },
        {},
    ),
    "aws:s3/bucketLogging:BucketLogging": lambda w: (
        {
            "bucket": _bucket(w, "bucket-of-a-test"),
            "targetBucket": _log_bucket(w),
            "targetPrefix": "access/",
        },
        {"targetPrefix": "other/"},
    ),
}
REPEATABLE = {
    # Made by a call that may be repeated.
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:s3/bucketLogging:BucketLogging",
}
