"""The approved places as groups of addresses, and the names that may be asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.domains import allowed_domains
from infra.flows import INTERFACES
from infra.log_policies import LogScope, access_log_delivery, key_for_logs, trail_delivery
from infra.places import MOST_GROUPS, MOST_RULES, address_groups
from infra.policies import document, key_policy, tls_only
from provisioning.approvals.model import Place
from provisioning.errors import BadInput
from provisioning.offline.engine import OfflineEngine
from provisioning.offline.validate import document_mistake
from tests.infra.conftest import APPROVALS, changed_approval, environment_request, platform_request

SCOPE = LogScope("123456789012", "ap-northeast-1", "o-a1b2c3d4e5")


def place(name: str, count: int, first: int = 0) -> Place:
    cidrs = tuple(f"203.0.{n // 250}.{n % 250}/32" for n in range(first, first + count))
    return Place(id=name, name="Room", address="Chiyoda", cidrs=cidrs)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_every_address_is_in_one_group_of_its_place(counts: list[int]) -> None:
    places = [place(f"seat-{n}", count) for n, count in enumerate(counts)]
    groups = address_groups(places)
    assert len({group.name for group in groups}) == len(groups) <= MOST_GROUPS
    assert all(0 < len(group.cidrs) <= MOST_RULES for group in groups)
    for each in places:
        assert [cidr for group in groups if group.place == each.id for cidr in group.cidrs] == list(each.cidrs)


def test_more_places_than_a_directory_takes_are_refused() -> None:
    with pytest.raises(BadInput, match="26 groups of 10 addresses are needed, and a directory takes 25"):
        address_groups([place(f"seat-{n}", 1) for n in range(26)])
    with pytest.raises(BadInput, match="26 groups"):
        address_groups([place("seat", 251)])


def test_addresses_that_desktops_do_not_take_are_named() -> None:
    six = Place(id="lab", name="Lab", address="Chiyoda", cidrs=("2001:db8::/64",))
    with pytest.raises(BadInput, match="2001:db8::/64 of lab is not IPv4"):
        address_groups([six])


def test_too_many_places_stop_the_run_before_anything_is_made(engine: OfflineEngine) -> None:
    engine.up(platform_request())
    seats: list[Any] = [place(f"seat-{n}", 1, n).model_dump(mode="json") for n in range(25)]
    seats += APPROVALS[0].model_dump(mode="json")["places"]
    crowded = changed_approval(APPROVALS[0], places=seats)
    before = engine.plan(environment_request(APPROVALS[0], 1))
    with pytest.raises(BadInput, match="26 groups"):
        engine.up(environment_request(crowded, 1))
    assert [step.op for step in engine.plan(environment_request(APPROVALS[0], 1)).steps] == [s.op for s in before.steps]


def test_the_names_are_those_of_endpoints_and_directory() -> None:
    domains = allowed_domains("ap-northeast-1", "123456789012")
    assert len(set(domains)) == len(domains)
    for service in (*INTERFACES, "s3", "dynamodb"):
        assert f"{service}.ap-northeast-1.amazonaws.com" in domains
    # A wildcard stands only where AWS or the directory answers for every name below it.
    assert {domain for domain in domains if domain.startswith("*")} == {
        "*.hic.internal",
        "*.s3.ap-northeast-1.amazonaws.com",
        "*.ap-northeast-1.compute.internal",
        "*.10.in-addr.arpa",
    }


def test_services_write_logs_for_this_account_and_organisation_alone() -> None:
    for statement in (*trail_delivery(SCOPE, "b"), *access_log_delivery(SCOPE, "b"), *key_for_logs(SCOPE)):
        source = statement["Condition"]["StringEquals"]
        assert source.get("aws:SourceAccount") == "123456789012" or source.get("aws:SourceArn") == SCOPE.trail_arn
        assert set(statement["Principal"]) == {"Service"}
    written = {r for s in trail_delivery(SCOPE, "b") if "s3:PutObject" in s["Action"] for r in s["Resource"]}
    assert written == {"arn:aws:s3:::b/AWSLogs/123456789012/*", "arn:aws:s3:::b/AWSLogs/o-a1b2c3d4e5/*"}
    for text in (tls_only("b", *trail_delivery(SCOPE, "b")), document(*access_log_delivery(SCOPE, "b"))):
        assert document_mistake(text) == ""
    assert document_mistake(key_policy("123456789012", "ap-northeast-1", "platform", *key_for_logs(SCOPE))) == ""


def test_an_organisation_that_cannot_be_is_refused(engine: OfflineEngine) -> None:
    with pytest.raises(BadInput, match="'acme' is not the id of an AWS organisation"):
        engine.up(platform_request(organisationId="acme"))


@pytest.mark.parametrize("servers", ["10.0.2.10", "radius.example.com", "10.0.0.10, 10.1.0.10"])
def test_radius_servers_that_no_connector_reaches_are_refused(engine: OfflineEngine, servers: str) -> None:
    with pytest.raises(BadInput, match=r"is not in the directory's subnets(.|\n)*addresses in 10\.0\.0\.0/23"):
        engine.up(platform_request(radiusServers=servers))


def test_radius_servers_elsewhere_in_the_directorys_subnets(engine: OfflineEngine) -> None:
    engine.up(platform_request(radiusServers="10.0.0.77, 10.0.1.77"))
    (directory,) = engine._calls.ds.describe_directories()["DirectoryDescriptions"]
    assert directory["RadiusSettings"]["RadiusServers"] == ["10.0.0.77", "10.0.1.77"]


def test_a_trail_of_an_organisation(engine: OfflineEngine) -> None:
    engine.up(platform_request(organisationId="o-a1b2c3d4e5", oneTimeCodes="false"))
    shown = engine._calls.cloudtrail.get_trail(Name="hic")["Trail"]
    assert shown["IsOrganizationTrail"] is True
    directories = engine._calls.ds.describe_directories()["DirectoryDescriptions"]
    assert [directory.get("RadiusSettings") or {} for directory in directories] == [{}]
