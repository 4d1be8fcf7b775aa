"""Files too large for a table in memory: every row is checked, and memory stays flat."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from provisioning.disclosure import documents, pieces
from provisioning.disclosure.documents import is_too_large, read_document
from provisioning.disclosure.pieces import check_in_pieces
from provisioning.disclosure.rules import Pack
from provisioning.errors import BadInput


def large(rows: int, small: tuple[int, ...] = ()) -> bytes:
    lines = [f"薬{n % 500},{n % 97 + 1000},{5 if n in small else 120 + n % 900}" for n in range(rows)]
    return ("薬,処方数量,患者数\n" + "\n".join(lines) + "\n").encode()


@pytest.fixture(autouse=True)
def _lower_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_CELLS", 50_000)


def test_every_row_of_a_large_file_is_checked_at_its_place() -> None:
    content = large(70_000, (3, 25_000, 69_999))
    assert is_too_large("a.csv", content)
    report = check_in_pieces("a.csv", content, Pack())
    found = sorted((f.row, f.rule) for f in report.findings if f.rule == "PUB-1")
    assert found == [(5, "PUB-1"), (25_002, "PUB-1"), (70_001, "PUB-1")]
    assert report.cells == 210_000
    assert report.findings[-1].rule == "READ-3"
    assert report.findings[-1].verdict == "fail"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From the disk, as `hic egress check` reads it: what is told apart, decoded and checked is a piece at a time."""
    monkeypatch.setattr(pieces, "PIECE_ROWS", 4_000)
    peaks = []
    for rows in (17_000, 51_000):
        path = tmp_path / f"{rows}.csv"
        path.write_bytes(large(rows))
        tracemalloc.start()
        assert is_too_large(path.name, path)
        check_in_pieces(path.name, path, Pack())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_findings_are_cut_per_rule_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_PER_RULE", 10)
    report = check_in_pieces("a.csv", large(30_000, tuple(range(0, 30_000, 1000))), Pack())
    listed = [f for f in report.findings if f.rule == "PUB-1"]
    assert len(listed) == 10
    assert any("20 more findings of rule PUB-1" in f.reason for f in report.findings)


def test_wider_rows_further_down_are_read_too() -> None:
    content = large(30_000) + "薬x,1,1000,7\n".encode()
    found = check_in_pieces("a.csv", content, Pack()).findings
    assert ("PUB-1", "fail") in {(f.rule, f.verdict) for f in found if f.row == 30_002}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("薬,患者数\n".encode() + b"a,20\n" * 40_000 + "薬".encode("cp932") + b",20\n", "mixes encodings: line 40002"),
        (b"n,m\n" + b"1,20\n" * 60_000 + b"\0", "not text"),
    ],
)
def test_what_is_wrong_far_down_a_file_on_the_disk_is_told(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=reason):
        check_in_pieces(path.name, path, Pack())


def test_a_file_of_more_bytes_than_one_may_have_is_read_from_the_disk_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_FILE_BYTES", 60_000)
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,patients\n" + b"a long name of a group,20\n" * 3000 + b"b,5\n")
    assert is_too_large(path.name, path)
    assert ("PUB-1", 3002) in {(f.rule, f.row) for f in check_in_pieces(path.name, path, Pack()).findings}


def test_a_large_file_cannot_be_filed_as_tables() -> None:
    with pytest.raises(BadInput, match="more than 50,000 cells"):
        read_document("a.csv", large(30_000))


def test_small_and_binary_files_are_not_too_large() -> None:
    assert not is_too_large("a.csv", b"n\n20\n")
    assert not is_too_large("a.xlsx", large(30_000))
