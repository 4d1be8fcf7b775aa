"""The ministry's own published tables, where they are at hand (HIC_OPENDATA names their folder)."""

from __future__ import annotations

import csv
import io
import os
import random
from pathlib import Path

import pytest

from provisioning.disclosure.attack.model import Openness
from provisioning.disclosure.attack.request import attack_request
from provisioning.disclosure.check import check_files
from provisioning.disclosure.columns import understand
from provisioning.disclosure.documents import read_document
from provisioning.disclosure.layout import find_tables
from provisioning.disclosure.model import Finding, Kind
from provisioning.disclosure.rules import Pack, check_table
from provisioning.disclosure.values import in_words
from provisioning.disclosure.workbooks import read_workbook

FOLDER = os.environ.get("HIC_OPENDATA", "")
WORKBOOKS = sorted(Path(FOLDER).glob("*.xlsx")) if FOLDER else []
MOST_ROWS = 300

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not WORKBOOKS, reason="HIC_OPENDATA names no folder of published workbooks"),
]


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_nothing_published_is_called_a_violation(path: Path) -> None:
    content = path.read_bytes()
    report = check_files([(path.name, content)], Pack())
    attacked = [f for f in report.findings if f.rule in ("PUB-21", "PUB-22")]
    assert report.count("fail") == sum(f.verdict == "fail" for f in attacked)
    assert report.count("review") <= 2 + sum(f.verdict == "review" for f in attacked)
    assert report.cells > 1000


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_the_attack_on_each_published_table_ends(path: Path) -> None:
    """The attack finishes on every cell; what it opens is counted elsewhere, its values are nobody's business."""
    for table in read_document(path.name, path.read_bytes()).tables:
        read = understand(table)
        attack = attack_request([read])
        assert not any(bound.openness is Openness.UNDECIDED for bound in attack.bounds.values())


def _fails(sheet: str, grid: list[list[str | float | None]]) -> list[Finding]:
    tables = find_tables("a.xlsx", sheet, grid)
    return [f for table in tables for f in check_table(understand(table), Pack()) if f.verdict == "fail"]


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_one_small_cell_planted_anywhere_is_found_at_its_place(path: Path) -> None:
    chance = random.Random(path.name)  # noqa: S311 - no secret, only places
    sheets, _beside = read_workbook(path.name, path.read_bytes())
    for sheet, whole in sheets:
        grid = whole[:MOST_ROWS]
        (table,) = find_tables("a.xlsx", sheet, grid)
        counts = [i for i, meaning in enumerate(understand(table).meanings) if meaning.kind is not Kind.LABEL]
        for _round in range(3):
            row = table.row_numbers[chance.randrange(len(table.rows))]
            column = table.columns[chance.choice(counts)].number
            kept, grid[row - 1][column - 1] = grid[row - 1][column - 1], 5.0
            assert [(f.sheet, f.row, f.column, f.inferred and f.rule == "PUB-6") for f in _fails(sheet, grid)] == [
                (sheet, row, column, False)
            ]
            grid[row - 1][column - 1] = kept


@pytest.mark.parametrize("path", WORKBOOKS[:4], ids=lambda path: path.name)
def test_the_same_table_as_csv_in_cp932(path: Path) -> None:
    sheets, _beside = read_workbook(path.name, path.read_bytes())
    _sheet, grid = sheets[0]
    stream = io.StringIO()
    csv.writer(stream).writerows([[in_words(value) for value in row] for row in grid])
    text = stream.getvalue().encode("cp932", "replace")
    assert check_files([("a.csv", text)], Pack()).count("fail") == 0
    last = len(grid) - 1
    place = next(i for i in reversed(range(len(grid[last]))) if isinstance(grid[last][i], float))
    grid[last][place] = 7.0
    stream = io.StringIO()
    csv.writer(stream).writerows([[in_words(value) for value in row] for row in grid])
    found = check_files([("a.csv", stream.getvalue().encode("cp932", "replace"))], Pack()).findings
    assert [(f.row, f.column) for f in found if f.verdict == "fail"] == [(last + 1, place + 1)]
