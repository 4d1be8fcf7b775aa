"""What the ministry has once: directory, share and audit buckets, record table, staff roles."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.acls import platform_cidrs
from infra.components.acls import Acls, AclsArgs
from infra.components.directory import ManagedDirectory, ManagedDirectoryArgs
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
from infra.components.roles import StaffRole, StaffRoleArgs, WorkspacesRole
from infra.components.storage import BucketArgs, PrivateBucket, RecordTable, RecordTableArgs
from infra.flows import Place
from infra.log_policies import LogScope, key_for_logs
from infra.network_plan import PLATFORM, platform_subnets
from infra.settings import DIRECTORY_DOMAIN, PlatformSettings
from infra.staff import STAFF, StaffScope
from infra.tags import Tags, platform_tags
from provisioning.approvals import names

RECORD_TABLE = "hic-records"


def platform(settings: PlatformSettings) -> None:
    """Declare the platform and export what environments build on."""
    account = aws.get_caller_identity().account_id
    region = aws.get_region().region
    protect = settings.deletion_protection
    tags = platform_tags(throw_away=not protect)
    logged = LogScope(account, region, settings.organisation)

    key = OwnKey("hic-platform", KeyArgs("platform", account, region, tags, protect, key_for_logs(logged)))
    share = PrivateBucket("share", BucketArgs(names.share_bucket(account), key.arn, tags, not protect, protect))
    audit = PrivateBucket("audit", _audit_bucket(account, key, settings, tags))
    trail, query_log = _logs(logged, key, settings, tags)
    records = RecordTable("records", RecordTableArgs(RECORD_TABLE, key.arn, protect, tags))

    network = ClosedVpc("hic-platform", VpcArgs(str(PLATFORM), platform_subnets(region), tags))
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
            protect=protect,
            tags=tags,
        ),
    )
    DirectoryDoor("hic-directory", DirectoryDoorArgs(directory.directory.security_group_id, tags))

    WorkspacesRole("workspaces", tags)
    scope = pulumi.Output.all(key.arn, records.table.arn).apply(lambda arns: StaffScope(account, region, *arns))
    for staff in STAFF:
        policy = scope.apply(staff.policy)
        StaffRole(staff.name, StaffRoleArgs(account, staff.description, policy, tags))

    NetworkLogs("hic-platform", NetworkLogsArgs(network.vpc.id, trail.bucket.arn, query_log.config.id, tags))

    pulumi.export("keyArn", key.arn)
    pulumi.export("shareBucket", share.id)
    pulumi.export("auditBucket", audit.id)
    pulumi.export("trailBucketArn", trail.bucket.arn)
    pulumi.export("queryLogId", query_log.config.id)
    pulumi.export("recordTable", records.table.name)
    pulumi.export("recordTableArn", records.table.arn)
    pulumi.export("vpcId", network.vpc.id)
    pulumi.export("directoryRouteTableId", network.route_tables["directory"].id)
    pulumi.export("directoryId", directory.directory.id)
    pulumi.export("directoryDomain", directory.directory.name)
    pulumi.export("directoryDnsIps", directory.directory.dns_ip_addresses)


def _logs(scope: LogScope, key: OwnKey, settings: PlatformSettings, tags: Tags) -> tuple[TrailBucket, QueryLog]:
    """Everything that is logged for all, and where to."""
    args = LogBucketArgs(scope, key.arn, settings.log_days, settings.deletion_protection, tags)
    pulumi.export("logBucket", LogBucket("logs", args).id)
    bucket = TrailBucket("trail", args)
    own = (names.share_bucket(scope.account), names.audit_bucket(scope.account))
    objects = [f"arn:aws:s3:::{start}" for start in (*(f"{name}/" for name in own), "hic-work-")]
    Trail("hic-trail", TrailArgs(scope, bucket, key.arn, objects, tags))
    return bucket, QueryLog("hic-names", QueryLogArgs(bucket, tags))


def _audit_bucket(account: str, key: OwnKey, settings: PlatformSettings, tags: Tags) -> BucketArgs:
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
    )
