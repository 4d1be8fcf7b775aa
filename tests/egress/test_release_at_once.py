"""Two releases at once: whichever comes second is attacked together with the first (PUB-22b)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.model import Approval
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.egress import register, store
from provisioning.egress import release as releasing
from provisioning.egress.model import Choice, Request
from provisioning.egress.release import release
from provisioning.egress.review import decide
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, Draft, submit
from provisioning.errors import Conflict, Refused

MASKED = "地域,男,女\n北,20,30\n南,-,40\n東,15,25\n"
TOTALS = "地域,患者数\n北,50\n南,48\n東,40\n"
OTHERS = "地域,外来患者数\n西,300\n中,400\n"
Approved = Callable[[Desk, str, str], Request]


@pytest.fixture
def approve(researcher: Actor, reviewer: Actor, second_reviewer: Actor, table: Callable[..., Path]) -> Approved:
    """File a table and have it approved, not released."""

    def run(desk: Desk, approval_id: str, text: str) -> Request:
        draft = Draft(approval_id, (table(text),), "表1", "学会発表", True)
        request = submit(desk, researcher, draft)[0]
        assert request.fail == 0
        for one in (reviewer, second_reviewer):
            request = decide(desk, one, request.id, Choice.APPROVE, "ok")
        return request

    return run


@pytest.fixture
def other_desk(
    aws: Aws,
    records: RecordStore,
    audit: AuditLog,
    clock: FixedClock,
    operator: Actor,
    registered: Approval,
    make_bucket: Callable[[str], ObjectStore],
) -> Desk:
    """The desk of another approval of the same trial month."""
    other = registered.model_copy(update={"id": "HIC-2026-777"})
    data = {"approval": other.model_dump(mode="json"), "state": "active"}
    audit.commit(operator, "approval.register", other.id, puts=[Put(names.approval_key(other.id), "APPROVAL", data)])
    return Desk(records, audit, make_bucket(names.work_bucket(other.id, aws.account)), clock)


@pytest.fixture
def before_the_record(records: RecordStore, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something happen once, just before the next release is put on record."""

    def arrange(happens: Callable[[], object]) -> None:
        write, waiting = RecordStore.write, [happens]

        def late(self: RecordStore, puts: Sequence[Put]) -> None:
            if waiting and any(put.pk.startswith(register.PREFIX) for put in puts):
                waiting.pop()()
            write(self, puts)

        monkeypatch.setattr(RecordStore, "write", late)

    return arrange


def test_a_release_that_was_overtaken_by_one_of_another_approval_is_attacked_again(
    desk: Desk,
    other_desk: Desk,
    approve: Approved,
    registered: Approval,
    operator: Actor,
    reviewer: Actor,
    before_the_record: Callable[..., None],
) -> None:
    masked = approve(desk, registered.id, MASKED)
    totals = approve(other_desk, "HIC-2026-777", TOTALS)
    before_the_record(lambda: release(other_desk, reviewer, totals.id))
    with pytest.raises(Refused, match="opens what it should hide"):
        release(desk, operator, masked.id)
    assert store.load(desk.records, masked.id).request.state is State.APPROVED
    assert store.load(desk.records, totals.id).request.state is State.RELEASED
    assert desk.bucket.list("egress/released/") == []
    assert [record.sk for record in desk.records.list(register.PREFIX + "trial:202204", "HIC-")] == [totals.id]


def test_a_release_that_was_overtaken_by_one_of_its_own_approval_is_attacked_again(
    desk: Desk, approve: Approved, registered: Approval, operator: Actor, before_the_record: Callable[..., None]
) -> None:
    masked, totals = approve(desk, registered.id, MASKED), approve(desk, registered.id, TOTALS)
    before_the_record(lambda: release(desk, operator, totals.id))
    with pytest.raises(Refused, match="opens what it should hide"):
        release(desk, operator, masked.id)
    assert [item.key for item in desk.bucket.list("egress/released/")] == [
        f"egress/released/{totals.id}/bundle.json",
        f"egress/released/{totals.id}/table.csv",
    ]


def test_what_opens_nothing_is_released_all_the_same(
    desk: Desk, approve: Approved, registered: Approval, operator: Actor, before_the_record: Callable[..., None]
) -> None:
    masked, others = approve(desk, registered.id, MASKED), approve(desk, registered.id, OTHERS)
    before_the_record(lambda: release(desk, operator, others.id))
    assert release(desk, operator, masked.id).state is State.RELEASED
    known = register.earlier_releases(desk.records, desk.bucket, registered)
    assert [earlier.request for earlier in known.releases] == [masked.id, others.id]


def test_of_two_at_the_same_time_one_is_released(
    desk: Desk,
    other_desk: Desk,
    approve: Approved,
    registered: Approval,
    operator: Actor,
    reviewer: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both are attacked before either is put on record."""
    masked = approve(desk, registered.id, MASKED)
    totals = approve(other_desk, "HIC-2026-777", TOTALS)
    attacked, attack, met = threading.Barrier(2, timeout=30), releasing._attack_again, set[str]()

    def meet(desk: Desk, approval: Approval, request: Request) -> None:
        attack(desk, approval, request)
        if request.id not in met:
            met.add(request.id)
            attacked.wait()

    monkeypatch.setattr(releasing, "_attack_again", meet)

    def attempt(desk: Desk, actor: Actor, name: str) -> str:
        try:
            return release(desk, actor, name).state
        except Refused as refused:
            return refused.message

    with ThreadPoolExecutor(2) as pool:
        answers = [
            pool.submit(attempt, desk, operator, masked.id),
            pool.submit(attempt, other_desk, reviewer, totals.id),
        ]
        told = sorted(answer.result() for answer in answers)
    assert told[1] == State.RELEASED
    assert "opens what it should hide" in told[0]


def test_a_register_that_never_rests_is_told(
    desk: Desk, approve: Approved, registered: Approval, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    masked = approve(desk, registered.id, MASKED)
    write, last = RecordStore.write, []

    def overtaken(self: RecordStore, puts: Sequence[Put]) -> None:
        if any(put.pk.startswith(register.PREFIX) for put in puts):
            last.append(True)
            (moved,) = register.moved(desk.records, registered, f"X-{len(last)}")
            write(self, [moved])
        write(self, puts)

    monkeypatch.setattr(RecordStore, "write", overtaken)
    with pytest.raises(Conflict, match="released at once"):
        release(desk, operator, masked.id)
    assert len(last) == releasing.ATTEMPTS
    assert store.load(desk.records, masked.id).request.state is State.APPROVED
