"""The network of an account, read by describe calls alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from provisioning.assurance.network import model
from provisioning.assurance.network.traffic import block, within
from provisioning.assurance.reading import APPROVAL_TAG, Facts, each, listed, tags_of
from provisioning.aws.sessions import Aws

OVER = ("deleted", "deleting", "rejected", "expired", "failed", "terminated", "detached", "shutting-down")
TARGETS = (
    *("GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "TransitGatewayId", "VpcPeeringConnectionId"),
    *("NetworkInterfaceId", "InstanceId", "CarrierGatewayId", "LocalGatewayId", "CoreNetworkArn"),
)
# To what an endpoint leads: a service, or another account's resource or network of services.
LEADS_TO = ("ServiceName", "ResourceConfigurationArn", "ServiceNetworkArn", "VpcEndpointType")
# What a network is made of and carries tags: the call, where its answer lists them, and their id.
PARTS = {
    "vpcs": ("Vpcs", "VpcId"),
    "subnets": ("Subnets", "SubnetId"),
    "route_tables": ("RouteTables", "RouteTableId"),
    "network_acls": ("NetworkAcls", "NetworkAclId"),
    "security_groups": ("SecurityGroups", "GroupId"),
    "vpc_endpoints": ("VpcEndpoints", "VpcEndpointId"),
    "vpc_peering_connections": ("VpcPeeringConnections", "VpcPeeringConnectionId"),
}


Blocks = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class PrefixLists:
    """Lists that AWS keeps of its own addresses, and the blocks of those that we or others keep."""

    of_aws: frozenset[str]
    blocks: Blocks


def read_network(aws: Aws, facts: Facts) -> model.Network:
    """Everything of the network, with the places of interfaces as `facts` of servers and desktops tell."""
    ec2 = aws.client("ec2")
    shown = {call: listed(ec2, f"describe_{call}", key) for call, (key, _id) in PARTS.items()}
    subnets = tuple(_subnet(raw) for raw in shown["subnets"])
    lists = _prefix_lists(ec2)
    endpoints = _endpoints(ec2, shown["vpc_endpoints"])
    managed = {group for directory in facts.directories for group in directory.groups}
    of_desktops = {raw.get("WorkspaceSecurityGroupId") for raw in (one.raw for one in facts.registrations)}
    own = tuple(directory for directory in facts.directories if directory.kind != "ADConnector")
    return model.Network(
        vpcs=tuple(each(partial(_vpc, ec2), shown["vpcs"])),
        subnets=subnets,
        tables=tuple(_table(raw, lists.blocks) for raw in shown["route_tables"]),
        acls=tuple(_acl(raw) for raw in shown["network_acls"]),
        groups=tuple(
            model.Group(g["GroupId"], g["GroupName"], g.get("VpcId", ""), g["GroupId"] in managed | of_desktops)
            for g in shown["security_groups"]
        ),
        rules=tuple(
            rule
            for raw in listed(ec2, "describe_security_group_rules", "SecurityGroupRules")
            for rule in _rules(raw, lists.blocks)
        ),
        interfaces=(
            *_interfaces(ec2, endpoints, facts, managed, {s.id: s for s in subnets}),
            *_desktops(facts, subnets),
        ),
        endpoints=endpoints,
        peerings=tuple(_peerings(shown["vpc_peering_connections"])),
        gateways=tuple(_gateways(ec2)),
        directory_subnets=frozenset(subnet for directory in own for subnet in directory.subnets),
        tags={raw[PARTS[call][1]]: tags_of(raw) for call, parts in shown.items() for raw in parts},
        region=aws.region,
        aws_lists=lists.of_aws,
        directory_servers=frozenset(address for directory in own for address in directory.servers),
        offers=tuple(
            raw["ServiceName"]
            for raw in listed(ec2, "describe_vpc_endpoint_service_configurations", "ServiceConfigurations")
            if str(raw.get("ServiceState", "")).lower() not in OVER
        ),
    )


def _vpc(ec2: Any, raw: Mapping[str, Any]) -> model.Vpc:
    v4 = [a["CidrBlock"] for a in raw.get("CidrBlockAssociationSet", ())] or [raw["CidrBlock"]]
    v6 = [a["Ipv6CidrBlock"] for a in raw.get("Ipv6CidrBlockAssociationSet", ()) if _associated(a)]
    approval = tags_of(raw).get(APPROVAL_TAG, "")
    dns = (False, False)
    if approval:  # one call each; those of others are not asked for
        answers = {
            name: ec2.describe_vpc_attribute(VpcId=raw["VpcId"], Attribute=name)
            for name in ("enableDnsSupport", "enableDnsHostnames")
        }
        dns = (
            answers["enableDnsSupport"]["EnableDnsSupport"]["Value"],
            answers["enableDnsHostnames"]["EnableDnsHostnames"]["Value"],
        )
    return model.Vpc(raw["VpcId"], (*v4, *v6), approval, dns)


def _associated(raw: Mapping[str, Any]) -> bool:
    return str(raw.get("Ipv6CidrBlockState", {}).get("State", "associated")) == "associated"


def _subnet(raw: Mapping[str, Any]) -> model.Subnet:
    v6 = [a["Ipv6CidrBlock"] for a in raw.get("Ipv6CidrBlockAssociationSet", ()) if _associated(a)]
    by_default = raw.get("MapPublicIpOnLaunch") or raw.get("AssignIpv6AddressOnCreation")
    return model.Subnet(raw["SubnetId"], raw["VpcId"], (raw["CidrBlock"], *v6), bool(by_default))


def _table(raw: Mapping[str, Any], blocks: Blocks) -> model.RouteTable:
    associations = raw.get("Associations", ())
    return model.RouteTable(
        raw["RouteTableId"],
        raw["VpcId"],
        any(a.get("Main") for a in associations),
        frozenset(a["SubnetId"] for a in associations if a.get("SubnetId")),
        tuple(one for route in raw["Routes"] if route.get("State") != "blackhole" for one in _routes(route, blocks)),
    )


def _routes(raw: Mapping[str, Any], blocks: Blocks) -> Iterator[model.Route]:
    """A route; for a list of ours one for each of its blocks."""
    destination = (
        raw.get("DestinationCidrBlock") or raw.get("DestinationIpv6CidrBlock") or raw["DestinationPrefixListId"]
    )
    target = next(str(raw[key]) for key in TARGETS if raw.get(key))
    yield from (model.Route(one, target) for one in blocks.get(destination) or (destination,))


def _acl(raw: Mapping[str, Any]) -> model.Acl:
    entries = sorted(raw["Entries"], key=lambda entry: int(entry["RuleNumber"]))
    return model.Acl(
        raw["NetworkAclId"],
        raw["VpcId"],
        raw["IsDefault"],
        frozenset(a["SubnetId"] for a in raw["Associations"]),
        tuple(_entry(entry) for entry in entries),
    )


def _entry(raw: Mapping[str, Any]) -> model.AclEntry:
    ports = raw.get("PortRange", {})
    return model.AclEntry(
        int(raw["RuleNumber"]),
        raw["Egress"],
        raw["RuleAction"] == "allow",
        str(raw["Protocol"]),
        int(ports.get("From", -1)),
        int(ports.get("To", -1)),
        raw.get("CidrBlock") or raw["Ipv6CidrBlock"],
    )


def _rules(raw: Mapping[str, Any], blocks: Blocks) -> Iterator[model.Rule]:
    """A rule; for a list of ours one for each of its blocks."""
    peer = (
        raw.get("CidrIpv4")
        or raw.get("CidrIpv6")
        or raw.get("PrefixListId")
        or raw.get("ReferencedGroupInfo", {}).get("GroupId")
    )
    for one in blocks.get(str(peer)) or (str(peer),):
        yield model.Rule(
            raw["SecurityGroupRuleId"],
            raw["GroupId"],
            raw["IsEgress"],
            str(raw["IpProtocol"]),
            int(raw.get("FromPort", -1)),
            int(raw.get("ToPort", -1)),
            one,
        )


def _prefix_lists(ec2: Any) -> PrefixLists:
    shown = listed(ec2, "describe_managed_prefix_lists", "PrefixLists")
    ours = [raw["PrefixListId"] for raw in shown if raw["OwnerId"] != "AWS"]

    def entries(known: str) -> tuple[str, ...]:
        found = listed(ec2, "get_managed_prefix_list_entries", "Entries", PrefixListId=known)
        return tuple(entry["Cidr"] for entry in found)

    of_aws = frozenset(raw["PrefixListId"] for raw in shown if raw["OwnerId"] == "AWS")
    return PrefixLists(of_aws, dict(zip(ours, each(entries, ours), strict=True)))


def _endpoints(ec2: Any, shown: list[Any]) -> tuple[model.Endpoint, ...]:
    lists = {raw["PrefixListName"]: raw for raw in listed(ec2, "describe_prefix_lists", "PrefixLists")}
    return tuple(
        model.Endpoint(
            raw["VpcEndpointId"],
            raw["VpcId"],
            str(next(raw[key] for key in LEADS_TO if raw.get(key))),
            raw["VpcEndpointType"] == "Gateway",
            frozenset(raw.get("RouteTableIds", ())),
            frozenset(raw.get("NetworkInterfaceIds", ())),
            frozenset(group["GroupId"] for group in raw.get("Groups", ())),
            bool(raw.get("PrivateDnsEnabled")),
            raw.get("PolicyDocument", ""),
            lists.get(raw.get("ServiceName", ""), {}).get("PrefixListId", ""),
            tuple(lists.get(raw.get("ServiceName", ""), {}).get("Cidrs", ())),
            frozenset(raw.get("SubnetIds", ())),
        )
        for raw in shown
        if str(raw.get("State", "")).lower() not in OVER
    )


def _interfaces(
    ec2: Any,
    endpoints: tuple[model.Endpoint, ...],
    facts: Facts,
    managed: set[str],
    subnets: Mapping[str, model.Subnet],
) -> Iterator[model.Interface]:
    endpoint_of = {interface: endpoint for endpoint in endpoints for interface in endpoint.interfaces}
    elastic = {
        raw["NetworkInterfaceId"]: raw["PublicIp"]
        for raw in ec2.describe_addresses()["Addresses"]
        if raw.get("NetworkInterfaceId")
    }
    desktops = {desktop.address: desktop.id for desktop in facts.desktops if desktop.address}
    for raw in listed(ec2, "describe_network_interfaces", "NetworkInterfaces"):
        groups = frozenset(group["GroupId"] for group in raw["Groups"])
        server = str(raw.get("Attachment", {}).get("InstanceId") or "")
        address = raw["PrivateIpAddress"]
        known = raw["NetworkInterfaceId"]
        public = raw.get("Association", {}).get("PublicIp") or facts.public.get(server) or elastic.get(known, "")
        if known in endpoint_of:
            # The stand-in for AWS shows the groups at the endpoint alone.
            place, owner = model.ENDPOINTS, endpoint_of[known].id
            groups = endpoint_of[known].groups or groups
        elif server:
            place, owner = model.ANALYSIS, server
        elif groups & managed:
            place, owner = model.DIRECTORY, ""
        elif address in desktops:
            place, owner = model.DESKTOPS, desktops[address]
        else:
            place, owner = model.OTHER, ""
        addresses = [p["PrivateIpAddress"] for p in raw.get("PrivateIpAddresses", ())] or [address]
        addresses += [p["Ipv6Address"] for p in raw.get("Ipv6Addresses", ())]
        at = tuple(_inside(address, subnets.get(raw["SubnetId"])) for address in addresses)
        yield model.Interface(known, raw["VpcId"], raw["SubnetId"], groups, at, str(public), place, owner)


def _inside(address: str, subnet: model.Subnet | None) -> str:
    """The address; where the stand-in for AWS shows one outside its own subnet, one of the subnet."""
    if subnet is None or ":" in address or any(within(address, cidr) for cidr in subnet.cidrs):
        return address
    return str(block(subnet.cidrs[0])[11])


def _desktops(facts: Facts, subnets: tuple[model.Subnet, ...]) -> Iterator[model.Interface]:
    """A desktop in each subnet where desktops may be placed: those that stand, and those still to come."""
    by_id = {subnet.id: subnet for subnet in subnets}
    for registration in facts.registrations:
        for subnet in (by_id[known] for known in registration.subnets if known in by_id):
            addresses = tuple(str(block(cidr)[10]) for cidr in subnet.cidrs)
            name = f"{registration.id}/{subnet.id}"
            groups = frozenset(registration.groups)
            yield model.Interface(name, subnet.vpc, subnet.id, groups, addresses, "", model.DESKTOPS, registration.id)


def _peerings(shown: list[Any]) -> Iterator[model.Peering]:
    for raw in shown:
        state = raw["Status"]["Code"]
        if state not in OVER:
            ends = (raw["RequesterVpcInfo"]["VpcId"], raw["AccepterVpcInfo"].get("VpcId", "?"))
            yield model.Peering(raw["VpcPeeringConnectionId"], ends, state == "active")


def _gateways(ec2: Any) -> Iterator[model.Gateway]:
    for raw in listed(ec2, "describe_internet_gateways", "InternetGateways"):
        for attached in raw["Attachments"]:
            yield model.Gateway(raw["InternetGatewayId"], "internet gateway", attached["VpcId"])
    for raw in listed(ec2, "describe_egress_only_internet_gateways", "EgressOnlyInternetGateways"):
        for attached in raw["Attachments"]:
            kind = "egress-only internet gateway"
            yield model.Gateway(raw["EgressOnlyInternetGatewayId"], kind, attached["VpcId"])
    for raw in listed(ec2, "describe_nat_gateways", "NatGateways"):
        if raw["State"] not in OVER:
            yield model.Gateway(raw["NatGatewayId"], "NAT gateway", raw["VpcId"])
    for raw in listed(ec2, "describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments"):
        if raw["State"] not in OVER:
            yield model.Gateway(raw["TransitGatewayId"], "transit gateway", raw["VpcId"])
    for raw in ec2.describe_vpn_gateways()["VpnGateways"]:
        for attached in raw.get("VpcAttachments", ()):
            if attached["State"] not in OVER:
                yield model.Gateway(raw["VpnGatewayId"], "VPN gateway", attached["VpcId"])
    for raw in listed(ec2, "describe_carrier_gateways", "CarrierGateways"):
        yield model.Gateway(raw["CarrierGatewayId"], "carrier gateway", raw["VpcId"])
