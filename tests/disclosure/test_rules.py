"""Every rule at its edges."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.disclosure.ages import OLDEST, AgeGroup, read_age
from provisioning.disclosure.check import check_files
from provisioning.disclosure.model import Finding
from provisioning.disclosure.rules import RULES, Pack
from provisioning.disclosure.rules.ages import judge_age, judge_age_with_care
from provisioning.disclosure.rules.institutions import too_few_institutions
from provisioning.disclosure.rules.patients import too_few_patients
from provisioning.disclosure.rules.quantities import too_small_quantity
from provisioning.disclosure.rules.regions import names_municipalities

Told = Callable[..., list[tuple[str, str, str]]]
LINKED = Pack("3", ("介護DB",))
OLD = Pack("2")


@given(st.integers(min_value=0, max_value=10**9))
def test_pub_1_for_every_count(count: int) -> None:
    assert too_few_patients(count) is (1 <= count <= 9)


@given(st.integers(min_value=0, max_value=200), st.sampled_from(["2", "3"]), st.booleans())
def test_pub_1_holds_in_every_pack_and_says_where(count: int, version: str, linked: bool) -> None:
    pack = Pack("2" if version == "2" else "3", ("介護DB",) if linked else ())
    found = check_files([("a.csv", f"性別,患者数\n男,100\n女,{count}\n".encode())], pack).findings
    expected = [("PUB-1", "fail", 3, 2, False)] if 1 <= count <= 9 else []
    assert [(f.rule, f.verdict, f.row, f.column, f.inferred) for f in found] == expected


@given(st.integers(min_value=0, max_value=10**6))
def test_pub_4_for_every_count(count: int) -> None:
    assert too_few_institutions(count) is (count in (1, 2))


@pytest.mark.parametrize(
    ("pack", "expected"),
    [
        (Pack("3"), [("PUB-4a", "review", "B2")]),
        (OLD, [("PUB-4-OLD", "fail", "B2"), ("PUB-4-OLD", "fail", "B3")]),
        (LINKED, [("PUB-4b", "fail", "B2"), ("PUB-4b", "fail", "B3")]),
        (Pack("2", ("介護DB",)), [("PUB-4b", "fail", "B2"), ("PUB-4b", "fail", "B3")]),
    ],
)
def test_pub_4_by_edition_and_link(pack: Pack, expected: list[tuple[str, str, str]], told: Told) -> None:
    assert told("地域,施設数\nA,1\nB,2\nC,3\nD,0\n", pack) == expected


@given(st.floats(min_value=0, max_value=10**6, allow_nan=False))
def test_pub_6_for_every_quantity(quantity: float) -> None:
    assert too_small_quantity(quantity, "injection") is (0 < quantity < 400)
    assert too_small_quantity(quantity, "oral or external") is (0 < quantity < 1000)
    assert too_small_quantity(quantity, None) is (0 < quantity < 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("注射薬\n\n医薬品名,処方数量\nA,399.9\nB,400\nC,0\n", ["B4"]),
        ("内服薬\n\n医薬品名,処方数量\nA,999\nB,1000\n", ["B4"]),
        ("外用薬\n\n医薬品名,処方数量\nA,999\nB,1000\n", ["B4"]),
        ("医薬品名,処方数量\nA,999\nB,1000\n", ["B2"]),
        ("医薬品名,剤形,処方数量\nA,内服,999\nB,注射,400\nC,注射,399\n", ["C2", "C4"]),
    ],
)
def test_pub_6_by_route(text: str, expected: list[str], told: Told) -> None:
    assert told(text) == [("PUB-6", "fail", cell) for cell in expected]


def test_an_unknown_route_is_said_to_be_inferred(check: Callable[..., list[Finding]]) -> None:
    (found,) = check("医薬品名,処方数量\nA,999\n")
    assert found.inferred
    assert "the route is not stated" in found.reason


def test_pub_5_known_patients_decide_instead_of_the_quantity(told: Told) -> None:
    text = "医薬品名,処方数量,患者数\nA,5,20\nB,3000,<10\nC,3000,9\nD,0,0\nE,50,\n"
    assert told(text) == [
        ("PUB-5", "fail", "B3"),
        ("PUB-5", "fail", "B4"),
        ("PUB-1", "fail", "C4"),
        ("PUB-6", "fail", "B6"),
    ]


def test_pub_5_pairs_columns_of_one_group(told: Told) -> None:
    text = "薬,男,,女,\n医薬品名,処方数量,患者数,処方数量,患者数\nA,5000,-,5000,20\n"
    assert told(text) == [("PUB-5", "fail", "B3")]


def test_pub_7_and_8_rehabilitation(told: Told) -> None:
    beside = "リハビリテーション\n\n名称,単位数,患者数\nA,500,20\nB,500,-\nC,500,7\n"
    assert told(beside) == [("PUB-7", "fail", "B5"), ("PUB-7", "fail", "B6"), ("PUB-1", "fail", "C6")]
    assert told("リハビリテーション\n\n名称,算定回数\nA,500\nB,20\nC,0\n") == [("PUB-8", "fail", "B4")]


def test_pub_9_materials(told: Told) -> None:
    text = "特定保険医療材料\n\n名称,数量\nA,9.5\nB,10\nC,0\n"
    assert told(text) == [("PUB-9", "review", "B3"), ("PUB-9", "fail", "B4")]


def _judged(group: AgeGroup) -> tuple[str, str] | None:
    judgement = judge_age(group)
    return (judgement.rule, judgement.verdict) if judgement else None


@pytest.mark.parametrize("low", range(0, 100, 5))
def test_pub_10_groups_of_five_years_and_their_unions_pass(low: int) -> None:
    assert all(_judged(AgeGroup(low, high)) is None for high in range(low + 4, 100, 5))
    assert _judged(AgeGroup(low, OLDEST)) is None


@given(st.integers(0, 110), st.integers(0, 110))
def test_pub_10_and_11_for_every_group(one: int, other: int) -> None:
    low, high = min(one, other), max(one, other)
    whole = low % 5 == 0 and high % 5 == 4 and high < 100
    if whole:
        expected = None
    elif high < 20:
        expected = ("PUB-11", "review")
    else:
        expected = ("PUB-11" if low == high else "PUB-10", "fail")
    assert _judged(AgeGroup(low, high)) == expected


def test_pub_10_a_hundred_and_over_is_one_group(told: Told) -> None:
    assert _judged(AgeGroup(100, OLDEST)) is None
    assert _judged(AgeGroup(105, OLDEST)) == ("PUB-10", "fail")
    assert told("年齢階級,患者数\n95～99歳,20\n100～104歳,20\n105歳以上,20\n") == [("PUB-10", "fail", "A3")]


def test_pub_11_single_ages_in_a_column(told: Told) -> None:
    assert told("age,n\n3,100\n16,100\n20,100\n") == [
        ("PUB-11", "review", "A2"),
        ("PUB-11", "review", "A3"),
        ("PUB-11", "fail", "A4"),
    ]


def test_pub_10_in_headings(told: Told) -> None:
    assert told("分類,総計(患者数),0～4歳,20～22歳\nA,100,20,30\n") == [("PUB-10", "fail", "D1")]


def test_pub_11c_with_the_long_term_care_database(told: Told) -> None:
    assert judge_age_with_care(AgeGroup(0, 64)) is None
    assert judge_age_with_care(AgeGroup(65, 69)) is None
    assert judge_age_with_care(AgeGroup(95, OLDEST)) is None
    assert judge_age_with_care(AgeGroup(40, 44)) is not None
    text = "年齢階級,患者数\n40-44,20\n65-69,20\n"
    assert told(text, LINKED) == [("PUB-11c", "review", "A2")]
    assert told(text, Pack("3", ("難病DB",))) == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0～4歳", 0, 4),
        ("85-89歳", 85, 89),
        ("90歳以上", 90, OLDEST),
        ("65歳未満", 0, 64),
        ("64歳以下", 0, 64),
        ("5歳", 5, 5),
        ("０～４歳", 0, 4),
        ("20 years", 20, 20),
        ("95歳超", 96, OLDEST),
    ],
)
def test_ages_with_a_unit(text: str, low: int, high: int) -> None:
    assert read_age(text) == AgeGroup(low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("0-4", 0, 4), ("100+", 100, OLDEST), ("<65", 0, 64), (">=65", 65, OLDEST), ("23", 23, 23), ("[20,25)", 20, 24)],
)
def test_ages_without_a_unit_need_a_column_that_says_so(text: str, low: int, high: int) -> None:
    assert read_age(text, says_age=True) == AgeGroup(low, high)
    assert read_age(text) is None


def test_pub_2_and_14_municipalities(told: Told) -> None:
    assert told("市区町村,患者数\n千代田区,100\n") == [("PUB-2", "review", "A1")]
    assert told("市区町村,保険者種別,患者数\n千代田区,国保,100\n") == [
        ("PUB-2", "review", "A1"),
        ("PUB-14", "fail", "B1"),
    ]
    assert told("都道府県,保険者種別,患者数\n東京都,国保,100\n") == []
    by_name = "地域,患者数\n千代田区,100\n武蔵野市,30\n檜原村,20\n瑞穂町,40\n"
    assert told(by_name) == [("PUB-2", "review", "A1")]
    assert not names_municipalities(["南渡島", "札幌", "大阪市", "宮古"])


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("郵便番号,患者数\n100-0001,100\n", "A2"),
        ("郵便番号,患者数\n1000001,100\n", "A2"),
        ("zip,n\n100,100\n", "A2"),
        ("地域,患者数\n100-0001,100\n", "A2"),
        ("町丁目,患者数\n大手町,100\n", "A2"),
        ("地域,患者数\n大手町1丁目,100\n", "A2"),
    ],
)
def test_pub_15_small_areas(text: str, cell: str, told: Told) -> None:
    assert ("PUB-15", "fail", cell) in told(text)


def test_pub_15_two_digits_pass(told: Told) -> None:
    assert told("郵便番号上2桁,患者数\n10,100\n11,20\n") == []


@pytest.mark.parametrize(
    "heading",
    [
        "ID0",
        "ID1",
        "ID1N",
        "id4",
        "ID5",
        "通番",
        "レセプト通番",
        "seq2_no",
        "匿名化ID",
        "patient_id",
        "患者ID",
        "生年月日",
        "被保険者番号",
    ],
)
def test_data_13_identifiers(heading: str, told: Told) -> None:
    assert ("DATA-13", "fail", "A2") in told(f"{heading},性別,患者数\n12345,男,20\n")


def test_data_13_values_that_look_hashed(told: Told) -> None:
    text = "key,性別\nabcdef0123456789abcdef0123456789,男\n0123456789abcdef0123456789abcdef,女\n"
    assert ("DATA-13", "fail", "A2") in told(text)
    assert not [f for f in told("医薬品コード,患者数\n1119402A1120,20\n") if f[0] == "DATA-13"]


@pytest.mark.parametrize(
    ("heading", "rule"),
    [
        ("死亡時刻", "PUB-16"),
        ("出生時体重", "PUB-17"),
        ("同胞の数", "PUB-18"),
        ("原死因", "PUB-19"),
        ("妊娠週数", "PUB-19"),
    ],
)
def test_pub_16_to_19_are_reviewed(heading: str, rule: str, told: Told) -> None:
    assert (rule, "review", "A1") in told(f"{heading},患者数\nA,20\n")


def test_pub_22_narrow_masks_once_per_column(told: Told) -> None:
    assert told("性別,患者数\n男,<5\n女,1-4\n不明,<10\n計,100\n") == [("PUB-22", "review", "B2")]


@pytest.mark.parametrize(
    "place",
    [
        "表1 (n=5)\n性別,患者数\n男,12\n",
        "性別,介入 (N＝5)\n男,12\n",
        "性別,患者数\n男 (n = 5),12\n",
        "性別,患者数\n男,n=5\n計,50\n",
    ],
)
def test_numbers_in_text_are_refused(place: str, told: Told) -> None:
    assert [finding[:2] for finding in told(place)] == [("PUB-1", "fail")]


@pytest.mark.parametrize("text", ["n=50", "n=0", "n=10", "mean=5", "n=1,234"])
def test_other_numbers_in_text_pass(text: str, told: Told) -> None:
    assert told(f'"{text}",\n性別,患者数\n男,12\n') == []


def test_few_persons_in_a_note_are_reviewed(told: Told) -> None:
    assert told("性別,患者数\n男,12\n注：除外 3人,\n") == [("PUB-1", "review", "A3")]
    assert told("性別,患者数\n男,12\n注：5人未満は除外,\n") == []


def test_read_1_odd_cells_once_per_column(told: Told) -> None:
    assert told("性別,患者数\n男,約5\n女,-3\n計,4.5%\n") == [("READ-1", "review", "B2")]


def test_small_counts_of_events_are_refused_and_said_to_be_inferred(check: Callable[..., list[Finding]]) -> None:
    (found,) = check("性別,算定回数\n男,9\n女,10\n")
    assert (found.rule, found.cell, found.inferred) == ("PUB-1", "B2", True)


def test_every_finding_names_a_listed_rule_and_a_way_out(check: Callable[..., list[Finding]]) -> None:
    text = "ID1,年齢,施設数,患者数,割合\n1,23,2,5,0.1\n2,3,1,<5,0.2\n"
    known = {rule.id: rule for rule in RULES}
    found = check(text)
    assert {f.rule for f in found} >= {"DATA-13", "PUB-11", "PUB-4a", "PUB-1", "PUB-22", "PUB-23"}
    for finding in found:
        assert finding.fix
        assert finding.inferred or known[finding.rule].certainty == "F"


def test_the_list_of_rules_is_complete() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert {rule.certainty for rule in RULES} <= {"F", "F*", "I", "B"}
    assert all(rule.sentence.endswith(".") for rule in RULES)
