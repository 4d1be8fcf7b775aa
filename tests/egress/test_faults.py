"""Crashes, repeats and races: nothing is lost, released twice, or released unreviewed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordConflict, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.egress import store
from provisioning.egress.downloads import revoke
from provisioning.egress.model import Choice, Request
from provisioning.egress.release import release
from provisioning.egress.review import decide
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, recheck
from provisioning.errors import Refused
from tests.egress.conftest import CLEAN, SMALL

File = Callable[..., Request]


class Crash(Exception):
    """The machine stops here."""


class Counted:
    """Lets a number of calls to some methods through, then stops the machine, before or after the next call."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, calls: int, after: bool) -> None:
        self.left, self.after, self.crashed = calls, after, False
        for owner, name in (
            (ObjectStore, "copy"),
            (ObjectStore, "put_bytes"),
            (ObjectStore, "_delete"),
            (RecordStore, "write"),
        ):
            monkeypatch.setattr(owner, name, self._wrap(getattr(owner, name)))

    def _wrap(self, method: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == -1 and not self.after:
                self.crashed = True
                raise Crash
            result = method(*arguments, **named)
            if self.left == -1:
                self.crashed = True
                raise Crash
            return result

        return call


def crash_everywhere(step: Callable[[], object], monkeypatch: pytest.MonkeyPatch, calls: int, after: bool) -> bool:
    """Run a step that stops at its nth write; whether it did stop."""
    with monkeypatch.context() as patch:
        machine = Counted(patch, calls, after)
        try:
            step()
        except Crash:
            return True
        return machine.crashed


@pytest.fixture
def approved(desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor) -> Request:
    request = file_request()
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, request.id, Choice.APPROVE, "ok")
    return store.load(desk.records, request.id).request


def versions(aws: Aws, bucket: ObjectStore, prefix: str) -> dict[str, int]:
    found: dict[str, int] = {}
    answer = aws.client("s3").list_object_versions(Bucket=bucket.bucket, Prefix=prefix)
    for version in answer.get("Versions", []):
        found[version["Key"]] = found.get(version["Key"], 0) + 1
    return found


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", range(4))
def test_a_release_that_stops_anywhere_is_ended_by_repeating_it(
    calls: int,
    after: bool,
    aws: Aws,
    desk: Desk,
    bucket: ObjectStore,
    approved: Request,
    operator: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert crash_everywhere(lambda: release(desk, operator, approved.id), monkeypatch, calls, after)
    recorded = store.load(desk.records, approved.id).request.state is State.RELEASED
    assert recorded is (calls == 3 and after)
    done = release(desk, operator, approved.id)
    assert done.state is State.RELEASED
    assert release(desk, operator, approved.id) == done
    assert done.release
    folder = f"egress/released/{approved.id}/"
    assert versions(aws, bucket, folder) == {folder + "table.csv": 1, folder + "bundle.json": 1}
    assert bucket.read(done.release.files[0].key, done.release.files[0].version) == CLEAN.encode()
    assert [entry.act for entry in desk.audit.entries()].count("egress.release") == 1


def test_the_steps_of_a_release_are_as_many_as_were_tried(
    desk: Desk, approved: Request, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not crash_everywhere(lambda: release(desk, operator, approved.id), monkeypatch, 4, False)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", range(6))
def test_a_filing_that_stops_anywhere_goes_on_when_repeated(
    calls: int, after: bool, desk: Desk, file_request: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crash_everywhere(file_request, monkeypatch, calls, after)
    finished = calls == 5 and after
    if finished:
        with pytest.raises(Refused, match="filed already"):
            file_request()
    else:
        assert file_request().state is State.UNDER_REVIEW
    (request,) = store.load_queue(desk.records)
    assert request.state is State.UNDER_REVIEW
    assert request.findings
    assert [entry.act for entry in desk.audit.entries()].count("egress.submit") == 1


def test_the_steps_of_a_filing_are_as_many_as_were_tried(file_request: File, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not crash_everywhere(file_request, monkeypatch, 6, False)


def test_an_interrupted_check_is_finished_by_a_reviewer_too(
    desk: Desk, file_request: File, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crash_everywhere(file_request, monkeypatch, 3, False)
    (request,) = store.load_queue(desk.records)
    assert request.state is State.SUBMITTED
    assert recheck(desk, reviewer, request.id)[0].state is State.UNDER_REVIEW


def test_a_check_is_not_repeated_under_an_opinion(
    desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor
) -> None:
    request = file_request()
    again, report = recheck(desk, second_reviewer, request.id)
    assert (again.state, again.bundle, report.count("fail")) == (State.UNDER_REVIEW, request.bundle, 0)
    decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    with pytest.raises(Refused, match="rests on its findings"):
        recheck(desk, second_reviewer, request.id)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", range(2))
def test_an_opinion_that_stops_is_given_whole_or_not_at_all(
    calls: int,
    after: bool,
    desk: Desk,
    file_request: File,
    reviewer: Actor,
    second_reviewer: Actor,
    operator: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = file_request()
    decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    assert crash_everywhere(
        lambda: decide(desk, second_reviewer, request.id, Choice.APPROVE, "ok"), monkeypatch, calls, after
    )
    if not (calls == 1 and after):
        assert decide(desk, second_reviewer, request.id, Choice.APPROVE, "ok").state is State.APPROVED
    assert release(desk, operator, request.id).state is State.RELEASED


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", range(3))
def test_a_revocation_that_stops_is_ended_by_repeating_it(
    calls: int,
    after: bool,
    aws: Aws,
    desk: Desk,
    bucket: ObjectStore,
    approved: Request,
    operator: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release(desk, operator, approved.id)
    assert crash_everywhere(lambda: revoke(desk, operator, approved.id, "誤り"), monkeypatch, calls, after)
    assert revoke(desk, operator, approved.id, "誤り").state is State.REVOKED
    assert versions(aws, bucket, "egress/released/") == {}
    assert [entry.act for entry in desk.audit.entries()].count("egress.revoke") == 1


def test_two_identical_filings_at_once_make_one_request(
    desk: Desk, file_request: File, records: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, raced = records.write, []

    def race(puts: Any) -> None:
        if not raced and any(put.sk.startswith(store.FILED) for put in puts):
            raced.append(True)
            file_request()
        write(puts)

    monkeypatch.setattr(records, "write", race)
    with pytest.raises(RecordConflict):
        file_request()
    assert raced
    assert len(store.load_queue(desk.records)) == 1


def test_two_differing_opinions_at_once_in_the_second_round(
    desk: Desk,
    file_request: File,
    reviewer: Actor,
    second_reviewer: Actor,
    operator: Actor,
    records: RecordStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = file_request()
    decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    decide(desk, second_reviewer, request.id, Choice.RETURN, "直して")
    write, raced = records.write, []

    def race(puts: Any) -> None:
        if not raced:
            raced.append(True)
            decide(desk, reviewer, request.id, Choice.RETURN, "そのとおり")
        write(puts)

    monkeypatch.setattr(records, "write", race)
    with pytest.raises(RecordConflict):
        decide(desk, second_reviewer, request.id, Choice.APPROVE, "よい")
    assert store.load(desk.records, request.id).request.state is State.RETURNED
    with pytest.raises(Refused):
        release(desk, operator, request.id)


def test_a_forged_opinion_in_the_record_is_noticed(desk: Desk, approved: Request, operator: Actor) -> None:
    stored = store.load(desk.records, approved.id)
    forged = approved.votes[0].model_copy(update={"reviewer": "somebody-else"})
    record = approved.model_copy(update={"votes": (forged, approved.votes[1])})
    desk.records.write([Put.over(stored.record, record.model_dump(mode="json"))])
    with pytest.raises(Refused, match="not what was approved"):
        release(desk, operator, approved.id)


def test_a_changed_bundle_stops_the_release(
    desk: Desk, bucket: ObjectStore, approved: Request, operator: Actor
) -> None:
    assert approved.approved
    bucket.put_bytes(approved.approved.key, b"{}")
    with pytest.raises(Refused, match="changed after submission"):
        release(desk, operator, approved.id)


def test_a_draft_file_overwritten_behind_its_back_is_not_filed(
    desk: Desk, bucket: ObjectStore, registered: Approval, researcher: Actor, table: Callable[..., Path]
) -> None:
    from provisioning.egress.drafting import Context, add_files, begin
    from provisioning.egress.submission import submit_draft

    draft = begin(desk, researcher, registered.id, Context("表1", "学会発表"))
    draft = add_files(desk, researcher, draft.id, [table()])
    bucket.put_bytes(draft.files[0].key, SMALL.encode())
    with pytest.raises(Refused, match="changed after submission"):
        submit_draft(desk, researcher, draft.id, self_checked=True)
    assert store.load(desk.records, draft.id).request.state is State.DRAFT
