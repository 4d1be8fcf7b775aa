"""The end of a platform: refused while it is needed or protected; its record of acts outlives it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.records import RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.platform_end import PlatformEnd
from provisioning.environments.service import Platform
from provisioning.errors import Refused
from provisioning.offline.engine import OfflineEngine
from tests.infra.interruptions import power_over, until_done


@pytest.fixture
def built(aws: Aws, engine: OfflineEngine, clock: FixedClock, operator: Actor) -> Platform:
    """A throw-away platform."""
    store = RecordStore(aws)
    platform = Platform(store, AuditLog(store, clock), aws, engine)
    platform.up(operator, throw_away=True)
    return platform


@pytest.fixture
def end(aws: Aws, engine: OfflineEngine, clock: FixedClock) -> PlatformEnd:
    store = RecordStore(aws)
    return PlatformEnd(store, AuditLog(store, clock), aws, clock, engine)


def test_a_platform_goes_and_its_record_stays(
    built: Platform, end: PlatformEnd, operator: Actor, engine: OfflineEngine, aws: Aws, tmp_path: Path
) -> None:
    assert engine.outputs("platform") is not None
    with power_over(aws) as power:
        cuts = until_done(power, lambda: end.destroy(operator, tmp_path / "kept"), iter([10, 40, 10**6]))
    assert cuts == 2
    assert built.status() == ([], {})
    assert not RecordStore(aws).exists()
    kept = sorted((tmp_path / "kept").iterdir())
    entries = [json.loads(line) for line in kept[-1].read_text(encoding="utf-8").splitlines()]
    assert [entry["act"] for entry in entries][:2] == ["platform.up", "platform.destroy"]
    assert kept[-1].stat().st_mode & 0o777 == 0o600
    again = end.destroy(operator, tmp_path / "kept")
    assert (again.outcome.steps, again.audit) == ((), None)


def test_it_is_refused_while_an_environment_stands_or_it_is_protected(
    built: Platform,
    end: PlatformEnd,
    operator: Actor,
    aws: Aws,
    clock: FixedClock,
    engine: OfflineEngine,
    approval: Approval,
    tmp_path: Path,
) -> None:
    store = RecordStore(aws)
    approvals = Approvals(store, AuditLog(store, clock), clock)
    approvals.register(operator, approval)
    end.check(operator)
    store.write([approvals.get(approval.id).moved(State.BUILDING)])
    with pytest.raises(Refused, match=f"stand on the platform: {approval.id}"):
        end.destroy(operator, tmp_path)
    store.write([approvals.get(approval.id).moved(State.ENDED)])
    with pytest.raises(Refused, match="it is for operator"):
        end.destroy(Actor("researcher", "analyst-a"), tmp_path)
    built.up(operator, throw_away=False)
    built.up(operator)  # as it stands: protected
    with pytest.raises(Refused, match="protected") as caught:
        end.destroy(operator, tmp_path)
    assert "--throw-away" in str(caught.value)
    assert engine.outputs("platform")
    assert not list(tmp_path.glob("audit-*"))
