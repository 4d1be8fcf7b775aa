"""Loading as the roles that a server is set up with: no superuser, a password over the network, a quiet log."""

from __future__ import annotations

import secrets
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from provisioning.actors import Actor
from provisioning.clock import FixedClock
from provisioning.environments.bootstrap.roles import RoleSecrets, roles_sql, roles_state_sql, roles_wanted
from provisioning.errors import BadInput, DependencyFailed
from provisioning.loading import connection as connections
from provisioning.loading import room, service
from provisioning.loading.connection import Server, keeps_values_out_of_the_log
from provisioning.loading.model import Target, Watcher, Wishes
from tests.loading.conftest import source

UNTIL = datetime(2099, 1, 1, tzinfo=UTC)
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def people(postgres: dict[str, Any]) -> Iterator[tuple[tuple[str, str], RoleSecrets]]:
    """A group's role and one person's, made by the very statements of the bootstrap, in this cluster."""
    tag = uuid.uuid4().hex[:8]
    roles = (f"group_{tag}", f"person-{tag}")
    words = RoleSecrets({role: secrets.token_urlsafe(12) for role in roles})
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        for _again in range(2):
            connection.execute(roles_sql(words, roles, UNTIL).encode())
        told = connection.execute(roles_state_sql(roles).encode()).fetchall()
        assert "\n".join(line for (line,) in told) == roles_wanted(words, roles, UNTIL)
        yield roles, words
        for role in reversed(roles):
            connection.execute(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"'.encode())


@pytest.fixture
def login(
    postgres: dict[str, Any], people: tuple[tuple[str, str], RoleSecrets], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """How the person reaches the server; nobody has written the password down."""
    for name in ("PGPASSWORD", "PGPASSFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    return {"host": postgres["host"], "port": postgres["port"], "user": people[0][1]}


@pytest.fixture
def owned(postgres: dict[str, Any], people: tuple[tuple[str, str], RoleSecrets], database: str) -> str:
    """A database that the group's role has made."""
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database} OWNER {people[0][0]} TEMPLATE template0".encode())
    return database


def test_a_password_is_asked_for_once(
    login: dict[str, Any],
    people: tuple[tuple[str, str], RoleSecrets],
    owned: str,
    researcher: Actor,
    clock: FixedClock,
    query: Query,
) -> None:
    (_group, person), words = people
    asked = []

    def ask(user: str, host: str) -> str:
        asked.append((user, host))
        return words.of(person)

    server = Server(ask, **login)
    sources = [source(csv_month="202204"), source(b"N,,\n", csv_month="202207")]
    for one in sources:
        service.load(server, Target(owned, "sample"), [one], researcher, clock, Wishes(append=True, jobs=2))
    assert asked == [(person, login["host"])]
    assert query("SELECT count(*) FROM sample.trial_x") == [(4,)]
    assert words.of(person) not in repr(server) + repr(vars(server).get("_ask"))


def test_where_nobody_can_be_asked(login: dict[str, Any], people: tuple[tuple[str, str], RoleSecrets]) -> None:
    with (
        pytest.raises(DependencyFailed, match=f"wants a password of {people[0][1]}") as caught,
        Server(**login).connect("postgres"),
    ):
        pass
    assert "PGPASSFILE" in caught.value.fix
    assert "PGPASSWORD" in caught.value.fix


def test_a_wrong_answer_is_not_told(login: dict[str, Any]) -> None:
    server = Server(lambda _user, _host: "canary-secret", **login)
    with pytest.raises(DependencyFailed) as caught, server.connect("postgres"):
        pass
    told = str(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__context__)
    assert "canary-secret" not in told


def test_values_of_refused_rows(
    login: dict[str, Any],
    people: tuple[tuple[str, str], RoleSecrets],
    postgres: dict[str, Any],
    owned: str,
    researcher: Actor,
    clock: FixedClock,
) -> None:
    """A role that may not set it is told of a server that writes them; on one set up by hic none are written."""
    noted: list[str] = []

    class Listening(Watcher):
        def noted(self, text: str) -> None:
            noted.append(text)

    log = Path(postgres["passfile"]).parent / "postgres.log"
    server = Server(lambda _user, _host: people[1].of(people[0][1]), **login)
    for number, setting in enumerate(("", "ALTER SYSTEM SET log_min_messages = 'log'")):
        with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
            if setting:
                connection.execute(setting.encode())
                connection.execute("SELECT pg_reload_conf()")
        try:
            secret = f"canary{number}"
            with pytest.raises(BadInput, match="not of the column's type"):
                service.load(
                    server,
                    Target(owned, "sample"),
                    [source(f"A,,{secret}\n".encode())],
                    researcher,
                    clock,
                    watcher=Listening(),
                )
            assert (secret in log.read_text(encoding="utf-8", errors="replace")) == (not setting)
        finally:
            with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
                connection.execute("ALTER SYSTEM RESET log_min_messages")
                connection.execute("SELECT pg_reload_conf()")
    assert len(noted) == 1
    assert "log_min_messages = log" in noted[0]


def test_a_role_that_may_sets_it_itself(server: Server) -> None:
    with server.connect("postgres") as connection:
        assert keeps_values_out_of_the_log(connection)
        connection.execute("SET log_min_messages = 'fatal'")
        connection.execute(connections.session_settings(connection).encode())
        assert connection.execute("SHOW log_min_messages").fetchone() == ("fatal",)  # never made louder


def test_the_room_that_is_left_is_known(
    login: dict[str, Any], people: tuple[tuple[str, str], RoleSecrets], owned: str
) -> None:
    server = Server(lambda _user, _host: people[1].of(people[0][1]), **login)
    with server.connect(owned) as connection:
        found = connection.execute("SHOW data_directory").fetchone()
        assert found
        assert found[0]
        assert (room._free(connection) is None) == (not Path(found[0]).exists())


def test_at_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from provisioning.cli.session import ask_password

    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda prompt: (sys.stderr.write(prompt), "word")[1])
    assert ask_password("analyst-a", "localhost") == "word"
    told = capsys.readouterr()
    assert told.out == ""
    assert "word\n" not in told.err
