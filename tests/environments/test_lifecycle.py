"""Suspended at once and kept so, resumed only when all holds again, changed by the rules, read only before the end.

The engine only remembers; the servers, roles and keys are moto's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.change_service import Changes
from provisioning.approvals.changes import Decision, Weight
from provisioning.approvals.editing import Edits, edited
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.names import environment_stack
from provisioning.approvals.service import Approvals, Registered
from provisioning.approvals.states import Access, State
from provisioning.audit.log import AuditLog
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.cutting import EMERGENCY, Cut
from provisioning.environments.engine import OnStep, Outcome, StackRequest
from provisioning.environments.lifecycle import Lifecycle
from provisioning.environments.service import Environments
from provisioning.environments.sweep import Sweep, sweep
from provisioning.errors import BadInput, Conflict, DependencyFailed, Refused
from tests.approvals.test_changes import NEW
from tests.approvals.test_fees import changed
from tests.environments.test_service import RememberingEngine, approvals, engine, environments, paid, pay

__all__ = ["approvals", "engine", "environments", "paid"]

TODAY = date(2026, 11, 2)
ACCEPTED = Decision(Result.UNCONDITIONAL, TODAY)


@dataclass
class DoorOfAnother:
    """What another part would hang in."""

    shut_for: list[str] = field(default_factory=list)
    open_for: list[str] = field(default_factory=list)
    broken: bool = False

    def shut(self, standing: Registered) -> Sequence[Cut]:
        if self.broken:
            raise DependencyFailed("the directory does not answer")
        self.shut_for.append(standing.approval.id)
        return [Cut("account", handler.id) for handler in standing.approval.handlers]

    def open(self, standing: Registered) -> Sequence[Cut]:
        self.open_for.append(standing.approval.id)
        return []


@pytest.fixture
def changes(approvals: Approvals, audit: AuditLog, clock: FixedClock) -> Changes:
    return Changes(approvals, audit, clock)


@pytest.fixture
def door() -> DoorOfAnother:
    return DoorOfAnother()


@pytest.fixture
def life(
    environments: Environments,
    approvals: Approvals,
    changes: Changes,
    audit: AuditLog,
    aws: Aws,
    clock: FixedClock,
    engine: RememberingEngine,
    door: DoorOfAnother,
) -> Lifecycle:
    return Lifecycle(environments, approvals, changes, audit, aws, clock, engine, [door])


@dataclass(frozen=True)
class Things:
    """What a running environment has in AWS, as far as it is cut off by hand."""

    aws: Aws
    server: str
    role: str
    user: str
    key: str

    @property
    def running(self) -> str:
        (found,) = self.aws.client("ec2").describe_instances(InstanceIds=[self.server])["Reservations"]
        return str(found["Instances"][0]["State"]["Name"])

    @property
    def key_status(self) -> str:
        (key,) = self.aws.client("iam").list_access_keys(UserName=self.user)["AccessKeyMetadata"]
        return str(key["Status"])

    @property
    def policies(self) -> list[str]:
        return list(self.aws.client("iam").list_role_policies(RoleName=self.role)["PolicyNames"])


@pytest.fixture
def active(environments: Environments, operator: Actor, paid: Approval) -> Approval:
    environments.up(operator, paid.id)
    return paid


@pytest.fixture
def things(aws: Aws, active: Approval) -> Things:
    ec2, iam = aws.client("ec2"), aws.client("iam")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "hic:approval", "Value": active.id}]}]
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["hic-analysis-*"]}])["Images"][0]["ImageId"]
    (server,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)["Instances"]
    role, user = names.analysis_role(active.id), names.backup_user(active.id)
    iam.create_role(RoleName=role, AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    return Things(aws, server["InstanceId"], role, user, key)


def told(engine: RememberingEngine, approval: Approval) -> Any:
    """What the program was last told."""
    return engine.stacks[environment_stack(approval.id)].config


# -- suspension ------------------------------------------------------------------------------------


def test_everybody_is_cut_off_and_nothing_is_deleted(
    life: Lifecycle,
    approvals: Approvals,
    audit: AuditLog,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    things: Things,
    door: DoorOfAnother,
) -> None:
    closed = life.suspend(operator, active.id, "登録外の場所からの接続")
    assert (things.running, things.key_status) == ("stopped", "Inactive")
    assert things.policies == []  # the program's own policy holds now
    assert told(engine, active)["access"] == "closed"
    assert door.shut_for == [active.id]
    assert {cut.kind for cut in closed.cuts} == {"sessions", "access key", "server", "account"}
    standing = approvals.get(active.id)
    assert (standing.state, standing.access) == (State.SUSPENDED, Access.CLOSED)
    assert standing.suspension is not None
    assert standing.suspension.done
    acts = [entry.act for entry in audit.entries()]
    assert acts[-2:] == ["env.suspend", "env.suspended"]
    # Again: whatever was opened meanwhile is shut, and nothing more is recorded.
    things.aws.client("ec2").start_instances(InstanceIds=[things.server])
    life.suspend(operator, active.id, "again")
    assert things.running == "stopped"
    assert [entry.act for entry in audit.entries()] == acts


def test_no_later_run_opens_it(
    life: Lifecycle, environments: Environments, engine: RememberingEngine, operator: Actor, active: Approval
) -> None:
    life.suspend(operator, active.id, "漏えいの疑い")
    for act in (environments.up, environments.plan):
        with pytest.raises(Refused, match="suspended since 2026-11-02T09:00:00") as caught:
            act(operator, active.id)
        assert "漏えいの疑い" in str(caught.value)
        assert f"hic env resume {active.id}" in str(caught.value)
    assert told(engine, active)["access"] == "closed"


def test_what_was_cut_off_in_the_middle_is_finished(
    life: Lifecycle,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    things: Things,
    door: DoorOfAnother,
    clock: FixedClock,
) -> None:
    door.broken = True
    with pytest.raises(DependencyFailed, match="Not everything could be cut off") as caught:
        life.suspend(operator, active.id, "漏えいの疑い")
    assert "the directory does not answer" in str(caught.value)
    # One door that is broken kept no other one open, and the emergency policy holds meanwhile.
    assert (things.running, things.key_status, things.policies) == ("stopped", "Inactive", [EMERGENCY])
    standing = approvals.get(active.id)
    assert standing.state is State.SUSPENDED
    assert standing.suspension is not None
    assert not standing.suspension.done
    door.broken = False
    engine.fail_next = True
    failed = sweep(approvals, life, clock, operator, dry_run=False)
    assert ([note.approval for note in failed.failed], failed.exit_code) == ([active.id], 3)
    assert things.policies == [EMERGENCY]
    finished = sweep(approvals, life, clock, operator, dry_run=False)
    assert [(note.approval, note.text) for note in finished.suspended] == [(active.id, "漏えいの疑い")]
    assert things.policies == []
    assert sweep(approvals, life, clock, operator, dry_run=False).exit_code == 0


def test_a_run_that_a_suspension_overtook_opens_nothing(
    life: Lifecycle,
    environments: Environments,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = engine.up

    def locked(_request: StackRequest, _on_step: OnStep | None = None) -> Outcome:
        raise Conflict("another run changes the stack")

    def overtaken(request: StackRequest, on_step: OnStep | None = None) -> Outcome:
        monkeypatch.setattr(engine, "up", locked)
        with pytest.raises(Conflict, match="another run"):
            life.suspend(operator, active.id, "漏えいの疑い")
        monkeypatch.setattr(engine, "up", run)
        return run(request, on_step)

    monkeypatch.setattr(engine, "up", overtaken)
    with pytest.raises(Refused, match="cannot become 'active'"):
        environments.up(operator, active.id)
    assert (approvals.get(active.id).state, told(engine, active)["access"]) == (State.SUSPENDED, "open")
    assert [note.approval for note in sweep(approvals, life, clock, operator, dry_run=False).suspended] == [active.id]
    assert told(engine, active)["access"] == "closed"


def test_resuming_opens_and_keeps_older_sessions_out(
    life: Lifecycle,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    things: Things,
    door: DoorOfAnother,
    clock: FixedClock,
) -> None:
    life.suspend(operator, active.id, "確認中")
    clock.advance(timedelta(hours=2))
    resumed = life.resume(operator, active.id)
    assert (things.running, things.key_status, things.policies) == ("running", "Active", [])
    assert told(engine, active) | {"access": "open", "revokedBefore": "2026-11-02T02:00:00Z"} == told(engine, active)
    assert resumed.standing.state is State.ACTIVE
    assert resumed.standing.suspension is None
    assert door.open_for == [active.id]
    # Repeated, as after an interruption, it goes on; what was never suspended is no business of it.
    things.aws.client("ec2").stop_instances(InstanceIds=[things.server])
    life.resume(operator, active.id)
    assert things.running == "running"


def test_what_cannot_be_suspended_or_resumed(
    life: Lifecycle, approvals: Approvals, operator: Actor, researcher: Actor, active: Approval, clock: FixedClock
) -> None:
    other = changed(active, id="HIC-2026-002")
    pay(approvals, operator, other)
    with pytest.raises(Refused, match="nothing stands"):
        life.suspend(operator, other.id, "x")
    with pytest.raises(Refused, match="nothing to resume"):
        life.resume(operator, active.id)
    with pytest.raises(BadInput, match="needs its reason"):
        life.suspend(operator, active.id, "  ")
    for act in (lambda: life.suspend(researcher, active.id, "x"), lambda: life.resume(researcher, active.id)):
        with pytest.raises(Refused, match="it is for operator"):
            act()
    life.suspend(operator, active.id, "x")
    clock.advance(timedelta(days=200))
    with pytest.raises(Refused, match="the period ended"):
        life.resume(operator, active.id)
    assert approvals.get(active.id).state is State.SUSPENDED


# -- changes ---------------------------------------------------------------------------------------


def test_a_minor_change_is_made_at_once_and_its_fee_falls_due(
    life: Lifecycle,
    changes: Changes,
    approvals: Approvals,
    audit: AuditLog,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
) -> None:
    wanted = edited(active, Edits(remove_handlers=["analyst-b"]))
    made = life.change(operator, active.id, wanted)
    assert made.change is not None
    assert (made.change.weight, made.change.due, made.change.owes) == (Weight.MINOR, 16_100, True)
    assert made.outcome is not None
    assert "analyst-b" not in told(engine, active)["approval"]
    standing = approvals.get(active.id)
    assert (standing.state, [h.id for h in standing.approval.handlers]) == (State.ACTIVE, ["analyst-a"])
    assert standing.changes[0].base == active
    with pytest.raises(Refused, match="costs ¥16,100"):
        changes.pay(operator, active.id, 1, 16_000, "R", TODAY)
    changes.pay(operator, active.id, 1, 16_100, "R", TODAY)
    changes.pay(operator, active.id, 1, 16_100, "R", TODAY)
    with pytest.raises(Refused, match="Nothing is owed"):
        changes.pay(operator, active.id, 1, 16_100, "R-2", TODAY)
    assert [e.act for e in audit.entries()][-3:] == ["approval.change", "env.active", "approval.change.pay"]
    again = life.change(operator, active.id, wanted)
    assert (again.change, again.outcome) == (None, None)


def test_a_change_application_is_decided_and_paid_before_it_is_made(
    life: Lifecycle,
    changes: Changes,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
) -> None:
    wanted = edited(active, Edits(add_handlers=[NEW]))
    with pytest.raises(Refused, match="change application") as caught:
        life.change(operator, active.id, wanted)
    assert "¥81,000" in str(caught.value)
    assert "LIFE-4: handlers: analyst-n is added" in str(caught.value)
    assert "hic approval change HIC-2026-001" in caught.value.fix
    waiting = Decision(Result.CONDITIONAL, TODAY)
    changes.register(operator, active.id, wanted, waiting)
    assert changes.register(operator, active.id, wanted, waiting).number == 1
    with pytest.raises(Refused, match="not accepted: 条件付承諾"):
        life.change(operator, active.id, wanted)
    other = edited(active, Edits(add_months=["202207"]))
    with pytest.raises(Refused, match="Change 1 of HIC-2026-001 is open"):
        changes.register(operator, active.id, other, ACCEPTED)
    with pytest.raises(Refused, match="Nothing is owed"):
        changes.pay(operator, active.id, 1, 81_000, "R", TODAY)
    changes.register(operator, active.id, wanted, Decision(Result.CONDITIONAL, TODAY, TODAY))
    with pytest.raises(Refused, match="¥81,000, is not paid"):
        life.change(operator, active.id, wanted)
    changes.pay(operator, active.id, 1, 81_000, "R", TODAY)
    # A minor change in between does not stand in its way.
    life.change(operator, active.id, edited(active, Edits(remove_handlers=["analyst-b"])))
    made = life.change(operator, active.id, changes.wanted_by(active.id, 1))
    assert made.change is not None
    assert made.change.number == 1
    assert [h.id for h in approvals.get(active.id).approval.handlers] == ["analyst-a", "analyst-n"]
    assert "analyst-n" in told(engine, active)["approval"]
    assert changes.wanted_by(active.id, 1) == approvals.get(active.id).approval
    with pytest.raises(BadInput, match="no change 9"):
        changes.wanted_by(active.id, 9)


@pytest.mark.parametrize(
    ("parts", "match"),
    [
        ({"environment__os": "ubuntu"}, "No change of"),
        ({"environment__options__storage_tb": 1}, "change application"),
        ({"title": "別の研究"}, "change application"),
    ],
)
def test_what_is_refused_changes_nothing(
    life: Lifecycle,
    approvals: Approvals,
    audit: AuditLog,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    parts: dict[str, Any],
    match: str,
) -> None:
    before, entries, config = approvals.get(active.id), len(audit.entries()), told(engine, active)
    with _only_reads(life) as calls, pytest.raises(Refused, match=match) as caught:
        life.change(operator, active.id, changed(active, **parts))
    assert caught.value.fix
    assert calls  # it has looked
    with _only_reads(life):
        life.plan_change(operator, active.id, changed(active, **parts))
    assert (approvals.get(active.id), len(audit.entries())) == (before, entries)
    assert told(engine, active) == config


class _only_reads:  # noqa: N801 - reads as a word
    """The calls made meanwhile; each must be one that changes nothing."""

    READS = ("Get", "BatchGet", "List", "Describe", "Query", "Head")

    def __init__(self, life: Lifecycle) -> None:
        self._clients = life._aws._clients.values()
        self.calls: list[str] = []

    def __enter__(self) -> list[str]:
        for client in self._clients:
            client.meta.events.register("before-call.*.*", self._noted, unique_id="only-reads")
        return self.calls

    def _noted(self, model: Any, **_more: Any) -> None:
        self.calls.append(model.name)

    def __exit__(self, *_error: object) -> None:
        for client in self._clients:
            client.meta.events.unregister("before-call.*.*", unique_id="only-reads")
        assert [name for name in self.calls if not name.startswith(self.READS)] == []


def test_a_change_of_what_is_suspended_waits_and_destroys_no_evidence(
    life: Lifecycle, approvals: Approvals, engine: RememberingEngine, operator: Actor, active: Approval
) -> None:
    life.suspend(operator, active.id, "漏えいの疑い")
    made = life.change(operator, active.id, edited(active, Edits(remove_handlers=["analyst-b"])))
    assert made.outcome is None
    life.suspend(operator, active.id, "再度")
    assert "analyst-b" in told(engine, active)["approval"]
    life.resume(operator, active.id)
    assert "analyst-b" not in told(engine, active)["approval"]


def test_a_change_that_was_cut_off_is_finished_by_saying_it_again(
    life: Lifecycle, approvals: Approvals, engine: RememberingEngine, operator: Actor, active: Approval
) -> None:
    wanted = edited(active, Edits(remove_handlers=["analyst-b"]))
    engine.fail_next = True
    with pytest.raises(DependencyFailed):
        life.change(operator, active.id, wanted)
    assert approvals.get(active.id).state is State.BUILDING
    again = life.change(operator, active.id, wanted)
    assert again.change is None
    assert again.outcome is not None
    assert approvals.get(active.id).state is State.ACTIVE
    assert len(approvals.get(active.id).changes) == 1


def test_an_extension_for_a_publication_is_read_only(
    life: Lifecycle,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    clock: FixedClock,
) -> None:
    clock.advance(timedelta(days=170))
    wanted = edited(active, Edits(extension={"until": "2027-10-31", "evidence": "受理 2027-04-02"}))
    made = life.change(operator, active.id, wanted)
    assert made.change is not None
    assert made.change.due == 16_100 + 6 * 106_100
    assert told(engine, active)["access"] == "read-only"
    clock.advance(timedelta(days=30))
    assert sweep(approvals, life, clock, operator, dry_run=False).exit_code == 0
    clock.advance(timedelta(days=200))
    assert sweep(approvals, life, clock, operator, dry_run=False).exit_code == 1
    assert told(engine, active)["access"] == "closed"


# -- the end ---------------------------------------------------------------------------------------


def test_an_end_begins_with_days_of_reading(
    life: Lifecycle,
    environments: Environments,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    clock: FixedClock,
) -> None:
    with pytest.raises(BadInput, match="not between 1 and 30"):
        life.close(operator, active.id, 31)
    closed = life.close(operator, active.id, 7)
    assert (closed.standing.state, closed.standing.read_only_until) == (State.ENDING, date(2026, 11, 9))
    assert told(engine, active)["access"] == "read-only"
    assert life.close(operator, active.id, 20).standing.read_only_until == date(2026, 11, 9)
    with pytest.raises(Refused, match="cannot be changed any more"):
        life.change(operator, active.id, changed(active, title="別の研究"))
    with pytest.raises(Refused, match="cannot become 'building'"):
        environments.up(operator, active.id)
    # An ending environment can be shut, too; it goes on ending.
    shut = life.suspend(operator, active.id, "漏えいの疑い")
    assert (shut.standing.state, shut.standing.access) == (State.ENDING, Access.CLOSED)
    assert told(engine, active)["access"] == "closed"
    with pytest.raises(Refused, match="nothing to resume"):
        life.resume(operator, active.id)
    clock.advance(timedelta(days=8))
    found = sweep(approvals, life, clock, operator, dry_run=False)
    assert ([note.approval for note in found.to_destroy], found.exit_code) == ([active.id], 1)
    ending = environments.end(operator, active.id)
    assert ending.destruction is not None
    assert environments.destroyed(active.id) == (ending.destruction, ending.entry)
    assert ending.entry is not None
    assert ending.entry.details["assets_sha256"] == ending.destruction.digest


def test_reading_ends_with_the_period_and_not_at_all_where_nobody_may_read(
    life: Lifecycle,
    environments: Environments,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    clock: FixedClock,
) -> None:
    half = changed(active, id="HIC-2026-005")
    pay(approvals, operator, half)
    engine.fail_next = True
    with pytest.raises(DependencyFailed):
        environments.up(operator, half.id)
    with pytest.raises(Refused, match="never finished"):
        life.close(operator, half.id, 7)
    clock.advance(timedelta(days=177))
    with pytest.raises(Refused, match="has not ended"):
        environments.destroyed(active.id)
    assert life.close(operator, active.id, 7).standing.read_only_until == active.period.end
    other = changed(active, id="HIC-2026-004")
    pay(approvals, operator, other)
    environments.up(operator, other.id)
    clock.advance(timedelta(days=10))
    with pytest.raises(Refused, match="Nobody may read") as caught:
        life.close(operator, other.id, 7)
    assert "--now" in caught.value.fix


# -- the sweep -------------------------------------------------------------------------------------


@pytest.fixture
def three(environments: Environments, approvals: Approvals, operator: Actor, active: Approval) -> list[str]:
    """Three that stand: one soon lapses, one is withdrawn, one goes on."""
    ids = [active.id]
    for number, end in ((2, "2026-11-20"), (3, "2027-04-30")):
        one = changed(active, id=f"HIC-2026-00{number}", period__end=end)
        pay(approvals, operator, one)
        environments.up(operator, one.id)
        ids.append(one.id)
    approvals.withdraw(operator, ids[2], "誓約違反")
    approvals.withdraw(operator, ids[2], "again")
    return ids


def test_a_sweep_suspends_what_lapsed_and_tells_what_will(
    life: Lifecycle,
    approvals: Approvals,
    audit: AuditLog,
    operator: Actor,
    three: list[str],
    clock: FixedClock,
) -> None:
    def run(dry_run: bool = False) -> Sweep:
        return sweep(approvals, life, clock, operator, dry_run=dry_run)

    entries = len(audit.entries())
    with _only_reads(life):
        dry = run(dry_run=True)
    assert [note.approval for note in dry.suspended] == [three[2]]
    assert [(note.approval, note.text) for note in dry.lapsing] == [(three[1], "ends on 2026-11-20, in 18 days")]
    assert (dry.exit_code, len(audit.entries())) == (1, entries)
    first = run()
    assert first.suspended == dry.suspended
    assert "REV-14: the approval was withdrawn on 2026-11-02: 誓約違反" in first.suspended[0].text
    assert approvals.get(three[2]).state is State.SUSPENDED
    acts = len(audit.entries())
    second = run()
    assert (second.suspended, second.exit_code, len(audit.entries())) == ([], 0, acts)
    clock.advance(timedelta(days=19))
    assert [note.approval for note in run().suspended] == [three[1]]
    clock.advance(timedelta(days=365))
    assert [note.approval for note in run().suspended] == [three[0]]
    assert run().exit_code == 0


def test_two_sweeps_at_once_do_no_harm(
    life: Lifecycle,
    approvals: Approvals,
    audit: AuditLog,
    operator: Actor,
    three: list[str],
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, inner = approvals.all, []

    def slow() -> list[Registered]:
        """The second sweep runs whole between the first one's reading and its acts."""
        seen = real()
        monkeypatch.setattr(approvals, "all", real)
        inner.append(sweep(approvals, life, clock, operator, dry_run=False))
        return seen

    monkeypatch.setattr(approvals, "all", slow)
    outer = sweep(approvals, life, clock, operator, dry_run=False)
    assert [note.approval for note in inner[0].suspended] == [three[2]]
    assert ([note.approval for note in outer.by_others], outer.suspended, outer.failed) == ([three[2]], [], [])
    assert [entry.act for entry in audit.entries()].count("env.suspend") == 1


def test_a_suspension_of_something_that_changed_since_is_a_conflict(
    life: Lifecycle, approvals: Approvals, operator: Actor, active: Approval
) -> None:
    seen = approvals.get(active.id)
    life.change(operator, active.id, edited(active, Edits(remove_handlers=["analyst-b"])))
    with pytest.raises(Conflict, match="changed in the meantime"):
        life.suspend(operator, active.id, "old news", seen=seen)
    assert approvals.get(active.id).state is State.ACTIVE


def test_one_that_fails_does_not_keep_others_from_being_suspended(
    life: Lifecycle, approvals: Approvals, operator: Actor, three: list[str], clock: FixedClock, door: DoorOfAnother
) -> None:
    clock.advance(timedelta(days=400))
    door.broken = True
    found = sweep(approvals, life, clock, operator, dry_run=False)
    assert ([note.approval for note in found.failed], found.exit_code) == (three, 3)
    assert {approvals.get(one).access for one in three} == {Access.CLOSED}
