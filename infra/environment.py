"""What one approval gets: a closed network, desktops, an analysis server, a bucket and a key of its own."""

from __future__ import annotations

from typing import cast

import pulumi
import pulumi_aws as aws

from infra.acls import environment_cidrs
from infra.components.acls import Acls, AclsArgs
from infra.components.analysis_server import AnalysisServer, AnalysisServerArgs
from infra.components.desktops import Desktops, DesktopsArgs
from infra.components.endpoints import Endpoints, EndpointsArgs
from infra.components.firewall import Groups, GroupsArgs, Rules, RulesArgs
from infra.components.keys import KeyArgs, OwnKey
from infra.components.logging import NetworkLogs, NetworkLogsArgs
from infra.components.network import ClosedVpc, DirectoryPath, DirectoryPathArgs, VpcArgs
from infra.components.roles import AnalysisRole, AnalysisRoleArgs
from infra.components.storage import BucketArgs, PrivateBucket
from infra.flows import GROUPS, Place
from infra.network_plan import environment_subnets
from infra.settings import DIRECTORY_DOMAIN, EnvironmentSettings
from infra.tags import environment_tags
from provisioning.approvals import names
from provisioning.approvals.model import Approval

GB_PER_TB = 1000
IMAGES = {"windows": "hic-analysis-windows-*", "ubuntu": "hic-analysis-ubuntu-*"}


def environment(settings: EnvironmentSettings) -> None:
    """Declare the environment of one approval and export what people and commands need of it."""
    approval = settings.approval
    account = aws.get_caller_identity().account_id
    region = aws.get_region().region
    tags = environment_tags(approval)
    stack = f"hic-{approval.id.lower()}"
    platform = Platform()

    key = OwnKey(stack, KeyArgs(approval.id, account, region, tags))
    work = PrivateBucket(
        "work",
        # HIC-22: with the environment, all that was made in it is destroyed.
        BucketArgs(names.work_bucket(approval.id, account), key.arn, tags, destroy_with_objects=True),
    )
    network = ClosedVpc(stack, VpcArgs(str(settings.cidr), environment_subnets(settings.cidr, region), tags))
    DirectoryPath(
        f"{stack}-directory",
        DirectoryPathArgs(
            vpc_id=network.vpc.id,
            cidr=str(settings.cidr),
            route_tables={tier: network.route_tables[tier] for tier in ("desktops", "analysis")},
            platform_vpc_id=platform.text("vpcId"),
            platform_route_table_id=platform.text("directoryRouteTableId"),
            tags=tags,
        ),
    )
    Acls(
        stack,
        AclsArgs(
            vpc=network.vpc,
            subnet_ids={place: network.subnet_ids(place) for place in GROUPS},
            cidrs=environment_cidrs(str(settings.cidr)),
            tags=tags,
        ),
    )
    logs = NetworkLogsArgs(network.vpc.id, platform.text("trailBucketArn"), platform.text("queryLogId"), tags)
    NetworkLogs(stack, logs)
    groups = Groups(stack, GroupsArgs(network.vpc.id, tags))
    endpoints = Endpoints(
        stack,
        EndpointsArgs(
            region=region,
            account=account,
            vpc_id=network.vpc.id,
            route_table_id=network.route_tables["analysis"].id,
            subnet_ids=network.subnet_ids("endpoints"),
            group_id=groups.ids[Place.ENDPOINTS],
            share_bucket=platform.text("shareBucket"),
            work_bucket=work.id,
            table_arn=platform.text("recordTableArn"),
            tags=tags,
        ),
    )
    Rules(stack, RulesArgs(groups.ids, endpoints.prefix_lists, tags))
    role = AnalysisRole(
        f"{stack}-analysis",
        AnalysisRoleArgs(
            region=region,
            approval_id=approval.id,
            share_bucket=platform.text("shareBucket"),
            work_bucket=work.id,
            table_arn=platform.text("recordTableArn"),
            key_arn=key.arn,
            platform_key_arn=platform.text("keyArn"),
            vpc_id=network.vpc.id,
            tags=tags,
        ),
    )
    server = AnalysisServer(
        f"{stack}-analysis",
        AnalysisServerArgs(
            image=settings.image or _golden_image(approval.environment.os),
            instance_type=approval.spec.instance_type,
            data_gb=_data_gb(approval),
            subnet_id=network.subnet_ids("analysis")[0],
            group_ids=[groups.ids[Place.ANALYSIS]],
            profile=role.profile.name,
            key_arn=key.arn,
            tags=tags,
        ),
    )
    desktops = Desktops(
        f"{stack}-desktops",
        DesktopsArgs(
            domain=DIRECTORY_DOMAIN,
            dns_ips=platform.texts("directoryDnsIps"),
            password=settings.directory_password,
            vpc_id=network.vpc.id,
            subnet_ids=network.subnet_ids("desktops"),
            group_id=groups.ids[Place.DESKTOPS],
            key_arn=key.arn,
            bundle=settings.bundle,
            places=approval.places,
            handlers=approval.handlers,
            tags=tags,
        ),
    )
    _export(settings, network, key, work, server, desktops)


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
    settings: EnvironmentSettings,
    network: ClosedVpc,
    key: OwnKey,
    work: PrivateBucket,
    server: AnalysisServer,
    desktops: Desktops,
) -> None:
    pulumi.export("approval", settings.approval.id)
    pulumi.export("vpcId", network.vpc.id)
    pulumi.export("cidr", str(settings.cidr))
    for tier in network.subnets:
        pulumi.export(f"{tier}SubnetIds", network.subnet_ids(tier))
    pulumi.export("keyArn", key.arn)
    pulumi.export("workBucket", work.id)
    pulumi.export("serverInstanceId", server.instance.id)
    pulumi.export("serverName", server.name)
    pulumi.export("serverPrivateIp", server.instance.private_ip)
    pulumi.export("dataVolumeId", server.volume.id)
    pulumi.export("desktopDirectoryId", desktops.connector.id)
    pulumi.export("registrationCode", desktops.registration.registration_code)
    pulumi.export("workspaces", {handler: desktop.id for handler, desktop in desktops.workspaces.items()})
