"""Half a year in a test: registered, paid, built, changed, suspended, swept, resumed, extended, ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.change_service import Changes
from provisioning.approvals.changes import Decision
from provisioning.approvals.editing import Edits, edited
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.assurance.leftovers import find_leftovers
from provisioning.audit.log import AuditLog
from provisioning.aws.records import RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock, today
from provisioning.environments.destruction import KEY, Method
from provisioning.environments.engine import OnStep, Step
from provisioning.environments.lifecycle import Lifecycle
from provisioning.environments.service import Environments, Platform
from provisioning.environments.sweep import sweep
from provisioning.environments.verification import agreed_of, verify
from provisioning.offline.engine import OfflineEngine
from tests.approvals.test_changes import NEW
from tests.cli.conftest import Hic, hic, hic_home, local_aws
from tests.conftest import EXAMPLES

__all__ = ["hic", "hic_home", "local_aws"]


@dataclass(frozen=True)
class House:
    """All services over one moto, with a clock that is moved by hand."""

    aws: Aws
    clock: FixedClock
    approvals: Approvals
    changes: Changes
    environments: Environments
    life: Lifecycle
    audit: AuditLog

    def desktops(self) -> list[str]:
        found = self.aws.client("workspaces").describe_workspaces()["Workspaces"]
        return sorted(desktop["UserName"] for desktop in found if desktop["State"] != "TERMINATED")

    def server(self, outputs: Any) -> str:
        found = self.aws.client("ec2").describe_instances(InstanceIds=[outputs["serverInstanceId"]])
        return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])

    def denied(self, approval_id: str) -> list[str]:
        """The statements that withhold something from the server's role."""
        role, iam = names.analysis_role(approval_id), self.aws.client("iam")
        (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        statements = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]["Statement"]
        return [statement["Sid"] for statement in statements if statement["Effect"] == "Deny"]

    def proved(self, approval_id: str) -> dict[str, bool]:
        """Which claims hold, for the access that the records tell."""
        known = self.approvals.get(approval_id)
        verdicts = verify(self.aws, approval_id, agreed_of(known.approval), access=known.access)[1].verdicts
        return {verdict.claim.id: verdict.passed for verdict in verdicts}

    def bucket_statements(self, approval_id: str) -> list[str]:
        bucket = names.work_bucket(approval_id, self.aws.account)
        policy = json.loads(self.aws.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
        return [statement["Sid"] for statement in policy["Statement"]]


@pytest.fixture
def house(aws: Aws, clock: FixedClock, tmp_path: Path, operator: Actor) -> House:
    records = RecordStore(aws)
    audit, engine = AuditLog(records, clock), OfflineEngine(aws, tmp_path, clock)
    Platform(records, audit, aws, engine).up(operator)
    approvals = Approvals(records, audit, clock)
    changes = Changes(approvals, audit, clock)
    environments = Environments(approvals, records, audit, aws, clock, engine)
    life = Lifecycle(environments, approvals, changes, audit, aws, clock, engine)
    return House(aws, clock, approvals, changes, environments, life, audit)


def prove_as_if_open(house: House, approval_id: str) -> dict[str, bool]:
    """What the proof says when it is not told that the environment is to be shut."""
    agreed = agreed_of(house.approvals.get(approval_id).approval)
    return {verdict.claim.id: verdict.passed for verdict in verify(house.aws, approval_id, agreed)[1].verdicts}


def test_half_a_year(house: House, operator: Actor, approval: Approval) -> None:
    one, clock = approval.id, house.clock
    house.approvals.register(operator, approval)
    house.approvals.pay(operator, one, house.approvals.quote(operator, one).total, "R-1", today(clock))
    outputs = house.environments.up(operator, one).outputs
    assert house.desktops() == ["analyst-a", "analyst-b"]
    proved = house.proved(one)

    # November: a handler leaves; December: the committee lets another one in.
    house.life.change(operator, one, edited(approval, Edits(remove_handlers=["analyst-b"])))
    assert house.desktops() == ["analyst-a"]
    clock.advance(timedelta(days=35))
    larger = edited(house.approvals.get(one).approval, Edits(add_handlers=[NEW], options={"extension_tb": 1}))
    change = house.changes.register(operator, one, larger, Decision(Result.WITH_OPINION, today(clock)))
    assert change.due == 81_000 + 5 * 17_400
    house.changes.pay(operator, one, change.number, change.due, "R-2", today(clock))
    house.life.change(operator, one, larger)
    assert house.desktops() == ["analyst-a", "analyst-n"]
    (disk,) = house.aws.client("ec2").describe_volumes(VolumeIds=[outputs["dataVolumeId"]])["Volumes"]
    assert disk["Size"] == 1500

    # January: a login from elsewhere. Everything is shut, stays shut, and stays there.
    clock.advance(timedelta(days=30))
    house.life.suspend(operator, one, "登録外の場所からの接続")
    assert house.server(outputs) == "stopped"
    assert house.denied(one) == ["Suspended", "Elsewhere"]
    assert "Frozen" in house.bucket_statements(one)
    assert house.desktops() == ["analyst-a", "analyst-n"]
    assert sweep(house.approvals, house.life, clock, operator, dry_run=False).exit_code == 0
    assert house.proved(one) == proved
    assert not prove_as_if_open(house, one)["D7"]

    clock.advance(timedelta(days=2))
    house.life.resume(operator, one)
    assert (house.server(outputs), house.denied(one)) == ("running", ["OlderSessions", "Elsewhere"])
    assert "Frozen" not in house.bucket_statements(one)
    assert house.proved(one) == proved

    _ends(house, operator, one, outputs)


def _ends(house: House, operator: Actor, one: str, outputs: Any) -> None:
    clock = house.clock
    # April: only the publication is awaited. May: it is still read, and not written.
    clock.advance(date(2027, 4, 10) - today(clock))
    pending = edited(house.approvals.get(one).approval, Edits(extension={"until": "2027-06-30", "evidence": "受理"}))
    house.life.change(operator, one, pending)
    assert house.denied(one) == ["ReadOnly", "OlderSessions", "Elsewhere"]
    assert house.proved(one)["D7"]
    assert not prove_as_if_open(house, one)["D7"]
    clock.advance(date(2027, 5, 10) - today(clock))
    assert sweep(house.approvals, house.life, clock, operator, dry_run=False).exit_code == 0

    # The end: a week of reading, then nothing, and no copy that the group made.
    tags = [{"Key": "hic:approval", "Value": one}]
    copy = [{"ResourceType": "snapshot", "Tags": tags}]
    house.aws.client("ec2").create_snapshot(VolumeId=outputs["dataVolumeId"], TagSpecifications=copy)
    assert {"snapshot", "user", "log group", "backup vault", "backup plan", "alarm", "budget"} <= {
        left.kind for left in find_leftovers(house.aws, one)
    }
    house.life.close(operator, one, 7)
    clock.advance(timedelta(days=8))
    assert [n.approval for n in sweep(house.approvals, house.life, clock, operator, dry_run=False).to_destroy] == [one]
    with pytest.raises(KeyboardInterrupt):
        house.environments.end(operator, one, _cut_off_after(20))
    clock.advance(timedelta(minutes=5))
    ending = house.environments.end(operator, one)
    assert ending.leftovers == ()
    assert find_leftovers(house.aws, one) == []
    assert house.approvals.get(one).state is State.ENDED
    _certified(house, one)
    acts = [entry.act for entry in house.audit.entries()]
    assert [act for act in acts if act in ("env.suspend", "env.resume", "env.close", "env.end", "env.ended")] == [
        *("env.suspend", "env.resume", "env.close", "env.end", "env.ended")
    ]


def _cut_off_after(steps: int) -> OnStep:
    """Whoever watches the run ends it after so many steps."""
    seen: list[Step] = []

    def watch(step: Step) -> None:
        seen.append(step)
        if len(seen) == steps:
            raise KeyboardInterrupt

    return watch


def _certified(house: House, approval_id: str) -> None:
    destruction, entry = house.environments.destroyed(approval_id)
    types = {asset.type for asset in destruction.assets}
    assert {"aws:ec2/vpc:Vpc", "aws:s3/bucket:Bucket", "aws:ec2/instance:Instance", KEY} <= types
    assert all(asset.id and bool(asset.at) != bool(asset.before) for asset in destruction.assets)
    assert sum(bool(asset.before) for asset in destruction.assets) > 5  # gone before the second run began
    (key,) = (asset for asset in destruction.assets if asset.type == KEY)
    assert key.method is Method.KEY_SCHEDULED
    assert date.fromisoformat(key.note) > date(2020, 1, 1)  # moto's own clock
    assert destruction.counts()[Method.RECORDED] > 0
    assert entry.details["assets_sha256"] == destruction.digest


@pytest.fixture
def stands(hic: Hic, local_aws: Aws, tmp_path: Path) -> str:
    """One environment, built by commands today."""
    one, file = "HIC-LIFE-1", tmp_path / "approval.yaml"
    assert hic("platform", "up").code == 0
    hic("approval", "draft", file, "--id", one, "--like", EXAMPLES / "exploratory-windows.yaml")
    assert hic("approval", "register", file).code == 0
    assert hic("--json", "approval", "show", one).data["next"]["command"] == f"hic fee quote {one}"
    total = hic("--json", "fee", "quote", one).data["total"]
    hic("fee", "pay", one, "--amount", total, "--receipt", "R-1")
    assert hic("env", "up", one).code == 0
    return one


def test_the_same_life_by_commands(hic: Hic, stands: str) -> None:
    _changed(hic, stands)
    _suspended(hic, stands)
    _ended(hic, stands)


def _changed(hic: Hic, one: str) -> None:
    dry = hic("--json", "env", "change", one, "--remove-handler", "analyst-b", "--dry-run").data
    assert (dry["weight"], dry["due"], dry["plan"]["counts"]["delete"]) == ("minor", 16_100, 1)
    left = hic("env", "change", one, "--remove-handler", "analyst-b")
    assert left.code == 0, left.err
    assert f"hic fee pay {one} --change 1 --amount 16100" in left.out
    assert hic("fee", "pay", one, "--change", 1, "--amount", 16100, "--receipt", "R-2").code == 0
    assert "Nothing differs" in hic("env", "change", one, "--remove-handler", "analyst-b").out

    newcomer = "id=analyst-n,name=取扱者 N,email=n@univ.example.jp,place=lab,full_time=false"
    refused = hic("env", "change", one, "--add-handler", newcomer)
    assert refused.code == 1
    assert "¥81,000" in refused.err
    start = hic("--json", "approval", "show", one).data["start"]
    decided = ("--result", "無条件承諾", "--decided", start)
    assert hic("--json", "approval", "change", one, "--add-handler", newcomer, *decided).data["change"] == 2
    assert hic("--json", "approval", "show", one).data["next"]["by"] == "researcher"
    assert hic("--json", "fee", "quote", one, "--change", 2).data["total"] == 81_000
    assert hic("env", "change", one, "--apply", 2).code == 1
    assert hic("fee", "pay", one, "--change", 2, "--amount", 81000, "--receipt", "R-3").code == 0
    made = hic("--json", "env", "change", one, "--apply", 2)
    packed = {each["handler"]: each["package"]["items"] for each in made.data["credentials"] if each["package"]}
    assert "account" in packed.pop("analyst-n")
    assert not packed
    shown = hic("approval", "history", one).out
    assert "LIFE-3 ii" in shown
    assert "LIFE-4" in shown

    late = hic("env", "extend", one, "--until", "2099-01-01")
    assert (late.code, "LIFE-1" in late.err) == (2, True)
    assert hic("env", "extend", one, "--until", "2099-01-01", "--publication-pending").code == 2


def _suspended(hic: Hic, one: str) -> None:
    suspended = hic("--json", "env", "suspend", one, "--reason", "確認中")
    assert {cut["kind"] for cut in suspended.data["cuts"]} >= {"sessions", "server", "login", "desktop", "user"}
    assert hic("env", "up", one).code == 1
    assert "確認中" in hic("env", "status", one).out
    assert hic("--json", "env", "sweep").data["suspended"] == []
    resumed = hic("--json", "env", "resume", one)
    assert resumed.data["state"] == "active"
    assert all("account" in made["package"]["items"] for made in resumed.data["credentials"])


def _ended(hic: Hic, one: str) -> None:
    assert hic("approval", "withdraw", one, "--reason", "誓約違反").code == 0
    assert hic("env", "sweep", "--dry-run").code == 1
    assert one in hic("env", "sweep").out
    assert hic("env", "end", one).code == 1
    ended = hic("--json", "env", "end", one, "--now", "--yes")
    assert (ended.code, ended.data["leftovers"]) == (0, [])
    assert hic("env", "end", one, "--now", "--yes").code == 1
    certificate = Path(ended.data["certificate"])
    first = certificate.read_bytes()
    certificate.unlink()
    assert hic("env", "certificate", one).code == 0
    assert certificate.read_bytes() == first
    assert hic("--json", "approval", "show", one).data["next"] is None
    assert hic("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("change", "A-1"), "Nothing is said to change"),
        (("change", "A-1", "--apply", "1", "--spec", "甲"), "--apply names the whole change"),
        (("change", "A-1", "--file", "x.yaml", "--spec", "甲"), "--file says everything"),
        (("change", "A-1", "--add-handler", "c"), "does not understand 'c'"),
        (("suspend", "A-1", "--reason", " "), "needs its reason"),
        (("end", "A-1", "--days", "0"), "--days"),
    ],
)
def test_what_is_said_wrongly(hic: Hic, local_aws: Aws, arguments: tuple[str, ...], text: str) -> None:
    said = hic("env", *arguments)
    assert said.code == 2
    assert text in said.err
