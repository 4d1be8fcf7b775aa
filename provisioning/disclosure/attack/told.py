"""The attack cell by cell, as a report keeps it: what each mask leaves, by which relation, through which release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from provisioning.disclosure.attack.bounds import FAR
from provisioning.disclosure.attack.explain import in_full
from provisioning.disclosure.attack.linking import Links
from provisioning.disclosure.attack.model import Board, Bound, Grid, Openness, Relation
from provisioning.disclosure.attack.request import Attack
from provisioning.disclosure.model import cell_name

MOST_TOLD = 2000
"""So many masks are told one by one in a report, those that are not safe first."""

_ORDER = {Openness.EXACT: 0, Openness.NARROW: 1, Openness.UNDECIDED: 2, Openness.SAFE: 3}


def masks_told(attack: Attack) -> Iterator[dict[str, Any]]:
    """For each masked cell under check: the figures it can hold, the telling relation, what releases add to that."""
    board = attack.board
    own = [
        bound
        for cell, bound in attack.bounds.items()
        if not board.grid_of(cell).release and not (board.blank[cell] and bound.openness is Openness.SAFE)
    ]
    told = sorted(own, key=lambda bound: (_ORDER[bound.openness], bound.cell))[:MOST_TOLD]
    of_cell = _relations_of({bound.cell for bound in told}, attack)
    for bound in sorted(told, key=lambda bound: bound.cell):
        cell = bound.cell
        index, row, column = board.place(cell)
        grid = board.grids[index]
        telling = min(of_cell[cell], key=lambda relation: (int(board.masked[relation.cells].sum()), relation.sort))
        alone = attack.alone.get(cell)
        yield {
            **_table(grid),
            "row": grid.row_numbers[row],
            "column": grid.column_numbers[column],
            "cell": cell_name(grid.row_numbers[row], grid.column_numbers[column]),
            **_ends(bound),
            "openness": str(bound.openness),
            "words": in_full(board, telling),
            "releases": _releases(board, of_cell[cell]) if alone else [],
            "alone": {**_ends(alone), "openness": str(alone.openness)} if alone else None,
        }


def _ends(bound: Bound) -> dict[str, float | None]:
    """The least and the most figure; None where nothing bounds it."""
    return {"low": bound.low, "high": bound.high if bound.high < FAR else None}


def _relations_of(cells: set[int], attack: Attack) -> dict[int, list[Relation]]:
    found: dict[int, list[Relation]] = defaultdict(list)
    for relation in attack.relations:
        for cell in relation.cells[attack.board.masked[relation.cells]].tolist():
            if cell in cells:
                found[cell].append(relation)
    return found


def _releases(board: Board, relations: list[Relation]) -> list[str]:
    names = {board.grid_of(cell).release for relation in relations for cell in relation.cells.tolist()}
    return sorted(names - {""})


def _table(grid: Grid) -> dict[str, str]:
    return {"file": grid.file, "sheet": grid.sheet}


def beside_releases(board: Board, links: Links) -> Iterator[dict[str, Any]]:
    """For each table under check and each released one about the same cells: how many are equal, near, or hidden."""
    for one, other in links.pairs():
        grids = board.grids[one], board.grids[other]
        if bool(grids[0].release) == bool(grids[1].release):
            continue
        shared = links.shared(one, other)
        if shared is None:
            continue
        here, there = (shared.one, shared.other) if grids[1].release else (shared.other, shared.one)
        grid, released = grids if grids[1].release else grids[::-1]
        gaps = board.values[here] - board.values[there]
        seen = np.isfinite(gaps)
        few = seen & (np.abs(gaps) > 0) & (np.abs(gaps) < grid.threshold)
        shown = np.isfinite(board.values[here]), np.isfinite(board.values[there])
        yield {
            **_table(grid),
            "row": grid.row_numbers[0],
            "request": released.release,
            "own": released.own,
            "table": f"{released.file} [{released.sheet}]" if released.sheet else released.file,
            "shared": len(gaps),
            "equal": int((seen & (gaps == 0)).sum()),
            "few": int(few.sum()),
            "hidden_here": int((board.masked[here] & shown[1]).sum()),
            "hidden_there": int((board.masked[there] & shown[0]).sum()),
        }
