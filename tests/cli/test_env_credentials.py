"""`hic env credentials`, `hic env list` and `hic platform ca`, as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from tests.approvals.test_fees import changed
from tests.cli.conftest import Hic
from tests.environments.credentials.conftest import approvals, build, quick, quick_keys, quick_papers, stored_secrets

__all__ = ["approvals", "build", "quick", "quick_keys", "quick_papers", "stored_secrets"]


@pytest.fixture
def active(
    build: object, approval: Approval, local_aws: Aws, share: ObjectStore, quick: None, make_bucket: object
) -> Approval:
    make_bucket(f"hic-audit-{local_aws.account}")  # type: ignore[operator]
    alone = changed(approval, handlers=[approval.handlers[0].model_dump(mode="json")])
    built: Approval = build(alone)  # type: ignore[operator]
    return built


def test_a_day_at_the_secretariat(
    hic: Hic, active: Approval, hic_home: Path, tmp_path: Path, records: RecordStore
) -> None:
    one = active.id
    refused = hic("env", "credentials", "issue", one)
    assert refused.code == 1
    assert "hic platform ca create" in refused.err
    assert hic("--json", "platform", "ca", "create").data["made"] is True
    assert hic("--json", "platform", "ca", "create").data["made"] is False
    assert hic("platform", "ca", "export-root", tmp_path / "root.cer").code == 0
    assert (tmp_path / "root.cer").read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert hic("env", "credentials", "status", one).code == 1

    made = hic("env", "credentials", "issue", one, "--show-passwords")
    assert made.code == 0, made.err
    package = hic_home / "credentials" / one / f"credentials-{one}-analyst-a-01.zip"
    password = (hic_home / "credentials" / one / "passwords" / f"{package.stem}.txt").read_text()
    assert made.out.count(password) == 1
    assert package.is_file()
    shown = [hic("env", "credentials", "status", one), hic("--json", "env", "credentials", "status", one)]
    shown += [hic("--json", "env", "credentials", "issue", one), hic("--json", "audit", "log")]
    for ran in shown:
        assert ran.code == 0, ran.err
        assert password not in ran.out + ran.err
    assert hic("--json", "env", "credentials", "issue", one, "--show-passwords").code == 2

    link = hic("--json", "env", "credentials", "link", one, "--handler", "analyst-a", "--minutes", 10)
    assert link.data["link"].startswith("http://127.0.0.1")
    assert hic("env", "credentials", "received", one, "--handler", "analyst-a", "--how", "phone").code == 0
    unasked = hic("env", "credentials", "rotate", one, "--item", "certificate")
    assert (unasked.code, "--yes" in unasked.err) == (1, True)
    rotated = hic("--json", "env", "credentials", "rotate", one, "--item", "certificate", "--yes")
    assert rotated.data["credentials"][0]["package"]["items"] == ["certificate"]
    assert hic("env", "credentials", "radius", one, "--out", tmp_path / "tokens.csv").code == 0
    revoked = hic("--json", "env", "credentials", "revoke", one, "--handler", "analyst-a", "--reason", "x", "--yes")
    assert len(revoked.data["serials"]) == 1
    assert hic("--json", "platform", "ca", "crl", "--out", tmp_path / "list.crl").data["revoked"] == 2
    assert (tmp_path / "list.crl").stat().st_size > 300
    replaced = hic("--json", "platform", "ca", "create", "--replace", "--yes").data
    assert (replaced["generation"], hic("--json", "platform", "ca", "show").data["generation"]) == (2, 2)
    assert hic("audit", "verify").code == 0


def test_the_list_of_environments(hic: Hic, active: Approval) -> None:
    shown = hic("--json", "env", "list")
    assert shown.code == 0, shown.err
    (entry,) = shown.data["environments"]
    assert (entry["approval"], entry["state"], entry["handlers"]) == (active.id, "active", ["analyst-a"])
    assert entry["next"]["by"] in ("operator", "researcher")
    assert shown.data["logins_known"] is False
    table = hic("env", "list")
    assert active.id in table.out
    assert "moto does not tell" in table.out


def test_an_unknown_handler(hic: Hic, active: Approval) -> None:
    refused = hic("env", "credentials", "status", active.id, "--handler", "nobody")
    assert refused.code == 2
    assert "analyst-a" in refused.err


def test_the_sweep_publishes_the_list_before_it_lapses(
    hic: Hic, active: Approval, records: RecordStore, local_aws: Aws
) -> None:
    hic("platform", "ca", "create")
    assert hic("--json", "env", "sweep").data["revocation_list"] is None
    assert hic("--json", "platform", "ca", "crl").code == 0
    good = hic("--json", "platform", "ca", "show").data["list_until"]

    def lapsing() -> None:
        root = records.get("CA", "ROOT")
        assert root is not None
        records.write([Put.over(root, {**root.data, "list_until": "2026-01-31T00:00:00+09:00"})])

    lapsing()
    dry = hic("--json", "env", "sweep", "--dry-run")
    assert "2026-01-31, is to be published" in dry.data["revocation_list"]
    assert hic("--json", "platform", "ca", "show").data["list_until"].startswith("2026-01-31")
    renewed = hic("env", "sweep")
    assert "revocation list published: 0 certificates" in renewed.out
    assert renewed.code in (0, 1)
    assert hic("--json", "platform", "ca", "show").data["list_until"] >= good

    lapsing()
    local_aws.client("secretsmanager").delete_secret(SecretId="hic/ca/1", RecoveryWindowInDays=7)
    failed = hic("env", "sweep")
    assert failed.code == 3
    assert "2026-01-31, was not published anew" in failed.out
    assert "restore-secret --secret-id hic/ca/1" in failed.out
