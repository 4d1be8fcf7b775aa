"""Traffic as spans, and paths over networks that moto cannot hold: made by changing what was read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.assurance.network.model import AclEntry, Gateway, Route, Rule
from provisioning.assurance.network.traffic import ALL, Span, meet, overlap, spans, through_acl, within, without
from tests.assurance.conftest import Site

port = st.integers(0, 65535)
some = st.frozensets(
    st.builds(lambda p, a, b: Span(p, min(a, b), max(a, b)), st.sampled_from(["tcp", "udp"]), port, port), max_size=4
)


def holds(traffic: frozenset[Span], protocol: str, number: int) -> bool:
    return any(s.protocol == protocol and s.first <= number <= s.last for s in traffic)


@given(some, some, st.sampled_from(["tcp", "udp"]), port)
def test_spans_are_sets_of_ports(one: frozenset[Span], other: frozenset[Span], protocol: str, number: int) -> None:
    a, b = holds(one, protocol, number), holds(other, protocol, number)
    assert holds(meet(one, other), protocol, number) is (a and b)
    assert holds(without(one, other), protocol, number) is (a and not b)


def test_protocols_by_number_and_blocks() -> None:
    assert spans("-1", -1, -1) == ALL
    assert spans("6", 22, 22) == {Span("tcp", 22, 22)}
    assert {s.protocol for s in spans("47", 0, 0)} == {"other"}
    assert within("10.0.0.1", "10.0.0.0/8")
    assert not within("10.0.0.0/8", "10.0.0.0/9")
    assert not overlap("::/0", "0.0.0.0/0")


def entry(number: int, allow: bool, cidr: str, protocol: str = "-1", first: int = -1, last: int = -1) -> AclEntry:
    return AclEntry(number, True, allow, protocol, first, last, cidr)


def test_the_first_entry_that_fits_decides() -> None:
    deny_ssh = entry(1, False, "10.0.0.0/8", "6", 22, 22)
    allow_all = entry(2, True, "0.0.0.0/0")
    assert not holds(through_acl([deny_ssh, allow_all], True, "10.1.1.1"), "tcp", 22)
    assert holds(through_acl([allow_all, deny_ssh], True, "10.1.1.1"), "tcp", 22)
    # A denial of a part does not close the whole.
    assert holds(through_acl([deny_ssh, allow_all], True, "0.0.0.0/0"), "tcp", 22)
    assert through_acl([], True, "10.1.1.1") == frozenset()


def failed(site: Site, **changes: Any) -> set[str]:
    stand = replace(site.untouched, network=replace(site.untouched.network, **changes))
    return {verdict.claim.id for verdict in site.prove(stand).failed}


def test_ipv6_addresses_are_gateways_in_waiting(site: Site) -> None:
    network = site.untouched.network
    vpcs = tuple(
        replace(vpc, cidrs=(*vpc.cidrs, "2001:db8::/56")) if vpc.approval == site.approval else vpc
        for vpc in network.vpcs
    )
    assert failed(site, vpcs=vpcs) == {"N2"}


def test_a_carrier_gateway(site: Site) -> None:
    gateway = Gateway("cagw-1", "carrier gateway", site.one["vpcId"])
    assert failed(site, gateways=(*site.untouched.network.gateways, gateway)) == {"N2"}


@pytest.mark.parametrize("target", ["lgw-1", "arn:aws:networkmanager::1:core-network/c", "eni-9", "vgw-1"])
def test_routes_that_lead_out(site: Site, target: str) -> None:
    network = site.untouched.network
    tables = tuple(
        replace(t, routes=(*t.routes, Route("10.0.0.0/24", target))) if t.vpc == site.one["vpcId"] else t
        for t in network.tables
    )
    assert failed(site, tables=tables) >= {"N1", "N7"}


def test_a_missing_policy_of_an_endpoint(site: Site) -> None:
    network = site.untouched.network
    endpoints = tuple(
        replace(e, policy="") if e.vpc == site.one["vpcId"] and e.service.endswith(".s3") else e
        for e in network.endpoints
    )
    assert failed(site, endpoints=endpoints) == {"N8", "D4", "P6"}


def test_a_list_that_cannot_be_read_may_hold_anything(site: Site) -> None:
    """What is on a list of others, or on an empty one, is not known: it speaks of everybody."""
    network = site.untouched.network
    desktops, server = site.group("desktops"), site.group("analysis")
    known = next(iter(network.aws_lists))
    for peer, more in (("pl-of-somebody", {"N4"}), (known, set())):
        rules = (
            *network.rules,
            Rule("sgr-1", desktops, True, "tcp", 22, 23, peer),
            Rule("sgr-2", server, False, "tcp", 22, 23, peer),
        )
        acls = tuple(replace(acl, entries=(*OPEN, *acl.entries)) for acl in network.acls)
        assert failed(site, rules=rules, acls=acls) == {"N6", "N9", *more}


OPEN = tuple(AclEntry(1, egress, True, "-1", -1, -1, "10.0.0.0/8") for egress in (True, False))


def test_a_directory_passes_on_what_it_is_asked(site: Site) -> None:
    """Where the neighbour lets the directory in, there is a way to it that no route of ours shows."""
    network = site.untouched.network
    rule = Rule("sgr-1", site.group("analysis", site.two), False, "-1", -1, -1, "10.0.0.0/23")
    acls = tuple(replace(acl, entries=(*OPEN, *acl.entries)) for acl in network.acls)
    assert failed(site, rules=(*network.rules, rule), acls=acls) == {"N3", "N9"}


@pytest.mark.parametrize("tier", ["desktops", "directory"])
def test_a_route_for_a_list_is_judged_and_stops_nothing(site: Site, tier: str) -> None:
    """Through a peering that is right, to a list whose blocks nobody shows."""
    network = site.untouched.network
    peering = next(p for p in network.peerings if site.one["vpcId"] in p.ends)
    vpc = site.one["vpcId"] if tier == "desktops" else site.platform["vpcId"]
    tables = tuple(
        replace(t, routes=(*t.routes, Route("pl-1", peering.id))) if t.vpc == vpc else t for t in network.tables
    )
    assert failed(site, tables=tables) == {"N7"}


def test_an_interface_endpoint_instead_of_a_gateway(site: Site) -> None:
    network = site.untouched.network
    endpoints = tuple(
        replace(e, gateway=False, private_dns=True) if e.vpc == site.one["vpcId"] and e.service.endswith(".s3") else e
        for e in network.endpoints
    )
    assert "N8" in failed(site, endpoints=endpoints)


def test_nothing_looked_at_is_nothing_shown(site: Site) -> None:
    interfaces = tuple(i for i in site.untouched.network.interfaces if i.vpc != site.one["vpcId"])
    assert failed(site, interfaces=interfaces) >= {"N1", "N3", "N4", "N5"}
