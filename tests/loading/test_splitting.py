"""The cutter of CSV streams, against Python's csv and PostgreSQL itself."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioning.datasets.csv_records import BOM
from provisioning.loading.splitting import Splitter, last_record_end, record_ends, unquoted

FIELDS = st.text(alphabet='a",\n\r表 \\.', max_size=6)
ROWS = st.lists(st.lists(FIELDS, min_size=2, max_size=2), min_size=1, max_size=12)


def written(rows: list[list[str]], end: str = "\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def cut(data: bytes, size: int, block: int) -> tuple[Splitter, list[Any]]:
    splitter = Splitter(size)
    blocks = (data[start : start + block] for start in range(0, len(data), block))
    return splitter, list(splitter.pieces(blocks))


@given(ROWS, st.integers(1, 40), st.integers(1, 17), st.sampled_from(["\n", "\r\n"]))
def test_pieces_are_whole_records(rows: list[list[str]], size: int, block: int, end: str) -> None:
    data = written(rows, end)
    splitter, pieces = cut(data, size, block)
    assert not splitter.mistakes
    assert b"".join(piece.data for piece in pieces) == data
    assert (splitter.bytes, splitter.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert splitter.records == sum(piece.records for piece in pieces) == len(rows)
    line = 1
    again: list[list[str]] = []
    for piece in pieces:
        assert piece.line == line
        assert len(record_ends(piece.data)) == piece.records
        line += piece.data.count(b"\n")
        again += list(csv.reader(io.StringIO(piece.data.decode(), newline="")))
    assert again == rows


@given(
    st.builds(lambda bom, data: bom + data.replace(b"\0", b'"'), st.sampled_from([b"", BOM]), st.binary(max_size=200)),
    st.integers(1, 50),
    st.integers(1, 9),
)
def test_any_bytes_end_in_pieces_or_a_mistake(data: bytes, size: int, block: int) -> None:
    splitter, pieces = cut(data, size, block)
    assert splitter.bom == data.startswith(BOM)
    sent = data.removeprefix(BOM)
    assert sent.startswith(b"".join(piece.data for piece in pieces))
    if not splitter.mistakes:
        assert b"".join(piece.data for piece in pieces) == sent
        assert (splitter.bytes, splitter.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    for piece in pieces:
        assert piece.data.count(b'"') % 2 == 0
        assert record_ends(piece.data)[-1] == len(piece.data)


@given(st.text(alphabet='a",\n', max_size=60).map(str.encode))
def test_ends_of_records_are_those_of_a_slow_reader(data: bytes) -> None:
    ends, inside = [], False
    for place, byte in enumerate(data, start=1):
        inside ^= byte == ord('"')
        if byte == ord("\n") and not inside:
            ends.append(place)
    assert last_record_end(data) == (ends[-1] if ends else 0)
    if not inside:
        tail = [len(data)] if data and (not ends or ends[-1] < len(data)) else []
        assert record_ends(data) == ends + tail


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.text(alphabet='ab",\n', max_size=40).map(str.encode), size=st.integers(1, 12))
def test_pieces_say_what_the_whole_says_to_postgres(postgres: dict[str, Any], data: bytes, size: int) -> None:
    """COPY takes the pieces one by one exactly if it takes the whole, and stores the same."""
    splitter, pieces = cut(data, size, 3)
    with psycopg.connect(**postgres, dbname="postgres") as connection:
        connection.execute("CREATE TEMP TABLE t (a text, b text)")

        def taken(parts: list[bytes]) -> list[tuple[Any, ...]] | None:
            try:
                with connection.transaction():
                    connection.execute("TRUNCATE t")
                    for part in parts:
                        with connection.cursor().copy("COPY t FROM STDIN WITH (FORMAT csv)") as copy:
                            copy.write(part)
            except psycopg.DataError:
                return None
            return connection.execute("SELECT a, b FROM t").fetchall()

        whole = taken([data])
        if splitter.mistakes:
            assert whole is None
        else:
            assert taken([piece.data for piece in pieces]) == whole
            assert whole is None or len(whole) == splitter.records


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.text(alphabet='ab",\r\n表ソ~', max_size=40),
    size=st.integers(1, 12),
    codec=st.sampled_from(["utf-8", "cp932"]),
)
def test_any_line_ends_and_characters_to_postgres(postgres: dict[str, Any], data: str, size: int, codec: str) -> None:
    """What the cutter passes is stored as of one piece, or not at all; in CP932 the second byte may be ASCII."""
    sent = data.encode(codec)
    splitter, pieces = cut(sent, size, 3)
    encoding = "SJIS" if codec == "cp932" else "UTF8"
    with psycopg.connect(**postgres, dbname="postgres") as connection:
        connection.execute("CREATE TEMP TABLE t (a text, b text)")

        def taken(parts: list[bytes]) -> list[tuple[Any, ...]] | None:
            try:
                with connection.transaction():
                    connection.execute("TRUNCATE t")
                    for part in parts:
                        statement = f"COPY t FROM STDIN WITH (FORMAT csv, ENCODING '{encoding}')"
                        with connection.cursor().copy(statement.encode()) as copy:
                            copy.write(part)
            except psycopg.DataError:
                return None
            return connection.execute("SELECT a, b FROM t").fetchall()

        whole, cut_up = taken([sent]), taken([piece.data for piece in pieces])
        if splitter.mistakes:
            # Line ends that are CR alone PostgreSQL would take; every other mistake it sees as well.
            assert whole is None or "CR alone" in splitter.mistakes[0].what
        else:
            assert cut_up == whole
            assert whole is None or len(whole) == splitter.records


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (2 * BOM + b"a,b\n", 1, "two byte order marks"),
        (b"PK\x03\x04....", 1, "XLSX"),
        (b"\x1f\x8b\x08", 1, "gzip"),
        (b"\xff\xfea\0", 1, "UTF-16"),
        (b'a,b\nc,"d\n', 2, "not closed"),
        (b'a,b\n"x\ny",d\n\\.\n', 4, "the line \\. alone"),
        (b"a,b\nc,d\r\n", 2, "line ends of two kinds"),
        (b"a,b\rc,d\r", 1, "CR alone"),
        (b'a,"b\nb"\rc,d', 1, "CR alone"),
        (b'"' + b"a" * 70 + b"\n" * 40, 1, "not closed"),
    ],
)
def test_what_must_not_be_sent(data: bytes, line: int, what: str) -> None:
    splitter, _pieces = cut(data, 4, 3)
    assert [mistake.line for mistake in splitter.mistakes] == [line]
    assert what in splitter.mistakes[0].what


@pytest.mark.parametrize("data", [BOM, BOM + b"a,b", BOM + b'"a\n",b\nc,d\n', b"\xef\xbb", b"\xef\xbba,b\n", b""])
@pytest.mark.parametrize("block", [1, 2, 3, 100])
def test_a_byte_order_mark_is_no_data(data: bytes, block: int) -> None:
    splitter, pieces = cut(data, 8, block)
    assert not splitter.mistakes
    assert b"".join(piece.data for piece in pieces) == data.removeprefix(BOM)
    assert splitter.bom == data.startswith(BOM)
    assert (splitter.bytes, splitter.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_byte_order_mark_belies_another_encoding() -> None:
    splitter = Splitter(utf8=False)
    assert list(splitter.pieces([BOM + b"a,b\n"])) == []
    assert [(mistake.line, mistake.fix) for mistake in splitter.mistakes] == [(1, "leave out --encoding cp932")]


def test_a_record_that_never_ends() -> None:
    splitter = Splitter(8, longest=64)
    assert list(splitter.pieces(b"a" * 10 for _number in range(1_000_000))) == []
    assert splitter.bytes < 200
    assert "a quote may be missing" in splitter.mistakes[0].what


def test_a_file_of_old_line_ends_that_never_ends() -> None:
    splitter = Splitter(8, longest=64)
    assert list(splitter.pieces(b"a,b\r" * 10 for _number in range(1_000))) == []
    assert [mistake.what for mistake in splitter.mistakes] == ["line ends that are CR alone"]


def test_the_last_line_of_another_kind() -> None:
    splitter = Splitter(4)
    assert [piece.data for piece in splitter.pieces([b"a,b\n", b"c,d\r"])] == [b"a,b\n"]
    assert [(one.line, one.what) for one in splitter.mistakes] == [
        (2, "line ends of two kinds: the last one is CR alone")
    ]


def test_quoted_text_is_left_out() -> None:
    assert unquoted(b'a,"b\nc"\nd') == b'a,"\nd'
    assert unquoted(b"a\n") == b"a\n"
    assert list(Splitter().pieces([])) == []
