"""Everything that is judged, read once: network, identities, stores. Describe and get calls only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from provisioning.approvals import names
from provisioning.assurance.care import read_care
from provisioning.assurance.doors import read_access_points, read_doors, read_images, read_snapshots
from provisioning.assurance.identities import Principal, read_principals
from provisioning.assurance.items import PLATFORM, Item
from provisioning.assurance.network.model import Network
from provisioning.assurance.network.reading import read_network
from provisioning.assurance.reading import APPROVAL_TAG, Facts, Tags, each, listed, read_facts, tags_by_arn, tags_of
from provisioning.assurance.watching import Watching, logged_objects, logs_calls, read_trails, read_watching
from provisioning.aws.records import TABLE
from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.messages import _

__all__ = ["PLATFORM", "PURPOSE", "THROW_AWAY", "Item", "Stand", "read_stand"]
PURPOSE, THROW_AWAY = "hic:purpose", "throw-away"
ABSENT = (
    *("NoSuchBucketPolicy", "ServerSideEncryptionConfigurationNotFoundError", "NoSuchPublicAccessBlockConfiguration"),
    *("OwnershipControlsNotFoundError", "ObjectLockConfigurationNotFoundError", "NoSuchTagSet"),
    *("PolicyNotFoundException", "ReplicationConfigurationNotFoundError", "NoSuchWebsiteConfiguration"),
)


@dataclass(frozen=True)
class Stand:
    """What stands in one region of one account."""

    region: str
    account: str
    network: Network
    principals: tuple[Principal, ...]
    items: tuple[Item, ...]

    @cached_property
    def by_kind(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.kind, []).append(item)
        return found

    @cached_property
    def by_approval(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.approval, []).append(item)
        return found

    @cached_property
    def by_profile(self) -> dict[str, list[Principal]]:
        """The roles of each instance profile."""
        found: dict[str, list[Principal]] = {}
        for principal in self.principals:
            for profile in principal.profiles:
                found.setdefault(profile, []).append(principal)
        return found

    @cached_property
    def by_name(self) -> dict[str, list[Principal]]:
        found: dict[str, list[Principal]] = {}
        for principal in self.principals:
            found.setdefault(principal.name, []).append(principal)
        return found

    @cached_property
    def approvals(self) -> list[str]:
        """The approvals whose networks stand."""
        return sorted({vpc.approval for vpc in self.network.vpcs} - {"", PLATFORM})

    def one(self, kind: str, approval: str) -> Item | None:
        """The item of a kind that an approval has, if it has one."""
        return next((item for item in self.by_approval.get(approval, ()) if item.kind == kind), None)


def read_stand(aws: Aws) -> Stand:
    """Read all that stands. Raises DependencyFailed when AWS refuses to show something."""
    with aws_errors(_("reading what stands")):
        facts = read_facts(aws)
        network = read_network(aws, facts)
        tags = tags_by_arn(aws)
        cared = tuple(read_care(aws, tags))
        items = (
            *_network_items(network, read_watching(aws)),
            *_trails(aws),
            *_server_items(aws, network, facts),
            *_desktop_items(aws, facts, network),
            *read_images(aws),
            *_buckets(aws, tags),
            *_keys(aws, tags),
            *_table(aws),
            *cared,
            *read_doors(aws, cared),
        )
        return Stand(aws.region, aws.account, network, read_principals(aws), items)


def _network_items(network: Network, watching: Watching) -> Iterator[Item]:
    whose = {vpc.id: vpc.approval for vpc in network.vpcs}

    def item(kind: str, known: str, vpc: str, facts: Mapping[str, Any] | None = None) -> Item:
        return Item(kind, known, whose.get(vpc, ""), network.tags.get(known, {}), facts or {})

    yield from (item("vpc", vpc.id, vpc.id, _watched(watching, vpc.id)) for vpc in network.vpcs)
    yield from (item("network ACL", acl.id, acl.vpc) for acl in network.acls)
    yield from (item("subnet", subnet.id, subnet.vpc) for subnet in network.subnets)
    yield from (item("route table", table.id, table.vpc) for table in network.tables if not table.main)
    yield from (item("endpoint", endpoint.id, endpoint.vpc) for endpoint in network.endpoints)
    yield from (item("peering", peering.id, peering.ends[0]) for peering in network.peerings)
    for group in network.groups:
        if not group.managed:
            yield item("security group", group.id, group.vpc)


def _watched(watching: Watching, vpc: str) -> dict[str, Any]:
    return {
        "traffic logged to": watching.flows.get(vpc, frozenset()),
        "names logged to": watching.names.get(vpc, frozenset()),
        "name rules": watching.rules.get(vpc, ()),
        "forwards": watching.forwards.get(vpc, ()),
        "profiles": watching.profiles.get(vpc, frozenset()),
        "fail open": vpc in watching.fail_open,
    }


def _trails(aws: Aws) -> Iterator[Item]:
    """The trails that write to our bucket; others of the account are not ours to judge."""
    for trail in read_trails(aws):
        if trail["S3BucketName"] == names.trail_bucket(aws.account):
            shown = {
                "every region": bool(trail["IsMultiRegionTrail"] and trail["IncludeGlobalServiceEvents"]),
                "logging": trail["logging"] and logs_calls(trail["selectors"]) and not trail["errors"],
                "validated": trail["LogFileValidationEnabled"],
                "key": trail.get("KmsKeyId", ""),
                "objects": logged_objects(trail["selectors"]),
            }
            yield Item("trail", trail["TrailARN"], PLATFORM, {}, shown)


def _server_items(aws: Aws, network: Network, facts: Facts) -> Iterator[Item]:
    ec2 = aws.client("ec2")
    whose = {vpc.id: vpc.approval for vpc in network.vpcs}
    owners: dict[str, str] = {}

    def guarded(server: Mapping[str, Any]) -> bool:
        answer = ec2.describe_instance_attribute(InstanceId=server["InstanceId"], Attribute="disableApiTermination")
        return bool(answer["DisableApiTermination"]["Value"])

    for server, guard in zip(facts.servers, each(guarded, facts.servers), strict=True):
        known, approval = server["InstanceId"], whose.get(server.get("VpcId", ""), "")
        owners[known] = approval
        options = server.get("MetadataOptions", {})
        yield Item(
            "server",
            known,
            approval,
            tags_of(server),
            {
                "type": server.get("InstanceType", ""),
                "tokens": options.get("HttpTokens"),
                "hops": options.get("HttpPutResponseHopLimit"),
                "key pair": server.get("KeyName", ""),
                "guarded": guard,
                "profile": server.get("IamInstanceProfile", {}).get("Arn", "").rpartition("/")[2],
            },
        )
    volumes: dict[str, str] = {}
    for volume in listed(ec2, "describe_volumes", "Volumes"):
        attached = [owners.get(a["InstanceId"], "") for a in volume.get("Attachments", ())]
        approval = next(iter(attached), "") or tags_of(volume).get(APPROVAL_TAG, "")
        volumes[volume["VolumeId"]] = approval
        shown = {"encrypted": volume["Encrypted"], "key": volume.get("KmsKeyId", "")}
        yield Item("volume", volume["VolumeId"], approval, tags_of(volume), shown)
    yield from read_snapshots(aws, volumes)


def _desktop_items(aws: Aws, facts: Facts, network: Network) -> Iterator[Item]:
    whose = {vpc.id: vpc.approval for vpc in network.vpcs}
    vpcs = {directory.id: directory.vpc for directory in facts.directories}
    second = {directory.id: directory.radius for directory in facts.directories}
    groups = {
        group["groupId"]: [rule["ipRule"] for rule in group.get("userRules", ())]
        for group in listed(aws.client("workspaces"), "describe_ip_groups", "Result")
    }
    ds = aws.client("ds")
    tagged = each(lambda one: tags_of(ds.list_tags_for_resource(ResourceId=one.id)), facts.registrations)
    for registration, tags in zip(facts.registrations, tagged, strict=True):
        approval = whose.get(vpcs.get(registration.id, ""), "")
        created = registration.raw.get("WorkspaceCreationProperties", {})
        shown = {
            "internet": created.get("EnableInternetAccess"),
            "administrators": created.get("UserEnabledAsLocalAdministrator"),
            "self service": registration.raw.get("SelfservicePermissions", {}),
            "devices": registration.raw.get("WorkspaceAccessProperties", {}),
            "addresses": frozenset(a for g in registration.raw.get("ipGroupIds") or () for a in groups.get(g, ("?",))),
            "second factor": ", ".join((second.get(registration.id, ""), *_past_the_directory(registration.raw))),
        }
        yield Item("desktop directory", registration.id, approval, tags, shown)
    for desktop in facts.desktops:
        raw = desktop.raw
        shown = {
            "user": raw.get("UserName", ""),
            "root encrypted": raw.get("RootVolumeEncryptionEnabled", False),
            "user encrypted": raw.get("UserVolumeEncryptionEnabled", False),
            "key": raw.get("VolumeEncryptionKey", ""),
            "mode": raw.get("WorkspaceProperties", {}).get("RunningMode"),
        }
        yield Item("desktop", desktop.id, whose.get(vpcs.get(desktop.directory, ""), ""), {}, shown)


def _past_the_directory(raw: Mapping[str, Any]) -> Iterator[str]:
    """Ways to log in that ask the directory for no code: a foreign identity provider, a certificate alone."""
    for way in ("SamlProperties", "CertificateBasedAuthProperties"):
        status = raw.get(way, {}).get("Status", "DISABLED")
        if status != "DISABLED":
            yield f"{way} {status}"


def _asked(call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """The answer, or nothing where AWS says that there is no such setting."""
    try:
        return dict(call(**arguments))
    except ClientError as error:
        if error_code(error) in ABSENT:
            return {}
        raise


def _buckets(aws: Aws, tags_by: Tags) -> list[Item]:
    s3, account = aws.client("s3"), aws.account
    points = read_access_points(aws)
    platform = {
        names.share_bucket(account): "share bucket",
        names.audit_bucket(account): "audit bucket",
        names.trail_bucket(account): "trail bucket",
        names.log_bucket(account): "log bucket",
    }

    def item(name: str) -> Item:
        tags = tags_by.get(f"arn:aws:s3:::{name}", {})
        whose = PLATFORM if name in platform else name.removeprefix("hic-work-").removesuffix(f"-{account}").upper()
        shown = {**_bucket_facts(s3, name), "access points": points.get(name, ())}
        if name in platform:
            shown |= _lock(s3, name, tags.get(PURPOSE) == THROW_AWAY)
        return Item(platform.get(name, "work bucket"), name, whose, tags, shown)

    found = [raw["Name"] for raw in s3.list_buckets()["Buckets"]]
    work = [name for name in found if name.startswith("hic-work-") and name.endswith(f"-{account}")]
    return each(item, [*(name for name in found if name in platform), *work])


def _mode(mode: str | None, throw_away: bool) -> str | None:
    """The mode of a lock, and whether the platform says of itself that it may be destroyed with its logs."""
    return f"{mode} on a throw-away platform" if mode == "GOVERNANCE" and throw_away else mode


def _lock(s3: Any, name: str, throw_away: bool) -> dict[str, Any]:
    """How a bucket's objects are locked."""
    lock = _asked(s3.get_object_lock_configuration, Bucket=name).get("ObjectLockConfiguration", {})
    retention = lock.get("Rule", {}).get("DefaultRetention", {})
    return {
        "locked": _mode(retention.get("Mode"), throw_away),
        "lock days": retention.get("Days", 0) + 365 * retention.get("Years", 0),
    }


def _bucket_facts(s3: Any, name: str) -> dict[str, Any]:
    rules = (
        _asked(s3.get_bucket_encryption, Bucket=name).get("ServerSideEncryptionConfiguration", {}).get("Rules", [{}])
    )
    default = rules[0].get("ApplyServerSideEncryptionByDefault", {})
    block = _asked(s3.get_public_access_block, Bucket=name).get("PublicAccessBlockConfiguration", {})
    owner = _asked(s3.get_bucket_ownership_controls, Bucket=name).get("OwnershipControls", {}).get("Rules", [{}])
    return {
        "algorithm": default.get("SSEAlgorithm"),
        "key": default.get("KMSMasterKeyID", ""),
        "closed": len(block) == 4 and all(block.values()),
        "ownership": owner[0].get("ObjectOwnership"),
        "versions": s3.get_bucket_versioning(Bucket=name).get("Status"),
        "logged": s3.get_bucket_logging(Bucket=name).get("LoggingEnabled", {}).get("TargetBucket", ""),
        "replicated": bool(_asked(s3.get_bucket_replication, Bucket=name)),
        "policy": _asked(s3.get_bucket_policy, Bucket=name).get("Policy", ""),
    }


def _keys(aws: Aws, tags_by: Tags) -> list[Item]:
    kms = aws.client("kms")

    def item(alias: Mapping[str, Any]) -> Item:
        known = alias["TargetKeyId"]
        whose = alias["AliasName"].removeprefix("alias/hic/")
        shown = kms.describe_key(KeyId=known)["KeyMetadata"]
        return Item(
            "key",
            shown["Arn"],
            PLATFORM if whose == PLATFORM else whose.upper(),
            tags_by.get(shown["Arn"], {}),
            {
                "state": shown["KeyState"],
                "rotates": kms.get_key_rotation_status(KeyId=known)["KeyRotationEnabled"],
                "policy": kms.get_key_policy(KeyId=known, PolicyName="default")["Policy"],
                "alias": alias["AliasName"],
                "grants": sorted(
                    (grant["GranteePrincipal"], tuple(sorted(grant["Operations"])))
                    for grant in listed(kms, "list_grants", "Grants", KeyId=known)
                ),
            },
        )

    aliases = listed(kms, "list_aliases", "Aliases")
    return each(item, [one for one in aliases if one["AliasName"].startswith("alias/hic/") and "TargetKeyId" in one])


def _table(aws: Aws) -> Iterator[Item]:
    dynamodb = aws.client("dynamodb")
    table = dynamodb.describe_table(TableName=TABLE)["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=TABLE)["ContinuousBackupsDescription"]
    shown = {
        "key": table.get("SSEDescription", {}).get("KMSMasterKeyArn", ""),
        "recoverable": backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus"),
        "policy": _asked(dynamodb.get_resource_policy, ResourceArn=table["TableArn"]).get("Policy", ""),
    }
    tags = tags_of(dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"]))
    yield Item("record table", table["TableArn"], PLATFORM, tags, shown)
