"""Network ACLs, made from the table of flows: one list of entries per tier, each flow both ways. Pure.

An ACL keeps no memory of connections, so each flow needs an entry for its answers too. An ACL
names addresses only; which host behind them may speak is a matter of the security groups.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from infra.flows import CONNECTOR_FLOWS, FLOWS, Flow, Place
from infra.network_plan import DIRECTORY, ENVIRONMENTS, TIER_PREFIX, TIERS

# Where answers go: what Windows (49152..65535) and Linux (32768..60999) take for their own end of a connection.
EPHEMERAL = (32768, 65535)
# AWS takes 20 entries for each direction, and counts its own last ones for IPv4 and IPv6 among them.
MOST_ENTRIES = 18
PUBLIC = "0.0.0.0/0"
# Gateway endpoints are reached by the public addresses of their services, which no ACL can name.
GATEWAYS = (Place.S3, Place.DYNAMODB)
PROTOCOLS = {"tcp": "6", "udp": "17"}
Cidrs = Mapping[Place, str]


@dataclass(frozen=True)
class Entry:
    """One entry. `protocol` is a number, -1 for all of them; then the ports are 0."""

    egress: bool
    number: int
    allow: bool
    protocol: str
    first: int
    last: int
    cidr: str


@dataclass(frozen=True)
class _Line:
    egress: bool
    protocol: str
    first: int
    last: int
    cidr: str
    allow: bool = True


def environment_cidrs(network: str) -> dict[Place, str]:
    """The block of each tier of an environment, and of the directory. `network` is the environment's own."""
    blocks = ipaddress.IPv4Network(network).subnets(new_prefix=TIER_PREFIX)
    tiers = {Place(tier): str(block) for tier, block in zip(TIERS, blocks, strict=False)}
    return {**tiers, Place.DIRECTORY: str(DIRECTORY)}


def platform_cidrs() -> dict[Place, str]:
    """As the directory sees it: its own block, and every environment as one."""
    return {place: str(ENVIRONMENTS) for place in (Place.DESKTOPS, Place.ANALYSIS)} | {Place.DIRECTORY: str(DIRECTORY)}


def acl_entries(tier: Place, cidrs: Cidrs) -> tuple[Entry, ...]:
    """The entries of one tier's ACL, those of either direction numbered in the order in which they are asked."""
    flows = (*FLOWS, *CONNECTOR_FLOWS)
    lines = [line for flow in flows for line in _lines(tier, flow, cidrs)]
    if tier is Place.DIRECTORY:
        # The domain controllers copy from each other on many ports.
        lines += [_Line(egress, "-1", 0, 0, cidrs[tier]) for egress in (True, False)]
    lines += _through_gateways(tier, flows)
    return (*_numbered(lines, egress=False), *_numbered(lines, egress=True))


def _lines(tier: Place, flow: Flow, cidrs: Cidrs) -> Iterator[_Line]:
    protocol = PROTOCOLS[flow.protocol]
    source, target = _tier(flow.source), _tier(flow.target)
    if source is tier and target in cidrs:
        yield _Line(True, protocol, flow.first, flow.last, cidrs[target])
        yield _Line(False, protocol, *EPHEMERAL, cidrs[target])
    if target is tier and source in cidrs:
        yield _Line(False, protocol, flow.first, flow.last, cidrs[source])
        yield _Line(True, protocol, *EPHEMERAL, cidrs[source])


def _tier(place: Place) -> Place:
    """Connectors stand in the subnets of the desktops."""
    return Place.DESKTOPS if place is Place.CONNECTOR else place


def _through_gateways(tier: Place, flows: Iterable[Flow]) -> list[_Line]:
    """The way to public addresses, after everything private is closed: it is for gateway endpoints alone."""
    ports = {(f.protocol, f.first, f.last) for f in flows if _tier(f.source) is tier and f.target in GATEWAYS}
    if not ports:
        return []
    closed = [_Line(egress, "-1", 0, 0, str(ENVIRONMENTS), allow=False) for egress in (True, False)]
    out = [_Line(True, PROTOCOLS[protocol], first, last, PUBLIC) for protocol, first, last in sorted(ports)]
    back = [_Line(False, PROTOCOLS[protocol], *EPHEMERAL, PUBLIC) for protocol in sorted({p for p, _f, _l in ports})]
    return [*closed, *out, *back]


def _numbered(lines: Iterable[_Line], *, egress: bool) -> Iterator[Entry]:
    """Each line once, in order; numbers leave room, so that an operator can put one between in an emergency."""
    own = dict.fromkeys(line for line in lines if line.egress is egress)
    for number, line in enumerate(own, 1):
        yield Entry(egress, number * 10, line.allow, line.protocol, line.first, line.last, line.cidr)
