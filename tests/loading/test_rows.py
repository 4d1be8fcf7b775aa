"""Rows that do not fit: the first twenty and their number, or the good ones stored and the bad ones written down."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.errors import BadInput, Refused
from provisioning.loading.model import Loaded
from tests.loading.conftest import DDL, source

Load = Callable[..., Loaded]
Query = Callable[..., list[tuple[Any, ...]]]
SHARED = {"jobs": 3, "split_from": 0, "piece": 200}


def rows(count: int, bad: set[int]) -> bytes:
    """Numbered rows, every fifth of two lines; the bad ones have a score that is no number."""
    return b"".join(
        b'"%d%s",20220401,%s\n' % (number, b"\n" if number % 5 == 0 else b"", b"K9" if number in bad else b"7")
        for number in range(count)
    )


def line_of(number: int) -> int:
    return 1 + number + (number + 4) // 5


@pytest.mark.parametrize("ways", [{}, {"piece": 200}, SHARED])
def test_the_first_twenty_and_the_number(load: Load, query: Query, ways: dict[str, Any]) -> None:
    bad = set(range(3, 300, 9))
    with pytest.raises(BadInput, match=f"{len(bad)} bad rows; nothing of it was loaded") as caught:
        load(source(rows(300, bad), size=10_000), **ways)
    assert [p.where for p in caught.value.problems] == [f"TRIAL_X.csv:{line_of(n)}" for n in sorted(bad)[:20]]
    assert all(
        "点数 (score): the value is not of the column's type (shape of the value: x9)" in p.what
        for p in caught.value.problems
    )
    assert "--reject-to" in caught.value.fix
    assert query("SELECT to_regclass('sample.trial_x')") == [(None,)]
    assert query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hic_load%'") == []


@pytest.mark.parametrize("ways", [{}, {"piece": 200}, SHARED])
def test_good_rows_are_stored_and_bad_ones_written(
    load: Load, query: Query, tmp_path: Path, ways: dict[str, Any]
) -> None:
    bad, path = {0, 5, 6, 7, 150, 299}, tmp_path / "bad.csv"
    done = load(source(rows(300, bad), size=10_000), rejects=path, **ways)
    assert (done.rows, done.rejected) == (294, 6)
    stored = {int(name) for (name,) in query("SELECT seq2_no FROM sample.trial_x")}
    assert stored == set(range(300)) - bad
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    assert [int(row["line"]) for row in written] == [line_of(number) for number in sorted(bad)]
    assert {(row["file"], row["column"], row["label"], row["sqlstate"]) for row in written} == {
        ("TRIAL_X.csv", "score", "点数", "22P02")
    }
    assert written[2]["record"] == '"6",20220401,K9'
    assert query("SELECT rows, rejected FROM hic.loads") == [(294, 6)]


def test_a_reject_file_is_never_written_over(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("mine")
    with pytest.raises(Refused, match="exists already"):
        load(source(), rejects=path)
    assert path.read_text() == "mine"


def test_every_kind_of_bad_row(load: Load, query: Query, tmp_path: Path) -> None:
    ddl = DDL.replace("score smallint", "score smallint CHECK (score < 100), UNIQUE (seq2_no)")
    csv_bytes = (
        b"A,20220401,1\nB,20220401\nC,20220401,1,2\n,20220401,1\nE,202204011,1\nF,,99999\nG,,K\nH,,100\nA,,1\n"
        b"\xff,,1\nK,,1\n\nL\0,,1\n"
    )
    done = load(source(csv_bytes, ddl), rejects=tmp_path / "bad.csv")
    assert (done.rows, done.rejected) == (2, 11)
    with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as stream:
        told = {int(row["line"]): row["sqlstate"] for row in csv.DictReader(stream)}
    kinds = "22P04 22P04 23502 22001 22003 22P02 23514 23505 22021 22P04 22021"
    assert told == dict(zip([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13], kinds.split(), strict=True))


def test_when_all_rows_are_bad_it_ends_soon(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.loading.tables.MOST_COUNTED", 30)
    with pytest.raises(BadInput, match="more than 30 bad rows") as caught:
        load(source(b"A,B\n" * 5000), piece=1000)
    assert len(caught.value.problems) == 20
    monkeypatch.setattr("provisioning.loading.tables.MOST_COUNTED", 1000)


def test_too_many_rejects_are_refused(
    load: Load, query: Query, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.loading.tables.MOST_REJECTED", 30)
    with pytest.raises(BadInput, match="more than 30 bad rows"):
        load(source(b"A,B\n" * 500), rejects=tmp_path / "bad.csv")
    assert query("SELECT to_regclass('sample.trial_x')") == [(None,)]


@pytest.mark.parametrize("ways", [{"piece": 30}, SHARED])
def test_a_value_that_stands_in_two_pieces(load: Load, ways: dict[str, Any]) -> None:
    csv_bytes = b"".join(b"A%d,20220401,1\n" % (number % 30) for number in range(40))
    ddl = DDL.replace("score smallint", "score smallint, UNIQUE (seq2_no)")
    with pytest.raises(BadInput, match="the value stands in two rows"):
        load(source(csv_bytes, ddl, size=10_000), **ways)


def test_cp932_is_refused_until_it_is_said(load: Load, query: Query, tmp_path: Path) -> None:
    text = '①㈱髙﨑～－表ソ,20220401,1\n"改\n行",,\n'
    data = text.encode("cp932")
    with pytest.raises(BadInput, match="--encoding cp932"):
        load(source(data))
    assert load(source(data), encoding="SJIS").rows == 2
    assert query("SELECT seq2_no FROM sample.trial_x ORDER BY day") == [("①㈱髙﨑～－表ソ",), ("改\n行",)]


def test_bytes_that_are_no_cp932(load: Load) -> None:
    with pytest.raises(BadInput, match="no CP932"):
        load(source(b"\x81 ,,1\n"), encoding="SJIS")
