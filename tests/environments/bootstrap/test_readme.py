"""The page on the desktop: its commands are of this approval, exist, and reach what is approved."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from provisioning.approvals.model import Approval
from provisioning.approvals.reading import read_approval
from provisioning.datasets.catalogue import fits, tables_of
from provisioning.environments.bootstrap.first_loads import RECEIPTS, extracted, first_loads
from provisioning.environments.bootstrap.readme import desktop_readme
from tests.approvals.test_fees import changed
from tests.cli.test_docs import test_commands_in_documents_parse as parses
from tests.conftest import EXAMPLES

TRIAL = {"kind": "trial", "months": ["202204"], "tables": ["DPC_*", "MED_INI_*"]}
PANEL = {"kind": "panel", "years": [2022], "variant": "inpatient"}
EXTRACTED = {"kind": "extracted", "description": "入院レセプトと介護給付費等明細書の連結データ"}


def approved(*datasets: dict[str, Any]) -> Approval:
    return changed(read_approval(EXAMPLES / "special-linked.yaml"), datasets=list(datasets))


def commands(approval: Approval) -> list[str]:
    """The indented lines: what can be typed."""
    page = desktop_readme(approval, "ubuntu", "hic-share-1", "hic-work-1")
    return [line.strip() for line in page.splitlines() if line.startswith("    ")]


def loads(approval: Approval) -> list[str]:
    return [line for line in commands(approval) if line.startswith("hic load")]


def test_trial_data_of_one_month() -> None:
    lines = commands(approved(TRIAL))
    assert "hic load trial --month 202204 --tables 'DPC_*,MED_INI_*' --schema sample" in lines
    assert "aws s3 ls s3://hic-share-1/shareData/trialData/202204/" in lines
    assert "psql -d sampledb -c '\\dt sample.*'" in lines
    assert 'dbGetQuery(con, "SELECT count(*) FROM sample.trial_dpc_re")' in lines
    assert "import" not in " ".join(lines)


def test_several_months_go_into_the_same_tables() -> None:
    assert loads(approved({**TRIAL, "months": ["202204", "202207"], "tables": ["*"]})) == [
        "hic load trial --month 202204 --month 202207 --schema sample --append"
    ]
    apart = {**TRIAL, "months": ["202207"], "tables": ["PHA_*"]}
    assert all(line.endswith(" --append") for line in loads(approved(TRIAL, apart)))


def test_a_panel_of_inpatients() -> None:
    lines = commands(approved(PANEL))
    assert loads(approved(PANEL)) == ["hic load panel --year 2022 --kind inpatient --schema sample"]
    assert "aws s3 ls s3://hic-share-1/shareData/panelData/2022/inpatient/" in lines
    assert 'dbGetQuery(con, "SELECT count(*) FROM sample.panel_med_re")' in lines


def test_panels_that_differ_do_not_go_into_one_schema() -> None:
    both = approved({**PANEL, "years": [2022, 2023]}, {**PANEL, "variant": "all", "tables": ["DEN_*"]})
    assert loads(both) == [
        "hic load panel --year 2022 --kind inpatient --schema panel_2022_inpatient",
        "hic load panel --year 2023 --kind inpatient --schema panel_2023_inpatient",
        "hic load panel --year 2022 --kind all --tables 'DEN_*' --schema panel_2022_all",
    ]
    assert "psql -d sampledb -c '\\dt panel_2022_all.*'" in commands(both)


def test_trial_and_panel_data() -> None:
    assert [line.split()[2] for line in loads(approved(TRIAL, PANEL))] == ["trial", "panel"]


def test_extracted_data_are_fetched_and_never_loaded_by_hic() -> None:
    lines = commands(approved(EXTRACTED))
    assert not loads(approved(EXTRACTED))
    assert "hic data ls" not in lines
    assert not [line for line in lines if "hic-share-1" in line or "trial_" in line or "panel_" in line]
    assert "aws s3 cp s3://hic-work-1/import/ import --recursive" in lines
    assert "psql -d postgres -c 'CREATE DATABASE sampledb'" in lines
    page = desktop_readme(approved(EXTRACTED), "windows", "hic-share-1", "hic-work-1")
    assert EXTRACTED["description"] in page
    assert extracted(approved(TRIAL)) == ()


@pytest.mark.parametrize(
    "datasets", [[TRIAL], [PANEL], [TRIAL, PANEL], [EXTRACTED], [TRIAL, EXTRACTED]], ids=lambda one: str(len(one))
)
def test_every_command_can_be_typed(datasets: list[dict[str, Any]]) -> None:
    approval = approved(*datasets)
    own = [line for line in commands(approval) if line.startswith("hic ")]
    assert own
    for line in own:
        parses("the page", line)
    quoted = [line for line in commands(approval) if line.startswith(("hic ", "psql ", "aws "))]
    assert all(shlex.split(line) for line in quoted)
    assert not [line for line in quoted if '"' in line or "$" in line]  # which PowerShell reads in its own way


@pytest.mark.parametrize(
    ("tables", "table"),
    [
        (["*"], "trial_dpc_re"),
        (["med_gai_*"], "trial_med_gai_re"),
        (["TRIAL_PHA_*"], "trial_pha_re"),
        (["DPC_BU"], ""),
    ],
)
def test_the_example_is_approved(tables: list[str], table: str) -> None:
    approval = approved({**TRIAL, "tables": tables})
    (load,) = first_loads(approval)
    assert load.table == table
    shown = next(line for line in commands(approval) if line.startswith("dbGetQuery"))
    assert (f"sample.{table}" if table else "FROM pg_tables") in shown
    if table:
        assert any(fits(table.upper(), pattern.upper()) for pattern in tables)


def test_the_examples_are_in_the_catalogue() -> None:
    for dataset, names in RECEIPTS.items():
        known = {table.name: table.record for table in tables_of(dataset)}
        assert {known[f"{dataset.upper()}_{name}"] for name in names} == {"RE"}


def test_the_page_speaks_of_this_approval() -> None:
    page = desktop_readme(read_approval(EXAMPLES / "exploratory-ubuntu.yaml"), "ubuntu", "hic-share-1", "hic-work-1")
    assert all(word in page for word in ("HIC-2026-002", "analyst-c", "hic load trial --month 202204", "hic-work-1"))
    assert re.findall(r"^## (\d)\.", page, re.MULTILINE) == list("12345")
    windows = desktop_readme(
        read_approval(EXAMPLES / "exploratory-windows.yaml"), "windows", "hic-share-1", "hic-work-1"
    )
    assert "$env:PGUSER = 'analyst-a'\r\n" in windows
    assert not re.search(r"(?<!\r)\n", windows)
