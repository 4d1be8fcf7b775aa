"""Marts against a slow reference, and what a build does when something is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading.connection import Server
from provisioning.marts.model import Mart
from provisioning.marts.rules import SETS, SQL_FOLDER, filled_in, marts_of, read_mart
from provisioning.marts.service import BUILDING, build
from tests.marts.conftest import Query
from tests.marts.reference import Reference

ALL = [name for names in SETS.values() for name in names]


@pytest.fixture
def connect(server: Server, database: str) -> Callable[[], AbstractContextManager[psycopg.Connection[Any]]]:
    return lambda: server.connect(database)


def test_every_mart_is_what_the_reference_says(connect: Any, query: Query, files: Path) -> None:
    built = {one.name: one.rows for chosen in SETS for one in build(connect, marts_of(chosen), "sample", "mart")}
    reference = Reference(files)
    for name in ALL:
        wanted = Counter(getattr(reference, name)())
        found = Counter(query(f"SELECT * FROM mart.{name}"))  # noqa: S608
        assert wanted - found == found - wanted == Counter(), name
        assert built[name] == wanted.total() > 0
    # The doubles that are dropped are real ones.
    (coded,) = query("SELECT count(*) FROM sample.trial_dpc_cd WHERE rcpt_comp_sys_rec LIKE '1%'")
    (kept,) = query("SELECT count(*) FROM mart.integrated_si WHERE record = 'CD'")
    assert 0 < kept[0] < coded[0]


def test_everything_is_explained_in_japanese(connect: Any, query: Query) -> None:
    for chosen in SETS:
        build(connect, marts_of(chosen), "sample", "mart")
    bare = query(
        """SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'mart'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
              AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)"""
    )
    assert bare == []
    page = (SQL_FOLDER.parents[2] / "docs" / "marts.md").read_text(encoding="utf-8")
    columns = query("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'mart'")
    sections = {part.split("\n", 1)[0].strip("` "): part for part in page.split("\n## ")}
    assert [(t, c) for t, c in columns if f"| `{c}` |" not in sections.get(t, "")] == []


def test_again_is_the_same_and_nothing_is_left_behind(connect: Any, query: Query) -> None:
    marts = marts_of("panel")
    first = build(connect, marts, "sample", "mart")
    before = query("SELECT 'mart.patients'::regclass::oid")
    assert [one.rows for one in build(connect, marts, "sample", "mart")] == [one.rows for one in first]
    assert query("SELECT 'mart.patients'::regclass::oid") != before
    assert query("SELECT count(*) FROM pg_namespace WHERE nspname = %s", "mart" + BUILDING) == [(0,)]


def test_missing_tables_are_named_with_what_needs_them(connect: Any, query: Query) -> None:
    query("DROP TABLE sample.trial_dpc_cd, sample.trial_pha_sh")
    with pytest.raises(BadInput) as caught:
        build(connect, marts_of("standard"), "sample", "mart")
    told = {problem.where: problem for problem in caught.value.problems}
    assert set(told) == {"trial_dpc_cd", "trial_pha_sh"}
    assert "integrated_si, integrated_iy" in told["trial_dpc_cd"].what
    assert "hic load trial" in told["trial_dpc_cd"].fix
    assert query("SELECT to_regnamespace('mart')") == [(None,)]


def test_months_in_the_same_tables_are_read_one_by_one(connect: Any, query: Query, files: Path) -> None:
    """The same receipts in two months: every mart holds each month's rows once, though the keys are the same."""
    with connect() as connection:
        for table in sorted({table for mart in marts_of("standard") for table in mart.needs}):
            connection.execute(f"ALTER TABLE sample.{table} RENAME TO {table}_202204")
            for name in (table, f"{table}_202207"):
                connection.execute(f"CREATE TABLE sample.{name} (LIKE sample.{table}_202204 INCLUDING ALL)")
            connection.execute(f"INSERT INTO sample.{table}_202207 TABLE sample.{table}_202204")
            for month in ("202204", "202207"):
                connection.execute(f"ALTER TABLE sample.{table}_{month} INHERIT sample.{table}")
        connection.commit()
    built = {one.name: one.rows for one in build(connect, marts_of("standard"), "sample", "mart")}
    (again,) = build(connect, [read_mart("integrated_re")], "sample", "mart")
    assert again.rows == built["integrated_re"]
    reference = Reference(files)
    for name in SETS["standard"]:
        wanted = Counter(getattr(reference, name)())
        assert built[name] == 2 * wanted.total()
        for month in ("202204", "202207"):
            found = Counter(row[:-1] for row in query(f"SELECT * FROM mart.{name} WHERE month = '{month}'"))  # noqa: S608
            assert found == wanted, (name, month)
        assert query(f"SELECT count(*) FROM ONLY mart.{name}") == [(0,)]  # noqa: S608
    bare = query(
        """SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'mart'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
              AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)"""
    )
    assert bare == []
    assert query("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%building%'") == []


def test_rows_of_no_month_beside_months_are_refused(connect: Any, query: Query) -> None:
    query("CREATE TABLE sample.trial_dpc_re_202207 () INHERITS (sample.trial_dpc_re)")
    with pytest.raises(Refused, match="rows beside them") as caught:
        build(connect, marts_of("standard"), "sample", "mart")
    assert "sample.trial_dpc_re" in [problem.where for problem in caught.value.problems]
    assert "{month}" in caught.value.fix
    assert build(connect, marts_of("panel"), "sample", "mart")[0].rows > 0  # needs other tables


def test_a_failed_build_leaves_what_stood(connect: Any, query: Query) -> None:
    good = marts_of("panel")
    build(connect, good, "sample", "mart")
    before = query("SELECT 'mart.patients'::regclass::oid")
    bad = Mart("patients", "x", (), "CREATE TABLE :MART.patients AS SELECT no_such_column FROM :SC_NAME.panel_med_re")
    with pytest.raises(DependencyFailed, match="no_such_column"):
        build(connect, [bad], "sample", "mart")
    assert query("SELECT 'mart.patients'::regclass::oid") == before
    assert query("SELECT count(*) FROM pg_namespace WHERE nspname = %s", "mart" + BUILDING) == [(0,)]
    query("CREATE VIEW sample.v AS SELECT id5 FROM mart.patients")
    with pytest.raises(Refused, match="used by a view"):
        build(connect, good, "sample", "mart")
    assert query("SELECT 'mart.patients'::regclass::oid") == before


def test_one_build_at_a_time(connect: Any, query: Query) -> None:
    entered, leave = threading.Event(), threading.Event()

    def wait(_built: object) -> None:
        entered.set()
        assert leave.wait(30)

    slow = threading.Thread(target=lambda: build(connect, marts_of("panel"), "sample", "mart", progress=wait))
    slow.start()
    assert entered.wait(30)
    try:
        with pytest.raises(Refused, match="Another build"):
            build(connect, marts_of("panel"), "sample", "mart")
    finally:
        leave.set()
        slow.join()
    assert query("SELECT count(*) > 0 FROM mart.patients") == [(True,)]


def test_schema_names_are_quoted_as_psql_does() -> None:
    text = "-- :MART stays\nSELECT ':MART'::text, a::text FROM :SC_NAME.t, :MART.x"
    assert filled_in(text, {"SC_NAME": '"s"', "MART": '"m"'}) == (
        '-- :MART stays\nSELECT \':MART\'::text, a::text FROM "s".t, "m".x'.replace("':MART'", "'\"m\"'")
    )


def test_own_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="hic mart copy"):
        read_mart("patients", tmp_path)
    (tmp_path / "patients.sql").write_text("CREATE TABLE x AS SELECT 1", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_mart("patients", tmp_path)
    assert len(caught.value.problems) == 4
    with pytest.raises(BadInput, match="standard, panel"):
        marts_of("other")


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
def test_the_files_run_by_hand(server: Server, postgres: dict[str, Any], database: str, query: Query) -> None:
    query("CREATE SCHEMA mine")
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "SC_NAME=sample", "-v", "MART=mine"]
    where = ["-h", postgres["host"], "-p", str(postgres["port"]), "-U", postgres["user"], "-d", database]
    environment = {**os.environ, "PGPASSFILE": postgres["passfile"], "PGCLIENTENCODING": "UTF8"}
    for name in ALL:
        run = [*command, *where, "-f", str(SQL_FOLDER / f"{name}.sql")]
        done = subprocess.run(run, capture_output=True, text=True, env=environment, check=False)
        assert (done.returncode, done.stderr) == (0, ""), name
    assert query("SELECT count(*) FROM pg_tables WHERE schemaname = 'mine'") == [(len(ALL),)]


def _has_r() -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = ["Rscript", "-e", "library(DBI); library(RPostgreSQL)"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _has_r(), reason="Rscript with DBI and RPostgreSQL is not installed")
def test_the_marts_are_usable_from_r(
    connect: Any, postgres: dict[str, Any], database: str, query: Query, tmp_path: Path
) -> None:
    build(connect, marts_of("panel"), "sample", "mart")
    passwords = [line.split(":") for line in Path(postgres["passfile"]).read_text(encoding="utf-8").splitlines()]
    script = tmp_path / "marts.R"
    script.write_text(
        """library(DBI)
a <- commandArgs(trailingOnly = TRUE)
con <- dbConnect(RPostgreSQL::PostgreSQL(), host = a[1], port = as.integer(a[2]), user = a[3], dbname = a[4],
                 password = Sys.getenv("PGPASSWORD"))
p <- dbGetQuery(con, "SELECT sex_div, months, total_score FROM mart.patients")
cat(nrow(p), sum(p$months), "\\n")
invisible(dbDisconnect(con))
""",
        encoding="utf-8",
    )
    asked = ["Rscript", str(script), postgres["host"], str(postgres["port"]), postgres["user"], database]
    environment = {**os.environ, "PGPASSWORD": passwords[0][-1] if passwords else ""}
    done = subprocess.run(asked, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert [tuple(int(part) for part in done.stdout.split())] == query(
        "SELECT count(*), sum(months) FROM mart.patients"
    )
