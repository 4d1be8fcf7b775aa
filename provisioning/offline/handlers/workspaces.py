"""WorkSpaces: registered directories, desktops, and address groups. moto's desktops are entries in a list."""

from __future__ import annotations

from typing import Any

from provisioning.errors import Refused
from provisioning.messages import _
from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import (
    Handler,
    Values,
    handler,
    present,
    tag_dict,
    tag_list,
    unless_gone,
)


@handler
class IpGroup(Handler):
    """The addresses that may reach desktops."""

    type = "aws:workspaces/ipGroup:IpGroup"
    named_by = "name"
    replace = frozenset({"name", "description"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.workspaces.create_ip_group(
            GroupName=inputs["name"],
            UserRules=_address_rules(inputs),
            Tags=tag_list(inputs.get("tags")),
            **present(GroupDesc=inputs.get("description")),
        )
        return str(made["GroupId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            calls.workspaces.update_rules_of_ip_group(GroupId=id, UserRules=_address_rules(inputs))
            calls.workspaces.create_tags(ResourceId=id, Tags=tag_list(inputs.get("tags")))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.workspaces.describe_ip_groups(GroupIds=[id])["Result"]
        if not found:
            return None
        rules = [{"source": r["ipRule"], "description": r.get("ruleDesc", "")} for r in found[0].get("userRules", ())]
        return {"name": found[0]["groupName"], "description": found[0].get("groupDesc", ""), "rules": rules}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.workspaces.delete_ip_group(GroupId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        groups = calls.workspaces.describe_ip_groups()["Result"]
        return next((str(g["groupId"]) for g in groups if g["groupName"] == inputs["name"]), None)


def _address_rules(inputs: Values) -> list[dict[str, str]]:
    return [
        {"ipRule": rule["source"], **present(ruleDesc=rule.get("description"))} for rule in inputs.get("rules") or ()
    ]


_CREATION = {
    "customSecurityGroupId": "CustomSecurityGroupId",
    "defaultOu": "DefaultOu",
    "enableInternetAccess": "EnableInternetAccess",
    "enableMaintenanceMode": "EnableMaintenanceMode",
    "userEnabledAsLocalAdministrator": "UserEnabledAsLocalAdministrator",
}
_SELF_SERVICE = {
    "changeComputeType": "ChangeComputeType",
    "increaseVolumeSize": "IncreaseVolumeSize",
    "rebuildWorkspace": "RebuildWorkspace",
    "restartWorkspace": "RestartWorkspace",
    "switchRunningMode": "SwitchRunningMode",
}
_DEVICES = {
    f"deviceType{key}": f"DeviceType{name}"
    for key, name in {
        **{kind: kind for kind in ("Windows", "Osx", "Web", "Ios", "Android", "Linux")},
        **{"Chromeos": "ChromeOs", "Zeroclient": "ZeroClient"},
    }.items()
}


def _settle_groups(calls: Calls, id: str, wanted: set[str], had: set[str]) -> None:
    if gone := sorted(had - wanted):
        calls.workspaces.disassociate_ip_groups(DirectoryId=id, GroupIds=gone)
    if wanted - had:
        calls.workspaces.associate_ip_groups(DirectoryId=id, GroupIds=sorted(wanted - had))


@handler
class Directory(Handler):
    """A directory registered for desktops."""

    type = "aws:workspaces/directory:Directory"
    replace = frozenset({"directoryId", "tenancy", "workspaceType"})

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.workspaces.register_workspace_directory(
            DirectoryId=inputs["directoryId"],
            Tags=tag_list(inputs.get("tags")),
            **present(
                SubnetIds=inputs.get("subnetIds"),
                Tenancy=inputs.get("tenancy"),
                EnableSelfService=False if inputs.get("selfServicePermissions") else None,
            ),
        )
        return str(inputs["directoryId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if wanted := inputs.get("workspaceCreationProperties"):
            properties = {name: wanted[key] for key, name in _CREATION.items() if key in wanted}
            calls.workspaces.modify_workspace_creation_properties(ResourceId=id, WorkspaceCreationProperties=properties)
        if wanted := inputs.get("selfServicePermissions"):
            flags = {name: "ENABLED" if wanted.get(key) else "DISABLED" for key, name in _SELF_SERVICE.items()}
            calls.workspaces.modify_selfservice_permissions(ResourceId=id, SelfservicePermissions=flags)
        if wanted := inputs.get("workspaceAccessProperties"):
            devices = {name: wanted[key] for key, name in _DEVICES.items() if key in wanted}
            calls.workspaces.modify_workspace_access_properties(ResourceId=id, WorkspaceAccessProperties=devices)
        _settle_groups(calls, id, set(inputs.get("ipGroupIds") or ()), set((old or {}).get("ipGroupIds") or ()))
        if old is not None:
            calls.workspaces.create_tags(ResourceId=id, Tags=tag_list(inputs.get("tags")))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.workspaces.describe_workspace_directories(DirectoryIds=[id])["Directories"]
        if not found or found[0]["State"] != "REGISTERED":
            return None
        directory = found[0]
        tags = tag_dict(calls.workspaces.describe_tags(ResourceId=id)["TagList"])
        creation = directory.get("WorkspaceCreationProperties", {})
        flags = directory.get("SelfservicePermissions", {})
        devices = directory.get("WorkspaceAccessProperties", {})
        shown = {
            "directoryId": id,
            "alias": directory.get("Alias", ""),
            "directoryName": directory["DirectoryName"],
            "directoryType": directory["DirectoryType"],
            "customerUserName": directory.get("CustomerUserName", ""),
            "registrationCode": directory["RegistrationCode"],
            "subnetIds": sorted(directory.get("SubnetIds") or []),
            "dnsIpAddresses": directory.get("DnsIpAddresses", []),
            "iamRoleId": directory.get("IamRoleId", ""),
            "workspaceSecurityGroupId": directory.get("WorkspaceSecurityGroupId", ""),
            "workspaceCreationProperties": {
                key: creation[name] for key, name in _CREATION.items() if creation.get(name) is not None
            },
            "selfServicePermissions": {key: flags.get(name) == "ENABLED" for key, name in _SELF_SERVICE.items()},
            "ipGroupIds": sorted(directory.get("ipGroupIds") or []),
            "workspaceAccessProperties": {
                key: devices[name] for key, name in _DEVICES.items() if devices.get(name) is not None
            },
            "tags": tags,
            "tagsAll": tags,
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        # moto breaks on a directory that is not registered any more.
        if self.find(calls, {"directoryId": id}):
            calls.workspaces.deregister_workspace_directory(DirectoryId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = self.read(calls, inputs["directoryId"], inputs)
        return str(inputs["directoryId"]) if found else None


_PROPERTIES = {
    "runningMode": "RunningMode",
    "runningModeAutoStopTimeoutInMinutes": "RunningModeAutoStopTimeoutInMinutes",
    "rootVolumeSizeGib": "RootVolumeSizeGib",
    "userVolumeSizeGib": "UserVolumeSizeGib",
    "computeTypeName": "ComputeTypeName",
}


@handler
class Workspace(Handler):
    """One person's desktop."""

    type = "aws:workspaces/workspace:Workspace"
    replace = frozenset(
        {
            "bundleId",
            "directoryId",
            "userName",
            "rootVolumeEncryptionEnabled",
            "userVolumeEncryptionEnabled",
            "volumeEncryptionKey",
        }
    )

    def create(self, calls: Calls, inputs: Values) -> str:
        wanted = inputs.get("workspaceProperties") or {}
        answer = calls.workspaces.create_workspaces(
            Workspaces=[
                {
                    "DirectoryId": inputs["directoryId"],
                    "UserName": inputs["userName"],
                    "BundleId": inputs["bundleId"],
                    "WorkspaceProperties": {name: wanted[key] for key, name in _PROPERTIES.items() if key in wanted},
                    "Tags": tag_list(inputs.get("tags")),
                    **present(
                        VolumeEncryptionKey=inputs.get("volumeEncryptionKey"),
                        RootVolumeEncryptionEnabled=inputs.get("rootVolumeEncryptionEnabled"),
                        UserVolumeEncryptionEnabled=inputs.get("userVolumeEncryptionEnabled"),
                    ),
                }
            ]
        )
        if failed := answer["FailedRequests"]:
            reason = failed[0].get("ErrorMessage") or failed[0]["ErrorCode"]
            raise Refused(_("WorkSpaces says: {reason}").format(reason=reason))
        return str(answer["PendingRequests"][0]["WorkspaceId"])

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.workspaces.describe_workspaces(WorkspaceIds=[id])["Workspaces"]
        if not found or found[0]["State"] in ("TERMINATED", "TERMINATING"):
            return None
        workspace = found[0]
        properties = workspace.get("WorkspaceProperties", {})
        shown = {
            "directoryId": workspace["DirectoryId"],
            "userName": workspace["UserName"],
            "bundleId": workspace["BundleId"],
            "state": workspace["State"],
            "ipAddress": workspace.get("IpAddress", ""),
            "computerName": workspace.get("ComputerName", ""),
            "volumeEncryptionKey": workspace.get("VolumeEncryptionKey"),
            "rootVolumeEncryptionEnabled": workspace.get("RootVolumeEncryptionEnabled", False),
            "userVolumeEncryptionEnabled": workspace.get("UserVolumeEncryptionEnabled", False),
            "workspaceProperties": {
                key: properties[name] for key, name in _PROPERTIES.items() if properties.get(name) is not None
            },
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.workspaces.terminate_workspaces(TerminateWorkspaceRequests=[{"WorkspaceId": id}])

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = calls.workspaces.describe_workspaces(DirectoryId=inputs["directoryId"], UserName=inputs["userName"])[
            "Workspaces"
        ]
        alive = [item for item in found if item["State"] not in ("TERMINATED", "TERMINATING")]
        return str(alive[0]["WorkspaceId"]) if alive else None
