"""Ways to spoil a closed environment through boto3. Each says which claims must turn red, and undoes itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tests.assurance.conftest import Site

Spoil = Callable[[Site], Iterator[None]]
MUTATIONS: dict[str, tuple[frozenset[str], Callable[[Site], AbstractContextManager[None]]]] = {}
EVERYWHERE = "0.0.0.0/0"


def red(*claims: str) -> Callable[[Spoil], Spoil]:
    """Register a mutation, and the claims that it must turn red: all of them and no other."""

    def register(spoil: Spoil) -> Spoil:
        MUTATIONS[spoil.__name__] = (frozenset(claims), contextmanager(spoil))
        return spoil

    return register


def rule(group: str, egress: bool, **permission: Any) -> Callable[[Site], Iterator[None]]:
    """A rule more in a group of the environment."""

    def spoil(site: Site) -> Iterator[None]:
        ec2, known = site.client("ec2"), site.group(group)
        wanted = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **permission}
        way = "egress" if egress else "ingress"
        made = getattr(ec2, f"authorize_security_group_{way}")(GroupId=known, IpPermissions=[wanted])
        yield
        ids = [each["SecurityGroupRuleId"] for each in made["SecurityGroupRules"]]
        getattr(ec2, f"revoke_security_group_{way}")(GroupId=known, SecurityGroupRuleIds=ids)

    return spoil


def add(name: str, claims: tuple[str, ...], spoil: Spoil) -> None:
    spoil.__name__ = name
    red(*claims)(spoil)


add("egress_to_everywhere", ("N6",), rule("desktops", True, IpRanges=[{"CidrIp": EVERYWHERE}]))
add("egress_to_everywhere_where_s3_is_routed", ("N6",), rule("analysis", True, IpRanges=[{"CidrIp": EVERYWHERE}]))
add("egress_to_everywhere_by_ipv6", ("N6",), rule("analysis", True, Ipv6Ranges=[{"CidrIpv6": "::/0"}]))
add("directory_widened_to_the_platform", ("N6",), rule("analysis", True, IpRanges=[{"CidrIp": "10.0.0.0/16"}]))
add("ssh_from_anywhere", ("N6",), rule("analysis", False, FromPort=22, ToPort=22, IpRanges=[{"CidrIp": EVERYWHERE}]))
add(
    "all_traffic_inside_to_the_server",
    ("N6",),  # the ACLs still hold
    rule("analysis", False, IpProtocol="-1", FromPort=-1, ToPort=-1, IpRanges=[{"CidrIp": "10.0.0.0/8"}]),
)


@contextmanager
def acl_entry(site: Site, tier: str, egress: bool, cidr: str, *ports: int, outputs: Any = None) -> Iterator[None]:
    """An entry before all others; without ports it lets everything through."""
    ec2, known = site.client("ec2"), site.acl(tier, outputs)["NetworkAclId"]
    entry = {"NetworkAclId": known, "RuleNumber": 5, "Egress": egress}
    span = {"Protocol": "6", "PortRange": {"From": ports[0], "To": ports[-1]}} if ports else {"Protocol": "-1"}
    ec2.create_network_acl_entry(**entry, **span, RuleAction="allow", CidrBlock=cidr)
    yield
    ec2.delete_network_acl_entry(**entry)


@contextmanager
def database_rules(site: Site) -> Iterator[None]:
    ec2, source, target = site.client("ec2"), site.group("desktops"), site.group("analysis")
    port = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
    out = ec2.authorize_security_group_egress(
        GroupId=source, IpPermissions=[{**port, "UserIdGroupPairs": [{"GroupId": target}]}]
    )
    into = ec2.authorize_security_group_ingress(
        GroupId=target, IpPermissions=[{**port, "UserIdGroupPairs": [{"GroupId": source}]}]
    )
    yield
    ids = [r["SecurityGroupRuleId"] for r in out["SecurityGroupRules"]]
    ec2.revoke_security_group_egress(GroupId=source, SecurityGroupRuleIds=ids)
    ids = [r["SecurityGroupRuleId"] for r in into["SecurityGroupRules"]]
    ec2.revoke_security_group_ingress(GroupId=target, SecurityGroupRuleIds=ids)


@red("N6")
def rules_for_a_database_alone(site: Site) -> Iterator[None]:
    with database_rules(site):
        yield


@red("N4", "N6", "N9")
def desktops_reach_a_database(site: Site) -> Iterator[None]:
    inside = site.one["cidr"]
    with (
        database_rules(site),
        acl_entry(site, "desktops", True, inside, 5432),
        acl_entry(site, "analysis", False, inside, 5432),
    ):
        yield


@red("N9")
def an_acl_with_an_entry_more(site: Site) -> Iterator[None]:
    with acl_entry(site, "analysis", True, "10.0.0.0/8"):
        yield


@red("N9")
def answers_that_cannot_come_back(site: Site) -> Iterator[None]:
    ec2, acl = site.client("ec2"), site.acl("desktops")
    last = max(
        (e for e in acl["Entries"] if not e["Egress"] and e["RuleNumber"] < 32767), key=lambda e: e["RuleNumber"]
    )
    known = {"NetworkAclId": acl["NetworkAclId"], "RuleNumber": last["RuleNumber"], "Egress": False}
    ec2.delete_network_acl_entry(**known)
    yield
    entry = {key: last[key] for key in ("Protocol", "RuleAction", "CidrBlock", "PortRange")}
    ec2.create_network_acl_entry(**known, **entry)


@red("N9")
def answers_to_any_private_address(site: Site) -> Iterator[None]:
    with acl_entry(site, "directory", True, EVERYWHERE, 1024, 65535, outputs=_directory(site)):
        yield


def _directory(site: Site) -> dict[str, Any]:
    filters = [{"Name": "vpc-id", "Values": [site.platform["vpcId"]]}]
    subnets = site.client("ec2").describe_subnets(Filters=filters)["Subnets"]
    return {"directorySubnetIds": [subnet["SubnetId"] for subnet in subnets]}


@red("N9")
def the_default_acl_opened(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    filters = [{"Name": "vpc-id", "Values": [site.one["vpcId"]]}, {"Name": "default", "Values": ["true"]}]
    (acl,) = ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
    entry = {"NetworkAclId": acl["NetworkAclId"], "RuleNumber": 100, "Egress": False}
    ec2.create_network_acl_entry(**entry, Protocol="-1", RuleAction="allow", CidrBlock=EVERYWHERE)
    yield
    ec2.delete_network_acl_entry(**entry)


@red("N5", "N9")
def a_subnet_under_the_acl_of_another_tier(site: Site) -> Iterator[None]:
    ec2, own, other = site.client("ec2"), site.acl("analysis"), site.acl("endpoints")
    subnet = site.one["analysisSubnetIds"][0]
    joined = next(a for a in own["Associations"] if a["SubnetId"] == subnet)["NetworkAclAssociationId"]
    made = ec2.replace_network_acl_association(AssociationId=joined, NetworkAclId=other["NetworkAclId"])
    yield
    ec2.replace_network_acl_association(AssociationId=made["NewAssociationId"], NetworkAclId=own["NetworkAclId"])


@contextmanager
def internet_gateway(site: Site, vpc: str = "") -> Iterator[str]:
    ec2, known_vpc = site.client("ec2"), vpc or site.one["vpcId"]
    known = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=known, VpcId=known_vpc)
    yield known
    ec2.detach_internet_gateway(InternetGatewayId=known, VpcId=known_vpc)
    ec2.delete_internet_gateway(InternetGatewayId=known)


@contextmanager
def route(site: Site, tier: str, **way: str) -> Iterator[None]:
    ec2, table = site.client("ec2"), site.table(tier)
    ec2.create_route(RouteTableId=table, **way)
    yield
    to = {key: value for key, value in way.items() if key.startswith("Destination")}
    ec2.delete_route(RouteTableId=table, **to)


@contextmanager
def open_egress(site: Site, group: str, **ranges: Any) -> Iterator[None]:
    permission = ranges or {"IpRanges": [{"CidrIp": EVERYWHERE}]}
    with contextmanager(rule(group, True, **permission))(site):
        yield


@red("N2")
def a_gateway_alone(site: Site) -> Iterator[None]:
    with internet_gateway(site):
        yield


@red("N2", "N7")
def a_gateway_with_a_route(site: Site) -> Iterator[None]:
    with internet_gateway(site) as gateway, route(site, "desktops", DestinationCidrBlock=EVERYWHERE, GatewayId=gateway):
        yield


@red("N1", "N2", "N6", "N7")
def a_nat_gateway_with_route_and_rule(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    subnet = site.one["endpointsSubnetIds"][0]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    with route(site, "analysis", DestinationCidrBlock=EVERYWHERE, NatGatewayId=nat), open_egress(site, "analysis"):
        yield
    ec2.delete_nat_gateway(NatGatewayId=nat)
    ec2.release_address(AllocationId=address)


@red("N1", "N2", "N6", "N7")
def a_public_address_with_gateway_route_and_rule(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    with internet_gateway(site) as gateway:
        made = ec2.allocate_address(Domain="vpc")["AllocationId"]
        server = site.one["serverInstanceId"]
        joined = ec2.associate_address(AllocationId=made, InstanceId=server)["AssociationId"]
        with (
            route(site, "analysis", DestinationCidrBlock=EVERYWHERE, GatewayId=gateway),
            open_egress(site, "analysis"),
        ):
            yield
        ec2.disassociate_address(AssociationId=joined)
        ec2.release_address(AllocationId=made)


@red("N1", "N2", "N6", "N7")
def a_transit_gateway(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    transit = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    subnets = [site.one["analysisSubnetIds"][0]]
    made = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=transit, VpcId=site.one["vpcId"], SubnetIds=subnets
    )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    with (
        route(site, "analysis", DestinationCidrBlock="172.16.0.0/12", TransitGatewayId=transit),
        open_egress(site, "analysis", IpRanges=[{"CidrIp": "172.16.0.0/12"}]),
    ):
        yield
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=made)
    ec2.delete_transit_gateway(TransitGatewayId=transit)


@red("N2")
def a_vpn_gateway(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    known = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=site.one["vpcId"], VpnGatewayId=known)
    yield
    ec2.detach_vpn_gateway(VpcId=site.one["vpcId"], VpnGatewayId=known)
    ec2.delete_vpn_gateway(VpnGatewayId=known)


@red("N2", "N6", "N7")
def an_egress_only_gateway_for_ipv6(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    made = ec2.create_egress_only_internet_gateway(VpcId=site.one["vpcId"])
    known = made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
    with (
        route(site, "desktops", DestinationIpv6CidrBlock="::/0", EgressOnlyInternetGatewayId=known),
        open_egress(site, "desktops", Ipv6Ranges=[{"CidrIpv6": "::/0"}]),
    ):
        yield
    ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=known)


@red("N2")
def subnets_with_public_addresses(site: Site) -> Iterator[None]:
    ec2, subnet = site.client("ec2"), site.one["desktopsSubnetIds"][0]
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    yield
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": False})


@contextmanager
def peering(site: Site) -> Iterator[str]:
    ec2 = site.client("ec2")
    made = ec2.create_vpc_peering_connection(VpcId=site.one["vpcId"], PeerVpcId=site.two["vpcId"])
    known = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=known)
    yield known
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=known)


@red("N7", "S2")
def a_peering_between_approvals(site: Site) -> Iterator[None]:
    with peering(site):
        yield


@red("N6", "N7", "S2")
def a_peering_with_routes_and_rules(site: Site) -> Iterator[None]:
    with way_to_the_neighbour(site):
        yield


@red("N3", "N4", "N6", "N7", "N9", "S2")
def a_peering_with_routes_rules_and_acls(site: Site) -> Iterator[None]:
    with (
        way_to_the_neighbour(site),
        acl_entry(site, "desktops", True, site.two["cidr"], 443),
        acl_entry(site, "analysis", False, "10.0.0.0/8", 443, outputs=site.two),
    ):
        yield


@contextmanager
def way_to_the_neighbour(site: Site) -> Iterator[None]:
    ec2, other = site.client("ec2"), site.group("analysis", site.two)
    port = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    made = ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[port])["SecurityGroupRules"]
    with (
        peering(site) as known,
        route(site, "desktops", DestinationCidrBlock=site.two["cidr"], VpcPeeringConnectionId=known),
        open_egress(site, "desktops", IpRanges=[{"CidrIp": site.two["cidr"]}]),
    ):
        yield
    ids = [r["SecurityGroupRuleId"] for r in made]
    ec2.revoke_security_group_ingress(GroupId=other, SecurityGroupRuleIds=ids)


@red("N5", "N7")
def the_way_to_the_directory_widened(site: Site) -> Iterator[None]:
    ec2, table = site.client("ec2"), site.table("desktops")
    (shown,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    known = next(r for r in shown["Routes"] if "VpcPeeringConnectionId" in r)
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock=known["DestinationCidrBlock"])
    peer = known["VpcPeeringConnectionId"]
    with route(site, "desktops", DestinationCidrBlock="10.0.2.0/23", VpcPeeringConnectionId=peer):
        yield
    ec2.create_route(
        RouteTableId=table, DestinationCidrBlock=known["DestinationCidrBlock"], VpcPeeringConnectionId=peer
    )


@red("N5", "N9")
def a_flow_closed_by_an_acl(site: Site) -> Iterator[None]:
    ec2, acl = site.client("ec2"), site.acl("analysis")
    entry = {"NetworkAclId": acl["NetworkAclId"], "RuleNumber": 5, "Egress": False}
    ports = {"From": 22, "To": 22}
    ec2.create_network_acl_entry(**entry, Protocol="6", RuleAction="deny", CidrBlock=EVERYWHERE, PortRange=ports)
    yield
    ec2.delete_network_acl_entry(**entry)


@red("N5")
def a_rule_taken_away(site: Site) -> Iterator[None]:
    ec2, group = site.client("ec2"), site.group("analysis")
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    ssh = next(r for r in rules if not r["IsEgress"] and r["FromPort"] == 22)
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[ssh["SecurityGroupRuleId"]])
    yield
    pair = {"GroupId": ssh["ReferencedGroupInfo"]["GroupId"]}
    back = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [pair]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[back])


@red("N8", "D4", "S2")
def an_endpoint_for_another_service(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    made = ec2.create_vpc_endpoint(
        VpcId=site.one["vpcId"],
        ServiceName=f"com.amazonaws.{site.aws.region}.execute-api",
        VpcEndpointType="Interface",
        SubnetIds=[site.one["endpointsSubnetIds"][0]],
        SecurityGroupIds=[site.group("endpoints")],
        PrivateDnsEnabled=True,
        PolicyDocument=json.dumps(open_to("*", "*")),
    )["VpcEndpoint"]["VpcEndpointId"]
    yield
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])


@red("N8")
def names_of_endpoints_not_resolved(site: Site) -> Iterator[None]:
    ec2, vpc = site.client("ec2"), site.one["vpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    yield
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})


@red("N4", "N6")
def desktops_get_a_way_to_s3(site: Site) -> Iterator[None]:
    ec2, endpoint = site.client("ec2"), site.endpoint("s3")
    known, table = endpoint["VpcEndpointId"], site.table("desktops")
    lists = ec2.describe_prefix_lists()["PrefixLists"]
    prefix = next(each["PrefixListId"] for each in lists if each["PrefixListName"] == endpoint["ServiceName"])
    ec2.modify_vpc_endpoint(VpcEndpointId=known, AddRouteTableIds=[table])
    with open_egress(site, "desktops", PrefixListIds=[{"PrefixListId": prefix}]):
        yield
    ec2.modify_vpc_endpoint(VpcEndpointId=known, RemoveRouteTableIds=[table])


def open_to(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}
