"""What goes wrong outside: connections, server, disk, store, killed runs. Nothing half-loaded, and again is enough."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from provisioning.actors import Actor
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Loaded, Target, Wishes
from provisioning.loading.pool import Pool, which_are_shared
from provisioning.loading.tables import TableLoad
from provisioning.offline.postgres import remove_cluster, start_cluster, stop_cluster
from provisioning.settings import DEFAULT_REGION
from tests.loading.conftest import CSV, DDL, source

Load = Callable[..., Loaded]
Query = Callable[..., list[tuple[Any, ...]]]
SHARED = {"jobs": 2, "split_from": 0, "piece": 4000}
LINE = b"A,20220401,1\n"
KILLED = """
import sys, time
from provisioning.actors import Actor
from provisioning.clock import SystemClock
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Target, Wishes
from tests.loading.conftest import source

def endless():
    while True:
        yield b"A,20220401,1\\n" * 1000
        print("sent", flush=True)

host, port, user, passfile, database, schema = sys.argv[1:]
server = Server(host=host, port=int(port), user=user, passfile=passfile)
source = source(chunks=endless, size=1000)
wishes = Wishes(jobs=2, split_from=0, piece=4000)
service.load(server, Target(database, schema), [source], Actor("researcher", "a"), SystemClock(), wishes)
"""


def left(query: Query) -> list[tuple[Any, ...]]:
    """Tables and staging schemas of the database."""
    return query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'sample'"
        " UNION ALL SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hic_load%'"
    )


@pytest.mark.parametrize("seen", [1, 3, 40])
def test_a_killed_run_of_several_connections(
    load: Load, query: Query, postgres: dict[str, Any], target: Target, seen: int
) -> None:
    arguments = [*(str(value) for value in postgres.values()), target.database, target.schema]
    with subprocess.Popen([sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        for _number in range(seen):
            assert run.stdout.readline() == "sent\n"
        run.kill()
    assert query("SELECT to_regclass('sample.trial_x')") == [(None,)]
    deadline = time.monotonic() + 10
    while query(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hic' AND datname = current_database()"
    ) != [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert load(source(ddl=DDL.replace("trial_x", "trial_y"), table="trial_y")).rows == 3  # of any table
    assert left(query) == [("trial_y",)]
    assert load(source()).status == "loaded"


@pytest.mark.parametrize("ways", [{}, SHARED])
def test_connections_that_are_cut(
    load: Load, query: Query, postgres: dict[str, Any], database: str, ways: dict[str, Any]
) -> None:
    def cut_off() -> Iterator[bytes]:
        yield LINE * 1000
        with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,))
        for _number in range(100):
            yield LINE * 1000

    with pytest.raises(DependencyFailed, match=r"PostgreSQL does not answer as it should: .*terminat") as caught:
        load(source(chunks=cut_off, size=1000), **ways)
    assert "Check that it runs" in caught.value.fix
    assert query("SELECT to_regclass('sample.trial_x')") == [(None,)]
    assert load(source()).status == "loaded"
    assert left(query) == [("trial_x",)]


def test_helpers_stop_when_the_main_connection_is_cut(
    load: Load, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = TableLoad._work
    handed: list[int] = []

    def dying(self: TableLoad, connection: Any) -> None:
        if threading.current_thread().name == "load-0":
            deadline = time.monotonic() + 10
            while not handed and time.monotonic() < deadline:  # until somebody helps
                time.sleep(0.001)
            raise psycopg.OperationalError("cut off")
        work(self, connection)

    def long() -> Iterator[bytes]:
        for number in range(2000):
            handed.append(number)
            yield LINE * 1000

    monkeypatch.setattr(TableLoad, "_work", dying)
    monkeypatch.setattr(Pool, "_next", _first_takes(Pool._next))
    with pytest.raises(DependencyFailed):
        load(source(chunks=long, size=10**6), **SHARED)
    assert 0 < len(handed) < 1000
    assert left(query) == []


def _first_takes(following: Callable[[Pool, Any], Any]) -> Callable[[Pool, Any], Any]:
    """The first connection starts the table, whichever thread is quicker."""

    def wrapped(pool: Pool, connection: Any) -> Any:
        while threading.current_thread().name != "load-0" and not pool._running and not pool._broken:
            time.sleep(0.001)
        return following(pool, connection)

    return wrapped


@pytest.mark.parametrize("ways", [{}, SHARED])
def test_a_store_that_breaks(load: Load, query: Query, ways: dict[str, Any]) -> None:
    def breaking() -> Iterator[bytes]:
        yield LINE * 1000
        raise DependencyFailed("the network went away")

    with pytest.raises(DependencyFailed, match="went away"):
        load(source(chunks=breaking, size=1000), **ways)
    assert left(query) == []


def test_a_server_that_is_restarted(clock: FixedClock, researcher: Actor) -> None:
    folder = Path(tempfile.mkdtemp(prefix="hic-postgres-"))
    try:
        card = start_cluster(folder)
        server = Server(**{key: card[key] for key in ("host", "port", "user", "passfile")})

        def restarting() -> Iterator[bytes]:
            yield LINE * 1000
            stop_cluster(folder)
            start_cluster(folder, card["port"])
            for _number in range(100):
                yield LINE * 1000

        target, wishes = Target("d", "sample"), Wishes(**SHARED)
        with pytest.raises(DependencyFailed, match="PostgreSQL does not answer as it should: ") as caught:
            service.load(server, target, [source(chunks=restarting, size=1000)], researcher, clock, wishes)
        assert "Check that it runs" in caught.value.fix
        (done,) = service.load(server, target, [source()], researcher, clock, wishes)
        assert done.rows == 3
        with server.connect("d") as connection:
            found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hic_load%'").fetchall()
            assert found == []
    finally:
        remove_cluster(folder)
        shutil.rmtree(folder, ignore_errors=True)


def test_a_full_disk(load: Load, query: Query, server: Server, target: Target) -> None:
    service.prepare(server, target)
    query(
        "CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE 'no space left' USING ERRCODE = '53100'; END $$"
    )
    trigger = "CREATE TRIGGER t BEFORE INSERT ON :SC_NAME.trial_x FOR EACH ROW EXECUTE FUNCTION public.full();"
    with pytest.raises(DependencyFailed, match="disk is full"):
        load(source(ddl=DDL + trigger))
    assert left(query) == []


@pytest.fixture
def small_disk(postgres: dict[str, Any]) -> Iterator[str]:
    """A tablespace on a disk of 2 MB."""
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        folder = Path(data).parent / "small"
        folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
        )
        if mounted.returncode:
            folder.rmdir()
            pytest.skip(f"no disk of 2 MB can be mounted here: {mounted.stderr.strip()}")
        try:
            owner = Path(data).stat()
            os.chown(folder, owner.st_uid, owner.st_gid)
            connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'".encode())
            yield "small"
            connection.execute("DROP TABLESPACE small")
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
            folder.rmdir()


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="needs root, to mount a disk of 2 MB")
@pytest.mark.parametrize("ways", [{}, SHARED])
def test_a_disk_that_is_really_full(load: Load, query: Query, small_disk: str, ways: dict[str, Any]) -> None:
    ddl = DDL.replace("score smallint\n)", f"score smallint\n) TABLESPACE {small_disk}")
    with pytest.raises(DependencyFailed, match="disk is full") as caught:
        load(source(LINE * 200_000, ddl, chunks=lambda: iter([LINE * 1000] * 200), size=2_600_000), **ways)
    assert "what stands already is skipped" in caught.value.fix
    assert left(query) == []
    assert load(source(ddl=ddl)).rows == 3
    query("DROP TABLE sample.trial_x")


def test_too_little_room_is_told_before(load: Load, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=5 * 10**9))
    with pytest.raises(Refused, match=r"need about 6\.4 GB, but the server's disk has 5\.0 GB"):
        load(source(size=4 * 10**9))
    assert load(source(size=3 * 10**9)).rows == 3
    assert load(source(size=4 * 10**9)).status == "skipped"  # what stands needs no room


def test_one_bad_table_does_not_keep_the_others(
    server: Server, target: Target, researcher: Actor, clock: FixedClock, query: Query
) -> None:
    many = [
        source(
            b"A,,K\n" if number % 3 == 0 else CSV,
            DDL.replace("trial_x", f"trial_{number}"),
            table=f"trial_{number}",
            origin=f"TRIAL_{number}.csv",
        )
        for number in range(9)
    ]
    with pytest.raises(BadInput) as caught:
        service.load(server, target, many, researcher, clock, Wishes(jobs=3))
    told = str(caught.value)
    assert "3 tables were not loaded" in told
    assert all(f"TRIAL_{number}.csv:1" in told for number in (0, 3, 6))
    assert "6 of 9 tables stand already" in told
    assert query("SELECT count(*) FROM hic.loads") == [(6,)]


def test_two_runs_of_all_tables_at_once(
    server: Server, target: Target, researcher: Actor, clock: FixedClock, query: Query
) -> None:
    many = [
        source(LINE * 3000, DDL.replace("trial_x", f"trial_{n}"), table=f"trial_{n}", size=39_000) for n in range(6)
    ]

    def run(_number: int) -> str:
        try:
            service.load(server, target, many, researcher, clock, Wishes(**SHARED))
        except Refused as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(run, range(2)))
    assert all(one == "done" or "Another run is loading" in one for one in told)
    service.load(server, target, many, researcher, clock, Wishes(**SHARED))
    assert [query(f"SELECT count(*) FROM sample.trial_{n}") for n in range(6)] == [[(3000,)]] * 6  # noqa: S608
    assert len(left(query)) == 6


def test_the_same_table_twice(server: Server, target: Target, researcher: Actor, clock: FixedClock) -> None:
    with pytest.raises(BadInput, match="for the same table: trial_x"):
        service.load(server, target, [source(), source()], researcher, clock)


def test_a_ddl_that_makes_more(load: Load, query: Query) -> None:
    with pytest.raises(BadInput, match="makes more than its table"):
        load(source(ddl=DDL + "CREATE VIEW :SC_NAME.v AS SELECT 1;"))
    assert left(query) == []
    own = DDL.replace("score smallint", "score smallint, n serial PRIMARY KEY")
    with pytest.raises(BadInput, match="the table has 4 columns"):
        load(source(ddl=own))
    assert load(source(b"A,,1,1\n", ddl=own)).rows == 1


def test_a_very_long_line(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="more than 64 MiB"):
        load(source(chunks=lambda: iter([b"a" * (1 << 20)] * 2000)))


@pytest.mark.parametrize(
    ("start", "kind", "fix"),
    [
        (b"PK\x03\x04", "XLSX", "save it as CSV"),
        (b"\xd0\xcf\x11\xe0", "XLS", "save it as CSV"),
        (b"\x1f\x8b", "gzip", "gunzip"),
        ("\ufeffA,B".encode("utf-16-le"), "UTF-16", "save it as CSV"),
    ],
)
def test_a_file_of_another_kind(load: Load, query: Query, start: bytes, kind: str, fix: str) -> None:
    with pytest.raises(BadInput, match=f"no CSV, but {kind}") as caught:
        load(source(start + CSV))
    assert fix in caught.value.problems[0].fix
    assert left(query) == []


def test_an_empty_file_is_told(load: Load) -> None:
    assert load(source(b"")).warnings == ("the CSV is empty",)


class Faulty(BaseHTTPRequestHandler):
    """An S3 that throttles, fails, or breaks off, by the name of the object."""

    def do_GET(self) -> None:
        code, name = {"slow": (503, b"SlowDown"), "broken": (500, b"InternalError")}.get(
            self.path.rpartition("/")[2], (200, b"")
        )
        body = b"<Error><Code>%s</Code></Error>" % name if name else LINE * 1000
        self.send_response(code)
        self.send_header("Content-Length", str(len(body) + (code == 200)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.mark.parametrize(
    ("key", "what", "fix"),
    [
        ("slow", r"AWS is busy or out of order while using s3://share/slow: .*SlowDown", "Repeat the command"),
        (
            "broken",
            r"AWS is busy or out of order while using s3://share/broken: .*InternalError",
            "Repeat the command",
        ),
        ("short", r"sends s3://share/short from its start, though the rest was asked for", ""),
    ],
)
def test_an_s3_that_fails(load: Load, query: Query, key: str, what: str, fix: str) -> None:
    with HTTPServer(("127.0.0.1", 0), Faulty) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        store = ObjectStore(Aws(DEFAULT_REGION, endpoint=f"http://127.0.0.1:{http.server_port}"), "share")
        with pytest.raises(DependencyFailed, match=what) as caught:
            load(source(chunks=lambda: store.chunks(key)))
        assert fix in caught.value.fix
        http.shutdown()
    assert left(query) == []


def test_which_files_go_to_several_connections() -> None:
    assert which_are_shared([400], 2, 32) == [True]
    assert which_are_shared([400], 1, 32) == [False]
    assert which_are_shared([400, 400], 2, 32) == [False, False]
    assert which_are_shared([400, 300], 2, 32) == [True, False]
    assert which_are_shared([200, *[100] * 8], 2, 32) == [False] * 9
    assert which_are_shared([20], 2, 32) == [False]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the peak")
def test_memory_does_not_grow_with_the_file(postgres: dict[str, Any], target: Target) -> None:
    """A 200 MB stream through two connections, in a process of its own."""
    program = KILLED.replace("while True:", "for _n in range(16000):").replace('print("sent", flush=True)', "pass")
    program = program.replace("piece=4000", "piece=8 << 20").replace(
        "source = source(", "source = source(sha256=None, "
    )
    # Not ru_maxrss, which starts with the size of the process that started this one.
    program += "\nprint(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])\n"
    arguments = [*(str(value) for value in postgres.values()), target.database, target.schema]
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert int(ran.stdout) < 200 * 1024
