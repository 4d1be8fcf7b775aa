"""What the ministry has once: directory, share and audit buckets, record table, staff roles."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.acls import platform_cidrs
from infra.components.acls import Acls, AclsArgs
from infra.components.directory import ManagedDirectory, ManagedDirectoryArgs
from infra.components.dns import (
    DirectoryNames,
    DirectoryNamesArgs,
    DnsFirewall,
    DnsFirewallArgs,
    GuardedNames,
    GuardedNamesArgs,
)
from infra.components.firewall import DirectoryDoor, DirectoryDoorArgs
from infra.components.keys import KeyArgs, OwnKey
from infra.components.logging import (
    LogBucket,
    LogBucketArgs,
    NetworkLogs,
    NetworkLogsArgs,
    QueryLog,
    QueryLogArgs,
    Trail,
    TrailArgs,
    TrailBucket,
)
from infra.components.network import ClosedVpc, VpcArgs
from infra.components.roles import Boundary, DeployRole, StaffRole, StaffRoleArgs, WorkspacesRole
from infra.components.second_factor import RadiusDoor, RadiusDoorArgs, SecondFactor, SecondFactorArgs
from infra.components.storage import BucketArgs, PrivateBucket, RecordTable, RecordTableArgs
from infra.components.watching import AlarmTopic, BudgetArgs, MonthlyBudget
from infra.deployment import BOUNDARY, AccountScope
from infra.domains import allowed_domains
from infra.flows import Place
from infra.log_policies import LogScope, key_for_logs
from infra.network_plan import PLATFORM, platform_subnets
from infra.service_policies import publishers_key
from infra.settings import DIRECTORY_DOMAIN, PlatformSettings
from infra.staff import STAFF, StaffScope
from infra.tags import Tags, platform_tags
from provisioning.approvals import names

RECORD_TABLE = "hic-records"


@dataclass(frozen=True)
class Here:
    """Where the platform is built, and how."""

    settings: PlatformSettings
    account: str
    region: str
    tags: Tags

    @property
    def protect(self) -> bool:
        return self.settings.deletion_protection


@dataclass(frozen=True)
class Stores:
    """Where data, records and logs lie, under the platform's key."""

    key: OwnKey
    logs: LogBucket
    trail: TrailBucket
    query_log: QueryLog
    share: PrivateBucket
    audit: PrivateBucket
    records: RecordTable


@dataclass(frozen=True)
class Network:
    """The directory's network, the directory, and what guards its names."""

    vpc: ClosedVpc
    directory: ManagedDirectory
    radius: RadiusDoor
    firewall: DnsFirewall
    names: DirectoryNames


def platform(settings: PlatformSettings) -> None:
    """Declare the platform and export what environments build on."""
    account = aws.get_caller_identity().account_id
    region = aws.get_region().region
    here = Here(settings, account, region, platform_tags(throw_away=not settings.deletion_protection))
    stores = _stores(here)
    network = _network(here)
    NetworkLogs(
        "hic-platform",
        NetworkLogsArgs(network.vpc.vpc.id, stores.trail.bucket.arn, stores.query_log.config.id, here.tags),
    )
    boundary = _roles(AccountScope(account, region), stores.key, stores.records, here.tags)
    topic = _alarms(account, stores.key, settings, here.tags)
    _export(here, stores, network, boundary, topic)


def _stores(here: Here) -> Stores:
    account, tags, protect = here.account, here.tags, here.protect
    logged = LogScope(account, here.region, here.settings.organisation)
    services = [*key_for_logs(logged), publishers_key(account)]
    key = OwnKey("hic-platform", KeyArgs("platform", account, here.region, tags, protect, services))
    log_args = LogBucketArgs(logged, key.arn, here.settings.log_days, protect, tags)
    logs = LogBucket("logs", log_args)
    trail, query_log = _logs(log_args)
    share = PrivateBucket(
        "share",
        BucketArgs(names.share_bucket(account), key.arn, tags, not protect, protect, log_bucket=logs.ready),
    )
    audit = PrivateBucket("audit", _audit_bucket(account, key, here.settings, tags, logs.ready))
    records = RecordTable("records", RecordTableArgs(RECORD_TABLE, key.arn, protect, tags))
    return Stores(key, logs, trail, query_log, share, audit, records)


def _network(here: Here) -> Network:
    settings, tags = here.settings, here.tags
    network = ClosedVpc("hic-platform", VpcArgs(str(PLATFORM), platform_subnets(here.region), tags))
    Acls(
        "hic-platform",
        AclsArgs(network.vpc, {Place.DIRECTORY: network.subnet_ids(Place.DIRECTORY)}, platform_cidrs(), tags),
    )
    directory = ManagedDirectory(
        "hic-directory",
        ManagedDirectoryArgs(
            domain=DIRECTORY_DOMAIN,
            password=settings.directory_password,
            vpc_id=network.vpc.id,
            subnet_ids=network.subnet_ids("directory"),
            protect=here.protect,
            tags=tags,
        ),
    )
    DirectoryDoor("hic-directory", DirectoryDoorArgs(directory.directory.security_group_id, tags))
    radius = RadiusDoor("hic-radius", RadiusDoorArgs(network.vpc.id, tags))
    if settings.radius_secret is not None:
        factor = SecondFactorArgs(directory.directory.id, settings.radius_servers, settings.radius_secret)
        SecondFactor("hic-directory", factor)
    firewall = DnsFirewall("hic-names", DnsFirewallArgs(allowed_domains(here.region, here.account), tags))
    rule = _directory_names(network, directory, tags)
    GuardedNames("hic-platform", GuardedNamesArgs(network.vpc.id, firewall.group.id, rule.rule.id, tags))
    return Network(network, directory, radius, firewall, rule)


def _export(here: Here, stores: Stores, network: Network, boundary: Boundary, topic: AlarmTopic) -> None:
    directory = network.directory.directory
    outputs = {
        "logBucket": stores.logs.ready,
        "boundaryArn": boundary.arn,
        "alarmTopicArn": topic.arn,
        "deletionProtection": here.protect,
        "keyArn": stores.key.arn,
        "shareBucket": stores.share.id,
        "auditBucket": stores.audit.id,
        "trailBucketArn": stores.trail.bucket.arn,
        "dnsFirewallId": network.firewall.group.id,
        "directoryNamesId": network.names.rule.id,
        "queryLogId": stores.query_log.config.id,
        "recordTable": stores.records.table.name,
        "recordTableArn": stores.records.table.arn,
        "vpcId": network.vpc.vpc.id,
        "directoryRouteTableId": network.vpc.route_tables["directory"].id,
        "directoryId": directory.id,
        "radiusGroupId": network.radius.group.id,
        "directoryDomain": directory.name,
        "directoryDnsIps": directory.dns_ip_addresses,
    }
    for name, value in outputs.items():
        pulumi.export(name, value)


def _roles(where: AccountScope, key: OwnKey, records: RecordTable, tags: Tags) -> Boundary:
    """Who may act: staff, WorkSpaces itself, and the role that builds; and the bounds of what it may make."""
    WorkspacesRole("workspaces", tags)
    arns = pulumi.Output.all(key.arn, records.table.arn)
    scope = arns.apply(lambda known: StaffScope(where.account, where.region, *known))
    for staff in STAFF:
        policy = scope.apply(staff.policy)
        StaffRole(staff.name, StaffRoleArgs(where.account, staff.description, policy, tags))
    DeployRole(where, tags)
    return Boundary(BOUNDARY, where, tags)


def _directory_names(network: ClosedVpc, directory: ManagedDirectory, tags: Tags) -> DirectoryNames:
    args = DirectoryNamesArgs(
        DIRECTORY_DOMAIN,
        directory.directory.dns_ip_addresses,
        network.vpc.id,
        network.subnet_ids(Place.DIRECTORY),
        tags,
    )
    return DirectoryNames("hic-directory-names", args)


def _logs(args: LogBucketArgs) -> tuple[TrailBucket, QueryLog]:
    """Everything that is logged for all, and where to."""
    bucket = TrailBucket("trail", args)
    own = (names.share_bucket(args.scope.account), names.audit_bucket(args.scope.account))
    objects = [f"arn:aws:s3:::{start}" for start in (*(f"{name}/" for name in own), "hic-work-")]
    Trail("hic-trail", TrailArgs(args.scope, bucket, args.key_arn, objects, args.tags))
    return bucket, QueryLog("hic-names", QueryLogArgs(bucket, args.tags))


def _alarms(account: str, key: OwnKey, settings: PlatformSettings, tags: Tags) -> AlarmTopic:
    """Where alarms of all environments go, and what the platform itself may cost."""
    topic = AlarmTopic("hic-alarms", account, key.arn, settings.operator_email, tags)
    budget = BudgetArgs("platform", account, settings.monthly_yen, settings.yen_per_dollar, topic.arn, tags)
    MonthlyBudget("hic-platform", budget)
    return topic


def _audit_bucket(
    account: str, key: OwnKey, settings: PlatformSettings, tags: Tags, log_bucket: pulumi.Input[str]
) -> BucketArgs:
    """Audit entries are locked, firmly unless the platform was built to be thrown away."""
    protect = settings.deletion_protection
    return BucketArgs(
        names.audit_bucket(account),
        key.arn,
        tags,
        destroy_with_objects=not protect,
        protect=protect,
        lock_days=settings.audit_days,
        lock_firm=protect,
        log_bucket=log_bucket,
    )
