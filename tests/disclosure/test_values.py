"""Reading single cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.disclosure.model import Value, cell_name
from provisioning.disclosure.values import Mark, read_value


@pytest.mark.parametrize(
    "sign", ["-", "‐", "－", "―", "—", "−", "ー", "*", "＊", "…", "X", "x", "<10", "＜10", "10未満", "9以下"]
)
def test_masks(sign: str) -> None:
    assert read_value(sign) is Mark.MASK
    assert read_value(f" {sign} ") is Mark.MASK


@pytest.mark.parametrize("sign", ["<5", "5未満", "1-4", "1～4", "4以下", "≤3", "2-9"])
def test_masks_that_say_too_much(sign: str) -> None:
    assert read_value(sign) is Mark.NARROW_MASK


@pytest.mark.parametrize("sign", ["1-9", "0-9", "<100", "10-19", "1～9人"])
def test_ranges_that_say_no_more_than_below_ten(sign: str) -> None:
    assert read_value(sign) is Mark.MASK


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("５", 5),
        ("1,234", 1234),
        ("7人", 7),
        ("7 名", 7),
        ("5 (4.2%)", 5),
        ("5(4.2)", 5),
        ("5/120 (4.2%)", 5),
        ("1e+05", 100000),
        ("1.5", 1.5),
        ("-3", -3),
        ("△3", -3),
        ("(5)", 5),
        ("5*", 5),
        ("05", 5),
    ],
)
def test_numbers_in_text(text: str, number: float) -> None:
    assert read_value(text) == number


@pytest.mark.parametrize(
    ("value", "mark"),
    [
        (None, Mark.BLANK),
        ("NA", Mark.BLANK),
        ("  ", Mark.BLANK),
        ("4.2%", Mark.PERCENT),
        ("65.2±10.1", Mark.PERCENT),
        ("男", Mark.TEXT),
        ("約5", Mark.TEXT),
        ("4月", Mark.TEXT),
    ],
)
def test_what_is_no_number(value: Value, mark: Mark) -> None:
    assert read_value(value) is mark


@given(st.integers(min_value=0, max_value=10**12))
def test_every_count_is_read_however_it_is_written(number: int) -> None:
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for text in (str(number), f"{number:,}", wide, f"{number} 人", f"{number} (12.5%)"):
        assert read_value(text) == number


@given(st.text(max_size=12))
def test_any_text_is_read_without_error(text: str) -> None:
    assert isinstance(read_value(text), float | Mark)


@pytest.mark.parametrize(("place", "name"), [((7, 2), "B7"), ((1, 26), "Z1"), ((1, 27), "AA1"), ((3, 703), "AAA3")])
def test_names_of_cells(place: tuple[int, int], name: str) -> None:
    assert cell_name(*place) == name
