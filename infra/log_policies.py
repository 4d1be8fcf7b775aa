"""What AWS's own services need to leave logs in buckets and to encrypt them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from infra.policies import Statement

TRAIL = "hic"
DELIVERY = "delivery.logs.amazonaws.com"  # flow logs, and names that were asked
CLOUDTRAIL = "cloudtrail.amazonaws.com"


@dataclass(frozen=True)
class LogScope:
    """Whose logs. `organisation` is an id such as o-a1b2c3d4e5, empty for a trail of the account alone."""

    account: str
    region: str
    organisation: str = ""

    @property
    def trail_arn(self) -> str:
        return f"arn:aws:cloudtrail:{self.region}:{self.account}:trail/{TRAIL}"

    @property
    def delivered(self) -> dict[str, dict[str, str]]:
        """Conditions that bind a delivery to this account."""
        return {
            "StringEquals": {"aws:SourceAccount": self.account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{self.region}:{self.account}:*"},
        }


def access_log_delivery(scope: LogScope, bucket: str) -> list[Statement]:
    """S3 itself may write who has called on our buckets."""
    return [
        {
            "Sid": "AccessLogs",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": ["s3:PutObject"],
            "Resource": f"arn:aws:s3:::{bucket}/*",  # one text: moto looks for just that
            "Condition": {
                "StringEquals": {"aws:SourceAccount": scope.account},
                "ArnLike": {"aws:SourceArn": "arn:aws:s3:::hic-*"},
            },
        }
    ]


def trail_delivery(scope: LogScope, bucket: str) -> list[Statement]:
    """The trail, the flow logs and the names that were asked may be written below AWSLogs/, and nowhere else."""
    arn = f"arn:aws:s3:::{bucket}"
    by_trail = {"StringEquals": {"aws:SourceArn": scope.trail_arn}}
    owners = [scope.account, *([scope.organisation] if scope.organisation else [])]
    return [
        _may(CLOUDTRAIL, "TrailAcl", ["s3:GetBucketAcl"], [arn], by_trail),
        _may(
            CLOUDTRAIL,
            "TrailWrite",
            ["s3:PutObject"],
            [f"{arn}/AWSLogs/{owner}/*" for owner in owners],
            {"StringEquals": {**by_trail["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"}},
        ),
        _may(DELIVERY, "DeliveryAcl", ["s3:GetBucketAcl", "s3:ListBucket"], [arn], scope.delivered),
        _may(
            DELIVERY,
            "DeliveryWrite",
            ["s3:PutObject"],
            [f"{arn}/AWSLogs/{scope.account}/*"],
            {
                **scope.delivered,
                "StringEquals": {"aws:SourceAccount": scope.account, "s3:x-amz-acl": "bucket-owner-full-control"},
            },
        ),
    ]


def key_for_logs(scope: LogScope) -> list[Statement]:
    """The same services may encrypt what they write with the platform's key."""
    return [
        _may(
            CLOUDTRAIL,
            "TrailKey",
            ["kms:GenerateDataKey*", "kms:DescribeKey"],
            ["*"],
            {"StringEquals": {"aws:SourceArn": scope.trail_arn}},
        ),
        _may(
            DELIVERY,
            "DeliveryKey",
            ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            ["*"],
            scope.delivered,
        ),
    ]


def _may(
    service: str, sid: str, actions: list[str], resources: list[str], condition: dict[str, dict[str, str]]
) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": actions,
        "Resource": resources,
        "Condition": condition,
    }
