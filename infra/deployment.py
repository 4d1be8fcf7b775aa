"""The role that builds environments, and the bounds of every role and user that it makes. Pure.

The platform itself is built by an administrator: whoever may write the staff's policies may do anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.policies import READ_RECORDS, allow, document
from provisioning.approvals import names

DEPLOY_ROLE = "hic-operator-deploy"
BOUNDARY = "hic-boundary"


@dataclass(frozen=True)
class AccountScope:
    """One region of one account, and the ARNs of what all environments share."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def iam(self, resource: str) -> str:
        return f"arn:aws:iam::{self.account}:{resource}"

    @property
    def boundary(self) -> str:
        return self.iam(f"policy/hic/{BOUNDARY}")

    @property
    def table(self) -> str:
        return self.arn("dynamodb", "table/hic-records")

    @property
    def work(self) -> str:
        return f"arn:aws:s3:::hic-work-*-{self.account}"

    @property
    def share(self) -> str:
        return f"arn:aws:s3:::{names.share_bucket(self.account)}"


def boundary(scope: AccountScope) -> str:
    """The most that the roles and the user of any environment can ever do, whatever their own policies say."""
    objects = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"]
    disks = [f"arn:aws:ec2:{scope.region}::{kind}/*" for kind in ("image", "snapshot")]
    own = [scope.arn("ec2", f"{kind}/*") for kind in ("instance", "volume")]
    return document(
        allow("Objects", objects, [f"{scope.work}/*", f"{scope.share}/*"]),
        allow("Buckets", ["s3:ListBucket", "s3:GetBucketLocation"], [scope.work, scope.share]),
        allow("Records", [*READ_RECORDS, "dynamodb:PutItem"], [scope.table]),
        allow("Keys", ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"], [scope.arn("kms", "key/*")]),
        allow(
            "Logs",
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [scope.arn("logs", "log-group:/hic/*")],
        ),
        allow("Power", ["ec2:StartInstances", "ec2:StopInstances"], own),
        allow(
            "Backups",
            [
                *("ec2:CreateImage", "ec2:CreateSnapshot", "ec2:CreateSnapshots", "ec2:CreateTags"),
                *("ec2:DeregisterImage", "ec2:DeleteSnapshot"),
            ],
            [*own, *disks],
        ),
        allow("Look", ["ec2:Describe*", "backup:DescribeBackupVault"], ["*"]),
        allow("Session", ["ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:*"], ["*"]),
    )
