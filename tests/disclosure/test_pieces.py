"""Files too large for a table in memory: every row is checked, and memory stays flat."""

from __future__ import annotations

import tracemalloc

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


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_ROWS", 4_000)
    peaks = []
    for rows in (25_000, 75_000):
        content = large(rows)
        tracemalloc.start()
        check_in_pieces("a.csv", content, Pack())
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


def test_a_large_file_cannot_be_filed_as_tables() -> None:
    with pytest.raises(BadInput, match="more than 50,000 cells"):
        read_document("a.csv", large(30_000))


def test_small_and_binary_files_are_not_too_large() -> None:
    assert not is_too_large("a.csv", b"n\n20\n")
    assert not is_too_large("a.xlsx", large(30_000))
