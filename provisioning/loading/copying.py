"""Pieces of CSV through COPY; of a piece that is refused, the rows that are good."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from provisioning.loading.connection import Connection
from provisioning.loading.explaining import ROW_ERRORS, BadRow, describe, error_line, japanese_names
from provisioning.loading.splitting import Piece, record_ends

BLOCK = 256 << 10  # bytes handed to libpq at once; larger blocks gain nothing


@dataclass(frozen=True)
class Destination:
    """The table that pieces go to, and the encoding that they are in, as PostgreSQL calls it."""

    schema: str
    table: str
    encoding: str = "UTF8"

    def statement(self, freeze: bool = False) -> sql.Composed:
        """The COPY command. `freeze` only for a table that this very transaction made."""
        return sql.SQL("COPY {} FROM STDIN WITH (FORMAT csv, ENCODING {}{})").format(
            sql.Identifier(self.schema, self.table), sql.Literal(self.encoding), sql.SQL(", FREEZE" if freeze else "")
        )


def copy_data(connection: Connection, statement: sql.Composed, data: bytes | memoryview) -> int:
    """COPY bytes inside the caller's transaction; the rows that PostgreSQL stored."""
    cursor = connection.cursor()
    view = memoryview(data)
    with cursor.copy(statement) as copy:
        for start in range(0, len(view), BLOCK):
            copy.write(view[start : start + BLOCK])
    return cursor.rowcount


@dataclass
class Salvage:
    """What became of a refused piece: rows stored, and the rows that were not, in no order."""

    stored: int = 0
    bad: list[BadRow] = field(default_factory=list)


def salvage(connection: Connection, to: Destination, piece: Piece, most: int) -> Salvage:
    """Store the good rows of a piece that COPY refused, and find the others.

    The piece is cut around the record that COPY names; should that be wrong, in halves. Inside the caller's
    transaction, or in one of its own. Stops when more than `most` rows are bad.
    """
    ends = record_ends(piece.data)
    lines = _lines(piece.data, ends)
    done = Salvage()
    with connection.transaction():
        columns = japanese_names(connection, to.schema, to.table)
        ranges = [(0, len(ends), True)]
        while ranges and len(done.bad) <= most:
            low, high, trust = ranges.pop()
            error = _attempt(connection, to, _part(piece.data, ends, low, high), done)
            if error is None:
                continue
            middle = _suspect(error, to.table, lines, low, high) if trust else (low + high) // 2
            record = _part(piece.data, ends, middle, middle + 1)
            if high - low > 1:
                error = _attempt(connection, to, record, done)
            if error is not None:
                line = piece.line + (lines[middle - 1] if middle else 0)
                done.bad.append(describe(error, line, columns, bytes(record), to.encoding))
            parts = [(middle + 1, high), (low, middle)]
            ranges += [(*one, error is not None) for one in parts if one[0] < one[1]]
    return done


def _part(data: bytes, ends: list[int], low: int, high: int) -> memoryview:
    """The records from `low` up to, not including, `high`."""
    return memoryview(data)[ends[low - 1] if low else 0 : ends[high - 1]]


def _attempt(connection: Connection, to: Destination, part: memoryview, done: Salvage) -> psycopg.Error | None:
    """Store a part, or nothing of it; the error that kept it out."""
    try:
        with connection.transaction():
            done.stored += copy_data(connection, to.statement(), part)
    except ROW_ERRORS as error:
        return error
    return None


def _lines(data: bytes, ends: list[int]) -> list[int]:
    """How many lines end up to the end of each record."""
    lines, total, begin = [], 0, 0
    for end in ends:
        total += data.count(b"\n", begin, end)
        lines.append(total)
        begin = end
    return lines


def _suspect(error: psycopg.Error, table: str, lines: list[int], low: int, high: int) -> int:
    """The record that COPY means by its line, or the one in the middle."""
    line = error_line(error, table)
    if line is None:
        return (low + high) // 2
    before = lines[low - 1] if low else 0
    return min(bisect_left(lines, before + line, low, high), high - 1)
