"""Indexes on what claims tables are usually joined and searched by."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from psycopg import sql

from provisioning.loading.connection import Connection
from provisioning.loading.rules import LONGEST_NAME

# The receipt (通番2), persons (ID0, ID1N, ID5, ...), and codes of the masters: 7 characters or more.
_JOINS = re.compile(r"seq2_no|id\d+n?")
_CODE = re.compile(r".*_(cd|no)")
_MASTER_WIDTH = 7


@dataclass(frozen=True)
class Index:
    """An index to be made on one column."""

    schema: str
    table: str
    column: str

    @property
    def name(self) -> str:
        """What hic calls it."""
        return index_name(self.table, self.column)


def missing_indexes(connection: Connection, schema: str, table: str) -> list[Index]:
    """The usual indexes that a table does not have yet. Commits."""
    found = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.atttypmod - 4,"
        " ARRAY(SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = a.attrelid) FROM pg_attribute a"
        " WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (f"{schema}.{table}",),
    ).fetchall()
    connection.commit()
    missing = []
    for column, kind, width, there in found:
        code = _CODE.fullmatch(column) and kind.startswith("character") and width >= _MASTER_WIDTH
        index = Index(schema, table, str(column))
        if (code or _JOINS.fullmatch(column)) and index.name not in there:
            missing.append(index)
    return missing


def make_index(connection: Connection, index: Index) -> None:
    """Make an index, and commit. Others of the same table may be made at the same time, on other connections."""
    connection.execute(
        sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} ({})").format(
            sql.Identifier(index.name), sql.Identifier(index.schema, index.table), sql.Identifier(index.column)
        )
    )
    connection.commit()


def index_name(table: str, column: str) -> str:
    """The name of hic's index on a column, cut to what PostgreSQL keeps, and still of its own."""
    name = f"{table}_{column}_hic"
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:50]}_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
