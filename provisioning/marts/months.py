"""Marts over tables that hold several months: made month by month, then seen as one.

A receipt's key is unique within its month only, so no statement may see two months at once. For each month there is a
schema of views, each of that month's part of a loaded table; the marts are made of these. What is made becomes a part
of the mart, with the month as a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from provisioning.marts.model import Mart
from provisioning.marts.sources import TRIAL

Connection = psycopg.Connection[tuple[Any, ...]]
MONTH = "month"
LONGEST_NAME = 63  # bytes; PostgreSQL cuts longer names off
_COMMENT = "データの月（YYYYMM）。レセプトのキーはこの月の中で一意"


def children(connection: Connection, schema: str, tables: Sequence[str]) -> list[tuple[str, str]]:
    """The parts of these tables, as (table, part)."""
    found = connection.execute(
        "SELECT p.relname, c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace"
        " WHERE n.nspname = %s AND c.relnamespace = p.relnamespace AND p.relname = ANY(%s) ORDER BY 1, 2",
        (schema, list(tables)),
    )
    return [(str(table), str(part)) for table, part in found]


def make_views(connection: Connection, marts: Sequence[Mart], schema: str, views: str, month: str) -> None:
    """Show one month of the loaded tables in the schema `views`: of trial tables its part, of all others the whole.

    Expects that every trial table has that part.
    """
    for table in sorted({table for mart in marts for table in mart.needs}):
        month_of_it = sql.SQL("ONLY {}").format(sql.Identifier(schema, f"{table}_{month}"))
        shown = month_of_it if table.startswith(TRIAL) else sql.Identifier(schema, table)
        connection.execute(sql.SQL("CREATE VIEW {} AS SELECT * FROM {}").format(sql.Identifier(views, table), shown))
    connection.commit()


def join_months(connection: Connection, mart: Mart, staging: str, made: Sequence[tuple[str, str]]) -> None:
    """Make the mart in `staging` of its months; `made` are (month, schema in which that month's mart stands)."""
    whole = sql.Identifier(staging, mart.name)
    for place, (month, schema) in enumerate(made):
        one, part = sql.Identifier(schema, mart.name), f"{mart.name}_{month}"
        connection.execute(
            sql.SQL("ALTER TABLE {} ADD COLUMN {} text NOT NULL DEFAULT {}").format(
                one, sql.Identifier(MONTH), sql.Literal(month)
            )
        )
        connection.execute(
            sql.SQL("COMMENT ON COLUMN {} IS {}").format(
                sql.Identifier(schema, mart.name, MONTH), sql.Literal(_COMMENT)
            )
        )
        if place == 0:
            _make_whole(connection, whole, one)
        _rename_indexes(connection, schema, mart.name, month)
        connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(one, sql.Identifier(part)))
        moved = sql.Identifier(schema, part)
        connection.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(moved, sql.Identifier(staging)))
        connection.execute(sql.SQL("ALTER TABLE {} INHERIT {}").format(sql.Identifier(staging, part), whole))
    connection.execute(sql.SQL("ANALYZE {}").format(whole))


def _rename_indexes(connection: Connection, schema: str, table: str, month: str) -> None:
    """Give the indexes of a month names of their own: all months end in one schema."""
    found = connection.execute(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass(%s)",
        (sql.Identifier(schema, table).as_string(connection),),
    ).fetchall()
    for (name,) in found:
        own = f"{name[: LONGEST_NAME - len(month) - 1]}_{month}"
        index = sql.Identifier(schema, name)
        connection.execute(sql.SQL("ALTER INDEX {} RENAME TO {}").format(index, sql.Identifier(own)))


def _make_whole(connection: Connection, whole: sql.Identifier, like: sql.Identifier) -> None:
    connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING COMMENTS)").format(whole, like))
    told = connection.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", (like.as_string(connection),))
    comment = sql.Literal(next((text for (text,) in told), None))
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(whole, comment))
