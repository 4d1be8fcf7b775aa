"""A database with a small month and a small panel loaded by the manual's own commands."""

from __future__ import annotations

from collections.abc import Callable
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


@pytest.fixture
def server(postgres: dict[str, Any], database: str, files: Path) -> Server:
    """A server whose test database holds the files in the schema `sample`."""
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    with psycopg.connect(**postgres, dbname=database) as connection:
        connection.execute("CREATE SCHEMA sample")
        for path in sorted(files.glob("*.csv")):
            ddl = path.with_suffix(".sql").read_text(encoding="utf-8").replace(":SC_NAME", "sample")
            connection.execute(ddl.encode())
            target = sql.Identifier("sample", path.stem.lower())
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN WITH csv").format(target)) as copy:
                copy.write(path.read_bytes())
    return Server(**postgres)
