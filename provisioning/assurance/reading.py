"""What several readers share, and who has servers and desktops where. Describe calls only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from provisioning.aws.sessions import Aws

APPROVAL_TAG = "hic:approval"
AT_ONCE = 4
Tags = Mapping[str, Mapping[str, str]]  # by ARN
TAGGED = ("s3", "kms", "logs", "cloudwatch", "backup")
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Directory:
    """A directory or connector; `groups` are those AWS made for it; `radius` is how its second factor stands;
    `servers` are the addresses that answer for its names.
    """

    id: str
    kind: str
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    radius: str = ""
    servers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registration:
    """A directory that has desktops; every desktop carries `groups`. `raw` is what AWS shows."""

    id: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Desktop:
    """One desktop; `address` once it has one."""

    id: str
    directory: str
    address: str
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """Servers and desktops. `servers` are as AWS shows them; `public` addresses by server."""

    servers: tuple[Mapping[str, Any], ...]
    directories: tuple[Directory, ...]
    registrations: tuple[Registration, ...]
    desktops: tuple[Desktop, ...]

    @property
    def public(self) -> dict[str, str]:
        return {s["InstanceId"]: s["PublicIpAddress"] for s in self.servers if s.get("PublicIpAddress")}


def tags_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Tags as a mapping, under whichever name a service shows them."""
    tags = raw.get("Tags") or raw.get("TagSet") or ()
    return {tag.get("Key", tag.get("TagKey")): tag.get("Value", tag.get("TagValue")) for tag in tags}


def listed(client: Any, call: str, key: str, **arguments: Any) -> list[Any]:
    """All items of all pages of a call."""
    if client.can_paginate(call):
        return [item for page in client.get_paginator(call).paginate(**arguments) for item in page[key]]
    return list(getattr(client, call)(**arguments)[key])


def each(work: Callable[[T], R], things: Iterable[T]) -> list[R]:
    """What some calls about each thing give, in the things' order; a few things at a time.

    Clients of boto3 may be shared by threads, and each of their calls has its own time-outs. The first error is
    raised, and what is not begun yet is left undone.
    """
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(work, things))


def tags_by_arn(aws: Aws, types: Iterable[str] = TAGGED) -> dict[str, dict[str, str]]:
    """The tags of buckets, keys, log groups, alarms and vaults: one call for a hundred, instead of one for each."""
    client = aws.client("resourcegroupstaggingapi")
    mappings = listed(
        client, "get_resources", "ResourceTagMappingList", ResourcesPerPage=100, ResourceTypeFilters=list(types)
    )
    return {mapping["ResourceARN"]: tags_of(mapping) for mapping in mappings}


def read_facts(aws: Aws) -> Facts:
    """Servers that are not terminated, directories, and desktops."""
    reservations = listed(aws.client("ec2"), "describe_instances", "Reservations")
    servers = [server for reservation in reservations for server in reservation["Instances"]]
    desks = aws.client("workspaces")
    return Facts(
        tuple(server for server in servers if server["State"]["Name"] not in ("terminated", "shutting-down")),
        tuple(_directory(raw) for raw in listed(aws.client("ds"), "describe_directories", "DirectoryDescriptions")),
        tuple(_registration(raw) for raw in listed(desks, "describe_workspace_directories", "Directories")),
        tuple(
            Desktop(raw["WorkspaceId"], raw["DirectoryId"], raw.get("IpAddress", ""), raw)
            for raw in listed(desks, "describe_workspaces", "Workspaces")
        ),
    )


def _directory(raw: Mapping[str, Any]) -> Directory:
    place = raw.get("VpcSettings") or raw.get("ConnectSettings") or {}
    groups = (place["SecurityGroupId"],) if place.get("SecurityGroupId") else ()
    subnets = tuple(place.get("SubnetIds", ()))
    radius = raw.get("RadiusStatus", "") if raw.get("RadiusSettings", {}).get("RadiusServers") else ""
    servers = tuple(raw.get("DnsIpAddrs", ()))
    return Directory(raw["DirectoryId"], raw["Type"], place.get("VpcId", ""), subnets, groups, radius, servers)


def _registration(raw: Mapping[str, Any]) -> Registration:
    custom = raw.get("WorkspaceCreationProperties", {}).get("CustomSecurityGroupId")
    groups = tuple(group for group in (raw.get("WorkspaceSecurityGroupId"), custom) if group)
    return Registration(raw["DirectoryId"], tuple(raw.get("SubnetIds", ())), groups, raw)
