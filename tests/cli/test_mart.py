"""`hic mart` on the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from rich.console import Console
from rich.progress import Progress

from provisioning.cli.mart import Display
from provisioning.marts.model import Built
from tests.cli.conftest import Hic
from tests.postgres import KEYS

TABLES = "MED_RE,MED_HO,DPC_RE,DPC_HO,PHA_RE,PHA_HO,DEN_RE,DEN_HO,TOKKEN_BASE,THOKEN_BASE"


@pytest.fixture
def services(postgres: dict[str, Any], hic_home: Path) -> None:
    """The local server, made known as `hic local start` would."""
    known = {"postgres": {key: postgres[key] for key in KEYS}}
    (hic_home / "services.json").write_text(json.dumps(known), encoding="utf-8")


@pytest.fixture
def loaded(hic: Hic, services: None, postgres: dict[str, Any], database: str, tmp_path: Path) -> str:
    """A database with what the panel's mart needs."""
    assert hic("data", "synth", "--panel-year", 2022, "--persons", 20, "--tables", TABLES, tmp_path / "p").code == 0
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    with psycopg.connect(**postgres, dbname=database) as connection:
        connection.execute("CREATE SCHEMA sample")
        for path in sorted((tmp_path / "p").glob("*.csv")):
            ddl = path.with_suffix(".sql").read_text(encoding="utf-8").replace(":SC_NAME", "sample")
            connection.execute(ddl.encode())
            target = sql.Identifier("sample", path.stem.lower())
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN WITH csv").format(target)) as copy:
                copy.write(path.read_bytes())
    return database


def test_build_and_build_from_own_files(hic: Hic, loaded: str, tmp_path: Path) -> None:
    ran = hic("--json", "mart", "build", "panel", "--database", loaded)
    assert ran.code == 0, ran.err
    assert [(m["mart"], m["rows"]) for m in ran.data["marts"]] == [("patients", 20)]
    copied = hic("--json", "mart", "copy", tmp_path / "own")
    assert "patients.sql" in copied.data["files"]
    assert hic("mart", "copy", tmp_path / "own").code == 1
    own = tmp_path / "own" / "patients.sql"
    text = own.read_text(encoding="utf-8").replace("GROUP BY id5\n), checked", "GROUP BY id5 HAVING false\n), checked")
    own.write_text(text, encoding="utf-8")
    again = hic("--json", "mart", "build", "panel", "--database", loaded, "--sql", tmp_path / "own")
    assert again.data["marts"][0]["rows"] == 0
    assert "mart.patients" in hic("mart", "build", "panel", "--database", loaded).out


def test_what_is_missing_is_named(hic: Hic, loaded: str) -> None:
    ran = hic("--json", "mart", "build", "standard", "--database", loaded)
    assert ran.code == 2
    assert {"where", "what", "fix"} == set(ran.data["problems"][0])
    assert "trial_dpc_cd" in {problem["where"] for problem in ran.data["problems"]}


def test_wrong_wishes(hic: Hic, services: None, database: str) -> None:
    assert hic("mart", "build", "panel", "--database", database).code == 1
    assert hic("mart", "build", "panel", "--schema", "mart").code == 2
    assert hic("mart", "build", "panel", "--mart-schema", "x; DROP").code == 2
    assert hic("mart", "build", "panel", "--mart-schema", "m" * 60).code == 2
    assert hic("mart", "build", "nothing").code == 2


def test_marts_of_another_schema_need_replace(hic: Hic, loaded: str, postgres: dict[str, Any]) -> None:
    build = ("--json", "mart", "build", "panel", "--database", loaded)
    assert hic(*build).code == 0
    with psycopg.connect(**postgres, dbname=loaded) as connection:
        connection.execute("ALTER SCHEMA sample RENAME TO years")
    refused = hic(*build, "--schema", "years")
    assert (refused.code, refused.data["problems"][0]["what"]) == (1, "made of the schema sample")
    assert "--replace" in refused.data["fix"]
    assert hic(*build, "--schema", "years", "--replace").code == 0


def test_the_bar_names_what_is_being_made() -> None:
    screen = io.StringIO()
    bar = Progress(console=Console(file=screen, force_terminal=True, width=80))
    shown = Display(bar)
    shown.begun(3)
    for name in ("integrated_re", "integrated_re", "patients"):
        shown.started(name)
    (task,) = bar.tasks
    assert (task.description, task.completed, task.total) == ("Making integrated_re, patients", 0, 3)
    shown.ended(Built("integrated_re", 1, 0.1))
    shown.ended(Built("integrated_re", 1, 0.1))
    assert (task.description, task.completed) == ("Making patients", 2)
    shown.ended(Built("patients", 1, 0.1))
    assert (task.description, task.completed, task.finished) == ("", 3, True)


def test_list(hic: Hic) -> None:
    sets = hic("--json", "mart", "ls").data["sets"]
    assert [mart["mart"] for mart in sets["panel"]] == ["patients"]
    assert "integrated_iy" in hic("mart", "ls").out


def test_help_is_true_of_commands_that_only_read(hic: Hic) -> None:
    for words in (("mart", "build"), ("load", "status")):
        told = hic(*words, "--help").out
        assert "--database" in told
        assert "load into" not in told.lower()
    assert "panel's year" in " ".join(hic("load", "panel", "--help").out.split())
