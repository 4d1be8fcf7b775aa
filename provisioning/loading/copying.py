"""Pieces of CSV through COPY; of a piece that is refused, the rows that are good."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from provisioning.loading.connection import Connection
from provisioning.loading.explaining import ROW_ERRORS, BadRow, describe, error_line, japanese_names
from provisioning.loading.splitting import Piece, record_ends

SKIPS_FROM = 170_000  # PostgreSQL 17: ON_ERROR
BLOCK = 256 << 10  # bytes handed to libpq at once; larger blocks gain nothing


@dataclass(frozen=True)
class Destination:
    """The table that pieces go to, and the encoding that they are in, as PostgreSQL calls it."""

    schema: str
    table: str
    encoding: str = "UTF8"

    def statement(self, freeze: bool = False, skip: bool = False) -> sql.Composed:
        """The COPY command. `freeze` only for a table that this very transaction made.

        `skip`: rows with values that are not of their column's type are left out, with a notice of each; the
        server must be one of version 17 or newer.
        """
        more = (", FREEZE" if freeze else "") + (", ON_ERROR ignore, LOG_VERBOSITY verbose" if skip else "")
        return sql.SQL("COPY {} FROM STDIN WITH (FORMAT csv, ENCODING {}" + more + ")").format(
            sql.Identifier(self.schema, self.table), sql.Literal(self.encoding)
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

    The piece is cut around the record that COPY names; should that be wrong, in halves. A server that can leave
    rows out itself is asked to do so first. Inside the caller's transaction, or in one of its own. Stops when more
    than `most` rows are bad.
    """
    ends = record_ends(piece.data)
    whole = _Whole(to, piece, ends, _lines(piece.data, ends))
    done = Salvage()
    with connection.transaction():
        whole.columns = japanese_names(connection, to.schema, to.table)
        ranges = [(0, len(ends), True)]
        while ranges and len(done.bad) <= most:
            low, high, trust = ranges.pop()
            if trust and high - low > 1 and connection.info.server_version >= SKIPS_FROM:
                part = _skipping(connection, whole, low, high, most - len(done.bad))
                if part is not None:
                    done.stored += part.stored
                    done.bad += part.bad
                    continue
            error = _attempt(connection, to, whole.part(low, high), done)
            if error is None:
                continue
            middle = _suspect(error, to.table, whole.lines, low, high) if trust else (low + high) // 2
            if high - low > 1:
                error = _attempt(connection, to, whole.part(middle, middle + 1), done)
            if error is not None:
                done.bad.append(whole.bad(error, middle))
            parts = [(middle + 1, high), (low, middle)]
            ranges += [(*one, error is not None) for one in parts if one[0] < one[1]]
    return done


@dataclass
class _Whole:
    """A piece, with the places at which its records end, and the lines up to each."""

    to: Destination
    piece: Piece
    ends: list[int]
    lines: list[int]
    columns: dict[str, str] = field(default_factory=dict)

    def part(self, low: int, high: int) -> memoryview:
        """The records from `low` up to, not including, `high`."""
        return memoryview(self.piece.data)[self.ends[low - 1] if low else 0 : self.ends[high - 1]]

    def bad(self, error: psycopg.Error, place: int) -> BadRow:
        """A record that was refused, as it is told."""
        line = self.piece.line + (self.lines[place - 1] if place else 0)
        return describe(error, line, self.columns, bytes(self.part(place, place + 1)), self.to.encoding)


class _Doubtful(Exception):
    """The server's notices do not say which records it left out."""


def _skipping(connection: Connection, whole: _Whole, low: int, high: int, most: int) -> Salvage | None:
    """Store a part but for the rows that the server leaves out, each of which is then asked why.

    None, and nothing stored, when the part has other faults than types, or when the notices do not add up.
    """
    notices: list[str] = []

    def listen(notice: psycopg.errors.Diagnostic) -> None:
        if notice.context:  # the one at the end, of how many there were, has none
            notices.append(notice.message_primary or "")

    done = Salvage()
    connection.add_notice_handler(listen)
    try:
        with connection.transaction():
            done.stored = copy_data(connection, whole.to.statement(skip=True), whole.part(low, high))
            _ask_why(connection, whole, (low, high), [_noticed(text) for text in notices], most, done)
    except (*ROW_ERRORS, _Doubtful):
        return None
    finally:
        connection.remove_notice_handler(listen)
    return done


def _ask_why(
    connection: Connection, whole: _Whole, part: tuple[int, int], noticed: list[int], most: int, done: Salvage
) -> None:
    """Send each record that was left out once more, by itself; its error tells what is wrong. Raises _Doubtful."""
    low, high = part
    before = whole.lines[low - 1] if low else 0
    inside = whole.lines[low] - before - 1  # COPY does not count the newlines inside of its first record
    found = {bisect_left(whole.lines, before + line + inside * (line > 1), low, high) for line in noticed if line}
    if done.stored + len(found) != high - low or max(found, default=0) >= high:
        raise _Doubtful
    for place in sorted(found)[: most + 1]:
        error = _attempt(connection, whole.to, whole.part(place, place + 1), done)
        if error is None:
            raise _Doubtful
        done.bad.append(whole.bad(error, place))


def _noticed(text: str) -> int:
    """The line that a notice names, 0 without one. The server's language decides the words, not the number."""
    line = re.search(r"\d+", re.sub(r'"[^"]*"', "", text))
    return int(line[0]) if line else 0


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
