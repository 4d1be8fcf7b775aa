"""Suspended at once and kept so, resumed only when all holds again.

The engine only remembers; the servers, roles and keys are moto's.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import Access, State
from provisioning.audit.log import AuditLog
from provisioning.clock import FixedClock
from provisioning.environments.cutting import EMERGENCY
from provisioning.environments.engine import OnStep, Outcome, StackRequest
from provisioning.environments.lifecycle import Lifecycle
from provisioning.environments.service import Environments
from provisioning.environments.sweep import sweep
from provisioning.errors import BadInput, Conflict, DependencyFailed, Refused
from tests.approvals.test_fees import changed
from tests.environments.lifecycle_cases import (
    DoorOfAnother,
    Things,
    active,
    changes,
    door,
    life,
    things,
    told,
)
from tests.environments.test_service import RememberingEngine, approvals, engine, environments, paid, pay

__all__ = ["active", "approvals", "changes", "door", "engine", "environments", "life", "paid", "things"]


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
    life.suspend(operator, active.id, " 登録外の場所からの接続 ")
    assert things.running == "stopped"
    assert [entry.act for entry in audit.entries()] == acts


def test_another_reason_is_an_act_and_is_kept(
    life: Lifecycle,
    environments: Environments,
    approvals: Approvals,
    audit: AuditLog,
    operator: Actor,
    active: Approval,
) -> None:
    life.suspend(operator, active.id, "確認中")
    for reason in ("漏えいの疑い", "漏えいの疑い", "確認中"):
        life.suspend(operator, active.id, reason)
    suspension = approvals.get(active.id).suspension
    assert suspension is not None
    assert (suspension.reasons, suspension.done) == (("確認中", "漏えいの疑い"), True)
    assert [entry.details for entry in audit.entries() if entry.act == "env.suspend"] == [
        {"reason": "確認中"},
        {"reason": "漏えいの疑い"},
    ]
    with pytest.raises(Refused, match="確認中; 漏えいの疑い"):
        environments.up(operator, active.id)
    for reason in ("誓約違反", "再発", "誓約違反"):
        approvals.withdraw(operator, active.id, reason)
    withdrawal = approvals.get(active.id).withdrawal
    assert withdrawal is not None
    assert withdrawal.reasons == ("誓約違反", "再発")
    assert sum(entry.act == "approval.withdraw" for entry in audit.entries()) == 2
    with pytest.raises(Refused, match="誓約違反; 再発"):
        life.resume(operator, active.id)


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
