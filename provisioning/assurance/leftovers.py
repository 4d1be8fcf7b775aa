"""What an ended environment left behind, asked of AWS itself and not of any state file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from provisioning.approvals import names
from provisioning.assurance.care import read_care_of
from provisioning.assurance.copies import Whereabouts, find_copies
from provisioning.assurance.reading import APPROVAL_TAG, listed, tags_by_arn, tags_of
from provisioning.aws.secrets import SecretStore
from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.messages import _

GONE = ("terminated", "deleted", "deleting", "shutting-down")
NOWHERE = Whereabouts()


@dataclass(frozen=True)
class Leftover:
    """Something of an approval that still stands."""

    kind: str
    id: str


def find_leftovers(aws: Aws, approval_id: str, known: Whereabouts = NOWHERE) -> list[Leftover]:
    """Everything that carries the approval's tag or name, by describe calls alone (HIC-22).

    With `known`, also what was put into its network or made of its disks without a tag. A key that waits for its
    deletion is not counted: AWS keeps it for the waiting period.
    """
    with aws_errors(_("looking for leftovers")):
        vpcs = {vpc["VpcId"]: tags_of(vpc) for vpc in listed(aws.client("ec2"), "describe_vpcs", "Vpcs")}
        owners = {vpc: tags[APPROVAL_TAG] for vpc, tags in vpcs.items() if APPROVAL_TAG in tags}
        # What plainly is another approval's is not asked for its tags one by one.
        others = {vpc: owner for vpc, owner in owners.items() if owner != approval_id}
        return [
            *(Leftover("vpc", vpc) for vpc, owner in owners.items() if owner == approval_id),
            *_networking(aws, approval_id),
            *_untagged(aws, approval_id, known),
            *_storage(aws, approval_id),
            *_keys(aws, approval_id),
            *_roles(aws, approval_id, others),
            *_directories(aws, approval_id, others),
            *(Leftover(copy.kind, copy.id) for copy in find_copies(aws, approval_id, known)),
            *_named(aws, approval_id),
            *(Leftover("secret", name) for name in SecretStore(aws).names(names.secrets_of(approval_id))),
        ]


def _networking(aws: Aws, approval_id: str) -> Iterator[Leftover]:
    client = aws.client("ec2")
    tagged = [{"Name": f"tag:{APPROVAL_TAG}", "Values": [approval_id]}]
    for reservation in listed(client, "describe_instances", "Reservations", Filters=tagged):
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] not in GONE:
                yield Leftover("instance", instance["InstanceId"])
    calls = (
        ("subnet", "describe_subnets", "Subnets", "SubnetId"),
        ("security group", "describe_security_groups", "SecurityGroups", "GroupId"),
        ("network ACL", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
        ("route table", "describe_route_tables", "RouteTables", "RouteTableId"),
        ("volume", "describe_volumes", "Volumes", "VolumeId"),
        ("endpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
        ("peering", "describe_vpc_peering_connections", "VpcPeeringConnections", "VpcPeeringConnectionId"),
        ("interface", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    )
    for log in listed(client, "describe_flow_logs", "FlowLogs", Filter=tagged):
        yield Leftover("flow log", log["FlowLogId"])
    for kind, call, listing, key in calls:
        for item in listed(client, call, listing, Filters=tagged):
            # Asked again here, since the stand-in for AWS does not know the filter for every kind.
            tags = item.get("Tags", item.get("TagSet", []))
            mine = {"Key": APPROVAL_TAG, "Value": approval_id} in tags and _state(item) not in GONE
            # A network's first ACL goes with the network, which is looked for itself.
            if mine and not (kind == "network ACL" and item["IsDefault"]):
                yield Leftover(kind, item[key])


def _untagged(aws: Aws, approval_id: str, known: Whereabouts) -> Iterator[Leftover]:
    """Servers and interfaces in the environment's networks that do not say whose they are."""
    if not known.vpcs:
        return
    client, tag = aws.client("ec2"), {"Key": APPROVAL_TAG, "Value": approval_id}
    inside = [{"Name": "vpc-id", "Values": sorted(known.vpcs)}]
    reservations = listed(client, "describe_instances", "Reservations", Filters=inside)
    servers = [one for each in reservations for one in each["Instances"]]
    gone = {one["InstanceId"] for one in servers if one["State"]["Name"] in GONE}
    for one in servers:
        if one["InstanceId"] not in gone and tag not in one.get("Tags", ()):
            yield Leftover("instance", one["InstanceId"])
    for one in listed(client, "describe_network_interfaces", "NetworkInterfaces", Filters=inside):
        # The stand-in for AWS keeps the interfaces of servers that are gone.
        if (one.get("Attachment") or {}).get("InstanceId") not in gone and tag not in one.get("TagSet", ()):
            yield Leftover("interface", one["NetworkInterfaceId"])


def _named(aws: Aws, approval_id: str) -> Iterator[Leftover]:
    """What is known by its name: the group's user, log groups, backups, alarms, the budget."""
    user = names.backup_user(approval_id)
    users = listed(aws.client("iam"), "list_users", "Users")
    yield from (Leftover("user", user) for known in users if known["UserName"] == user)
    groups = listed(aws.client("logs"), "describe_log_groups", "logGroups", logGroupNamePrefix=f"/hic/{approval_id}/")
    yield from (Leftover("log group", group["logGroupName"]) for group in groups)
    yield from (Leftover(item.kind, item.id) for item in read_care_of(aws, approval_id))


def _state(item: dict[str, Any]) -> str:
    status = item.get("Status")
    code = status.get("Code", "") if isinstance(status, dict) else status
    return str(item.get("State") or code or "").lower()


def _storage(aws: Aws, approval_id: str) -> Iterator[Leftover]:
    bucket = names.work_bucket(approval_id, aws.account)
    try:
        aws.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        if error_code(error) not in ("404", "NoSuchBucket"):
            raise
    else:
        yield Leftover("bucket", bucket)


def _keys(aws: Aws, approval_id: str) -> Iterator[Leftover]:
    client = aws.client("kms")
    for alias in listed(client, "list_aliases", "Aliases"):
        if alias["AliasName"].endswith(approval_id.lower()):
            yield Leftover("key alias", alias["AliasName"])
    # The tagging API may lag behind: what it says another approval's is not asked, all else is.
    told = tags_by_arn(aws, ("kms",))
    for key in listed(client, "list_keys", "Keys"):
        if told.get(key["KeyArn"], {}).get(APPROVAL_TAG, approval_id) != approval_id:
            continue
        tags = listed(client, "list_resource_tags", "Tags", KeyId=key["KeyId"])
        if {"TagKey": APPROVAL_TAG, "TagValue": approval_id} in tags:
            metadata = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if metadata["KeyState"] != "PendingDeletion":
                yield Leftover("key", key["KeyId"])


def _roles(aws: Aws, approval_id: str, others: Mapping[str, str]) -> Iterator[Leftover]:
    client = aws.client("iam")
    mine = {"Key": APPROVAL_TAG, "Value": approval_id}
    # The name of one approval may begin another's, so that only whole names are passed over.
    theirs = {f"hic-{other.lower()}-{part}" for other in others.values() for part in ("analysis", "backup-service")}
    for role in listed(client, "list_roles", "Roles"):
        if role["RoleName"] in theirs:
            continue
        if mine in listed(client, "list_role_tags", "Tags", RoleName=role["RoleName"]):
            yield Leftover("role", role["RoleName"])
    for profile in listed(client, "list_instance_profiles", "InstanceProfiles"):
        # Known by name: the listing shows no tags, and the stand-in for AWS cannot be asked for them.
        if profile["InstanceProfileName"].startswith(f"hic-{approval_id.lower()}-"):
            yield Leftover("instance profile", profile["InstanceProfileName"])


def _directories(aws: Aws, approval_id: str, others: Mapping[str, str]) -> Iterator[Leftover]:
    for group in listed(aws.client("workspaces"), "describe_ip_groups", "Result"):
        if group["groupName"].startswith(f"hic-{approval_id.lower()}-desktops-"):
            yield Leftover("address group", group["groupId"])
    client = aws.client("ds")
    for directory in listed(client, "describe_directories", "DirectoryDescriptions"):
        if (directory.get("ConnectSettings") or {}).get("VpcId") in others:
            continue
        tags = listed(client, "list_tags_for_resource", "Tags", ResourceId=directory["DirectoryId"])
        if {"Key": APPROVAL_TAG, "Value": approval_id} in tags and directory["Stage"] != "Deleted":
            yield Leftover("directory", directory["DirectoryId"])
            desks, known = aws.client("workspaces"), directory["DirectoryId"]
            for desktop in listed(desks, "describe_workspaces", "Workspaces", DirectoryId=known):
                yield Leftover("workspace", desktop["WorkspaceId"])
