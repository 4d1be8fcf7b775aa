"""The result of the attack in words: findings with the place, the relation that opens it, and the fix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from provisioning.disclosure.attack.bounds import FAR
from provisioning.disclosure.attack.complements import Complement
from provisioning.disclosure.attack.differencing import Difference
from provisioning.disclosure.attack.model import Board, Bound, Grid, Openness, Relation, Sort
from provisioning.disclosure.attack.proposal import MOST_UNKNOWNS, propose_for, relations_of_cells
from provisioning.disclosure.attack.request import Attack
from provisioning.disclosure.attack.solve import parts_of
from provisioning.disclosure.model import Finding, Verdict, cell_name, shown
from provisioning.disclosure.values import in_words
from provisioning.messages import _

MOST_PROPOSALS = 200
"""So many open parts get a proposal in one check; the others are named without one."""


def findings(attack: Attack) -> Iterator[Finding]:
    """Every cell that the attack finds exactly (fail), and what is too narrow or undecided (review, once per table)."""
    fixes = _Fixes(attack)
    rest: dict[tuple[int, Openness], list[int]] = defaultdict(list)
    for cell, bound in sorted(attack.bounds.items()):
        if bound.openness is Openness.EXACT:
            if found := _exact(attack, fixes, cell, bound):
                yield found
        elif bound.openness is not Openness.SAFE and not attack.board.grid_of(cell).release:
            rest[attack.board.place(cell)[0], bound.openness].append(cell)
    for (_index, openness), cells in rest.items():
        yield _loose(attack, fixes, openness, cells)
    for difference in attack.differences:
        yield _difference(attack.board, difference)
    for complement in attack.complements:
        yield _complement(attack.board, complement)


class _Fixes:
    """The relations of each cell, and what to mask further, worked out once per open part."""

    def __init__(self, attack: Attack) -> None:
        self.board = attack.board
        opened = {cell for cell, bound in attack.bounds.items() if bound.openness is Openness.EXACT}
        narrow = {cell for cell, bound in attack.bounds.items() if bound.openness is not Openness.SAFE}
        parts = [
            part for part in parts_of(attack.board, attack.relations) if not narrow.isdisjoint(part.cells.tolist())
        ]
        useful = attack.relations if opened else tuple(r for part in parts for r in part.relations)
        self.of_cell = relations_of_cells(useful)
        self._sums = relations_of_cells(r for r in useful if r.sort is not Sort.QUOTIENT)
        self._texts: dict[int, str] = {}
        done = 0
        for part in parts:
            cells = part.cells.tolist()
            if opened.isdisjoint(cells):
                continue
            done += 1
            text = self._proposed(cells) if done <= MOST_PROPOSALS and len(cells) <= MOST_UNKNOWNS else _general_fix()
            self._texts |= dict.fromkeys(cells, text)

    def text(self, cell: int) -> str:
        """What closes the part that the cell stands in."""
        return self._texts.get(cell, "") or _general_fix()

    def _proposed(self, cells: list[int]) -> str:
        """What to mask: percentages and means of masked counts in any case, and counts as far as sums need it."""
        found = propose_for(self.board, self._sums, cells)
        if not found.closed:
            return _("No further mask closes it; join groups, or leave the totals out.")
        figures = [r for cell in cells for r in self.of_cell[cell] if r.sort is Sort.QUOTIENT]
        named = dict.fromkeys(_named(self.board, r.total, r.name) for r in figures)
        places = shown([*named, *(place(self.board, cell) for cell in found.cells)], most=20)
        return _("Mask {places} too: attacked again, no masked cell can be worked out then.").format(places=places)


def _general_fix() -> str:
    return _("Mask a second cell of the same total, or the total too; or join groups.")


def place(board: Board, cell: int) -> str:
    """A cell with its sheet, or its file where a board holds several."""
    return _named(board, cell, cell_name(*_numbers(board, cell)))


def _named(board: Board, cell: int, name: str) -> str:
    """The name of a place in the grid of a cell, with its sheet or file where a board holds several."""
    grid = board.grid_of(cell)
    if len({(g.file, g.sheet) for g in board.grids if not g.release}) < 2:
        return name
    return f"{grid.file} [{grid.sheet}] {name}" if grid.sheet else f"{grid.file} {name}"


def telling_relation(attack: Attack, of_cell: dict[int, list[Relation]], cell: int) -> Relation:
    """The relation that says most of the cell: the one with the fewest masked cells."""
    masked = attack.board.masked
    return min(of_cell[cell], key=lambda relation: (int(masked[relation.cells].sum()), relation.sort))


def _exact(attack: Attack, fixes: _Fixes, cell: int, bound: Bound) -> Finding | None:
    """The finding on a cell that is found exactly; one of an earlier release is shown at the table that opens it."""
    board = attack.board
    relation = telling_relation(attack, fixes.of_cell, cell)
    words = in_full(board, relation)
    grid = board.grid_of(cell)
    if not grid.release:
        reason = _("What is masked here can be worked out exactly: {words}.").format(words=words)
        return _at(board, cell, "PUB-22", "fail", reason, fixes.text(cell))
    opener = next((c for c in _reach(fixes, board, cell) if not board.grid_of(c).release), None)
    if opener is None:
        return None
    reason = _("This table opens a masked cell of the earlier release {request}: {words}.").format(
        request=grid.release, words=words
    )
    return _at(board, opener, "PUB-21", "fail", reason, fixes.text(cell))


def _reach(fixes: _Fixes, board: Board, cell: int) -> Iterator[int]:
    """The cells of the relations of a cell, then those of the relations of the masked ones among them."""
    waiting, seen = [cell], {cell}
    while waiting:
        for relation in fixes.of_cell.get(waiting.pop(0), ()):
            for other in relation.cells.tolist():
                if other not in seen:
                    seen.add(other)
                    yield other
                    if board.masked[other]:
                        waiting.append(other)


def in_full(board: Board, relation: Relation) -> str:
    """A relation in words, such as `the total 302 minus 46 visible cells leaves 11 for 2 masked cells`.

    Figures of releases of other approvals are not repeated.
    """
    hidden = int(board.masked[relation.parts].sum())
    visible = len(relation.parts) - hidden
    others = sorted({g.release for c in relation.cells.tolist() if (g := board.grid_of(c)).release})
    if relation.sort is Sort.EQUAL:
        words = _("another table shows the same cell")
    elif relation.sort is Sort.QUOTIENT:
        words = _("the percentage or mean in {place} is one of its counts over another").format(place=relation.name)
    elif relation.sort is Sort.NESTED:
        words = _("another table counts nearly the same persons, and no cell of the part can be larger")
    elif board.masked[relation.total] or any(not board.grid_of(c).own for c in relation.cells.tolist()):
        words = _("{visible} visible and {hidden} masked cell(s) add up to another cell").format(
            visible=visible, hidden=hidden
        )
    else:
        total = float(board.values[relation.total])
        rest = total - float(np.nansum(np.where(board.masked[relation.parts], 0, board.values[relation.parts])))
        words = _("the total {total} minus {visible} visible cell(s) leaves {rest} for {hidden} masked cell(s)").format(
            total=in_words(total), visible=visible, rest=in_words(round(rest, 6)), hidden=hidden
        )
    words += " " + _sure(relation)
    return words + (" " + _("(with the release {releases})").format(releases=shown(others)) if others else "")


def _sure(relation: Relation) -> str:
    if relation.sort in (Sort.QUOTIENT, Sort.NESTED) and relation.evidence:
        return _("(seen in {count} visible place(s))").format(count=relation.evidence)
    if relation.sort is Sort.QUOTIENT:
        return _("(the author or its heading says so)")
    if relation.sort is Sort.DECLARED:
        return _("(the author declares it a total)")
    if relation.evidence:
        return _("(the same holds on {lines} complete line(s))").format(lines=relation.evidence)
    return _("(the labels say so; no line is complete)")


def _loose(attack: Attack, fixes: _Fixes, openness: Openness, cells: list[int]) -> Finding:
    """One finding for all cells of a table that are too narrow, or undecided."""
    board = attack.board
    places = shown([cell_name(*_numbers(board, cell)) for cell in cells])
    if openness is Openness.NARROW:
        words = in_full(board, telling_relation(attack, fixes.of_cell, cells[0]))
        reason = _("{count} masked cell(s) leave fewer than 5 counts, or half the threshold: {places}; {words}.")
        reason = reason.format(count=len(cells), places=places, words=words)
    elif all(attack.bounds[cell].high >= FAR for cell in cells):
        reason = _("The figures around {count} masked cell(s) contradict each other, so that nothing fits: {places}.")
        fix = _("Correct the figures, those in percent and those of other tables too; the attack then ends.")
        return _at(board, cells[0], "PUB-22", "review", reason.format(count=len(cells), places=places), fix)
    else:
        reason = _("The attack could not be finished for {count} masked cell(s): {places}.").format(
            count=len(cells), places=places
        )
    return _at(board, cells[0], "PUB-22", "review", reason, fixes.text(cells[0]))


def _complement(board: Board, complement: Complement) -> Finding:
    places = shown([cell_name(*_numbers(board, cell)) for cell in complement.cells])
    if complement.other == complement.grid:
        reason = _("{places}: what is left of the whole beside this part is a count from 1 to 9.").format(places=places)
    else:
        reason = _("{places}: one of this table and {other} counts a part of the other, and leaves 1 to 9.").format(
            places=places, other=_name(board, complement.other)
        )
    fix = _("Mask the part or its whole there, or join groups; if it is no part of it, let the headings say so.")
    return _at(board, complement.cells[0], "PUB-21", "review", reason, fix)


def _name(board: Board, index: int) -> str:
    """A table of the board as a person knows it: the release it left with, or its file and sheet."""
    grid = board.grids[index]
    return grid.release or (f"{grid.file} [{grid.sheet}]" if grid.sheet else grid.file)


def _difference(board: Board, difference: Difference) -> Finding:
    name = _name(board, difference.other)
    places = shown([cell_name(*_numbers(board, cell)) for cell in difference.cells])
    reason = _(
        "{places}: beside {other}, which shows {shared} of the same cells, the difference is a count from 1 to 9."
    ).format(places=places, other=name, shared=difference.shared)
    fix = _("Show one of the two tables only, or mask the cells that differ by few persons.")
    return _at(board, difference.cells[0], "PUB-21", "fail" if difference.certain else "review", reason, fix)


def _numbers(board: Board, cell: int) -> tuple[int, int]:
    index, row, column = board.place(cell)
    grid = board.grids[index]
    return grid.row_numbers[row], grid.column_numbers[column]


def _at(board: Board, cell: int, rule: str, verdict: Verdict, reason: str, fix: str) -> Finding:
    grid: Grid = board.grid_of(cell)
    row, column = _numbers(board, cell)
    return Finding(
        rule=rule,
        verdict=verdict,
        file=grid.file,
        sheet=grid.sheet,
        row=row,
        column=column,
        cell=cell_name(row, column),
        reason=reason,
        fix=fix,
        inferred=True,
    )
