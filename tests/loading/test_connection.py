"""Where the server is, and databases made for loading."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading.connection import Server, ensure_database
from provisioning.settings import Settings


def test_the_local_server_is_used_offline(tmp_path: Path, postgres: dict[str, Any]) -> None:
    (tmp_path / "services.json").write_text(json.dumps({"postgres": {**postgres, "pid": 1}}), encoding="utf-8")
    server = Server.from_settings(Settings(tmp_path), {})
    with server.connect("postgres") as connection:
        assert connection.execute("SHOW client_encoding").fetchone() == ("UTF8",)


@pytest.mark.parametrize(
    ("engine", "environment", "wanted"),
    [
        ("pulumi", {}, {"host": "localhost", "user": "postgres"}),
        ("pulumi", {"PGUSER": "personal"}, {"host": "localhost"}),
        ("pulumi", {"PGHOST": "db"}, {}),
        ("offline", {"PGHOST": "db"}, {}),
        ("offline", {"PGSERVICE": "mine"}, {}),
    ],
)
def test_the_environment_decides_first(
    tmp_path: Path, engine: Any, environment: dict[str, str], wanted: dict[str, str]
) -> None:
    assert Server.from_settings(Settings(tmp_path, engine=engine), environment)._parameters == wanted


def test_offline_without_services(tmp_path: Path) -> None:
    with pytest.raises(DependencyFailed, match="hic local start"):
        Server.from_settings(Settings(tmp_path), {})


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = Server(host="127.0.0.1", port=taken.getsockname()[1], user="postgres")
        with pytest.raises(DependencyFailed, match="PostgreSQL does not answer"), server.connect("postgres"):
            pass


def test_a_wrong_password_is_not_told(postgres: dict[str, Any]) -> None:
    server = Server(**{k: v for k, v in postgres.items() if k != "passfile"}, password="canary-secret")
    with pytest.raises(DependencyFailed) as caught, server.connect("postgres"):
        pass
    assert "canary-secret" not in str(caught.value)


def test_a_database_is_made_once_in_utf8(
    postgres: dict[str, Any], database: str, query: Callable[..., list[tuple[Any, ...]]]
) -> None:
    server = Server(**postgres)
    assert ensure_database(server, database)
    assert not ensure_database(server, database)
    assert query("SHOW server_encoding") == [("UTF8",)]


def test_a_database_of_another_encoding(postgres: dict[str, Any], database: str) -> None:
    server = Server(**postgres)
    with server.connect("postgres", autocommit=True) as connection:
        statement = f"CREATE DATABASE {database} ENCODING 'EUC_JP' LOCALE 'C' TEMPLATE template0"
        connection.execute(statement.encode())
    with pytest.raises(Refused, match="EUC_JP"):
        ensure_database(server, database)


def test_a_database_name_that_may_not_be(postgres: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="ENV-13"):
        ensure_database(Server(**postgres), "サンプル")
