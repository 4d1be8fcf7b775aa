"""Topics, their policies, and who is told. moto sends no e-mail."""

from __future__ import annotations

import json
from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, tag_dict, tag_list, unless_gone


@handler
class Topic(Handler):
    """A topic with its key."""

    type = "aws:sns/topic:Topic"
    replace = frozenset({"name", "fifoTopic"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        attributes = present(KmsMasterKeyId=inputs.get("kmsMasterKeyId"), DisplayName=inputs.get("displayName"))
        made = calls.sns.create_topic(Name=inputs["name"], Attributes=attributes, Tags=tag_list(inputs.get("tags")))
        return str(made["TopicArn"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is None:
            return
        for key, name in (("kmsMasterKeyId", "KmsMasterKeyId"), ("displayName", "DisplayName")):
            calls.sns.set_topic_attributes(TopicArn=id, AttributeName=name, AttributeValue=inputs.get(key, ""))
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.sns.untag_resource(ResourceArn=id, TagKeys=gone)
        calls.sns.tag_resource(ResourceArn=id, Tags=tag_list(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.sns.get_topic_attributes(TopicArn=id)["Attributes"]
        tags = tag_dict(calls.sns.list_tags_for_resource(ResourceArn=id)["Tags"])
        return {
            "name": id.rpartition(":")[2],
            "arn": id,
            "owner": shown.get("Owner", ""),
            "kmsMasterKeyId": shown.get("KmsMasterKeyId", ""),
            "displayName": shown.get("DisplayName", ""),
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.sns.delete_topic(TopicArn=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        arn = f"arn:aws:sns:{calls.region}:{calls.account}:{inputs['name']}"
        with unless_gone():
            shown = self.read(calls, arn, inputs)
            return arn if shown and shown["tags"] == (inputs.get("tags") or {}) else None
        return None


@handler
class TopicPolicy(Handler):
    """Who may publish to a topic. Without it AWS's own default holds: the account alone."""

    type = "aws:sns/topicPolicy:TopicPolicy"
    replace = frozenset({"arn"})

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.sns.set_topic_attributes(TopicArn=inputs["arn"], AttributeName="Policy", AttributeValue=inputs["policy"])
        return str(inputs["arn"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            self.create(calls, inputs)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        policy = calls.sns.get_topic_attributes(TopicArn=id)["Attributes"]["Policy"]
        return {"arn": id, "policy": policy}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        own = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{calls.account}:root"},
            "Action": ["sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes", "sns:DeleteTopic"],
            "Resource": id,
        }
        default = json.dumps({"Version": "2012-10-17", "Statement": [own]})
        with unless_gone():
            calls.sns.set_topic_attributes(TopicArn=id, AttributeName="Policy", AttributeValue=default)


@handler
class TopicSubscription(Handler):
    """Somebody who is told. An e-mail address has to confirm it before AWS sends anything."""

    type = "aws:sns/topicSubscription:TopicSubscription"
    replace = frozenset({"topic", "protocol", "endpoint"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.sns.subscribe(
            TopicArn=inputs["topic"],
            Protocol=inputs["protocol"],
            Endpoint=inputs["endpoint"],
            ReturnSubscriptionArn=True,
        )
        return str(made["SubscriptionArn"])

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.sns.get_subscription_attributes(SubscriptionArn=id)["Attributes"]
        return {
            "arn": id,
            "topic": shown["TopicArn"],
            "protocol": shown["Protocol"],
            "endpoint": shown["Endpoint"],
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.sns.unsubscribe(SubscriptionArn=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        with unless_gone():
            for page in calls.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=inputs["topic"]):
                for found in page["Subscriptions"]:
                    if (found["Protocol"], found["Endpoint"]) == (inputs["protocol"], inputs["endpoint"]):
                        return str(found["SubscriptionArn"])
        return None
