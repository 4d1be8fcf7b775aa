"""A visible part that leaves 1 to 9 persons of a visible whole is reviewed (PUB-21, PUB-23)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.attack.request import Earlier
from provisioning.disclosure.check import check_files
from provisioning.disclosure.rules import Pack
from tests.disclosure.attack.conftest import attacked
from tests.disclosure.conftest import Check

Told = Callable[..., list[tuple[str, str, str]]]
REVIEW = ("PUB-21", "review")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("年齢階級,総数,女性\n0-4歳,120,115\n5-9歳,4336,4000\n", "C2"),
        ("年齢階級,総数,女性,75歳以上\n0-4歳,120,115,30\n5-9歳,4336,4000,40\n", "C2"),
        ("疾患,患者数,うち死亡者数\nA,1000,995\nB,500,300\n", "C2"),
        ("疾患,患者数,死亡者数\nA,1000,995\nB,500,300\n", "C2"),
        ("項目,人数\n総数,1000\nうち女性,995\n", "B3"),
        ("項目,A群,B群\n総数,1000,900\n女性,500,898\n", "C3"),
        ("疾患,分母(人),死亡者数,死亡割合(%)\nA,1000,995,99.5\nB,500,300,60.0\nC,700,20,2.9\n", "C2"),
    ],
)
def test_parts_that_leave_few(told: Told, text: str, cell: str) -> None:
    assert told(text) == [(*REVIEW, cell)]
    larger = text.replace("995", "990").replace("115", "110").replace("898", "890").replace("99.5", "99.0")
    assert told(larger) == []
    assert told(text.replace("995", "1000").replace("115", "120").replace("898", "900").replace("99.5", "100.0")) == []


@pytest.mark.parametrize(
    "text",
    [
        "年齢階級,総数,男,女\n0-4歳,240,125,115\n5-9歳,4336,336,4000\n",
        "地域,男,女\n北,120,115\n南,300,295\n",
        "疾患,患者数,算定回数\nA,1000,995\nB,500,300\n",
        "地域,患者数\n北,120\n南,115\n",
    ],
)
def test_figures_that_are_no_parts(told: Told, text: str) -> None:
    assert told(text) == []


def test_the_total_and_one_sex_in_files_of_their_own(release: Callable[..., Earlier]) -> None:
    women, everyone = "年齢階級,女性\n0-4歳,115\n5-9歳,4000\n", "年齢階級,総数\n0-4歳,120\n5-9歳,4336\n"
    report = check_files([("f.csv", women.encode()), ("a.csv", everyone.encode())], Pack())
    assert [(f.rule, f.verdict, f.file, f.cell) for f in report.findings] == [(*REVIEW, "f.csv", "B2")]
    assert "a.csv" in report.findings[0].reason
    for now, before in ((women, everyone), (everyone, women)):
        (found,) = attacked(now, earlier=(release(before),)).complements
        assert (len(found.cells), found.grid, found.other) == (1, 0, 1)
    assert not attacked(women.replace("4000", "4400"), everyone).complements


def test_a_percentage_that_leaves_few_of_its_denominator(check: Check) -> None:
    text = "疾患,対象者数,生存割合(%)\nA,1000,99.5\nB,500,60.0\nC,700,50.0\n"
    (found,) = check(text)
    assert (found.rule, found.verdict, found.cell) == ("PUB-23", "review", "C2")
    assert "leaves 5 of them" in found.reason
    assert check(text.replace("99.5", "98.5")) == []
