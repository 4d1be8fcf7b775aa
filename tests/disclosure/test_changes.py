"""Two versions of one file."""

from __future__ import annotations

import pytest

from provisioning.disclosure.changes import FileChanges, changes
from provisioning.disclosure.documents import read_document

BEFORE = "地域,男,女\n北,20,30\n南,-,40\n東,15,25\n"


def between(before: str, now: str, name: str = "a.csv") -> FileChanges:
    return changes(read_document(name, now.encode()), read_document(name, before.encode()), "E001")


def test_the_same_file_has_no_changes() -> None:
    (table,) = between(BEFORE, BEFORE).tables
    assert table.same


def test_a_blank_column_more_is_a_change() -> None:
    (table,) = between(BEFORE, "地域,男,女,計\n北,20,30,\n南,-,40,\n東,15,25,\n").tables
    assert (table.cells, table.columns_added) == ({}, ("計",))
    assert not table.same


@pytest.mark.parametrize(
    ("now", "cells"),
    [
        (BEFORE.replace("20,30", "21,30"), {(2, 2): "20"}),
        (BEFORE.replace("-,40", "7,40"), {(3, 2): "-"}),
        (BEFORE.replace("20,30", '"20",３０'), {}),
        (BEFORE.replace("20,30", ",30"), {(2, 2): "20"}),
        ("地域,女,男\n東,25,15\n南,41,-\n北,30,20\n", {(3, 2): "40"}),
    ],
)
def test_cells_are_compared_by_what_they_are_about(now: str, cells: dict[tuple[int, int], str]) -> None:
    assert between(BEFORE, now).tables[0].cells == cells


def test_rows_and_columns_that_came_or_went_are_named() -> None:
    (table,) = between(BEFORE, "地域,男,計\n北,20,50\n西,12,33\n南,-,45\n").tables
    assert (table.rows_added, table.rows_removed) == (1, ("東",))
    assert (table.columns_added, table.columns_removed) == (("計",), ("女",))
    assert table.cells == {(2, 3): "", (3, 1): "", (3, 2): "", (3, 3): "", (4, 3): ""}


def test_tables_and_lines_of_text_that_came_or_went() -> None:
    table = "| a | n |\n|--|--|\n| M | 40 |\n"
    changed = between(f"n=30\n\n{table}", f"n=31\n\n{table}\n\nend 5\n\n{table}", "a.md")
    assert [found.new for found in changed.tables] == [False, True]
    assert {"- n=30", "+ n=31", "+ end 5"} <= set(changed.lines)
    assert between(f"{table}\n\n{table}", table, "a.md").removed == ("table 2 1",)
