"""SIGKILL at the moments that matter. What stands afterwards is what stood before or what was asked for, row by row;
the same command then goes through, and nothing is left over."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.clock import FixedClock
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Source, Target, Wishes
from tests.loading.conftest import source

Query = Callable[..., list[tuple[Any, ...]]]
OLD = b"O,20220401,1\n" * 5
MONTH = b"M,20220701,10\n" * 3
NEW = b"".join(b"N%d,20220401,2\n" % number for number in range(2000))
BAD = NEW + b"too,few\n"
ROWS = "SELECT left(seq2_no, 1), count(*), sum(score) FROM sample.trial_x GROUP BY 1 ORDER BY 1"
STOOD = [("O", 5, 5)]
WANTED = [("N", 2000, 4000)]

# One process imports, and one child of it for each case dies where the case says.
PROGRAM = """
import json, os, signal, sys
from pathlib import Path
from provisioning.actors import Actor
from provisioning.clock import SystemClock
from provisioning.loading import copying, ledger, placing, rejects, service, tables
from provisioning.loading.connection import Server
from provisioning.loading.model import Target, Wishes
from tests.loading.conftest import source
from tests.loading.test_killed import BAD, NEW

def die(*_rest):
    os.kill(os.getpid(), signal.SIGKILL)

def after(module, name):
    following = getattr(module, name)
    def both(*rest, **more):
        following(*rest, **more)
        die()
    setattr(module, name, both)

def streaming(data):
    yield data[:20_000]
    die()

card = json.loads(sys.argv[1])
for line in sys.stdin:
    case = json.loads(line)
    child = os.fork()
    if not child:
        data = BAD if case["bad"] else NEW
        changes = {"size": len(data), "csv_month": case["month"]}
        moment = case["moment"]
        if moment == "streaming":
            changes["chunks"] = lambda: streaming(data)
        elif moment == "salvaged":
            after(tables, "salvage")
        elif moment == "placed":
            after(tables, "place")
        elif moment == "noted":
            after(ledger, "write_entry")
        elif moment == "aside":
            after(rejects.RejectFile, "write")
        elif moment == "committed":
            rejects.RejectFile.add = die
        wishes = Wishes(rejects=Path(case["rejects"]) if case["rejects"] else None, **case["wishes"])
        target = Target(case["database"], "sample")
        service.load(Server(**card), target, [source(data, **changes)], Actor("researcher", "a"), SystemClock(), wishes)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
SHARED = {"jobs": 2, "split_from": 0, "piece": 4000}


@pytest.fixture(scope="module")
def killing(postgres: dict[str, Any]) -> Any:
    """Run a case until it kills itself."""
    import json

    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(postgres)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout

        def run(**case: Any) -> int:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(case) + "\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield run
        process.stdin.close()


@pytest.mark.parametrize(
    ("moment", "wishes", "bad", "stands"),
    [
        ("streaming", {"replace": True}, False, STOOD),
        ("streaming", {"replace": True, **SHARED}, False, STOOD),
        ("placed", {"replace": True}, False, STOOD),
        ("noted", {"replace": True, **SHARED}, False, STOOD),
        ("streaming", {"append": True}, False, STOOD),
        ("noted", {"append": True, **SHARED}, False, STOOD),
        ("salvaged", {"replace": True}, True, STOOD),
        ("salvaged", {"replace": True, **SHARED}, True, STOOD),
        ("aside", {"replace": True}, True, STOOD),
        ("committed", {"replace": True}, True, WANTED),
    ],
)
def test_the_same_again_after_a_kill(
    *,
    killing: Callable[..., int],
    server: Server,
    target: Target,
    researcher: Actor,
    clock: FixedClock,
    query: Query,
    tmp_path: Path,
    moment: str,
    wishes: dict[str, Any],
    bad: bool,
    stands: list[tuple[Any, ...]],
) -> None:
    def load(one: Source, **more: Any) -> None:
        service.load(server, target, [one], researcher, clock, Wishes(**more))

    path = tmp_path / "bad.csv"
    append = wishes.get("append", False)
    month = "202207" if append else "202204"
    load(source(OLD, csv_month="202204"))
    case = {"month": month, "rejects": str(path) if bad else "", "database": target.database}
    assert killing(moment=moment, wishes=wishes, bad=bad, **case) == -9
    assert query(ROWS) == stands
    assert not path.exists()
    _wait_until_gone(query)
    data = BAD if bad else NEW
    again = {**wishes, "rejects": path} if bad else wishes
    load(source(data, size=len(data), csv_month=month), **again)
    assert query(ROWS) == (sorted(STOOD + WANTED) if append else WANTED)
    assert query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hic_load%'") == []
    assert query("SELECT count(*) FROM pg_class WHERE relname LIKE 'trial_x%'") == [(1 + append,)]
    if not bad:
        return
    # After the commit the rows are in the file beside it alone, and the next run had nothing to write.
    written = next(tmp_path.glob("bad.csv.*.part")) if moment == "committed" else path
    assert path.exists() == (moment != "committed")
    with written.open(encoding="utf-8", newline="") as stream:
        assert [row["record"] for row in csv.DictReader(stream)] == ["too,few"]


def _wait_until_gone(query: Query) -> None:
    """Until the server has noticed that the killed process is not there any more."""
    alive = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hic' AND datname = current_database()"
    deadline = time.monotonic() + 10
    while query(alive) != [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
