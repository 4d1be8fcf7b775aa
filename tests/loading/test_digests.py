"""Columns compared with the CSV on both sides."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioning.errors import BadInput, Refused
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.digests import Column, Tally, columns_of, digests_of_table, read_records
from provisioning.loading.model import Loaded, Target
from tests.loading.conftest import CSV, DDL, source

Load = Callable[..., Loaded]
KINDS = """CREATE TABLE :SC_NAME.trial_x (a text, b char(6), c varchar(9), d smallint, e bigint, f numeric(8,2), g date,
 h double precision, i boolean, j timestamp);"""
ROWS = (
    b'x,ab ,"q ""r"" s",007,-12,1.5,20220401,1e3,t,2022-04-01\n'
    b",,,,,,,,,\n"
    b'"",  ,"two\nlines",+5, 9 ,12.345,2022/4/2,0.1,no,\n'
)


@pytest.mark.parametrize("ways", [{}, {"jobs": 2, "split_from": 0, "piece": 40}])
def test_values_are_compared_as_they_are_stored(load: Load, ways: dict[str, Any]) -> None:
    assert load(source(ROWS * 9, KINDS, size=1000), digest=True, **ways).compared == 10
    assert load(source(CSV), replace=True).compared == 0


def test_a_value_that_is_changed_on_its_way_is_found(
    load: Load, query: Callable[..., list[Any]], server: Server, target: Target
) -> None:
    service.prepare(server, target)
    query(
        "CREATE FUNCTION public.other() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF NEW.score = 12 THEN NEW.score := 13; END IF; RETURN NEW; END $$"
    )
    ddl = DDL + "CREATE TRIGGER t BEFORE INSERT ON :SC_NAME.trial_x FOR EACH ROW EXECUTE FUNCTION public.other();"
    with pytest.raises(Refused, match=r"点数 \(score\): 2 values stand in the table, 2 came") as caught:
        load(source(ddl=ddl), digest=True)
    assert len(caught.value.problems) == 1
    assert query("SELECT to_regclass('sample.trial_x')") == [(None,)]
    assert load(source(ddl=ddl)).rows == 3  # without being asked, only rows are counted


def test_a_table_that_stands_is_compared_where_it_is(
    load: Load, query: Callable[..., list[Any]], tmp_path: Path
) -> None:
    load(source())
    done = load(source(), digest=True)
    assert (done.status, done.compared) == ("skipped", 3)
    query("UPDATE sample.trial_x SET score = 13 WHERE score = 12")
    with pytest.raises(Refused, match=r"点数 \(score\)"):
        load(source(), digest=True)
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]
    some = source(CSV + b"too,few\n")
    load(some, replace=True, rejects=tmp_path / "bad.csv")
    (warning,) = load(some, digest=True).warnings
    assert "not compared" in warning


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE sample.trial_x ADD COLUMN mine text", "the table has 4 columns, the CSV has 3"),
        ("ALTER TABLE sample.trial_x DROP COLUMN day", "the table has 2 columns, the CSV has 3"),
        ("ALTER TABLE sample.trial_x ALTER seq2_no TYPE integer USING 1", "not of the type that its column has now"),
    ],
)
def test_a_table_with_other_columns_is_no_longer_what_was_loaded(
    load: Load, query: Callable[..., list[Any]], change: str, told: str
) -> None:
    load(source())
    query(change)
    with pytest.raises(Refused, match=r"sample\.trial_x was changed since it was loaded") as caught:
        load(source(), digest=True)
    assert told in caught.value.problems[0].what
    done = load(source(), digest=True, replace=True)  # as the message says
    assert (done.status, done.compared) == ("replaced", 3)
    assert load(source(), digest=True, replace=True).status == "skipped"


def test_what_differs_is_loaded_again_if_wished(load: Load, query: Callable[..., list[Any]]) -> None:
    months = [source(csv_month="202204"), source(b"J,20220701,1\n", csv_month="202207")]
    for one in months:
        load(one, append=True)
    query("UPDATE sample.trial_x_202204 SET score = 13 WHERE score = 12")
    with pytest.raises(Refused, match="differ"):
        load(months[0], append=True, digest=True)
    assert load(months[0], append=True, digest=True, replace=True).status == "appended"
    assert [load(one, append=True, digest=True).status for one in months] == ["skipped"] * 2
    assert query("SELECT count(*), sum(score) FROM sample.trial_x") == [(4, 10)]
    query("UPDATE sample.trial_x_202204 SET score = 13 WHERE score = 12")
    with pytest.raises(Refused, match="differ"):  # the same bytes under another month are not loaded beside it
        load(source(csv_month="202210"), append=True, digest=True, replace=True)


def test_other_tables_that_inherit_are_not_looked_at(load: Load, query: Callable[..., list[Any]]) -> None:
    load(source())
    query("CREATE TABLE sample.more () INHERITS (sample.trial_x)")
    query("INSERT INTO sample.more VALUES ('Z', NULL, 5)")
    assert load(source(), digest=True).status == "skipped"
    query("CREATE TABLE sample.every (LIKE sample.trial_x) PARTITION BY LIST (day)")
    query("ALTER TABLE sample.more NO INHERIT sample.trial_x")
    query("ALTER TABLE sample.every ATTACH PARTITION sample.trial_x DEFAULT")
    assert load(source(), digest=True).status == "skipped"
    query("WITH gone AS (DELETE FROM ONLY sample.trial_x RETURNING *) INSERT INTO sample.more SELECT * FROM gone")
    with pytest.raises(Refused):
        load(source(), digest=True)


def test_another_csv_than_was_loaded_is_not_compared(load: Load) -> None:
    load(source())
    for other in (CSV.replace(b"12", b"13"), CSV + b"ragged\n"):
        with pytest.raises(Refused, match="is not the CSV that was loaded") as caught:
            load(source(chunks=lambda other=other: iter([other])), digest=True)
        assert "sha256" in caught.value.problems[0].what


def test_the_encoding_of_the_load_is_asked_for(load: Load) -> None:
    data = "A,,1\n表ソ,,2\n".encode("cp932")
    load(source(data), encoding="SJIS")
    with pytest.raises(BadInput, match="another encoding") as caught:
        load(source(data), digest=True)
    assert "--encoding cp932" in caught.value.fix


@pytest.mark.parametrize("ways", [{}, {"jobs": 2, "split_from": 0, "piece": 40}])
def test_refused_rows_are_left_out(load: Load, tmp_path: Path, ways: dict[str, Any]) -> None:
    data = CSV + b"too,few\n" + b"K,,K\n" * 2 + CSV
    done = load(source(data, size=1000), digest=True, rejects=tmp_path / "bad.csv", **ways)
    assert (done.rows, done.rejected, done.compared) == (6, 3, 3)


def test_cp932(load: Load) -> None:
    assert load(source("A,,1\n表ソ,,2\n".encode("cp932")), digest=True, encoding="SJIS").compared == 3


def test_a_row_without_values_that_went_is_missed(load: Load, query: Callable[..., list[Any]]) -> None:
    load(source(CSV + b'"",,\n'))
    assert load(source(CSV + b'"",,\n'), digest=True).status == "skipped"
    query("DELETE FROM sample.trial_x WHERE seq2_no = ''")
    with pytest.raises(Refused, match=r"sample\.trial_x has 3 rows; 4 were loaded") as caught:
        load(source(CSV + b'"",,\n'), digest=True)
    assert "--replace" in caught.value.fix


def test_blanks_that_a_limit_takes_away(load: Load) -> None:
    ddl = "CREATE TABLE :SC_NAME.trial_x (a varchar(3), b text[], c char(2)[], d varchar(3));"
    rows = b'abc  ,"{a, b}","{x, yy}",a  \nab,"{ a }",,b \n'
    assert load(source(rows, ddl), digest=True).compared == 4


@pytest.mark.parametrize("value", [" 7 ", "+07", "-0"])
def test_numbers_as_the_server_reads_them(load: Load, value: str) -> None:
    assert load(source(f"A,,{value}\n".encode()), digest=True).compared == 3


@pytest.mark.parametrize("value", ["0x10", "1_000", "0b11", "１", "x"])
def test_numbers_that_only_newer_servers_know(server: Server, value: str) -> None:
    """They are shown to the server, whose answer may be an error; Python's reading does not count."""
    with server.connect("postgres") as connection:
        tally = Tally([Column("n", "integer", "")], "UTF8")
        try:
            connection.execute("SELECT %s::integer", (value,))
        except psycopg.DataError:
            connection.rollback()
            with pytest.raises(psycopg.DataError):
                tally.add(connection, f"{value}\n".encode())
        else:
            tally.add(connection, f"{value}\n".encode())


TEXTS = st.text(st.sampled_from('a",\n 表'), max_size=6)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_both_sides_agree_on_anything(postgres: dict[str, Any], rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    data = text.getvalue().encode()
    assert list(read_records(data, "utf-8")) == rows
    with psycopg.connect(**postgres, dbname="postgres") as connection:
        connection.execute("CREATE TEMP TABLE d (a text, b char(8), c varchar)")
        with connection.cursor().copy("COPY d FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(data)
        (schema,) = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"
        ).fetchone() or ("",)
        columns = columns_of(connection, schema, "d")
        tally = Tally(columns, "UTF8")
        tally.add(connection, data)
        stored = digests_of_table(connection, schema, "d", columns)
        assert tally.differing(stored) == []
        connection.execute("UPDATE d SET a = a || 'x' WHERE ctid = (SELECT min(ctid) FROM d)")
        (wrong,) = tally.differing(digests_of_table(connection, schema, "d", columns))
        assert wrong[0].name == "a"
        connection.rollback()
