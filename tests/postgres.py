"""A private PostgreSQL for the tests: one cluster for the whole run, one database for each test."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from provisioning.offline.postgres import remove_cluster, start_cluster, stop_cluster

KEYS = ("host", "port", "user", "passfile")


@pytest.fixture(scope="session")
def postgres() -> Iterator[dict[str, Any]]:
    """A running server, as `settings.service("postgres")` describes it: host, port, user, passfile."""
    folder = Path(tempfile.mkdtemp(prefix="hic-postgres-"))
    try:
        started = start_cluster(folder)
        yield {key: started[key] for key in KEYS}
    finally:
        stop_cluster(folder)
        remove_cluster(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(postgres: dict[str, Any]) -> Iterator[str]:
    """The name of a database that does not exist yet; dropped after the test if it does."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield name
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def query(postgres: dict[str, Any], database: str) -> Callable[..., list[tuple[Any, ...]]]:
    """Run one statement in the test's database, on a connection of its own; its rows, if it gives any."""

    def run(statement: str | sql.Composed, *values: Any) -> list[tuple[Any, ...]]:
        text: Any = statement
        with psycopg.connect(**postgres, dbname=database, autocommit=True) as connection:
            cursor = connection.execute(text, values or None)
            return cursor.fetchall() if cursor.description else []

    return run
