"""What an approval names binds whoever works under it: refused by `hic` where it is known, by AWS in any case."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.approvals import names
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.datasets.catalogue import choose_tables, tables_of
from provisioning.datasets.synthetic.people import Panel
from provisioning.datasets.synthetic.writing import synthesise, synthesise_panel
from tests.cli.conftest import Hic
from tests.conftest import EXAMPLES

APPROVAL, OTHERS = "HIC-2026-001", "HIC-2026-003"  # trial 202204: DPC_* and MED_INI_*; extracted data only
RESEARCHER = ("--as", "researcher:analyst-a")
TABLES = "DPC_RE,DPC_BU,MED_GAI_RE"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months and a panel, to be published."""
    made = tmp_path_factory.mktemp("data")
    for month in ("202204", "202207"):
        synthesise(choose_tables(tables_of("trial"), [TABLES]), month, 5, 1, made / month)
    synthesise_panel(choose_tables(tables_of("panel"), ["DEN_RE"]), Panel(2022, "all"), 5, 1, made / "panel")
    return made


@pytest.fixture
def published(
    hic: Hic,
    local_aws: Aws,
    records: object,
    share: ObjectStore,
    make_bucket: Callable[[str], ObjectStore],
    folders: Path,
) -> ObjectStore:
    """Two months and a panel in the share bucket, and two approvals in the register."""
    make_bucket(names.audit_bucket(local_aws.account))
    for month in ("202204", "202207"):
        assert hic("data", "publish", folders / month, "--month", month).code == 0
    assert hic("data", "publish", folders / "panel", "--panel-year", 2022).code == 0
    for example in ("exploratory-windows", "special-linked"):
        ran = hic("approval", "register", EXAMPLES / f"{example}.yaml")
        assert ran.code == 0, ran.err
    return share


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run where the server's role says whose it is, as on AWS."""
    monkeypatch.setattr("provisioning.cli.approved.own_approval", lambda _session: APPROVAL)


REFUSED = (
    (("--month", "202207"), "202207"),
    (("--month", "202207*"), "202207*"),
    (("--month", "202204", "--tables", "MED_GAI_RE"), "202204 MED_GAI_RE"),
    (("--month", "202204", "--tables", "DPC_BU,MED_GAI_*"), "202204 MED_GAI_*"),
    (("--panel-year", 2022), "2022/all"),
)


def test_what_is_not_approved_is_refused_and_nothing_is_fetched(
    hic: Hic, published: ObjectStore, server: None, tmp_path: Path
) -> None:
    for words, what in REFUSED:
        ran = hic(*RESEARCHER, "data", "get", *words, tmp_path / "here")
        assert ran.code == 1
        assert f"{what} is none of the data that {APPROVAL} was approved for." in ran.err
        assert "Approved: 202204 (DPC_*, MED_INI_*). More needs a change application (LIFE-4)" in ran.err
        assert not (tmp_path / "here").exists()


def test_patterns_choose_among_what_is_approved_and_lists_tell_it(
    hic: Hic, published: ObjectStore, server: None, tmp_path: Path
) -> None:
    ran = hic(*RESEARCHER, "--json", "data", "get", "--month", "2022*", "--tables", "*_RE,DPC_BU", tmp_path / "some")
    assert ran.code == 0, ran.err
    assert (ran.data["months"], sorted(ran.data["fetched"])) == (
        ["202204"],
        ["TRIAL_DPC_BU.csv", "TRIAL_DPC_BU.sql", "TRIAL_DPC_RE.csv", "TRIAL_DPC_RE.sql"],
    )
    shown = hic(*RESEARCHER, "data", "get", "--month", "202204", tmp_path / "all")
    assert "4 files fetched" in shown.out
    assert "Of 202204, HIC-2026-001 was approved for DPC_*, MED_INI_*; other tables are left out." in shown.out

    listed = hic(*RESEARCHER, "--json", "data", "ls").data
    assert [(one["month"], one["tables"], one["approved"]) for one in listed["months"]] == [
        ("202204", 3, True),
        ("202207", 3, False),
    ]
    # Of panels this approval names nothing: the server's role does not read their manifests.
    (panel,) = listed["panels"]
    assert (panel["panel"], panel["tables"], panel["approved"]) == ("2022/all", None, False)
    files = hic(*RESEARCHER, "--json", "data", "ls", "--month", "202204").data["files"]
    assert {one["name"]: one["approved"] for one in files} == {
        "TRIAL_DPC_BU.csv": True,
        "TRIAL_DPC_RE.csv": True,
        "TRIAL_MED_GAI_RE.csv": False,
    }
    shown = hic(*RESEARCHER, "data", "ls").out
    assert "approved" in shown
    assert [line.split()[-1] for line in shown.splitlines() if "2022" in line] == ["yes", "no", "no"]


def test_an_approval_of_extracted_data_opens_nothing_of_trial_or_panel(
    hic: Hic, published: ObjectStore, tmp_path: Path
) -> None:
    for words in (("--month", "202204"), ("--panel-year", 2022)):
        ran = hic(*RESEARCHER, "data", "get", *words, "--approval", OTHERS, tmp_path / "here")
        assert (ran.code, "Approved: no trial and no panel data." in ran.err) == (1, True), ran.err
    listed = hic(*RESEARCHER, "--json", "data", "ls", "--approval", OTHERS).data
    assert {(one["tables"], one["approved"]) for one in (*listed["months"], *listed["panels"])} == {(None, False)}


def test_where_no_approval_is_known_aws_refuses_and_it_is_told_why(
    hic: Hic, published: ObjectStore, tmp_path: Path
) -> None:
    """The role of the server is that of HIC-2026-001, as the program writes it."""
    outside = (("--month", "202207"), ("--month", "202204", "--tables", "MED_GAI_RE"), ("--panel-year", 2022))
    for words in outside:
        ran = hic(*RESEARCHER, "data", "get", *words, tmp_path / "here")
        assert ran.code == 3
        assert "AWS does not let you read" in ran.err
        assert "A server reads the data sets of its own approval alone." in ran.err
        assert not list((tmp_path / "here").glob("*.csv"))
    ran = hic("data", "ls", "--approval", "HIC-2026-099")
    assert (ran.code, "HIC-2026-099" in ran.err) == (2, True)


def test_loads_are_held_against_the_approval(
    hic: Hic, published: ObjectStore, postgres: dict[str, Any], hic_home: Path, database: str
) -> None:
    path = hic_home / "services.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**known, "postgres": postgres}), encoding="utf-8")
    trial = (*RESEARCHER, "--json", "load", "trial", "--database", database, "--schema", "held")
    for words in (("--month", "202207"), ("--month", "202204", "--tables", "MED_GAI_*")):
        ran = hic(*trial, *words, "--approval", APPROVAL)
        assert (ran.code, "LIFE-4" in ran.err) == (1, True), ran.err
    ran = hic(*RESEARCHER, "load", "panel", "--year", 2022, "--approval", APPROVAL, "--database", database)
    assert (ran.code, "2022/all is none of the data" in ran.err) == (1, True)
    ran = hic(*trial, "--month", "202204", "--ddl-month", "202207", "--approval", APPROVAL)
    assert (ran.code, "202207 is none of the data" in ran.err) == (1, True)
    ran = hic(*trial, "--month", "2022*", "--approval", APPROVAL)
    assert ran.code == 0, ran.err
    assert [one["table"] for one in ran.data["tables"]] == ["trial_dpc_bu", "trial_dpc_re"]
    assert any("other tables are left out" in warning for warning in ran.data["warnings"])
    denied = hic(*trial, "--month", "202204")  # no approval is named: AWS refuses the third table
    assert denied.code == 3
    assert "A server reads the data sets of its own approval alone." in denied.err
