"""`hic ddl` on the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from provisioning.datasets.catalogue import DDL_FOLDER
from tests.cli.conftest import Hic


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `ddl/` that the commands take for theirs."""
    copy = tmp_path / "ddl"
    shutil.copytree(DDL_FOLDER, copy)
    monkeypatch.setattr("provisioning.cli.ddl.DDL_FOLDER", copy)
    return copy


def test_the_committed_ddl_is_up_to_date(hic: Hic) -> None:
    ran = hic("--json", "ddl", "check")
    assert (ran.code, ran.data["ok"]) == (0, True)


def test_drift_is_named_and_mended(hic: Hic, folder: Path) -> None:
    (folder / "trial" / "TRIAL_DPC_BU.sql").write_text("-- edited\n", encoding="utf-8")
    ran = hic("--json", "ddl", "check")
    assert (ran.code, ran.data["changed"]) == (1, ["trial/TRIAL_DPC_BU.sql"])
    assert "TRIAL_DPC_BU.sql: differs" in hic("ddl", "check").out
    assert hic("--json", "ddl", "build").data["written"] == ["trial/TRIAL_DPC_BU.sql"]
    assert hic("ddl", "check").code == 0
