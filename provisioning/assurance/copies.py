"""Copies of an approval's disks, whoever made them and whether they are tagged or not. Describe calls only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from provisioning.assurance.reading import APPROVAL_TAG, listed
from provisioning.aws.sessions import Aws

BY_BACKUP = "aws:backup:"  # what AWS Backup's own tags begin with


@dataclass(frozen=True)
class Whereabouts:
    """What an environment's things were in and came from, by ids that outlive tags."""

    vpcs: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    volumes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Copy:
    """An image or a snapshot. What AWS Backup made is left to it: it goes with its vault."""

    kind: str
    id: str
    by_backup: bool = False


def find_copies(aws: Aws, approval_id: str, known: Whereabouts) -> list[Copy]:
    """Images first, then snapshots, so that they can be deleted in that order.

    Theirs are those with the approval's tag, those made of its volumes or servers, and the disks of such images.
    """
    snapshots = _snapshots(aws, approval_id, known)
    images = list(_images(aws, approval_id, known, frozenset(snapshots)))
    # AWS Backup tags its images for certain, and their disks as well as it can.
    of_backup = {disk for image in images if _by_backup(image) for disk in _disks(image)}
    of_images = sorted({disk for image in images for disk in _disks(image)} - snapshots.keys())
    return [
        *(Copy("image", image["ImageId"], _by_backup(image)) for image in images),
        *(Copy("snapshot", id, id in of_backup or _by_backup(snapshot)) for id, snapshot in snapshots.items()),
        *(Copy("snapshot", id, id in of_backup) for id in of_images),
    ]


def _snapshots(aws: Aws, approval_id: str, known: Whereabouts) -> dict[str, dict[str, Any]]:
    asked: list[tuple[str, Sequence[str]]] = [(f"tag:{APPROVAL_TAG}", [approval_id])]
    asked += [("volume-id", sorted(known.volumes))] if known.volumes else []
    found: dict[str, dict[str, Any]] = {}
    for name, values in asked:
        filters = [{"Name": name, "Values": values}]
        snapshots = listed(aws.client("ec2"), "describe_snapshots", "Snapshots", OwnerIds=["self"], Filters=filters)
        found |= {snapshot["SnapshotId"]: snapshot for snapshot in snapshots}
    return found


def _images(aws: Aws, approval_id: str, known: Whereabouts, snapshots: frozenset[str]) -> Iterator[dict[str, Any]]:
    tag = {"Key": APPROVAL_TAG, "Value": approval_id}
    for image in listed(aws.client("ec2"), "describe_images", "Images", Owners=["self"]):
        tagged = tag in image.get("Tags", ())
        if tagged or image.get("SourceInstanceId") in known.servers or snapshots.intersection(_disks(image)):
            yield image


def _disks(image: dict[str, Any]) -> list[str]:
    mappings = image.get("BlockDeviceMappings", ())
    return [mapping["Ebs"]["SnapshotId"] for mapping in mappings if mapping.get("Ebs", {}).get("SnapshotId")]


def _by_backup(copy: dict[str, Any]) -> bool:
    return any(tag["Key"].startswith(BY_BACKUP) for tag in copy.get("Tags", ()))
