"""By what else data could leave an account than by its networks and identities: copies that are shared, policies of
vaults, doors of buckets, logs that are passed on. Describe, list and get calls only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from provisioning.assurance.items import PLATFORM, Item
from provisioning.assurance.reading import APPROVAL_TAG, each, listed, tags_of
from provisioning.aws.sessions import Aws, error_code

ALL_LOGS = "SUBSCRIPTION_FILTER_POLICY"


def read_snapshots(aws: Aws, volumes: Mapping[str, str]) -> Iterator[Item]:
    """Every copy of a disk that the account keeps; `volumes` tells whose they are.

    One that nothing says whose it is may be the copy of a copy, so that it is read all the same.
    """
    ec2 = aws.client("ec2")

    def item(snapshot: Mapping[str, Any]) -> Item:
        approval = volumes.get(snapshot.get("VolumeId", ""), "") or tags_of(snapshot).get(APPROVAL_TAG, "")
        known = snapshot["SnapshotId"]
        shared = ec2.describe_snapshot_attribute(SnapshotId=known, Attribute="createVolumePermission")
        shown = {"encrypted": snapshot["Encrypted"], "shared": shared["CreateVolumePermissions"]}
        kind = "snapshot" if approval else "snapshot of nobody"
        return Item(kind, known, approval or PLATFORM, tags_of(snapshot), shown)

    yield from each(item, listed(ec2, "describe_snapshots", "Snapshots", OwnerIds=["self"]))


def read_images(aws: Aws) -> Iterator[Item]:
    """Every image that the account keeps: golden ones, and those that groups make of their servers."""
    ec2 = aws.client("ec2")

    def item(image: Mapping[str, Any]) -> Item:
        known, tags = image["ImageId"], tags_of(image)
        shared = ec2.describe_image_attribute(ImageId=known, Attribute="launchPermission")["LaunchPermissions"]
        return Item("image", known, tags.get(APPROVAL_TAG) or PLATFORM, tags, {"shared": shared})

    yield from each(item, listed(ec2, "describe_images", "Images", Owners=["self"]))


def read_access_points(aws: Aws) -> dict[str, tuple[str, ...]]:
    """The access points of the region by their bucket."""
    found: dict[str, tuple[str, ...]] = {}
    for point in listed(aws.client("s3control"), "list_access_points", "AccessPointList", AccountId=aws.account):
        found[point["Bucket"]] = (*found.get(point["Bucket"], ()), point["Name"])
    return found


def read_doors(aws: Aws, cared: Iterable[Item]) -> Iterator[Item]:
    """Policies of the vaults, and to whom the log groups pass on what they get; `cared` are both, as they were read."""
    items = list(cared)
    backup, logs = aws.client("backup"), aws.client("logs")

    def policy(vault: Item) -> Item:
        return Item("policy of a vault", vault.id, vault.approval, {}, {"policy": _vault_policy(backup, vault.id)})

    def passed_on(group: Item) -> Item:
        filters = listed(logs, "describe_subscription_filters", "subscriptionFilters", logGroupName=group.id)
        shown = tuple(sorted(one["destinationArn"] for one in filters))
        return Item("logs", group.id, group.approval, {}, {"passed on to": shown})

    yield from each(policy, [item for item in items if item.kind == "backup vault"])
    yield from each(passed_on, [item for item in items if item.kind == "log group"])
    policies = listed(logs, "describe_account_policies", "accountPolicies", policyType=ALL_LOGS)
    names = tuple(sorted(one["policyName"] for one in policies))
    yield Item("logs", aws.account, PLATFORM, {}, {"passed on to": names})


def _vault_policy(backup: Any, name: str) -> str:
    """The policy of a vault; empty when it has none."""
    try:
        return str(backup.get_backup_vault_access_policy(BackupVaultName=name).get("Policy", ""))
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        return ""
