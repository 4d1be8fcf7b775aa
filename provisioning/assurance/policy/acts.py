"""The acts that are asked about, as data: what could harm, and what each kind of staff may do."""

from __future__ import annotations

READ_OBJECTS = ("s3:GetObject", "s3:GetObjectVersion")
WRITE_OBJECTS = ("s3:PutObject", "s3:PutObjectAcl", "s3:ReplicateObject", "s3:RestoreObject", "s3:PutObjectTagging")
DELETE_OBJECTS = ("s3:DeleteObject", "s3:DeleteObjectVersion")
UNLOCK = ("s3:PutObjectRetention", "s3:BypassGovernanceRetention", "s3:PutObjectLegalHold")
OBJECTS = (*READ_OBJECTS, *WRITE_OBJECTS, *DELETE_OBJECTS, *UNLOCK)
LIST = ("s3:ListBucket", "s3:ListBucketVersions")
SETTINGS = (
    *("s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPublicAccessBlock"),
    *("s3:PutEncryptionConfiguration", "s3:PutBucketVersioning", "s3:PutLifecycleConfiguration"),
    *("s3:PutReplicationConfiguration", "s3:PutBucketObjectLockConfiguration", "s3:PutBucketNotification"),
    *("s3:DeleteBucket", "s3:PutBucketOwnershipControls", "s3:PutBucketLogging"),
)
USE_KEY = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
RULE_KEY = (
    *("kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:UpdateAlias"),
    *("kms:DisableKeyRotation", "kms:DeleteAlias"),
)
READ_ROWS = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PartiQLSelect")
WRITE_ROWS = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert")
DELETE_ROWS = ("dynamodb:DeleteItem", "dynamodb:PartiQLDelete", "dynamodb:UpdateItem", "dynamodb:PartiQLUpdate")
DELETE_TABLE = (
    *("dynamodb:BatchWriteItem", "dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive"),
    *("dynamodb:UpdateContinuousBackups", "dynamodb:PutResourcePolicy"),
)
COPY_TABLE = ("dynamodb:ExportTableToPointInTime", "dynamodb:CreateBackup", "dynamodb:RestoreTableToPointInTime")
SHARE_DISKS = (
    *("ec2:CreateSnapshot", "ec2:CreateSnapshots", "ec2:ModifySnapshotAttribute", "ec2:CopySnapshot"),
    *("ec2:CreateImage", "ec2:ModifyImageAttribute", "ec2:CopyImage", "ec2:ExportImage", "ec2:CreateStoreImageTask"),
    *("ec2:CreateInstanceExportTask", "ec2:AttachVolume", "ec2:DetachVolume", "ec2:CreateVolume"),
    *("ebs:GetSnapshotBlock", "ebs:ListSnapshotBlocks"),
)
NEW_COPIES = ("ec2:CreateSnapshot", "ec2:CreateSnapshots", "ec2:CreateImage")
POWER = ("ec2:StartInstances", "ec2:StopInstances", "ec2:RebootInstances")
CHANGE_SERVER = (
    *("ec2:TerminateInstances", "ec2:ModifyInstanceAttribute", "ec2:GetPasswordData", "ec2:CreateTags"),
    *("ec2:DeleteVolume", "ec2:DeleteSnapshot", "ec2:DeregisterImage"),
)
REACH_SERVER = (
    *("ssm:StartSession", "ssm:SendCommand", "ec2-instance-connect:SendSSHPublicKey", "ec2:GetConsoleOutput"),
    *("ec2-instance-connect:SendSerialConsoleSSHPublicKey", "ec2:GetConsoleScreenshot"),
)
SHELLS = (  # other documents of sessions: shells without SSH, other ports, other hosts
    *("SSM-SessionManagerRunShell", "AWS-StartInteractiveCommand", "AWS-StartNonInteractiveCommand"),
    *("AWS-StartPortForwardingSession", "AWS-StartPortForwardingSessionToRemoteHost", "anything"),
)
OPEN_NETWORK = (
    *("ec2:CreateInternetGateway", "ec2:AttachInternetGateway", "ec2:CreateNatGateway", "ec2:CreateRoute"),
    *("ec2:CreateVpcPeeringConnection", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"),
    *("ec2:ModifyVpcEndpoint", "ec2:CreateVpcEndpoint", "ec2:AssociateAddress", "ec2:ModifyInstanceAttribute"),
    *("ec2:RunInstances", "ec2:TerminateInstances", "ec2:CreateNetworkAclEntry", "ec2:ReplaceRoute"),
)
TAKE_POWER = (
    *("iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:CreateUser", "iam:CreateAccessKey", "iam:PassRole"),
    *("iam:UpdateAssumeRolePolicy", "iam:DeleteRolePermissionsBoundary", "iam:CreateRole", "iam:AddUserToGroup"),
    *("ssm:SendCommand", "ssm:StartSession", "secretsmanager:GetSecretValue", "workspaces:CreateWorkspaces"),
    *("workspaces:ModifyWorkspaceCreationProperties", "ds:CreateTrust", "ds:ResetUserPassword"),
)
STOP_RECORDING = ("cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "logs:DeleteLogGroup", "ec2:DeleteFlowLogs")
# What would delete or unlock audit entries and logs, by the kind of thing.
DESTROY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("audit", "trail", "log"), (*DELETE_OBJECTS, *UNLOCK, *SETTINGS)),
    **dict.fromkeys(("audit records", "audit head"), (*DELETE_ROWS, *DELETE_TABLE)),
    "key": RULE_KEY,
}

# What staff may do to each kind of thing. Whatever else is asked about must be refused.
STORE_USE = frozenset(("kms:Decrypt", "kms:GenerateDataKey"))
ROWS = frozenset(("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem"))
# Records by what they are: of an approval, of its credentials, and the platform's own.
ROW_KINDS = (
    *("records", "credential records", "audit records", "audit head", "queue records", "opinions", "other records"),
)
_ALL_ROWS = dict.fromkeys(ROW_KINDS, ROWS)
_APPEND = frozenset(("dynamodb:PutItem",))
_COPIES = frozenset((*READ_OBJECTS, "s3:PutObject", "s3:DeleteObjectVersion"))
_KEPT = frozenset((*READ_OBJECTS, "s3:PutObject"))
_READ = frozenset(READ_OBJECTS)
STAFF: dict[str, dict[str, frozenset[str]]] = {
    "hic-operator": {
        **_ALL_ROWS,
        "share": frozenset(("s3:GetObject", "s3:PutObject", "s3:ListBucket")),
        **dict.fromkeys(("revocations", "manual"), frozenset(("s3:GetObject", "s3:PutObject"))),
        "import": _COPIES,
        **dict.fromkeys(("egress", "outbox", "findings", "ingress"), _READ),
        "released": _COPIES,
        "register": _KEPT,
        "decisions": _READ,
        **dict.fromkeys(("inbox", "inbox findings"), _KEPT),
        "intake": _READ,
        "work": frozenset(("s3:ListBucket",)),
        "audit": frozenset((*READ_OBJECTS, *LIST, "s3:PutObject")),
        "key": STORE_USE | {"kms:CreateGrant"},
        "server": frozenset(("ec2:StartInstances", "ec2:StopInstances")),
    },
    "hic-operator-server": {
        **_ALL_ROWS,
        "audit": frozenset(("s3:GetObject", "s3:PutObject", "s3:ListBucket")),
        "key": STORE_USE,
        "server": frozenset(("ssm:StartSession", "ec2-instance-connect:SendSSHPublicKey", "ec2:GetConsoleOutput")),
    },
    "hic-reviewer": {
        **_ALL_ROWS,
        "import": _COPIES,
        **dict.fromkeys(("egress", "outbox", "ingress"), _READ),
        **dict.fromkeys(("findings", "inbox findings"), _KEPT),
        "released": _COPIES,
        "register": _KEPT,
        "decisions": _KEPT,
        "inbox": _READ,
        "intake": _KEPT,
        "work": frozenset(("s3:ListBucket",)),
        "key": STORE_USE,
    },
    "hic-auditor": {
        **dict.fromkeys(ROW_KINDS, ROWS - _APPEND),
        "audit": frozenset((*READ_OBJECTS, *LIST, "s3:GetObjectRetention")),
        "trail": frozenset((*READ_OBJECTS, *LIST)),
        "log": frozenset((*READ_OBJECTS, *LIST)),
        "key": frozenset(("kms:Decrypt",)),
    },
}
RESEARCHER: dict[str, frozenset[str]] = {
    "records": ROWS,
    # Every act moves the head of the chain, and adds its entry and its place in the queue, which it may not read.
    "audit head": frozenset(("dynamodb:GetItem", "dynamodb:PutItem")),
    **dict.fromkeys(("audit records", "queue records"), _APPEND),
    "share": frozenset((*READ_OBJECTS, "s3:ListBucket")),
    **dict.fromkeys(("outbox", "findings"), frozenset((*READ_OBJECTS, "s3:PutObject", "s3:PutObjectAcl"))),
    **dict.fromkeys(("import", "egress", "released", "register", "decisions", "revocations", "manual"), _READ),
    "work": frozenset(("s3:ListBucket",)),
    "key": STORE_USE,
}
# The services through which keys may be used: the stores, and for a grant EC2, when it starts a server.
THROUGH: dict[str, tuple[str, ...]] = {
    "kms:CreateGrant": ("ec2",),
    **dict.fromkeys(sorted(STORE_USE), ("s3", "dynamodb")),
}
WRITES = ("s3:PutObject", "dynamodb:PutItem", "kms:GenerateDataKey")  # of those that the work needs
NEEDED: dict[str, tuple[str, ...]] = {
    "manual": ("s3:GetObject",),
    "import": ("s3:GetObject",),
    "outbox": ("s3:PutObject", "s3:GetObject"),
    "records": ("dynamodb:GetItem", "dynamodb:PutItem"),
    "key": ("kms:Decrypt", "kms:GenerateDataKey"),
}

# All that the statements of the researchers' role may say: acts, and what on. The names are filled in by `within.py`.
# Which data sets of the share, the approval says: see `data_sets.py`.
RESEARCHER_SAYS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (READ_OBJECTS, ("{share}/shareData/*", "{work}/import/*", "{work}/egress/*")),
    (("s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"), ("{work}/egress/outbox/*",)),
    (("s3:ListBucket",), ("{share}", "{work}")),
    (("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem"), ("{table}",)),
    (("kms:Decrypt", "kms:GenerateDataKey"), ("{key}",)),
    (("kms:Decrypt",), ("{platform_key}",)),
    (("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"), ("{logs}",)),
    (
        (
            *("ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"),
            *("ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "ec2messages:AcknowledgeMessage"),
            *("ec2messages:DeleteMessage", "ec2messages:FailMessage", "ec2messages:GetEndpoint"),
            *("ec2messages:GetMessages", "ec2messages:SendReply"),
        ),
        ("*",),
    ),
)

# What the group's own credential may do, and what the backup service: to the approval's own server alone. Copies of
# a snapshot are asked about at what is copied; the snapshot that they make says nothing.
_NEW = frozenset(NEW_COPIES)
GROUP: dict[str, frozenset[str]] = {
    "server": frozenset(("ec2:StartInstances", "ec2:StopInstances")),
    "volume": frozenset(("ec2:CreateSnapshot",)),
    "snapshot": _NEW,
    "key": frozenset(("kms:CreateGrant",)),
}
BACKUP: dict[str, frozenset[str]] = {
    "server": _NEW,
    "volume": _NEW,
    "snapshot": _NEW | {"ec2:CreateTags", "ec2:DeleteSnapshot", "ec2:DeregisterImage"},
}
FOREIGN_COPIES: dict[str, frozenset[str]] = {"snapshot": _NEW}

# Disks are encrypted and copied with an approval's key, by these services.
DISK_KEY = ("kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo")
THROUGH_DISKS: dict[str, tuple[str, ...]] = dict.fromkeys(DISK_KEY, ("ec2", "workspaces", "backup"))

# What the role that builds may do to what is an approval's, and to what is the platform's. It reads no data.
_DELETE = frozenset(DELETE_OBJECTS)
BUILDER: dict[str, frozenset[str]] = {
    **dict.fromkeys(("records", "credential records"), ROWS),
    **dict.fromkeys(("import", "egress", "outbox", "findings", "released", "register", "decisions"), _DELETE),
    **dict.fromkeys(("ingress", "inbox", "inbox findings", "intake", "elsewhere"), _DELETE),
    "packages": _DELETE | _KEPT,
    "work": frozenset(
        (
            *LIST,
            *("s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:DeleteBucket"),
            *("s3:PutEncryptionConfiguration", "s3:PutBucketVersioning", "s3:PutBucketOwnershipControls"),
            "s3:PutBucketLogging",
        )
    ),
    "key": frozenset(
        (
            *("kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"),
            *("kms:UpdateAlias", "kms:DeleteAlias"),
            *DISK_KEY,
        )
    ),
    "server": frozenset(
        (
            *("ec2:AttachVolume", "ec2:DetachVolume", "ec2:StartInstances", "ec2:StopInstances"),
            *("ec2:TerminateInstances", "ec2:ModifyInstanceAttribute", "ec2:CreateTags", "ec2:DeleteVolume"),
        )
    ),
    "volume": frozenset(
        (
            *("ec2:AttachVolume", "ec2:DetachVolume", "ec2:CreateVolume", "ec2:ModifyInstanceAttribute"),
            *("ec2:StartInstances", "ec2:StopInstances", "ec2:TerminateInstances"),
            *("ec2:CreateTags", "ec2:DeleteVolume"),
        )
    ),
    "snapshot": frozenset(("ec2:DeleteSnapshot", "ec2:CreateTags")),
}
BUILDER_ON_PLATFORM: dict[str, frozenset[str]] = {
    **_ALL_ROWS,
    "revocations": frozenset(("s3:PutObject",)),
    "audit": frozenset(("s3:GetObject", "s3:PutObject", "s3:ListBucket")),
    "key": STORE_USE,
}
GATES = (
    *("ec2:CreateInternetGateway", "ec2:AttachInternetGateway", "ec2:CreateNatGateway", "ec2:AssociateAddress"),
    *("ec2:CreateTransitGateway", "ec2:CreateVpnGateway", "ec2:CreateClientVpnEndpoint", "ec2:AllocateAddress"),
    *("ec2:CreateEgressOnlyInternetGateway", "ec2:CreateCarrierGateway", "ec2:CreateInstanceConnectEndpoint"),
)
