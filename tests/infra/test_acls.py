"""The entries of network ACLs: each flow and its answers pass, and between tiers nothing else does."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.acls import EPHEMERAL, MOST_ENTRIES, acl_entries, environment_cidrs, platform_cidrs
from infra.flows import CONNECTOR_FLOWS, FLOWS, GROUPS, Flow, Place
from infra.network_plan import LAST_NETWORK, environment_network, environment_subnets
from provisioning.assurance.network.traffic import Span, meet, through_acl, within, without
from provisioning.environments.verification import planned_acl

NETWORK = "10.7.0.0/21"
NEIGHBOUR = "10.8.0.0/16"
CIDRS = environment_cidrs(NETWORK)
TIERS = (*GROUPS, Place.DIRECTORY)
SUBNETS = {place: CIDRS[place] for place in TIERS}
NETWORKS = {place: "10.0.0.0/16" if place is Place.DIRECTORY else NETWORK for place in TIERS}


def passing(source: Place, target: Place) -> frozenset[Span]:
    """What the ACLs of both tiers let through."""
    out, into = (planned_acl(NETWORKS[place], SUBNETS[place]) or () for place in (source, target))
    return meet(through_acl(out, True, SUBNETS[target]), through_acl(into, False, SUBNETS[source]))


def _tier(place: Place) -> Place:
    return Place.DESKTOPS if place is Place.CONNECTOR else place


def planned(source: Place, target: Place) -> frozenset[Span]:
    """What the table asks for: the flows one way, and the answers to those of the other way."""
    flows = [*FLOWS, *CONNECTOR_FLOWS]
    asked = {Span(f.protocol, f.first, f.last) for f in flows if (_tier(f.source), f.target) == (source, target)}
    answers = {Span(f.protocol, *EPHEMERAL) for f in flows if (_tier(f.source), f.target) == (target, source)}
    return frozenset(asked | answers)


@pytest.mark.parametrize(("source", "target"), [pair for pair in product(TIERS, TIERS) if pair[0] != pair[1]])
def test_between_tiers_exactly_the_flows_and_their_answers_pass(source: Place, target: Place) -> None:
    assert without(passing(source, target), planned(source, target)) == frozenset()
    assert without(planned(source, target), passing(source, target)) == frozenset()


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_flow_to_a_gateway_passes_and_is_answered(flow: Flow) -> None:
    if flow.target in SUBNETS:
        assert flow.target not in (Place.S3, Place.DYNAMODB)
        return
    entries = planned_acl(NETWORK, SUBNETS[flow.source]) or ()
    service = "52.219.0.0/20"
    assert through_acl(entries, True, service) == {Span(flow.protocol, flow.first, flow.last)}
    assert through_acl(entries, False, service) == {Span(flow.protocol, *EPHEMERAL)}


@pytest.mark.parametrize("tier", GROUPS)
def test_nothing_passes_to_or_from_a_neighbour(tier: Place) -> None:
    entries = planned_acl(NETWORK, SUBNETS[tier]) or ()
    for peer in (NEIGHBOUR, "10.0.2.0/23", "10.0.128.0/17"):
        assert through_acl(entries, True, peer) == through_acl(entries, False, peer) == frozenset()


def test_what_needs_no_gateway_has_no_way_to_public_addresses() -> None:
    for tier in (Place.DESKTOPS, Place.ENDPOINTS, Place.DIRECTORY):
        entries = planned_acl(NETWORKS[tier], SUBNETS[tier]) or ()
        assert (
            through_acl(entries, True, "52.219.0.0/20") == through_acl(entries, False, "52.219.0.0/20") == frozenset()
        )


def test_entries_stay_within_what_aws_takes() -> None:
    for tier, cidrs in [*((tier, CIDRS) for tier in GROUPS), (Place.DIRECTORY, platform_cidrs())]:
        for egress in (True, False):
            own = [entry for entry in acl_entries(tier, cidrs) if entry.egress is egress]
            assert 0 < len(own) <= MOST_ENTRIES
            assert [entry.number for entry in own] == [10 * n for n in range(1, len(own) + 1)]


@given(st.integers(1, LAST_NETWORK))
def test_every_subnet_lies_in_the_block_of_its_tier_alone(n: int) -> None:
    network = environment_network(n)
    cidrs = environment_cidrs(str(network))
    for subnet in environment_subnets(network, "ap-northeast-1"):
        assert [place for place, cidr in cidrs.items() if within(subnet.cidr, cidr)] == [Place(subnet.tier)]


def test_a_subnet_that_nobody_planned_has_no_acl() -> None:
    assert planned_acl(NETWORK, "10.7.250.0/24") is None
