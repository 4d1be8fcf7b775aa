"""The file of bad rows: only of tables that stand, only when there are any, never over another."""

from __future__ import annotations

import csv
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.clock import FixedClock
from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading import ledger, service
from provisioning.loading.connection import Server
from provisioning.loading.model import Loaded, Target, Wishes
from tests.loading.conftest import CSV, DDL, source

Load = Callable[..., Loaded]
Query = Callable[..., list[tuple[Any, ...]]]
BAD = CSV + b"too,few\n"


def other(csv_bytes: bytes, table: str = "trial_y") -> Any:
    return source(csv_bytes, DDL.replace("trial_x", table), table=table, origin=f"{table.upper()}.csv")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_made_for_bad_rows_alone(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    assert load(source(), rejects=path).rejected == 0
    assert names(tmp_path) == []
    assert load(other(BAD), rejects=path).rejected == 1
    assert names(tmp_path) == ["bad.csv"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load(other(BAD), rejects=path).status == "skipped"  # the same again: nothing to write, nothing to refuse
    with pytest.raises(Refused, match="exists already") as caught:
        load(source(b"N\n"), rejects=path, replace=True)
    assert "--reject-to a new name" in caught.value.fix


def test_what_is_refused_before_it_begins_leaves_no_file(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_rest: object) -> None:
        raise Refused("no room")

    monkeypatch.setattr(service, "check_room", no_room)
    with pytest.raises(Refused, match="no room"):
        load(source(BAD), rejects=tmp_path / "bad.csv")
    monkeypatch.undo()
    monkeypatch.setattr("provisioning.loading.tables.MOST_REJECTED", 2)
    with pytest.raises(BadInput, match="more than 2"):
        load(source(b"A\n" * 9), rejects=tmp_path / "bad.csv")
    with pytest.raises(DependencyFailed, match="no such folder"):
        load(source(BAD), rejects=tmp_path / "nowhere" / "bad.csv")
    assert names(tmp_path) == []


def test_rows_of_a_table_that_was_not_committed_are_not_in_it(
    server: Server,
    target: Target,
    researcher: Actor,
    clock: FixedClock,
    query: Query,
    tmp_path: Path,
) -> None:
    service.prepare(server, target)
    # A constraint that is looked at when the transaction ends, in the ledger: the commit itself fails.
    query(
        "CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE 'no' USING ERRCODE = '53100'; END $$"
    )
    query(
        "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON hic.loads DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        " WHEN (NEW.table_name = 'trial_y') EXECUTE FUNCTION public.no()"
    )
    sources = [source(BAD * 9, size=1000), other(BAD)]
    with pytest.raises(DependencyFailed):
        service.load(server, target, sources, researcher, clock, Wishes(rejects=tmp_path / "bad.csv"))
    assert names(tmp_path) == ["bad.csv"]
    with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["file"] for row in csv.DictReader(stream)] == ["TRIAL_X.csv"] * 9
    assert query("SELECT to_regclass('sample.trial_y'), count(*) FROM sample.trial_x") == [(None, 27)]


def test_several_tables_share_it(
    server: Server, target: Target, researcher: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    sources = [other(BAD, f"trial_{number}") for number in range(4)]
    service.load(server, target, sources, researcher, clock, Wishes(rejects=tmp_path / "bad.csv", jobs=2))
    assert names(tmp_path) == ["bad.csv"]
    with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as stream:
        told = sorted((row["file"], row["record"]) for row in csv.DictReader(stream))
    assert told == [(f"TRIAL_{number}.csv", "too,few") for number in range(4)]


def test_a_disk_that_is_full_here(load: Load, query: Query, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DependencyFailed, match=r"bad\.csv cannot be written: No space left on device") as caught:
        load(source(BAD), rejects=tmp_path / "bad.csv")
    assert "Make room" in caught.value.fix
    assert names(tmp_path) == []
    assert query("SELECT to_regclass('sample.trial_x')") == [(None,)]


def test_a_name_that_is_taken_while_it_loads(
    load: Load, query: Query, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bad.csv"
    write_entry = ledger.write_entry

    def meanwhile(*rest: Any) -> None:
        path.write_text("mine", encoding="ascii")
        write_entry(*rest)

    monkeypatch.setattr(ledger, "write_entry", meanwhile)
    with pytest.raises(DependencyFailed, match="The table stands, but") as caught:
        load(source(BAD), rejects=path)
    (aside,) = tmp_path.glob("bad.csv.*.part")
    assert str(aside) in caught.value.fix
    assert (path.read_text(encoding="ascii"), "too,few" in aside.read_text(encoding="utf-8")) == ("mine", True)
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]
