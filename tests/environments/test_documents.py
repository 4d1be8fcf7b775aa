"""Notices and certificates: complete, escaped, readable by their owner alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from provisioning.approvals.model import Approval
from provisioning.audit.chain import Entry
from provisioning.clock import JST
from provisioning.environments.destruction import content_of, inventory, read_destruction, settled
from provisioning.environments.documents import render_notice, write_certificate, write_notices
from provisioning.environments.engine import StandingResource
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


def test_the_certificate_lists_every_asset_and_is_sealed(tmp_path: Path, approval: Approval) -> None:
    stood = [
        StandingResource("aws:ec2/vpc:Vpc", "net", "urn:vpc", "vpc-1", recorded=False),
        StandingResource("aws:kms/key:Key", "own", "urn:key", "key-1", recorded=False),
        StandingResource("aws:workspaces/ipGroup:IpGroup", "<lab>", "urn:ip", "wsipg-1", recorded=True),
    ]
    begun = inventory(stood, "2026-11-02T09:00:00+09:00")
    # The first run took the network away and was cut off; the second saw the rest go.
    first = frozenset({"urn:key", "urn:ip"})
    times = dict.fromkeys(first, "2026-11-02T09:05:06+09:00")
    done = settled(begun, times, first, "2026-11-02T09:05:00+09:00")
    done = replace(done, objects=7, ended_at="2026-11-02T09:05:10+09:00")
    assert read_destruction(json.loads(json.dumps(content_of(done)))) == done
    entry = Entry(41, "2026-11-02T09:05:10+09:00", "operator:o", "env.ended", approval.id, {}, "0" * 64, "ab" * 32)
    text = write_certificate(tmp_path, approval, done, entry, rehearsal=False).read_text(encoding="utf-8")
    for expected in (approval.id, "ab" * 32, done.digest, "vpc-1", "key-1", "wsipg-1", "&lt;lab&gt;", "鍵の無効化"):
        assert expected in text
    assert text.count("2026年11月2日 09時05分06秒") == 2
    assert "2026年11月2日 09時05分00秒 以前" in text
    altered = replace(done, assets=done.assets[1:])
    assert altered.digest != done.digest


def test_a_rehearsal_says_so(approval: Approval) -> None:
    real, rehearsed = (render_notice(approval, approval.handlers[0], OUTPUTS, AT, rehearsal=r) for r in (False, True))
    assert "模擬環境" in rehearsed
    assert "模擬環境" not in real
