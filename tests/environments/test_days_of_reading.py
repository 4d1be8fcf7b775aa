"""The end begins with days on which everything can be read and nothing written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import Access, State
from provisioning.clock import FixedClock
from provisioning.environments.lifecycle import Lifecycle
from provisioning.environments.service import Environments
from provisioning.environments.sweep import sweep
from provisioning.errors import BadInput, DependencyFailed, Refused
from tests.approvals.test_fees import changed
from tests.environments.lifecycle_cases import active, changes, door, life, things, told
from tests.environments.test_service import RememberingEngine, approvals, engine, environments, paid, pay

__all__ = ["active", "approvals", "changes", "door", "engine", "environments", "life", "paid", "things"]


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
