"""VPC, subnets, routes and peering."""

from __future__ import annotations

import zlib
from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, unless_gone
from provisioning.offline.handlers.ec2_acl import default_acl
from provisioning.offline.handlers.ec2_tags import (
    arn,
    find_by_tags,
    settle_tags,
    shown_tags,
    specification,
    tag_filters,
)


@handler
class Vpc(Handler):
    """A VPC; DNS host names are off unless asked for."""

    type = "aws:ec2/vpc:Vpc"
    replace = frozenset({"cidrBlock", "instanceTenancy"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.create_vpc(CidrBlock=inputs["cidrBlock"], **specification("vpc", inputs))
        return str(made["Vpc"]["VpcId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        for key, name in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
            value = inputs.get(key, key == "enableDnsSupport")
            calls.ec2.modify_vpc_attribute(VpcId=id, **{name: {"Value": value}})
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        vpc = calls.ec2.describe_vpcs(VpcIds=[id])["Vpcs"][0]
        belonging = [{"Name": "vpc-id", "Values": [id]}]
        groups = calls.ec2.describe_security_groups(
            Filters=[*belonging, {"Name": "group-name", "Values": ["default"]}]
        )["SecurityGroups"]
        tables = calls.ec2.describe_route_tables(
            Filters=[*belonging, {"Name": "association.main", "Values": ["true"]}]
        )["RouteTables"]
        attributes = {
            key: calls.ec2.describe_vpc_attribute(VpcId=id, Attribute=key)[key[0].upper() + key[1:]]["Value"]
            for key in ("enableDnsSupport", "enableDnsHostnames")
        }
        return {
            "arn": arn(calls, "vpc", id),
            "cidrBlock": vpc["CidrBlock"],
            "ownerId": vpc.get("OwnerId", calls.account),
            "instanceTenancy": vpc["InstanceTenancy"],
            "defaultSecurityGroupId": groups[0]["GroupId"] if groups else "",
            "defaultNetworkAclId": default_acl(calls, id),
            "mainRouteTableId": tables[0]["RouteTableId"] if tables else "",
            **attributes,
            **shown_tags(vpc),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_vpc(VpcId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        return find_by_tags(calls.ec2.describe_vpcs(Filters=tag_filters(inputs))["Vpcs"], "VpcId", inputs)


@handler
class Subnet(Handler):
    """A subnet."""

    type = "aws:ec2/subnet:Subnet"
    replace = frozenset({"cidrBlock", "vpcId", "availabilityZone", "availabilityZoneId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.create_subnet(
            VpcId=inputs["vpcId"],
            CidrBlock=inputs["cidrBlock"],
            **present(
                AvailabilityZone=inputs.get("availabilityZone"), AvailabilityZoneId=inputs.get("availabilityZoneId")
            ),
            **specification("subnet", inputs),
        )
        return str(made["Subnet"]["SubnetId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        public = bool(inputs.get("mapPublicIpOnLaunch", False))
        calls.ec2.modify_subnet_attribute(SubnetId=id, MapPublicIpOnLaunch={"Value": public})
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        subnet = calls.ec2.describe_subnets(SubnetIds=[id])["Subnets"][0]
        return {
            "arn": arn(calls, "subnet", id),
            "cidrBlock": subnet["CidrBlock"],
            "vpcId": subnet["VpcId"],
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet["AvailabilityZoneId"],
            "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
            "ownerId": subnet.get("OwnerId", calls.account),
            **shown_tags(subnet),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_subnet(SubnetId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = tag_filters(inputs, vpc_id=inputs["vpcId"], cidr_block=inputs["cidrBlock"])
        return find_by_tags(calls.ec2.describe_subnets(Filters=filters)["Subnets"], "SubnetId", inputs)


@handler
class RouteTable(Handler):
    """A route table without inline routes; those are resources of their own."""

    type = "aws:ec2/routeTable:RouteTable"
    replace = frozenset({"vpcId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.create_route_table(VpcId=inputs["vpcId"], **specification("route-table", inputs))
        return str(made["RouteTable"]["RouteTableId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        table = calls.ec2.describe_route_tables(RouteTableIds=[id])["RouteTables"][0]
        return {"arn": arn(calls, "route-table", id), "vpcId": table["VpcId"], **shown_tags(table)}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_route_table(RouteTableId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = tag_filters(inputs, vpc_id=inputs["vpcId"])
        return find_by_tags(calls.ec2.describe_route_tables(Filters=filters)["RouteTables"], "RouteTableId", inputs)


@handler
class RouteTableAssociation(Handler):
    """A subnet's route table."""

    type = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    replace = frozenset({"subnetId", "routeTableId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.associate_route_table(RouteTableId=inputs["routeTableId"], SubnetId=inputs["subnetId"])
        return str(made["AssociationId"])

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        for table in calls.ec2.describe_route_tables(RouteTableIds=[inputs["routeTableId"]])["RouteTables"]:
            for association in table["Associations"]:
                if association["RouteTableAssociationId"] == id:
                    return {"subnetId": association["SubnetId"], "routeTableId": table["RouteTableId"]}
        return None

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.disassociate_route_table(AssociationId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = [{"Name": "association.subnet-id", "Values": [inputs["subnetId"]]}]
        for table in calls.ec2.describe_route_tables(Filters=filters)["RouteTables"]:
            for association in table["Associations"]:
                if (
                    association.get("SubnetId") == inputs["subnetId"]
                    and table["RouteTableId"] == inputs["routeTableId"]
                ):
                    return str(association["RouteTableAssociationId"])
        return None


@handler
class Route(Handler):
    """One route over a peering connection."""

    type = "aws:ec2/route:Route"
    replace = frozenset({"routeTableId", "destinationCidrBlock"})

    def create(self, calls: Calls, inputs: Values) -> str:
        destination = inputs["destinationCidrBlock"]
        calls.ec2.create_route(
            RouteTableId=inputs["routeTableId"],
            DestinationCidrBlock=destination,
            VpcPeeringConnectionId=inputs["vpcPeeringConnectionId"],
        )
        return f"r-{inputs['routeTableId']}{zlib.crc32(destination.encode())}"

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            calls.ec2.replace_route(
                RouteTableId=inputs["routeTableId"],
                DestinationCidrBlock=inputs["destinationCidrBlock"],
                VpcPeeringConnectionId=inputs["vpcPeeringConnectionId"],
            )

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        tables = calls.ec2.describe_route_tables(RouteTableIds=[inputs["routeTableId"]])["RouteTables"]
        for route in tables[0]["Routes"]:
            if route.get("DestinationCidrBlock") == inputs["destinationCidrBlock"]:
                return {
                    "routeTableId": inputs["routeTableId"],
                    "destinationCidrBlock": route["DestinationCidrBlock"],
                    "vpcPeeringConnectionId": route.get("VpcPeeringConnectionId"),
                    "state": route.get("State", ""),
                    "origin": route.get("Origin", ""),
                }
        return None

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_route(
                RouteTableId=inputs["routeTableId"], DestinationCidrBlock=inputs["destinationCidrBlock"]
            )

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = self.read(calls, "", inputs)
        return f"r-{inputs['routeTableId']}{zlib.crc32(inputs['destinationCidrBlock'].encode())}" if found else None


@handler
class VpcPeeringConnection(Handler):
    """A peering inside one account and region, accepted at once."""

    type = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
    replace = frozenset({"vpcId", "peerVpcId", "peerOwnerId", "peerRegion"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.create_vpc_peering_connection(
            VpcId=inputs["vpcId"],
            PeerVpcId=inputs["peerVpcId"],
            **specification("vpc-peering-connection", inputs),
        )
        return str(made["VpcPeeringConnection"]["VpcPeeringConnectionId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is None and inputs.get("autoAccept"):
            calls.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=id)
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[id])["VpcPeeringConnections"]
        if not found or found[0]["Status"]["Code"] in ("deleted", "deleting"):
            return None
        return {
            "acceptStatus": found[0]["Status"]["Code"],
            "vpcId": found[0]["RequesterVpcInfo"]["VpcId"],
            "peerVpcId": found[0]["AccepterVpcInfo"]["VpcId"],
            **shown_tags(found[0]),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = calls.ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]
        alive = [item for item in found if item["Status"]["Code"] not in ("deleted", "deleting")]
        return find_by_tags(alive, "VpcPeeringConnectionId", inputs)
