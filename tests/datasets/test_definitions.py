"""The DDL, as the manual uses it: psql makes the tables, COPY fills them (ENV-12)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.datasets.catalogue import DDL_FOLDER, read_catalogue
from provisioning.datasets.definitions import committed_definition, definition, find_drift, write_definitions
from provisioning.datasets.synthetic.writing import synthesise
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


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
def test_the_manual_by_hand(
    postgres: dict[str, Any], database: str, query: Callable[..., list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    """CREATE DATABASE, CREATE SCHEMA, psql -f X.sql -v SC_NAME=sample, COPY ... with csv."""
    made = synthesise(read_catalogue(), "202204", 30, 7, tmp_path)
    environment = {**os.environ, "PGPASSFILE": postgres["passfile"], "PGCLIENTENCODING": "UTF8"}
    psql = ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-h", postgres["host"], "-p", str(postgres["port"])]

    def run(*arguments: str, where: str = database) -> None:
        command = [*psql, "-U", postgres["user"], "-d", where, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
        assert (done.returncode, done.stderr) == (0, "")

    run("-c", f"CREATE DATABASE {database};", where="postgres")
    run("-c", "CREATE SCHEMA sample;")
    for one in made:
        run("-f", f"{one.table}.sql", "-v", "SC_NAME=sample")
        # The manual's COPY reads on the server; the client's \copy is the same for a server of another account.
        run("-c", f"\\copy sample.{one.table.lower()} FROM '{one.table}.csv' with csv")
        assert query(f"SELECT count(*) FROM sample.{one.table.lower()}") == [(one.rows,)]  # noqa: S608
    assert query("SELECT obj_description('sample.trial_dpc_bu'::regclass)") == [("DPC 診断群分類レコード",)]
    assert query("SELECT count(*) FROM pg_indexes WHERE schemaname = 'sample'") == [(0,)]
