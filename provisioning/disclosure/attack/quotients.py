"""Percentages and means as inequalities: the numerator is the denominator times what the figure can be, as rounded."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from provisioning.disclosure.attack.model import Board, Relation, Sort


def relations_of_quotients(board: Board, index: int) -> Iterator[Relation]:
    """Two inequalities for every figure of a grid of which a count is masked (PUB-23)."""
    grid, numbers = board.grids[index], board.numbers(index)
    for quotient in grid.quotients:
        above, below = int(numbers[quotient.numerator]), int(numbers[quotient.denominator])
        known = [bool(board.masked[cell] or np.isfinite(board.values[cell])) for cell in (above, below)]
        if above == below or not all(known) or not (board.masked[above] or board.masked[below]):
            continue
        for weight, least, most in ((quotient.low, -inf, 0.0), (quotient.high, 0.0, inf)):
            if weight > 0:
                yield Relation(
                    Sort.QUOTIENT,
                    above,
                    np.array([below]),
                    quotient.evidence,
                    tolerance=1e-9,
                    weight=weight,
                    least=least,
                    most=most,
                    name=quotient.name,
                )
