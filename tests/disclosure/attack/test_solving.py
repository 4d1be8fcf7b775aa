"""The bounds against brute force, and the proposals against the attack."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from provisioning.disclosure.attack.model import Openness
from provisioning.disclosure.attack.proposal import propose
from provisioning.disclosure.attack.request import Attack
from provisioning.disclosure.attack.solve import attack as solve
from tests.disclosure.attack.conftest import attacked, cells_that_are, exact

Rows = list[list[int]]
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
MOST_MASKED = 5


@st.composite
def tables(draw: st.DrawFn, most: int = 4) -> Rows:
    """Counts with a total column and a total row; some cells small."""
    rows, columns = draw(st.integers(2, most)), draw(st.integers(2, most))
    cell = st.one_of(st.integers(10, 60), st.integers(10, 60), st.integers(0, 9))
    body = [[draw(cell) for _column in range(columns)] for _row in range(rows)]
    full = [[*row, sum(row)] for row in body]
    return [*full, [sum(row[i] for row in full) for i in range(columns + 1)]]


def as_text(table: Rows, masked: set[tuple[int, int]]) -> str:
    lines = ["群," + ",".join(f"列{chr(65 + i)}" for i in range(len(table[0]) - 1)) + ",計"]
    for number, row in enumerate(table):
        name = f"行{chr(65 + number)}" if number < len(table) - 1 else "計"
        lines.append(name + "," + ",".join("-" if (number, i) in masked else str(n) for i, n in enumerate(row)))
    return "\n".join(lines) + "\n"


def primary(table: Rows) -> set[tuple[int, int]]:
    return {(r, c) for r, row in enumerate(table) for c, n in enumerate(row) if 1 <= n <= 9}


def solutions(table: Rows, masked: list[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Every way to fill the masked cells with 1 to 9 so that all sums hold."""
    values = np.array(table)
    for filling in itertools.product(range(1, 10), repeat=len(masked)):
        for place, value in zip(masked, filling, strict=True):
            values[place] = value
        if (values[:, :-1].sum(axis=1) == values[:, -1]).all() and (values[:-1].sum(axis=0) == values[-1]).all():
            yield filling


def name(place: tuple[int, int]) -> str:
    return f"a {'BCDEFGH'[place[1]]}{place[0] + 2}"


def believed(attack: Attack, table: Rows) -> bool:
    """Whether the sums of this table were all taken for relations."""
    return len(attack.relations) >= len(table) + len(table[0])


@SLOW
@given(tables())
def test_primary_masks_alone_are_opened_exactly_where_brute_force_opens_them(table: Rows) -> None:
    masked = sorted(primary(table))
    assume(0 < len(masked) <= MOST_MASKED)
    fillings = list(solutions(table, masked))
    attack = attacked(as_text(table, set(masked)))
    expected = {
        name(place): values.pop() for i, place in enumerate(masked) if len(values := {f[i] for f in fillings}) == 1
    }
    assert exact(attack) == expected


@SLOW
@given(tables())
def test_the_tightest_intervals_are_those_of_brute_force(table: Rows) -> None:
    masked = sorted(primary(table))
    assume(0 < len(masked) <= MOST_MASKED)
    fillings = list(solutions(table, masked))
    attack = attacked(as_text(table, set(masked)))
    bounds = solve(attack.board, attack.relations, tightest=True)
    told = {}
    for cell, bound in bounds.items():
        _grid, row, column = attack.board.place(cell)
        told[row, column] = (bound.low, bound.high)
    assert told == {p: (min(f[i] for f in fillings), max(f[i] for f in fillings)) for i, p in enumerate(masked)}


@settings(SLOW, max_examples=25)
@example([[10, 10, 20], [10, 0, 10], [0, 1, 1], [1, 2, 3], [21, 13, 34]])
@example([[15, 4, 19], [13, 2, 15], [10, 10, 20], [38, 16, 54]])
@given(tables(most=5))
def test_what_the_tool_proposes_leaves_nothing_exact(table: Rows) -> None:
    masked = primary(table)
    assume(masked)
    attack = attacked(as_text(table, masked))
    proposal = propose(attack.board, attack.relations)
    assert proposal.closed
    further = {attack.board.place(cell)[1:] for cell in proposal.cells}
    assert not further & masked
    again = attacked(as_text(table, masked | further))
    assert not exact(again)


def test_a_proposal_is_no_larger_than_it_must_be() -> None:
    """A single masked cell of a 3 x 3 table with margins needs a rectangle: three more cells."""
    table = [[5, 30, 40, 75], [20, 21, 50, 91], [60, 70, 80, 210], [85, 121, 170, 376]]
    attack = attacked(as_text(table, {(0, 0)}))
    proposal = propose(attack.board, attack.relations)
    assert proposal.closed
    assert {attack.board.place(cell)[1:] for cell in proposal.cells} == {(0, 1), (1, 0), (1, 1)}


def test_nothing_is_proposed_where_nothing_is_open() -> None:
    attack = attacked("群,A,B,C,計\n甲,-,-,20,30\n乙,-,-,30,40\n計,10,10,50,70\n")
    assert not cells_that_are(attack, Openness.EXACT, Openness.NARROW)
    assert propose(attack.board, attack.relations).cells == ()


def test_a_second_mask_on_a_larger_figure_is_no_exact_cell() -> None:
    """5 and 25 are masked: nothing from 1 to 9 fits, so the attacker learns only that one is larger."""
    attack = attacked("群,A,B,C,計\n甲,-,-,20,50\n乙,20,30,40,90\n")
    assert not cells_that_are(attack, Openness.EXACT, Openness.NARROW)


RULE = "※集計結果が10未満の場合は「-」で表示（10未満の箇所が1箇所の場合は10以上の最小値を全て「-」で表示）\n\n"


@pytest.mark.parametrize(
    ("title", "rest", "openness"),
    [("", 18, Openness.EXACT), (RULE, 18, Openness.SAFE), (RULE, 2, Openness.EXACT), (RULE, 27, Openness.SAFE)],
)
def test_the_rule_of_the_smallest_figure_widens_what_a_mask_can_be(title: str, rest: int, openness: Openness) -> None:
    text = f"{title}群,A,B,C,D,計\n甲,-,-,20,30,{50 + rest}\n乙,20,30,40,50,140\n"
    row = 2 + (2 if title else 0)
    assert set(cells_that_are(attacked(text), openness)) == {f"a B{row}", f"a C{row}"}


def test_a_ring_of_masks_is_narrowed_by_programmes() -> None:
    """No single sum tells, all of them together do."""
    attack = attacked("群,A,B,C,計\n甲,-,-,20,22\n乙,-,-,30,48\n丙,40,50,60,150\n計,50,60,110,220\n")
    assert exact(attack) == {"a B2": 1, "a C2": 1, "a B3": 9, "a C3": 9}
