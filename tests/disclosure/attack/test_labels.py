"""One spelling of labels, and what span of ages or months a label stands for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.disclosure.attack.labels import Span, canonical, span_of
from provisioning.disclosure.attack.request import Earlier
from tests.disclosure.attack.conftest import attacked, exact

RELEASED = "年齢階級,患者数\n0-4歳,120\n5-9歳,340\n10-14歳,220\n合計,680\n"


@pytest.mark.parametrize(
    "label", ["0-4", "0-4歳", "０～４歳", "0〜4", "0 – 4 歳", "0歳から4歳", "0−4 years", "5歳未満", "[0,5)"]
)
def test_an_age_group_has_one_spelling(label: str) -> None:
    assert canonical(label) == "0-4"


@pytest.mark.parametrize(
    ("label", "spelling"),
    [
        ("85歳以上", "85-"),
        ("85+", "85-"),
        ("男性", "男"),
        ("Female", "女"),
        ("エー", "エー"),
        ("東京 都", "東京都"),
        ("05", "05"),
    ],
)
def test_other_spellings(label: str, spelling: str) -> None:
    assert canonical(label) == spelling


@given(st.text(alphabet="0159-~〜ー歳以上未満男女性 aA+<[,)", max_size=10))
def test_a_spelling_is_its_own(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("label", "low", "high"),
    [
        ("2022年4月", 3, 3),
        ("2022-04", 3, 3),
        ("202204", 3, 3),
        ("令和4年4月", 3, 3),
        ("2022年4～6月", 3, 5),
        ("2022年度第1四半期", 3, 5),
        ("2022Q2", 3, 5),
        ("2022年", 0, 11),
        ("2022年度", 3, 14),
        ("2022年度1月", 12, 12),
    ],
)
def test_periods_are_months(label: str, low: int, high: int) -> None:
    assert span_of(canonical(label)) == Span("months", 2022 * 12 + low, 2022 * 12 + high)


@pytest.mark.parametrize("label", ["北海道", "13-01", "2022年13月", "A-B", "20床-99人", ""])
def test_what_is_no_span(label: str) -> None:
    assert span_of(canonical(label)) is None


@pytest.mark.parametrize("dash", ["～", "〜", "−", "–", " - ", "から"])
@pytest.mark.parametrize("unit", ["歳", ""])
def test_another_dash_does_not_hide_a_table_that_differs_by_few(
    release: Callable[..., Earlier], dash: str, unit: str
) -> None:
    rows = (("0", "4", 117), ("5", "9", 336), ("10", "14", 220))
    text = "年齢,患者数\n" + "".join(f"{low}{dash}{high}{unit},{n}\n" for low, high, n in rows) + "合計,673\n"
    (pair,) = attacked(text, earlier=(release(RELEASED),)).differences
    assert pair.certain
    assert len(pair.cells) == 3


def test_another_dash_does_not_hide_a_mask_that_is_opened(release: Callable[..., Earlier]) -> None:
    old = release("年齢階級,患者数\n0-4歳,-\n5-9歳,340\n10-14歳,220\n")
    new = "年齢階級,患者数\n0～4歳,12\n5～9歳,340\n10～14歳,220\n"
    assert not exact(attacked(new, earlier=(old,)))
    assert exact(attacked(new.replace("12", "7"), earlier=(old,))) == {"OLD-E001 B2": 7}
