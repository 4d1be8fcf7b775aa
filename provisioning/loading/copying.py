"""One CSV through COPY: streamed, hashed and counted on the way."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from provisioning.datasets.csv_records import Mistake, RecordCounter
from provisioning.errors import BadInput, Problem
from provisioning.loading.connection import Connection
from provisioning.messages import _

PIECE = 256 << 10  # bytes handed to libpq at once; larger pieces gain nothing
_CONTENT = re.compile(r': "')
_SHOWN = 20


@dataclass(frozen=True)
class Copied:
    """What went through: the stream's own hash and record count, and how many rows the server took."""

    sha256: str
    bytes: int
    records: int
    rows: int


def copy_csv(
    connection: Connection,
    schema: str,
    table: str,
    chunks: Iterator[bytes],
    name: str,
    progress: Callable[[int], None],
) -> Copied:
    """COPY a stream of CSV bytes into a table, inside the caller's transaction.

    Raises BadInput, with file, line and column but without contents, for data that the table cannot
    take, and for what COPY would pass over in silence. `progress` is told the bytes sent.
    """
    digest, counter = hashlib.sha256(), RecordCounter()
    target = sql.Identifier(schema, table)
    statement = sql.SQL("COPY {} FROM STDIN WITH (FORMAT csv, ENCODING 'UTF8')").format(target)
    names = japanese_names(connection, schema, table)
    cursor = connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for chunk in chunks:
                digest.update(chunk)
                counter.feed(chunk)
                _check_counted(counter, name)
                for start in range(0, len(chunk), PIECE):
                    copy.write(chunk[start : start + PIECE])
                progress(len(chunk))
            counter.finish()
            _check_counted(counter, name)
    except (errors.DataError, errors.IntegrityError) as error:
        # The database's message holds values of the row: it is left behind here (health data).
        raise BadInput(
            _("{name} does not fit the table {schema}.{table}; nothing of it was loaded.").format(
                name=name, schema=schema, table=table
            ),
            fix=_("Compare the CSV with its DDL; fetch both from the same month (ENV-15)."),
            problems=[describe(error, name, table, names, counter.lines_unseen)],
        ) from None
    return Copied(digest.hexdigest(), counter.bytes, counter.records, cursor.rowcount)


def _check_counted(counter: RecordCounter, name: str) -> None:
    if counter.mistakes:
        raise BadInput(
            _("{name} would not be loaded as it is; nothing of it was loaded.").format(name=name),
            problems=[_located(name, mistake) for mistake in counter.mistakes],
        )


def _located(name: str, mistake: Mistake) -> Problem:
    return Problem(f"{name}:{mistake.line}", mistake.what)


def japanese_names(connection: Connection, schema: str, table: str) -> dict[str, str]:
    """The columns of a table in their order, with their comments (or ''), from PostgreSQL's own catalogue."""
    found = connection.execute(
        "SELECT a.attname, coalesce(col_description(a.attrelid, a.attnum), '') FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (schema, table),
    )
    return {str(column): str(comment) for column, comment in found}


def describe(error: psycopg.Error, name: str, table: str, columns: Mapping[str, str], lines_unseen: int = 0) -> Problem:
    """Where COPY stopped and why, in words of our own.

    The line is the physical line on which the record ends; COPY's own number lacks `lines_unseen` lines.
    Of the value only its shape is shown: letters as x, digits as 9.
    """
    context = error.diag.context or ""
    content = _CONTENT.search(context)
    head = context[: content.start()] if content else context
    # The server's language decides the words around them, but not the table, the number and the column.
    line = re.search(r"\d+", head.replace(table, "", 1))
    column = error.diag.column_name or next((c for c in columns if re.search(rf"(?<!\w){re.escape(c)}$", head)), None)
    where = f"{name}:{int(line[0]) + lines_unseen}" if line else name
    what = _reason(error, len(columns))
    if column:
        label = f"{columns.get(column) or column} ({column})"
        what = _("{column}: {reason}").format(column=label, reason=what)
        if content and isinstance(error, errors.DataError):
            value = context[content.end() :].rpartition('"')[0]
            what += " " + _("(shape of the value: {shape})").format(shape=shape_of(value))
    return Problem(where, what)


def shape_of(value: str) -> str:
    """A value without its content: ASCII letters as x, digits as 9, other letters as 〇; at most 20 characters."""
    masked = re.sub(r"[A-Za-z]", "x", re.sub(r"\d", "9", value))
    masked = re.sub(r"[^\W\d_x]", "〇", masked)
    return masked if len(masked) <= _SHOWN else masked[:_SHOWN] + "…"


def _reason(error: psycopg.Error, width: int) -> str:
    reasons = {
        "22P02": _("the value is not of the column's type"),
        "22P04": _("the record has too few or too many values (the table has {width} columns), or a stray line end"),
        "22001": _("the value is too long"),
        "22003": _("the number is too large"),
        "22007": _("the date is none"),
        "22008": _("the date is none"),
        "22021": _("bytes that are no UTF-8"),
        "23502": _("the value may not be empty"),
        "23505": _("the value stands in two rows"),
        "23514": _("a CHECK of the table says no"),
    }
    known = reasons.get(error.sqlstate or "")
    if known is None:
        return _("PostgreSQL refuses it with SQLSTATE {code}").format(code=error.sqlstate)
    return known.format(width=width)
