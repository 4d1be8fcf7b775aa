"""Rules that look at more than one cell: municipalities, bins, rows about persons, ratios, axes, samples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.disclosure.check import check_files
from provisioning.disclosure.populations import read_populations
from provisioning.disclosure.rules import Pack
from provisioning.disclosure.rules.bins import grams_are_wide, hours_are_wide
from provisioning.disclosure.rules.municipal_counts import too_few_for
from provisioning.disclosure.rules.ratios import counts_behind
from provisioning.errors import BadInput

Told = Callable[..., list[tuple[str, str, str]]]
TEXT = (Path(__file__).parent / "populations.csv").read_text(encoding="utf-8")
PINNED = Pack().with_populations(read_populations(TEXT, "populations.csv"))


@given(st.integers(0, 60_000), st.integers(0, 60))
def test_pub_2_for_every_population_and_count(population: int, count: int) -> None:
    if population < 2000:
        expected = True
    elif population < 25_000:
        expected = 1 <= count <= 19
    else:
        expected = 1 <= count <= 9
    assert too_few_for(population, count) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市区町村,患者数\n大市,10\n中町,20\n中町,0\n小村,-\n", []),
        ("市区町村,患者数\n大市,9\n中町,19\n小村,0\n", [("PUB-1", "B2"), ("PUB-2", "B3"), ("PUB-2", "B4")]),
        ("市区町村,患者数\n中町,5\n小村,5\n", [("PUB-1", "B2"), ("PUB-1", "B3")]),
        ("市区町村,患者数\n90102 中町,19\n90103,30\n総数,300\n", [("PUB-2", "B2"), ("PUB-2", "B3")]),
        ("都道府県,市区町村,患者数\n甲県,北区,15\n乙県,北区,15\n", [("PUB-2", "C3")]),
        ("市区町村,男,女\n大市,10,20\n中町,19,30\n大市,40,50\n", [("PUB-2", "B3")]),
        ("分類,大市,中町,小村\nA,100,19,-\nB,10,20,30\n", [("PUB-2", "C2"), ("PUB-2", "D3")]),
    ],
)
def test_pub_2_with_populations(text: str, expected: list[tuple[str, str]], told: Told) -> None:
    assert told(text, PINNED) == [(rule, "fail", cell) for rule, cell in expected]


def test_pub_2_unknown_and_ambiguous_municipalities_are_reviewed(told: Told) -> None:
    assert told("市区町村,患者数\n無市,100\n北区,100\n大市,100\n", PINNED) == [("PUB-2", "review", "A1")]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["p:1", "p:1", "p:1"]),
        ("# source: x\n# date: soon\ncode,prefecture,municipality,population\n", ["p:1"]),
        (TEXT + "9010,甲県,新市,5\n90101,甲県,新市,5\n90105,甲県,新市,many\n90106,甲県\n90107,甲県,,5\n",
         ["p:9", "p:10", "p:11", "p:12", "p:13"]),
    ],
)  # fmt: skip
def test_a_table_of_populations_tells_every_mistake(text: str, lines: list[str]) -> None:
    with pytest.raises(BadInput) as caught:
        read_populations(text, "p")
    assert [problem.where for problem in caught.value.problems] == lines


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("0-2時", True), ("0時～2時", True), ("00:00-01:59", True), ("22:00-24:00", True), ("23時-1時", True),
        ("0-1時", False), ("13時", False), ("00:00-00:59", False), ("不明", None), ("朝", None), ("12", None),
    ],
)  # fmt: skip
def test_pub_16_two_hours(text: str, wide: bool | None) -> None:
    assert hours_are_wide(text) is wide


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("2500-2599g", True), ("2,500～2,600g", True), ("300g以下", True), ("4000g以上", True), ("1000g未満", True),
        ("2500-2549g", False), ("2510g", False), ("4000-4499g", False), ("4500g以上", False), ("200g以下", False),
        ("100-199g", False), ("0-299g", False), ("不明", None),
    ],
)  # fmt: skip
def test_pub_17_hundred_grams(text: str, wide: bool | None) -> None:
    assert grams_are_wide(text) in ([wide] if text != "0-299g" else [True, False])


def test_pub_16_and_17_in_tables(told: Told) -> None:
    assert told("死亡時刻,患者数\n0-2時,20\n2-4時,30\n") == []
    assert told("死亡時刻,患者数\n0-2時,20\n3時,30\n") == [("PUB-16", "fail", "A3")]
    assert told("出生時体重,患者数\n2500-2549g,20\n不明,30\n") == [("PUB-17", "fail", "A2")]
    assert told("出生時体重,患者数\n2500-2599g,20\n不明,30\n") == [("PUB-17", "review", "A1")]


def test_pub_11b_with_the_disability_database(told: Told) -> None:
    text = "年齢階級,患者数\n15-17,20\n18-19,20\n20-24,20\n"
    assert told(text, Pack("3", ("障害福祉DB",))) == [("PUB-11b", "review", "A2")]
    assert told(text) == [("PUB-11", "review", "A2")]


ROWS = "sex,age,bmi\n" + "".join(f"{'MF'[n % 2]},{60 + n % 5},{20 + n / 10}\n" for n in range(40))


def test_data_13_rows_about_persons_without_identifiers(told: Told) -> None:
    assert ("DATA-13", "fail", "A2") in told(ROWS)
    aggregated = "性別,年齢階級,n\n" + "".join(f"{s},{a}-{a + 4},{100 + a}\n" for s in "男女" for a in range(0, 95, 5))
    assert told(aggregated) == []


def test_data_14_dates_of_days(told: Told) -> None:
    assert told("診療日,患者数\n2022-04-01,20\n2022-04-02,30\n") == [("DATA-14", "review", "A2")]
    assert told("日付,患者数\n20220401,20\n20220402,30\n") == [("DATA-14", "review", "A2")]
    assert told("診療年月,患者数\n202204,20\n202205,30\n") == []
    assert ("DATA-14", "fail", "D2") in told(
        "sex,age,bmi,入院日\n"
        + "".join(line + f",2022/4/{n % 28 + 1}\n" for n, line in enumerate(ROWS.splitlines()[1:]))
    )


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(1)", "@SUM(1)", "+cmd|'/C calc'!A0", "-1+cmd|' /C'!A0", "\t=1"])
def test_texts_that_a_spreadsheet_would_run_are_told(text: str, told: Told) -> None:
    assert ("FILE-5", "review", "A2") in told(f'性別,患者数\n"{text}",20\n女,30\n')


@pytest.mark.parametrize("text", ["-", "-5", "+3", "- 男", "--", "−", "-Inf", "-1.5%"])
def test_masks_and_signed_numbers_are_no_formulas(text: str, told: Told) -> None:
    assert not [f for f in told(f'性別,患者数\n"{text}",20\n女,30\n') if f[0] == "FILE-5"]


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(0, 4))
def test_pub_23_the_true_count_is_always_among_those_behind_a_percentage(one: int, other: int, digits: int) -> None:
    count, of = min(one, other), max(one, other)
    behind = counts_behind(f"{100 * count / of:.{digits}f}%", 100, of)
    assert behind is not None
    assert count in behind


def test_pub_23_percentages_beside_their_counts_need_no_review(told: Told) -> None:
    assert told("群,対象者数,患者数,割合(%)\nA,200,50,25.0\nB,300,30,10.0\n") == []
    assert told("群,対象者数,患者数,割合(%)\nA,200,50,26.0\nB,300,30,10.0\n") == [("PUB-23", "review", "D2")]


def test_pub_23_a_percentage_that_gives_a_masked_count_away_is_refused(told: Told) -> None:
    assert told("群,対象者数,患者数,割合(%)\nA,200,-,2.5\nB,300,30,10.0\n") == [
        ("PUB-23", "fail", "D2"),
        ("PUB-22", "fail", "C2"),
    ]
    assert told("群,対象者数,割合(%)\nA,200,2.5\nB,300,10.0\n") == [("PUB-23", "fail", "C2")]
    assert told("群,対象者数,患者数,割合(%)\nA,200,-,-\nB,300,30,10.0\n") == []
    assert told("群,対象者数,割合(%)\nA,100000,0\nB,300,10.0\n") == []


def declared(text: str, says: str) -> list[tuple[str, str]]:
    found = check_files([("a.csv", text.encode())], Pack(), ("t.yaml", says)).findings
    return [(f.rule, f.verdict) for f in found]


def test_pub_23_with_declared_counts() -> None:
    column = "{column: D, is: statistic, numerator: C, denominator: B}"
    says = f"tables:\n  - file: a.csv\n    counts: patients\n    columns: [{column}]\n"
    assert declared("群,全,例,値\nA,200,50,0.25\nB,300,-,0.01\n", says) == [
        ("READ-2", "review"),
        ("PUB-23", "fail"),
        ("PUB-22", "review"),
    ]


def test_pub_24_more_than_three_axes(told: Told) -> None:
    assert told("性別,年齢階級,都道府県,患者数\n男,0-4,東京,20\n") == []
    assert told("性別,年齢階級,都道府県,年度,患者数\n男,0-4,東京,2022年度,20\n") == [("PUB-24", "review", "A1")]
    says = "tables:\n  - {file: a.csv, counts: patients, dimensions: [a, b, c, d]}\n"
    assert declared("群,n\nA,20\n", says) == [("PUB-24", "review")]


def test_pub_27_counts_of_a_sample_are_told_with_the_estimate() -> None:
    says = "tables:\n  - {file: a.csv, counts: patients, sample: 0.1}\n"
    report = check_files([("a.csv", "群,n\nA,20\nB,12\n".encode())], Pack(), ("t.yaml", says))
    (only,) = report.findings
    assert (only.rule, only.verdict) == ("PUB-27", "review")
    assert "about 120 persons" in only.reason
