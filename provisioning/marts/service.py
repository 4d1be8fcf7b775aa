"""Build marts: each in its own connection, beside what stands, then all swapped in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg import sql

from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.marts.model import Built, Mart
from provisioning.marts.rules import filled_in, missing_problems
from provisioning.messages import _

Connection = psycopg.Connection[tuple[Any, ...]]
Connect = Callable[[], AbstractContextManager[Connection]]
BUILDING = "__building"  # the ending of the schema in which marts are made


def build(
    connect: Connect,
    marts: Sequence[Mart],
    schema: str,
    mart_schema: str,
    jobs: int = 2,
    progress: Callable[[Built], None] = lambda _built: None,
) -> list[Built]:
    """Make the marts from the tables of `schema`; what stood in `mart_schema` under their names is replaced.

    `connect` gives connections that keep nothing unless `commit` is called. Readers see the old tables until
    all new ones stand. Raises BadInput naming every source table that is missing, Refused when another
    build of the same schema runs or when a table holds several months, DependencyFailed when the SQL
    fails; then nothing has changed.
    """
    with connect() as keeper:
        present = frozenset(
            row[0] for row in keeper.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,))
        )
        if problems := missing_problems(tuple(marts), present):
            raise BadInput(
                _("Tables that the marts are made of are missing in the schema {schema}.").format(schema=schema),
                problems=problems,
            )
        check_one_month(keeper, marts, schema)
        staging = mart_schema + BUILDING
        with _alone(keeper, mart_schema), _staging(keeper, staging):
            # Names are quoted here once; the files themselves hold no names of schemas.
            names = {"SC_NAME": _quoted(keeper, schema), "MART": _quoted(keeper, staging)}

            def one(mart: Mart) -> Built:
                built = _make(connect, mart, names, staging)
                progress(built)
                return built

            with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
                built = list(pool.map(one, marts))
            _swap(keeper, marts, staging, mart_schema)
    return built


def check_one_month(connection: Connection, marts: Sequence[Mart], schema: str) -> None:
    """Raise Refused when trial tables have months as parts: a receipt's key is unique within its month only."""
    trial = [table for mart in marts for table in mart.needs if table.startswith("trial_")]
    found = connection.execute(
        "SELECT DISTINCT p.relname, c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace"
        " WHERE n.nspname = %s AND p.relname = ANY(%s) ORDER BY 1, 2",
        (schema, trial),
    ).fetchall()
    if found:
        text = _("Tables of the schema {schema} hold several months: {parts}.")
        parts = ", ".join(part for _table, part in found[:3]) + (", ..." if len(found) > 3 else "")
        raise Refused(
            text.format(schema=schema, parts=parts),
            fix=_(
                "Load each month into a schema of its own (--schema 'trial_{{month}}'), and build marts for each."
            ).format(),
        )


@contextmanager
def _alone(keeper: Connection, mart_schema: str) -> Iterator[None]:
    """Hold the build's lock; it goes with the connection."""
    row = keeper.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (f"hic mart {mart_schema}",)).fetchone()
    keeper.commit()
    if not row or not row[0]:
        raise Refused(
            _("Another build of the schema {schema} is running.").format(schema=mart_schema),
            fix=_("Wait for it, and repeat the command."),
        )
    yield


@contextmanager
def _staging(keeper: Connection, staging: str) -> Iterator[None]:
    """An empty schema to build in, gone afterwards, whatever happens; a killed run's leftovers go first."""
    drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(staging))
    keeper.execute(drop)
    keeper.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(staging)))
    keeper.commit()
    try:
        yield
    finally:
        keeper.rollback()
        keeper.execute(drop)
        keeper.commit()


def _make(connect: Connect, mart: Mart, names: dict[str, str], staging: str) -> Built:
    start = time.monotonic()
    with connect() as connection:
        try:
            connection.execute(filled_in(mart.sql, names).encode("utf-8"))
        except psycopg.Error as error:
            raise DependencyFailed(
                _("{name}.sql failed: {reason}").format(name=mart.name, reason=error.diag.message_primary or error),
                fix=_("See that the loaded tables have the columns that the file names, or change the file."),
            ) from error
        table = sql.Identifier(staging, mart.name)
        connection.execute(sql.SQL("ANALYZE {}").format(table))
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
        connection.commit()
    return Built(mart.name, int(row[0]) if row else 0, time.monotonic() - start)


def _swap(keeper: Connection, marts: Sequence[Mart], staging: str, mart_schema: str) -> None:
    """Put all new tables in the place of the old ones, at once."""
    target = sql.Identifier(mart_schema)
    keeper.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(target))
    for mart in marts:
        old = sql.Identifier(mart_schema, mart.name)
        try:
            keeper.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(old))
        except psycopg.errors.DependentObjectsStillExist as error:
            raise Refused(
                _("{schema}.{name} is used by a view or another object.").format(schema=mart_schema, name=mart.name),
                fix=_("Drop what uses it, or build into another --mart-schema."),
            ) from error
        new = sql.Identifier(staging, mart.name)
        keeper.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(new, target))
    keeper.commit()


def _quoted(connection: Connection, name: str) -> str:
    return sql.Identifier(name).as_string(connection)
