"""The sweep: what lapsed is suspended, what soon lapses is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from provisioning.actors import Actor
from provisioning.approvals.editing import Edits, edited
from provisioning.approvals.model import Approval
from provisioning.approvals.service import Approvals, Registered
from provisioning.approvals.states import Access, State
from provisioning.audit.log import AuditLog
from provisioning.clock import FixedClock
from provisioning.environments.lifecycle import Lifecycle
from provisioning.environments.service import Environments
from provisioning.environments.sweep import Sweep, sweep
from provisioning.errors import Conflict
from tests.approvals.test_fees import changed
from tests.call_log import call_log
from tests.environments.lifecycle_cases import TODAY, DoorOfAnother, active, changes, door, life, things
from tests.environments.test_service import approvals, engine, environments, paid, pay

__all__ = ["active", "approvals", "changes", "door", "engine", "environments", "life", "paid", "things"]


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
    with call_log(life._aws) as log:
        dry = run(dry_run=True)
    assert (log.writes, bool(log.calls)) == ([], True)
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


@pytest.mark.parametrize(("days", "told"), [(0, True), (29, True), (30, True), (31, False)])
def test_what_lapses_is_told_from_thirty_days_before(
    life: Lifecycle,
    approvals: Approvals,
    operator: Actor,
    active: Approval,
    clock: FixedClock,
    days: int,
    told: bool,
) -> None:
    last = active.period.last_day
    clock.advance(last - timedelta(days=days) - TODAY)
    found = sweep(approvals, life, clock, operator, dry_run=False)
    wanted = [(active.id, f"ends on {last}, in {days} days")] if told else []
    assert [(note.approval, note.text) for note in found.lapsing] == wanted
    assert (found.suspended, found.exit_code) == ([], 0)


def test_the_day_after_the_last_it_is_suspended_and_not_before(
    life: Lifecycle, approvals: Approvals, operator: Actor, active: Approval, clock: FixedClock
) -> None:
    clock.advance(active.period.last_day - TODAY)
    assert sweep(approvals, life, clock, operator, dry_run=False).suspended == []
    clock.advance(timedelta(days=1))
    assert [n.approval for n in sweep(approvals, life, clock, operator, dry_run=False).suspended] == [active.id]
