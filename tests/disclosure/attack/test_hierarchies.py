"""The two properties of the attack for tables with subtotals: brute force, and what the tool proposes."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from provisioning.disclosure.attack.proposal import propose
from tests.disclosure.attack.conftest import attacked, exact

Counts = npt.NDArray[np.int64]
Place = tuple[int, int]
HEAD = "地域,総計,男,,,女,,\n,,計,若,老,計,若,老\n"
DETAILS = (2, 3, 5, 6)
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@st.composite
def tables(draw: st.DrawFn) -> Counts:
    """Two or three regions by sex and age group, with subtotals, a total column and a total row."""
    cell = st.one_of(st.integers(10, 40), st.integers(10, 40), st.integers(10, 40), st.integers(0, 9))
    return with_sums(np.array([[draw(cell) for _i in range(4)] for _row in range(draw(st.integers(2, 3)))]))


def with_sums(details: Counts) -> Counts:
    men, women = details[:, :2].sum(axis=1), details[:, 2:].sum(axis=1)
    body = np.column_stack([men + women, men, details[:, :2], women, details[:, 2:]])
    return np.vstack([body, body.sum(axis=0)])


def as_text(table: Counts, masked: set[Place]) -> str:
    lines = []
    for number, row in enumerate(table.tolist()):
        name = f"地域{chr(65 + number)}" if number < len(table) - 1 else "計"
        lines.append(name + "," + ",".join("-" if (number, i) in masked else str(n) for i, n in enumerate(row)))
    return HEAD + "\n".join(lines) + "\n"


def primary(table: Counts) -> set[Place]:
    return {(int(row), int(column)) for row, column in np.argwhere((table >= 1) & (table <= 9))}


def name(place: Place) -> str:
    return f"a {'BCDEFGH'[place[1]]}{place[0] + 3}"


def known(table: Counts, masked: list[Place]) -> dict[str, float]:
    """The masked cells that hold one figure in every way to fill the masks with 1 to 9 that keeps all sums."""
    seen: dict[Place, set[int]] = {place: set() for place in masked}
    filled = table.copy()
    for filling in itertools.product(range(1, 10), repeat=len(masked)):
        for place, value in zip(masked, filling, strict=True):
            filled[place] = value
        if (with_sums(filled[:-1, DETAILS]) == filled).all():
            for place, value in zip(masked, filling, strict=True):
                seen[place].add(value)
    return {name(place): values.pop() for place, values in seen.items() if len(values) == 1}


@SLOW
@given(tables())
def test_primary_masks_alone_are_opened_exactly_where_brute_force_opens_them(table: Counts) -> None:
    masked = sorted(primary(table))
    assume(0 < len(masked) <= 4)
    assert exact(attacked(as_text(table, set(masked)))) == known(table, masked)


@settings(SLOW, max_examples=15)
@given(tables())
def test_what_the_tool_proposes_leaves_nothing_exact(table: Counts) -> None:
    masked = primary(table)
    assume(masked)
    attack = attacked(as_text(table, masked))
    proposal = propose(attack.board, attack.relations)
    assert proposal.closed
    further = {attack.board.place(cell)[1:] for cell in proposal.cells}
    assert not exact(attacked(as_text(table, masked | further)))
