"""Counting as PostgreSQL counts; the judges are Python's csv module and PostgreSQL itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioning.datasets.csv_records import RecordChecker, RecordCounter

SIZES = st.integers(1, 9)
VALUES = st.text(alphabet='a,"\n\r\\.あ', max_size=6)


def fed(counter: RecordCounter, data: bytes, size: int = 7) -> RecordCounter:
    for start in range(0, len(data), size):
        counter.feed(data[start : start + size])
    counter.finish()
    return counter


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3)), st.sampled_from(["\n", "\r\n"]), SIZES)
def test_what_csv_writes_is_counted(rows: list[list[str]], end: str, size: int) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    data = out.getvalue().encode()
    counter, checker = fed(RecordCounter(), data, size), fed(RecordChecker(3), data, size)
    assert (counter.records, counter.mistakes, counter.bytes) == (len(rows), [], len(data))
    assert (checker.records, checker.mistakes) == (len(rows), [])


@pytest.fixture(scope="module")
def session(postgres: dict[str, Any]) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(**postgres, dbname="postgres", client_encoding="UTF8", autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE t (a text, b text)")
        yield connection


def copied(connection: psycopg.Connection[Any], data: bytes) -> int | None:
    """How many rows PostgreSQL takes, or None if it refuses."""
    try:
        cursor = connection.cursor()
        with cursor.copy("COPY t FROM STDIN WITH (FORMAT csv, ENCODING 'UTF8')") as copy:
            copy.write(data)
    except psycopg.DataError:
        return None
    return cursor.rowcount


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from([b"a", b",", b'"', b"\n", b"\r\n", b"\r", b"x,y\n", b"\\.", b"\xe3\x81\x82", b"\xe3", b"\0"]),
        max_size=9,
    ),
    SIZES,
)
def test_postgresql_agrees(session: psycopg.Connection[Any], parts: list[bytes], size: int) -> None:
    data = b"".join(parts)
    checker, counter = fed(RecordChecker(2), data, size), fed(RecordCounter(), data, size)
    rows = copied(session, data)
    if not checker.mistakes:
        assert rows == checker.records == counter.records
    elif rows is not None:
        # What we refuse and PostgreSQL takes: data behind \. left out, and line ends of bare CR.
        silent = any("\\." in mistake.what for mistake in checker.mistakes)
        assert silent or b"\r" in data.replace(b"\r\n", b"")
    if rows is not None and counter.records != rows:
        assert counter.mistakes or b"\r" in data.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("data", "mistakes"),
    [
        (b"a,b\na\na,b,c\n", [(2, "1 values, but the layout has 2 columns"), (3, "3 values")]),
        (b'a,b\n"a\n\n",b,c\nx\n', [(2, "3 values"), (5, "1 values")]),
        (b"a,b\n\na,b\n", [(2, "1 values")]),
        (b'a,b\n"a,b\nc,d\n', [(3, "not closed")]),
        (b"\xef\xbb\xbfa,b\n", [(1, "byte order mark")]),
        (b"a,b\n\\.\na,b\n", [(2, "the line \\. alone"), (2, "1 values")]),
        (b"a,b\nx,\x83\\\n", [(2, "no UTF-8")]),
        (b"a,b\nx,\0\n", [(2, "NUL")]),
        (b"a,b\nx,y\r\n", [(2, "line ends of two kinds")]),
        (b"a,b\r\nx,y\n", [(2, "line ends of two kinds")]),
        (b"a,b\nx\r,y\n", [(2, "carriage return inside a line")]),
    ],
)
def test_mistakes_have_lines(data: bytes, mistakes: list[tuple[int, str]]) -> None:
    for size in (1, 4, 100):
        found = fed(RecordChecker(2), data, size).mistakes
        assert [mistake.line for mistake in found] == [line for line, _text in mistakes], size
        for mistake, (_line, text) in zip(found, mistakes, strict=True):
            assert text in mistake.what


def test_many_mistakes_are_counted_not_listed() -> None:
    checker = RecordChecker(2, most=3)
    fed(checker, b"a\n" * 10)
    assert (len(checker.mistakes), checker.unlisted, checker.records) == (3, 7, 10)


def test_newlines_in_the_first_record_are_told() -> None:
    assert fed(RecordCounter(), b'"a\n\n",b\n"c\n",d\n').lines_unseen == 2
    assert fed(RecordCounter(), b'"a\r\n",b\r\n').lines_unseen == 0


def test_a_file_without_line_ends_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.datasets.csv_records.LONGEST_LINE", 1 << 20)
    counter = RecordCounter()
    for _ in range(5):
        counter.feed(b"a" * (1 << 20))
    assert "a line of more than 1 MiB" in counter.mistakes[0].what
