"""Sets of traffic as spans of ports per protocol. Where a rule is finer than this, more is taken as possible."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from provisioning.assurance.network.model import AclEntry, Block

PORTS = 65535
KINDS = ("tcp", "udp", "icmp", "other")
NAMES = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmp", "icmpv6": "icmp"}


@dataclass(frozen=True, order=True)
class Span:
    """Ports `first`..`last` of a protocol; protocols without ports have 0..65535."""

    protocol: str
    first: int
    last: int

    def __str__(self) -> str:
        if (self.first, self.last) == (0, PORTS):
            return self.protocol
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.protocol} {ports}"


Spans = frozenset[Span]
ALL: Spans = frozenset(Span(kind, 0, PORTS) for kind in KINDS)


def spans(protocol: str, first: int, last: int) -> Spans:
    """What a rule of a group or an ACL speaks of. Types of ICMP and numbered protocols count as the whole."""
    name = NAMES.get(protocol, protocol)
    if name == "-1":
        return ALL
    if name in ("tcp", "udp"):
        return frozenset({Span(name, 0, PORTS) if first < 0 else Span(name, first, last)})
    return frozenset({Span(name if name == "icmp" else "other", 0, PORTS)})


def told(traffic: Spans) -> str:
    """Traffic in words, the widest first."""
    return ", ".join(str(span) for span in sorted(traffic, key=lambda s: (s.first - s.last, s)))


def meet(one: Spans, other: Spans) -> Spans:
    """What is in both."""
    return frozenset(
        Span(a.protocol, max(a.first, b.first), min(a.last, b.last))
        for a in one
        for b in other
        if a.protocol == b.protocol and max(a.first, b.first) <= min(a.last, b.last)
    )


def without(one: Spans, other: Spans) -> Spans:
    """What is in the first and not in the second."""
    left = set(one)
    for cut in other:
        for span in [s for s in left if s.protocol == cut.protocol and s.first <= cut.last and cut.first <= s.last]:
            left.remove(span)
            if span.first < cut.first:
                left.add(Span(span.protocol, span.first, cut.first - 1))
            if span.last > cut.last:
                left.add(Span(span.protocol, cut.last + 1, span.last))
    return frozenset(left)


@lru_cache(maxsize=65536)
def block(text: str) -> Block:
    """An address or a block as a block."""
    return ipaddress.ip_network(text, strict=False)


def overlap(one: str, other: str) -> bool:
    """Whether two blocks share an address."""
    a, b = block(one), block(other)
    return a.version == b.version and a.overlaps(b)


def within(inner: str, outer: str) -> bool:
    """Whether the first block lies in the second."""
    a, b = block(inner), block(outer)
    first, last = int(a.network_address), int(a.broadcast_address)
    return a.version == b.version and int(b.network_address) <= first and last <= int(b.broadcast_address)


def through_acl(entries: Iterable[AclEntry], egress: bool, peer: str) -> Spans:
    """What an ACL lets through to or from some address of a block. The first entry that fits decides."""
    open_, undecided = frozenset[Span](), ALL
    for entry in entries:
        if entry.egress is not egress or not overlap(entry.cidr, peer):
            continue
        spoken = spans(entry.protocol, entry.first, entry.last)
        if entry.allow:
            open_ |= meet(undecided, spoken)
        if within(peer, entry.cidr) and _whole(entry):
            undecided = without(undecided, spoken)
    return open_


def _whole(entry: AclEntry) -> bool:
    """Whether the entry speaks of all that its spans stand for; a numbered protocol is only a part of `other`."""
    return NAMES.get(entry.protocol, entry.protocol) in ("-1", "tcp", "udp")
