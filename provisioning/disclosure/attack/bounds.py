"""Bounds on the unknown cells of one system: propagation first, then linear programmes, then integer ones.

Values are witnessed: each solution of a programme shows one value that every cell can have, so that few
programmes are needed to see that most cells are safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from provisioning.disclosure.attack.model import Flags, Floats, Ids

ROUNDS = 200
ROUNDS_OF_CHANCE = 12
EPS = 1e-6
FAR = 1e12
"""Beyond this a bound is none."""


@dataclass(frozen=True, eq=False)
class Equation:
    """`least <= sum of weights * cells <= most`, over positions in a system; inf where one side is open."""

    cells: Ids
    weights: Floats
    least: float
    most: float


@dataclass(frozen=True, eq=False)
class System:
    """Equations that hang together, and what each unknown can be before them."""

    low: Floats
    high: Floats
    whole: Flags
    equations: tuple[Equation, ...]

    @property
    def has_cycles(self) -> bool:
        """Whether equations share cells in a ring; without one, propagation alone gives the tightest bounds."""
        links = sum(len(equation.cells) for equation in self.equations)
        return links > len(self.low) + len(self.equations) - 1


@dataclass(frozen=True, eq=False)
class Solution:
    """Bounds of each unknown; `tight` where both ends are reached by a solution of the system."""

    low: Floats
    high: Floats
    tight: Flags


def propagate(system: System) -> tuple[Floats, Floats] | None:
    """Bounds that each equation alone implies, repeated until nothing changes; None when it cannot be fulfilled."""
    low, high = system.low.copy(), system.high.copy()
    waiting = set(range(len(system.equations)))
    of_cell: dict[int, list[int]] = {}
    if len(system.equations) > 1:
        for number, equation in enumerate(system.equations):
            for cell in equation.cells.tolist():
                of_cell.setdefault(cell, []).append(number)
    budget = ROUNDS * len(system.equations)
    while waiting and budget:
        budget -= 1
        number = waiting.pop()
        changed = _narrow(system.equations[number], low, high, system.whole)
        if changed is None:
            return None
        for cell in changed.tolist():
            waiting.update(of_cell.get(cell, ()))
        waiting.discard(number)
    return low, high


def _narrow(equation: Equation, low: Floats, high: Floats, whole: Flags) -> Ids | None:
    """Tighten the cells of one equation in place; those that changed, or None when it cannot hold."""
    cells, weights = equation.cells, equation.weights
    old_low, old_high = low[cells], high[cells]
    least = np.where(weights > 0, old_low, old_high) * weights
    most = np.where(weights > 0, old_high, old_low) * weights
    sum_least, sum_most = least.sum(), most.sum()
    slack = EPS * max(1.0, min(abs(equation.least), abs(equation.most)) * 1e-3)
    if sum_least > equation.most + slack or sum_most < equation.least - slack:
        return None
    lowest = np.maximum(least, equation.least - (sum_most - most))
    highest = np.minimum(most, equation.most - (sum_least - least))
    new_low = np.where(weights > 0, lowest, highest) / weights
    new_high = np.where(weights > 0, highest, lowest) / weights
    integral = whole[cells]
    new_low = np.where(integral, np.ceil(new_low - slack), new_low)
    new_high = np.where(integral, np.floor(new_high + slack), new_high)
    if np.any(new_low > new_high + slack):
        return None
    low[cells], high[cells] = np.maximum(new_low, old_low), np.minimum(np.maximum(new_high, new_low), old_high)
    moved = (low[cells] > old_low + slack) | (high[cells] < old_high - slack)
    return cells[moved]


def solve(system: System, need: Floats, *, most_programmes: int, seed: int = 0) -> Solution | None:
    """The bounds of each unknown; None when the system cannot be fulfilled.

    A cell that is seen to span `need` (width of its interval) is not narrowed further; `need` of inf asks
    for the tightest bounds. Cells left over after `most_programmes` keep outer bounds and are not tight.
    """
    narrowed = propagate(system)
    if narrowed is None:
        return None
    low, high = narrowed
    if len(system.equations) < 2 or not system.has_cycles:
        return Solution(low, high, np.ones(len(low), np.bool_))
    return _Search(system, low, high, need, most_programmes, seed).run()


class _Search:
    """The programmes of one system, with the values witnessed so far."""

    def __init__(self, system: System, low: Floats, high: Floats, need: Floats, most: int, seed: int) -> None:
        self.system, self.low, self.high, self.need = system, low, high, need
        self.left = most
        self.impossible = False
        self.random = np.random.default_rng(seed)
        self.seen_low: Floats = np.full(len(low), np.inf)
        self.seen_high: Floats = np.full(len(low), -np.inf)
        rows = np.repeat(np.arange(len(system.equations)), [len(e.cells) for e in system.equations])
        columns = np.concatenate([e.cells for e in system.equations])
        weights = np.concatenate([e.weights for e in system.equations])
        self.matrix = csr_array((weights, (rows, columns)), shape=(len(system.equations), len(low)))
        self.least = np.array([e.least for e in system.equations])
        self.most = np.array([e.most for e in system.equations])

    def run(self) -> Solution | None:
        if not self._witness(np.zeros(len(self.low))):
            return None if self.impossible else Solution(self.low, self.high, np.zeros(len(self.low), np.bool_))
        for _round in range(ROUNDS_OF_CHANCE):
            open_cells = self._open()
            if len(open_cells) < 4 or self.left < 2:
                break
            aim = np.zeros(len(self.low))
            aim[open_cells] = self.random.choice([-1.0, 1.0], len(open_cells))
            # there and back again: most cells are seen near both of their ends
            self._witness(aim)
            self._witness(-aim)
        for cell in self._open().tolist():
            self._tighten(cell)
        tight = (self.seen_low <= self.low + EPS) & (self.seen_high >= self.high - EPS)
        return Solution(self.low, self.high, tight | (self.seen_high - self.seen_low >= self.need - EPS))

    def _open(self) -> Ids:
        """Cells of which neither enough values were seen nor both ends reached."""
        reached = (self.seen_low <= self.low + EPS) & (self.seen_high >= self.high - EPS)
        return np.flatnonzero(~reached & (self.seen_high - self.seen_low < self.need - EPS))

    def _tighten(self, cell: int) -> None:
        """Both ends of one cell, unless other programmes have shown enough of it meanwhile."""
        for sign in (1.0, -1.0):
            if cell not in self._open() or self.left < 1:
                return
            aim = np.zeros(len(self.low))
            aim[cell] = sign
            self._witness(aim)
            end = self._end(aim)
            if end is None:
                continue
            if sign > 0:
                self.low[cell] = max(self.low[cell], end)
            else:
                self.high[cell] = min(self.high[cell], end)

    def _end(self, aim: Floats) -> float | None:
        """The end of the cell that the last programme proved, inside whole numbers where it counts."""
        if self.proved is None:
            return None
        cell = int(np.flatnonzero(aim)[0])
        end = float(self.proved * aim[cell])
        if self.system.whole[cell]:
            end = float(np.ceil(end - EPS) if aim[cell] > 0 else np.floor(end + EPS))
        return end

    def _witness(self, aim: Floats) -> bool:
        """Minimise `aim`; keep the solution as a witness. False when nothing fulfils the system."""
        self.left -= 1
        self.proved: float | None = None
        point = self._linear(aim)
        whole = self.system.whole
        if point is not None and np.any(np.abs(point - np.rint(point))[whole] > EPS):
            point = self._integer(aim)
        if point is None:
            return False
        point = np.where(whole, np.rint(point), point)
        self.seen_low, self.seen_high = np.minimum(self.seen_low, point), np.maximum(self.seen_high, point)
        self.proved = float(aim @ point)
        return True

    def _linear(self, aim: Floats) -> Floats | None:
        from scipy.optimize import linprog  # noqa: PLC0415 - slow to import, and few tables need it

        ends = np.column_stack([self.low, np.minimum(self.high, FAR)])
        same = self.most - self.least <= EPS
        answer = linprog(
            aim,
            A_eq=self.matrix[same] if same.any() else None,
            b_eq=self.most[same] if same.any() else None,
            **self._between(~same),
            bounds=ends,
            method="highs",
        )
        return self._told(answer)

    def _told(self, answer: Any) -> Floats | None:
        """The point of an answer; None, and `impossible` set, where there is none (status 2)."""
        self.impossible = answer.status == 2
        return np.asarray(answer.x, np.float64) if answer.status == 0 else None

    def _between(self, rows: Flags) -> dict[str, Any]:
        above, below = rows & np.isfinite(self.most), rows & np.isfinite(self.least)
        if not (above.any() or below.any()):
            return {}
        return {
            "A_ub": vstack([self.matrix[above], -self.matrix[below]], format="csr"),
            "b_ub": np.concatenate([self.most[above], -self.least[below]]),
        }

    def _integer(self, aim: Floats) -> Floats | None:
        from scipy.optimize import LinearConstraint, milp  # noqa: PLC0415 - as above

        answer = milp(
            aim,
            integrality=self.system.whole.astype(int),
            bounds=(self.low, np.minimum(self.high, FAR)),
            constraints=LinearConstraint(self.matrix, self.least, self.most),
            options={"time_limit": 5.0},
        )
        return self._told(answer)
