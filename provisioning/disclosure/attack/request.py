"""The attack on all tables of one request, together with what was released before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from provisioning.disclosure.attack.differencing import Difference, differences
from provisioning.disclosure.attack.grids import grid_of_release, grid_of_table
from provisioning.disclosure.attack.linking import Links, relations_between
from provisioning.disclosure.attack.model import Board, Bound, Relation
from provisioning.disclosure.attack.relations import relations_within
from provisioning.disclosure.attack.solve import attack
from provisioning.disclosure.columns import Understood
from provisioning.disclosure.register import ReleasedTable


@dataclass(frozen=True)
class Earlier:
    """One release of the register. `own`: it was made for the approval that the request belongs to."""

    request: str
    own: bool
    tables: tuple[ReleasedTable, ...]


@dataclass(frozen=True, eq=False)
class Attack:
    """What the attack found: bounds of masked cells, and pairs of tables that differ by few persons."""

    board: Board
    relations: tuple[Relation, ...]
    bounds: dict[int, Bound]
    differences: tuple[Difference, ...]


def attack_request(tables: Sequence[Understood], earlier: Sequence[Earlier] = ()) -> Attack:
    """Gather every relation of the tables and of the earlier releases, and bound every masked cell (PUB-21, PUB-22)."""
    grids = [grid for table in tables if (grid := grid_of_table(table)) is not None]
    grids += [
        grid
        for release in earlier
        for table in release.tables
        if (grid := grid_of_release(table, release.request, own=release.own)) is not None
    ]
    board = Board(grids)
    links = Links(board)
    relations = [relation for index in range(len(grids)) for relation in relations_within(board, index)]
    relations += relations_between(board, links)
    return Attack(board, tuple(relations), attack(board, relations), tuple(differences(board, links)))
