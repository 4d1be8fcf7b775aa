"""The fee, against amounts reckoned by hand from the published prices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.approvals.fees import BASE_YEN, CAP_YEN, quote_fee
from provisioning.approvals.model import Approval
from provisioning.approvals.periods import add_months, started_months
from provisioning.approvals.reading import read_approval
from provisioning.approvals.specs import SPECS, Kind, SpecName
from tests.conftest import EXAMPLES


def changed(approval: Approval, **parts: object) -> Approval:
    """The approval with some parts replaced, validated again."""
    content = approval.model_dump(mode="json")
    for path, value in parts.items():
        target = content
        *upper, last = path.split("__")
        for key in upper:
            target = target[key]
        target[last] = value
    return Approval.model_validate(content)


def test_exploratory_example_is_the_sum_in_the_published_arithmetic(approval: Approval) -> None:
    # FEE-10's worked example has the same parts: 162,100 + 2 x 8,600 + 6 x 106,100
    quote = quote_fee(approval)
    assert [(line.rule, line.yen) for line in quote.lines] == [
        ("FEE-1", 162_100),
        ("FEE-2", 17_200),
        ("FEE-5", 636_600),
    ]
    assert quote.total == 815_900


def test_special_example_with_options_and_a_granted_project() -> None:
    quote = quote_fee(read_approval(EXAMPLES / "special-linked.yaml"))
    yen = {line.item: line.yen for line in quote.lines}
    assert yen == {
        "base:new": 162_100,
        "coordination": 12 * 8_600,
        "extraction": 6 * 58_300,
        "volume": 180 * 2_300,
        "environment:甲": 6 * 769_400,
        "software": 6 * 2 * 26_500,
        "extension": 6 * 17_400,
    }
    hic = 6 * 769_400 + 6 * 2 * 26_500 + 6 * 17_400
    assert quote.reduction == -hic // 2
    assert quote.total == quote.before_reduction - hic // 2


def test_a_started_hour_of_coordination_counts_whole() -> None:
    quote = quote_fee(read_approval(EXAMPLES / "exploratory-ubuntu.yaml"))
    assert next(line.yen for line in quote.lines if line.item == "coordination") == 2 * 8_600


@pytest.mark.parametrize(
    ("kind", "spec", "persons", "yen"),
    [
        (Kind.SPECIAL, SpecName.KO, 5, 769_400),
        (Kind.SPECIAL, SpecName.KO, 6, 798_900),
        (Kind.SPECIAL, SpecName.KO, 20, 857_800),
        (Kind.SPECIAL, SpecName.OTSU, 10, 351_600),
        (Kind.SPECIAL, SpecName.HEI, 4, 190_400),
        (Kind.EXPLORATORY, SpecName.HEI, 1, 106_100),
    ],
)
def test_monthly_prices_by_band(kind: Kind, spec: SpecName, persons: int, yen: int) -> None:
    assert SPECS[kind, spec].monthly_yen(persons) == yen


def test_more_persons_than_the_last_band_have_no_price() -> None:
    with pytest.raises(ValueError, match="at most 20"):
        SPECS[Kind.SPECIAL, SpecName.KO].monthly_yen(21)


def test_the_cap_takes_off_exactly_what_is_over_it() -> None:
    special = read_approval(EXAMPLES / "special-linked.yaml")
    capped = quote_fee(changed(special, environment__options__extension_tb=20, fee__reduction="none"))
    hic = sum(line.yen for line in capped.lines if line.hic)
    assert hic > CAP_YEN
    assert hic + capped.cap == CAP_YEN


@pytest.mark.parametrize("case", sorted(BASE_YEN))
def test_base_fee_by_case(approval: Approval, case: str) -> None:
    assert quote_fee(changed(approval, fee__application=case)).lines[0].yen == BASE_YEN[case]


@given(start=st.dates(date(2024, 1, 1), date(2030, 12, 31)), days=st.integers(0, 183))
def test_started_months_are_the_fewest_that_cover_the_period(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    months = started_months(start, end)
    assert end < add_months(start, months)
    assert months == 1 or end >= add_months(start, months - 1)


@given(hours=st.floats(0, 500), gigabytes=st.floats(0, 5000), reduction=st.sampled_from(["none", "public_body"]))
def test_totals_add_up_for_any_terms(hours: float, gigabytes: float, reduction: str) -> None:
    base = read_approval(EXAMPLES / "special-linked.yaml")
    quote = quote_fee(changed(base, fee__extraction_hours=hours, fee__volume_gb=gigabytes, fee__reduction=reduction))
    assert quote.total == sum(line.yen for line in quote.lines) + quote.cap + quote.reduction
    assert 0 <= -quote.reduction <= CAP_YEN / 2
    assert all(line.yen >= 0 for line in quote.lines)
