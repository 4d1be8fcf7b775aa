"""The committed catalogue, and what is said about a wrong one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.datasets.catalogue import DDL_FOLDER, choose_names, choose_tables, read_catalogue
from provisioning.errors import BadInput, DependencyFailed

COUNTS = {"TRIAL_DPC_BU": 8, "TRIAL_DPC_RE": 33, "TRIAL_MED_INI_SI": 46, "TRIAL_MED_INI_SY": 10}


def test_the_committed_tables_have_their_columns() -> None:
    tables = {table.name: table for table in read_catalogue()}
    assert {name: len(tables[name].layout.columns) for name in COUNTS} == COUNTS
    for table in tables.values():
        assert [c.name for c in table.layout.columns[:3]] == ["seq1_no", "seq2_no", "rec_ident_info"]
        assert [c.name for c in table.layout.columns if not c.nullable] == ["seq2_no", "rec_ident_info"]
        assert [c.position for c in table.layout.columns] == list(range(1, len(table.layout.columns) + 1))
        assert all(c.japanese_name for c in table.layout.columns)


def test_dates_stay_text() -> None:
    kinds = {c.type: c.sql_type for table in read_catalogue() for c in table.layout.columns}
    assert (kinds["date_ym"], kinds["date_ymd"], kinds["smallint"]) == ("char(6)", "char(8)", "smallint")


def test_patterns() -> None:
    def names(*patterns: str) -> list[str]:
        return [table.name for table in choose_tables(read_catalogue(), patterns) if table.name in COUNTS]

    assert names("DPC_*") == names("trial_dpc_re, DPC_BU") == ["TRIAL_DPC_RE", "TRIAL_DPC_BU"]
    assert names("*_SI", "DPC_BU") == ["TRIAL_MED_INI_SI", "TRIAL_DPC_BU"]
    assert set(names()) == set(names("*")) == set(COUNTS)
    with pytest.raises(BadInput, match="DPC_XX") as caught:
        names("DPC_BU", "DPC_XX")
    assert "TRIAL_DPC_BU" in caught.value.fix
    assert choose_names([], ()) == ()


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the catalogue with one text replaced in one file."""

    def edit(name: str, old: str, new: str) -> Path:
        folder = tmp_path / "ddl"
        shutil.copytree(DDL_FOLDER, folder, dirs_exist_ok=True)
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit


@pytest.mark.parametrize(
    ("name", "old", "new", "text"),
    [
        ("layouts/DPC_BU.csv", "char(14)", "string", "DPC_BU.csv:5: 'string' is no known type"),
        ("layouts/DPC_BU.csv", "\n4,", "\n5,", "DPC_BU.csv:5: position 5 stands at place 4"),
        ("layouts/DPC_BU.csv", "seq2_no", "Seq2", "'Seq2' is no column name"),
        ("layouts/DPC_BU.csv", "seq2_no", "seq1_no", "'seq1_no' stands twice"),
        ("layouts/DPC_BU.csv", ",no,", ",maybe,", "nullable is 'maybe'"),
        ("layouts/DPC_BU.csv", ",spec,", ",sure,", "confidence is 'sure'"),
        ("layouts/DPC_BU.csv", ",51,", ",many,", "max_bytes is 'many'"),
        ("layouts/DPC_BU.csv", "confidence", "trust", "has no column confidence"),
        ("tables.csv", "DPC_BU,DPC,", "DPC_ZZ,DPC,", "this layout is named in tables.csv, but missing"),
        ("tables.csv", "TRIAL_DPC_BU", "trial;", "'trial;' is no table name"),
        ("tables.csv", ",1.05\n", ",many\n", "could not convert string to float"),
    ],
)
def test_mistakes_are_named(edited: Callable[[str, str, str], Path], name: str, old: str, new: str, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_catalogue(edited(name, old, new))
    assert text in str(caught.value)


def test_a_missing_folder_says_how_to_install(tmp_path: Path) -> None:
    with pytest.raises(DependencyFailed, match="pip install -e"):
        read_catalogue(tmp_path)
