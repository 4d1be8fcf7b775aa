"""What people see of a load: status, progress, several months of which one fails, patterns of files."""

from __future__ import annotations

import io
import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from provisioning.approvals import names
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.cli.load import Display
from provisioning.cli.session import Session
from provisioning.loading.model import Source
from provisioning.settings import Settings
from tests.cli.conftest import Hic
from tests.loading.conftest import CSV, DDL

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def load(hic: Hic, local_aws: Aws, records: object, postgres: dict[str, Any], hic_home: Path, database: str) -> Hic:
    """`hic load` into the test's database, with local services."""
    path = hic_home / "services.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**known, "postgres": postgres}), encoding="utf-8")

    def run(*words: object) -> Any:
        place = words.index("load") + 2
        return hic(*words[:place], "--database", database, *words[place:])

    return run


@pytest.fixture
def months(tmp_path: Path) -> Path:
    """Two months of two small tables, of which the second month has a bad row."""
    for month, rows in (("202204", b""), ("202207", b"too,few\n")):
        folder = tmp_path / "trialData" / month
        folder.mkdir(parents=True)
        for name in ("TRIAL_X", "TRIAL_Y"):
            (folder / f"{name}.csv").write_bytes(CSV + rows * (name == "TRIAL_Y"))
            (folder / f"{name}.sql").write_text(DDL.replace("trial_x", name.lower()), encoding="utf-8")
    return tmp_path / "trialData"


def test_status_tells_what_became_of_tables(load: Hic, months: Path, query: Query, tmp_path: Path) -> None:
    assert load("load", "file", months / "202204/*.csv", "--schema", "trial_202204").code == 0
    bad = tmp_path / "bad.csv"
    ran = load("load", "file", months / "202207/*.csv", "--schema", "trial_202207", "--reject-to", bad)
    assert f"1 bad rows are in {bad}" in ran.out
    query("TRUNCATE trial_202204.trial_x")
    query("DROP TABLE trial_202207.trial_x")
    shown = load("load", "status", "--schema", "trial_{month}").out.splitlines()
    assert [(line.split()[0], line.split()[1], line.split()[2]) for line in shown[1:]] == [
        ("trial_202204.trial_x", "3", "0"),
        ("trial_202204.trial_y", "3", "0"),
        ("trial_202207.trial_x", "3", "0"),
        ("trial_202207.trial_y", "3", "1"),
    ]
    ends = ["emptied since", "stands", "gone or made anew since", "stands"]
    assert all(line.rstrip().endswith(end) for line, end in zip(shown[1:], ends, strict=True))
    assert "bad rows" in shown[0]
    told = load("--json", "load", "status", "--schema", "trial_{month}").data["tables"]
    assert [(one["schema"], one["state"], one["stands"]) for one in told[:2]] == [
        ("trial_202204", "emptied", False),
        ("trial_202204", "stands", True),
    ]
    alone = load("load", "status", "--schema", "trial_202204").out
    assert "bad rows" not in alone
    assert "Nothing was loaded into" in load("load", "status", "--schema", "other_{month}").out
    assert load("load", "status", "--schema", "Trial_{month}").code == 2


def test_a_ledger_of_before_can_be_read(load: Hic, months: Path, query: Query) -> None:
    assert load("load", "file", months / "202204/TRIAL_X.csv").code == 0
    query("ALTER TABLE hic.loads DROP COLUMN period")
    assert load("--json", "load", "status").data["tables"][0]["stands"] is True


def test_patterns_of_files(load: Hic, months: Path) -> None:
    """As Windows' shells hand them over."""
    ran = load("--json", "load", "file", f"{months}{os.sep}202204{os.sep}TRIAL_?.csv")
    assert [one["table"] for one in ran.data["tables"]] == ["trial_x", "trial_y"]
    ran = load("load", "file", months / "202204/NO_*.csv")
    assert (ran.code, "fits no file" in ran.err) == (2, True)
    odd = months / "202204/TRIAL_[X].csv"  # a file that is called so is no pattern
    odd.write_bytes(CSV)
    ran = load("--json", "load", "file", odd, "--ddl", months / "202204/TRIAL_X.sql", "--schema", "odd")
    assert ran.code == 0, ran.err


def test_months_before_the_one_that_fails(
    load: Hic, hic: Hic, tmp_path: Path, share: ObjectStore, make_bucket: Callable[[str], ObjectStore], aws: Aws
) -> None:
    make_bucket(names.audit_bucket(aws.account))
    for month in ("202204", "202207", "202210"):
        folder = tmp_path / month
        made = hic("data", "synth", "--month", month, "--receipts", 5, "--tables", "DPC_RE,DPC_BU", folder)
        assert made.code == 0, made.err
        assert hic("data", "publish", folder, "--month", month).code == 0
    key = "shareData/trialData/202207/TRIAL_DPC_BU.csv"
    share.put_bytes(key, share.read(key) * 2)
    ran = load("--json", "load", "trial", "--month", "2022*", "--schema", "trial_{month}")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert told["fix"] in ran.err
    assert "This was 202207." in told["fix"]
    assert "All of it stands: 202204." in told["fix"]
    assert "Not begun: 202210." in told["fix"]
    assert "1 of 2 tables stand already" in told["fix"]
    assert told["months"] == {"loaded": ["202204"], "failed": "202207", "not_begun": ["202210"]}


def test_a_mart_names_the_loads_that_make_its_months_whole(
    load: Hic,
    hic: Hic,
    tmp_path: Path,
    share: ObjectStore,
    make_bucket: Callable[[str], ObjectStore],
    aws: Aws,
    database: str,
) -> None:
    make_bucket(names.audit_bucket(aws.account))
    for month in ("202204", "202207"):
        folder = tmp_path / month
        made = hic("data", "synth", "--month", month, "--receipts", 5, "--tables", "DPC_RE,DPC_HO,DPC_BU", folder)
        assert made.code == 0, made.err
        assert hic("data", "publish", folder, "--month", month).code == 0
    own = tmp_path / "own" / "patients.sql"
    own.parent.mkdir()
    own.write_text(
        "-- mart: patients\n-- what: x\n-- needs: trial_dpc_re, trial_dpc_ho, trial_dpc_bu\n"
        "CREATE TABLE :MART.patients AS SELECT seq2_no FROM :SC_NAME.trial_dpc_re;\n",
        encoding="utf-8",
    )
    assert load("load", "trial", "--append", "--month", "202204").code == 0
    assert load("load", "trial", "--append", "--month", "202207", "--tables", "DPC_RE").code == 0
    build = ("--json", "mart", "build", "panel", "--sql", own.parent)
    ran = hic(*build, "--database", database)
    assert (ran.code, [one["where"] for one in ran.data["problems"]]) == (2, ["trial_dpc_bu", "trial_dpc_ho"])
    for problem in ran.data["problems"]:
        done = hic(*shlex.split(problem["fix"])[1:])
        assert done.code == 0, (problem, done.err)
    ran = hic(*build, "--database", database)
    assert ran.code == 0, ran.err
    assert ran.data["marts"][0]["rows"] > 0


def test_the_wait_is_the_user_s(load: Hic, months: Path, postgres: dict[str, Any], database: str) -> None:
    import psycopg

    path = months / "202204/TRIAL_X.csv"
    assert load("load", "file", path).code == 0
    path.write_bytes(CSV + CSV)
    with psycopg.connect(**postgres, dbname=database) as reader:
        reader.execute("SELECT * FROM sample.trial_x")
        ran = load("load", "file", path, "--replace", "--wait", 0)
    assert (ran.code, "sample.trial_x is still being read" in ran.err) == (1, True)
    assert load("load", "file", path, "--replace").code == 0


def test_rate_and_time_left(tmp_path: Path) -> None:
    """On the very bar that commands show."""
    bar = Session(Settings(tmp_path)).progress()
    now = [0.0]
    bar.get_time = lambda: now[0]
    shown = Display(bar, [Source("trial_x", "X.csv", lambda: iter(()), "", "", size=100_000_000)])
    shown.started("trial_x", 100_000_000)
    for _second in range(5):
        now[0] += 1
        shown.moved("trial_x", 10_000_000)
    screen = io.StringIO()
    console = Console(file=screen, width=120)
    console.print(bar.make_tasks_table(bar.tasks))
    assert "10.0 MB/s" in screen.getvalue()
    assert "0:00:05" in screen.getvalue()
    assert "Loading, 0 of 1 tables" in screen.getvalue()
    shown.waits("trial_x", "waits for those who read it")
    console.print(bar.make_tasks_table(bar.tasks))
    assert "trial_x: waits for those who read it" in screen.getvalue()
    for note in ("one", "one"):
        shown.noted(note)
    assert shown.notes == ["one"]
