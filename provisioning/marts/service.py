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
from provisioning.marts.months import children, join_months, make_views, months_of
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
    build of the same schema runs, DependencyFailed when the SQL fails; then nothing has changed. Tables that hold
    several months are read month by month.
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
        months = months_of(keeper, marts, schema)
        staging = mart_schema + BUILDING
        with _alone(keeper, mart_schema), _staging(keeper, staging, len(months)):
            # (month, schema to read, schema to write); tables of one month are read where they stand
            turns = [(month, _numbered(staging, n), _numbered(staging, n)) for n, month in enumerate(months)]
            for month, views, _made in turns:
                make_views(keeper, marts, schema, views, month)

            def one(turn: tuple[Mart, dict[str, str], str]) -> Built:
                mart, names, made = turn
                built = _make(connect, mart, names, made)
                progress(built)
                return built

            places = [(read, made) for _month, read, made in turns] or [(schema, staging)]
            # Names are quoted here once; the files themselves hold no names of schemas.
            names = {read: {"SC_NAME": _quoted(keeper, read), "MART": _quoted(keeper, made)} for read, made in places}
            work = [(mart, names[read], made) for mart in marts for read, made in places]
            with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
                parts = list(pool.map(one, work))
            for mart in marts if months else ():
                join_months(keeper, mart, staging, [(month, made) for month, _read, made in turns])
            built = [_together(mart, [part for part in parts if part.name == mart.name]) for mart in marts]
            _swap(keeper, marts, staging, mart_schema)
    return built


def _numbered(staging: str, number: int) -> str:
    """The schema in which that month is made."""
    return f"{staging}{number}"


def _together(mart: Mart, parts: Sequence[Built]) -> Built:
    return Built(mart.name, sum(part.rows for part in parts), sum(part.seconds for part in parts))


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
def _staging(keeper: Connection, staging: str, months: int) -> Iterator[None]:
    """Empty schemas to build in, gone afterwards, whatever happens; a killed run's leftovers go first."""
    _drop_staging(keeper, staging)
    for name in (staging, *(_numbered(staging, number) for number in range(months))):
        keeper.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    keeper.commit()
    try:
        yield
    finally:
        keeper.rollback()
        _drop_staging(keeper, staging)
        keeper.commit()


def _drop_staging(keeper: Connection, staging: str) -> None:
    found = keeper.execute(
        "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) AND substr(nspname, %s) ~ '^[0-9]*$'",
        (staging, len(staging) + 1),
    ).fetchall()
    for (name,) in found:
        keeper.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


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
            for _whole, part in children(keeper, mart_schema, [mart.name]):
                keeper.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(mart_schema, part)))
            keeper.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(old))
        except psycopg.errors.DependentObjectsStillExist as error:
            raise Refused(
                _("{schema}.{name} is used by a view or another object.").format(schema=mart_schema, name=mart.name),
                fix=_("Drop what uses it, or build into another --mart-schema."),
            ) from error
        for name in (mart.name, *(part for _whole, part in children(keeper, staging, [mart.name]))):
            new = sql.Identifier(staging, name)
            keeper.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(new, target))
    keeper.commit()


def _quoted(connection: Connection, name: str) -> str:
    return sql.Identifier(name).as_string(connection)
