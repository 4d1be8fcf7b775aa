"""The order of things around an engine: guards before, records after, repeats and interruptions.

The engine here only remembers what it was asked; the real engines have tests of their own.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import PLATFORM_STACK, environment_stack, work_bucket
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.chain import find_breaks
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.engine import OnStep, Op, Outcome, StackRequest, StandingResource, Step
from provisioning.environments.service import Environments
from provisioning.errors import Conflict, DependencyFailed, Refused
from tests.approvals.test_fees import changed

DAY = date(2026, 11, 1)
VPC = StandingResource("aws:ec2/vpc:Vpc", "vpc", "urn", "vpc-1", recorded=False)


class RememberingEngine:
    """Keeps requests by stack; fails once when told to."""

    label = "remembering"

    def __init__(self) -> None:
        self.stacks: dict[str, StackRequest] = {PLATFORM_STACK: StackRequest(PLATFORM_STACK, {})}
        self.fail_next = False
        self.locked: set[str] = set()
        self.half_built: set[str] = set()

    def plan(self, request: StackRequest) -> Outcome:
        return self._outcome(request.name, Op.CREATE)

    def up(self, request: StackRequest, on_step: OnStep | None = None) -> Outcome:
        if self.fail_next:
            self.fail_next = False
            self.half_built.add(request.name)
            raise DependencyFailed("a resource failed")
        self.stacks[request.name] = request
        self.half_built.discard(request.name)
        return self._outcome(request.name, Op.CREATE)

    def check_free(self, stack: str) -> None:
        if stack in self.locked:
            raise Conflict(f"{stack} is being changed by another run", fix="Wait.")

    def plan_destroy(self, stack: str) -> Outcome:
        return self._outcome(stack, Op.DELETE)

    def destroy(self, stack: str, on_step: OnStep | None = None) -> Outcome:
        self.stacks.pop(stack, None)
        self.half_built.discard(stack)
        return self._outcome(stack, Op.DELETE)

    def outputs(self, stack: str) -> dict[str, Any] | None:
        return {} if stack in self.stacks else None

    def resources(self, stack: str, refresh: bool = False) -> list[StandingResource]:
        return [VPC] if stack in self.stacks or stack in self.half_built else []

    @staticmethod
    def _outcome(stack: str, op: Op) -> Outcome:
        return Outcome(stack, (Step(op, "aws:ec2/vpc:Vpc", "vpc", "urn"),), {"vpcId": "vpc-1"}, 0.1)


@pytest.fixture
def engine() -> RememberingEngine:
    return RememberingEngine()


@pytest.fixture
def approvals(records: RecordStore, audit: AuditLog, clock: FixedClock) -> Approvals:
    return Approvals(records, audit, clock)


@pytest.fixture
def environments(
    approvals: Approvals,
    records: RecordStore,
    audit: AuditLog,
    aws: Aws,
    clock: FixedClock,
    engine: RememberingEngine,
) -> Environments:
    return Environments(approvals, records, audit, aws, clock, engine)


@pytest.fixture
def paid(approvals: Approvals, operator: Actor, approval: Approval) -> Approval:
    return pay(approvals, operator, approval)


def pay(approvals: Approvals, operator: Actor, approval: Approval) -> Approval:
    approvals.register(operator, approval)
    approvals.pay(operator, approval.id, approvals.quote(operator, approval.id).total, "R", DAY)
    return approval


def test_a_life(
    environments: Environments, approvals: Approvals, audit: AuditLog, operator: Actor, paid: Approval
) -> None:
    assert environments.plan(operator, paid.id).count(Op.CREATE) == 1
    assert approvals.get(paid.id).state is State.PAID
    environments.up(operator, paid.id)
    assert approvals.get(paid.id).state is State.ACTIVE
    ending = environments.end(operator, paid.id)
    assert ending.leftovers == ()
    assert approvals.get(paid.id).state is State.ENDED
    acts = [entry.act for entry in audit.entries()]
    assert acts[3:] == ["env.build", "env.active", "env.end", "env.ended"]
    with pytest.raises(Refused, match="already ended"):
        environments.end(operator, paid.id)
    with pytest.raises(Refused, match="cannot become 'building'"):
        environments.up(operator, paid.id)


def test_unpaid_is_refused_and_nothing_is_asked_of_the_engine(
    environments: Environments, approvals: Approvals, engine: RememberingEngine, operator: Actor, approval: Approval
) -> None:
    approvals.register(operator, approval)
    for act in (environments.plan, environments.up):
        with pytest.raises(Refused, match="fee is not paid"):
            act(operator, approval.id)
    assert set(engine.stacks) == {PLATFORM_STACK}
    assert approvals.get(approval.id).state is State.REGISTERED


def test_a_lapsed_period_stops_further_building(
    environments: Environments, operator: Actor, paid: Approval, clock: FixedClock
) -> None:
    environments.up(operator, paid.id)
    clock.advance(timedelta(days=200))
    with pytest.raises(Refused, match="period ended on 2027-04-30"):
        environments.up(operator, paid.id)
    assert environments.end(operator, paid.id).leftovers == ()


def test_without_a_platform(
    environments: Environments, engine: RememberingEngine, operator: Actor, paid: Approval
) -> None:
    del engine.stacks[PLATFORM_STACK]
    with pytest.raises(Refused, match="hic platform up"):
        environments.up(operator, paid.id)


def test_a_failed_build_goes_on_with_the_same_network(
    environments: Environments,
    approvals: Approvals,
    audit: AuditLog,
    engine: RememberingEngine,
    operator: Actor,
    paid: Approval,
) -> None:
    engine.fail_next = True
    with pytest.raises(DependencyFailed):
        environments.up(operator, paid.id)
    assert approvals.get(paid.id).state is State.BUILDING
    environments.up(operator, paid.id)
    assert approvals.get(paid.id).state is State.ACTIVE
    assert [e.details for e in audit.entries() if e.act == "env.build"] == [{"network": 1}]


def test_two_environments_never_share_a_network_and_a_freed_one_is_taken_again(
    environments: Environments,
    approvals: Approvals,
    engine: RememberingEngine,
    operator: Actor,
    paid: Approval,
) -> None:
    others = [pay(approvals, operator, changed(paid, id=f"HIC-2026-10{n}")) for n in range(2)]
    for one in (paid, others[0]):
        environments.up(operator, one.id)
    networks = {name: request.config.get("network") for name, request in engine.stacks.items()}
    assert networks[environment_stack(paid.id)] == "1"
    assert networks[environment_stack(others[0].id)] == "2"
    environments.end(operator, paid.id)
    environments.up(operator, others[1].id)
    assert engine.stacks[environment_stack(others[1].id)].config["network"] == "1"


def test_who_loses_the_race_for_a_network_takes_the_next(
    environments: Environments,
    approvals: Approvals,
    audit: AuditLog,
    engine: RememberingEngine,
    operator: Actor,
    paid: Approval,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another takes number 1 after this one has seen it free, and before it writes: its write does not hold."""
    other = pay(approvals, operator, changed(paid, id="HIC-2026-200"))
    commit, tried = audit.commit, []

    def overtaken(*arguments: Any) -> Any:
        act, approval_id, details = arguments[1:4]
        if act == "env.build":
            tried.append((approval_id, details["network"]))
            if len(tried) == 1:
                environments.up(operator, other.id)
        return commit(*arguments)

    monkeypatch.setattr(audit, "commit", overtaken)
    environments.up(operator, paid.id)
    assert tried == [(paid.id, 1), (other.id, 1), (paid.id, 2)]
    taken = {one.id: environments.network_of(one.id) for one in (paid, other)}
    assert taken == {paid.id: 2, other.id: 1}
    told = {name: request.config["network"] for name, request in engine.stacks.items() if name.startswith("env-")}
    assert told == {environment_stack(paid.id): "2", environment_stack(other.id): "1"}
    assert {approvals.get(one.id).state for one in (paid, other)} == {State.ACTIVE}
    assert list(find_breaks(audit.entries())) == []
    assert [e.subject for e in audit.entries() if e.act == "env.build"] == [other.id, paid.id]


def test_who_always_loses_is_told_to_repeat(
    environments: Environments, approvals: Approvals, records: RecordStore, operator: Actor, paid: Approval
) -> None:
    before, class_ = approvals.get(paid.id), type(environments._networks)

    class Behind(class_):  # type: ignore[valid-type, misc]
        """Sees what was free before everybody else came."""

        def of(self, approval_id: str) -> Any:
            return 1, [Put("NETWORKS", "0001", {"approval": approval_id})]

    records.write([Put("NETWORKS", "0001", {"approval": "HIC-OTHER"})])
    environments._networks = Behind(records)
    with pytest.raises(Refused, match="Too many environments") as caught:
        environments.up(operator, paid.id)
    assert "Repeat" in caught.value.fix
    assert approvals.get(paid.id) == before


def test_while_another_run_changes_the_stack_nothing_is_begun(
    environments: Environments,
    approvals: Approvals,
    audit: AuditLog,
    engine: RememberingEngine,
    operator: Actor,
    paid: Approval,
) -> None:
    environments.up(operator, paid.id)
    entries, before = len(audit.entries()), approvals.get(paid.id)
    engine.locked.add(environment_stack(paid.id))
    for act in (environments.up, environments.end):
        with pytest.raises(Conflict, match="being changed by another run"):
            act(operator, paid.id)
    assert (len(audit.entries()), approvals.get(paid.id)) == (entries, before)


def test_the_end_destroys_every_version_in_the_work_bucket(
    environments: Environments, operator: Actor, paid: Approval, aws: Aws, make_bucket: Any
) -> None:
    environments.up(operator, paid.id)
    bucket: ObjectStore = make_bucket(work_bucket(paid.id, aws.account))
    for body in (b"one", b"two"):
        bucket.put_bytes("import/a", body)
    ending = environments.end(operator, paid.id)
    assert ending.objects_destroyed == 2
    # The remembering engine deletes nothing, so the bucket itself must be reported and the end not certified.
    assert [leftover.kind for leftover in ending.leftovers] == ["bucket"]


def test_only_operators_build(environments: Environments, researcher: Actor, paid: Approval) -> None:
    for act in (environments.plan, environments.up, environments.end):
        with pytest.raises(Refused, match="it is for operator"):
            act(researcher, paid.id)
