"""What an approval has beside its stack: copies of its disks, backups, secrets, stored objects.

All of it goes with the environment (HIC-22), and stands on the certificate: each with how and when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from botocore.exceptions import ClientError

from provisioning.approvals import names
from provisioning.assurance.copies import Whereabouts, find_copies
from provisioning.assurance.reading import listed
from provisioning.aws.objects import ObjectStore
from provisioning.aws.secrets import SecretStore
from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.environments.destruction import OBJECTS, VOLUME, Asset, Method
from provisioning.errors import AccessDenied
from provisioning.messages import _

TYPES = {"image": "aws:ec2/ami:Ami", "snapshot": "aws:ebs/snapshot:Snapshot"}
RECOVERY_POINT = "aws:backup/recoveryPoint:RecoveryPoint"
SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type
FOLDERS = 3  # how deep objects are told apart: egress/outbox/<request>/
MOST_FOLDERS = 200  # beyond which only the first folder is told, so that the record stays small


def belonging(type_token: str, name: str, id: str, method: Method = Method.DELETED, count: int = 1) -> Asset:
    """An asset that no stack knows; its type and id stand for the URN."""
    return Asset(type_token, name, id, f"{type_token}::{id}", method, count=count)


def find_belongings(aws: Aws, approval_id: str, known: Whereabouts) -> list[Asset]:
    """Everything of the kind that stands now, by describe and list calls alone."""
    with aws_errors(_("looking for what belongs to {approval}").format(approval=approval_id)):
        disks = list(_disks(aws, known))
        known = replace(known, volumes=known.volumes | {disk.id for disk in disks})
        return [
            *_objects(aws, approval_id),
            *(belonging(TYPES[c.kind], "", c.id) for c in find_copies(aws, approval_id, known) if not c.by_backup),
            *_recovery_points(aws, approval_id),
            *disks,
            *(belonging(SECRET, "", name) for name in SecretStore(aws).names(names.secrets_of(approval_id))),
        ]


def delete_copies(aws: Aws, approval_id: str, assets: Iterable[Asset], gone: Callable[[Asset], None]) -> None:
    """Delete the images and snapshots among the assets, each told to `gone` when it went.

    One that does not say whose it is may not be deleted by everybody on AWS. It stays then, as a leftover.
    """
    client = aws.client("ec2")
    for asset in assets:
        try:
            with aws_errors(_("deleting the copies of the disks of {approval}").format(approval=approval_id)):
                if asset.type == TYPES["image"]:
                    client.deregister_image(ImageId=asset.id)
                elif asset.type == TYPES["snapshot"]:
                    client.delete_snapshot(SnapshotId=asset.id)
                else:
                    continue
        except AccessDenied:
            continue
        gone(asset)


def _objects(aws: Aws, approval_id: str) -> Iterator[Asset]:
    """Stored objects by folder, with the number of all their versions."""
    bucket = names.work_bucket(approval_id, aws.account)
    keys = Counter(ObjectStore(aws, bucket).version_keys())
    for depth in (FOLDERS, 1):
        folders: Counter[str] = Counter()
        for key, count in keys.items():
            folders["/".join([*key.split("/")[:-1][:depth], ""])] += count
        if len(folders) <= MOST_FOLDERS:
            break
    for folder, count in sorted(folders.items()):
        yield belonging(OBJECTS, folder or "/", f"s3://{bucket}/{folder}", count=count)


def _recovery_points(aws: Aws, approval_id: str) -> Iterator[Asset]:
    """What AWS Backup made; it goes with its vault."""
    backup, name = aws.client("backup"), f"hic-{approval_id.lower()}"
    try:
        held = backup.describe_backup_vault(BackupVaultName=name).get("NumberOfRecoveryPoints", 0)
    except ClientError as error:
        # AWS denies what it does not find to be there.
        if error_code(error) in ("ResourceNotFoundException", "AccessDeniedException"):
            return
        raise
    if held:  # the stand-in for AWS makes no backup, and cannot list any
        points = listed(backup, "list_recovery_points_by_backup_vault", "RecoveryPoints", BackupVaultName=name)
        yield from (belonging(RECOVERY_POINT, name, point["RecoveryPointArn"]) for point in points)


def _disks(aws: Aws, known: Whereabouts) -> Iterator[Asset]:
    """The disks that servers have, also those that they were started with, which no stack knows."""
    if not known.servers:
        return
    attached = [{"Name": "attachment.instance-id", "Values": sorted(known.servers)}]
    for page in aws.client("ec2").get_paginator("describe_volumes").paginate(Filters=attached):
        for volume in page["Volumes"]:
            yield belonging(VOLUME, volume["Attachments"][0]["Device"], volume["VolumeId"])
