"""Certificates of destruction: complete, escaped, readable by their owner alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from provisioning.approvals.model import Approval
from provisioning.clock import JST
from provisioning.environments.documents import write_certificate
from tests.approvals.test_fees import changed

AT = datetime(2026, 11, 2, 9, 0, tzinfo=JST)


def test_the_certificate_carries_the_audit_hash(tmp_path: Path, approval: Approval) -> None:
    path = write_certificate(tmp_path, approval, {"破棄した資源の数": 51}, "ab" * 32, AT, rehearsal=False)
    text = path.read_text(encoding="utf-8")
    assert "ab" * 32 in text
    assert "51" in text
    assert approval.id in text


def test_a_rehearsal_says_so(tmp_path: Path, approval: Approval) -> None:
    real, rehearsed = (
        write_certificate(tmp_path, approval, {}, "ab", AT, rehearsal=r).read_text(encoding="utf-8")
        for r in (False, True)
    )
    assert "模擬環境" in rehearsed
    assert "模擬環境" not in real


def test_names_cannot_break_out_of_the_page(tmp_path: Path, approval: Approval) -> None:
    hostile = changed(approval, title="<script>alert(1)</script>")
    page = write_certificate(tmp_path, hostile, {}, "ab", AT, rehearsal=False).read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
