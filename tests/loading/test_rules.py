"""Every case of what to do with a table, and names."""

from __future__ import annotations

from datetime import datetime

import pytest

from provisioning.clock import JST
from provisioning.errors import BadInput, Refused
from provisioning.loading.model import LedgerEntry, Target
from provisioning.loading.rules import can_be_name, check_target, decide


def entry(oid: int, sha256: str = "a", ddl: str = "d") -> LedgerEntry:
    at = datetime(2026, 11, 2, tzinfo=JST)
    return LedgerEntry("sample", "t", oid, "s3://x/T.csv", sha256, ddl, 1, 1, 1.0, "researcher:a", at)


@pytest.mark.parametrize(
    ("oid", "known", "sha256", "ddl", "replace", "turn"),
    [
        (None, None, "a", "d", False, "load"),
        (None, entry(1), "a", "d", False, "load"),  # dropped by hand since
        (None, entry(1), "a", "d", True, "load"),
        (1, entry(1), "a", "d", False, "skip"),
        (1, entry(1), "a", "d", True, "skip"),
        (1, entry(1), "b", "d", True, "replace"),
        (1, entry(1), "a", "e", True, "replace"),
        (1, entry(1), None, "d", True, "replace"),
        (2, entry(1), "a", "d", True, "replace"),
        (1, None, "a", "d", True, "replace"),
    ],
)
def test_turns(
    oid: int | None, known: LedgerEntry | None, sha256: str | None, ddl: str, replace: bool, turn: str
) -> None:
    assert decide("sample.t", oid, known, sha256, ddl, replace) == turn


@pytest.mark.parametrize(
    ("oid", "known", "sha256", "ddl", "text"),
    [
        (1, None, "a", "d", "hic did not load it"),
        (2, entry(1), "a", "d", "hic did not load it"),
        (1, entry(1), "b", "d", "holds another CSV, loaded from s3://x/T.csv on 2026-11-02"),
        (1, entry(1), None, "d", "holds another CSV"),
        (1, entry(1), "a", "e", "holds another DDL"),
    ],
)
def test_what_would_be_lost_is_refused(
    oid: int, known: LedgerEntry | None, sha256: str | None, ddl: str, text: str
) -> None:
    with pytest.raises(Refused, match=text) as caught:
        decide("sample.t", oid, known, sha256, ddl, replace=False)
    assert "--replace" in caught.value.fix


def test_names() -> None:
    for name in ("sample", "_x", "a1", "x" * 63):
        assert can_be_name(name)
    for name in ("", "Sample", "ｓａｍｐｌｅ", "日本", "1a", "a-b", "a b", 'a"', "pg_x", "x" * 64, "a\n"):
        assert not can_be_name(name)


def test_targets() -> None:
    check_target(Target("sampledb", "sample"))
    with pytest.raises(BadInput, match="database"):
        check_target(Target("Sample", "sample"))
    with pytest.raises(BadInput, match="schema"):
        check_target(Target("sampledb", "pg_catalog"))
    for schema in ("hic", "information_schema"):
        with pytest.raises(Refused):
            check_target(Target("sampledb", schema))
