"""VPC endpoints."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, unless_gone
from provisioning.offline.handlers.ec2_tags import (
    arn,
    find_by_tags,
    settle_tags,
    shown_tags,
    specification,
    tag_filters,
)

_LISTS = {"routeTableIds": "RouteTableIds", "subnetIds": "SubnetIds", "securityGroupIds": "SecurityGroupIds"}
_CHANGES = {
    "routeTableIds": ("AddRouteTableIds", "RemoveRouteTableIds"),
    "subnetIds": ("AddSubnetIds", "RemoveSubnetIds"),
    "securityGroupIds": ("AddSecurityGroupIds", "RemoveSecurityGroupIds"),
}


@handler
class VpcEndpoint(Handler):
    """A gateway or interface endpoint. moto needs the type said, or it cannot delete it."""

    type = "aws:ec2/vpcEndpoint:VpcEndpoint"
    replace = frozenset({"vpcId", "serviceName", "vpcEndpointType"})

    def create(self, calls: Calls, inputs: Values) -> str:
        lists = {name: inputs[key] for key, name in _LISTS.items() if inputs.get(key)}
        made = calls.ec2.create_vpc_endpoint(
            VpcId=inputs["vpcId"],
            ServiceName=inputs["serviceName"],
            VpcEndpointType=inputs.get("vpcEndpointType", "Gateway"),
            **present(PolicyDocument=inputs.get("policy"), PrivateDnsEnabled=inputs.get("privateDnsEnabled")),
            **lists,
            **specification("vpc-endpoint", inputs),
        )
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            changes: dict[str, Any] = {}
            for key, (add, remove) in _CHANGES.items():
                wanted, had = set(inputs.get(key) or ()), set(old.get(key) or ())
                changes |= {add: sorted(wanted - had)} if wanted - had else {}
                changes |= {remove: sorted(had - wanted)} if had - wanted else {}
            if inputs.get("policy") is not None:
                changes["PolicyDocument"] = inputs["policy"]
            calls.ec2.modify_vpc_endpoint(VpcEndpointId=id, **changes)
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.ec2.describe_vpc_endpoints(VpcEndpointIds=[id])["VpcEndpoints"]
        if not found or found[0]["State"].lower() in ("deleted", "deleting"):
            return None
        endpoint = found[0]
        shown = {
            "arn": arn(calls, "vpc-endpoint", id),
            "vpcId": endpoint["VpcId"],
            "serviceName": endpoint["ServiceName"],
            "vpcEndpointType": endpoint["VpcEndpointType"],
            "policy": endpoint.get("PolicyDocument"),
            "privateDnsEnabled": endpoint.get("PrivateDnsEnabled", False),
            "routeTableIds": sorted(endpoint.get("RouteTableIds") or []),
            "subnetIds": sorted(endpoint.get("SubnetIds") or []),
            "securityGroupIds": sorted(group["GroupId"] for group in endpoint.get("Groups") or []),
            "networkInterfaceIds": sorted(endpoint.get("NetworkInterfaceIds") or []),
            "state": endpoint["State"],
            "ownerId": endpoint.get("OwnerId", calls.account),
            "prefixListId": _prefix_list(calls, endpoint),
            **shown_tags(endpoint),
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_vpc_endpoints(VpcEndpointIds=[id])

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = tag_filters(inputs, vpc_id=inputs["vpcId"], service_name=inputs["serviceName"])
        return find_by_tags(calls.ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"], "VpcEndpointId", inputs)


def _prefix_list(calls: Calls, endpoint: Values) -> str | None:
    """The addresses of the service behind a gateway endpoint."""
    if endpoint["VpcEndpointType"] != "Gateway":
        return None
    filters = [{"Name": "prefix-list-name", "Values": [endpoint["ServiceName"]]}]
    lists = calls.ec2.describe_managed_prefix_lists(Filters=filters)["PrefixLists"]
    return str(lists[0]["PrefixListId"]) if lists else None
