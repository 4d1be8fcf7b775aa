"""Tables of one shape that add up open each other's masks, in whatever files, sheets and releases they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.attack.request import Earlier
from tests.disclosure.attack.conftest import attacked, exact

MEN = "年齢階級,男性\n0-4歳,-\n5-9歳,336\n10-14歳,210\n"
WOMEN = "年齢階級,女性\n0-4歳,115\n5-9歳,4000\n10-14歳,1000\n"
ALL = "年齢階級,総数\n0-4歳,120\n5-9歳,4336\n10-14歳,1210\n"
TWO = "地域,若,老\n北,{},{}\n南,{},{}\n東,{},{}\n"


def test_three_files() -> None:
    assert exact(attacked(MEN, WOMEN, ALL)) == {"a B2": 5}
    assert exact(attacked(ALL, MEN, WOMEN)) == {"b B2": 5}


def test_the_part_may_be_named_by_its_title_or_not_at_all() -> None:
    titled = [text.replace(heading, "患者数") for text, heading in ((MEN, "男性"), (WOMEN, "女性"), (ALL, "総数"))]
    assert exact(attacked(*titled)) == {"a B2": 5}
    assert exact(attacked(*(f"{name}\n{text}" for name, text in zip("男女計", titled, strict=True)))) == {"a B3": 5}


def test_tables_of_releases_add_up_with_those_of_a_request(release: Callable[..., Earlier]) -> None:
    before = release(MEN, "OLD-E001"), release(WOMEN, "OLD-E002")
    assert exact(attacked(ALL, earlier=before)) == {"OLD-E001 B2": 5}
    assert exact(attacked(MEN, earlier=(release(WOMEN), release(ALL)))) == {"a B2": 5}


@pytest.mark.parametrize("unrelated", ["年齢階級,他\n0-4歳,70\n5-9歳,80\n10-14歳,90\n", "疾患,患者数\nA,500\nB,700\n"])
def test_unrelated_tables_beside_them_change_nothing(unrelated: str) -> None:
    assert exact(attacked(MEN, WOMEN, unrelated, ALL)) == {"a B2": 5}
    assert exact(attacked(*[unrelated] * 8, MEN, WOMEN, ALL)) == {"i B2": 5}


def test_tables_that_do_not_add_up_say_nothing() -> None:
    assert not attacked(MEN, WOMEN, ALL.replace("1210", "1211")).bounds
    assert not attacked(MEN, ALL).bounds


def test_one_figure_that_agrees_is_no_evidence_unless_the_table_is_called_a_total() -> None:
    parts = TWO.format(20, 30, "-", 40, "-", 41), TWO.format(30, 40, "-", "-", 22, "-")
    whole = TWO.format(50, "-", 60, 60, 60, 60)
    assert not attacked(*parts, whole).bounds
    assert attacked(*parts, "総数\n" + whole).bounds


def test_three_parts_of_many_tables_of_one_request(release: Callable[..., Earlier]) -> None:
    parts = [TWO.format(n, 2 * n, 3 * n, 4 * n, 5 * n, 6 * n) for n in (11, 23, 47)]
    whole = TWO.format(*(81 * n for n in range(1, 7)))
    hidden = parts[0].replace("北,11", "北,-")
    copies = [release(TWO.format(*(100 * n + k for k in range(6))), f"OLD-E{n:03}") for n in range(1, 9)]
    assert exact(attacked(hidden, *parts[1:], whole)) == {}
    small = parts[0].replace("北,11", "北,-"), whole.replace("北,81", "北,77")
    assert exact(attacked(small[0], *parts[1:], small[1], earlier=tuple(copies))) == {"a B2": 7}
