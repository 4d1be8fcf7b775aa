"""Percentages and means give masked counts away, alone and together with sums; and what the author declares."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from provisioning.disclosure.attack.model import Openness, Sort
from provisioning.disclosure.attack.request import Attack, Earlier, attack_request
from provisioning.disclosure.attack.solve import attack as solve
from provisioning.disclosure.check import check_files
from provisioning.disclosure.columns import understand
from provisioning.disclosure.declaration import parse_declaration
from provisioning.disclosure.documents import read_document
from provisioning.disclosure.quotients import figure_of
from provisioning.disclosure.rules import Pack
from tests.disclosure.attack.conftest import attacked, cells_that_are, exact


def declared(text: str, says: str) -> Attack:
    """The attack on a.csv as its author declares it; `says` is YAML below the table's name."""
    document = read_document("a.csv", text.encode())
    told = parse_declaration(f"tables:\n  - file: a.csv\n    counts: patients\n{says}", "tables.yaml", [document])
    return attack_request([understand(document.tables[0], told.tables[0])])


def test_the_share_of_a_column_opens_a_mask_that_the_total_leaves_open() -> None:
    text = "地域,患者数,割合\n北,120,60.00%\n南,-,{}\n東,30,15.00%\n西,40,20.00%\n中,-,1.50%\n計,200,100%\n"
    assert exact(attacked(text.format("3.50%"))) == {"a B3": 7, "a B6": 3}
    assert not exact(attacked(text.format("-").replace("1.50%", "-")))


def test_a_mean_opens_the_count_that_it_was_divided_by() -> None:
    text = "地域,患者数,総日数,平均日数\n北,120,1200,10.0\n南,-,90,12.9\n東,30,303,10.1\n西,40,500,12.5\n"
    attack = attacked(text)
    assert exact(attack) == {"a B3": 7}
    assert {relation.sort for relation in attack.relations} == {Sort.QUOTIENT}
    assert not attacked(text.replace("12.9", "-")).bounds


def test_a_figure_that_no_pair_of_counts_gives_is_no_quotient() -> None:
    text = "地域,患者数,総日数,平均日数\n北,120,1200,10.0\n南,-,90,12.9\n東,30,303,10.2\n西,40,500,12.5\n"
    assert not attacked(text).bounds
    few = "地域,患者数,総日数,平均日数\n北,120,1200,10.0\n南,-,90,12.9\n"
    assert not attacked(few).bounds


def test_rounding_leaves_what_it_leaves() -> None:
    """1% of 300, rounded to whole percents, is 2 to 4 persons."""
    attack = attacked("群,対象者数,患者数,割合(%)\nA,300,-,1\nB,300,30,10\n")
    assert cells_that_are(attack, Openness.NARROW) == {"a C2": (2, 4)}


def test_the_fix_masks_the_percentage_with_its_count() -> None:
    text = "地域,患者数,割合\n北,120,60.9%\n南,-,3.6%\n東,30,15.2%\n西,40,20.3%\n計,197,100%\n"
    (finding,) = [f for f in check_files([("a.csv", text.encode())], Pack()).findings if f.rule == "PUB-22"]
    assert finding.fix.startswith("Mask C3, B4 too")
    assert "the percentage or mean in C3" in finding.reason
    closed = text.replace("-,3.6%", "-,-").replace("30,15.2%", "-,-")
    assert not exact(attacked(closed))


def test_figures_that_contradict_each_other_are_told() -> None:
    """3.5% of 200 is 7, and 190 visible of 200 leave 10."""
    text = "地域,患者数,割合\n北,120,60.0%\n南,-,3.5%\n東,30,15.0%\n西,40,20.0%\n計,200,100%\n"
    (finding,) = [f for f in check_files([("a.csv", text.encode())], Pack()).findings if f.rule == "PUB-22"]
    assert (finding.verdict, finding.cell) == ("review", "B3")
    assert "contradict each other" in finding.reason


def test_percentages_of_a_release_open_the_masks_of_a_request(release: Callable[..., Earlier]) -> None:
    shares = "地域,患者数,割合\n北,120,60.00%\n南,-,3.50%\n東,30,15.00%\n西,40,20.00%\n中,-,1.50%\n計,200,100%\n"
    counts = "地域,患者数\n北,120\n南,-\n東,30\n西,40\n中,-\n"
    assert not attacked(counts).bounds
    assert exact(attacked(counts, earlier=(release(shares),))) == {"a B3": 7, "a B6": 3}


@pytest.mark.parametrize(
    ("value", "size", "half"),
    [("12.5%", 12.5, 0.05), ("３", 3, 0.5), (0.25, 0.25, 0.005), (4.0, 4, 0.5), ("1,234.5", 1234.5, 0.05)],
)
def test_a_figure_is_known_to_half_of_its_last_digit(value: str | float, size: float, half: float) -> None:
    assert figure_of(value) == (pytest.approx(size), pytest.approx(half))


def test_what_is_no_figure() -> None:
    assert [figure_of(value) for value in ("-", None, "5 (4.2%)", "甲")] == [None] * 4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=5, max_size=7), st.integers(0, 2))
def test_counts_with_shares_are_bounded_as_tightly_as_by_brute_force(counts: list[int], digits: int) -> None:
    """Every filling of the masks with 1 to 9 that keeps the sum and all rounded shares."""
    total = sum(counts)
    masked = [i for i, n in enumerate(counts) if 1 <= n <= 9]
    seen = [n for n in counts if n > 9]
    assume(1 <= len(masked) <= 3 and len(set(seen)) >= 3)
    shares = [f"{100 * n / total:.{digits}f}" for n in counts]
    lines = [f"行{chr(65 + i)},{'-' if i in masked else n},{shares[i]}" for i, n in enumerate(counts)]
    attack = attacked("\n".join(["群,患者数,割合(%)", *lines, f"計,{total},100"]) + "\n")
    half = 0.5 * 10.0**-digits
    fillings = [
        filling
        for filling in itertools.product(range(1, 10), repeat=len(masked))
        if sum(filling) + sum(n for i, n in enumerate(counts) if i not in masked) == total
        and all(abs(100 * n / total - float(shares[i])) <= half + 1e-9 for i, n in zip(masked, filling, strict=True))
    ]
    bounds = solve(attack.board, attack.relations, tightest=True)
    told = {attack.board.place(cell)[1]: (bound.low, bound.high) for cell, bound in bounds.items()}
    assert told == {place: (min(f[i] for f in fillings), max(f[i] for f in fillings)) for i, place in enumerate(masked)}


def test_a_table_and_its_part_bound_each_other() -> None:
    """No cell of the part is larger than its whole, and the totals of both are shown."""
    whole = "地域,男,女,計\n北,120,80,200\n南,-,-,11\n東,60,70,130\n"
    part = "地域,男,女,計\n北,118,80,198\n南,-,-,11\n東,60,69,129\n"
    assert not exact(attacked(whole)) | exact(attacked(part))
    shown = part.replace("南,-,-,11", "南,9,-,11")
    attack = attacked(whole, shown)
    assert Sort.NESTED in {relation.sort for relation in attack.relations}
    assert exact(attack) == {"a B3": 9, "a C3": 2, "b C3": 2}


def test_a_declared_sum_opens_a_mask_that_no_label_speaks_of() -> None:
    text = "群,甲,乙,丙\nA,20,30,50\nB,-,40,46\nC,25,15,40\n"
    assert not attacked(text).bounds
    attack = declared(text, "    totals:\n      - {line: D, of: ['B:C']}\n")
    assert exact(attack) == {"a B3": 6}
    assert {relation.sort for relation in attack.relations} == {Sort.DECLARED}


def test_a_declared_sum_of_rows_and_one_that_the_figures_refute() -> None:
    text = "群,甲,乙\nA,20,30\nB,-,40\nC,26,70\n"
    says = "    totals:\n      - {line: '4', of: ['2:3']}\n"
    assert exact(declared(text, says)) == {"a B3": 6}
    assert not declared(text.replace("26,70", "26,71"), says).bounds


def test_a_declared_dimension_holds_labels() -> None:
    """Years read like counts; named as a dimension they tell the rows apart."""
    text = "年次,値,患者数\n1,男,20\n1,計,27\n1,女,-\n"
    attack = declared(text, "    dimensions: [年次, 値]\n")
    assert exact(attack) == {"a C4": 7}
    assert {grid.column_numbers for grid in attack.board.grids} == {(3,)}
