"""Managed directories and connectors to them. Nobody can log in to moto's."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, tag_dict, tag_list, unless_gone


@handler
class Directory(Handler):
    """An AWS Managed Microsoft AD, or an AD Connector."""

    type = "aws:directoryservice/directory:Directory"
    replace = frozenset({"name", "password", "shortName", "size", "type", "edition", "vpcSettings", "connectSettings"})

    def create(self, calls: Calls, inputs: Values) -> str:
        common = {
            "Name": inputs["name"],
            "Password": inputs["password"],
            "Tags": tag_list(inputs.get("tags")),
            **present(ShortName=inputs.get("shortName"), Description=inputs.get("description")),
        }
        if inputs.get("type") == "ADConnector":
            settings = inputs["connectSettings"]
            made = calls.ds.connect_directory(
                Size=inputs["size"],
                ConnectSettings={
                    "VpcId": settings["vpcId"],
                    "SubnetIds": settings["subnetIds"],
                    "CustomerDnsIps": settings["customerDnsIps"],
                    "CustomerUserName": settings["customerUsername"],
                },
                **common,
            )
        else:
            settings = inputs["vpcSettings"]
            made = calls.ds.create_microsoft_ad(
                VpcSettings={"VpcId": settings["vpcId"], "SubnetIds": settings["subnetIds"]},
                **present(Edition=inputs.get("edition")),
                **common,
            )
        return str(made["DirectoryId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is None:
            return
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.ds.remove_tags_from_resource(ResourceId=id, TagKeys=gone)
        calls.ds.add_tags_to_resource(ResourceId=id, Tags=tag_list(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.ds.describe_directories(DirectoryIds=[id])["DirectoryDescriptions"]
        if not found:
            return None
        directory = found[0]
        tags = tag_dict(calls.ds.list_tags_for_resource(ResourceId=id)["Tags"])
        connect, vpc = directory.get("ConnectSettings"), directory.get("VpcSettings")
        shown: dict[str, Any] = {
            "name": directory["Name"],
            "type": directory["Type"],
            "shortName": directory.get("ShortName"),
            "size": directory.get("Size"),
            "edition": directory.get("Edition"),
            "alias": directory.get("Alias", id),
            "accessUrl": directory.get("AccessUrl"),
            "tags": tags,
            "tagsAll": tags,
        }
        if directory["Type"] == "ADConnector" and connect:
            shown["connectSettings"] = {
                "vpcId": connect["VpcId"],
                "subnetIds": sorted(connect["SubnetIds"]),
                "customerUsername": connect["CustomerUserName"],
                "customerDnsIps": sorted(inputs.get("connectSettings", {}).get("customerDnsIps", [])),
                "connectIps": connect.get("ConnectIps", []),
            }
            shown["securityGroupId"] = connect.get("SecurityGroupId")
            shown["dnsIpAddresses"] = directory.get("DnsIpAddrs", [])
        elif vpc:
            shown["vpcSettings"] = {"vpcId": vpc["VpcId"], "subnetIds": sorted(vpc["SubnetIds"])}
            shown["securityGroupId"] = vpc.get("SecurityGroupId")
            shown["dnsIpAddresses"] = directory.get("DnsIpAddrs", [])
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ds.delete_directory(DirectoryId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        wanted = inputs.get("tags") or {}
        for directory in calls.ds.describe_directories()["DirectoryDescriptions"]:
            tags = tag_dict(calls.ds.list_tags_for_resource(ResourceId=directory["DirectoryId"])["Tags"])
            if directory["Name"] == inputs["name"] and wanted and tags == wanted:
                return str(directory["DirectoryId"])
        return None


_RADIUS = {
    "authenticationProtocol": "AuthenticationProtocol",
    "displayLabel": "DisplayLabel",
    "radiusPort": "RadiusPort",
    "radiusRetries": "RadiusRetries",
    "radiusServers": "RadiusServers",
    "radiusTimeout": "RadiusTimeout",
    "useSameUsername": "UseSameUsername",
}
_NUMBERS = ("radiusPort", "radiusRetries", "radiusTimeout")


@handler
class RadiusSettings(Handler):
    """A directory's second factor. What it shares with the servers is never shown again."""

    type = "aws:directoryservice/radiusSettings:RadiusSettings"
    replace = frozenset({"directoryId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        self._enable(calls, inputs)
        return str(inputs["directoryId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:  # moto cannot change them in place
            calls.ds.disable_radius(DirectoryId=id)
            self._enable(calls, inputs)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.ds.describe_directories(DirectoryIds=[id])["DirectoryDescriptions"]
        settings = found[0].get("RadiusSettings") if found else None
        if not settings:
            return None
        shown = {key: settings[name] for key, name in _RADIUS.items() if settings.get(name) is not None}
        return {"directoryId": id, **shown}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ds.disable_radius(DirectoryId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        return str(inputs["directoryId"]) if self.read(calls, inputs["directoryId"], inputs) else None

    def _enable(self, calls: Calls, inputs: Values) -> None:
        wanted = {name: inputs[key] for key, name in _RADIUS.items() if key in inputs}
        wanted |= {_RADIUS[key]: int(inputs[key]) for key in _NUMBERS}
        calls.ds.enable_radius(
            DirectoryId=inputs["directoryId"], RadiusSettings={**wanted, "SharedSecret": inputs["sharedSecret"]}
        )
