"""Environments that stand are changed by the rules, and what is refused changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals.change_service import Changes
from provisioning.approvals.changes import Decision, Weight
from provisioning.approvals.editing import Edits, edited
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.clock import FixedClock
from provisioning.environments.lifecycle import Lifecycle
from provisioning.environments.sweep import sweep
from provisioning.errors import BadInput, DependencyFailed, Refused
from tests.approvals.test_changes import NEW
from tests.approvals.test_fees import changed
from tests.call_log import call_log
from tests.environments.lifecycle_cases import ACCEPTED, TODAY, active, changes, door, life, things, told
from tests.environments.test_service import RememberingEngine, approvals, engine, environments, paid

__all__ = ["active", "approvals", "changes", "door", "engine", "environments", "life", "paid", "things"]


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
    with call_log(life._aws) as log, pytest.raises(Refused, match=match) as caught:
        life.change(operator, active.id, changed(active, **parts))
    assert caught.value.fix
    assert log.calls  # it has looked
    with call_log(life._aws) as planned:
        life.plan_change(operator, active.id, changed(active, **parts))
    assert (log.writes, planned.writes, bool(planned.calls)) == ([], [], True)
    assert (approvals.get(active.id), len(audit.entries())) == (before, entries)
    assert told(engine, active) == config


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
