"""What the ministry has once: directory, share and audit buckets, record table, staff roles."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.directory import ManagedDirectory, ManagedDirectoryArgs
from infra.components.firewall import DirectoryDoor, DirectoryDoorArgs
from infra.components.keys import KeyArgs, OwnKey
from infra.components.logging import LogBucket, LogBucketArgs
from infra.components.network import ClosedVpc, VpcArgs
from infra.components.roles import Boundary, DeployRole, StaffRole, StaffRoleArgs, WorkspacesRole
from infra.components.storage import BucketArgs, PrivateBucket, RecordTable, RecordTableArgs
from infra.components.watching import AlarmTopic, BudgetArgs, MonthlyBudget
from infra.deployment import BOUNDARY, AccountScope
from infra.log_policies import LogScope
from infra.network_plan import PLATFORM, platform_subnets
from infra.service_policies import publishers_key
from infra.settings import DIRECTORY_DOMAIN, PlatformSettings
from infra.staff import STAFF, StaffScope
from infra.tags import Tags, platform_tags
from provisioning.approvals import names

RECORD_TABLE = "hic-records"


def platform(settings: PlatformSettings) -> None:
    """Declare the platform and export what environments build on."""
    account = aws.get_caller_identity().account_id
    region = aws.get_region().region
    tags = platform_tags()
    protect = settings.deletion_protection

    key = OwnKey("hic-platform", KeyArgs("platform", account, region, tags, protect, [publishers_key(account)]))
    logs = LogBucket("logs", LogBucketArgs(LogScope(account, region), key.arn, 0, protect, tags))
    share = PrivateBucket(
        "share",
        BucketArgs(names.share_bucket(account), key.arn, tags, not protect, protect, log_bucket=logs.ready),
    )
    audit = PrivateBucket("audit", _audit_bucket(account, key, settings, tags, logs.ready))
    records = RecordTable("records", RecordTableArgs(RECORD_TABLE, key.arn, protect, tags))

    network = ClosedVpc("hic-platform", VpcArgs(str(PLATFORM), platform_subnets(region), tags))
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

    where = AccountScope(account, region)
    boundary = Boundary(BOUNDARY, where, tags)
    DeployRole(where, tags)
    topic = _alarms(account, key, settings, tags)

    pulumi.export("logBucket", logs.ready)
    pulumi.export("boundaryArn", boundary.arn)
    pulumi.export("alarmTopicArn", topic.arn)
    pulumi.export("keyArn", key.arn)
    pulumi.export("shareBucket", share.id)
    pulumi.export("auditBucket", audit.id)
    pulumi.export("recordTable", records.table.name)
    pulumi.export("recordTableArn", records.table.arn)
    pulumi.export("vpcId", network.vpc.id)
    pulumi.export("directoryRouteTableId", network.route_tables["directory"].id)
    pulumi.export("directoryId", directory.directory.id)
    pulumi.export("directoryDomain", directory.directory.name)
    pulumi.export("directoryDnsIps", directory.directory.dns_ip_addresses)


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
