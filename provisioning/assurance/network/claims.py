"""What is claimed of the network of one approval, and the shortest path that speaks against it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.items import PLATFORM
from provisioning.assurance.network.acls import acl_verdict
from provisioning.assurance.network.model import (
    ANALYSIS,
    DESKTOPS,
    DIRECTORY,
    ENDPOINTS,
    HOSTS,
    PASSING_ON,
    Interface,
    Network,
    Rule,
)
from provisioning.assurance.network.plan import Plan, View
from provisioning.assurance.network.platform import (
    Looked,
    PlatformFindings,
    gateways_of,
    joins,
    no_flow,
    platform_findings,
    sends,
)
from provisioning.assurance.network.reach import leaving, named, steps_from, to_service, walks
from provisioning.assurance.network.services import offers_verdict, services_verdict
from provisioning.assurance.network.traffic import Spans, spans, told, within, without
from provisioning.messages import _

INTERNET = Claim("N1", N_("No host of researchers has a path to the internet"), ("2.2.11", "3.1.12"))
GATEWAYS = Claim(
    "N2",
    N_("Neither the network nor the directory's has a gateway, a public or an IPv6 address"),
    ("2.2.11", "2.2.09"),
)
APART = Claim("N3", N_("No host of researchers has a path to another approval"), ("2.2.10", "2.1.14", "2.1.08"))
FLOWS = Claim("N4", N_("Nothing flows but what the table of flows allows"), ("2.2.09", "3.1.12"))
OPEN = Claim("N5", N_("Every flow of the table is possible"), ("2.1.10",))
RULES = Claim("N6", N_("Every rule of a security group is one of the table of flows"), ("2.2.09", "2.4.03"))
ROUTES = Claim(
    "N7", N_("Routes and peerings join approvals with the directory and lead nowhere else"), ("2.2.09", "2.2.10")
)


def network_verdicts(
    network: Network, plan: Plan, approval: str, platform: PlatformFindings | None = None
) -> list[Verdict]:
    """All claims about the network of one approval, and the platform's that it has a way to.

    `platform` is what was found of the latter, when many approvals are judged.
    """
    view = View(network, plan, tuple(network.of_approval(approval)))
    below = platform or platform_findings(network, plan)
    hosts = view.inside(*HOSTS)
    return [
        judge(INTERNET, len(hosts), _to_internet(view, hosts)),
        _with(GATEWAYS, len(view.vpcs), tuple(gateways_of(network, view.vpcs)), below.gateways),
        judge(APART, len(hosts), _to_others(view, hosts, approval)),
        _only_flows(view, hosts),
        judge(OPEN, len(plan.flows), _closed_flows(view)),
        _rules(view, below.rules),
        _routes(view, below.routes),
        services_verdict(view),
        acl_verdict(network, plan.acls, approval),
        offers_verdict(network),
    ]


def _to_internet(view: View, hosts: Sequence[Interface]) -> Iterator[str]:
    for host in hosts:
        for here, way in walks(view.network, host):
            out = leaving(view.network, here) if here.place in PASSING_ON else None
            if out is not None:
                yield " -> ".join((*way, out))
                break


def _to_others(view: View, hosts: Sequence[Interface], approval: str) -> Iterator[str]:
    for host in hosts:
        for here, way in walks(view.network, host):
            vpc = view.network.vpc_by_id.get(here.vpc)
            if vpc is None or vpc.approval not in (approval, PLATFORM):
                whose = vpc.approval if vpc and vpc.approval else here.vpc
                yield " -> ".join((*way, _("which is of {approval}").format(approval=whose)))
                break


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


def _rules(view: View, platform: Looked) -> Verdict:
    """Rules of the groups that AWS itself makes for directories are not ours; N4 judges what they let through."""
    network = view.network
    places = _places_of_groups(view)
    lists = {e.prefix_list: e.service.rpartition(".")[2] for e in view.endpoints if e.gateway}
    own = [
        rule
        for vpc in view.vpcs
        for group in network.groups_by_vpc.get(vpc.id, ())
        for rule in network.rules_by_group.get(group.id, ())
        if not group.managed
    ]
    against = [no_flow(rule) for rule in own if not _planned(view, rule, places, lists)]
    return _with(RULES, len(own), against, platform)


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
    if peer.startswith("pl-"):
        return False  # a list whose blocks were not shown
    v4 = [ipaddress.IPv4Network(cidr) for cidr in blocks if ":" not in cidr]
    return any(within(peer, str(joined)) for joined in ipaddress.collapse_addresses(v4))


def _routes(view: View, platform: Looked) -> Verdict:
    network = view.network
    allowed = view.ids | {vpc.id for vpc in network.of_approval(PLATFORM)}
    blocks = [c for s in network.directory_subnets for c in network.subnet_by_id[s].cidrs]
    peerings = list({p.id: p for vpc in view.vpcs for p in network.peerings_by_vpc.get(vpc.id, ())}.values())
    against = [joins(p) for p in peerings if not set(p.ends) <= allowed]
    good = {p.id for p in peerings if set(p.ends) <= allowed}
    looked = len(peerings)
    for table in (table for vpc in view.vpcs for table in network.tables_by_vpc.get(vpc.id, ())):
        for route in table.routes:
            looked += 1
            to_directory = route.target in good and _covered(route.destination, blocks)
            if route.target != "local" and not route.target.startswith("vpce-") and not to_directory:
                against.append(sends(table, route))
    return _with(ROUTES, looked, against, platform)


def _with(claim: Claim, looked: int, against: Sequence[str], platform: Looked) -> Verdict:
    """The approval's own part of a claim and the platform's. Without the first there is nothing to claim of."""
    return judge(claim, looked and looked + platform.count, (*against, *platform.against))
