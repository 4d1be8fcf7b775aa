"""What was begun and not finished: it is told as what it is, and the next run finishes it."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import environment_stack
from provisioning.approvals.next_acts import next_act
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments import cutting
from provisioning.environments.cutting import EMERGENCY
from provisioning.environments.engine import OnStep, Outcome, StackRequest, StandingResource
from provisioning.environments.lifecycle import DESKTOPS, Lifecycle
from provisioning.environments.service import Environments
from provisioning.environments.sweep import sweep
from provisioning.errors import Conflict, DependencyFailed, HicError, Refused
from tests.environments.lifecycle_cases import (
    TODAY,
    DoorOfAnother,
    Things,
    active,
    changes,
    door,
    life,
    things,
    told,
)
from tests.environments.test_service import RememberingEngine, approvals, engine, environments, paid

__all__ = ["active", "approvals", "changes", "door", "engine", "environments", "life", "paid", "things"]


def command(approvals: Approvals, approval: Approval) -> str:
    """What the operator is told to type next."""
    act = next_act(approvals.get(approval.id), TODAY)
    assert act is not None
    assert act.by == "operator"
    return act.command


@pytest.fixture
def no_copies(active: Approval, audit: AuditLog, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The locked bucket of the audit entries does not answer."""
    monkeypatch.setattr(audit, "_copies", lambda: ObjectStore(aws, "hic-is-not-there"))


@pytest.mark.usefixtures("no_copies")
def test_a_missing_copy_of_the_record_keeps_nobody_in(
    life: Lifecycle,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    things: Things,
    door: DoorOfAnother,
) -> None:
    with pytest.raises(DependencyFailed, match="hic-is-not-there"):
        life.suspend(operator, active.id, "漏えいの疑い")
    assert (things.running, things.key_status, things.policies) == ("stopped", "Inactive", [])
    assert (told(engine, active)["access"], door.shut_for) == ("closed", [active.id])
    suspension = approvals.get(active.id).suspension
    assert suspension is not None
    assert suspension.done


@pytest.mark.usefixtures("no_copies")
def test_both_failures_are_told(
    life: Lifecycle, operator: Actor, active: Approval, things: Things, door: DoorOfAnother
) -> None:
    door.broken = True
    with pytest.raises(DependencyFailed, match="Not everything could be cut off") as caught:
        life.suspend(operator, active.id, "漏えいの疑い")
    assert "the directory does not answer" in str(caught.value)
    assert "hic-is-not-there" in str(caught.value)
    assert (things.running, things.policies) == ("stopped", [EMERGENCY])


def test_what_was_not_recorded_shuts_nothing(
    life: Lifecycle,
    audit: AuditLog,
    operator: Actor,
    active: Approval,
    things: Things,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_given: object) -> None:
        raise DependencyFailed("the record table does not answer")

    monkeypatch.setattr(audit, "commit", broken)
    with pytest.raises(DependencyFailed, match="record table"):
        life.suspend(operator, active.id, "漏えいの疑い")
    assert things.running == "running"


def test_a_state_that_cannot_be_read_keeps_nobody_in(
    life: Lifecycle,
    approvals: Approvals,
    operator: Actor,
    active: Approval,
    engine: RememberingEngine,
    things: Things,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unread(_stack: str, refresh: bool = False) -> list[StandingResource]:
        raise DependencyFailed(f"the state does not answer {refresh}")

    monkeypatch.setattr(engine, "resources", unread)
    with pytest.raises(DependencyFailed, match="the state does not answer"):
        life.suspend(operator, active.id, "漏えいの疑い")
    assert (things.running, things.key_status, things.policies) == ("stopped", "Inactive", [EMERGENCY])
    assert command(approvals, active) == "hic env sweep"


def test_an_unfinished_suspension_is_no_closed_one(
    life: Lifecycle,
    environments: Environments,
    approvals: Approvals,
    operator: Actor,
    active: Approval,
    door: DoorOfAnother,
    clock: FixedClock,
) -> None:
    door.broken = True
    with pytest.raises(DependencyFailed):
        life.suspend(operator, active.id, "漏えいの疑い")
    assert command(approvals, active) == "hic env sweep"
    door.broken = False
    sweep(approvals, life, clock, operator, dry_run=False)
    act = next_act(approvals.get(active.id), TODAY)
    assert act is not None
    assert act.by == "ministry"


def test_what_ends_and_is_suspended_is_destroyed_at_once(
    life: Lifecycle, environments: Environments, approvals: Approvals, operator: Actor, active: Approval
) -> None:
    life.close(operator, active.id, 7)
    life.suspend(operator, active.id, "漏えいの疑い")
    assert command(approvals, active) == f"hic env end {active.id} --now"
    environments.end(operator, active.id)
    assert approvals.get(active.id).state is State.ENDED
    with pytest.raises(Refused, match="nothing stands"):
        life.suspend(operator, active.id, "漏えいの疑い")


def test_a_suspension_that_a_running_change_keeps_from_being_finished_is_a_failure(
    life: Lifecycle,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(_request: StackRequest, _on_step: OnStep | None = None) -> Outcome:
        raise Conflict("another run changes the stack")

    approvals.withdraw(operator, active.id, "誓約違反")
    monkeypatch.setattr(engine, "up", locked)
    for _time in range(2):
        found = sweep(approvals, life, clock, operator, dry_run=False)
        assert [(note.approval, note.text) for note in found.failed] == [(active.id, "another run changes the stack")]
        assert (found.by_others, found.suspended, found.exit_code) == ([], [], 3)


def test_what_a_first_run_left_half_built_is_told_and_can_be_closed(
    life: Lifecycle,
    environments: Environments,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    paid: Approval,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.fail_next = True
    with pytest.raises(DependencyFailed):
        environments.up(operator, paid.id)
    desktops = StandingResource(DESKTOPS, "desktops", "urn", "d-1234567890", recorded=False)
    before = engine.resources
    with monkeypatch.context() as patch:
        patch.setattr(engine, "resources", lambda stack, refresh=False: [*before(stack, refresh), desktops])
        found = environments.status(paid.id)
        assert ([one.type for one in found.resources], found.outputs) == (["aws:ec2/vpc:Vpc", DESKTOPS], {})
        closed: list[Any] = []
        patch.setattr(cutting, "_close_desktops", lambda _aws, directory: iter(closed.append(directory) or ()))
        life.suspend(operator, paid.id, "確認中")
    assert closed == ["d-1234567890"]
    assert told(engine, paid)["access"] == "closed"
    assert environment_stack(paid.id) not in engine.half_built


def test_a_resumption_that_was_interrupted_is_finished_by_resuming(
    life: Lifecycle,
    environments: Environments,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    active: Approval,
    things: Things,
    door: DoorOfAnother,
) -> None:
    life.suspend(operator, active.id, "確認中")
    engine.fail_next = True
    with pytest.raises(HicError):
        life.resume(operator, active.id)
    assert command(approvals, active) == f"hic env resume {active.id}"
    environments.up(operator, active.id)  # which builds, and opens no door
    assert (approvals.get(active.id).state, things.key_status) == (State.ACTIVE, "Inactive")
    assert command(approvals, active) == f"hic env resume {active.id}"
    life.resume(operator, active.id)
    assert (things.running, things.key_status, door.open_for) == ("running", "Active", [active.id])
    standing = approvals.get(active.id)
    assert not standing.opening
    act = next_act(standing, TODAY)
    assert act is not None
    assert act.by == "researcher"
    (done,) = [entry for entry in life._audit.entries() if entry.act == "env.resumed"]
    assert f"server {things.server}" in done.details["opened"]


def test_a_suspension_that_overtakes_a_resumption_wins(
    life: Lifecycle,
    approvals: Approvals,
    operator: Actor,
    active: Approval,
    things: Things,
    door: DoorOfAnother,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life.suspend(operator, active.id, "確認中")

    def overtaken(_standing: object) -> list[Any]:
        life.suspend(operator, active.id, "漏えいの疑い")
        things.aws.client("ec2").start_instances(InstanceIds=[things.server])  # as if it had come a moment earlier
        return []

    monkeypatch.setattr(door, "open", overtaken)
    with pytest.raises(Conflict, match="漏えいの疑い"):
        life.resume(operator, active.id)
    assert (things.running, things.key_status) == ("stopped", "Inactive")
    assert approvals.get(active.id).state is State.SUSPENDED


def test_a_suspension_ends_an_unfinished_resumption(
    life: Lifecycle, approvals: Approvals, engine: RememberingEngine, operator: Actor, active: Approval
) -> None:
    life.suspend(operator, active.id, "確認中")
    engine.fail_next = True
    with pytest.raises(HicError):
        life.resume(operator, active.id)
    life.suspend(operator, active.id, "やはり")
    standing = approvals.get(active.id)
    assert (standing.opening, standing.state) == (False, State.SUSPENDED)
