"""Coarser groups of ages and periods open masks of finer ones, wherever both are shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.attack.model import Sort
from provisioning.disclosure.attack.request import Earlier
from tests.disclosure.attack.conftest import attacked, exact

BY_5 = "年齢階級,患者数\n0-4歳,-\n5-9歳,340\n10-14歳,220\n15-19歳,310\n20-24歳,400\n25-29歳,500\n"
BY_10 = "年齢階級,患者数\n0～9歳,345\n10～19歳,530\n20～29歳,900\n"


def test_coarser_groups_in_one_request_one_table_or_a_later_release(release: Callable[..., Earlier]) -> None:
    attack = attacked(BY_5, BY_10)
    assert exact(attack) == {"a B2": 5}
    assert {relation.sort for relation in attack.relations} == {Sort.GROUPS}
    assert exact(attacked(BY_5 + BY_10.partition("\n")[2])) == {"a B2": 5}
    assert exact(attacked(BY_10, earlier=(release(BY_5),))) == {"OLD-E001 B2": 5}
    assert exact(attacked(BY_5, earlier=(release(BY_10),))) == {"a B2": 5}


def test_coarser_groups_in_headings() -> None:
    assert exact(attacked(BY_5, "項目,0-9歳,10-19歳,20-29歳\n患者数,345,530,900\n")) == {"a B2": 5}


def test_one_group_with_an_equal_figure_beside_it() -> None:
    assert exact(attacked("年齢,人数\n0-4歳,-\n5-9歳,340\n10-14歳,220\n", "age,n\n0-9,345\n10-14,220\n")) == {"a B2": 5}


def test_groups_of_other_persons_are_no_sums() -> None:
    assert not attacked(BY_5, BY_10.replace("530", "529")).bounds
    assert not attacked("年齢,人数\n0-4歳,-\n5-9歳,340\n", "年齢,人数\n0-9歳,345\n").bounds


def test_groups_without_a_complete_one_count_where_the_masks_fit_each() -> None:
    fine = "年齢,人数\n0-4歳,-\n5-9歳,340\n10-14歳,220\n15-19歳,-\n"
    assert exact(attacked(fine, "年齢,人数\n0-9歳,345\n10-19歳,226\n")) == {"a B2": 5, "a B5": 6}
    assert not attacked(fine, "年齢,人数\n0-9歳,345\n10-19歳,326\n").bounds


def test_groups_beside_another_dimension() -> None:
    fine = "性別,年齢,患者数\n男,0-4歳,-\n男,5-9歳,340\n女,0-4歳,33\n女,5-9歳,340\n"
    coarse = "性別,年齢,患者数\n男,0-9歳,345\n女,0-9歳,373\n"
    assert exact(attacked(fine, coarse)) == {"a C2": 5}


def test_open_groups_and_single_years() -> None:
    fine = "年齢,患者数\n80-84歳,200\n85-89歳,120\n90-94歳,60\n95-99歳,30\n100歳以上,-\n"
    assert exact(attacked(fine, "年齢,患者数\n80-84歳,200\n85歳以上,216\n")) == {"a B6": 6}
    years = "年齢,患者数\n0歳,50\n1歳,-\n2歳,60\n3歳,40\n4歳,30\n5-9歳,200\n"
    assert exact(attacked(years, "年齢,患者数\n0-4歳,187\n5-9歳,200\n")) == {"a B3": 7}


@pytest.mark.parametrize(
    "coarse",
    [
        "四半期,件数\n2022年4-6月,805\n2022年7-9月,630\n",
        "四半期,件数\n2022年度第1四半期,805\n2022年度第2四半期,630\n",
        "四半期,件数\n2022Q2,805\n2022Q3,630\n",
    ],
)
def test_quarters_open_months(coarse: str) -> None:
    months = "診療年月,件数\n2022年4月,-\n2022年5月,300\n2022年6月,500\n2022年7月,200\n2022年8月,210\n2022年9月,220\n"
    assert exact(attacked(months, coarse)) == {"a B2": 5}
    assert exact(attacked(months.replace("年", "-").replace("月", ""), coarse)) == {"a B2": 5}


def test_patients_of_months_are_no_sums_of_a_quarter() -> None:
    months = "診療年月,患者数\n2022年4月,-\n2022年5月,300\n2022年6月,500\n"
    assert not attacked(months, "四半期,患者数\n2022年4-6月,640\n").bounds
