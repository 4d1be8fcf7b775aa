"""The researcher's tour as it stands: every command of docs/researcher.md about data, in order, on a local stand."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from provisioning.approvals import names
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.marts.rules import SETS, marts_of
from tests.cli.conftest import Hic
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "researcher.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DATABASE = "sampledb"
SIZES = {"--receipts": "20", "--persons": "20"}  # for those of the page, which take longer


def commands() -> list[str]:
    """The command lines from "What is in the data" to "Check a result"."""
    text = PAGE.read_text(encoding="utf-8")
    part = text[text.index("## What is in the data") : text.index("## Check a result")]
    return [line for language, block in BLOCK.findall(part) if not language for line in block.splitlines() if line]


@pytest.fixture
def services(
    local_aws: Aws,
    records: object,
    share: ObjectStore,
    make_bucket: Callable[[str], ObjectStore],
    postgres: dict[str, Any],
    hic_home: Path,
) -> None:
    """Both local services with the platform's buckets, made known as `hic local start` would."""
    path = hic_home / "services.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "postgres": postgres}), encoding="utf-8")
    make_bucket(names.audit_bucket(local_aws.account))


@pytest.fixture
def stand(
    hic: Hic, services: None, postgres: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Two months and both panels are published, small and with few tables; the researcher's folder."""
    trial, panel = (",".join({t.upper() for m in marts_of(chosen) for t in m.needs}) for chosen in SETS)
    for tables, *edition in (
        (trial, "--month", "202204"),
        (trial, "--month", "202207"),
        (panel, "--panel-year", "2022"),
        ("MED_RE", "--panel-year", "2022", "--kind", "inpatient"),
    ):
        folder = tmp_path / "-".join(edition)
        made = hic("data", "synth", *edition, "--receipts", 20, "--persons", 20, "--tables", tables, folder)
        assert made.code == 0, made.err
        done = hic("data", "publish", folder, *edition)
        assert done.code == 0, done.err
    here = tmp_path / "researcher"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HIC_AS", "researcher:analyst-c")
    for key, value in postgres.items():
        monkeypatch.setenv(f"PG{key.upper()}", str(value))
    monkeypatch.setenv("PGCLIENTENCODING", "UTF8")
    try:
        yield here
    finally:
        with psycopg.connect(dbname="postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def put_own_files(here: Path) -> None:
    """The files that the page supposes: an old one, and one with a bad row."""
    shutil.copyfile(here / "mine" / "TRIAL_DPC_RE.csv", here / "old.csv")
    (here / "broken").mkdir()
    for name in ("TRIAL_DPC_RE.csv", "TRIAL_DPC_RE.sql"):
        shutil.copyfile(here / "mine" / name, here / "broken" / name)
    with (here / "broken" / "TRIAL_DPC_RE.csv").open("a", encoding="utf-8") as stream:
        stream.write("too,few\n")


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
def test_the_researchers_tour(hic: Hic, stand: Path) -> None:
    for line in commands():
        program, *words = shlex.split(line)
        words = [SIZES.get(before, word) for before, word in zip(["", *words], words, strict=False)]
        if program == "hic":
            ran = hic(*words)
            assert ran.code == 0, (line, ran.out, ran.err)
        else:
            assert program == "psql", line
            done = subprocess.run([program, "-X", *words], capture_output=True, text=True, check=False, env=os.environ)
            assert (done.returncode, done.stderr) == (0, ""), line
        if line.startswith("hic data get") and line.endswith(" mine"):
            put_own_files(stand)
    with psycopg.connect(dbname=DATABASE) as connection:
        for name in ("sample", "mine", "old", "mended", "byhand", "trial_202204"):
            table = sql.Identifier(name, "trial_dpc_bu" if name == "byhand" else "trial_dpc_re")
            counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
            assert counted
            assert counted[0] >= 20, name
        months = connection.execute("SELECT DISTINCT month FROM mart_years.daily_counts ORDER BY 1").fetchall()
        assert months == [("202204",), ("202207",)]
    assert "too,few" in (stand / "bad_rows.csv").read_text(encoding="utf-8")
    assert (stand / "months" / "202207" / "TRIAL_DPC_CD.csv").is_file()
