"""Certificates of destruction: complete, escaped, sealed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from provisioning.approvals.model import Approval
from provisioning.audit.chain import Entry
from provisioning.environments.belongings import TYPES, belonging
from provisioning.environments.destruction import (
    OBJECTS,
    Destruction,
    content_of,
    inventory,
    joined,
    read_destruction,
    settled,
)
from provisioning.environments.documents import write_certificate
from provisioning.environments.engine import StandingResource
from tests.approvals.test_fees import changed


def test_the_certificate_lists_every_asset_and_is_sealed(tmp_path: Path, approval: Approval) -> None:
    stood = [
        StandingResource("aws:ec2/vpc:Vpc", "net", "urn:vpc", "vpc-1", recorded=False),
        StandingResource("aws:kms/key:Key", "own", "urn:key", "key-1", recorded=False),
        StandingResource("aws:workspaces/ipGroup:IpGroup", "<lab>", "urn:ip", "wsipg-1", recorded=True),
    ]
    files = belonging(OBJECTS, "import/", "s3://work/import/", count=7)
    began = "2026-11-02T09:00:00+09:00"
    begun = joined(Destruction(began, ()), [*inventory(stood), files, belonging(TYPES["snapshot"], "", "snap-1")])
    assert joined(begun, [replace(files, count=2)]).objects == 7  # what a run that was cut off had left
    # The first run took the network away and was cut off; the second saw the rest go.
    first = frozenset({"urn:key", "urn:ip", files.urn})
    times = dict.fromkeys(first, "2026-11-02T09:05:06+09:00")
    done = settled(begun, times, first, "2026-11-02T09:05:00+09:00")
    done = replace(done, ended_at="2026-11-02T09:05:10+09:00")
    assert read_destruction(json.loads(json.dumps(content_of(done)))) == done
    entry = Entry(41, "2026-11-02T09:05:10+09:00", "operator:o", "env.ended", approval.id, {}, "0" * 64, "ab" * 32)
    text = write_certificate(tmp_path, approval, done, entry, rehearsal=False).read_text(encoding="utf-8")
    assert "全世代 7 件" in text
    assert "snap-1" in text
    for expected in (
        approval.id,
        "ab" * 32,
        done.digest,
        "vpc-1",
        "key-1",
        "wsipg-1",
        "&lt;lab&gt;",
        "鍵の無効化",
        "全世代 7 件",
        "snap-1",
    ):
        assert expected in text
    assert text.count("2026年11月2日 09時05分06秒") == 3
    assert text.count("2026年11月2日 09時05分00秒 以前") == 2
    altered = replace(done, assets=done.assets[1:])
    assert altered.digest != done.digest


def test_names_cannot_break_out_of_the_page_and_a_rehearsal_says_so(tmp_path: Path, approval: Approval) -> None:
    hostile = changed(approval, title="<script>alert(1)</script>")
    at = "2026-11-02T09:05:10+09:00"
    done = Destruction(at, (), ended_at=at)
    entry = Entry(41, at, "operator:o", "env.ended", approval.id, {}, "0" * 64, "ab" * 32)
    real, rehearsed = (
        write_certificate(tmp_path, hostile, done, entry, rehearsal=r).read_text(encoding="utf-8")
        for r in (False, True)
    )
    assert "<script>" not in real
    assert "&lt;script&gt;" in real
    assert "模擬環境" in rehearsed
    assert "模擬環境（moto）で作成" not in real
