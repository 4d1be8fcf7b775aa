"""Documents that let AWS's own services in, each for this account alone. Pure."""

from __future__ import annotations

from infra.policies import Statement, document


def own_service_trust(service: str, account: str) -> str:
    """A role that a service takes on for this account, and for nobody else whom it serves."""
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
    )


def alarm_topic(topic: str, account: str) -> str:
    """Alarms and budgets of the account publish to the topic; nothing reaches it without TLS."""
    return document(
        _publishing("Alarms", "cloudwatch.amazonaws.com", topic, account),
        _publishing("Budgets", "budgets.amazonaws.com", topic, account),
        {
            "Sid": "Tls",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )


def _publishing(sid: str, service: str, topic: str, account: str) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": topic,
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }


def publishers_key(account: str) -> Statement:
    """Part of a key's policy: alarms and budgets may write to a topic that the key encrypts."""
    return {
        "Sid": "Publishers",
        "Effect": "Allow",
        "Principal": {"Service": ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
