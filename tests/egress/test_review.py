"""Reviewing: queue, findings, decisions, and tampering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import RecordConflict, RecordStore
from provisioning.clock import FixedClock
from provisioning.egress import store
from provisioning.egress.freezing import digest
from provisioning.egress.model import Choice, Request
from provisioning.egress.review import decide, fetch_for_review, look, queue
from provisioning.egress.states import State
from provisioning.egress.submission import Desk
from provisioning.errors import BadInput, Refused
from tests.egress.conftest import CLEAN, SMALL

File = Callable[..., Request]


def test_two_reviewers_approve(desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor) -> None:
    request = file_request()
    first = decide(desk, reviewer, request.id, Choice.APPROVE, "基準を満たす")
    assert first.state is State.UNDER_REVIEW
    assert "基準を満たす" not in str(desk.audit.entries()[-1])
    second = decide(desk, second_reviewer, request.id, Choice.APPROVE, "同じく")
    assert second.state is State.APPROVED
    assert [(vote.reviewer, vote.bundle) for vote in second.votes] == [
        ("reviewer-1", request.bundle),
        ("reviewer-2", request.bundle),
    ]
    assert [entry.act for entry in desk.audit.entries()][-2:] == ["egress.opinion", "egress.approve"]
    assert desk.records.get(store.QUEUE, request.id).data["state"] == "approved"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "actor",
    [
        Actor("reviewer", "analyst-a"),
        Actor("reviewer", "analyst-b"),
        Actor("researcher", "analyst-a"),
        Actor("operator", "o"),
    ],
)
def test_the_author_and_their_colleagues_do_not_review(actor: Actor, desk: Desk, file_request: File) -> None:
    request = file_request()
    with pytest.raises(Refused, match="may not"):
        decide(desk, actor, request.id, Choice.APPROVE, "ok")
    assert store.load(desk.records, request.id).request == request


def test_the_same_reviewer_does_not_count_twice(desk: Desk, file_request: File, reviewer: Actor) -> None:
    request = file_request()
    decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    with pytest.raises(Refused, match="has already decided"):
        decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    assert len(store.load(desk.records, request.id).request.votes) == 1


def test_two_reviewers_in_the_same_moment(
    desk: Desk,
    file_request: File,
    reviewer: Actor,
    second_reviewer: Actor,
    records: RecordStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = file_request()
    write, raced = records.write, []

    def race(puts: Any) -> None:
        if not raced:
            raced.append(True)
            decide(desk, second_reviewer, request.id, Choice.REJECT, "先に")
        write(puts)

    monkeypatch.setattr(records, "write", race)
    with pytest.raises(RecordConflict):
        decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    after = store.load(desk.records, request.id).request
    assert (after.state, [vote.reviewer for vote in after.votes]) == (State.UNDER_REVIEW, ["reviewer-2"])
    assert decide(desk, reviewer, request.id, Choice.REJECT, "同じく").state is State.REJECTED


def test_a_broken_rule_is_approved_with_a_deviation_only(
    desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor
) -> None:
    request = file_request(SMALL)
    with pytest.raises(Refused, match="1 finding"):
        decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    done = decide(desk, reviewer, request.id, Choice.APPROVE, "ok", "本人同意あり")
    assert done.votes[0].deviation == "本人同意あり"
    decide(desk, second_reviewer, request.id, Choice.APPROVE, "ok", "同意を確認")
    opinions = desk.audit.entries()[-1].details["opinions"]
    assert [opinion["deviation"] for opinion in opinions] == ["本人同意あり", "同意を確認"]


def test_a_decision_without_a_reason_is_refused(desk: Desk, file_request: File, reviewer: Actor) -> None:
    with pytest.raises(Refused, match="needs a reason"):
        decide(desk, reviewer, file_request().id, Choice.REJECT, " ")


@pytest.mark.parametrize("choice", Choice)
def test_a_file_changed_after_submission_stops_every_decision(
    choice: Choice, desk: Desk, bucket: ObjectStore, file_request: File, reviewer: Actor
) -> None:
    request = file_request()
    changed = SMALL.encode()
    bucket.put_bytes(request.files[0].key, changed)
    with pytest.raises(Refused, match="changed after submission") as caught:
        decide(desk, reviewer, request.id, choice, "ok")
    assert request.files[0].sha256 in str(caught.value)
    assert digest(changed) in str(caught.value)
    assert store.load(desk.records, request.id).request.votes == ()


def test_changed_findings_stop_decisions_and_looks(
    desk: Desk, bucket: ObjectStore, file_request: File, reviewer: Actor
) -> None:
    request = file_request(SMALL)
    assert request.findings
    bucket.put_bytes(request.findings.key, b'{"findings": []}')
    with pytest.raises(Refused, match="changed after submission"):
        decide(desk, reviewer, request.id, Choice.APPROVE, "ok", "x")
    assert look(desk, reviewer, request.id)[1]["fail"] == 1  # the frozen version is what is shown


def test_a_deleted_file_or_version_is_noticed(
    desk: Desk, bucket: ObjectStore, file_request: File, reviewer: Actor, aws: Any
) -> None:
    request = file_request()
    client, file = aws.client("s3"), request.files[0]
    client.delete_object(Bucket=bucket.bucket, Key=file.key)
    with pytest.raises(Refused, match="it was deleted"):
        decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    bucket.put_bytes(file.key, CLEAN.encode())
    client.delete_object(Bucket=bucket.bucket, Key=file.key, VersionId=file.version)
    with pytest.raises(Refused, match="is gone"):
        decide(desk, reviewer, request.id, Choice.APPROVE, "ok")


def test_the_queue_tells_age_and_whose_turn_it_is(
    desk: Desk, records: RecordStore, clock: FixedClock, file_request: File, reviewer: Actor, second_reviewer: Actor
) -> None:
    old = file_request()
    clock.advance(timedelta(days=15))
    new = file_request(CLEAN + "計,200\n", "b.csv")
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, new.id, Choice.RETURN, "直して")
    lines = queue(records, clock, reviewer)
    assert [(line.request.id, line.age, line.overdue, line.next_actor) for line in lines] == [
        (old.id, 15, True, "reviewer"),
        (new.id, 0, False, "researcher"),
    ]
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, old.id, Choice.REJECT, "不可")
    assert [line.request.id for line in queue(records, clock, reviewer)] == [new.id]
    assert len(queue(records, clock, reviewer, everything=True)) == 2


def test_researchers_see_the_requests_of_their_own_approvals(
    records: RecordStore, clock: FixedClock, file_request: File, researcher: Actor
) -> None:
    request, stranger = file_request(), Actor("researcher", "somebody")
    for name in ("", request.approval_id):
        assert [line.request.id for line in queue(records, clock, researcher, approval_id=name)] == [request.id]
    assert queue(records, clock, stranger) == []
    with pytest.raises(Refused, match="no handler"):
        queue(records, clock, stranger, approval_id=request.approval_id)


def test_findings_are_shown_as_they_were_filed(
    desk: Desk, file_request: File, reviewer: Actor, researcher: Actor
) -> None:
    request = file_request(SMALL)
    seen, findings = look(desk, reviewer, request.id)
    assert seen == request
    assert decide(desk, reviewer, request.id, Choice.RETURN, "秘匿を").votes
    assert look(desk, reviewer, request.id)[0].votes
    assert not look(desk, researcher, request.id)[0].votes
    assert [(f["rule"], f["cell"]) for f in findings["findings"]] == [("PUB-1", "B3")]
    with pytest.raises(Refused):
        look(desk, Actor("researcher", "somebody"), request.id)


def test_a_reviewer_fetches_the_frozen_files(
    desk: Desk, bucket: ObjectStore, file_request: File, reviewer: Actor, researcher: Actor, tmp_path: Path
) -> None:
    request = file_request()
    bucket.put_bytes(request.files[0].key, SMALL.encode())
    (path,) = fetch_for_review(desk, reviewer, request.id, tmp_path / "in")
    assert path.read_text(encoding="utf-8") == CLEAN
    assert desk.audit.entries()[-1].act == "egress.look"
    with pytest.raises(Refused):
        fetch_for_review(desk, researcher, request.id, tmp_path / "in")
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="exists and differs"):
        fetch_for_review(desk, reviewer, request.id, tmp_path / "in")
    assert path.read_text(encoding="utf-8") == "mine"
