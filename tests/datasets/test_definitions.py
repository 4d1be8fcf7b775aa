"""The DDL, as the manual uses it: psql makes the tables, COPY fills them (ENV-12)."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioning.datasets.catalogue import DATASETS, DDL_FOLDER, read_catalogue, tables_of
from provisioning.datasets.definitions import committed_definition, definition, find_drift, write_definitions
from provisioning.datasets.model import Table
from provisioning.errors import DependencyFailed


def test_the_committed_ddl_is_what_the_layouts_say() -> None:
    assert find_drift().names == ()


def test_drift_is_found_and_mended(tmp_path: Path) -> None:
    folder = tmp_path / "ddl"
    shutil.copytree(DDL_FOLDER, folder)
    bu, re = folder / "trial" / "TRIAL_DPC_BU.sql", folder / "trial" / "TRIAL_DPC_RE.sql"
    wanted = bu.read_bytes()
    bu.write_bytes(wanted.replace(b"NOT NULL", b""))
    re.unlink()
    (folder / "trial" / "TRIAL_OLD.sql").write_text("old", encoding="utf-8")
    drift = find_drift(folder)
    assert drift.changed == ("trial/TRIAL_DPC_BU.sql",)
    assert drift.missing == ("trial/TRIAL_DPC_RE.sql",)
    assert drift.surplus == ("trial/TRIAL_OLD.sql",)
    assert write_definitions(folder) == drift
    assert find_drift(folder).names == ()
    assert bu.read_bytes() == wanted


def test_a_definition_that_was_not_built(tmp_path: Path) -> None:
    with pytest.raises(DependencyFailed, match="hic ddl build"):
        committed_definition(read_catalogue()[0], tmp_path)


def test_quotes_in_names_are_doubled() -> None:
    from dataclasses import replace

    table = replace(read_catalogue()[0], japanese_name="it's")
    assert "it''s" in definition(table)


def full_row(table: Table) -> list[str]:
    """A value as long as the type allows in every column."""
    values = []
    for column in table.layout.columns:
        digits = re.findall(r"\d+", column.sql_type)
        if column.sql_type.startswith("char"):
            values.append("薬" * int(digits[0]))
        elif column.sql_type.startswith("numeric"):
            values.append("9" * (int(digits[0]) - int(digits[1])) + "." + "9" * int(digits[1]))
        else:
            values.append({"smallint": "-32768", "integer": "2147483647", "text": '二行の,\n"文字"'}[column.sql_type])
    return values


def bare_row(table: Table) -> list[str]:
    """Only what is NOT NULL."""
    return ["" if column.nullable else "RE" for column in table.layout.columns]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's account may read, as COPY of the manual needs it."""
    folder = Path(tempfile.mkdtemp(prefix="hic-copy-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
@pytest.mark.parametrize("dataset", DATASETS)
def test_the_manual_by_hand(
    postgres: dict[str, Any],
    database: str,
    query: Callable[..., list[tuple[Any, ...]]],
    open_folder: Path,
    dataset: str,
) -> None:
    """CREATE DATABASE, CREATE SCHEMA, psql -f X.sql -v SC_NAME=sample, COPY ... with csv, for every table."""
    environment = {**os.environ, "PGPASSFILE": postgres["passfile"], "PGCLIENTENCODING": "UTF8"}
    psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", postgres["host"], "-p", str(postgres["port"])]

    def run(*arguments: str, where: str = database) -> None:
        command = [*psql, "-U", postgres["user"], "-d", where, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert (done.returncode, done.stderr) == (0, "")

    run("-c", f"CREATE DATABASE {database};", where="postgres")
    run("-c", "CREATE SCHEMA sample;")
    tables = tables_of(dataset)
    for table in tables:
        path = open_folder / table.csv_name
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows((full_row(table), bare_row(table)))
        copy = f"COPY sample.{table.relation} FROM '{path}' with csv;"
        run("-v", "SC_NAME=sample", "-f", str(committed_definition(table)), "-c", copy)
    counted = " UNION ALL ".join(f"SELECT count(*) FROM sample.{table.relation}" for table in tables)  # noqa: S608
    assert query(counted) == [(2,)] * len(tables)
    uncommented = """SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'sample'::regnamespace AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NULL"""
    assert query(uncommented) == []
    assert query("SELECT count(*) FROM pg_indexes WHERE schemaname = 'sample'") == [(0,)]
    wanted = {
        "trial": ("trial_dpc_bu", "DPC 診断群分類レコード"),
        "panel": ("panel_dpc_bu", "DPC 診断群分類レコード（暫定）"),
    }
    relation, title = wanted[dataset]
    assert query(f"SELECT obj_description('sample.{relation}'::regclass)") == [(title,)]


def test_the_head_says_what_is_a_guess() -> None:
    tables = {table.name: table for table in read_catalogue()}
    assert "推定を含む 4（seq1_no, seq2_no, age_hier_cd, bed_capa_hier_code）" in definition(tables["TRIAL_DPC_RE"])
    assert "すべて推定" in definition(tables["PANEL_DPC_RE"])
