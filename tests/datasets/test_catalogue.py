"""The committed catalogue, and what is said about a wrong one."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.datasets.catalogue import DDL_FOLDER, choose_names, choose_tables, read_catalogue, tables_of
from provisioning.errors import BadInput, DependencyFailed

COUNTS = {"TRIAL_DPC_BU": 8, "TRIAL_DPC_RE": 33, "TRIAL_MED_INI_SI": 46, "TRIAL_MED_INI_SY": 10}


def test_the_committed_tables_have_their_columns() -> None:
    tables = {table.name: table for table in tables_of("trial")}
    assert {name: len(tables[name].layout.columns) for name in COUNTS} == COUNTS
    for table in tables.values():
        assert [c.name for c in table.layout.columns[:3]] == ["seq1_no", "seq2_no", "rec_ident_info"]
        assert [c.name for c in table.layout.columns if not c.nullable] == ["seq2_no", "rec_ident_info"]
    for table in read_catalogue():
        assert [c.position for c in table.layout.columns] == list(range(1, len(table.layout.columns) + 1))
        assert all(c.japanese_name for c in table.layout.columns)


def test_every_delivered_table_is_there() -> None:
    """60 trial tables (DATA-7): 10 each for inpatient and outpatient, 18 DPC, 11 each for both kinds of dispensing."""
    trial = [table.name for table in tables_of("trial")]
    counts = Counter(re.sub(r"TRIAL_(MED_INI|MED_GAI|DPC|PHA)_\w\w(_GAI)?", r"\1\2", name) for name in trial)
    assert counts == {"MED_INI": 10, "MED_GAI": 10, "DPC": 18, "PHA": 11, "PHA_GAI": 11}
    assert not any(name.split("_")[-1] == "CO" for name in trial)
    panel = tables_of("panel")
    assert Counter(table.name.split("_")[1] for table in panel) == {
        "MED": 11, "DPC": 19, "PHA": 12, "DEN": 11, "TOKKEN": 4, "THOKEN": 5,
    }  # fmt: skip
    assert all(table.provisional for table in panel)
    assert {c.confidence for table in panel for c in table.layout.columns} == {"inferred"}


def test_row_and_column_counts_of_a_published_month() -> None:
    """The seed of the sampling data: columns per record, and rows per inpatient receipt (DATA-5)."""
    tables = {table.record: table for table in tables_of("trial") if table.name.startswith("TRIAL_MED_INI")}
    columns = {"IR": 12, "HO": 17, "KO": 14, "SY": 10, "SI": 46, "IY": 46, "TO": 50, "SJ": 5}
    assert {record: len(tables[record].layout.columns) for record in columns} == columns
    rows = {"KO": 22352, "SY": 1484571, "SI": 4980164, "IY": 1961452, "TO": 251795, "SJ": 128618}
    for record, count in rows.items():
        assert tables[record].rows_per_receipt == pytest.approx(count / 130801, abs=0.001)
        assert tables[record].rows_basis == "counted"


def test_dates_stay_text() -> None:
    kinds = {c.type: c.sql_type for table in read_catalogue() for c in table.layout.columns}
    assert (kinds["date_ym"], kinds["date_ymd"], kinds["smallint"]) == ("char(6)", "char(8)", "smallint")


def test_patterns() -> None:
    def names(*patterns: str) -> list[str]:
        return [table.name for table in choose_tables(tables_of("trial"), patterns) if table.name in COUNTS]

    assert names("DPC_*") == names("trial_dpc_re, DPC_BU") == ["TRIAL_DPC_RE", "TRIAL_DPC_BU"]
    assert names("*_SI", "DPC_BU") == ["TRIAL_MED_INI_SI", "TRIAL_DPC_BU"]
    assert set(names()) == set(names("*")) == set(COUNTS)
    with pytest.raises(BadInput, match="DPC_XX") as caught:
        names("DPC_BU", "DPC_XX")
    assert "TRIAL_DPC_BU" in caught.value.fix
    with pytest.raises(BadInput) as caught:
        choose_names(["TRIAL_DPC_BU", "PANEL_DPC_BU", "TRIAL_PHA_YK"], ["DPC_BUU"])
    assert caught.value.fix == "There are: TRIAL_DPC_BU."
    with pytest.raises(BadInput) as caught:
        choose_names(["TRIAL_DPC_BU", "TRIAL_PHA_YK"], ["QQ*"])
    assert caught.value.fix == "There are: TRIAL_DPC_BU, TRIAL_PHA_YK."
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
        ("tables.csv", "panel,", "panels,", "dataset is 'panels'; write one of trial, panel"),
        ("tables.csv", ",counted\n", ",seen\n", "rows_basis is 'seen'"),
        ("tables.csv", "TRIAL_DPC_BU", "trial;", "'trial;' is no table name"),
        ("tables.csv", ",1.05,", ",many,", "could not convert string to float"),
    ],
)
def test_mistakes_are_named(edited: Callable[[str, str, str], Path], name: str, old: str, new: str, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_catalogue(edited(name, old, new))
    assert text in str(caught.value)


def test_a_missing_folder_says_how_to_install(tmp_path: Path) -> None:
    with pytest.raises(DependencyFailed, match="pip install -e"):
        read_catalogue(tmp_path)
