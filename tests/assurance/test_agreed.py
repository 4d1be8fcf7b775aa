"""What stands is held against the approval, and not against itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from provisioning.approvals.names import backup_user
from provisioning.assurance.agreed import Agreed, agreed_verdicts
from provisioning.assurance.items import Item
from provisioning.assurance.stand import Stand
from provisioning.assurance.verify import prove
from provisioning.environments.verification import agreed_of, plan_of_flows
from tests.assurance.conftest import Site
from tests.assurance.standing import ONE, UNTOUCHED, Change, also, red, without

APPROVED = Agreed(
    frozenset({"203.0.113.0/28", "198.51.100.7/32"}),
    frozenset({"analyst-a", "analyst-b"}),
    "m6i.2xlarge",
    1160.0,
    {"hic:period-end": "2027-01-31", "hic:cost-owner": "an office"},
    (),
)
TAGS = {**APPROVED.tags, "hic:approval": "A-1"}


def item(kind: str, known: str = "x", tags: Any = None, **facts: Any) -> Item:
    return Item(kind, known, "A-1", tags or {}, facts)


def failed(site: Site, items: Iterable[Item], agreed: Agreed | None = APPROVED) -> set[str]:
    stand = Stand("ap-northeast-1", "1", site.untouched.network, (), tuple(items))
    return {verdict.claim.id for verdict in agreed_verdicts(stand, "A-1", agreed) if not verdict.passed}


def good() -> dict[str, Item]:
    places = frozenset({"203.0.113.0/28", "198.51.100.7"})
    return {
        "directory": item("desktop directory", "d-1", TAGS, addresses=places),
        "a": item("desktop", "ws-a", user="analyst-a"),
        "b": item("desktop", "ws-b", user="analyst-b"),
        "server": item("server", "i-1", TAGS, type="m6i.2xlarge"),
        "budget": item("budget", limit=1160.0),
    }


def test_what_was_approved_passes(site: Site) -> None:
    assert failed(site, good().values()) == set()


def test_what_nobody_registered_is_not_shown(site: Site) -> None:
    assert failed(site, good().values(), None) == {"S2", "S5", "S6", "P2", "P4", "P5"}
    assert failed(site, ()) == {"S2", "S5", "S6", "P2", "P4"}


@pytest.mark.parametrize(
    "shown",
    [
        (),
        ("203.0.113.0/28",),  # an approved place that is shut out
        ("203.0.113.0/28", "198.51.100.7/32", "198.51.100.5/32"),
        ("203.0.113.0/24", "198.51.100.7/32"),
        ("203.0.113.0/28", "198.51.100.7/32", "0.0.0.0/0"),
        ("203.0.113.0/28", "198.51.100.7/32", "?"),  # a group that is gone
    ],
)
def test_desktops_are_for_the_approved_places(site: Site, shown: tuple[str, ...]) -> None:
    directory = item("desktop directory", "d-1", TAGS, addresses=frozenset(shown))
    assert failed(site, {**good(), "directory": directory}.values()) == {"P2"}


def test_a_place_cannot_be_approved_as_wide_as_a_provider(site: Site) -> None:
    wide = replace(APPROVED, places=frozenset({"203.0.0.0/16"}))
    directory = item("desktop directory", "d-1", TAGS, addresses=frozenset({"203.0.0.0/16"}))
    assert failed(site, {**good(), "directory": directory}.values(), wide) == {"P2"}


@pytest.mark.parametrize("users", [("analyst-a",), ("analyst-a", "analyst-b", "stranger"), ("analyst-a",) * 2])
def test_each_handler_has_one_desktop(site: Site, users: tuple[str, ...]) -> None:
    kept = [one for key, one in good().items() if key not in ("a", "b")]
    desktops = [item("desktop", f"ws-{n}", user=user) for n, user in enumerate(users)]
    assert failed(site, [*kept, *desktops]) == {"P4"}


def test_tags_that_agree_with_each_other_but_not_with_the_approval(site: Site) -> None:
    """All of them carry the same wrong day: the majority is no measure."""
    wrong = {"hic:period-end": "2099-12-31"}
    items = tuple(replace(one, tags={**one.tags, **wrong}) for one in site.untouched.items)
    proof = site.prove(replace(site.untouched, items=items))
    assert {verdict.claim.id for verdict in proof.failed} == {"S2"}


def test_an_approval_that_was_changed_in_the_records_alone_turns_red(site: Site) -> None:
    fewer = site.approved.model_copy(update={"handlers": site.approved.handlers[:1], "places": ()})
    stand, plan = site.untouched, plan_of_flows()
    proof = prove(stand, plan, site.approval, agreed_of(fewer))
    red = {verdict.claim.id for verdict in proof.failed}
    assert red >= {"P2"}
    assert red <= {"P2", "P4", "P5", "S6"}


def test_data_sets_that_were_changed_in_the_records_alone_turn_red(site: Site) -> None:
    """Until role and endpoint are made of the change, both ways: what came and what went."""
    (trial, *others) = site.approved.datasets
    assert trial.kind == "trial"
    for months in ((*trial.months, "202310"), trial.months[:1]):
        changed = trial.model_copy(update={"months": months})
        now = site.approved.model_copy(update={"datasets": (changed, *others)})
        proof = prove(site.untouched, plan_of_flows(), site.approval, agreed_of(now))
        (red,) = proof.failed
        assert red.claim.id == "P6"
        assert {text.split(" ")[0].partition("-")[0] for text in red.counterexamples} == {"hic", "vpce"}


def from_places(operator: str, *places: str) -> dict[str, Any]:
    """What the group's credential refuses elsewhere."""
    place = {operator: {"aws:SourceIp": list(places)}, "BoolIfExists": {"aws:ViaAWSService": "false"}}
    return {"Sid": "Elsewhere", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": place}


def seats(change: Change) -> tuple[set[str], tuple[str, ...]]:
    """The claims about the credential's places that are red, and what speaks against P5."""
    stand = change(UNTOUCHED)
    agreed = replace(APPROVED, places=frozenset({"203.0.113.0/24"}))
    (judged,) = (verdict for verdict in agreed_verdicts(stand, ONE, agreed) if verdict.claim.id == "P5")
    found = {"P5"} if judged.counterexamples else set()
    return found | set(red(stand)), judged.counterexamples


USER = backup_user(ONE)


def test_the_credential_names_the_approved_places() -> None:
    assert seats(lambda stand: stand) == (set(), ())


@pytest.mark.parametrize("operator", ["NotIpAddress", "NotIpAddressIfExists", "notipaddress"])
def test_a_place_of_the_credential_that_nobody_approved(operator: str) -> None:
    """A decoy names the approved place alone, where this claim once looked."""
    wide = from_places(operator, "203.0.113.0/24", "198.51.100.0/24")
    decoy = {**from_places("NotIpAddress", "203.0.113.0/24"), "Action": "iam:*"}
    claims, against = seats(lambda stand: also(USER, wide, decoy, bounded=True)(without(USER, "Elsewhere")(stand)))
    assert claims == {"P5"}
    assert "198.51.100.0/24" in against[0]


def test_a_place_of_the_credential_that_is_none() -> None:
    """AWS compares an address with no such text, so nothing is refused by it."""
    claims, against = seats(also(USER, from_places("NotIpAddress", "office"), bounded=True))
    assert "P5" in claims
    assert any("office" in text for text in against)
