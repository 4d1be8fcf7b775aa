"""`hic data` on the command line."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress

from provisioning.approvals import names
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.cli.session import Session
from provisioning.settings import Settings
from tests.cli.conftest import Hic

MONTH = "202204"
PREFIX = "shareData/trialData/202204/"


@pytest.fixture
def month(hic: Hic, tmp_path: Path) -> Path:
    folder = tmp_path / "month"
    ran = hic(
        "--json", "data", "synth", "--month", MONTH, "--receipts", 20, "--tables", "DPC_BU,DPC_RE", "--seed", 4, folder
    )
    assert ran.code == 0, ran.err
    assert {(t["table"], Path(t["file"]).name) for t in ran.data["tables"]} == {
        ("TRIAL_DPC_RE", "TRIAL_DPC_RE.csv"),
        ("TRIAL_DPC_BU", "TRIAL_DPC_BU.csv"),
    }
    return folder


@pytest.fixture
def store(
    local_aws: Aws, records: object, share: ObjectStore, make_bucket: Callable[[str], ObjectStore]
) -> ObjectStore:
    make_bucket(names.audit_bucket(local_aws.account))
    return share


def test_publish_list_and_get(hic: Hic, month: Path, store: ObjectStore, tmp_path: Path) -> None:
    assert hic("data", "ls").code == 0
    published = hic("--json", "data", "publish", month, "--month", MONTH)
    assert published.code == 0, published.err
    assert (published.data["published"], len(published.data["uploaded"])) == (True, 4)
    assert published.data["prefix"] == PREFIX
    again = hic("data", "publish", month, "--month", MONTH)
    assert (again.code, "already" in again.out) == (0, True)

    (listed,) = hic("--json", "data", "ls").data["months"]
    assert (listed["month"], listed["tables"]) == (MONTH, 2)
    files = hic("--json", "data", "ls", "--month", MONTH).data["files"]
    assert [entry["name"] for entry in files] == ["TRIAL_DPC_BU.csv", "TRIAL_DPC_RE.csv"]
    objects = hic("--json", "data", "ls", PREFIX + "TRIAL_DPC_BU").data["objects"]
    assert [one["key"] for one in objects] == [PREFIX + "TRIAL_DPC_BU.csv", PREFIX + "TRIAL_DPC_BU.sql"]
    assert hic("data", "ls", "x", "--month", MONTH).code == 2

    target = tmp_path / "here"
    got = hic("--as", "researcher:a", "--json", "data", "get", "--month", MONTH, "--tables", "*_BU", target)
    assert got.code == 0, got.err
    assert got.data["fetched"] == ["TRIAL_DPC_BU.sql", "TRIAL_DPC_BU.csv"]
    assert (target / "TRIAL_DPC_BU.csv").read_bytes() == (month / "TRIAL_DPC_BU.csv").read_bytes()


def test_nothing_is_uploaded_when_a_file_has_a_mistake(hic: Hic, month: Path, store: ObjectStore) -> None:
    lines = (month / "TRIAL_DPC_RE.csv").read_bytes().count(b"\n")
    with (month / "TRIAL_DPC_RE.csv").open("ab") as stream:
        stream.write(b"one,two\n")
    ran = hic("--json", "data", "publish", month, "--month", MONTH)
    assert ran.code == 2
    assert ran.data["problems"] == [
        {"where": f"TRIAL_DPC_RE.csv:{lines + 1}", "what": "2 values, but the layout has 33 columns", "fix": ""}
    ]
    assert store.list() == []


def test_publishing_is_for_operators(hic: Hic, month: Path) -> None:
    ran = hic("--as", "researcher:a", "data", "publish", month, "--month", MONTH)
    assert ran.code == 1
    assert "operator" in ran.err


def test_a_store_that_does_not_answer(hic: Hic, hic_home: Path, month: Path) -> None:
    (hic_home / "services.json").write_text('{"aws": {"endpoint": "http://127.0.0.1:1"}}', encoding="utf-8")
    for arguments in (("ls",), ("publish", month, "--month", MONTH), ("get", "--month", MONTH, month)):
        ran = hic("data", *arguments)
        assert (ran.code, "hic local start" in ran.err) == (3, True)


def test_wrong_wishes(hic: Hic, tmp_path: Path) -> None:
    assert hic("data", "synth", "--month", "202205", tmp_path / "x").code == 2
    assert hic("data", "synth", "--month", MONTH, "--tables", "ZZ", tmp_path / "x").code == 2
    assert hic("data", "publish", tmp_path / "none", "--month", MONTH).code == 2


def test_describe(hic: Hic) -> None:
    ran = hic("--json", "data", "describe", "DPC_BU")
    assert ran.code == 0, ran.err
    assert (ran.data["table"], ran.data["provisional"], len(ran.data["columns"])) == ("TRIAL_DPC_BU", False, 8)
    assert ran.data["columns"][6]["japanese_name"] == "DPC転帰区分"
    assert ran.data["codes"]["DPC転帰区分コード"]["values"]["1"] == "治癒"
    assert {c["confidence"] for c in ran.data["columns"]} == {"spec", "inferred"}
    shown = hic("data", "describe", "panel_dpc_re", "--codes").out
    assert all(part in shown for part in ("Provisional", "id5", "年齢階級コード", "100歳以上"))
    assert hic("data", "describe", "DPC_*").code == 2
    assert hic("data", "describe", "ZZ").code == 2


def test_catalog(hic: Hic, tmp_path: Path) -> None:
    ran = hic("--json", "data", "catalog", "--html", tmp_path / "catalogue.html")
    assert (ran.code, ran.data["tables"]) == (0, 122)
    assert "診断群分類レコード" in (tmp_path / "catalogue.html").read_text(encoding="utf-8")


def test_panels_and_several_months(hic: Hic, month: Path, store: ObjectStore, tmp_path: Path) -> None:
    panel = tmp_path / "panel"
    made = hic("--json", "data", "synth", "--panel-year", 2022, "--persons", 30, "--tables", "*_RE", panel)
    assert made.code == 0, made.err
    assert (made.data["kind"], len(made.data["tables"])) == ("all", 4)
    done = hic("--json", "data", "publish", panel, "--panel-year", 2022)
    assert (done.code, done.data["prefix"]) == (0, "shareData/panelData/2022/all/")
    other = tmp_path / "other"
    assert hic("data", "synth", "--month", "202207", "--receipts", 5, "--tables", "DPC_BU", other).code == 0
    for folder, name in ((month, MONTH), (other, "202207")):
        assert hic("data", "publish", folder, "--month", name).code == 0

    listed = hic("--json", "data", "ls").data
    assert [one["month"] for one in listed["months"]] == [MONTH, "202207"]
    assert [one["panel"] for one in listed["panels"]] == ["2022/all"]
    assert "2022/all" in hic("data", "ls").out
    files = hic("--json", "data", "ls", "--panel-year", 2022, "--tables", "DEN_*").data["files"]
    assert [entry["name"] for entry in files] == ["PANEL_DEN_RE.csv"]
    assert files[0]["layout_version"]

    got = hic("--json", "data", "get", "--panel-year", 2022, "--tables", "MED_*", tmp_path / "p")
    assert got.data["fetched"] == ["PANEL_MED_RE.sql", "PANEL_MED_RE.csv"]
    several = hic("--json", "data", "get", "--month", "2022*", "--tables", "DPC_BU", tmp_path / "m")
    assert several.data["months"] == [MONTH, "202207"]
    assert (tmp_path / "m" / "202207" / "TRIAL_DPC_BU.csv").read_bytes() == (other / "TRIAL_DPC_BU.csv").read_bytes()
    assert hic("data", "get", "--month", "2030*", tmp_path / "m").code == 2
    assert hic("data", "get", "--panel-year", 2023, tmp_path / "m").code == 1
    assert hic("data", "get", tmp_path / "m").code == 2
    assert hic("data", "publish", panel, "--month", MONTH).code == 2
    assert hic("data", "synth", "--month", MONTH, "--panel-year", 2022, tmp_path / "x").code == 2
    assert hic("data", "synth", "--panel-year", 2020, tmp_path / "x").code == 2


class Screen(io.StringIO):
    """A terminal, as far as `isatty` goes."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[Progress]:
    """The bars that commands show, on a terminal whose clock goes on by one second at each look."""
    shown: list[Progress] = []
    make = Session.progress

    def progress(session: Session) -> Progress:
        monkeypatch.setattr(sys, "stderr", Screen())
        bar = make(session)
        seconds = itertools.count()
        bar.get_time = lambda: float(next(seconds))
        shown.append(bar)
        return bar

    monkeypatch.setattr(Session, "progress", progress)
    monkeypatch.setenv("TERM", "xterm")
    return shown


def test_bars_end_where_the_work_does(hic: Hic, month: Path, store: ObjectStore, tmp_path: Path, bars: Any) -> None:
    """Also when all stands already: the rate and the time left are of the CSV files alone."""
    size = sum(path.stat().st_size for path in month.glob("*.csv"))
    for _again in range(2):
        assert hic("data", "publish", month, "--month", MONTH).code == 0
        assert hic("data", "get", "--month", MONTH, tmp_path / "here").code == 0
    assert [[(task.description, task.completed, task.total) for task in bar.tasks] for bar in bars] == [
        [("Checking", size, size), ("Uploading", size, size)],
        [("Fetching", size, size)],
    ] * 2


def test_bars_tell_rate_and_time_left(bars: Any, tmp_path: Path) -> None:
    bar = Session(Settings(tmp_path)).progress()
    task = bar.add_task("Fetching", total=10 << 20)
    for _step in range(4):
        bar.update(task, advance=1 << 20)
    screen = io.StringIO()
    Console(file=screen, width=100).print(bar.make_tasks_table(bar.tasks))
    rate, left = bar.tasks[0].speed, bar.tasks[0].time_remaining
    assert rate
    assert left
    assert f"{rate / 1e6:.1f} MB/s" in screen.getvalue()
    assert f"0:00:{left:02.0f}" in screen.getvalue()
    assert "4.0/10.0 MiB" in screen.getvalue()
