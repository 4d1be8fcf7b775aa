"""Paths through the network: pure decisions over what stands.

Only the way there is judged, not the answer's way back: a datagram that leaves has left.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from provisioning.assurance.network.model import PASSING_ON, Endpoint, Interface, Network, Route, RouteTable, Rule
from provisioning.assurance.network.traffic import (
    ALL,
    Span,
    Spans,
    block,
    meet,
    overlap,
    spans,
    through_acl,
    told,
    within,
)
from provisioning.messages import _

EVERYWHERE = ("0.0.0.0/0", "::/0")
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
LEAVING = {
    "igw-": "internet gateway",
    "eigw-": "egress-only internet gateway",
    "nat-": "NAT gateway",
    "tgw-": "transit gateway",
    "vgw-": "VPN gateway",
    "cagw-": "carrier gateway",
    "lgw-": "local gateway",
    "arn:aws:networkmanager": "core network",
    "eni-": "an interface that may forward",
    "i-": "an instance that may forward",
}


@dataclass(frozen=True)
class Step:
    """What passes from one interface to another, and how."""

    target: Interface
    traffic: Spans
    way: str


def named(interface: Interface) -> str:
    """An interface in words."""
    return f"{interface.place} {interface.owner or interface.id}"


def passing(network: Network, source: Interface, target: Interface) -> Step | None:
    """What `source` can send to `target`, or None: routes, security groups of both, ACLs of both subnets."""
    best = frozenset[Span]()
    way = ""
    into = _in(network, source, target)
    if not into:  # first, for it is the cheapest to ask of many
        return None
    for address in target.addresses:
        route = _route(network, source, address)
        if route is None or not _leads_to(network, source, route, target, address):
            continue
        traffic = meet(_out(network, source, target, address), into)
        if traffic and source.subnet != target.subnet:
            traffic = meet(traffic, _through_acls(network, source, target, address))
        if len(traffic) > 0:
            best, way = best | traffic, route.target
    return Step(target, best, way) if best else None


def _route(network: Network, source: Interface, address: str) -> Route | None:
    """The most exact route to an address."""
    table = network.table_by_subnet.get(source.subnet)
    fitting = [
        route
        for route in (table.routes if table else ())
        if not route.destination.startswith("pl-") and overlap(route.destination, address)
    ]
    return max(fitting, key=lambda route: block(route.destination).prefixlen, default=None)


def _leads_to(network: Network, source: Interface, route: Route, target: Interface, address: str) -> bool:
    if route.target == "local":
        return source.vpc == target.vpc
    if route.target.startswith("pcx-"):
        peering = network.peering_by_id.get(route.target)
        return (
            peering is not None
            and peering.active
            and source.vpc != target.vpc
            and {source.vpc, target.vpc} == set(peering.ends)
        )
    # What lies behind a transit gateway or a forwarding host is not known; it may be this target.
    return route.target.startswith(("tgw-", "vgw-", "eni-", "i-", "arn:")) and source.vpc != target.vpc


def _rules(network: Network, interface: Interface, egress: bool) -> Iterator[Rule]:
    for group in interface.groups:
        for rule in network.rules_by_group.get(group, ()):
            if rule.egress is egress:
                yield rule


def _speaks_of(network: Network, rule: Rule, other: Interface, addresses: tuple[str, ...]) -> bool:
    if rule.peer.startswith("sg-"):
        return rule.peer in other.groups
    if rule.peer.startswith("pl-"):
        # Lists of ours were read as their blocks. Anything may be on one that could not be.
        return rule.peer not in network.aws_lists
    return any(overlap(rule.peer, address) for address in addresses)


def _out(network: Network, source: Interface, target: Interface, address: str) -> Spans:
    return _joined(rule for rule in _rules(network, source, True) if _speaks_of(network, rule, target, (address,)))


def _in(network: Network, source: Interface, target: Interface) -> Spans:
    return _joined(
        rule for rule in _rules(network, target, False) if _speaks_of(network, rule, source, source.addresses)
    )


def _joined(rules: Iterator[Rule]) -> Spans:
    return frozenset(span for rule in rules for span in spans(rule.protocol, rule.first, rule.last))


def _through_acls(network: Network, source: Interface, target: Interface, address: str) -> Spans:
    out = network.acl_by_subnet.get(source.subnet)
    into = network.acl_by_subnet.get(target.subnet)
    leaving = through_acl(out.entries, True, address) if out else ALL
    entering = frozenset[Span]() if into else ALL
    for own in source.addresses if into else ():
        entering |= through_acl(into.entries, False, own) if into else ALL
    return meet(leaving, entering)


def to_service(network: Network, source: Interface, endpoint: Endpoint) -> Spans:
    """What `source` can send to the service behind a gateway endpoint; empty where its routes have no way there."""
    own = network.table_by_subnet.get(source.subnet)
    if own is None or own.id not in endpoint.tables:
        return frozenset()
    rules = _joined(r for r in _rules(network, source, True) if r.peer == endpoint.prefix_list or _names_public(r.peer))
    acl = network.acl_by_subnet.get(source.subnet)
    if acl is None:
        return rules
    # Where AWS does not tell the service's addresses, it may be any.
    through = (through_acl(acl.entries, True, cidr) for cidr in endpoint.cidrs or EVERYWHERE)
    return meet(rules, frozenset[Span]().union(*through))


def _names_public(peer: str) -> bool:
    return not peer.startswith(("sg-", "pl-")) and not any(within(peer, own) for own in PRIVATE)


def leaving(network: Network, source: Interface) -> str | None:
    """The way by which `source` can send something out of all VPCs, in words; None when there is none."""
    table = network.table_by_subnet.get(source.subnet)
    acl = network.acl_by_subnet.get(source.subnet)
    for route in table.routes if table else ():
        kind = next((words for prefix, words in LEAVING.items() if route.target.startswith(prefix)), None)
        if kind is None or not _can_use(source, route):
            continue
        for rule in _rules(network, source, True):
            if rule.peer.startswith("sg-") or not _meets(rule.peer, route.destination):
                continue
            if table and _goes_elsewhere(network, table, rule.peer, route):
                continue
            traffic = spans(rule.protocol, rule.first, rule.last)
            if acl and not route.destination.startswith("pl-"):
                traffic = meet(traffic, through_acl(acl.entries, True, route.destination))
            if traffic:
                text = _("{rule} of {group} lets {traffic} out to {peer}; {table} sends {to} to {kind} {target}")
                return text.format(
                    rule=rule.id, group=rule.group, traffic=told(traffic), peer=rule.peer,
                    table=table.id if table else "", to=route.destination, kind=kind, target=route.target,
                )  # fmt: skip
    return None


def _goes_elsewhere(network: Network, table: RouteTable, peer: str, route: Route) -> bool:
    """Whether all that a rule speaks of has a more exact route than this one, or an endpoint of its own."""
    if peer.startswith("pl-"):
        return any(e.prefix_list == peer and table.id in e.tables for e in network.endpoints)
    if route.destination.startswith("pl-"):
        return False
    return any(
        within(peer, other.destination) and block(other.destination).prefixlen > block(route.destination).prefixlen
        for other in table.routes
        if not other.destination.startswith("pl-") and other.target != route.target
    )


def _meets(peer: str, destination: str) -> bool:
    """Prefix lists are taken to overlap with everything: what they hold is not ours to say."""
    return peer.startswith("pl-") or destination.startswith("pl-") or overlap(peer, destination)


def _can_use(source: Interface, route: Route) -> bool:
    """An internet gateway serves public IPv4 addresses and any IPv6 address."""
    if not route.target.startswith("igw-"):
        return True
    has_v6 = any(":" in address for address in source.addresses)
    to_v6 = ":" in route.destination
    return (has_v6 and to_v6) or (bool(source.public) and not to_v6)


def steps_from(network: Network, source: Interface) -> tuple[Step, ...]:
    """Everything that `source` can send something to. Kept: every walk from elsewhere may come by here again."""
    found: tuple[Step, ...] | None = network.steps.get(source)
    if found is None:
        found = network.steps[source] = tuple(_steps(network, source))
    return found


def _steps(network: Network, source: Interface) -> Iterator[Step]:
    table = network.table_by_subnet.get(source.subnet)
    vpcs = {source.vpc}
    for route in table.routes if table else ():
        peering = network.peering_by_id.get(route.target)
        if peering is not None:
            vpcs |= set(peering.ends)
        elif route.target.startswith(("tgw-", "vgw-", "eni-", "i-", "arn:")):
            vpcs |= set(network.interfaces_by_vpc)
    for vpc in sorted(vpcs):
        for target in network.interfaces_by_vpc.get(vpc, ()):
            if target.id != source.id:
                step = passing(network, source, target)
                if step is not None:
                    yield step


def walks(network: Network, source: Interface) -> Iterator[tuple[Interface, tuple[str, ...]]]:
    """Every interface that can be reached from `source` by way of hosts and directories, nearest first, and the way."""
    seen = {source.id}
    waiting: deque[tuple[Interface, tuple[str, ...]]] = deque([(source, (named(source),))])
    while waiting:
        here, way = waiting.popleft()
        yield here, way
        if here.place not in PASSING_ON:
            continue  # endpoints pass nothing on
        for step in steps_from(network, here):
            if step.target.id not in seen:
                seen.add(step.target.id)
                via = f"{told(step.traffic)} via {step.way}"
                waiting.append((step.target, (*way, f"{via} to {named(step.target)}")))
