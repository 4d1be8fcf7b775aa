"""The desktops through which researchers reach their analysis server (ENV-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.places import AddressGroup
from infra.tags import Tags, named
from provisioning.approvals.model import Handler

AUTO_STOP_MINUTES = 60


@dataclass(frozen=True)
class DesktopsArgs:
    """`places` are the approved places; `handlers` get a desktop each (HIC-4).

    `ou` is where desktops are put in the directory; `user` is an account of the directory that may join
    computers to it, and no more. While `closed` nobody can log in to a desktop (HIC-18); the desktops
    themselves are kept.
    """

    domain: str
    ou: str
    dns_ips: pulumi.Input[Sequence[str]]
    user: str
    password: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    bundle: str
    places: Sequence[AddressGroup]
    handlers: Sequence[Handler]
    tags: Tags
    closed: bool = False


class Desktops(pulumi.ComponentResource):
    """A connector to the platform's directory, registered for desktops, open to the approved places only."""

    def __init__(self, name: str, args: DesktopsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:desktops:Desktops", name, None, opts)
        self._inside = pulumi.ResourceOptions(parent=self)
        self.connector = self._connector(name, args)
        self.groups = [self._place(name, place, args.tags) for place in args.places]
        self.registration = self._registration(name, args)
        self.workspaces = {handler.id: self._workspace(name, handler, args) for handler in args.handlers}
        self.register_outputs({})

    def _connector(self, name: str, args: DesktopsArgs) -> aws.directoryservice.Directory:
        return aws.directoryservice.Directory(
            name,
            name=args.domain,
            type="ADConnector",
            size="Small",
            password=args.password,
            connect_settings=aws.directoryservice.DirectoryConnectSettingsArgs(
                vpc_id=args.vpc_id,
                subnet_ids=list(args.subnet_ids),
                customer_dns_ips=args.dns_ips,
                customer_username=args.user,
            ),
            tags=named(args.tags, name),
            # AWS could take another account only in a new connector, and every desktop would go with the old one.
            # The console gives a connector that stands its new account or password.
            opts=pulumi.ResourceOptions(
                parent=self,
                additional_secret_outputs=["password"],
                ignore_changes=["password", "connectSettings.customerUsername"],
            ),
        )

    def _place(self, name: str, place: AddressGroup, tags: Tags) -> aws.workspaces.IpGroup:
        """Addresses of one approved place (HIC-1)."""
        label = f"{name}-{place.name}"
        return aws.workspaces.IpGroup(
            label,
            name=label,
            description=f"Approved place {place.place}",
            rules=[aws.workspaces.IpGroupRuleArgs(source=cidr, description=place.place) for cidr in place.cidrs],
            tags=named(tags, label),
            opts=self._inside,
        )

    def _registration(self, name: str, args: DesktopsArgs) -> aws.workspaces.Directory:
        return aws.workspaces.Directory(
            name,
            directory_id=self.connector.id,
            subnet_ids=list(args.subnet_ids),
            ip_group_ids=[group.id for group in self.groups],
            self_service_permissions=aws.workspaces.DirectorySelfServicePermissionsArgs(
                change_compute_type=False,
                increase_volume_size=False,
                rebuild_workspace=False,
                restart_workspace=True,
                switch_running_mode=False,
            ),
            workspace_access_properties=_clients(args.closed),
            workspace_creation_properties=aws.workspaces.DirectoryWorkspaceCreationPropertiesArgs(
                custom_security_group_id=args.group_id,
                default_ou=args.ou,
                enable_internet_access=False,
                enable_maintenance_mode=True,
                user_enabled_as_local_administrator=False,
            ),
            tags=named(args.tags, name),
            opts=self._inside,
        )

    def _workspace(self, name: str, handler: Handler, args: DesktopsArgs) -> aws.workspaces.Workspace:
        label = f"{name}-{handler.id}"
        return aws.workspaces.Workspace(
            label,
            directory_id=self.registration.id,
            bundle_id=args.bundle,
            user_name=handler.id,
            root_volume_encryption_enabled=True,
            user_volume_encryption_enabled=True,
            volume_encryption_key=args.key_arn,
            workspace_properties=aws.workspaces.WorkspaceWorkspacePropertiesArgs(
                running_mode="AUTO_STOP", running_mode_auto_stop_timeout_in_minutes=AUTO_STOP_MINUTES
            ),
            tags=named(args.tags, label),
            # Another bundle is for new desktops; it must not replace one that is in use, with its disks.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["bundleId"]),
        )


def _clients(closed: bool) -> aws.workspaces.DirectoryWorkspaceAccessPropertiesArgs:
    """The client is tested on Windows only (ENV-7); a browser has no device certificate (HIC-8).

    While closed, no kind of client is let in.
    """
    return aws.workspaces.DirectoryWorkspaceAccessPropertiesArgs(
        device_type_windows="DENY" if closed else "ALLOW",
        device_type_android="DENY",
        device_type_chromeos="DENY",
        device_type_ios="DENY",
        device_type_linux="DENY",
        device_type_osx="DENY",
        device_type_web="DENY",
        device_type_zeroclient="DENY",
    )
