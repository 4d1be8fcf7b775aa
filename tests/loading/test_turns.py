"""How many connections fill tables at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Semaphore
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.clock import SystemClock
from provisioning.loading.model import Source, Target, Wishes
from provisioning.loading.tables import Run, TableLoad


def test_no_more_connections_copy_at_once_than_are_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, lock = [0], [0], Lock()

    def copy(_load: TableLoad, _connection: Any) -> None:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.02)
        with lock:
            busy[0] -= 1

    monkeypatch.setattr(TableLoad, "_copy", copy)
    run = Run(Target("d", "s"), Wishes(), Actor("researcher", "r"), SystemClock(), turns=Semaphore(2))
    loads = [TableLoad(run, Source(f"t{n}", f"t{n}.csv", lambda: iter(()), "", "")) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda load: load._work(None), loads))  # type: ignore[arg-type]
    assert most[0] == 2
