"""Policy documents as JSON texts. Pure; the components fill in names and ARNs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from provisioning.approvals.names import approval_key
from provisioning.approvals.states import Access

Statement = dict[str, Any]
WRITES = (
    *("s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject", "s3:DeleteObjectVersion"),
    *("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "kms:GenerateDataKey"),
)
READ_RECORDS = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")


def document(*statements: Statement) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True)


def allow(sid: str, actions: Sequence[str], resources: Sequence[str], **condition: Any) -> Statement:
    """A statement of an identity's policy."""
    extra = {"Condition": condition} if condition else {}
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources), **extra}


def service_trust(service: str) -> str:
    """The trust policy of a role that an AWS service takes on."""
    return document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def staff_trust(account: str) -> str:
    """The trust policy of a role that staff of the account take on, with a second factor (HIC-7).

    The session bears the user's own name: records tell by it who acted, and that two reviewers are two people.
    """
    return document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "StringEquals": {"sts:RoleSessionName": "${aws:username}"},
            },
        }
    )


def key_policy(account: str, region: str, approval_id: str, *more: Statement) -> str:
    """A key that the account's own IAM policies govern, and that the log service may use."""
    groups = f"arn:aws:logs:{region}:{account}:log-group:/hic/{approval_id}/*"
    return document(
        {
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Sid": "Logs",
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{region}.amazonaws.com"},
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "Resource": "*",
            "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        },
        *more,
    )


def workspaces_service() -> str:
    """What WorkSpaces needs to place desktops, and to let people restart their own."""
    network = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"]
    return document(allow("Network", network, ["*"]), allow("Restart", ["workspaces:RebootWorkspaces"], ["*"]))


def tls_only(bucket: str, *more: Statement) -> str:
    """A bucket policy that refuses every call without TLS 1.2; `more` is what else it says."""
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resources}
    return document(
        *more,
        {**deny, "Sid": "Tls", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**deny, "Sid": "Tls12", "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    )


def s3_endpoint(account: str, share: str, work: str, share_keys: Sequence[str]) -> str:
    """The S3 endpoint lets nothing through but the account's own calls on the two buckets: in the share, what
    `share_keys` are patterns of (LIFE-4).
    """
    own = {"StringEquals": {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}}
    base = {"Effect": "Allow", "Principal": "*", "Condition": own}
    return document(
        {
            **base,
            "Sid": "ShareRead",
            "Action": ["s3:GetObject", "s3:GetObjectVersion"],
            "Resource": [f"arn:aws:s3:::{share}/{key}" for key in share_keys],
        },
        {
            **base,
            "Sid": "Work",
            "Action": [
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:PutObject",
                "s3:PutObjectAcl",
                "s3:AbortMultipartUpload",
            ],
            "Resource": [f"arn:aws:s3:::{work}/*"],
        },
        {
            **base,
            "Sid": "List",
            "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
            "Resource": [f"arn:aws:s3:::{share}", f"arn:aws:s3:::{work}"],
        },
    )


def records_endpoint(account: str, table_arn: str) -> str:
    """The DynamoDB endpoint knows the record table only."""
    return document(
        {
            "Sid": "Records",
            "Effect": "Allow",
            "Principal": "*",
            "Action": [*READ_RECORDS, "dynamodb:PutItem"],
            "Resource": [table_arn],
            "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
        }
    )


def account_endpoint(account: str) -> str:
    """An interface endpoint serves the account's own identities and resources only."""
    return document(
        {
            "Sid": "OwnAccount",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
        }
    )


@dataclass(frozen=True)
class ResearcherScope:
    """What the researchers of one approval work with: names of buckets, ARNs of table and keys, id of the VPC.

    `share_keys` are patterns of the objects in the share that the approval opens.
    """

    region: str
    account: str
    approval_id: str
    share_keys: tuple[str, ...]
    share: str
    work: str
    table: str
    key: str
    platform_key: str
    vpc: str

    @property
    def logs(self) -> str:
        """The streams of the server's log groups."""
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:/hic/{self.approval_id}/*:*"


def analysis_role(scope: ResearcherScope, taken: Sequence[Statement] = ()) -> str:
    """What a researcher on the analysis server may do: read the approved data sets, use the own bucket and records.

    Its credentials are of no use outside the own VPC: they can be read on the server, and carried away.
    `taken` are statements that withhold more; see `withheld`.
    """
    outbox = ["s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"]
    share_arn, work_arn = f"arn:aws:s3:::{scope.share}", f"arn:aws:s3:::{scope.work}"
    through_s3 = {"StringEquals": {"kms:ViaService": f"s3.{scope.region}.amazonaws.com"}}
    through_stores = {
        "StringEquals": {
            "kms:ViaService": [f"s3.{scope.region}.amazonaws.com", f"dynamodb.{scope.region}.amazonaws.com"]
        }
    }
    elsewhere = {"StringNotEquals": {"aws:SourceVpc": scope.vpc}, "BoolIfExists": {"aws:ViaAWSService": "false"}}
    return document(
        *taken,
        {"Sid": "Elsewhere", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": elsewhere},
        allow("ShareRead", ["s3:GetObject", "s3:GetObjectVersion"], [f"{share_arn}/{key}" for key in scope.share_keys]),
        # Names of what is published tell nobody's data: whoever looks sees what there is to apply for.
        allow("ShareList", ["s3:ListBucket"], [share_arn], StringLike={"s3:prefix": ["shareData/*"]}),
        allow("WorkRead", ["s3:GetObject", "s3:GetObjectVersion"], [f"{work_arn}/import/*", f"{work_arn}/egress/*"]),
        allow("OutboxWrite", outbox, [f"{work_arn}/egress/outbox/*"]),
        allow("WorkList", ["s3:ListBucket"], [work_arn], StringLike={"s3:prefix": ["import/*", "egress/*"]}),
        allow(
            "OwnRecords",
            [*READ_RECORDS, "dynamodb:PutItem"],
            [scope.table],
            **_partitions(approval_key(scope.approval_id)),
        ),
        # Every act moves the head of the audit chain, and adds what nobody here may read: its entry, its place in
        # the reviewers' queue.
        allow("AuditHead", ["dynamodb:GetItem", "dynamodb:PutItem"], [scope.table], **_partitions("AUDIT-HEAD")),
        allow("Append", ["dynamodb:PutItem"], [scope.table], **_partitions("AUDIT", "EGRESS-QUEUE")),
        allow("OwnKey", ["kms:Decrypt", "kms:GenerateDataKey"], [scope.key], **through_s3),
        allow("PlatformKey", ["kms:Decrypt"], [scope.platform_key], **through_stores),
        allow("Logs", ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [scope.logs]),
        allow(
            "Session",
            [
                "ssm:UpdateInstanceInformation",
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
                "ec2messages:AcknowledgeMessage",
                "ec2messages:DeleteMessage",
                "ec2messages:FailMessage",
                "ec2messages:GetEndpoint",
                "ec2messages:GetMessages",
                "ec2messages:SendReply",
            ],
            ["*"],
        ),
    )


def withheld(access: Access, revoked_before: str) -> list[Statement]:
    """What is taken from the server's role while its environment is not open, and from older credentials for good.

    Credentials of a role stay valid for hours after they were issued, wherever they were carried.
    """
    everything = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    statements: list[Statement] = []
    if access is Access.CLOSED:
        statements.append({**everything, "Sid": "Suspended"})
    if access is Access.READ_ONLY:
        statements.append({**everything, "Sid": "ReadOnly", "Action": list(WRITES)})
    if revoked_before:
        older = {"DateLessThan": {"aws:TokenIssueTime": revoked_before}}
        statements.append({**everything, "Sid": "OlderSessions", "Condition": older})
    return statements


def frozen(bucket: str, prefixes: Sequence[str]) -> list[Statement]:
    """Statements of a bucket's policy by which nobody adds or overwrites anything below the prefixes."""
    return [
        {
            "Sid": "Frozen",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["s3:PutObject", "s3:PutObjectAcl"],
            "Resource": [f"arn:aws:s3:::{bucket}/{prefix}*" for prefix in prefixes],
        }
    ]


def within_names(buckets: str, account: str, *actions: str) -> Statement:
    """Keeps the `*` in the pattern of many buckets' names within the name.

    Else `hic-work-*-<account>/import/*` would also be about the key `egress/x-<account>/import/y` of any of them.
    """
    return {
        "Sid": "WithinNames",
        "Effect": "Deny",
        "Action": list(actions),
        "Resource": [f"{buckets}/*-{account}/*"],
    }


def _partitions(*keys: str) -> dict[str, dict[str, object]]:
    """Conditions for records under these partition keys. ForAllValues alone also holds when no key is named."""
    return {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": list(keys)},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
