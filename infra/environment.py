"""What one approval gets: a closed network, desktops, an analysis server, a bucket and a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pulumi
import pulumi_aws as aws

from infra import policies
from infra.acls import environment_cidrs
from infra.components.acls import Acls, AclsArgs
from infra.components.analysis_server import AnalysisServer, AnalysisServerArgs
from infra.components.backup import Backups, BackupsArgs
from infra.components.desktops import Desktops, DesktopsArgs
from infra.components.dns import GuardedNames, GuardedNamesArgs
from infra.components.endpoints import Endpoints, EndpointsArgs
from infra.components.firewall import Groups, GroupsArgs, Rules, RulesArgs
from infra.components.group_user import GroupUser, GroupUserArgs
from infra.components.keys import KeyArgs, OwnKey
from infra.components.logging import NetworkLogs, NetworkLogsArgs
from infra.components.network import ClosedVpc, DirectoryPath, DirectoryPathArgs, VpcArgs
from infra.components.roles import AnalysisRole, AnalysisRoleArgs
from infra.components.second_factor import SecondFactor, SecondFactorArgs
from infra.components.storage import BucketArgs, PrivateBucket
from infra.components.watching import BudgetArgs, MonthlyBudget, Watch, WatchArgs
from infra.flows import GROUPS, Place
from infra.group_policies import ServerScope
from infra.network_plan import environment_subnets
from infra.networks_taken import check_network_free
from infra.places import AddressGroup, address_groups
from infra.settings import DIRECTORY_DOMAIN, EnvironmentSettings, desktops_ou
from infra.tags import Tags, environment_tags
from provisioning.approvals import names
from provisioning.approvals.data_sets import share_keys
from provisioning.approvals.model import Approval
from provisioning.approvals.states import Access

GB_PER_TB = 1000
WRITTEN_BY_RESEARCHERS = ("egress/outbox/",)
IMAGES = {"windows": "hic-analysis-windows-*", "ubuntu": "hic-analysis-ubuntu-*"}


@dataclass(frozen=True)
class Here:
    """Whose environment it is, where it is built, and on what."""

    settings: EnvironmentSettings
    account: str
    region: str
    tags: Tags
    platform: Platform
    places: Sequence[AddressGroup]

    @property
    def approval(self) -> Approval:
        return self.settings.approval

    @property
    def stack(self) -> str:
        """What the names of its parts begin with."""
        return f"hic-{self.approval.id.lower()}"

    @property
    def closed(self) -> bool:
        """Whether nobody may enter."""
        return self.settings.access is Access.CLOSED

    @property
    def frozen(self) -> list[policies.Statement]:
        """What the work bucket refuses while researchers may not write."""
        if self.settings.access is Access.OPEN:
            return []
        return policies.frozen(names.work_bucket(self.approval.id, self.account), WRITTEN_BY_RESEARCHERS)


@dataclass(frozen=True)
class Stores:
    """Where its data lie: a key of its own, and a bucket under it."""

    key: OwnKey
    work: PrivateBucket


def environment(settings: EnvironmentSettings) -> None:
    """Declare the environment of one approval and export what people and commands need of it."""
    account = aws.get_caller_identity().account_id
    region = aws.get_region().region
    places = address_groups(settings.approval.places)  # first, since it refuses what cannot be
    check_network_free(settings.approval.id, str(settings.cidr))
    here = Here(settings, account, region, environment_tags(settings.approval), Platform(), places)
    stores = _stores(here)
    network = _network(here)
    groups = _ways(here, network, stores)
    server = _server(here, network, groups, stores)
    desktops = _desktops(here, network, groups, stores)
    user = _care(here, server, stores)
    _export(here, network, stores, server, desktops, user)


def _stores(here: Here) -> Stores:
    key = OwnKey(here.stack, KeyArgs(here.approval.id, here.account, here.region, here.tags))
    bucket = BucketArgs(
        names.work_bucket(here.approval.id, here.account),
        key.arn,
        here.tags,
        # HIC-22: with the environment, all that was made in it is destroyed.
        destroy_with_objects=True,
        statements=here.frozen,
        log_bucket=here.platform.text("logBucket"),
    )
    return Stores(key, PrivateBucket("work", bucket))


def _network(here: Here) -> ClosedVpc:
    """The closed network, and its only way out of itself: to the platform's directory."""
    cidr = here.settings.cidr
    network = ClosedVpc(here.stack, VpcArgs(str(cidr), environment_subnets(cidr, here.region), here.tags))
    DirectoryPath(
        f"{here.stack}-directory",
        DirectoryPathArgs(
            vpc_id=network.vpc.id,
            cidr=str(cidr),
            route_tables={tier: network.route_tables[tier] for tier in ("desktops", "analysis")},
            platform_vpc_id=here.platform.text("vpcId"),
            platform_route_table_id=here.platform.text("directoryRouteTableId"),
            tags=here.tags,
        ),
    )
    Acls(
        here.stack,
        AclsArgs(
            vpc=network.vpc,
            subnet_ids={place: network.subnet_ids(place) for place in GROUPS},
            cidrs=environment_cidrs(str(cidr)),
            tags=here.tags,
        ),
    )
    logs = here.platform.text("trailBucketArn"), here.platform.text("queryLogId")
    NetworkLogs(here.stack, NetworkLogsArgs(network.vpc.id, *logs, here.tags))
    firewall, rule = here.platform.text("dnsFirewallId"), here.platform.text("directoryNamesId")
    GuardedNames(here.stack, GuardedNamesArgs(network.vpc.id, firewall, rule, here.tags))
    return network


def _ways(here: Here, network: ClosedVpc, stores: Stores) -> Groups:
    """Endpoints to AWS, and the security groups with their rules."""
    groups = Groups(here.stack, GroupsArgs(network.vpc.id, here.tags))
    endpoints = Endpoints(
        here.stack,
        EndpointsArgs(
            region=here.region,
            account=here.account,
            vpc_id=network.vpc.id,
            route_table_id=network.route_tables["analysis"].id,
            subnet_ids=network.subnet_ids("endpoints"),
            group_id=groups.ids[Place.ENDPOINTS],
            share_bucket=here.platform.text("shareBucket"),
            share_keys=share_keys(here.approval.datasets),
            work_bucket=stores.work.id,
            table_arn=here.platform.text("recordTableArn"),
            tags=here.tags,
        ),
    )
    Rules(here.stack, RulesArgs(groups.ids, endpoints.prefix_lists, here.tags))
    return groups


def _server(here: Here, network: ClosedVpc, groups: Groups, stores: Stores) -> AnalysisServer:
    role = AnalysisRole(
        f"{here.stack}-analysis",
        AnalysisRoleArgs(
            region=here.region,
            account=here.account,
            approval_id=here.approval.id,
            share_bucket=here.platform.text("shareBucket"),
            share_keys=share_keys(here.approval.datasets),
            work_bucket=stores.work.id,
            table_arn=here.platform.text("recordTableArn"),
            key_arn=stores.key.arn,
            platform_key_arn=here.platform.text("keyArn"),
            vpc_id=network.vpc.id,
            boundary_arn=here.platform.text("boundaryArn"),
            tags=here.tags,
            access=here.settings.access,
            revoked_before=here.settings.revoked_before,
        ),
    )
    return AnalysisServer(
        f"{here.stack}-analysis",
        AnalysisServerArgs(
            image=here.settings.image or _golden_image(here.approval.environment.os),
            instance_type=here.approval.spec.instance_type,
            data_gb=_data_gb(here.approval),
            subnet_id=network.subnet_ids("analysis")[0],
            group_ids=[groups.ids[Place.ANALYSIS]],
            profile=role.profile.name,
            key_arn=stores.key.arn,
            tags=here.tags,
            stopped=here.closed,
        ),
    )


def _desktops(here: Here, network: ClosedVpc, groups: Groups, stores: Stores) -> Desktops:
    name = f"{here.stack}-desktops"
    desktops = Desktops(
        name,
        DesktopsArgs(
            domain=DIRECTORY_DOMAIN,
            ou=desktops_ou(DIRECTORY_DOMAIN),
            dns_ips=here.platform.texts("directoryDnsIps"),
            user=here.settings.connector_user,
            password=here.settings.connector_password,
            vpc_id=network.vpc.id,
            subnet_ids=network.subnet_ids("desktops"),
            group_id=groups.ids[Place.DESKTOPS],
            key_arn=stores.key.arn,
            bundle=here.settings.bundle,
            places=here.places,
            handlers=here.approval.handlers,
            tags=here.tags,
            closed=here.closed,
        ),
    )
    settings = here.settings
    if settings.radius_secret is not None:
        factor = SecondFactorArgs(desktops.connector.id, settings.radius_servers, settings.radius_secret)
        SecondFactor(name, factor)
    return desktops


def _care(here: Here, server: AnalysisServer, stores: Stores) -> GroupUser:
    """Backups of the server, what is seen of it, what it costs, and who of the group may start it."""
    topic, boundary = here.platform.text("alarmTopicArn"), here.platform.text("boundaryArn")
    scope = _scope(here, server, stores)
    Backups(here.stack, BackupsArgs(scope, here.account, stores.key.arn, boundary, here.tags))
    Watch(here.stack, WatchArgs(here.approval.id, server.instance.id, stores.key.arn, topic, here.tags))
    settings = here.settings
    MonthlyBudget(
        here.stack,
        BudgetArgs(here.approval.id, here.account, settings.monthly_yen, settings.yen_per_dollar, topic, here.tags),
    )
    cidrs = sorted({cidr for place in here.approval.places for cidr in place.cidrs})
    return GroupUser(
        names.backup_user(here.approval.id), GroupUserArgs(scope, cidrs, boundary, here.tags, here.settings.access)
    )


def _scope(here: Here, server: AnalysisServer, stores: Stores) -> pulumi.Output[ServerScope]:
    """The ARNs that policies about the server name."""

    def scope(instance: str, root: str, data: str, key: str) -> ServerScope:
        volume = f"arn:aws:ec2:{here.region}:{here.account}:volume/{root}"
        return ServerScope(here.approval.id, here.account, here.region, instance, (volume, data), key)

    root = server.instance.root_block_device.volume_id
    parts = pulumi.Output.all(server.instance.arn, root, server.volume.arn, stores.key.arn)
    return parts.apply(lambda known: scope(*known))


class Platform:
    """The outputs of the platform's stack."""

    def __init__(self) -> None:
        name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{names.PLATFORM_STACK}"
        self._stack = pulumi.StackReference(name)

    def text(self, output: str) -> pulumi.Output[str]:
        """An output that is one text; the run fails when the platform has none such."""
        return cast("pulumi.Output[str]", self._stack.require_output(output))

    def texts(self, output: str) -> pulumi.Output[list[str]]:
        """An output that is a list of texts."""
        return cast("pulumi.Output[list[str]]", self._stack.require_output(output))


def _data_gb(approval: Approval) -> int:
    """The data disk of the spec, and what was ordered beyond it (FEE-7)."""
    return approval.spec.data_gb + approval.environment.options.extension_tb * GB_PER_TB


def _golden_image(os: str) -> str:
    """The newest of the operator's own images for that system."""
    name = aws.ec2.GetAmiFilterArgs(name="name", values=[IMAGES[os]])
    return aws.ec2.get_ami(owners=["self"], most_recent=True, filters=[name]).id


def _export(
    here: Here,
    network: ClosedVpc,
    stores: Stores,
    server: AnalysisServer,
    desktops: Desktops,
    user: GroupUser,
) -> None:
    pulumi.export("approval", here.approval.id)
    pulumi.export("vpcId", network.vpc.id)
    pulumi.export("cidr", str(here.settings.cidr))
    for tier in network.subnets:
        pulumi.export(f"{tier}SubnetIds", network.subnet_ids(tier))
    pulumi.export("keyArn", stores.key.arn)
    pulumi.export("workBucket", stores.work.id)
    pulumi.export("serverInstanceId", server.instance.id)
    pulumi.export("serverName", server.name)
    pulumi.export("serverPrivateIp", server.instance.private_ip)
    pulumi.export("dataVolumeId", server.volume.id)
    pulumi.export("desktopDirectoryId", desktops.connector.id)
    pulumi.export("registrationCode", desktops.registration.registration_code)
    pulumi.export("workspaces", {handler: desktop.id for handler, desktop in desktops.workspaces.items()})
    pulumi.export("backupUser", user.user.name)
    pulumi.export("backupVault", here.stack)
