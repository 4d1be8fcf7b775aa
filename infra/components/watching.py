"""What is seen of an environment while it runs: logs of its server, alarms, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.service_policies import alarm_topic
from infra.tags import Tags, named

LOG_DAYS = 365  # longer than any period; the end of the environment takes them with it
LOGS = ("server", "postgresql")
FIVE_MINUTES = 300


@dataclass(frozen=True)
class Signal:
    """A metric taken from lines of the server's log, and when it is an alarm. `value` is what each line adds."""

    name: str
    pattern: str
    value: str
    statistic: str
    threshold: float
    reason: str


# The agent of the golden image writes such lines; offline they are only configured.
SIGNALS = (
    Signal(
        "DiskUsedPercent",
        "{ $.disk_used_percent = * }",
        "$.disk_used_percent",
        "Maximum",
        85,
        "A disk of the analysis server is nearly full",
    ),
    Signal(
        "FailedLogins",
        '?"Failed password" ?"An account failed to log on"',
        "1",
        "Sum",
        10,
        "Many failed logins on the analysis server (HIC-18)",
    ),
)


class AlarmTopic(pulumi.ComponentResource):
    """Where alarms and budgets report to, under the platform's key; `address` is told by e-mail once it confirms."""

    def __init__(
        self,
        name: str,
        account: str,
        key_arn: pulumi.Input[str],
        address: str,
        tags: Tags,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hic:watching:AlarmTopic", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(name, name=name, kms_master_key_id=key_arn, tags=named(tags, name), opts=inside)
        policy = topic.arn.apply(lambda arn: alarm_topic(arn, account))
        aws.sns.TopicPolicy(name, arn=topic.arn, policy=policy, opts=inside)
        if address:
            aws.sns.TopicSubscription(name, topic=topic.arn, protocol="email", endpoint=address, opts=inside)
        self.arn = topic.arn
        self.register_outputs({})


@dataclass(frozen=True)
class WatchArgs:
    """`key_arn` encrypts the logs; alarms report to `topic_arn`."""

    approval_id: str
    instance_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    tags: Tags


class Watch(pulumi.ComponentResource):
    """Log groups of the server and of its database, and alarms on what they and AWS tell of the server."""

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:watching:Watch", name, None, opts)
        self._inside = pulumi.ResourceOptions(parent=self)
        self._name, self._args = name, args
        self.groups = {log: self._group(log) for log in LOGS}
        for signal in SIGNALS:
            self._signal(signal)
        self._alarm(
            "StatusCheckFailed",
            "AWS/EC2",
            {"InstanceId": args.instance_id},
            "Maximum",
            1,
            "The analysis server does not answer AWS's checks",
        )
        self.register_outputs({})

    def _group(self, log: str) -> aws.cloudwatch.LogGroup:
        path = f"/hic/{self._args.approval_id}/{log}"
        return aws.cloudwatch.LogGroup(
            f"{self._name}-{log}",
            name=path,
            retention_in_days=LOG_DAYS,
            kms_key_id=self._args.key_arn,
            tags=named(self._args.tags, path),
            opts=self._inside,
        )

    def _signal(self, signal: Signal) -> None:
        namespace = f"hic/{self._args.approval_id}"
        aws.cloudwatch.LogMetricFilter(
            f"{self._name}-{signal.name}",
            name=signal.name,
            log_group_name=self.groups["server"].name,
            pattern=signal.pattern,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                name=signal.name, namespace=namespace, value=signal.value
            ),
            opts=self._inside,
        )
        self._alarm(signal.name, namespace, {}, signal.statistic, signal.threshold, signal.reason)

    def _alarm(
        self,
        metric: str,
        namespace: str,
        dimensions: dict[str, pulumi.Input[str]],
        statistic: str,
        threshold: float,
        reason: str,
    ) -> None:
        name = f"{self._name}-{metric}"
        aws.cloudwatch.MetricAlarm(
            name,
            name=name,
            alarm_description=reason,
            namespace=namespace,
            metric_name=metric,
            dimensions=dimensions,
            statistic=statistic,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=threshold,
            period=FIVE_MINUTES,
            evaluation_periods=1,
            # A server that is stopped tells nothing, and that is no fault.
            treat_missing_data="notBreaching",
            alarm_actions=[self._args.topic_arn],
            tags=named(self._args.tags, name),
            opts=self._inside,
        )


@dataclass(frozen=True)
class BudgetArgs:
    """`owner` is the value of the tag `hic:approval` whose cost counts. AWS reckons budgets in dollars."""

    owner: str
    account: str
    monthly_yen: int
    yen_per_dollar: int
    topic_arn: pulumi.Input[str]
    tags: Tags


class MonthlyBudget(pulumi.ComponentResource):
    """What may be spent in a month: the operator is told at 80 %, at 100 %, and when the forecast goes beyond."""

    THRESHOLDS: Sequence[tuple[str, float]] = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:watching:MonthlyBudget", name, None, opts)
        notifications = [
            aws.budgets.BudgetNotificationArgs(
                comparison_operator="GREATER_THAN",
                notification_type=kind,
                threshold=percent,
                threshold_type="PERCENTAGE",
                subscriber_sns_topic_arns=[args.topic_arn],
            )
            for kind, percent in self.THRESHOLDS
        ]
        aws.budgets.Budget(
            name,
            name=name,
            account_id=args.account,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=f"{args.monthly_yen / args.yen_per_dollar:.2f}",
            limit_unit="USD",
            cost_filters=[
                aws.budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[f"user:hic:approval${args.owner}"])
            ],
            notifications=notifications,
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
