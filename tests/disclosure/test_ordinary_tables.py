"""Tables as researchers write them: what is no count passes, and what looks like one is told to the reviewer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.model import Kind
from provisioning.disclosure.vocabulary import heading_kind, tells_group_size

Told = Callable[..., list[tuple[str, str, str]]]
ROWS = "1,1200\n2,800\n3,400\n4,200\n5,100\n"


@pytest.mark.parametrize("heading", ["要介護度", "Stage", "四半期", "週", "順位", "観察年", "week", "rank"])
def test_numbers_of_a_known_axis_are_labels(told: Told, heading: str) -> None:
    assert told(f"{heading},患者数\n{ROWS}") == []


@pytest.mark.parametrize("heading", ["CCI", "歯数", "薬剤数", "time_years", "受診回数", "接種回数"])
def test_small_rising_numbers_before_a_count_are_labels_told_by_one_review(told: Told, heading: str) -> None:
    assert told(f"{heading},患者数\n{ROWS}") == [("READ-1", "review", "A1")]


def test_rising_numbers_may_begin_anew_for_each_group(told: Told) -> None:
    text = "性別,薬剤数,患者数\n男,1,1200\n男,2,800\n男,3,400\n女,1,1100\n女,2,700\n女,3,300\n"
    assert told(text) == [("READ-1", "review", "B1")]
    assert told(text.replace("女,1,", "女,2,").replace("女,2,700", "女,3,700")) != [("READ-1", "review", "B1")]


@pytest.mark.parametrize(
    "text",
    [
        "死亡,患者数\n3,1200\n1,800\n2,400\n",  # not rising
        "死亡,患者数\n1,1200\n1,800\n2,400\n",  # not distinct
        "死亡,患者数\n1,1200\n-,800\n3,400\n",  # a mask
        "死亡,患者数\n3,1200\n5,800\n",  # two numbers that begin anywhere
        "病名,死亡,患者数\nA病,1,1200\nB病,2,800\nC病,3,400\n",  # one number for each label
        "患者数,死亡\n1200,1\n800,2\n400,3\n",  # after the count
        "男,患者数\n1,1200\n2,800\n3,400\n",  # a part of the count
        "死亡者数,患者数\n1,1200\n2,800\n3,400\n",  # says that it counts persons
    ],
)
def test_what_may_be_a_count_still_fails(told: Told, text: str) -> None:
    assert ("PUB-1", "fail") in {(rule, verdict) for rule, verdict, _cell in told(text)}


def test_a_row_of_a_statistic_is_one_where_the_heading_tells_the_size_of_the_group(told: Told) -> None:
    text = (
        ",全体 (n=1234),介入 (n=600)\n年齢 平均(SD),67.3 (12.1),66.1 (11.9)\n男性 n (%),600 (48.6),300 (50.0)\n"
        "在院日数 中央値 [IQR],7 [3-12],8 [4-13]\nCCI 中央値,2,2\n{row}\n"
    )
    assert told(text.format(row="死亡 n (%),34 (2.8),14 (2.3)")) == [("PUB-23", "review", "B1")]
    assert ("PUB-1", "fail", "C6") in told(text.format(row="死亡 n (%),34 (2.8),4 (0.7)"))
    assert ("PUB-1", "fail", "C6") in told(text.format(row="死亡,34,4"))
    assert tells_group_size("対照（n＝634）")
    assert not tells_group_size("患者数")


@pytest.mark.parametrize(
    "heading", ["人口10万対", "千対", "人口千対", "10万人当たり", "per 100,000", "人口１万対死亡数"]
)
def test_a_rate_per_so_many_people_is_no_count(heading: str) -> None:
    assert heading_kind(heading) is Kind.STATISTIC


def test_people_who_are_asked_are_no_rate() -> None:
    assert heading_kind("千対象者数") is Kind.PATIENTS
    assert heading_kind("人口") is Kind.PATIENTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("年度,手術患者数,メッシュ使用患者数\n2019,1200,800\n2020,1100,790\n", None),
        ("年度,患者数,住所地特例患者数\n2019,1200,800\n2020,1100,790\n", None),
        ("3次メッシュコード,患者数\n53394611,800\n53394612,790\n", "PUB-15"),
        ("患者住所,患者数\n甲,800\n乙,790\n", "PUB-15"),
        ("町丁目名,患者数\n甲,800\n乙,790\n", "PUB-15"),
        ("町丁目別患者数,備考\n800,a\n790,b\n", "PUB-15"),
        ("市区町村,病院,患者数\n旭市,国保旭中央病院,1200\n銚子市,銚子市立病院,800\n", None),
        ("市区町村,区分名,患者数\n旭市,国保,1200\n旭市,社保,1200\n銚子市,国保,800\n", "PUB-14"),
        ("市区町村,区分名,患者数\n旭市,国民健康保険（一般）,1200\n銚子市,協会けんぽ,800\n", "PUB-14"),
        ("市区町村,国保,協会けんぽ\n旭市,1200,1000\n銚子市,800,700\n", "PUB-14"),
    ],
)
def test_words_of_areas_and_insurers_must_be_the_head_of_what_they_stand_in(
    told: Told, text: str, expected: str | None
) -> None:
    fails = {rule for rule, verdict, _cell in told(text) if verdict == "fail"}
    assert fails == ({expected} if expected else set())


def test_figures_without_anything_counted_are_told(told: Told) -> None:
    assert told("病名,区分\nA病,3\nB病,5\nC病,7\n") == [("READ-1", "review", "A1")]
    assert told("病名,区分,患者数\nA病,3,100\nB病,5,500\nC病,7,700\n") == []
    assert told("指標,内容\n平均,高い\n中央値,低い\n") == [("READ-1", "review", "A1")]


def test_a_file_name_that_tells_of_few_persons_is_reviewed(told: Told) -> None:
    assert told("病名,患者数\nB病,500\n", name="死亡3人.csv") == [("PUB-1", "review", "name of the file")]
    assert told("病名,患者数\nB病,500\n", name="2023年度_表3.csv") == []
