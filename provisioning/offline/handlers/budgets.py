"""Budgets. moto counts no cost, shows no tags of budgets, and does not tell who is notified."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, unless_gone


@handler
class Budget(Handler):
    """A limit of cost, and who is told when it comes near."""

    type = "aws:budgets/budget:Budget"
    replace = frozenset({"name", "accountId"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        account = calls.account
        calls.budgets.create_budget(
            AccountId=account,
            Budget=_budget(inputs),
            NotificationsWithSubscribers=[_notification(each) for each in inputs.get("notifications") or ()],
        )
        return f"{account}:{inputs['name']}"

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None and _without_tags(inputs) != _without_tags(old):
            # moto has no UpdateBudget.
            self.delete(calls, id, old)
            self.create(calls, inputs)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        account, _colon, name = id.partition(":")
        budget = calls.budgets.describe_budget(AccountId=account, BudgetName=name)["Budget"]
        limit = budget["BudgetLimit"]
        told = calls.budgets.describe_notifications_for_budget(AccountId=account, BudgetName=name)["Notifications"]
        filters = budget.get("CostFilters", {})
        return {
            "name": name,
            "arn": f"arn:aws:budgets::{account}:budget/{name}",
            "accountId": account,
            "budgetType": budget["BudgetType"],
            "limitAmount": str(limit["Amount"]),
            "limitUnit": limit["Unit"],
            "timeUnit": budget["TimeUnit"],
            "costFilters": [{"name": key, "values": values} for key, values in sorted(filters.items())],
            "notifications": [_shown(told, wanted) for wanted in inputs.get("notifications") or ()],
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        account, _colon, name = id.partition(":")
        with unless_gone():
            calls.budgets.delete_budget(AccountId=account, BudgetName=name)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        id = f"{calls.account}:{inputs['name']}"
        with unless_gone():
            return id if self.read(calls, id, inputs) else None
        return None


def _budget(inputs: Values) -> dict[str, Any]:
    return {
        "BudgetName": inputs["name"],
        "BudgetType": inputs["budgetType"],
        "TimeUnit": inputs["timeUnit"],
        "BudgetLimit": {"Amount": inputs["limitAmount"], "Unit": inputs["limitUnit"]},
        "CostFilters": {each["name"]: list(each["values"]) for each in inputs.get("costFilters") or ()},
    }


def _notification(wanted: Values) -> dict[str, Any]:
    topics = [{"SubscriptionType": "SNS", "Address": arn} for arn in wanted.get("subscriberSnsTopicArns") or ()]
    people = [{"SubscriptionType": "EMAIL", "Address": who} for who in wanted.get("subscriberEmailAddresses") or ()]
    return {"Notification": _condition(wanted), "Subscribers": [*topics, *people]}


def _condition(wanted: Values) -> dict[str, Any]:
    return {
        "NotificationType": wanted["notificationType"],
        "ComparisonOperator": wanted["comparisonOperator"],
        "Threshold": wanted["threshold"],
        "ThresholdType": wanted["thresholdType"],
    }


def _shown(told: list[dict[str, Any]], wanted: Values) -> dict[str, Any]:
    """What was wanted where the budget shows that condition: moto does not tell who is notified."""
    asked = {**_condition(wanted), "Threshold": float(wanted["threshold"])}
    stands = any({**each, "Threshold": float(each["Threshold"])}.items() >= asked.items() for each in told)
    return dict(wanted) if stands else {}


def _without_tags(inputs: Values) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if key != "tags"}
