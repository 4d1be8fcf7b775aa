"""The directory's network, which every approval has a way to: judged once, and counted in each approval's claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from provisioning.assurance.items import PLATFORM
from provisioning.assurance.network.model import Network, Peering, Route, RouteTable, Rule, Vpc
from provisioning.assurance.network.plan import Plan, PlannedRule
from provisioning.assurance.network.reach import named
from provisioning.assurance.network.traffic import spans, told, within, without
from provisioning.messages import _


@dataclass(frozen=True)
class Looked:
    """How many things were looked at, and what speaks against them."""

    count: int
    against: tuple[str, ...]


@dataclass(frozen=True)
class PlatformFindings:
    """What was found of the platform's network, by the claim that it counts in."""

    gateways: Looked
    rules: Looked
    routes: Looked


def platform_findings(network: Network, plan: Plan) -> PlatformFindings:
    """Judge gateways, rules, routes and peerings of the platform."""
    vpcs = network.of_approval(PLATFORM)
    rules = [
        rule
        for vpc in vpcs
        for group in network.groups_by_vpc.get(vpc.id, ())
        for rule in network.rules_by_group.get(group.id, ())
    ]
    against = (text for rule in rules if (text := _unplanned(network, plan.doors, rule)))
    return PlatformFindings(
        Looked(len(vpcs), tuple(gateways_of(network, vpcs))),
        Looked(len(rules), tuple(against)),
        _routes(network, vpcs),
    )


def gateways_of(network: Network, vpcs: Sequence[Vpc]) -> Iterator[str]:
    """Gateways, public addresses and IPv6 in some VPCs."""
    for vpc in vpcs:
        for gateway in network.gateways_by_vpc.get(vpc.id, ()):
            yield f"{gateway.kind} {gateway.id} -> {gateway.vpc}"
    for vpc in vpcs:
        yield from (f"{vpc.id}: IPv6 {cidr}" for cidr in vpc.cidrs if ":" in cidr)
        for interface in network.interfaces_by_vpc.get(vpc.id, ()):
            if interface.public:
                yield _("{host} has the public address {address}").format(
                    host=named(interface), address=interface.public
                )
    for subnet in (subnet for vpc in vpcs for subnet in network.subnets_by_vpc.get(vpc.id, ())):
        if subnet.open_by_default:
            yield _("{subnet} gives public or IPv6 addresses by default").format(subnet=subnet.id)


def no_flow(rule: Rule) -> str:
    """A rule that should not be, in words."""
    return _("{rule} of {group} ({way}) speaks of {traffic} with {peer}, which no flow does").format(
        rule=rule.id,
        group=rule.group,
        way="egress" if rule.egress else "ingress",
        traffic=told(spans(rule.protocol, rule.first, rule.last)),
        peer=rule.peer,
    )


def _unplanned(network: Network, doors: Iterable[PlannedRule], rule: Rule) -> str:
    """What speaks against a rule of the platform; nothing when it is planned, or AWS's own within the network.

    AWS lets its directories send anything anywhere: where that could lead is a matter of the routes.
    """
    group = network.group_by_id[rule.group]
    if group.managed and (rule.egress or _inside(network, group.vpc, rule.peer)):
        return ""
    traffic = spans(rule.protocol, rule.first, rule.last)
    for door in doors:
        same = door.egress is rule.egress and not rule.peer.startswith(("sg-", "pl-"))
        if same and within(rule.peer, door.cidr):
            traffic = without(traffic, spans(door.protocol, door.first, door.last))
    return no_flow(rule) if traffic else ""


def _inside(network: Network, vpc: str, peer: str) -> bool:
    if peer.startswith("sg-"):
        group = network.group_by_id.get(peer)
        return group is not None and group.vpc == vpc
    return not peer.startswith("pl-") and any(within(peer, cidr) for cidr in network.vpc_by_id[vpc].cidrs)


def _routes(network: Network, vpcs: Sequence[Vpc]) -> Looked:
    own = {vpc.id for vpc in vpcs}
    peerings = {p.id: p for vpc in vpcs for p in network.peerings_by_vpc.get(vpc.id, ())}
    against: list[str] = []
    ends: dict[str, Vpc] = {}
    for peering in peerings.values():
        other = _other_end(network, peering, own)
        if other is None:
            against.append(joins(peering))
        else:
            ends[peering.id] = other
    tables = [table for vpc in vpcs for table in network.tables_by_vpc.get(vpc.id, ())]
    for table in tables:
        against += (sends(table, route) for route in table.routes if not _leads_back(route, ends))
    return Looked(len(peerings) + sum(len(table.routes) for table in tables), tuple(against))


def _other_end(network: Network, peering: Peering, own: set[str]) -> Vpc | None:
    """The approval's network that a peering leads to; None when it is of no approval."""
    others = [network.vpc_by_id.get(end) for end in peering.ends if end not in own]
    return others[0] if len(others) == 1 and others[0] and others[0].approval else None


def _leads_back(route: Route, ends: dict[str, Vpc]) -> bool:
    """Whether a route stays inside, or leads to no more than the network of the approval behind its peering."""
    if route.target == "local" or route.target.startswith("vpce-"):
        return True
    other = ends.get(route.target)
    listed = route.destination.startswith("pl-")
    return other is not None and not listed and any(within(route.destination, cidr) for cidr in other.cidrs)


def joins(peering: Peering) -> str:
    """A peering in words."""
    return _("{peering} joins {one} with {other}").format(
        peering=peering.id, one=peering.ends[0], other=peering.ends[1]
    )


def sends(table: RouteTable, route: Route) -> str:
    """A route in words."""
    return _("{table} sends {to} to {target}").format(table=table.id, to=route.destination, target=route.target)
