"""A digest of every column, counted on both sides: in the CSV by a reader of our own, in the table by PostgreSQL.

A column's digest is how many of its values are not empty, and the sum of a hash of each, so that the order of the
rows does not matter. NULL and the empty text count alike. Values are compared as PostgreSQL would print them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from psycopg import sql

from provisioning.errors import Problem, Refused
from provisioning.loading.connection import Connection
from provisioning.loading.splitting import record_ends
from provisioning.messages import _

_DIGITS = 15  # hexadecimal digits of a value's hash: 60 bits fit a bigint
_TEXTS = ("text", "character varying")
_LIMITED = re.compile(r"character varying\((\d+)\)")
_PADDED = re.compile(r"character\(\d+\)")
_INTEGERS = ("smallint", "integer", "bigint")
_PLAIN = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)  # newer servers know 0x10 and 1_000 too


@dataclass(frozen=True)
class Column:
    """A column that COPY fills. `type` as PostgreSQL spells it, such as `character(9)`; `label` its comment."""

    name: str
    type: str
    label: str


@dataclass(frozen=True)
class Digest:
    """Of one column: values that are not empty, and the sum of their hashes."""

    values: int = 0
    sum: int = 0


def columns_of(connection: Connection, schema: str, table: str) -> list[Column]:
    """The columns of a table that COPY fills, in their order, from PostgreSQL's own catalogue."""
    found = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), coalesce(col_description(a.attrelid, a.attnum), '')"
        " FROM pg_attribute a WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped"
        " AND a.attgenerated = '' ORDER BY a.attnum",
        (str(sql.Identifier(schema, table).as_string(connection)),),
    )
    return [Column(*row) for row in found]


def digests_of_table(connection: Connection, schema: str, table: str, columns: Sequence[Column]) -> list[Digest]:
    """PostgreSQL's side, read from the table as it stands in this transaction, without months that were added to it."""
    hashed = "('x' || left(md5(nullif({0}::text, '')), {1}))::bit({2})::bigint"
    counted = sql.SQL("count(nullif({0}::text, '')), coalesce(sum(" + hashed + "), 0)")
    parts = [counted.format(sql.Identifier(column.name), _DIGITS, _DIGITS * 4) for column in columns]
    query = sql.SQL("SELECT {} FROM ONLY {}").format(sql.SQL(", ").join(parts), sql.Identifier(schema, table))
    row = connection.execute(query).fetchone() or ()
    return [Digest(int(row[place]), int(row[place + 1])) for place in range(0, len(row), 2)]


class Uneven(Exception):
    """A record of the CSV has so many values (`found`), which are not those of the table's columns."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


class Tally:
    """The CSV's side, a piece at a time and from several threads."""

    def __init__(self, columns: Sequence[Column], encoding: str) -> None:
        self.columns = list(columns)
        self._codec = "cp932" if encoding == "SJIS" else "utf-8"
        self._digests = [Digest() for _column in columns]
        self._lock = Lock()

    def add(self, connection: Connection, data: bytes, refused: Sequence[bytes] = ()) -> None:
        """Count the whole records of a piece, but not those that COPY refused.

        Raises Uneven for a record that has more or fewer values than there are columns.
        """
        records = list(read_records(data, self._codec, refused))
        if not records:
            return
        uneven = next((len(record) for record in records if len(record) != len(self.columns)), None)
        if uneven is not None:
            raise Uneven(uneven)
        values = zip(*records, strict=True)
        steps = [_digest(connection, column, Counter(of)) for column, of in zip(self.columns, values, strict=True)]
        with self._lock:
            for place, step in enumerate(steps):
                old = self._digests[place]
                self._digests[place] = Digest(old.values + step.values, old.sum + step.sum)

    def differing(self, other: Sequence[Digest]) -> list[tuple[Column, Digest, Digest]]:
        """Columns of which the other side says something else, with the CSV's digest and the other one."""
        every = zip(self.columns, self._digests, other, strict=True)
        return [(column, mine, theirs) for column, mine, theirs in every if mine != theirs]


def check_columns(connection: Connection, schema: str, table: str, came: Tally, name: str) -> None:
    """Raise Refused, naming the columns of the table that are not those of the CSV `name`."""
    stored = digests_of_table(connection, schema, table, came.columns)
    text = _("{label} ({column}): {stored} values stand in the table, {came} came, or they are others")
    problems = [
        Problem(name, text.format(label=one.label or one.name, column=one.name, stored=theirs.values, came=mine.values))
        for one, mine, theirs in came.differing(stored)
    ]
    if problems:
        raise Refused(
            _("{name} and the table differ; nothing was loaded.").format(name=name),
            fix=_(
                "A table that stood was changed since: drop it, and load again. Else see what the DDL's triggers do."
            ),
            problems=problems,
        )


def read_records(data: bytes, codec: str, without: Sequence[bytes] = ()) -> Iterator[list[str]]:
    """The values of whole records, quotes taken away as PostgreSQL takes them; `without` are left out, each once."""
    left_out = Counter(without)
    start = 0
    for end in record_ends(data):
        raw = data[start:end]
        start = end
        if left_out[raw]:
            left_out[raw] -= 1
            continue
        record = raw.decode(codec).removesuffix("\n").removesuffix("\r")
        yield _quoted_values(record) if '"' in record else record.split(",")


def _quoted_values(record: str) -> list[str]:
    values = [""]
    pieces = record.split('"')
    for place, piece in enumerate(pieces):
        if place % 2:
            values[-1] += piece
        elif not piece and 0 < place < len(pieces) - 1:
            values[-1] += '"'  # two quotes inside of quotes are one
        else:
            first, *more = piece.split(",")
            values[-1] += first
            values += more
    return values


def _digest(connection: Connection, column: Column, counts: Counter[str]) -> Digest:
    counts.pop("", None)
    raw = list(counts)
    printed = dict(zip(raw, _printed(connection, column, raw), strict=True))
    values = total = 0
    for value, count in counts.items():
        if text := printed[value]:
            values += count
            total += count * int(hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()[:_DIGITS], 16)
    return Digest(values, total)


def _printed(connection: Connection, column: Column, raw: list[str]) -> list[str]:
    """The values as PostgreSQL prints them once they are stored; of uncommon types it is asked."""
    if column.type in _TEXTS:
        return raw
    if limit := _LIMITED.fullmatch(column.type):
        return [value[: int(limit[1])] for value in raw]  # COPY took it: what is too much is blanks
    if _PADDED.fullmatch(column.type):
        return [value.rstrip(" ") for value in raw]
    if column.type in _INTEGERS and all(map(_PLAIN.fullmatch, raw)):
        return [str(int(value)) for value in raw]
    cast = sql.SQL("SELECT v::{}::text FROM unnest(%s::text[]) WITH ORDINALITY AS a(v, n) ORDER BY n").format(
        sql.SQL(column.type)  # PostgreSQL's own spelling
    )
    return [str(value) for (value,) in connection.execute(cast, (raw,))]
