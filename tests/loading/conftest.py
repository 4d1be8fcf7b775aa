"""One small table, and ways to load it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.clock import FixedClock
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Loaded, Source, Target, Wishes

DDL = """\
-- a small table
CREATE TABLE :SC_NAME.trial_x (
    seq2_no text NOT NULL,
    day char(8),
    score smallint
);
COMMENT ON TABLE :SC_NAME.trial_x IS '試験';
COMMENT ON COLUMN :SC_NAME.trial_x.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.trial_x.score IS '点数';
"""
CSV = b'A,20220401,12\nB,,\n"C, with\nnewline",20220402,-3\n'


def source(csv: bytes = CSV, ddl: str = DDL, **changes: Any) -> Source:
    """A published CSV that lies in memory, in pieces of seven bytes."""
    made = Source(
        table="trial_x",
        origin="memory/TRIAL_X.csv",
        chunks=lambda: pieces(csv),
        ddl=ddl,
        ddl_name="TRIAL_X.sql",
        sha256=hashlib.sha256(csv).hexdigest(),
    )
    return replace(made, **changes)


def pieces(csv: bytes) -> Iterator[bytes]:
    for start in range(0, len(csv), 7):
        yield csv[start : start + 7]


@pytest.fixture
def server(postgres: dict[str, Any]) -> Server:
    return Server(**postgres)


@pytest.fixture
def target(database: str) -> Target:
    return Target(database, "sample")


@pytest.fixture
def load(server: Server, target: Target, clock: FixedClock, researcher: Actor) -> Callable[..., Loaded]:
    """Load one source into `target`."""

    def run(one: Source, **wishes: Any) -> Loaded:
        return service.load(server, target, [one], researcher, clock, Wishes(**wishes))[0]

    return run
