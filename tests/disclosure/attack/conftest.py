"""Tables written down as text, attacked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.attack.model import Openness
from provisioning.disclosure.attack.request import Attack, Earlier, attack_request
from provisioning.disclosure.columns import understand
from provisioning.disclosure.documents import read_document
from provisioning.disclosure.model import cell_name
from provisioning.disclosure.register import ReleasedTable, released_table


def attacked(*texts: str, earlier: tuple[Earlier, ...] = ()) -> Attack:
    """The attack on CSV files, named a.csv, b.csv ..."""
    documents = [read_document(f"{chr(97 + n)}.csv", text.encode()) for n, text in enumerate(texts)]
    return attack_request([understand(table) for document in documents for table in document.tables], earlier)


def cells_that_are(attack: Attack, *wanted: Openness) -> dict[str, tuple[float, float]]:
    """Cells such as `a B3` with these verdicts, and their bounds; cells of releases by the request's id."""
    found = {}
    for cell, bound in attack.bounds.items():
        index, row, column = attack.board.place(cell)
        grid = attack.board.grids[index]
        if bound.openness in wanted:
            name = cell_name(grid.row_numbers[row], grid.column_numbers[column])
            found[f"{grid.release or grid.file[0]} {name}"] = (bound.low, bound.high)
    return found


def exact(attack: Attack) -> dict[str, float]:
    """The cells that are known exactly, with their values."""
    return {name: low for name, (low, _high) in cells_that_are(attack, Openness.EXACT).items()}


@pytest.fixture
def release() -> Callable[..., Earlier]:
    """One CSV file as the register keeps it."""

    def make(text: str, request: str = "OLD-E001", *, own: bool = True) -> Earlier:
        tables = [released_table(table) for table in read_document("old.csv", text.encode()).tables]
        kept = tuple(ReleasedTable.from_data(table.as_data()) for table in tables if table)
        return Earlier(request, own, kept)

    return make
