"""`hic env verify` and its report, over a stand that is there."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals.service import Approvals
from provisioning.audit.log import AuditLog
from provisioning.aws.records import RecordStore
from provisioning.clock import FixedClock
from tests.assurance.conftest import Site
from tests.assurance.spoiled_policies import MUTATIONS
from tests.cli.conftest import Hic, hic, hic_home
from tests.conftest import ROOT

__all__ = ["hic", "hic_home"]


@pytest.fixture
def told(site: Site, hic_home: Path, clock: FixedClock, operator: Actor) -> Site:
    """The stand, made known to `hic`, with a record of its approval."""
    records = RecordStore(site.aws)
    Approvals(records, AuditLog(records, clock), clock).register(operator, site.approved)
    services = {"aws": {"endpoint": site.aws.endpoint}}
    (hic_home / "services.json").write_text(json.dumps(services), encoding="utf-8")
    return site


def answered() -> set[str]:
    """The statements of SATRE that docs/satre.csv says are met, or helped with."""
    with (ROOT / "docs" / "satre.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file) if row["answer"] in ("met", "helps")}


def test_a_closed_environment_passes_with_a_report(hic: Hic, told: Site, tmp_path: Path) -> None:
    report = tmp_path / "proof.html"
    ran = hic("--json", "env", "verify", told.approval, "--html", report)
    assert ran.code == 0, ran.err
    assert ran.data["passed"] is True
    assert ran.data["other_approvals"] == 1
    assert all(claim["satre"] and claim["passed"] for claim in ran.data["claims"])
    assert {number for claim in ran.data["claims"] for number in claim["satre"]} <= answered()
    text = report.read_text(encoding="utf-8")
    assert text.count("<svg") == 1
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in text
    assert "The stand-in for AWS was looked at, not AWS." in text
    HTMLParser().feed(text)


def test_a_way_out_is_told_and_the_exit_code_is_one(hic: Hic, told: Site, tmp_path: Path) -> None:
    _claims, spoil = MUTATIONS["a_nat_gateway_with_route_and_rule"]
    report = tmp_path / "proof.html"
    with spoil(told):
        ran = hic("env", "verify", told.approval, "--html", report)
    assert ran.code == 1
    assert "N1: No host of researchers has a path to the internet" in ran.out
    assert "lets tcp 443 out to 0.0.0.0/0" in ran.out
    assert "-> Set right what was changed" in ran.out
    text = report.read_text(encoding="utf-8")
    assert "OUTSIDE" in text
    assert "Set right what was changed" in text


def test_an_approval_without_a_record_is_not_proved(hic: Hic, told: Site) -> None:
    ran = hic("--json", "env", "verify", str(told.two["approval"]))
    assert ran.code == 1
    failed = {claim["id"]: claim["counterexamples"] for claim in ran.data["claims"] if not claim["passed"]}
    assert all(bool(claim["fix"]) is not claim["passed"] for claim in ran.data["claims"])
    assert set(failed) == {"S2", "S5", "S6", "P2", "P4", "P5", "P6"}
    assert all("is not registered here" in text for texts in failed.values() for text in texts)


def test_an_approval_that_does_not_stand_is_refused(hic: Hic, told: Site) -> None:
    ran = hic("env", "verify", "HIC-NONE")
    assert ran.code == 1
    assert "hic env up HIC-NONE" in ran.err


def test_a_builder_is_not_judged(hic: Hic, told: Site) -> None:
    _claims, spoil = MUTATIONS["a_user_with_all_rights"]
    with spoil(told):
        assert hic("env", "verify", told.approval).code == 1
        assert hic("env", "verify", told.approval, "--builder", "eve").code == 0
