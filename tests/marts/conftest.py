"""A database with a small month and a small panel loaded by the manual's own commands."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from provisioning.datasets.catalogue import tables_of
from provisioning.datasets.synthetic.people import Panel
from provisioning.datasets.synthetic.writing import synthesise, synthesise_panel
from provisioning.loading.connection import Server

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CSV and DDL files."""
    folder = tmp_path_factory.mktemp("marts")
    synthesise(tables_of("trial"), "202204", 40, 5, folder)
    synthesise_panel(tables_of("panel"), Panel(2022, "all"), 60, 5, folder)
    return folder


@pytest.fixture(scope="session")
def loaded(postgres: dict[str, Any], files: Path) -> Iterator[str]:
    """The name of a database that holds the files in the schema `sample`, to be copied."""
    name = f"marts_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with psycopg.connect(**postgres, dbname=name) as connection:
        connection.execute("CREATE SCHEMA sample")
        for path in sorted(files.glob("*.csv")):
            ddl = path.with_suffix(".sql").read_text(encoding="utf-8").replace(":SC_NAME", "sample")
            connection.execute(ddl.encode())
            target = sql.Identifier("sample", path.stem.lower())
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN WITH csv").format(target)) as copy:
                copy.write(path.read_bytes())
    yield name
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def server(postgres: dict[str, Any], database: str, loaded: str) -> Server:
    """A server whose test database is a copy of the loaded one."""
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        names = sql.Identifier(database), sql.Identifier(loaded)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    return Server(**postgres)
