"""Counts that are left out instead of masked are attacked like masks; nothing is found where nothing is hidden."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.attack.model import Openness
from provisioning.disclosure.attack.request import Earlier
from provisioning.disclosure.values import Mark, read_value
from tests.disclosure.attack.conftest import attacked, cells_that_are, exact

AGES = "年齢階級,患者数\n0-4歳,{sign}\n5-9歳,340\n10-14歳,220\n15-19歳,330\n合計,{total}\n"
SIGNS = [
    "",
    "NA",
    "nan",
    "N/A",
    "秘匿",
    "非公表",
    "suppressed",
    "●",
    "- (-)",
    "<10 (<2%)",
    "*（*）",
    "(<10)",
    "- (0.6%)",
]


@pytest.mark.parametrize("sign", SIGNS)
def test_however_a_count_is_left_out_its_total_opens_it(sign: str) -> None:
    assert exact(attacked(AGES.format(sign=sign, total=895))) == {"a B2": 5}


@pytest.mark.parametrize("sign", ["", "NA", "●"])
def test_nothing_left_out_is_no_finding(sign: str) -> None:
    assert not exact(attacked(AGES.format(sign=sign, total=890)))
    assert not exact(attacked(AGES.format(sign=sign, total=950)))


def test_a_blank_beside_figures_of_its_row() -> None:
    text = "年齢階級,男,女,計\n0-4歳,NA,12,17\n5-9歳,340,300,640\n10-14歳,220,200,420\n"
    assert exact(attacked(text)) == {"a B2": 5}


def test_headings_of_groups_hide_nothing_and_shield_nothing() -> None:
    text = "項目,男,女,計\n年齢,,,\n若,20,30,50\n老,-,40,45\n地域,,,\n北,25,70,95\n"
    assert exact(attacked(text)) == {"a B4": 5}


def test_blanks_beside_masks_stand_for_nothing_unless_the_sums_say_otherwise() -> None:
    text = "地域,若,中,老,計\n北,20,30,50,100\n南,-,,40,{}\n"
    assert exact(attacked(text.format(45))) == {"a B3": 5}
    narrow = cells_that_are(attacked(text.format(56)), Openness.NARROW)
    assert narrow == {"a B3": (7, 9), "a C3": (7, 9)}


def test_what_a_release_left_out_is_not_given_away_later(release: Callable[..., Earlier]) -> None:
    old = release(AGES.format(sign="NA", total="-"))
    assert exact(attacked("年齢階級,患者数\n5-9歳,340\n10-14歳,220\n15-19歳,330\n合計,895\n", earlier=(old,))) == {
        "OLD-E001 B2": 5
    }


@pytest.mark.parametrize("text", ["- (0.3%)", "<10 (0.3)", "-(3人)", "(-)", "(x)"])
def test_brackets_that_say_more_than_a_mask_make_no_mask(text: str) -> None:
    assert read_value(text) is Mark.TEXT


def test_narrow_masks_in_brackets_stay_narrow() -> None:
    assert read_value("1-4 (<1%)") is Mark.NARROW_MASK
    assert read_value("(<5)") is Mark.NARROW_MASK
