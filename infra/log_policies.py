"""What AWS's own services need to leave logs in buckets and to encrypt them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from infra.policies import Statement


@dataclass(frozen=True)
class LogScope:
    """Whose logs. `organisation` is an id such as o-a1b2c3d4e5, empty for a trail of the account alone."""

    account: str
    region: str
    organisation: str = ""


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
