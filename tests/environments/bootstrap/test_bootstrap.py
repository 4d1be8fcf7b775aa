"""Bootstraps and checks of a real server: sshd of an ordinary account, a PostgreSQL of its own, R."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from provisioning.approvals.names import database_secrets
from provisioning.aws.secrets import make_password
from provisioning.clock import JST
from provisioning.environments.bootstrap.model import Verdict
from provisioning.environments.bootstrap.passwords import kept_passwords
from provisioning.environments.bootstrap.plan import STEPS
from provisioning.environments.bootstrap.roles import GROUP_ROLE, role_names
from provisioning.environments.bootstrap.service import BOOTSTRAP, CHECK
from provisioning.errors import Refused
from provisioning.offline import postgres
from tests.approvals.test_fees import changed
from tests.environments.bootstrap.conftest import World
from tests.offline.test_postgres import listening

NAMES = [step.name for step in STEPS]


@contextmanager
def connect(world: World, role: str, password: str | None = None, **options: Any) -> Iterator[psycopg.Connection[Any]]:
    """Log in as people do: over TLS, with the certificate that the bootstrap put where they find it."""
    word = password or kept_passwords(world.aws, world.approval.id, role_names(world.approval)).of(role)
    where = {
        "host": "localhost",
        "hostaddr": "127.0.0.1",
        "port": world.record(BOOTSTRAP)["port"],
        "dbname": "postgres",
    }
    tls = {"sslmode": "verify-full", "sslrootcert": str(world.base / "etc/hic/postgresql.crt")}
    with psycopg.connect(**{**where, **tls, **options}, user=role, password=word, autocommit=True) as connection:
        yield connection


def value(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def pid_of(world: World) -> str:
    return (world.base / "data/postgresql/postmaster.pid").read_text(encoding="ascii").splitlines()[0]


def test_the_first_run_makes_a_server_and_the_second_changes_nothing(fresh: World) -> None:
    with pytest.raises(Refused, match="not set up yet"):
        fresh.servers().check(fresh.operator, fresh.approval.id)
    first = fresh.servers().bootstrap(fresh.operator, fresh.approval.id, fresh.on_step)
    assert fresh.seen == NAMES == [done.name for done in first.steps]
    changed_steps = {done.name for done in first.steps if done.changed}
    assert changed_steps == set(NAMES) - {"packages"}
    record = fresh.record(BOOTSTRAP)
    assert (record["state"], set(record["steps"]), record["failed"]) == ("done", set(NAMES), None)
    files = {path: path.stat().st_mtime_ns for path in (fresh.base / "etc").rglob("*") if path.is_file()}
    assert len(files) >= 5
    pid = pid_of(fresh)

    second = fresh.servers().bootstrap(fresh.operator, fresh.approval.id, fresh.on_step)
    assert second.changed == 0
    assert pid_of(fresh) == pid
    assert {path: path.stat().st_mtime_ns for path in files} == files
    acts = [entry.act for entry in fresh.audit.entries()][-4:]
    assert acts == ["env.bootstrap", "env.bootstrapped"] * 2


def test_what_the_database_is(world: World) -> None:
    shown = (
        "server_encoding", "lc_collate", "password_encryption", "ssl", "data_checksums", "log_error_verbosity",
        "log_min_messages", "log_connections", "listen_addresses",
    )  # fmt: skip
    with connect(world, GROUP_ROLE) as connection:
        found = {name: value(connection, f"SHOW {name}") for name in shown}
        statements = value(connection, "SHOW log_statement")
        assert (
            value(connection, "SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = user")
            is False
        )
    assert tuple(found.values()) == ("UTF8", "C.UTF-8", "scram-sha-256", "on", "on", "terse", "log", "on", "localhost")
    assert statements == "all" or (Path(world.card["binaries"]).parent / "lib/pgaudit.so").exists()
    # The server itself, by both protocols, and nobody else.
    assert listening(world.record(BOOTSTRAP)["port"]) <= {"0100007F", "00000000000000000000000001000000"}
    data = world.base / "data/postgresql"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "server.key").stat().st_mode) == 0o600
    logs = list((world.base / "data/log").glob("postgresql-*.log"))
    assert logs
    assert {stat.S_IMODE(path.stat().st_mode) for path in logs} == {0o600}


def test_people_work_together_and_no_further(world: World) -> None:
    with connect(world, "analyst-a") as first, connect(world, "analyst-b") as second:
        first.execute("DROP DATABASE IF EXISTS shared_work")
        first.execute("CREATE DATABASE shared_work")
        assert (value(first, "SELECT session_user"), value(first, "SELECT current_user")) == ("analyst-a", GROUP_ROLE)
        refused = (
            "ALTER ROLE postgres SUPERUSER",
            "CREATE ROLE somebody",
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "COPY (SELECT 1) TO '/tmp/out'",
            "SELECT rolpassword FROM pg_authid",
            "ALTER SYSTEM SET log_statement = 'none'",
            "SET log_statement = 'none'",
        )
        for statement in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                first.execute(statement.encode())
        ends = value(second, "SELECT rolvaliduntil FROM pg_roles WHERE rolname = 'analyst-b'")
    assert ends.astimezone(JST) == datetime(2027, 5, 1, tzinfo=JST)
    with connect(world, "analyst-a", dbname="shared_work") as first:
        first.execute("CREATE SCHEMA sample")
        first.execute("CREATE TABLE sample.made_by_a AS SELECT 7 AS n")
    with connect(world, "analyst-b", dbname="shared_work") as second:
        assert value(second, "SELECT n FROM sample.made_by_a") == 7
        second.execute("DROP TABLE sample.made_by_a")


@pytest.mark.parametrize("options", [{"sslmode": "disable"}, {"password": "wrong"}])
def test_who_is_not_let_in(world: World, options: dict[str, Any]) -> None:
    with pytest.raises(psycopg.OperationalError), connect(world, "analyst-a", **options):
        pytest.fail("let in")
    with pytest.raises(psycopg.OperationalError), connect(world, "hic_admin", "any"):
        pytest.fail("the administrator came in from the network")


def test_who_changed_the_password_keeps_it_until_it_is_issued_anew(world: World) -> None:
    servers = world.servers()
    own = make_password()
    with connect(world, "analyst-a") as connection:
        connection.execute("SET ROLE NONE")
        verifier = connection.pgconn.encrypt_password(own.encode(), b"analyst-a", b"scram-sha-256").decode()
        connection.execute(psycopg.sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            psycopg.sql.Identifier("analyst-a"), psycopg.sql.Literal(verifier)
        ))  # fmt: skip
    assert world.bootstrap() == []
    with connect(world, "analyst-a", own) as connection:
        assert value(connection, "SELECT 1") == 1
    logins = next(c for c in servers.check(world.operator, world.approval.id).checks if c.name == "logins")
    assert (logins.verdict, "own password since: analyst-a" in logins.detail) == (Verdict.PASSED, True)

    world.aws.client("secretsmanager").put_secret_value(
        SecretId=f"{database_secrets(world.approval.id)}analyst-a", SecretString="issued-anew-1"
    )
    assert world.bootstrap() == ["roles"]
    with connect(world, "analyst-a", "issued-anew-1") as connection:
        assert value(connection, "SELECT 1") == 1


def test_a_handler_who_is_taken_off_is_out_at_once(world: World) -> None:
    mine = world.approvals.get(world.approval.id)
    fewer = changed(world.approval, handlers=[h.model_dump() for h in world.approval.handlers if h.id == "analyst-a"])
    put = mine.moved(mine.state, approval=fewer.model_dump(mode="json"))
    with connect(world, "analyst-b") as open_session:
        world.audit.commit(world.operator, "test.fewer", world.approval.id, {}, [put])
        assert world.bootstrap() == ["roles"]
        with pytest.raises(psycopg.OperationalError):
            open_session.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError), connect(world, "analyst-b"):
        pytest.fail("still let in")
    back = world.approvals.get(world.approval.id)
    put = back.moved(back.state, approval=world.approval.model_dump(mode="json"))
    world.audit.commit(world.operator, "test.back", world.approval.id, {}, [put])
    assert world.bootstrap() == ["roles"]
    with connect(world, "analyst-b") as connection:
        assert value(connection, "SELECT 1") == 1


def test_the_check_finds_what_is_broken_and_the_next_bootstrap_mends_it(world: World) -> None:
    servers = world.servers()
    good = servers.check(world.operator, world.approval.id)
    verdicts = {check.name: check.verdict for check in good.checks}
    can_run = Verdict.PASSED if world.card["python"] else Verdict.UNJUDGED
    passed = dict.fromkeys(("versions", "tls", "logins", "database", "r"), Verdict.PASSED)
    unjudged = dict.fromkeys(("others", "internet", "names"), Verdict.UNJUDGED)
    assert verdicts == {**passed, "storage": can_run, **unjudged}, good.checks
    if world.card["python"]:
        storage = next(check for check in good.checks if check.name == "storage")
        assert "hic-share-123456789012: 1 objects" in storage.detail
    record = world.record(CHECK)
    assert [check["verdict"] for check in record["checks"]] == [check.verdict.value for check in good.checks]
    with connect(world, GROUP_ROLE) as connection:
        assert value(connection, "SELECT count(*) FROM pg_database WHERE datname LIKE 'hic_check%'") == 0

    postgres.stop_data(world.base / "data/postgresql")
    bad = servers.check(world.operator, world.approval.id)
    assert {check.name for check in bad.failed} == {"versions", "tls", "logins", "database", "r"}
    assert world.bootstrap() == ["server"]


def test_what_was_meddled_with_is_put_back_without_cutting_anybody_off(world: World) -> None:
    hba = world.base / "data/postgresql/pg_hba.conf"
    wanted = hba.read_text(encoding="utf-8")
    hba.write_text("host all all 0.0.0.0/0 trust\n", encoding="utf-8")
    with connect(world, "analyst-a") as at_work:
        assert world.bootstrap() == ["server"]
        assert value(at_work, "SELECT 1") == 1
    assert hba.read_text(encoding="utf-8") == wanted


def test_a_renewed_certificate_is_shown_at_once(world: World) -> None:
    (world.base / "data/postgresql/server.crt").unlink()
    before = (world.base / "etc/hic/postgresql.crt").read_text(encoding="ascii")
    pid = pid_of(world)
    assert world.bootstrap() == ["cluster", "manual"]
    assert (world.base / "etc/hic/postgresql.crt").read_text(encoding="ascii") != before
    with connect(world, "analyst-a") as connection:
        assert value(connection, "SELECT 1") == 1
    assert pid_of(world) == pid


def test_what_people_find(world: World) -> None:
    page = (world.base / "Desktop/はじめに.md").read_text(encoding="utf-8")
    assert world.approval.id in page
    assert "公表前確認" in page
    told = 'printf "%s %s %s %s" "$PGCLIENTENCODING" "$PGSSLMODE" "$HIC_APPROVAL" "$AWS_REGION"'
    profile = str(world.base / "etc/profile.d/hic.sh")
    shown = subprocess.run(
        ["bash", "-c", f'. "$1"; {told}', "sh", profile],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert shown.stdout == f"UTF8 verify-full {world.approval.id} ap-northeast-1"


def test_the_record_holds_no_more_than_it_must(world: World) -> None:
    assert set(world.record(BOOTSTRAP)) == {"steps", "state", "by", "at", "instance", "port", "place", "failed"}
    assert len(json.dumps(world.record(BOOTSTRAP))) < 2000
