"""What is claimed of the network of one approval, and the shortest path that speaks against it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.names import AllowedDomains
from provisioning.assurance.network.acls import PlannedAcls, acl_verdict
from provisioning.assurance.network.model import (
    ANALYSIS,
    DESKTOPS,
    DIRECTORY,
    ENDPOINTS,
    HOSTS,
    Endpoint,
    Interface,
    Network,
    Rule,
    Vpc,
)
from provisioning.assurance.network.reach import leaving, named, steps_from, to_service, told, walks
from provisioning.assurance.network.traffic import Span, Spans, spans, within, without
from provisioning.messages import _

INTERNET = Claim("N1", N_("No host of researchers has a path to the internet"), ("2.2.11", "3.1.12"))
GATEWAYS = Claim(
    "N2", N_("The network has no gateway, and nothing in it a public or IPv6 address"), ("2.2.11", "2.2.09")
)
APART = Claim("N3", N_("No host of researchers has a path to another approval"), ("2.2.10", "2.1.14", "2.1.08"))
FLOWS = Claim("N4", N_("Nothing flows but what the table of flows allows"), ("2.2.09", "3.1.12"))
OPEN = Claim("N5", N_("Every flow of the table is possible"), ("2.1.10",))
RULES = Claim("N6", N_("Every rule of a security group is one of the table of flows"), ("2.2.09", "2.4.03"))
ROUTES = Claim("N7", N_("Routes and peerings lead to the directory and nowhere else"), ("2.2.09", "2.2.10"))
SERVICES = Claim("N8", N_("Endpoints are those planned, each with private names and a policy"), ("2.2.09", "3.1.12"))
CLAIMS = (INTERNET, GATEWAYS, APART, FLOWS, OPEN, RULES, ROUTES, SERVICES)


@dataclass(frozen=True)
class PlannedFlow:
    """One line of the table of flows."""

    source: str
    target: str
    protocol: str
    first: int
    last: int

    @property
    def traffic(self) -> Spans:
        return frozenset({Span(self.protocol, self.first, self.last)})


@dataclass(frozen=True)
class Plan:
    """What may be: `services` by their short names, such as `s3`; `acls` tells the entries for a subnet.

    `domains` are the names that may be asked, by region and account.
    """

    flows: tuple[PlannedFlow, ...]
    services: frozenset[str]
    acls: PlannedAcls
    domains: AllowedDomains

    def between(self, source: str, target: str) -> Spans:
        """The planned traffic of two places."""
        found = (f.traffic for f in self.flows if (f.source, f.target) == (source, target))
        return frozenset[Span]().union(*found)


@dataclass(frozen=True)
class View:
    """The network as one approval's claims look at it."""

    network: Network
    plan: Plan
    vpcs: tuple[Vpc, ...]

    @property
    def ids(self) -> set[str]:
        return {vpc.id for vpc in self.vpcs}

    @property
    def endpoints(self) -> list[Endpoint]:
        return [endpoint for vpc in self.vpcs for endpoint in self.network.endpoints_by_vpc.get(vpc.id, ())]

    def inside(self, *places: str) -> list[Interface]:
        """The interfaces of the approval in some places."""
        found = [i for vpc in self.vpcs for i in self.network.interfaces_by_vpc.get(vpc.id, ())]
        return [i for i in found if i.place in places]


def network_verdicts(network: Network, plan: Plan, approval: str) -> list[Verdict]:
    """All claims about the network of one approval."""
    view = View(network, plan, tuple(network.of_approval(approval)))
    hosts = view.inside(*HOSTS)
    return [
        judge(INTERNET, len(hosts), _to_internet(view, hosts)),
        judge(GATEWAYS, len(view.vpcs), _gateways(view)),
        judge(APART, len(hosts), _to_others(view, hosts, approval)),
        _only_flows(view, hosts),
        judge(OPEN, len(plan.flows), _closed_flows(view)),
        _rules(view),
        _routes(view),
        _services(view),
        acl_verdict(network, plan.acls, approval),
    ]


def _to_internet(view: View, hosts: Sequence[Interface]) -> Iterator[str]:
    for host in hosts:
        for here, way in walks(view.network, host):
            out = leaving(view.network, here) if here.place in HOSTS else None
            if out is not None:
                yield " -> ".join((*way, out))
                break


def _to_others(view: View, hosts: Sequence[Interface], approval: str) -> Iterator[str]:
    for host in hosts:
        for here, way in walks(view.network, host):
            vpc = view.network.vpc_by_id.get(here.vpc)
            if vpc is None or vpc.approval not in (approval, "platform"):
                whose = vpc.approval if vpc and vpc.approval else here.vpc
                yield " -> ".join((*way, _("which is of {approval}").format(approval=whose)))
                break


def _gateways(view: View) -> Iterator[str]:
    for vpc in view.vpcs:
        for gateway in view.network.gateways_by_vpc.get(vpc.id, ()):
            yield f"{gateway.kind} {gateway.id} -> {gateway.vpc}"
    for vpc in view.vpcs:
        yield from (f"{vpc.id}: IPv6 {cidr}" for cidr in vpc.cidrs if ":" in cidr)
        for interface in view.network.interfaces_by_vpc.get(vpc.id, ()):
            if interface.public:
                yield _("{host} has the public address {address}").format(
                    host=named(interface), address=interface.public
                )
    for subnet in (subnet for vpc in view.vpcs for subnet in view.network.subnets_by_vpc.get(vpc.id, ())):
        if subnet.open_by_default:
            yield _("{subnet} gives public or IPv6 addresses by default").format(subnet=subnet.id)


def _only_flows(view: View, hosts: Sequence[Interface]) -> Verdict:
    against: list[str] = []
    looked = 0
    for host in hosts:
        for step in steps_from(view.network, host):
            looked += 1
            more = without(step.traffic, view.plan.between(host.place, step.target.place))
            if more:
                text = _("{source} reaches {target} by {traffic}, which no flow allows")
                against.append(text.format(source=named(host), target=named(step.target), traffic=told(more)))
        for service, traffic in _gateway_traffic(view, host):
            looked += 1
            more = without(traffic, view.plan.between(host.place, service))
            if more:
                text = _("{source} reaches {target} by {traffic}, which no flow allows")
                against.append(text.format(source=named(host), target=service, traffic=told(more)))
    return judge(FLOWS, looked, against)


def _gateway_traffic(view: View, host: Interface) -> Iterator[tuple[str, Spans]]:
    for endpoint in view.network.endpoints_by_vpc.get(host.vpc, ()):
        if endpoint.gateway:
            traffic = to_service(view.network, host, endpoint)
            if traffic:
                yield endpoint.service.rpartition(".")[2], traffic


def _closed_flows(view: View) -> Iterator[str]:
    possible: dict[tuple[str, str], Spans] = {}
    for host in view.inside(*HOSTS):
        for step in steps_from(view.network, host):
            pair = (host.place, step.target.place)
            possible[pair] = possible.get(pair, frozenset()) | step.traffic
        for service, traffic in _gateway_traffic(view, host):
            pair = (host.place, service)
            possible[pair] = possible.get(pair, frozenset()) | traffic
    for flow in view.plan.flows:
        missing = without(flow.traffic, possible.get((flow.source, flow.target), frozenset()))
        if missing:
            text = _("{source} cannot reach {target} by {traffic}")
            yield text.format(source=flow.source, target=flow.target, traffic=told(missing))


def _rules(view: View) -> Verdict:
    """Rules of the groups that AWS itself makes for directories are not ours; N4 judges what they let through."""
    network = view.network
    places = _places_of_groups(view)
    lists = {e.prefix_list: e.service.rpartition(".")[2] for e in view.endpoints if e.gateway}
    own = [
        rule
        for vpc in view.vpcs
        for group in network.groups_by_vpc.get(vpc.id, ())
        for rule in network.rules_by_group.get(group.id, ())
        if not _made_by_aws(view, rule)
    ]
    against = [
        _("{rule} of {group} ({way}) speaks of {traffic} with {peer}, which no flow does").format(
            rule=rule.id, group=rule.group, way="egress" if rule.egress else "ingress",
            traffic=told(spans(rule.protocol, rule.first, rule.last)), peer=rule.peer,
        )
        for rule in own
        if not _planned(view, rule, places, lists)
    ]  # fmt: skip
    return judge(RULES, len(own), against)


def _made_by_aws(view: View, rule: Rule) -> bool:
    group = view.network.group_by_id[rule.group]
    return group.managed or group.name.endswith("_workspacesMembers")


def _places_of_groups(view: View) -> dict[str, str]:
    """What a group is for, by what carries it."""
    return {
        group: interface.place for interface in view.inside(DESKTOPS, ANALYSIS, ENDPOINTS) for group in interface.groups
    }


def _planned(view: View, rule: Rule, places: dict[str, str], lists: dict[str, str]) -> bool:
    own = places.get(rule.group, "")
    peer = places.get(rule.peer) or lists.get(rule.peer) or ""
    if not rule.peer.startswith(("sg-", "pl-")):
        blocks = [c for s in view.network.directory_subnets for c in view.network.subnet_by_id[s].cidrs]
        peer = DIRECTORY if _covered(rule.peer, blocks) else ""
    pair = (own, peer) if rule.egress else (peer, own)
    return not without(spans(rule.protocol, rule.first, rule.last), view.plan.between(*pair))


def _covered(peer: str, blocks: Sequence[str]) -> bool:
    """Whether a block lies in the smallest block around the directory's subnets, itself made of them alone."""
    v4 = [ipaddress.IPv4Network(cidr) for cidr in blocks if ":" not in cidr]
    return any(within(peer, str(joined)) for joined in ipaddress.collapse_addresses(v4))


def _routes(view: View) -> Verdict:
    network = view.network
    platform = {vpc.id for vpc in network.of_approval("platform")}
    blocks = [c for s in network.directory_subnets for c in network.subnet_by_id[s].cidrs]
    peerings = list({p.id: p for vpc in view.vpcs for p in network.peerings_by_vpc.get(vpc.id, ())}.values())
    against = [
        _("{peering} joins {one} with {other}").format(peering=p.id, one=p.ends[0], other=p.ends[1])
        for p in peerings
        if not set(p.ends) <= view.ids | platform
    ]
    good = {p.id for p in peerings if set(p.ends) <= view.ids | platform}
    looked = len(peerings)
    for table in (table for vpc in view.vpcs for table in network.tables_by_vpc.get(vpc.id, ())):
        for route in table.routes:
            looked += 1
            to_directory = route.target in good and _covered(route.destination, blocks)
            if route.target != "local" and not route.target.startswith("vpce-") and not to_directory:
                text = _("{table} sends {to} to {target}")
                against.append(text.format(table=table.id, to=route.destination, target=route.target))
    return judge(ROUTES, looked, against)


def _services(view: View) -> Verdict:
    own = view.endpoints
    against = []
    for endpoint in own:
        short = endpoint.service.rpartition(".")[2]
        if not endpoint.service.startswith("com.amazonaws.") or short not in view.plan.services:
            against.append(_("{endpoint} leads to {service}").format(endpoint=endpoint.id, service=endpoint.service))
        if not endpoint.gateway and not endpoint.private_dns:
            against.append(_("{endpoint} has no private names").format(endpoint=endpoint.id))
        if not endpoint.policy:
            against.append(_("{endpoint} has no policy").format(endpoint=endpoint.id))
    for vpc in view.vpcs:
        if vpc.dns != (True, True):
            against.append(_("{vpc} does not resolve private names of endpoints").format(vpc=vpc.id))
    return judge(SERVICES, len(own), against)
