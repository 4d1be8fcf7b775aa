"""The attack on all tables of one request, together with what was released before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from provisioning.disclosure.attack.complements import Complement, complements
from provisioning.disclosure.attack.differencing import Difference, differences, relations_of_parts
from provisioning.disclosure.attack.grids import grid_of_release, grid_of_table
from provisioning.disclosure.attack.groups import relations_of_groups
from provisioning.disclosure.attack.linking import Links, relations_between
from provisioning.disclosure.attack.model import Board, Bound, Openness, Relation
from provisioning.disclosure.attack.quotients import relations_of_quotients
from provisioning.disclosure.attack.relations import relations_within
from provisioning.disclosure.attack.sheets import relations_of_sheets
from provisioning.disclosure.attack.solve import Part, attack, attack_part, parts_of
from provisioning.disclosure.columns import Understood
from provisioning.disclosure.register import ReleasedTable
from provisioning.messages import _


@dataclass(frozen=True)
class Earlier:
    """One release of the register. `own`: it was made for the approval that the request belongs to.

    `revoked`: it was taken back since; its numbers may have been seen, and are attacked with all the same.
    """

    request: str
    own: bool
    tables: tuple[ReleasedTable, ...]
    revoked: bool = False

    @property
    def name(self) -> str:
        """The id of its request, marked where it was revoked."""
        return _("{request} (revoked)").format(request=self.request) if self.revoked else self.request


@dataclass(frozen=True, eq=False)
class Attack:
    """What the attack found: bounds of masked cells, and pairs of tables that differ by few persons.

    `complements` are parts that leave few persons of a visible whole. `alone` holds what the masks that earlier
    releases narrow would leave without them.
    """

    board: Board
    links: Links
    relations: tuple[Relation, ...]
    bounds: dict[int, Bound]
    differences: tuple[Difference, ...]
    alone: dict[int, Bound] = field(default_factory=dict)
    complements: tuple[Complement, ...] = ()


def attack_request(tables: Sequence[Understood], earlier: Sequence[Earlier] = ()) -> Attack:
    """Gather every relation of the tables and of the earlier releases, and bound every masked cell (PUB-21, PUB-22)."""
    grids = [grid for table in tables if (grid := grid_of_table(table)) is not None]
    grids += [
        grid
        for release in earlier
        for table in release.tables
        if (grid := grid_of_release(table, release.name, own=release.own)) is not None
    ]
    board = Board(grids)
    links = Links(board)
    pairs = list(differences(board, links))
    relations = [relation for index in range(len(grids)) for relation in relations_within(board, index)]
    relations += [relation for index in range(len(grids)) for relation in relations_of_quotients(board, index)]
    relations += relations_between(board, links)
    relations += relations_of_groups(board, links)
    relations += relations_of_sheets(board, links)
    relations += relations_of_parts(board, links, pairs)
    own = board.starts[sum(not grid.release for grid in grids)]
    bounds: dict[int, Bound] = {}
    alone: dict[int, Bound] = {}
    for part in parts_of(board, relations):
        if any(relation.cells.min() < own for relation in part.relations):
            found = _newly(board, part, own)
            bounds |= found
            if any(relation.cells.max() >= own for relation in part.relations):
                alone |= _without_releases(board, part, own, found)
    return Attack(board, links, tuple(relations), bounds, tuple(pairs), alone, tuple(complements(board, links)))


def _without_releases(board: Board, part: Part, own: int, found: dict[int, Bound]) -> dict[int, Bound]:
    """What the cells under check that releases narrow would leave without them."""
    before = attack(board, [relation for relation in part.relations if relation.cells.max() < own])
    narrowed = {}
    for cell, bound in found.items():
        if cell < own:
            low, high = float(board.low[cell]), float(board.high[cell])
            was = before.get(cell) or Bound(cell, low, high, Openness.SAFE)
            if was.openness is not bound.openness or was.high - was.low > bound.high - bound.low:
                narrowed[cell] = was
    return narrowed


def _newly(board: Board, part: Part, own: int) -> dict[int, Bound]:
    """The bounds of a part without the cells of releases that are as open without the tables under check."""
    bounds = attack_part(board, part)
    open_releases = [c for c, b in bounds.items() if c >= own and b.openness is not Openness.SAFE]
    if open_releases:
        before = attack(board, [relation for relation in part.relations if relation.cells.min() >= own])
        for cell in open_releases:
            if cell in before and before[cell].openness is bounds[cell].openness:
                del bounds[cell]
    return bounds
