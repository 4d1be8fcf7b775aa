"""Indexes on what claims tables are usually joined and searched by."""

from __future__ import annotations

import hashlib
import re

from psycopg import sql

from provisioning.loading.connection import Connection
from provisioning.loading.rules import LONGEST_NAME

# The receipt (通番2), persons (ID0, ID1N, ID5, ...), and codes of the masters: 7 characters or more.
_JOINS = re.compile(r"seq2_no|id\d+n?")
_CODE = re.compile(r".*_(cd|no)")
_MASTER_WIDTH = 7


def make_indexes(connection: Connection, schema: str, table: str) -> list[str]:
    """Make the usual indexes of a table unless they are there; the columns indexed now. Commits.

    Several tables are indexed at once, each on its own connection; PostgreSQL's parallel workers
    (max_parallel_maintenance_workers) sort within one.
    """
    found = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.atttypmod - 4 FROM pg_attribute a"
        " WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (f"{schema}.{table}",),
    ).fetchall()
    made = []
    for column, kind, width in found:
        code = _CODE.fullmatch(column) and kind.startswith("character") and width >= _MASTER_WIDTH
        if not _JOINS.fullmatch(column) and not code:
            continue
        name = index_name(table, column)
        there = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f"{schema}.{name}",)).fetchone()
        if there and there[0]:
            continue
        connection.execute(
            sql.SQL("CREATE INDEX {} ON {} ({})").format(
                sql.Identifier(name), sql.Identifier(schema, table), sql.Identifier(column)
            )
        )
        made.append(str(column))
    connection.commit()
    return made


def index_name(table: str, column: str) -> str:
    """The name of hic's index on a column, cut to what PostgreSQL keeps, and still of its own."""
    name = f"{table}_{column}_hic"
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:50]}_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
