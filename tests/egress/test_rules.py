"""What must hold before a step, beside who takes it."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from provisioning.actors import ROLES, Role
from provisioning.egress import rules
from provisioning.egress.model import Choice, Direction, Download
from provisioning.errors import BadInput, HicError, Refused
from tests.egress.records import make


def refuses(check: Any, *arguments: Any, error: type[HicError] = Refused, **named: Any) -> bool:
    try:
        check(*arguments, **named)
    except error as refusal:
        return bool(refusal.fix)
    return False


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("fail", [0, 3])
@pytest.mark.parametrize("deviation", ["", "  ", "consented"])
def test_a_broken_rule_needs_a_deviation_to_be_approved(choice: Choice, fail: int, deviation: str) -> None:
    needs = choice is Choice.APPROVE and fail > 0 and not deviation.strip()
    assert refuses(rules.check_deviation, make(fail=fail), choice, deviation) is needs


def test_reasons_and_declarations_are_compulsory() -> None:
    assert refuses(rules.check_reason, " ")
    assert not refuses(rules.check_reason, "fine")
    for direction in Direction:
        assert refuses(rules.check_declared, False, direction)
        assert not refuses(rules.check_declared, True, direction)
    assert refuses(rules.check_said, " ", "--purpose", error=BadInput)
    assert rules.check_said(" x ", "--purpose") == "x"


def test_the_bundle_changes_with_whatever_a_decision_rests_on() -> None:
    request = make()
    file = request.files[0]
    assert request.findings
    others = [
        make(files=(file.model_copy(update={"sha256": "2" * 64}),)),
        make(files=(file.model_copy(update={"version": "2"}),)),
        make(files=(file.model_copy(update={"name": "b.csv"}),)),
        make(findings=request.findings.model_copy(update={"sha256": "3" * 64})),
        make(id="HIC-2026-001-E002"),
        make(rules="2"),
        make(tool="hic 9"),
        make(venue="elsewhere"),
        make(linked=("介護DB",)),
    ]
    assert len({request.bundle, *(other.bundle for other in others)}) == 10
    for later in ({"votes": ()}, {"state": "approved"}, {"downloads": (download("get"),)}):
        assert make(**later).bundle == request.bundle


def download(kind: str) -> Download:
    return Download.model_validate({"kind": kind, "by": "x", "to": "y", "at": "t"})


@pytest.mark.parametrize(
    ("gets", "links", "more", "more_links"),
    [(0, 0, True, True), (0, 4, True, True), (0, 5, True, False), (19, 0, True, True), (20, 0, False, False)],
)
def test_downloads_and_links_are_limited(gets: int, links: int, more: bool, more_links: bool) -> None:
    request = make(downloads=(*[download("get")] * gets, *[download("link")] * links))
    assert refuses(rules.check_downloads, request) is not more
    assert refuses(rules.check_downloads, request, link=True) is not more_links


@pytest.mark.parametrize(("minutes", "fine"), [(0, False), (1, True), (60, True), (61, False), (-5, False)])
def test_links_are_short_lived(minutes: int, fine: bool) -> None:
    assert refuses(rules.check_minutes, minutes, error=BadInput) is not fine


@pytest.mark.parametrize(("day", "fine"), [(1, False), (2, True), (9, True), (10, False)])
def test_a_publication_is_after_the_release_and_not_in_the_future(day: int, fine: bool) -> None:
    on, released, today = date(2026, 11, day), "2026-11-02T09:00:00+09:00", date(2026, 11, 9)
    assert refuses(rules.check_published_on, on, released, today, error=BadInput) is not fine


def test_roles_are_the_known_ones() -> None:
    assert set(get_args(Role)) == set(ROLES)
