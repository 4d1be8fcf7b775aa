"""One moment for all marts of a build: each is made in a transaction of its own, and all see the same rows.

A shared snapshot does that for rows that come and go. It does not for tables that are exchanged as a whole, as
`hic load --replace` does: names lead to the new table at once, whatever the snapshot. So what the names led to is
compared before the marts are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import IsolationLevel, sql

from provisioning.errors import Problem, Refused
from provisioning.messages import _

Connection = psycopg.Connection[tuple[Any, ...]]
Connect = Callable[[], AbstractContextManager[Connection]]
# TRUNCATE gives a table another file.
_TABLES = """
WITH named AS (SELECT oid FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%(schema)s))
                                          AND relname = ANY(%(tables)s))
SELECT relname, oid, relfilenode FROM pg_class
 WHERE oid IN (SELECT oid FROM named UNION SELECT inhrelid FROM pg_inherits WHERE inhparent IN (SELECT oid FROM named))
"""


@dataclass(frozen=True)
class Moment:
    """A snapshot that others can take over, and the source tables with their parts as they stood then."""

    snapshot: str
    schema: str
    names: tuple[str, ...]
    tables: frozenset[tuple[str, int, int]]


@contextmanager
def held_moment(connect: Connect, schema: str, names: Sequence[str]) -> Iterator[Moment]:
    """This moment, held open in a connection of its own while the block runs."""
    with connect() as holder:
        holder.isolation_level = IsolationLevel.REPEATABLE_READ
        holder.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = holder.execute("SELECT pg_export_snapshot()").fetchone()
        yield Moment(str(row[0]) if row else "", schema, tuple(names), _standing(holder, schema, names))


def join_moment(connection: Connection, moment: Moment) -> None:
    """Let the next transaction of this connection see what the moment saw."""
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(moment.snapshot)))


def check_still(connection: Connection, moment: Moment) -> None:
    """Raise Refused when a source table, or a part of one, was exchanged, emptied, added or taken away since."""
    changed = sorted({name for name, *_rest in moment.tables ^ _standing(connection, moment.schema, moment.names)})
    if changed:
        raise Refused(
            _("Tables were loaded anew while marts were being made of them; the marts that stood were left."),
            fix=_("Build again when no load is running (hic load status)."),
            problems=[Problem(f"{moment.schema}.{name}", _("exchanged during the build")) for name in changed],
        )


def _standing(connection: Connection, schema: str, names: Sequence[str]) -> frozenset[tuple[str, int, int]]:
    found = connection.execute(_TABLES, {"schema": schema, "tables": list(names)}).fetchall()
    return frozenset((str(name), int(oid), int(file)) for name, oid, file in found)
