"""Why PostgreSQL does not take a record, in words of our own and without its content (health data)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import errors

from provisioning.errors import Problem
from provisioning.loading.connection import Connection
from provisioning.messages import _

# What is the fault of a row, not of the server. 54000: a row that fits on no page.
ROW_ERRORS = (errors.DataError, errors.IntegrityError, errors.ProgramLimitExceeded)
_CONTENT = re.compile(r': "')
_SHOWN = 20


@dataclass(frozen=True)
class BadRow:
    """A record that was not taken. `line` is where it starts in the file; `data` its bytes, for the reject file."""

    line: int
    column: str
    label: str
    reason: str
    shape: str
    sqlstate: str
    data: bytes = b""

    def problem(self, name: str) -> Problem:
        """The row as a message shows it: place, Japanese column name, rule, shape of the value."""
        what = self.reason
        if self.column:
            label = f"{self.label or self.column} ({self.column})"
            what = _("{column}: {reason}").format(column=label, reason=what)
        if self.shape:
            what += " " + _("(shape of the value: {shape})").format(shape=self.shape)
        return Problem(f"{name}:{self.line}" if self.line else name, what)


def japanese_names(connection: Connection, schema: str, table: str) -> dict[str, str]:
    """The columns of a table in their order, with their comments (or ''), from PostgreSQL's own catalogue."""
    found = connection.execute(
        "SELECT a.attname, coalesce(col_description(a.attrelid, a.attnum), '') FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (schema, table),
    )
    return {str(column): str(comment) for column, comment in found}


def error_line(error: psycopg.Error, table: str) -> int | None:
    """The line at which COPY says it stopped, counted from where it began, or None.

    That is the line on which the record ends; newlines inside the first record are not counted.
    """
    # The server's language decides the words around them, but not the table, the number and the column.
    line = re.search(r"\d+", _head(error).replace(table, "", 1))
    return int(line[0]) if line else None


def describe(
    error: psycopg.Error, line: int, columns: Mapping[str, str], data: bytes = b"", encoding: str = "UTF8"
) -> BadRow:
    """What is wrong with the record that starts on `line`. Of the value only its shape is told."""
    context, head = error.diag.context or "", _head(error)
    column = error.diag.column_name or next((c for c in columns if re.search(rf"(?<!\w){re.escape(c)}$", head)), "")
    shape = ""
    if column and len(head) < len(context) and isinstance(error, errors.DataError):
        shape = shape_of(context[len(head) + 3 :].rpartition('"')[0])
    return BadRow(
        line=line,
        column=column,
        label=columns.get(column, ""),
        reason=_reason(error, len(columns), encoding),
        shape=shape,
        sqlstate=error.sqlstate or "",
        data=data,
    )


def _head(error: psycopg.Error) -> str:
    """COPY's context up to the content of the row."""
    context = error.diag.context or ""
    content = _CONTENT.search(context)
    return context[: content.start()] if content else context


def shape_of(value: str) -> str:
    """A value without its content: ASCII letters as x, digits as 9, other letters as 〇; at most 20 characters."""
    masked = re.sub(r"[A-Za-z]", "x", re.sub(r"\d", "9", value))
    masked = re.sub(r"[^\W\d_x]", "〇", masked)
    return masked if len(masked) <= _SHOWN else masked[:_SHOWN] + "…"


def _reason(error: psycopg.Error, width: int, encoding: str) -> str:
    reasons = {
        "22P02": _("the value is not of the column's type"),
        "22P04": _("the record has too few or too many values (the table has {width} columns), or a stray line end"),
        "22001": _("the value is too long"),
        "22003": _("the number is too large"),
        "22007": _("the date is none"),
        "22008": _("the date is none"),
        "22021": _("bytes that are no UTF-8") if encoding == "UTF8" else _("bytes that are no CP932"),
        "22P05": _("a character that UTF-8 does not have"),
        "23502": _("the value may not be empty"),
        "23505": _("the value stands in two rows"),
        "23514": _("a CHECK of the table says no"),
        "54000": _("the row is too large for a page of the database"),
    }
    known = reasons.get(error.sqlstate or "")
    if known is None:
        return _("PostgreSQL refuses it with SQLSTATE {code}").format(code=error.sqlstate)
    return known.format(width=width)
