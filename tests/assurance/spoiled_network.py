"""Ways to spoil endpoints, the directory's network and the lists that rules name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.assurance.conftest import Site
from tests.assurance.mutations import EVERYWHERE, MUTATIONS, internet_gateway, red, route

NETWORK = MUTATIONS


def _directory_table(site: Site) -> str:
    return str(site.platform["directoryRouteTableId"])


def _directory_group(site: Site) -> str:
    (shown,) = site.client("ds").describe_directories(DirectoryIds=[site.platform["directoryId"]])[
        "DirectoryDescriptions"
    ]
    return str(shown["VpcSettings"]["SecurityGroupId"])


@contextmanager
def ingress(site: Site, group: str, **permission: Any) -> Iterator[None]:
    ec2 = site.client("ec2")
    wanted = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **permission}
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[wanted])["SecurityGroupRules"]
    yield
    ids = [one["SecurityGroupRuleId"] for one in made]
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=ids)


@red("N2")
def the_directory_with_a_gateway(site: Site) -> Iterator[None]:
    with internet_gateway(site, site.platform["vpcId"]):
        yield


@red("N1", "N2", "N7")
def a_way_out_by_the_directory(site: Site) -> Iterator[None]:
    ec2, table = site.client("ec2"), _directory_table(site)
    vpc = [{"Name": "vpc-id", "Values": [site.platform["vpcId"]]}]
    subnet = ec2.describe_subnets(Filters=vpc)["Subnets"][0]["SubnetId"]
    with internet_gateway(site, site.platform["vpcId"]):
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, NatGatewayId=nat)
        yield
        ec2.delete_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE)
        ec2.delete_nat_gateway(NatGatewayId=nat)
        ec2.release_address(AllocationId=address)


@red("N6")
def a_directory_for_everybody(site: Site) -> Iterator[None]:
    with ingress(site, _directory_group(site), IpRanges=[{"CidrIp": EVERYWHERE}]):
        yield


@red("N6")
def a_port_of_the_directory_more(site: Site) -> Iterator[None]:
    port = {"FromPort": 3389, "ToPort": 3389, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    with ingress(site, _directory_group(site), **port):
        yield


@red("N6")
def codes_asked_by_everybody(site: Site) -> Iterator[None]:
    port = {"IpProtocol": "udp", "FromPort": 1812, "ToPort": 1812, "IpRanges": [{"CidrIp": EVERYWHERE}]}
    with ingress(site, site.platform["radiusGroupId"], **port):
        yield


@red("N7")
def the_directory_joined_with_a_stranger(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="192.168.0.0/24")["Vpc"]["VpcId"]
    made = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=site.platform["vpcId"])
    known = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=known)
    yield
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=known)
    ec2.delete_vpc(VpcId=vpc)


@red("N7")
def a_way_back_wider_than_the_environment(site: Site) -> Iterator[None]:
    ec2, table = site.client("ec2"), _directory_table(site)
    (shown,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    peering = next(r["VpcPeeringConnectionId"] for r in shown["Routes"] if "VpcPeeringConnectionId" in r)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.1.0.0/16", VpcPeeringConnectionId=peering)
    yield
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="10.1.0.0/16")


@contextmanager
def endpoint_more(site: Site, service: str, like: str) -> Iterator[None]:
    """One more interface endpoint, just like that of a planned service."""
    ec2, shown = site.client("ec2"), site.endpoint(like)
    made = ec2.create_vpc_endpoint(ServiceName=service, **_same(shown))["VpcEndpoint"]["VpcEndpointId"]
    yield
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])


def _same(shown: dict[str, Any]) -> dict[str, Any]:
    kept = {key: shown[key] for key in ("VpcId", "VpcEndpointType", "SubnetIds", "PrivateDnsEnabled", "PolicyDocument")}
    groups = [group["GroupId"] for group in shown["Groups"]]
    tags = [{"ResourceType": "vpc-endpoint", "Tags": shown["Tags"]}]
    return {**kept, "SecurityGroupIds": groups, "TagSpecifications": tags}


@red("N8")
def an_endpoint_of_another_region(site: Site) -> Iterator[None]:
    with endpoint_more(site, "com.amazonaws.us-east-1.sts", "sts"):
        yield


@red("N8")
def a_second_endpoint_for_a_service(site: Site) -> Iterator[None]:
    with endpoint_more(site, site.endpoint("kms")["ServiceName"], "kms"):
        yield


@red("N8")
def an_endpoint_taken_away(site: Site) -> Iterator[None]:
    ec2, shown = site.client("ec2"), site.endpoint("logs")
    ec2.delete_vpc_endpoints(VpcEndpointIds=[shown["VpcEndpointId"]])
    yield
    ec2.create_vpc_endpoint(ServiceName=shown["ServiceName"], **_same(shown))


@red("N8")
def an_endpoint_among_the_desktops(site: Site) -> Iterator[None]:
    ec2, shown = site.client("ec2"), site.endpoint("sts")
    same = _same(shown)
    known = shown["VpcEndpointId"]
    for subnets in (site.one["desktopsSubnetIds"], same["SubnetIds"]):
        ec2.delete_vpc_endpoints(VpcEndpointIds=[known])
        made = ec2.create_vpc_endpoint(ServiceName=shown["ServiceName"], **{**same, "SubnetIds": subnets})
        known = made["VpcEndpoint"]["VpcEndpointId"]
        if subnets != same["SubnetIds"]:
            yield


@red("N12")
def a_service_offered_to_others(site: Site) -> Iterator[None]:
    ec2, balancers = site.client("ec2"), site.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="192.168.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="192.168.0.0/26")["Subnet"]["SubnetId"]
    made = balancers.create_load_balancer(Name="offer", Type="network", Scheme="internal", Subnets=[subnet])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    offer = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn])["ServiceConfiguration"]
    yield
    ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[offer["ServiceId"]])
    balancers.delete_load_balancer(LoadBalancerArn=arn)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


@red("N6", "S2")
def a_group_named_like_those_of_aws(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    made = ec2.create_security_group(GroupName="d-1_workspacesMembers", Description="-", VpcId=site.one["vpcId"])
    yield
    ec2.delete_security_group(GroupId=made["GroupId"])


@contextmanager
def list_of_blocks(site: Site, *cidrs: str) -> Iterator[str]:
    ec2 = site.client("ec2")
    entries = [{"Cidr": cidr} for cidr in cidrs]
    made = ec2.create_managed_prefix_list(PrefixListName="l", AddressFamily="IPv4", MaxEntries=5, Entries=entries)
    yield made["PrefixList"]["PrefixListId"]
    ec2.delete_managed_prefix_list(PrefixListId=made["PrefixList"]["PrefixListId"])


@red("N6")
def a_rule_for_a_list_of_blocks(site: Site) -> Iterator[None]:
    with (
        list_of_blocks(site, "10.0.0.0/23", "10.1.0.0/16") as known,
        ingress(site, site.group("analysis"), FromPort=22, ToPort=22, PrefixListIds=[{"PrefixListId": known}]),
    ):
        yield


@red("N7")
def a_route_for_a_list_of_blocks(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    (shown,) = ec2.describe_route_tables(RouteTableIds=[site.table("desktops")])["RouteTables"]
    peering = next(r["VpcPeeringConnectionId"] for r in shown["Routes"] if "VpcPeeringConnectionId" in r)
    with (
        list_of_blocks(site, "10.0.2.0/24") as known,
        route(site, "desktops", DestinationPrefixListId=known, VpcPeeringConnectionId=peering),
    ):
        yield


@red("N11")
def names_asked_of_a_server_outside(site: Site) -> Iterator[None]:
    resolver = site.client("route53resolver")
    own = resolver.list_resolver_rules()["ResolverRules"][0]
    made = resolver.create_resolver_rule(
        CreatorRequestId="f",
        Name="more",
        RuleType="FORWARD",
        DomainName="example.com",
        TargetIps=[{"Ip": "192.0.2.53", "Port": 53}],
        ResolverEndpointId=own["ResolverEndpointId"],
    )["ResolverRule"]["Id"]
    pair = {"ResolverRuleId": made, "VPCId": site.one["vpcId"]}
    resolver.associate_resolver_rule(**pair, Name="more")
    yield
    resolver.disassociate_resolver_rule(**pair)
    resolver.delete_resolver_rule(ResolverRuleId=made)
