"""Marts against a slow reference, and what a build does when something is wrong."""

from __future__ import annotations

import csv
import itertools
import os
import re
import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading import connection
from provisioning.loading.connection import Server
from provisioning.marts.model import Built, Mart, Watcher
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
    def contents() -> dict[str, list[tuple[Any, ...]]]:
        """Oid, comment, rows, and a digest of all rows of each mart."""
        text = (
            "SELECT 'mart.{0}'::regclass::oid, obj_description('mart.{0}'::regclass), count(*),"
            " sum(hashtextextended(t::text, 0)) FROM mart.{0} AS t"
        )
        return {name: query(text.format(name)) for name in ALL}

    for chosen in SETS:
        build(connect, marts_of(chosen), "sample", "mart")
    first = contents()
    for chosen in SETS:
        build(connect, marts_of(chosen), "sample", "mart")
    second = contents()
    for name in ALL:
        ((oid, *before),), ((new, *after),) = first[name], second[name]
        assert (before, oid == new) == (after, False), name
        assert before[1] > 0
    assert query("SELECT count(*) FROM pg_namespace WHERE nspname = %s", "mart" + BUILDING) == [(0,)]


def test_a_block_goes_on_through_the_records(connect: Any, query: Query) -> None:
    """An injection: the act in SI has the class, its drugs in IY follow without; then a block that IY begins."""
    lines = (
        (1, "SI", "prac_act_cd", "33", "130004410"),
        (2, "IY", "medicine_cd", None, "640000001"),
        (3, "IY", "medicine_cd", "21", "610000002"),
        (4, "IY", "medicine_cd", None, "610000003"),
        (5, "TO", "spcfc_dev_cd", "40", "700000004"),
        (6, "SI", "prac_act_cd", None, "140000005"),
        (7, "IY", "medicine_cd", None, "660000006"),
    )
    for table in ("med_ini", "med_gai", "dpc"):
        for number, record, code, ident, value in lines:
            query(
                sql.SQL(
                    "INSERT INTO {} (seq1_no, seq2_no, rec_ident_info, prac_ident, {}) VALUES (%s, 'r', %s, %s, %s)"
                ).format(sql.Identifier("sample", f"trial_{table}_{record.lower()}"), sql.Identifier(code)),
                *(number, record, ident, value),
            )
    build(connect, [read_mart("integrated_si"), read_mart("integrated_iy")], "sample", "mart")
    for mart, wanted in (
        ("integrated_si", [(1, "33"), (6, "40")]),
        ("integrated_iy", [(2, "33"), (3, "21"), (4, "21"), (7, "40")]),
    ):
        told = query(f"SELECT receipt_type, seq1_no, prac_ident FROM mart.{mart} WHERE seq2_no = 'r'")  # noqa: S608
        kinds = ("医科入院", "医科外来", "DPC")
        assert sorted(told) == sorted((kind, *one) for kind in kinds for one in wanted)


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

    watcher = Watcher()
    watcher.ended = wait  # type: ignore[method-assign]
    slow = threading.Thread(target=lambda: build(connect, marts_of("panel"), "sample", "mart", watcher=watcher))
    slow.start()
    assert entered.wait(30)
    try:
        with pytest.raises(Refused, match="Another build"):
            build(connect, marts_of("panel"), "sample", "mart")
    finally:
        leave.set()
        slow.join()
    assert query("SELECT count(*) > 0 FROM mart.patients") == [(True,)]


@pytest.fixture
def small(postgres: dict[str, Any], database: str, query: Query) -> Callable[[], AbstractContextManager[Any]]:
    """Connections to a database that holds one small table."""
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    query("CREATE SCHEMA sample")
    query("CREATE TABLE sample.panel_den_re AS SELECT * FROM generate_series(1, 9) AS seq1_no")
    return lambda: Server(**postgres).connect(database)


def test_marts_are_made_side_by_side(small: Any, query: Query) -> None:
    """Two connections that make marts are open at once: each waits for the other before it begins."""
    meeting, opened = threading.Barrier(2, timeout=20), itertools.count()

    def connect() -> AbstractContextManager[psycopg.Connection[Any]]:
        if next(opened) >= 2:  # the first two keep the lock and the moment
            meeting.wait()
        return small()

    marts = [Mart(name, "x", (), f"CREATE TABLE :MART.{name} AS SELECT 1 AS n") for name in ("a", "b")]
    assert [one.name for one in build(connect, marts, "sample", "mart", jobs=2)] == ["a", "b"]
    assert query("SELECT a.n + b.n FROM mart.a, mart.b") == [(2,)]


def test_when_one_fails_the_others_are_called_off(small: Any, query: Query) -> None:
    began = time.monotonic()
    slow = [Mart(name, "x", (), f"CREATE TABLE :MART.{name} AS SELECT pg_sleep(60)::text") for name in ("a", "b", "c")]
    bad = Mart("bad", "x", (), "CREATE TABLE :MART.bad AS SELECT no_such_column")
    with pytest.raises(DependencyFailed, match="no_such_column"):
        build(small, [slow[0], bad, *slow[1:]], "sample", "mart", jobs=2)
    assert time.monotonic() - began < 30
    assert query(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active'"
        " AND pid <> pg_backend_pid()"
    ) == [(0,)]


class During(Watcher):
    """Does something once, when the first mart stands."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act: Callable[[], object] | None = act

    def ended(self, built: Built) -> None:
        act, self._act = self._act, None
        if act:
            act()


NEEDS = ("panel_den_re",)
COUNTS = [
    Mart("a", "x", NEEDS, "CREATE TABLE :MART.a AS SELECT count(*) AS n FROM :SC_NAME.panel_den_re"),
    Mart("b", "x", NEEDS, "CREATE TABLE :MART.b AS SELECT count(*) AS n FROM :SC_NAME.panel_den_re"),
]


def test_all_marts_are_made_of_one_moment(small: Any, query: Query) -> None:
    """Rows that come while marts are made are in none of them."""
    more = During(lambda: query("INSERT INTO sample.panel_den_re SELECT * FROM sample.panel_den_re"))
    build(small, COUNTS, "sample", "mart", jobs=1, watcher=more)
    ((a, b, now),) = query("SELECT a.n, b.n, (SELECT count(*) FROM sample.panel_den_re) FROM mart.a, mart.b")
    assert 0 < a == b == now / 2


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE sample.x (LIKE sample.panel_den_re); DROP TABLE sample.panel_den_re;"
        " ALTER TABLE sample.x RENAME TO panel_den_re",
        "TRUNCATE sample.panel_den_re",
        "CREATE TABLE sample.panel_den_re_202204 () INHERITS (sample.panel_den_re)",
    ],
    ids=["exchanged", "emptied", "a part more"],
)
def test_a_load_in_the_middle_is_noticed(small: Any, query: Query, change: str) -> None:
    """`hic load --replace` exchanges a table, which no snapshot hides: nothing half old, half new may show."""
    build(small, COUNTS, "sample", "mart")
    before = query("SELECT 'mart.a'::regclass::oid, 'mart.b'::regclass::oid")
    with pytest.raises(Refused, match="loaded anew") as caught:
        build(small, COUNTS, "sample", "mart", jobs=1, watcher=During(lambda: query(change)))
    assert {problem.where for problem in caught.value.problems} <= {
        "sample.panel_den_re",
        "sample.panel_den_re_202204",
    }
    assert query("SELECT 'mart.a'::regclass::oid, 'mart.b'::regclass::oid") == before


def test_marts_of_another_schema_are_not_replaced_unasked(small: Any, query: Query) -> None:
    build(small, COUNTS, "sample", "mart")
    query("CREATE SCHEMA years")
    query("CREATE TABLE years.panel_den_re (LIKE sample.panel_den_re)")
    with pytest.raises(Refused, match="marts of years") as caught:
        build(small, COUNTS, "years", "mart")
    assert [(p.where, p.what) for p in caught.value.problems] == [
        ("mart.a", "made of the schema sample"),
        ("mart.b", "made of the schema sample"),
    ]
    assert "--mart-schema" in caught.value.fix
    assert query("SELECT n > 0 FROM mart.a") == [(True,)]
    build(small, COUNTS, "years", "mart", replace=True)
    assert query("SELECT n FROM mart.a") == [(0,)]
    query("DROP TABLE mart.a, mart.b")
    query("CREATE TABLE mart.a AS SELECT 1 AS mine")
    query("CREATE VIEW mart.b AS SELECT 1 AS mine")
    with pytest.raises(Refused) as caught:
        build(small, COUNTS, "years", "mart")
    assert ["does not say that hic made it" in p.what or p.what == "no table" for p in caught.value.problems] == [
        True,
        True,
    ]
    with pytest.raises(Refused, match=r"mart\.b is no table"):
        build(small, COUNTS, "years", "mart", replace=True)
    assert query("SELECT mine FROM mart.a") == [(1,)]


def test_a_reader_at_the_moment_of_the_change_is_named(
    small: Any, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(small, COUNTS, "sample", "mart")
    before = query("SELECT 'mart.a'::regclass::oid, 'mart.b'::regclass::oid")
    with small() as reader:
        reader.execute("SELECT n FROM mart.b").fetchall()
        monkeypatch.setattr(connection, "LOCK_WAIT", "200ms")
        with pytest.raises(Refused, match="are in use") as caught:
            build(small, COUNTS, "sample", "mart")
        (problem,) = caught.value.problems
        assert problem.where == "mart.b"
        assert str(reader.info.backend_pid) in problem.what
    assert "COMMIT or ROLLBACK" in caught.value.fix
    assert query("SELECT 'mart.a'::regclass::oid, 'mart.b'::regclass::oid") == before
    assert build(small, COUNTS, "sample", "mart")


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
    """R reads every value of every mart as it stands."""
    for chosen in SETS:
        build(connect, marts_of(chosen), "sample", "mart")
    passwords = [line.split(":") for line in Path(postgres["passfile"]).read_text(encoding="utf-8").splitlines()]
    script = tmp_path / "marts.R"
    script.write_text(
        """library(DBI)
a <- commandArgs(trailingOnly = TRUE)
con <- dbConnect(RPostgreSQL::PostgreSQL(), host = a[1], port = as.integer(a[2]), user = a[3], dbname = a[4],
                 password = Sys.getenv("PGPASSWORD"))
for (mart in a[-(1:5)]) {
  rows <- dbGetQuery(con, paste0("SELECT * FROM mart.", mart))
  text <- lapply(rows, function(x) if (is.numeric(x)) formatC(x, digits = 15, format = "fg") else as.character(x))
  text <- lapply(names(rows), function(n) ifelse(is.na(rows[[n]]), "", text[[n]]))
  writeLines(enc2utf8(do.call(paste, c(text, sep = "\t"))), file.path(a[5], mart), useBytes = TRUE)
}
invisible(dbDisconnect(con))
""",
        encoding="utf-8",
    )
    asked = ["Rscript", str(script), postgres["host"], str(postgres["port"]), postgres["user"], database, str(tmp_path)]
    environment = {**os.environ, "PGPASSWORD": passwords[0][-1] if passwords else "", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([*asked, *ALL], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    for name in ALL:
        lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        found = Counter(tuple(_plain(value) for value in line.split("\t")) for line in lines)
        wanted = Counter(tuple(_plain(value) for value in row) for row in query(f"SELECT * FROM mart.{name}"))  # noqa: S608
        assert found == wanted, name


@pytest.mark.skipif(not _has_r(), reason="Rscript with DBI and RPostgreSQL is not installed")
def test_the_r_of_the_pages_runs(
    connect: Any, postgres: dict[str, Any], database: str, query: Query, tmp_path: Path
) -> None:
    """As it stands but for who connects, where to, and RStudio's question for the password."""
    build(connect, [read_mart("integrated_re")], "sample", "mart")
    blocks = []
    for page in ("researcher.md", "marts.md"):
        text = (SQL_FOLDER.parents[2] / "docs" / page).read_text(encoding="utf-8")
        blocks += re.findall(r"^```r\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    where = f'RPostgreSQL::PostgreSQL(), host = "{postgres["host"]}", port = {postgres["port"]}'
    script = "\n".join(blocks)
    for said, here in (
        ("RPostgres::Postgres()", where),
        ('dbname = "sampledb"', f'dbname = "{database}"'),
        ('user = "analyst-c"', f'user = "{postgres["user"]}"'),
        ('rstudioapi::askForPassword("Password")', 'Sys.getenv("PGPASSWORD")'),
    ):
        assert script.count(said) == 2
        script = script.replace(said, here)
    (tmp_path / "page.R").write_text(script + "stopifnot(sum(re$count) > 0)\n", encoding="utf-8")
    passwords = [line.split(":") for line in Path(postgres["passfile"]).read_text(encoding="utf-8").splitlines()]
    environment = {**os.environ, "PGPASSWORD": passwords[0][-1] if passwords else "", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["Rscript", "page.R"], capture_output=True, text=True, env=environment, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["sex_div", "age_hier_cd", "receipts"]
    assert [(sum(int(row["receipts"]) for row in rows),)] == query("SELECT count(*) FROM mart.integrated_re")


def _plain(value: object) -> object:
    """A value as both R and psycopg tell it: numbers by their value, NULL as nothing."""
    text = "" if value is None else str(value).upper() if isinstance(value, bool) else str(value).strip()
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        return text
