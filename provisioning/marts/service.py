"""Build marts: each in its own connection, beside what stands, then all swapped in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Any

import psycopg
from psycopg import errors, sql

from provisioning.errors import DependencyFailed, Refused
from provisioning.loading.model import USUAL_DATABASE
from provisioning.marts.exchange import check_origin, sign, swap
from provisioning.marts.model import Built, Mart, Watcher
from provisioning.marts.moment import Moment, check_still, held_moment, join_moment
from provisioning.marts.months import join_months, make_views
from provisioning.marts.room import check_room
from provisioning.marts.rules import filled_in
from provisioning.marts.sources import check_sources, read_sources
from provisioning.messages import _

Connection = psycopg.Connection[tuple[Any, ...]]
Connect = Callable[[], AbstractContextManager[Connection]]
CANCEL_SECONDS = 10
PAUSE = 0.2  # seconds between two attempts to stop what runs
LAST_ONE_ENDS = "3s"  # in which a build that is over is over for the server too
BUILDING = "__building"  # the ending of the schema in which marts are made


def build(
    connect: Connect,
    marts: Sequence[Mart],
    schema: str,
    mart_schema: str,
    jobs: int = 2,
    watcher: Watcher | None = None,
    replace: bool = False,
) -> list[Built]:
    """Make the marts from the tables of `schema`; what stood in `mart_schema` under their names is replaced.

    `connect` gives connections that keep nothing unless `commit` is called. All marts are made of the tables as they
    are at one moment. Readers see the old marts until all new ones stand. Raises BadInput naming every source table
    that is missing, or that is missing a month; Refused when another build of the same schema runs, when the old
    marts were made of another schema (unless `replace`) or are in use, when the sources do not go together or the
    disk has no room, or when a load exchanged a source table meanwhile; DependencyFailed when the SQL fails. Then
    nothing has changed. Tables that hold several months are read month by month.
    """
    watcher = watcher or Watcher()
    with connect() as keeper:
        staging = mart_schema + BUILDING
        needs = sorted({table for mart in marts for table in mart.needs})
        with _alone(keeper, mart_schema), held_moment(connect, schema, needs) as moment:
            sources = read_sources(keeper, schema, needs)
            months = check_sources(sources, marts, _where(keeper, schema))
            if not replace:
                check_origin(keeper, marts, schema, mart_schema)
            with _staging(keeper, staging, len(months)):
                check_room(keeper, sources, marts, mart_schema)
                # (month, schema to read, schema to write); tables of one month are read where they stand
                turns = [(month, _numbered(staging, n), _numbered(staging, n)) for n, month in enumerate(months)]
                for month, views, _made in turns:
                    make_views(keeper, marts, schema, views, month)
                places = [(read, made) for _month, read, made in turns] or [(schema, staging)]
                # Names are quoted here once; the files themselves hold no names of schemas.
                names = {read: {"SC_NAME": _quoted(read), "MART": _quoted(made)} for read, made in places}
                work = [(mart, names[read], made) for mart in marts for read, made in places]
                parts = _Makers(connect, moment, watcher).make(work, jobs)
                check_still(keeper, moment)
                for mart in marts:
                    if months:
                        join_months(keeper, mart, staging, [(month, made) for month, _read, made in turns])
                    sign(keeper, mart, staging, schema)
                swap(keeper, marts, staging, mart_schema)
    return [_together(mart, [part for part in parts if part.name == mart.name]) for mart in marts]


def _where(keeper: Connection, schema: str) -> str:
    """The options of `hic load` that lead to the schema of this database."""
    database = keeper.info.dbname
    return f"--schema {schema}" + (f" --database {database}" if database != USUAL_DATABASE else "")


def _numbered(staging: str, number: int) -> str:
    """The schema in which that month is made."""
    return f"{staging}{number}"


def _together(mart: Mart, parts: Sequence[Built]) -> Built:
    return Built(mart.name, sum(part.rows for part in parts), sum(part.seconds for part in parts))


@contextmanager
def _alone(keeper: Connection, mart_schema: str) -> Iterator[None]:
    """Hold the build's lock; it goes with the connection, for whose end the server takes a moment."""
    try:
        keeper.execute("SELECT set_config('lock_timeout', %s, true)", (LAST_ONE_ENDS,))
        keeper.execute("SELECT pg_advisory_lock(hashtext(%s))", (f"hic mart {mart_schema}",))
        keeper.commit()
    except errors.LockNotAvailable as error:
        keeper.rollback()
        raise Refused(
            _("Another build of the schema {schema} is running.").format(schema=mart_schema),
            fix=_("Wait for it, and repeat the command."),
        ) from error
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


class _Makers:
    """Makes marts side by side, each in a connection of its own; when one fails, the others are called off."""

    def __init__(self, connect: Connect, moment: Moment, watcher: Watcher) -> None:
        self._connect, self._moment, self._watcher = connect, moment, watcher
        self._running: set[Connection] = set()
        self._lock = Lock()
        self._over = False

    def make(self, work: Sequence[tuple[Mart, dict[str, str], str]], jobs: int) -> list[Built]:
        """One mart for each (mart, names of schemas, schema to write), in that order."""
        self._watcher.begun(len(work))
        with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
            futures = [pool.submit(self._one, *turn) for turn in work]
            try:
                done, _left = wait(futures, return_when=FIRST_EXCEPTION)
                for error in [error for future in done if (error := future.exception()) is not None]:
                    raise error
            finally:
                self._call_off(futures)
        return [future.result() for future in futures]

    def _call_off(self, futures: Sequence[Future[Built]]) -> None:
        """Begin no more, and stop what runs; again and again, for a connection may be between two statements."""
        for future in futures:
            future.cancel()
        with self._lock:
            self._over = True
        while wait(futures, timeout=0).not_done:
            with self._lock:
                running = tuple(self._running)
            for connection in running:
                connection.cancel_safe(timeout=CANCEL_SECONDS)
            wait(futures, timeout=PAUSE)

    def _one(self, mart: Mart, names: dict[str, str], made: str) -> Built:
        start = time.monotonic()
        with self._connect() as connection, self._listed(connection):
            self._watcher.started(mart.name)
            join_moment(connection, self._moment)
            rows = _run(connection, mart, names, made)
        built = Built(mart.name, rows, time.monotonic() - start)
        self._watcher.ended(built)
        return built

    @contextmanager
    def _listed(self, connection: Connection) -> Iterator[None]:
        with self._lock:
            if self._over:
                raise CancelledError
            self._running.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(connection)


def _run(connection: Connection, mart: Mart, names: dict[str, str], made: str) -> int:
    """Carry out the mart's SQL; the rows of its table."""
    try:
        connection.execute(filled_in(mart.sql, names).encode("utf-8"))
    except psycopg.DatabaseError as error:
        if not _is_of_the_sql(error):
            raise  # told by the connection: a full disk, a lock, a right, a server that went away
        raise DependencyFailed(
            _("{name}.sql failed: {reason}").format(name=mart.name, reason=error.diag.message_primary or error),
            fix=_("See that the loaded tables have the columns that the file names, or change the file."),
        ) from error
    table = sql.Identifier(made, mart.name)
    connection.execute(sql.SQL("ANALYZE {}").format(table))
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
    connection.commit()
    return int(row[0]) if row else 0


def _is_of_the_sql(error: psycopg.DatabaseError) -> bool:
    """Whether who wrote the SQL can mend it. Class 54: more columns, or larger rows, than PostgreSQL can store."""
    if isinstance(error, errors.InsufficientPrivilege):
        return False
    return (error.sqlstate or "").startswith("54") or not isinstance(
        error, (psycopg.OperationalError, psycopg.InternalError)
    )


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string()
