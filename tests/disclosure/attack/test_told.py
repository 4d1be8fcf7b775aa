"""The attack cell by cell, and tables beside earlier releases, as a report keeps them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from provisioning.disclosure.attack import told
from provisioning.disclosure.attack.request import Earlier
from provisioning.disclosure.check import check_files
from provisioning.disclosure.rules import Pack

MASKED = "地域,男,女\n北,20,30\n南,-,40\n東,15,25\n"
TOTALS = "地域,患者数\n北,50\n南,48\n東,40\n"


def report(text: str, *earlier: Earlier) -> dict[str, Any]:
    data = check_files([("a.csv", text.encode())], Pack(), earlier=earlier).as_data()
    return json.loads(json.dumps(data))  # type: ignore[no-any-return]


def test_every_mask_is_told_with_its_relation() -> None:
    masks = report("地域,男,女,計\n北,20,30,50\n南,-,40,45\n東,-,-,12\n")["masks"]
    assert [(m["cell"], m["low"], m["high"], m["openness"]) for m in masks] == [
        ("B3", 5, 5, "exact"),
        ("B4", 3, 9, "safe"),
        ("C4", 3, 9, "safe"),
    ]
    assert "the total 45 minus 1 visible cell(s) leaves 5" in masks[0]["words"]
    assert all(mask["alone"] is None for mask in masks)


def test_what_a_release_adds_is_told_at_the_cell(release: Callable[..., Earlier]) -> None:
    (mask,) = report(MASKED, release(TOTALS))["masks"]
    assert (mask["cell"], mask["openness"], mask["low"]) == ("B3", "exact", 8)
    assert mask["releases"] == ["OLD-E001"]
    assert mask["alone"] == {"low": 1, "high": 9, "openness": "safe"}
    assert report(MASKED)["masks"] == []


def test_tables_beside_a_release_are_counted(release: Callable[..., Earlier]) -> None:
    now = "地域,男,女\n北,20,33\n南,9,40\n東,15,-\n"
    (pair,) = report(now, release(MASKED, own=False))["beside"]
    counts = ("shared", "equal", "few", "hidden_here", "hidden_there")
    assert (pair["file"], pair["request"], pair["own"]) == ("a.csv", "OLD-E001", False)
    assert [pair[name] for name in counts] == [6, 3, 1, 1, 1]
    assert report(now)["beside"] == []


def test_so_many_masks_are_told_those_that_are_open_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MOST_TOLD", 1)
    masks = report("地域,男,女,計\n東,-,-,12\n北,20,30,50\n南,-,40,45\n")["masks"]
    assert [mask["cell"] for mask in masks] == ["B4"]
