"""Sheets of one workbook that add up: 総数 is the sum of 男 and 女, cell by cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from provisioning.disclosure.attack.axes import is_total
from provisioning.disclosure.attack.linking import Links
from provisioning.disclosure.attack.model import Board, Ids, Relation, Sort
from provisioning.disclosure.attack.relations import support, tolerance


def relations_of_sheets(board: Board, links: Links) -> Iterator[Relation]:
    """Each sheet named as a total, over all other sheets of its workbook that have the same rows and columns.

    Only with evidence: sheets can also be different subjects.
    """
    books: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, grid in enumerate(board.grids):
        books[grid.release, grid.file].append(index)
    for grids in books.values():
        for total in grids:
            if is_total(board.grids[total].sheet):
                parts = [i for i in grids if i != total and board.grids[i].sheet != board.grids[total].sheet]
                yield from _added(board, links, total, parts)


def _added(board: Board, links: Links, total: int, parts: list[int]) -> Iterator[Relation]:
    whole = (links.rows[total].keys(), links.columns[total].keys())
    same = [i for i in parts if (links.rows[i].keys(), links.columns[i].keys()) == whole]
    if len(same) < 2 or len(same) < len(parts) or not (whole[0] and whole[1]):
        return
    table = np.column_stack([_ordered(board, links, index, total) for index in (*same, total)])
    allowed = tolerance(board.grids[total], len(same))
    told = support(board.values[table], board.masked[table], len(same), np.arange(len(same)), allowed)
    if told.refuted or not told.evidence:
        return
    for line in np.flatnonzero(told.usable):
        yield Relation(Sort.SHEETS, int(table[line, -1]), table[line, :-1], told.evidence, allowed)


def _ordered(board: Board, links: Links, index: int, like: int) -> Ids:
    """The cells of a grid in the order of the rows and columns of another."""
    rows = [links.rows[index][subject] for subject in links.rows[like]]
    columns = [links.columns[index][subject] for subject in links.columns[like]]
    return board.numbers(index)[np.ix_(rows, columns)].ravel()
