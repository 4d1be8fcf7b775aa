"""The whole machine against a simple model: random steps of random people, with crashes in between."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore, StoredObject
from provisioning.aws.records import Put, Record, RecordConflict, RecordStore
from provisioning.clock import JST, FixedClock
from provisioning.egress import store
from provisioning.egress.downloads import get, revoke
from provisioning.egress.model import Choice, Request
from provisioning.egress.release import release
from provisioning.egress.review import decide, relieve
from provisioning.egress.states import CONFIRMED, State
from provisioning.egress.submission import Desk, Draft, submit, withdraw
from provisioning.errors import BadInput, Refused

PEOPLE = [
    Actor("researcher", "analyst-a"),
    Actor("researcher", "analyst-b"),
    *(Actor("reviewer", name) for name in ("r-1", "r-2", "r-3", "analyst-a")),
    Actor("operator", "o-1"),
    Actor("auditor", "a-1"),
]
TABLES = ["性別,患者数\n男,120\n女,80\n", "性別,患者数\n男,300\n女,400\n", "性別,患者数\n男,55\n女,66\n"]


def crashes(most: int) -> st.SearchStrategy[int]:
    """At which write the machine stops; 0, mostly: at none."""
    return st.one_of(st.just(0), st.just(0), st.integers(0, most))


class Crash(Exception):
    """The machine stops here."""


class MemoryRecords:
    """The record store's contract, in memory: all writes of a call hold, or none."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Record] = {}
        self.crash_in = -1

    def get(self, pk: str, sk: str) -> Record | None:
        return self.kept.get((pk, sk))

    def list(self, pk: str, prefix: str = "") -> list[Record]:
        return [self.kept[key] for key in sorted(self.kept) if key[0] == pk and key[1].startswith(prefix)]

    def write(self, puts: list[Put]) -> None:
        self.step()
        failed = [put for put in puts if self._version(put) != put.expected]
        if failed:
            raise RecordConflict(failed)
        for put in puts:
            self.kept[put.pk, put.sk] = Record(put.pk, put.sk, put.data, put.expected + 1)

    def _version(self, put: Put) -> int:
        record = self.kept.get((put.pk, put.sk))
        return record.version if record else 0

    def step(self) -> None:
        """One write less until the machine stops."""
        self.crash_in -= 1
        if self.crash_in == 0:
            raise Crash


class MemoryBucket:
    """A bucket that keeps versions, in memory."""

    bucket = "memory"

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records
        self.versions: dict[str, dict[str, bytes]] = {}
        self.count = 0

    def put_bytes(self, key: str, body: bytes) -> str:
        self.records.step()
        self.count += 1
        self.versions.setdefault(key, {})[str(self.count)] = body
        return str(self.count)

    def head(self, key: str, version: str | None = None) -> StoredObject | None:
        kept = self.versions.get(key, {})
        if not kept or (version and version not in kept):
            return None
        found = version or list(kept)[-1]
        return StoredObject(key, len(kept[found]), "", found)

    def read(self, key: str, version: str | None = None) -> bytes:
        kept = self.versions[key]
        return kept[version or list(kept)[-1]]

    def copy(self, source: str, target: str, version: str | None = None) -> str:
        return self.put_bytes(target, self.read(source, version))

    def delete_version(self, key: str, version: str) -> None:
        self.records.step()
        self.versions.get(key, {}).pop(version, None)


class Machine(RuleBasedStateMachine):
    """Steps are taken by anybody, at any time; what the model says must hold after each."""

    approval: Approval

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.records, self.clock = MemoryRecords(), FixedClock(datetime(2026, 11, 2, 9, 0, tzinfo=JST))
        self.bucket = MemoryBucket(self.records)
        records = cast(RecordStore, self.records)
        self.audit = AuditLog(records, self.clock)
        self.desk = Desk(records, self.audit, cast(ObjectStore, self.bucket), self.clock)
        data = {"approval": self.approval.model_dump(mode="json"), "state": "active"}
        self.records.write([Put(approval_key(self.approval.id), "APPROVAL", data)])
        self.fetched = 0

    def teardown(self) -> None:
        self.folder.cleanup()

    @property
    def requests(self) -> list[Request]:
        return store.load_queue(self.desk.records)

    def attempt(self, crash: int, step: Any) -> bool:
        """Take a step that may be refused or stop at a write; whether it went through."""
        self.records.crash_in = crash
        try:
            step()
        except (Crash, Refused, BadInput):
            return False
        finally:
            self.records.crash_in = -1
        return True

    @rule(actor=st.sampled_from(PEOPLE[:2]), table=st.sampled_from(TABLES), crash=crashes(9))
    def file(self, actor: Actor, table: str, crash: int) -> None:
        path = Path(self.folder.name) / "table.csv"
        path.write_text(table, encoding="utf-8")
        done = self.attempt(
            crash, lambda: submit(self.desk, actor, Draft(self.approval.id, (path,), "表1", "学会発表", True))
        )
        assert not (done and actor.name == "analyst-b")

    @precondition(lambda self: self.requests)
    @rule(
        data=st.data(),
        actor=st.sampled_from(PEOPLE),
        choice=st.sampled_from([Choice.APPROVE, Choice.APPROVE, Choice.APPROVE, Choice.RETURN, Choice.REJECT]),
        crash=crashes(4),
    )
    def opine(self, data: st.DataObject, actor: Actor, choice: Choice, crash: int) -> None:
        name = data.draw(st.sampled_from(self.requests)).id
        done = self.attempt(crash, lambda: decide(self.desk, actor, name, choice, "理由"))
        assert not (done and (actor.role != "reviewer" or actor.name == "analyst-a"))

    @precondition(lambda self: any(request.state is State.UNDER_REVIEW for request in self.requests))
    @rule(choice=st.sampled_from([Choice.APPROVE, Choice.APPROVE, Choice.RETURN]), crash=crashes(4))
    def agree(self, choice: Choice, crash: int) -> None:
        name = next(request.id for request in self.requests if request.state is State.UNDER_REVIEW)
        for actor in PEOPLE[2:5]:
            self.attempt(crash, lambda actor=actor: decide(self.desk, actor, name, choice, "理由"))  # type: ignore[misc]

    @precondition(lambda self: any(len(r.votes) == 2 and r.state is State.UNDER_REVIEW for r in self.requests))
    @rule(data=st.data(), actor=st.sampled_from(PEOPLE), days=st.sampled_from([0, 4, 4]), crash=crashes(3))
    def let_another_take_the_place(self, data: st.DataObject, actor: Actor, days: int, crash: int) -> None:
        waiting = [r for r in self.requests if len(r.votes) == 2 and r.state is State.UNDER_REVIEW]
        before = data.draw(st.sampled_from(waiting))
        name = data.draw(st.sampled_from(before.votes)).reviewer
        self.clock.advance(timedelta(days=days))
        done = self.attempt(crash, lambda: relieve(self.desk, actor, before.id, name, "不在"))
        after = store.load(self.desk.records, before.id).request
        assert not (done and actor.role != "operator")
        assert len(after.votes) + len(after.relieved) == len(before.votes) + len(before.relieved)

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), actor=st.sampled_from(PEOPLE), crash=crashes(6))
    def let_out(self, data: st.DataObject, actor: Actor, crash: int) -> None:
        before = data.draw(st.sampled_from(self.requests))
        done = self.attempt(crash, lambda: release(self.desk, actor, before.id))
        assert not (done and before.state not in CONFIRMED)

    @precondition(lambda self: any(request.state is State.APPROVED for request in self.requests))
    @rule(crash=crashes(6))
    def let_out_what_is_approved(self, crash: int) -> None:
        request = next(request for request in self.requests if request.state is State.APPROVED)
        done = self.attempt(crash, lambda: release(self.desk, PEOPLE[-2], request.id))
        revoked = {known.files[0].sha256 for known in self.requests if known.state is State.REVOKED}
        lost = bool(request.exemptions) and request.files[0].sha256 in revoked
        assert done != lost or crash

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), actor=st.sampled_from(PEOPLE), back=st.booleans(), crash=crashes(3))
    def take_back(self, data: st.DataObject, actor: Actor, back: bool, crash: int) -> None:
        name = data.draw(st.sampled_from(self.requests)).id
        step = (
            (lambda: revoke(self.desk, actor, name, "誤り")) if back else (lambda: withdraw(self.desk, actor, name, ""))
        )
        self.attempt(crash, step)

    @precondition(lambda self: any(request.release for request in self.requests))
    @rule(data=st.data(), actor=st.sampled_from(PEOPLE))
    def fetch(self, data: st.DataObject, actor: Actor) -> None:
        request = data.draw(st.sampled_from([request for request in self.requests if request.release]))
        self.fetched += 1
        folder = Path(self.folder.name) / str(self.fetched)
        if self.attempt(-1, lambda: get(self.desk, actor, request.id, folder)):
            assert (actor.role, request.state) == ("researcher", State.RELEASED)
            content = (folder / "table.csv").read_bytes()
            assert hashlib.sha256(content).hexdigest() == request.files[0].sha256

    @invariant()
    def nothing_is_confirmed_but_by_two_strangers_in_agreement(self) -> None:
        requests = {request.id: request for request in self.requests}
        for request in requests.values():
            if request.state in CONFIRMED:
                origin = request
                while origin.exemptions:
                    assert origin.exemptions[0].sha256 == origin.files[0].sha256
                    origin = requests[origin.exemptions[0].request]
                voters = {vote.reviewer for vote in origin.votes if vote.choice is Choice.APPROVE}
                assert len(voters) >= 2
                assert not voters & {"analyst-a", "analyst-b"}
                assert all(vote.choice is Choice.APPROVE for vote in request.votes)
                assert request.votes

    @invariant()
    def every_act_is_in_the_chain_and_no_release_twice(self) -> None:
        acts = [(entry.act, entry.subject) for entry in self.audit.entries()]
        for once in ("egress.release", "egress.revoke", "egress.submit", "egress.withdraw"):
            subjects = [subject for act, subject in acts if act == once]
            assert len(subjects) == len(set(subjects)), once
        for request in self.requests:
            assert (("egress.release", request.id) in acts) is (request.release is not None)

    @invariant()
    def the_same_contents_never_wait_twice(self) -> None:
        waiting = [
            request.files[0].sha256
            for request in self.requests
            if request.state in (State.SUBMITTED, State.CHECKING, State.UNDER_REVIEW, State.APPROVED)
        ]
        assert len(waiting) == len(set(waiting))


@pytest.fixture
def machine(approval: Approval) -> type[Machine]:
    Machine.approval = approval
    return Machine


def test_whatever_people_do_the_model_holds(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
