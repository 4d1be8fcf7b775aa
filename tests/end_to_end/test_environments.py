"""Three approvals side by side, through the command line: registered, paid, built, held against AWS, ended."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from provisioning.assurance.leftovers import find_leftovers
from provisioning.aws.sessions import Aws
from provisioning.clock import SystemClock, today
from tests.cli.conftest import Hic, hic, hic_home, local_aws
from tests.conftest import EXAMPLES

__all__ = ["hic", "hic_home", "local_aws"]

IDS = {path: f"HIC-E2E-{number}" for number, path in enumerate(sorted(EXAMPLES.glob("*.yaml")), 1)}


@pytest.fixture
def paid(hic: Hic, local_aws: Aws, tmp_path: Path) -> list[str]:
    """The three examples, dated today, registered and paid."""
    assert hic("platform", "up").code == 0
    for example, approval_id in IDS.items():
        file = tmp_path / f"{approval_id}.yaml"
        assert hic("approval", "draft", file, "--like", example, "--id", approval_id).code == 0
        assert hic("approval", "register", file).code == 0
        total = hic("--json", "fee", "quote", approval_id).data["total"]
        assert hic("fee", "pay", approval_id, "--amount", total, "--receipt", f"R-{approval_id}").code == 0
    return list(IDS.values())


@pytest.mark.slow
def test_three_environments_stand_side_by_side_and_leave_nothing(
    hic: Hic, local_aws: Aws, paid: list[str], hic_home: Path
) -> None:
    platform_vpcs = {vpc["VpcId"] for vpc in local_aws.client("ec2").describe_vpcs()["Vpcs"]}
    outputs = []
    for approval_id in paid:
        shown = hic("--json", "approval", "show", approval_id).data
        assert date.fromisoformat(shown["start"]) <= today(SystemClock())
        assert shown["missing"] == []
        assert hic("env", "end", approval_id, "--now").code == 1  # nothing stands yet
        built = hic("--json", "env", "up", approval_id)
        assert built.code == 0, built.err
        assert built.data["counts"]["create"] == built.data["applied"] + built.data["recorded_not_applied"]
        assert all(Path(notice).is_file() for notice in built.data["notices"])
        outputs.append(built.data["outputs"])
        again = hic("--json", "env", "up", approval_id)
        assert {step["op"] for step in again.data["steps"]} == {"same"}
        status = hic("--json", "env", "status", approval_id, "--refresh")
        assert (status.code, status.data["state"]) == (0, "active"), status.data

    kinds = {leftover.kind for leftover in find_leftovers(local_aws, paid[0])}
    assert kinds == {
        *("vpc", "subnet", "route table", "network ACL", "flow log", "security group", "endpoint", "peering"),
        *("instance", "volume", "address group", "directory", "workspace"),
        *("bucket", "key", "key alias", "role", "instance profile", "secret"),
        *("user", "log group", "backup vault", "backup plan", "alarm", "budget"),
    }
    for key in ("vpcId", "workBucket", "keyArn", "serverInstanceId"):
        assert len({one[key] for one in outputs}) == len(paid), key

    for approval_id in paid:
        unasked = hic("env", "end", approval_id, "--now")
        assert (unasked.code, "--yes" in unasked.err) == (1, True)
        assert hic("--json", "approval", "show", approval_id).data["state"] == "active"
        ended = hic("--json", "env", "end", approval_id, "--now", "--yes")
        assert (ended.code, ended.data["leftovers"]) == (0, []), ended.data
        assert approval_id in Path(ended.data["certificate"]).read_text(encoding="utf-8")
        assert hic("--json", "approval", "show", approval_id).data["state"] == "ended"
    remaining = {vpc["VpcId"] for vpc in local_aws.client("ec2").describe_vpcs()["Vpcs"]}
    assert remaining == platform_vpcs
    assert hic("audit", "verify").code == 0


def test_drift_is_told_and_mended(hic: Hic, local_aws: Aws, paid: list[str]) -> None:
    approval_id = paid[0]
    built = hic("--json", "env", "up", approval_id).data
    bucket = built["outputs"]["workBucket"]
    local_aws.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    status = hic("env", "status", approval_id, "--refresh")
    assert status.code == 1
    assert "ucketVersioning" in status.out


def test_no_secret_anywhere(hic: Hic, local_aws: Aws, paid: list[str], hic_home: Path) -> None:
    secret = local_aws.client("secretsmanager").get_secret_value(SecretId="hic/directory-admin")["SecretString"]
    shown = [hic("--json", "env", "plan", paid[0]), hic("--json", "env", "up", paid[0]), hic("env", "status", paid[0])]
    shown += [
        hic("--json", "platform", "status"),
        hic("--json", "audit", "log"),
        hic("--json", "approval", "show", paid[0]),
    ]
    for ran in shown:
        assert ran.code == 0, ran.err
        assert secret not in ran.out + ran.err
    files = [path for path in hic_home.rglob("*") if path.is_file()]
    assert len(files) > 3
    for path in files:
        assert secret.encode() not in path.read_bytes(), path
