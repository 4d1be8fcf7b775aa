"""The load ledger: in the database itself, written in the transaction of the load."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

from psycopg import sql

from provisioning.clock import JST
from provisioning.loading.connection import Connection
from provisioning.loading.model import LedgerEntry, Target
from provisioning.loading.rules import LEDGER_SCHEMA

_LOADS = sql.Identifier(LEDGER_SCHEMA, "loads")
# `act` is the number of the entry in the audit chain that tells of the load; empty until it is written.
_NEWER: dict[str, LiteralString] = {"rejected": "bigint NOT NULL DEFAULT 0", "act": "bigint", "period": "text"}
# In the order of LedgerEntry.
_COLUMNS = sql.SQL(
    "schema_name, table_name, table_oid, origin, sha256, ddl_sha256, rows, bytes, seconds, loaded_by, loaded_at,"
    " rejected"
)
# A ledger that nobody has loaded into since has no such column yet, and is only read.
_PERIOD = sql.SQL("to_jsonb(loads) ->> 'period'")
_LOCK = 0x68696331  # an arbitrary number that only hic locks


def ensure_ledger(connection: Connection, target: Target) -> None:
    """Make the ledger and the target schema unless they are there, and commit."""
    # Two runs at once would both try to make them, and one would fail.
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    for schema in (LEDGER_SCHEMA, target.schema):
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    connection.execute(
        sql.SQL(
            "CREATE TABLE IF NOT EXISTS {} ("
            "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, schema_name text NOT NULL, table_name text NOT NULL,"
            " table_oid oid NOT NULL, origin text NOT NULL, sha256 char(64) NOT NULL, ddl_sha256 char(64) NOT NULL,"
            " rows bigint NOT NULL, bytes bigint NOT NULL, seconds double precision NOT NULL,"
            " loaded_by text NOT NULL, loaded_at timestamptz NOT NULL)"
        ).format(_LOADS)
    )
    _add_newer_columns(connection)
    connection.commit()


def _add_newer_columns(connection: Connection) -> None:
    """Give an older ledger its newer columns; asked first, as ALTER TABLE waits for every reader."""
    for name, kind in _NEWER.items():
        there = connection.execute(
            "SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s", (f"{LEDGER_SCHEMA}.loads", name)
        )
        if there.fetchone() is None:
            connection.execute(
                sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(_LOADS, sql.Identifier(name), sql.SQL(kind))
            )


def has_ledger(connection: Connection) -> bool:
    """Whether anything was ever loaded into this database."""
    found = connection.execute("SELECT to_regclass(%s)", (f"{LEDGER_SCHEMA}.loads",)).fetchone()
    return found is not None and found[0] is not None


def can_read_ledger(connection: Connection) -> bool:
    """Whether there is a ledger that this database user may read."""
    query = "SELECT coalesce(has_schema_privilege(to_regnamespace(%s), 'USAGE'), false)"
    found = connection.execute(query, (LEDGER_SCHEMA,)).fetchone()
    if found is None or not found[0] or not has_ledger(connection):
        return False
    may = connection.execute("SELECT has_table_privilege(%s, 'SELECT')", (f"{LEDGER_SCHEMA}.loads",)).fetchone()
    return may is not None and bool(may[0])


def write_entry(connection: Connection, entry: LedgerEntry) -> None:
    """Add an entry; it counts once the transaction is committed."""
    connection.execute(
        sql.SQL("INSERT INTO {} ({}, period) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)").format(
            _LOADS, _COLUMNS
        ),
        (
            entry.schema,
            entry.table,
            entry.oid,
            entry.origin,
            entry.sha256,
            entry.ddl_sha256,
            entry.rows,
            entry.bytes,
            entry.seconds,
            entry.loaded_by,
            entry.loaded_at,
            entry.rejected,
            entry.period,
        ),
    )


def read_entries(connection: Connection, schema: str, table: str | None = None) -> list[LedgerEntry]:
    """The newest entry of every table of a schema, or of one table."""
    found = connection.execute(
        sql.SQL(
            "SELECT DISTINCT ON (table_name) {}, {} FROM {} AS loads"
            " WHERE schema_name = %s AND (%s::text IS NULL OR table_name = %s) ORDER BY table_name, id DESC"
        ).format(_COLUMNS, _PERIOD, _LOADS),
        (schema, table, table),
    )
    return [replace(entry, loaded_at=entry.loaded_at.astimezone(JST)) for entry in (LedgerEntry(*row) for row in found)]


def untold(connection: Connection) -> list[tuple[int, LedgerEntry]]:
    """Entries, with their ids, that the audit chain does not know yet; held until the transaction ends.

    Those that another run is telling of just now are left out.
    """
    query = sql.SQL("SELECT id, {}, {} FROM {} AS loads WHERE act IS NULL ORDER BY id FOR UPDATE SKIP LOCKED")
    found = connection.execute(query.format(_COLUMNS, _PERIOD, _LOADS))
    return [(int(row[0]), LedgerEntry(*row[1:])) for row in found]


def mark_told(connection: Connection, ids: Sequence[int], act: int) -> None:
    """Note the entry of the audit chain that tells of these."""
    connection.execute(sql.SQL("UPDATE {} SET act = %s WHERE id = ANY(%s)").format(_LOADS), (act, list(ids)))


def standing(connection: Connection, schema: str, tables: Sequence[str]) -> list[LedgerEntry]:
    """The newest entry of each of these tables that is still the one which hic made."""
    found = []
    for table in tables:
        for entry in read_entries(connection, schema, table):
            if table_oid(connection, schema, table) == entry.oid:
                found.append(entry)
    return found


def schemas_like(connection: Connection, schema: str, month: str) -> list[str]:
    """The schemas that were loaded into of which the name is that one, with any month in the place of `month`."""
    before, placeholder, after = schema.partition(month) if month else (schema, "", "")
    if not placeholder:
        return [schema]
    name = re.compile(re.escape(before) + r"\d{6}" + re.escape(after))
    found = connection.execute(sql.SQL("SELECT DISTINCT schema_name FROM {} ORDER BY 1").format(_LOADS))
    return [str(one) for (one,) in found if name.fullmatch(one)]


def is_emptied(connection: Connection, entry: LedgerEntry) -> bool:
    """Whether a table that stands has lost all of its rows since: by TRUNCATE, or by DELETE."""
    if not entry.rows:
        return False
    table = sql.Identifier(entry.schema, entry.table)
    found = connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM ONLY {})").format(table)).fetchone()
    return found is not None and not found[0]


def table_oid(connection: Connection, schema: str, table: str) -> int | None:
    """PostgreSQL's number of a table (or view, or anything of that name), or None."""
    found = connection.execute(
        "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname = %s",
        (schema, table),
    ).fetchone()
    return int(found[0]) if found else None
