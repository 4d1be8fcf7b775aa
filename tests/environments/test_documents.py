"""Notices and certificates: complete, escaped, readable by their owner alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from provisioning.approvals.model import Approval
from provisioning.clock import JST
from provisioning.environments.documents import render_notice, write_certificate, write_notices
from tests.approvals.test_fees import changed

AT = datetime(2026, 11, 2, 9, 0, tzinfo=JST)
OUTPUTS = {
    "registrationCode": "SLhnd+ABC123",
    "serverName": "hic-2026-001-analysis",
    "serverPrivateIp": "10.1.16.10",
    "workBucket": "hic-work-x",
    "workspaces": {"analyst-a": "ws-1", "analyst-b": "ws-2"},
}


def test_one_notice_per_handler_with_what_is_his_own(tmp_path: Path, approval: Approval) -> None:
    paths = write_notices(tmp_path / "documents", approval, OUTPUTS, AT, rehearsal=False)
    assert [p.name for p in paths] == ["notice-analyst-a.html", "notice-analyst-b.html"]
    first, second = (p.read_text(encoding="utf-8") for p in paths)
    for text in (first, second):
        assert all(str(v) in text for k, v in OUTPUTS.items() if k != "workspaces")
    assert "ws-1" in first
    assert "ws-1" not in second
    assert {p.stat().st_mode & 0o777 for p in paths} == {0o600}
    assert (tmp_path / "documents").stat().st_mode & 0o077 == 0


def test_names_cannot_break_out_of_the_page(approval: Approval) -> None:
    hostile = changed(approval, title="<script>alert(1)</script>")
    page = render_notice(hostile, hostile.handlers[0], OUTPUTS, AT, rehearsal=False)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_certificate_carries_the_audit_hash(tmp_path: Path, approval: Approval) -> None:
    path = write_certificate(tmp_path, approval, {"破棄した資源の数": 51}, "ab" * 32, AT, rehearsal=False)
    text = path.read_text(encoding="utf-8")
    assert "ab" * 32 in text
    assert "51" in text
    assert approval.id in text


def test_a_rehearsal_says_so(approval: Approval) -> None:
    real, rehearsed = (render_notice(approval, approval.handlers[0], OUTPUTS, AT, rehearsal=r) for r in (False, True))
    assert "模擬環境" in rehearsed
    assert "模擬環境" not in real
