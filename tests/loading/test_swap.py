"""Replacing a table that others use: readers are waited for, and what belonged to the table is kept or told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from provisioning.actors import Actor
from provisioning.clock import FixedClock
from provisioning.errors import Refused
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Loaded, Target, Watcher, Wishes
from tests.loading.conftest import DDL, source

Load = Callable[..., Loaded]
Query = Callable[..., list[tuple[Any, ...]]]
LOG_READER = "pg_monitor"  # any role that every server has


class Listening(Watcher):
    def __init__(self) -> None:
        self.told = threading.Event()
        self.texts: list[str] = []

    def waits(self, table: str, text: str) -> None:
        self.texts.append(f"{table}: {text}")
        self.told.set()


def test_readers_are_waited_for(
    load: Load,
    query: Query,
    server: Server,
    target: Target,
    postgres: dict[str, Any],
    researcher: Actor,
    clock: FixedClock,
) -> None:
    load(source())
    watcher = Listening()
    with psycopg.connect(**postgres, dbname=target.database) as reader:
        reader.execute("SELECT * FROM sample.trial_x")
        new = source(b"Z,,\n")
        arguments = (server, target, [new], researcher, clock, Wishes(replace=True), watcher)
        run = threading.Thread(target=service.load, args=arguments)
        run.start()
        assert watcher.told.wait(20)
        with psycopg.connect(**postgres, dbname=target.database) as other:  # nobody queues behind the load for long
            assert other.execute("SELECT count(*) FROM sample.trial_x").fetchone() == (3,)
        reader.rollback()
        run.join(20)
    assert "trial_x: waits for those who read it" in watcher.texts[0]
    assert query("SELECT seq2_no FROM sample.trial_x") == [("Z",)]


def test_patience_ends(load: Load, query: Query, postgres: dict[str, Any], database: str) -> None:
    load(source())
    with psycopg.connect(**postgres, dbname=database) as reader:
        reader.execute("SELECT * FROM sample.trial_x")
        with pytest.raises(Refused, match="trial_x is still being read; it was not replaced") as caught:
            load(source(b"Z,,\n"), replace=True, patience=0.0)
        assert str(reader.info.backend_pid) in caught.value.problems[0].what
        assert "--wait" in caught.value.fix
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]


def test_grants_go_over_and_the_rest_is_told(load: Load, query: Query) -> None:
    load(source())
    query(f"GRANT SELECT ON sample.trial_x TO {LOG_READER} WITH GRANT OPTION")
    query("GRANT INSERT ON sample.trial_x TO PUBLIC")
    query(f"GRANT UPDATE (day, score) ON sample.trial_x TO {LOG_READER}")
    query("CREATE INDEX mine ON sample.trial_x (day)")
    query("CREATE POLICY own ON sample.trial_x USING (true)")
    before = query("SELECT relacl::text FROM pg_class WHERE oid = 'sample.trial_x'::regclass")
    done = load(source(b"Z,,\n", DDL.replace("day char(8)", "d2 char(8)")), replace=True)
    assert query("SELECT relacl::text FROM pg_class WHERE oid = 'sample.trial_x'::regclass") == before
    column = "SELECT has_column_privilege(%s, 'sample.trial_x', %s, 'UPDATE')"
    assert query(column, LOG_READER, "score") == [(True,)]
    assert query(column, LOG_READER, "d2") == [(False,)]  # there is no such right of the old table
    (warning,) = done.warnings
    assert "mine" in warning
    assert "own" in warning


def test_grants_of_a_part(load: Load, query: Query) -> None:
    load(source(csv_month="202204"), append=True)
    query(sql.SQL("GRANT SELECT ON sample.trial_x_202204 TO {}").format(sql.Identifier(LOG_READER)))
    load(source(b"Z,,\n", csv_month="202204"), append=True, replace=True)
    assert query("SELECT has_table_privilege(%s, 'sample.trial_x_202204', 'SELECT')", LOG_READER) == [(True,)]
