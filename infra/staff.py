"""The kinds of staff and what each may do. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.group_policies import start_encrypted
from infra.policies import READ_RECORDS, allow, document, within_names
from provisioning.approvals import names


@dataclass(frozen=True)
class StaffScope:
    """What the platform consists of."""

    account: str
    region: str
    key_arn: str
    table_arn: str

    @property
    def share(self) -> str:
        return f"arn:aws:s3:::{names.share_bucket(self.account)}"

    @property
    def audit(self) -> str:
        return f"arn:aws:s3:::{names.audit_bucket(self.account)}"

    @property
    def logs(self) -> tuple[str, str]:
        """The trail, flow logs and names that were asked; and calls on buckets."""
        return f"arn:aws:s3:::{names.trail_bucket(self.account)}", f"arn:aws:s3:::{names.log_bucket(self.account)}"

    @property
    def work(self) -> str:
        """The work buckets of all approvals."""
        return f"arn:aws:s3:::hic-work-*-{self.account}"


@dataclass(frozen=True)
class Staff:
    """One kind of staff."""

    name: str
    description: str
    policy: Callable[[StaffScope], str]


def operator(scope: StaffScope) -> str:
    """Operators keep the records, publish data sets, file what is brought in, release, and look after environments."""
    return document(
        allow("Records", [*READ_RECORDS, "dynamodb:PutItem"], [scope.table_arn]),
        allow("Share", ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], [f"{scope.share}/shareData/*"]),
        allow("Import", ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], [f"{scope.work}/import/*"]),
        allow("Window", ["s3:PutObject", "s3:AbortMultipartUpload"], [f"{scope.work}/ingress/inbox/*"]),
        *_releasing(scope),
        # To verify the record is to read every version of the copies.
        allow("Audit", ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [f"{scope.audit}/audit/*"]),
        allow("Versions", ["s3:ListBucketVersions"], [scope.audit]),
        allow("List", ["s3:ListBucket"], [scope.share, scope.audit, scope.work]),
        allow("Look", ["ec2:DescribeInstances", "workspaces:DescribeWorkspaces", "ds:DescribeDirectories"], ["*"]),
        allow(
            "Suspend",
            ["ec2:StartInstances", "ec2:StopInstances"],
            [f"arn:aws:ec2:{scope.region}:{scope.account}:instance/*"],
            Null={"aws:ResourceTag/hic:approval": "false"},
        ),
        # Servers have encrypted disks: without the grant they do not start again after a suspension.
        start_encrypted(
            scope.region,
            [f"arn:aws:kms:{scope.region}:{scope.account}:key/*"],
            Null={"aws:ResourceTag/hic:approval": "false"},
            StringNotEquals={"aws:ResourceTag/hic:approval": "platform"},
        ),
        _key(scope, "kms:Decrypt", "kms:GenerateDataKey"),
        _approval_keys(scope, "kms:Decrypt", "kms:GenerateDataKey"),
        within_names(scope.work, scope.account, "s3:*"),
    )


def reviewer(scope: StaffScope) -> str:
    """Reviewers read what was handed in, decide, sign the bundle, and put it where it may be fetched (REV)."""
    return document(
        allow("Records", [*READ_RECORDS, "dynamodb:PutItem"], [scope.table_arn]),
        # A check that was interrupted, or repeated, leaves findings beside the files; it never touches those.
        allow(
            "Decide",
            ["s3:PutObject"],
            [
                f"{scope.work}/egress/decisions/*",
                f"{scope.work}/ingress/decisions/*",
                f"{scope.work}/egress/outbox/*.findings-*.json",
                f"{scope.work}/ingress/inbox/*.findings-*.json",
            ],
        ),
        *_releasing(scope),
        allow("List", ["s3:ListBucket"], [scope.work], StringLike={"s3:prefix": ["egress/*", "ingress/*", "import/*"]}),
        _key(scope, "kms:Decrypt"),
        _approval_keys(scope, "kms:Decrypt", "kms:GenerateDataKey"),
        within_names(scope.work, scope.account, "s3:*"),
    )


def auditor(scope: StaffScope) -> str:
    """Auditors read the records, the locked copies and the logs, and change nothing."""
    return document(
        allow("Records", READ_RECORDS, [scope.table_arn]),
        allow("Audit", ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention"], [f"{scope.audit}/*"]),
        allow("Logs", ["s3:GetObject", "s3:GetObjectVersion"], [f"{bucket}/*" for bucket in scope.logs]),
        allow("List", ["s3:ListBucket", "s3:ListBucketVersions"], [scope.audit, *scope.logs]),
        _key(scope, "kms:Decrypt"),
    )


def servers(scope: StaffScope) -> str:
    """Those who set servers up reach every server of an approval by SSH, and so the data on it; nothing else.

    A session must name its document, and may name that of SSH alone: no shell of Session Manager, no other port.
    """
    instances = [f"arn:aws:ec2:{scope.region}:{scope.account}:instance/*"]
    sessions = f"arn:aws:ssm:{scope.region}:{scope.account}:session"
    named = {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}
    return document(
        allow("Records", [*READ_RECORDS, "dynamodb:PutItem"], [scope.table_arn]),
        allow("Audit", ["s3:GetObject", "s3:PutObject"], [f"{scope.audit}/audit/*"]),
        allow("List", ["s3:ListBucket"], [scope.audit]),
        allow("Session", ["ssm:StartSession"], instances, **_of_an_approval("ssm:resourceTag"), **named),
        allow("Ssh", ["ssm:StartSession"], [f"arn:aws:ssm:{scope.region}:*:document/AWS-StartSSHSession"], **named),
        allow("OwnChannel", ["ssmmessages:OpenDataChannel"], [f"{sessions}/${{aws:userid}}-*"]),
        allow(
            "OwnSession",
            ["ssm:ResumeSession", "ssm:TerminateSession"],
            [f"{sessions}/*"],
            StringLike={"ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}"},
        ),
        allow(
            "Server",
            ["ec2-instance-connect:SendSSHPublicKey", "ec2:GetConsoleOutput"],
            instances,
            **_of_an_approval("aws:ResourceTag"),
        ),
        allow(
            "Passwords",
            ["secretsmanager:GetSecretValue", "secretsmanager:CreateSecret"],
            [f"arn:aws:secretsmanager:{scope.region}:{scope.account}:secret:hic/*/database/*"],
        ),
        _key(scope, "kms:Decrypt", "kms:GenerateDataKey"),
    )


STAFF = (
    Staff("hic-operator", "Secretariat: approvals, fees, environments", operator),
    Staff("hic-operator-server", "Sets analysis servers up, over SSH", servers),
    Staff("hic-reviewer", "Ministry: pre-publication review", reviewer),
    Staff("hic-auditor", "Reads the record of all that happened", auditor),
)


def _releasing(scope: StaffScope) -> list[dict[str, object]]:
    """Reading what was filed, copying it to where it may be fetched, and deleting such copies when revoked."""
    requests = [f"{scope.work}/egress/*", f"{scope.work}/ingress/*", f"{scope.work}/import/*"]
    copies = [f"{scope.work}/egress/released/*", f"{scope.work}/import/*"]
    return [
        allow("Requests", ["s3:GetObject", "s3:GetObjectVersion"], requests),
        allow("Release", ["s3:PutObject"], [*copies, f"{scope.work}/egress/register/*"]),
        allow("Revoke", ["s3:DeleteObjectVersion"], copies),
    ]


def _of_an_approval(tag: str) -> dict[str, dict[str, str]]:
    return {"Null": {f"{tag}/hic:approval": "false"}, "StringNotEquals": {f"{tag}/hic:approval": "platform"}}


def _stores(scope: StaffScope) -> dict[str, dict[str, list[str]]]:
    return {"StringEquals": {"kms:ViaService": [f"{s}.{scope.region}.amazonaws.com" for s in ("s3", "dynamodb")]}}


def _key(scope: StaffScope, *actions: str) -> dict[str, object]:
    return allow("PlatformKey", actions, [scope.key_arn], **_stores(scope))


def _approval_keys(scope: StaffScope, *actions: str) -> dict[str, object]:
    """The keys of approvals have ids of their own; their aliases tell them apart."""
    condition = {**_stores(scope), "ForAnyValue:StringLike": {"kms:ResourceAliases": ["alias/hic/*"]}}
    return allow("ApprovalKeys", actions, [f"arn:aws:kms:{scope.region}:{scope.account}:key/*"], **condition)
