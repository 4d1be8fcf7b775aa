"""What the author is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.attack.request import Earlier
from provisioning.disclosure.check import check_files
from provisioning.disclosure.model import Finding
from provisioning.disclosure.rules import Pack


def found(*texts: str, earlier: tuple[Earlier, ...] = ()) -> list[Finding]:
    files = [(f"{chr(97 + n)}.csv", text.encode()) for n, text in enumerate(texts)]
    return [f for f in check_files(files, Pack(), earlier=earlier).findings if f.rule in ("PUB-21", "PUB-22")]


def test_an_exact_cell_fails_with_the_relation_and_the_fix() -> None:
    (finding,) = found("地域,男,女,計\n北,20,30,50\n南,-,40,45\n")
    assert (finding.rule, finding.verdict, finding.cell, finding.inferred) == ("PUB-22", "fail", "B3", True)
    assert "the total 45 minus 1 visible cell(s) leaves 5 for 1 masked cell(s)" in finding.reason
    assert "1 complete line" in finding.reason
    assert finding.fix.startswith("Mask C3 too")


def test_a_narrow_cell_is_reviewed_once_per_table() -> None:
    (finding,) = found("地域,男,女,計\n北,20,30,50\n南,-,-,4\n東,-,-,17\n")
    assert (finding.verdict, finding.cell) == ("review", "B3")
    assert "B3, C3, B4, C4" in finding.reason


def test_a_request_that_opens_a_release_fails_at_the_table_that_opens_it(release: Callable[..., Earlier]) -> None:
    old = release("地域,男,女\n北,20,30\n南,-,40\n", "HIC-2026-009-E002", own=False)
    (finding,) = found("地域,患者数\n北,50\n南,48\n", earlier=(old,))
    assert (finding.rule, finding.verdict, finding.file) == ("PUB-21", "fail", "a.csv")
    assert "HIC-2026-009-E002" in finding.reason
    assert "48" not in finding.reason
    assert " 8 " not in finding.reason


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ("地域,男,女\n北,118,90\n南,77,66\n", "fail"),
        ("地域,男,女\n北,119,10\n南,20,16\n", "review"),
        ("地域,男,女\n北,120,90\n南,77,66\n", None),
        ("地域,男,女\n北,121,80\n南,77,66\n", None),
        ("地域,男,女\n北,60,45\n南,30,20\n", None),
    ],
)
def test_tables_that_differ_by_few_persons(other: str, verdict: str | None, release: Callable[..., Earlier]) -> None:
    table = "地域,男,女\n北,120,90\n南,77,66\n"
    for findings in (found(table, other), found(table, earlier=(release(other),))):
        assert [(f.rule, f.verdict, f.cell) for f in findings] == ([("PUB-21", verdict, "B2")] if verdict else [])


def test_a_table_and_the_same_again_is_no_difference(release: Callable[..., Earlier]) -> None:
    table = "地域,男,女,計\n北,20,30,50\n南,-,-,11\n"
    assert found(table, earlier=(release(table),)) == []
