"""The demo as a person runs it: real services, every command a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_the_whole_life(tmp_path: Path) -> None:
    home = tmp_path / "demo home"
    done = subprocess.run(
        [sys.executable, "-m", "provisioning.demo", "--home", home],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "120", "PGHOST": "192.0.2.1", "HIC_ENGINE": "pulumi"},  # it keeps to itself
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    figures, promised = (
        dict(re.findall(r"│ ([a-z ,]+?) +│ (.+?) +│", text))
        for text in (done.stdout, (ROOT / "README.md").read_text(encoding="utf-8"))
    )
    assert {**figures, "time": ""} == {**promised, "time": ""}, "README.md shows another end of the demo"
    assert figures["leftovers"] == "0"
    assert figures["rows loaded"] == figures["rows verified"] != "0"
    assert figures["decision"] == "released"
    assert int(figures["resources applied"]) > 40
    assert figures["findings, first table"].split()[0] != "0"
    assert figures["findings, filed table"].startswith("0 fail")
    for name in ("approval.yaml", "findings.json", "documents/HIC-DEMO-001/notice-HIC-DEMO-001-analyst-a-01.pdf"):
        assert (home / name).is_file()
    released = list((home / "released").rglob("age-sex.csv"))
    assert released[0].read_bytes() == (home / "results" / "age-sex.csv").read_bytes()
    assert not (home / "services.json").exists()
