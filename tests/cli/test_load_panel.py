"""`hic load panel`, from making a panel to its marts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.approvals import names
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from tests.cli.conftest import Hic
from tests.postgres import KEYS

TABLES = "MED_RE,MED_HO,DPC_RE,DPC_HO,PHA_RE,PHA_HO,DEN_RE,DEN_HO,TOKKEN_BASE,THOKEN_BASE"


@pytest.fixture
def published(
    hic: Hic,
    local_aws: Aws,
    records: object,
    share: ObjectStore,
    make_bucket: Callable[[str], ObjectStore],
    postgres: dict[str, Any],
    hic_home: Path,
    tmp_path: Path,
) -> None:
    """A panel in the share bucket, and both local services."""
    path = hic_home / "services.json"
    services = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**services, "postgres": {key: postgres[key] for key in KEYS}}), encoding="utf-8")
    make_bucket(names.audit_bucket(local_aws.account))
    made = hic("data", "synth", "--panel-year", 2022, "--persons", 25, "--tables", TABLES, tmp_path / "panel")
    assert made.code == 0, made.err
    done = hic("data", "publish", tmp_path / "panel", "--panel-year", 2022)
    assert done.code == 0, done.err


def test_a_panel_becomes_a_table_of_patients(hic: Hic, published: None, database: str) -> None:
    ran = hic("--json", "load", "panel", "--year", 2022, "--kind", "all", "--database", database)
    assert ran.code == 0, ran.err
    assert len(ran.data["tables"]) == 10
    assert {table["status"] for table in ran.data["tables"]} == {"loaded"}
    one = hic("--json", "load", "panel", "--year", 2022, "--tables", "DEN_RE", "--database", database)
    assert [(t["table"], t["status"]) for t in one.data["tables"]] == [("panel_den_re", "skipped")]
    built = hic("--json", "mart", "build", "panel", "--database", database)
    assert [(m["mart"], m["rows"]) for m in built.data["marts"]] == [("patients", 25)]


def test_what_cannot_be_loaded(hic: Hic, published: None, share: ObjectStore, database: str) -> None:
    assert hic("load", "panel", "--year", 2023, "--database", database).code == 1
    assert hic("load", "panel", "--year", 2022, "--tables", "ZZ", "--database", database).code == 2
    share.put_bytes("shareData/panelData/2022/all/PANEL_DEN_RE.sql", b"DROP TABLE x;")
    ran = hic("load", "panel", "--year", 2022, "--database", database)
    assert (ran.code, "is not what was published" in ran.err) == (1, True)
