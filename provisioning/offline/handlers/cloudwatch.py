"""Log groups, the metrics taken from them, and alarms. moto keeps them; no alarm ever fires there."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, tag_dict, tag_list, unless_gone


@handler
class LogGroup(Handler):
    """A log group with its key and retention. AWS takes another key in place; moto does not, so it is made anew."""

    type = "aws:cloudwatch/logGroup:LogGroup"
    replace = frozenset({"name", "kmsKeyId"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.logs.create_log_group(
            logGroupName=inputs["name"],
            **present(kmsKeyId=inputs.get("kmsKeyId"), tags=inputs.get("tags") or None),
        )
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if inputs.get("retentionInDays"):
            calls.logs.put_retention_policy(logGroupName=id, retentionInDays=inputs["retentionInDays"])
        elif old and old.get("retentionInDays"):
            calls.logs.delete_retention_policy(logGroupName=id)
        if old is None:
            return
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.logs.untag_resource(resourceArn=_arn(calls, id), tagKeys=gone)
        calls.logs.tag_resource(resourceArn=_arn(calls, id), tags=dict(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.logs.describe_log_groups(logGroupNamePrefix=id)["logGroups"]
        group = next((g for g in found if g["logGroupName"] == id), None)
        if group is None:
            return None
        tags = calls.logs.list_tags_for_resource(resourceArn=_arn(calls, id))["tags"]
        return {
            "name": id,
            "arn": _arn(calls, id),
            "retentionInDays": group.get("retentionInDays", 0),
            "kmsKeyId": group.get("kmsKeyId", ""),
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.logs.delete_log_group(logGroupName=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        shown = self.read(calls, inputs["name"], inputs)
        return str(inputs["name"]) if shown and shown["tags"] == (inputs.get("tags") or {}) else None


@handler
class LogMetricFilter(Handler):
    """A metric made of what is written to a log group."""

    type = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
    replace = frozenset({"name", "logGroupName"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = inputs["metricTransformation"]
        calls.logs.put_metric_filter(
            logGroupName=inputs["logGroupName"],
            filterName=inputs["name"],
            filterPattern=inputs["pattern"],
            metricTransformations=[
                {"metricName": made["name"], "metricNamespace": made["namespace"], "metricValue": made["value"]}
            ],
        )
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            # AWS puts it over the old one; moto adds another.
            self.delete(calls, id, old)
            self.create(calls, inputs)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        group = inputs["logGroupName"]
        found = calls.logs.describe_metric_filters(logGroupName=group, filterNamePrefix=id)["metricFilters"]
        shown = next((each for each in found if each["filterName"] == id), None)
        if shown is None:
            return None
        made = shown["metricTransformations"][0]
        return {
            "name": id,
            "logGroupName": group,
            "pattern": shown["filterPattern"],
            "metricTransformation": {
                "name": made["metricName"],
                "namespace": made["metricNamespace"],
                "value": made["metricValue"],
            },
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.logs.delete_metric_filter(logGroupName=inputs["logGroupName"], filterName=id)


@handler
class MetricAlarm(Handler):
    """An alarm on one metric."""

    type = "aws:cloudwatch/metricAlarm:MetricAlarm"
    replace = frozenset({"name"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.cloudwatch.put_metric_alarm(
            AlarmName=inputs["name"],
            ComparisonOperator=inputs["comparisonOperator"],
            EvaluationPeriods=inputs["evaluationPeriods"],
            AlarmActions=list(inputs.get("alarmActions") or []),
            Dimensions=[{"Name": k, "Value": v} for k, v in sorted((inputs.get("dimensions") or {}).items())],
            **present(
                AlarmDescription=inputs.get("alarmDescription"),
                MetricName=inputs.get("metricName"),
                Namespace=inputs.get("namespace"),
                Period=inputs.get("period"),
                Statistic=inputs.get("statistic"),
                Threshold=inputs.get("threshold"),
                TreatMissingData=inputs.get("treatMissingData"),
                Tags=tag_list(inputs.get("tags")) or None,
            ),
        )
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is None:
            return
        self.create(calls, {key: value for key, value in inputs.items() if key != "tags"})
        arn = calls.cloudwatch.describe_alarms(AlarmNames=[id])["MetricAlarms"][0]["AlarmArn"]
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.cloudwatch.untag_resource(ResourceARN=arn, TagKeys=gone)
        calls.cloudwatch.tag_resource(ResourceARN=arn, Tags=tag_list(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.cloudwatch.describe_alarms(AlarmNames=[id])["MetricAlarms"]
        if not found:
            return None
        alarm = found[0]
        tags = tag_dict(calls.cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"])
        shown = {
            "name": id,
            "arn": alarm["AlarmArn"],
            "alarmDescription": alarm.get("AlarmDescription"),
            "alarmActions": alarm.get("AlarmActions", []),
            "metricName": alarm.get("MetricName"),
            "namespace": alarm.get("Namespace"),
            "comparisonOperator": alarm["ComparisonOperator"],
            "evaluationPeriods": alarm["EvaluationPeriods"],
            "period": alarm.get("Period"),
            "statistic": alarm.get("Statistic"),
            "threshold": alarm.get("Threshold"),
            "treatMissingData": alarm.get("TreatMissingData"),
            "dimensions": {d["Name"]: d["Value"] for d in alarm.get("Dimensions", [])},
            "tags": tags,
            "tagsAll": tags,
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.cloudwatch.delete_alarms(AlarmNames=[id])

    def find(self, calls: Calls, inputs: Values) -> str | None:
        shown = self.read(calls, inputs["name"], inputs)
        return str(inputs["name"]) if shown and shown["tags"] == (inputs.get("tags") or {}) else None


def _arn(calls: Calls, group: str) -> str:
    return f"arn:aws:logs:{calls.region}:{calls.account}:log-group:{group}"
