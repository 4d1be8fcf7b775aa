"""One table against a real PostgreSQL: all of it or nothing, whatever goes wrong on the way."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from provisioning.actors import Actor
from provisioning.clock import FixedClock
from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading import service, staging
from provisioning.loading.connection import Server
from provisioning.loading.model import Loaded, Target
from tests.loading.conftest import CSV, DDL, source

Load = Callable[..., Loaded]
Query = Callable[..., list[tuple[Any, ...]]]


def nothing_stands(query: Query) -> bool:
    """No table and no ledger entry."""
    return query("SELECT to_regclass('sample.trial_x')") == [(None,)] and query("SELECT count(*) FROM hic.loads") == [
        (0,)
    ]


def test_rows_comments_and_ledger(load: Load, query: Query, clock: FixedClock) -> None:
    done = load(source())
    assert (done.status, done.rows, done.bytes, done.sha256) == ("loaded", 3, len(CSV), source().sha256)
    assert query("SELECT * FROM sample.trial_x ORDER BY 1") == [
        ("A", "20220401", 12),
        ("B", None, None),
        ("C, with\nnewline", "20220402", -3),
    ]
    assert query("SELECT obj_description('sample.trial_x'::regclass)") == [("試験",)]
    told = query("SELECT table_name, origin, sha256, ddl_sha256, rows, loaded_by, loaded_at FROM hic.loads")
    assert told == [
        (
            "trial_x",
            "memory/TRIAL_X.csv",
            source().sha256,
            hashlib.sha256(DDL.encode()).hexdigest(),
            3,
            "researcher:analyst-a",
            clock.now(),
        )
    ]


@pytest.mark.parametrize(
    ("csv", "where", "what"),
    [
        (b"A,20220401,1\nB,20220401\n", "TRIAL_X.csv:2", "the table has 3 columns"),
        (b"A,20220401,1\nB,20220401,1,2\n", "TRIAL_X.csv:2", "the table has 3 columns"),
        (b"A,20220401,1\n\nB,20220401,1\n", "TRIAL_X.csv:2", "the table has 3 columns"),
        (b"A,20220401,1\nB,20220401,K9\n", "TRIAL_X.csv:2", "点数 (score): the value is not of the column's type"),
        (b"A,20220401,1\nB,20220401,70000\n", "TRIAL_X.csv:2", "点数 (score): the number is too large"),
        (b"A,202204011,1\n", "TRIAL_X.csv:1", "day (day): the value is too long"),
        (b"A,20220401,1\n,20220401,1\n", "TRIAL_X.csv:2", "通番2 (seq2_no): the value may not be empty"),
        (b'"A\nA",20220401,1\nB,20220401,K9\n', "TRIAL_X.csv:3", "点数"),
        (b'"A\nA",20220401,1\n"B\n",20220401,K9\n', "TRIAL_X.csv:3", "点数"),
        (b'"A\r\nA",20220401,1\r\n"B\r\n",20220401,K9\r\n', "TRIAL_X.csv:3", "点数"),
        (b"A,20220401,1\n\x83\x5c,20220401,1\n", "TRIAL_X.csv:2", "no UTF-8"),
        (b"A,20220401,1\nB\0,20220401,1\n", "TRIAL_X.csv:2", "no UTF-8"),
        (b"A,20220401,1\r\nB,20220401,1\n", "TRIAL_X.csv:2", "a stray line end"),
        (b'A,20220401,1\n"B,20220401,1\n', "TRIAL_X.csv:2", "a quoted value is not closed"),
        (b"A,20220401,1\n\\.\nB,20220401,1\n", "TRIAL_X.csv:2", "the line \\. alone"),
        (b"A,20220401,1\n\\.", "TRIAL_X.csv:2", "the line \\. alone"),
        (b"A,20220401,1\r\n\\.\r\nB,20220401,1\r\n", "TRIAL_X.csv:2", "the line \\. alone"),
    ],
)
def test_data_that_do_not_fit(load: Load, query: Query, csv: bytes, where: str, what: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(source(csv))
    problem = caught.value.problems[0]
    assert problem.where == where
    assert what in problem.what
    assert nothing_stands(query)


@pytest.mark.parametrize(
    "csv", [b"A,secret-99,1\n", b"A,1,secret99\n", b"secret99\n", b",secret99,1\n", b"A,1,secret\xff\n"]
)
def test_no_content_in_messages(load: Load, csv: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        load(source(csv))
    told = str(caught.value) + repr(caught.value) + repr(caught.value.__cause__)
    assert "secret" not in told
    assert "99" not in re.sub(r"'?9{2,}", "", told) or "xxxxxx99" in told


def test_crlf_is_taken(load: Load, query: Query) -> None:
    assert load(source(b'A,20220401,1\r\n"B\r\nB",,\r\n')).rows == 2
    assert query("SELECT seq2_no FROM sample.trial_x") == [("A",), ("B\r\nB",)]


def test_empty_is_null_and_quoted_empty_is_text(load: Load, query: Query) -> None:
    load(source(b'"",,\nA,"",\n'))
    told = query("SELECT seq2_no = '', day IS NULL, day = '', score IS NULL FROM sample.trial_x ORDER BY seq2_no")
    assert told == [(True, True, None, True), (False, False, True, True)]


def test_a_byte_order_mark_is_left_out_and_told(load: Load, query: Query) -> None:
    sent = source(b'\xef\xbb\xbf"A",20220401,1\nB,,\n')
    done = load(sent)
    assert (done.rows, done.bytes, done.sha256) == (2, 22, sent.sha256)
    assert done.warnings == ("the byte order mark at the start of the CSV was left out",)
    assert query("SELECT seq2_no FROM sample.trial_x") == [("A",), ("B",)]
    assert load(sent).status == "skipped"


def test_a_byte_order_mark_in_what_is_said_to_be_cp932(load: Load, query: Query) -> None:
    with pytest.raises(BadInput) as caught:
        load(source(b"\xef\xbb\xbfA,20220401,1\n"), encoding="SJIS")
    problem = caught.value.problems[0]
    assert (problem.where, problem.fix) == ("TRIAL_X.csv:1", "leave out --encoding cp932")
    assert nothing_stands(query)


def test_end_of_data_inside_quotes_is_data(load: Load, query: Query) -> None:
    assert load(source(b'"A\n\\.\n",20220401,1\nB,,\n')).rows == 2


def test_an_empty_csv_makes_an_empty_table(load: Load, query: Query) -> None:
    assert load(source(b"")).rows == 0
    assert query("SELECT count(*) FROM sample.trial_x") == [(0,)]


def test_what_the_manifest_says_must_come(load: Load, query: Query) -> None:
    with pytest.raises(Refused, match=f"sha256 {source().sha256} came, {'0' * 64} was expected"):
        load(source(sha256="0" * 64))
    with pytest.raises(Refused, match="3 records came, 4 were expected"):
        load(source(rows=4))
    assert nothing_stands(query)


def test_rows_that_a_trigger_swallows_are_missed(load: Load, query: Query, server: Server, target: Target) -> None:
    service.prepare(server, target)
    query("CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")
    trigger = "CREATE TRIGGER swallow BEFORE INSERT ON :SC_NAME.trial_x FOR EACH ROW EXECUTE FUNCTION public.swallow();"
    with pytest.raises(Refused, match="0 rows stand in the table, 3 records came"):
        load(source(ddl=DDL + trigger))
    assert nothing_stands(query)


def test_a_stream_that_breaks_leaves_nothing_and_can_be_repeated(load: Load, query: Query) -> None:
    def breaking() -> Iterator[bytes]:
        yield CSV[:20]
        raise DependencyFailed("the network went away")

    with pytest.raises(DependencyFailed, match="went away"):
        load(source(chunks=breaking))
    assert nothing_stands(query)

    def killed() -> Iterator[bytes]:
        yield CSV[:20]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(source(chunks=killed))
    assert nothing_stands(query)
    assert load(source()).status == "loaded"


def test_a_database_that_goes_away(load: Load, query: Query, postgres: dict[str, Any], database: str) -> None:
    def cut_off() -> Iterator[bytes]:
        yield CSV[:20]
        with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,))
        yield CSV[20:]
        for _ in range(100):
            yield b"A,20220401,1\n" * 100_000

    with pytest.raises(DependencyFailed, match="PostgreSQL"):
        load(source(chunks=cut_off))
    assert nothing_stands(query)
    assert load(source()).status == "loaded"


def test_the_same_again_is_skipped_without_reading(load: Load) -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError("read again")

    first = load(source())
    again = load(source(chunks=never))
    assert (again.status, again.rows, again.bytes) == ("skipped", first.rows, 0)


def test_other_content_is_refused_or_replaced(load: Load, query: Query) -> None:
    load(source())
    with pytest.raises(Refused, match="holds another CSV"):
        load(source(b"Z,,\n"))
    with pytest.raises(Refused, match="holds another DDL"):
        load(source(ddl=DDL + "-- newer\n"))
    assert load(source(b"Z,,\n"), replace=True).status == "replaced"
    assert query("SELECT seq2_no FROM sample.trial_x") == [("Z",)]
    assert query("SELECT count(*) FROM hic.loads") == [(2,)]


def test_a_replacement_that_fails_leaves_the_old_table(load: Load, query: Query) -> None:
    load(source())
    with pytest.raises(BadInput):
        load(source(b"Z\n"), replace=True)
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]
    assert load(source()).status == "skipped"


def test_a_table_that_hic_did_not_make(load: Load, query: Query) -> None:
    load(source())
    query("DROP TABLE sample.trial_x")
    query("CREATE TABLE sample.trial_x (mine text)")
    with pytest.raises(Refused, match="did not load it"):
        load(source())
    assert load(source(), replace=True).status == "replaced"
    query("DROP TABLE sample.trial_x")
    assert load(source()).status == "loaded"


def test_what_rests_on_a_table_is_not_dropped(load: Load, query: Query) -> None:
    load(source())
    query("CREATE VIEW sample.mine AS SELECT * FROM sample.trial_x")
    with pytest.raises(Refused, match=r"sample\.mine"):
        load(source(b"Z,,\n"), replace=True)
    assert query("SELECT count(*) FROM sample.mine") == [(3,)]


def test_a_view_of_that_name(load: Load, query: Query) -> None:
    load(source())
    query("ALTER TABLE sample.trial_x RENAME TO other")
    query("CREATE VIEW sample.trial_x AS SELECT 1")
    with pytest.raises(Refused, match="is no table"):
        load(source(b"Z,,\n"), replace=True)


def test_two_runs_do_not_load_one_table(
    load: Load, server: Server, target: Target, researcher: Actor, clock: FixedClock
) -> None:
    def meanwhile() -> Iterator[bytes]:
        with pytest.raises(Refused, match="Another run"):
            service.load(server, target, [source()], researcher, clock)
        yield CSV

    assert load(source(chunks=meanwhile)).status == "loaded"


@pytest.mark.parametrize(
    ("ddl", "what"),
    [
        ("CREATE TABLE :SC_NAME.trial_y (a text);", "does not make the table sample.trial_x"),
        ("CREATE TABLE :SC_NAME.trial_x (a text\n, b nosuchtype);", "TRIAL_X.sql:2"),
        ("CREATE TABLE :SCHEMA.trial_x (a text);", "asks for the variable SCHEMA"),
        ("\\i other.sql", "the psql command \\i is not allowed"),
        ("CREATE TABLE :SC_NAME.trial_x (a text); commit;", "COMMIT is not allowed"),
        ("COPY :SC_NAME.trial_x FROM STDIN;", "trial_x"),
        ("VACUUM;", "VACUUM"),
        ("", "does not make the table"),
    ],
)
def test_ddl_that_does_not_do(load: Load, query: Query, ddl: str, what: str) -> None:
    with pytest.raises(BadInput, match=re.escape(what)):
        load(source(ddl=ddl))
    assert nothing_stands(query)


PG_DUMP = """\
SET statement_timeout = '1min'; SET lock_timeout = 0; SET client_encoding = 'SJIS'; SET LOCAL work_mem = '64kB';
SELECT pg_catalog.set_config('search_path', '', false); SET log_min_messages = 'debug1'; SET ROLE pg_monitor;
RESET ROLE;
"""


def test_what_a_ddl_sets_ends_with_it(server: Server, target: Target, researcher: Actor, clock: FixedClock) -> None:
    large = source("表,,\n".encode() * 500, PG_DUMP + DDL.replace("trial_x", "trial_y"), table="trial_y", size=3000)
    small = source("表,,\n".encode(), PG_DUMP + DDL)  # on the same connection, after the other
    assert [one.rows for one in service.load(server, target, [small, large], researcher, clock)] == [1, 500]


def test_settings_after_a_ddl_are_those_of_hic(server: Server, target: Target) -> None:
    service.prepare(server, target)
    names = ("client_encoding", "lock_timeout", "log_min_messages", "statement_timeout", "search_path", "work_mem")
    query = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    with server.connect(target.database) as connection:
        before = connection.execute(query.encode()).fetchone()
        staging.create(connection, target, source(ddl=PG_DUMP + DDL + "-- no end"))
        assert connection.execute(query.encode()).fetchone() == before
    assert before
    assert before[:3] == ("UTF8", "10s", "log")


def test_a_user_who_may_not(load: Load, query: Query, postgres: dict[str, Any], target: Target) -> None:
    load(source())
    role = f"r_{target.database}"
    query(f"CREATE ROLE {role} LOGIN PASSWORD 'analyst'")  # a role of the cluster, dropped below
    try:
        login = {"host": postgres["host"], "port": postgres["port"], "user": role, "password": "analyst"}
        with pytest.raises(Refused, match="may not do this"):
            service.status(Server(**login), target)
    finally:
        query(f"DROP ROLE {role}")


def test_status_tells_what_stands(load: Load, query: Query, server: Server, target: Target) -> None:
    load(source())
    assert [(s.entry.table, s.stands, s.entry.rows) for s in service.status(server, target)] == [("trial_x", True, 3)]
    query("DROP TABLE sample.trial_x")
    assert [s.stands for s in service.status(server, target)] == [False]


def test_a_database_without_ledger(server: Server) -> None:
    assert service.status(server, Target("postgres", "sample")) == []
    assert service.status(server, Target("nosuchdatabase", "sample")) == []


def test_a_killed_run_leaves_nothing(load: Load, query: Query, postgres: dict[str, Any], target: Target) -> None:
    """SIGKILL in the middle of the stream; then the same load goes through."""
    program = """
import sys, time
from provisioning.actors import Actor
from provisioning.clock import SystemClock
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Target
from tests.loading.conftest import CSV, source

def endless():
    yield CSV
    print("sent", flush=True)
    time.sleep(60)

host, port, user, passfile, database, schema = sys.argv[1:]
server = Server(host=host, port=int(port), user=user, passfile=passfile)
source = source(chunks=endless)
service.load(server, Target(database, schema), [source], Actor("researcher", "a"), SystemClock())
"""
    arguments = [*(str(value) for value in postgres.values()), target.database, target.schema]
    with subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        assert run.stdout.readline() == "sent\n"
        run.kill()
    deadline = time.monotonic() + 10
    while query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hic'") != [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert nothing_stands(query)
    assert load(source()).status == "loaded"


def test_several_runs_may_start_at_once(server: Server, target: Target) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _number: service.prepare(server, target), range(4)))
    assert service.status(server, target) == []


def test_tables_before_the_failing_one_stand(
    server: Server, target: Target, researcher: Actor, clock: FixedClock, query: Query
) -> None:
    other = source(table="trial_y", ddl=DDL.replace("trial_x", "trial_y"))
    with pytest.raises(BadInput, match="1 of 2 tables stand already"):
        service.load(server, target, [other, source(b"short\n")], researcher, clock)
    assert query("SELECT table_name FROM hic.loads") == [("trial_y",)]


def test_rows_do_not_get_into_the_log_of_the_server(server: Server) -> None:
    with server.connect("postgres") as connection:
        assert connection.execute("SHOW log_min_messages").fetchone() == ("log",)
