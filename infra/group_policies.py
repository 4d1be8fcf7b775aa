"""What the group's own credential and the backup service may do to one analysis server. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from infra.policies import Statement, allow, document


@dataclass(frozen=True)
class ServerScope:
    """One analysis server: the ARNs of its instance, its volumes and the approval's key."""

    approval_id: str
    account: str
    region: str
    instance: str
    volumes: tuple[str, ...]
    key: str

    @property
    def snapshots(self) -> str:
        """Snapshots carry no account in their ARN."""
        return f"arn:aws:ec2:{self.region}::snapshot/*"

    @property
    def images(self) -> str:
        return f"arn:aws:ec2:{self.region}::image/*"


def group_credential(scope: ServerScope, places: Sequence[str], taken: Sequence[Statement] = ()) -> str:
    """Start, stop and snapshot the own server, from the approved places alone (CRED-2, HIC-1, HIC-15).

    It may not describe: EC2 cannot narrow that to one server, and it would show those of other approvals.
    Starting a server with encrypted disks wants a grant on their key, which only EC2 may then use.
    `taken` are statements that withhold more; see `policies.withheld`.
    """
    elsewhere = {"NotIpAddress": {"aws:SourceIp": list(places)}, "BoolIfExists": {"aws:ViaAWSService": "false"}}
    mine = {"aws:RequestTag/hic:approval": scope.approval_id}
    return document(
        *taken,
        {"Sid": "Elsewhere", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": elsewhere},
        allow("Power", ["ec2:StartInstances", "ec2:StopInstances"], [scope.instance]),
        allow("Snapshot", ["ec2:CreateSnapshot"], scope.volumes),
        # A snapshot is the approval's from its first moment: without the tag it is not made.
        allow("NewSnapshot", ["ec2:CreateSnapshot"], [scope.snapshots], StringEquals=mine),
        allow(
            "TagNewSnapshot",
            ["ec2:CreateTags"],
            [scope.snapshots],
            StringEquals={"ec2:CreateAction": "CreateSnapshot", **mine},
        ),
        start_encrypted(scope.region, [scope.key]),
    )


def start_encrypted(region: str, keys: Sequence[str], **condition: object) -> dict[str, object]:
    """Lets EC2 open the disks of a server that is started: a grant for EC2, made through EC2."""
    return allow(
        "StartEncrypted",
        ["kms:CreateGrant"],
        keys,
        Bool={"kms:GrantIsForAWSResource": "true"},
        StringEquals={"kms:ViaService": f"ec2.{region}.amazonaws.com"},
        **condition,
    )


def backup_service(scope: ServerScope) -> str:
    """What AWS Backup needs to copy the server and to delete what it has copied, of this approval alone."""
    mine = {"aws:ResourceTag/hic:approval": scope.approval_id}
    look = [
        f"ec2:Describe{what}"
        for what in ("Instances", "InstanceAttribute", "Images", "Snapshots", "Tags", "Volumes", "NetworkInterfaces")
    ]
    vault = f"arn:aws:backup:{scope.region}:{scope.account}:backup-vault:hic-{scope.approval_id.lower()}"
    return document(
        allow("Look", look, ["*"]),
        allow("Image", ["ec2:CreateImage"], [scope.instance, scope.images, scope.snapshots]),
        allow(
            "Snapshot",
            ["ec2:CreateSnapshot", "ec2:CreateSnapshots"],
            [scope.instance, *scope.volumes, scope.snapshots],
        ),
        # What carries no tag yet, or the approval's own.
        allow("Tag", ["ec2:CreateTags"], [scope.images, scope.snapshots], StringEqualsIfExists=mine),
        allow(
            "Expire",
            ["ec2:DeregisterImage", "ec2:DeleteSnapshot"],
            [scope.images, scope.snapshots],
            StringEquals=mine,
        ),
        allow("Vault", ["backup:DescribeBackupVault"], [vault]),
    )
