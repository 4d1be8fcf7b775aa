"""`hic approval` and `hic fee` as an operator meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.audit.log import AuditLog
from provisioning.aws.records import RecordStore
from provisioning.aws.sessions import Aws
from tests.cli.conftest import Hic
from tests.conftest import EXAMPLES

EXAMPLE = EXAMPLES / "exploratory-windows.yaml"
ID = "HIC-2026-001"


@pytest.fixture(autouse=True)
def standing_platform(local_aws: Aws, records: RecordStore, make_bucket: object, aws: Aws) -> None:
    """The record table and the audit bucket, without the rest of the platform."""
    make_bucket(f"hic-audit-{aws.account}")  # type: ignore[operator]


def test_from_file_to_payment(hic: Hic, audit: AuditLog) -> None:
    assert "valid approval" in hic("approval", "validate", EXAMPLE).out
    assert "is registered" in hic("approval", "register", EXAMPLE).out
    assert "nothing changed" in hic("approval", "register", EXAMPLE).out
    quoted = hic("fee", "quote", ID)
    assert "815,900" in quoted.out
    assert "FEE-5" in quoted.out
    refused = hic("fee", "pay", ID, "--amount", 815_800, "--receipt", "R-1", "--date", "2026-11-01")
    assert refused.code == 1
    assert "815,800" in refused.err
    assert "815,900" in refused.err
    assert hic("fee", "pay", ID, "--amount", 815_900, "--receipt", "R-1", "--date", "2026-11-01").code == 0
    shown = hic("--json", "approval", "show", ID).data
    assert (shown["state"], shown["paid"]) == ("paid", 815_900)
    assert [e.act for e in audit.entries()] == ["approval.register", "fee.quote", "fee.pay"]
    assert "3 entries, the chain is intact" in hic("audit", "verify").out


def test_a_tampered_record_is_found(hic: Hic, aws: Aws) -> None:
    hic("approval", "register", EXAMPLE)
    aws.client("s3").put_object(Bucket=f"hic-audit-{aws.account}", Key="audit/000000000001.json", Body=b"{}")
    ran = hic("audit", "verify")
    assert ran.code == 1
    assert "CHAIN IS BROKEN" in ran.out


@pytest.mark.parametrize("who", ["operator:o-1", "auditor:a-1"])
def test_what_lies_over_and_among_the_copies_is_told(who: str, hic: Hic, aws: Aws) -> None:
    """Both roles may read every version."""
    hic("approval", "register", EXAMPLE)
    s3, bucket = aws.client("s3"), f"hic-audit-{aws.account}"
    first = s3.get_object(Bucket=bucket, Key="audit/000000000001.json")["Body"].read()
    s3.put_object(Bucket=bucket, Key="audit/000000000001.json", Body=b"{}")
    s3.put_object(Bucket=bucket, Key="audit/000000000001.json", Body=first)
    s3.put_object(Bucket=bucket, Key="audit/[note].txt", Body=b"")
    ran = hic("--as", who, "audit", "verify")
    assert (ran.code, ran.err) == (1, "")
    assert "entry 1: it differs from its locked copy of " in ran.out
    assert "audit/[note].txt: it is no copy of an entry\n" in ran.out
    told = hic("--json", "--as", who, "audit", "verify").data
    assert [(broken["number"], broken["key"]) for broken in told["breaks"]] == [
        (1, "audit/000000000001.json"),
        (None, "audit/[note].txt"),
    ]


def test_a_broken_record_is_told_in_japanese(hic: Hic, aws: Aws) -> None:
    hic("approval", "register", EXAMPLE)
    bucket = f"hic-audit-{aws.account}"
    for key in ("audit/000000000001.json", "audit/note.txt"):
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"{}")
    ran = hic("--lang", "ja", "audit", "verify")
    assert ran.code == 1
    assert "audit/note.txt: 記録の写しではありません" in ran.out
    assert "ロックされた写し" in ran.out


def test_wrong_file_stores_nothing(hic: Hic, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8").replace("spec: 丙", "spec: 丁"), encoding="utf-8")
    ran = hic("approval", "register", file)
    assert ran.code == 2
    assert "environment.spec" in ran.err
    assert hic("--json", "approval", "list").data == {"approvals": []}


def test_never_registered(hic: Hic) -> None:
    for arguments in (["approval", "show", ID], ["fee", "quote", ID], ["env", "status", ID]):
        ran = hic(*arguments)
        assert ran.code == 2, arguments
        assert "hic approval register" in ran.err


def test_list_and_show_for_people(hic: Hic) -> None:
    assert "No approval" in hic("approval", "list").out
    hic("approval", "register", EXAMPLE)
    assert "例示大学" in hic("approval", "list").out
    shown = hic("approval", "show", ID).out
    assert "registered" in shown
    assert "FEE-10" in shown


def test_the_same_in_japanese(hic: Hic) -> None:
    hic("approval", "register", EXAMPLE)
    assert "手数料" in hic("--lang", "ja", "approval", "show", ID).out
    refused = hic("--lang", "ja", "fee", "pay", ID, "--amount", 1, "--receipt", "R")
    assert refused.code == 1
    assert "見積" in refused.err


def test_a_draft_never_overwrites(hic: Hic, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    assert hic("approval", "draft", file, "--like", EXAMPLE, "--id", "HIC-2026-555").code == 0
    before = file.read_text(encoding="utf-8")
    assert hic("approval", "draft", file, "--like", EXAMPLE, "--id", "HIC-2026-556").code == 2
    assert file.read_text(encoding="utf-8") == before
    assert hic("approval", "draft", tmp_path / "x", "--like", tmp_path / "none", "--id", "HIC-2026-556").code == 2
    bad = hic("approval", "draft", tmp_path / "y", "--like", EXAMPLE, "--id", "lower")
    assert bad.code == 2
    assert not (tmp_path / "y").exists()


def test_researchers_cannot_register(hic: Hic) -> None:
    ran = hic("--as", "researcher:analyst-a", "approval", "register", EXAMPLE)
    assert ran.code == 1
    assert "it is for operator" in ran.err
