"""Filing requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import RecordConflict, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.egress import store
from provisioning.egress.freezing import digest
from provisioning.egress.model import Choice, Request
from provisioning.egress.review import decide
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, Draft, submit, withdraw
from provisioning.errors import BadInput, DependencyFailed, Refused
from tests.egress.conftest import CLEAN, SMALL

File = Callable[..., Request]


def draft(approval: Approval, *paths: Path, **changes: object) -> Draft:
    values: dict[str, object] = {"purpose": "表1", "venue": "学会発表", "self_checked": True, **changes}
    return Draft(approval.id, paths, **values)  # type: ignore[arg-type]


def returned(desk: Desk, request: Request, *reviewers: Actor) -> None:
    for actor in reviewers:
        decide(desk, actor, request.id, Choice.RETURN, "B3 を秘匿してください")


def nothing_stored(records: RecordStore, bucket: ObjectStore, approval: Approval) -> bool:
    return not (bucket.list() or records.list(store.QUEUE) or store.load_of_approval(records, approval.id))


def test_a_request_freezes_files_and_findings(
    desk: Desk, bucket: ObjectStore, researcher: Actor, registered: Approval, table: Callable[..., Path]
) -> None:
    path = table(SMALL)
    request, report = submit(desk, researcher, draft(registered, path))
    assert request == store.load(desk.records, "HIC-2026-001-E001").request
    assert (request.state, request.author, request.fail, request.review_due) == (
        State.UNDER_REVIEW,
        "analyst-a",
        1,
        date(2026, 11, 16),
    )
    (file,) = request.files
    assert file.key == "egress/outbox/HIC-2026-001-E001/table.csv"
    assert file.sha256 == digest(path.read_bytes()) == digest(bucket.read(file.key, file.version))
    assert request.findings
    stored = bucket.read(request.findings.key, request.findings.version)
    assert json.loads(stored) == {**report.as_data(), "language": "en"}
    assert digest(stored) == request.findings.sha256
    entries = desk.audit.entries()[-3:]
    assert [entry.act for entry in entries] == ["egress.submit", "egress.checking", "egress.checked"]
    assert (entries[-1].actor, entries[-1].details["bundle"]) == ("researcher:analyst-a", request.bundle)


def test_ids_count_up(file_request: File) -> None:
    assert [file_request(CLEAN + f"計,{n}00\n").id[-4:] for n in range(1, 4)] == ["E001", "E002", "E003"]


def test_the_venue_is_held_against_the_approval(
    desk: Desk, researcher: Actor, registered: Approval, table: Callable[..., Path]
) -> None:
    assert submit(desk, researcher, draft(registered, table()))[0].venue_approved
    other = table(CLEAN + "計,200\n", "other.csv")
    assert not submit(desk, researcher, draft(registered, other, venue="雑誌X"))[0].venue_approved


@pytest.mark.parametrize("name", ["analyst-b", "somebody"])
def test_only_those_who_file_requests_may_file(
    name: str, desk: Desk, registered: Approval, table: Callable[..., Path], bucket: ObjectStore
) -> None:
    with pytest.raises(Refused, match="REV-3"):
        submit(desk, Actor("researcher", name), draft(registered, table()))
    assert nothing_stored(desk.records, bucket, registered)


def test_the_self_check_must_be_declared(
    desk: Desk, researcher: Actor, registered: Approval, table: Callable[..., Path], bucket: ObjectStore
) -> None:
    with pytest.raises(Refused, match="REV-2"):
        submit(desk, researcher, draft(registered, table(), self_checked=False))
    assert nothing_stored(desk.records, bucket, registered)


def test_an_unreadable_file_among_good_ones_leaves_nothing(
    desk: Desk, researcher: Actor, registered: Approval, table: Callable[..., Path], bucket: ObjectStore, tmp_path: Path
) -> None:
    entries = len(desk.audit.entries())
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(BadInput) as caught:
        submit(desk, researcher, draft(registered, table(), broken))
    assert [problem.where for problem in caught.value.problems] == ["broken.xlsx"]
    assert nothing_stored(desk.records, bucket, registered)
    assert len(desk.audit.entries()) == entries


def test_every_missing_or_doubled_file_is_named(
    desk: Desk, researcher: Actor, registered: Approval, table: Callable[..., Path], tmp_path: Path
) -> None:
    paths = [table(), tmp_path / "x" / "table.csv", tmp_path / "none.csv"]
    with pytest.raises(BadInput) as caught:
        submit(desk, researcher, draft(registered, *paths))
    assert len(caught.value.problems) == 2
    with pytest.raises(BadInput, match="No file"):
        submit(desk, researcher, draft(registered))


@pytest.mark.parametrize("field", ["purpose", "venue"])
def test_purpose_and_venue_are_compulsory(
    field: str, desk: Desk, researcher: Actor, registered: Approval, table: Callable[..., Path]
) -> None:
    with pytest.raises(BadInput, match=f"--{field} is empty"):
        submit(desk, researcher, draft(registered, table(), **{field: " "}))


def test_an_unknown_approval_or_request_is_bad_input(desk: Desk, researcher: Actor, table: Callable[..., Path]) -> None:
    with pytest.raises(BadInput, match="no approval HIC-9"):
        submit(desk, researcher, Draft("HIC-9", (table(),), "p", "v", True))
    for name in ("HIC-9-E001", "nonsense", "HIC-2026-001-E999"):
        with pytest.raises(BadInput, match="no request"):
            store.load(desk.records, name)


def test_the_same_files_are_not_filed_twice(file_request: File) -> None:
    file_request()
    with pytest.raises(Refused, match="filed already as HIC-2026-001-E001"):
        file_request()


def test_two_authors_at_once_get_two_numbers(
    file_request: File, records: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, raced = records.write, []

    def race(puts: list[object]) -> None:
        if not raced:
            raced.append(True)
            file_request(CLEAN + "計,200\n", "other.csv")
        write(puts)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "write", race)
    assert file_request().id == "HIC-2026-001-E002"
    assert {request.state for request in store.load_queue(records)} == {State.UNDER_REVIEW}
    assert len(store.load_queue(records)) == 2


def test_a_bucket_without_versions_freezes_nothing(
    desk: Desk, aws: Aws, researcher: Actor, registered: Approval, table: Callable[..., Path]
) -> None:
    aws.client("s3").create_bucket(Bucket="plain", CreateBucketConfiguration={"LocationConstraint": aws.region})
    plain = Desk(desk.records, desk.audit, ObjectStore(aws, "plain"), desk.clock)
    with pytest.raises(DependencyFailed, match="keeps no versions"):
        submit(plain, researcher, draft(registered, table()))
    assert store.load_of_approval(desk.records, registered.id) == []


def test_a_returned_request_is_replaced_by_a_new_one(
    desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor
) -> None:
    first = file_request(SMALL)
    with pytest.raises(Refused, match="cannot become replaced"):
        file_request(CLEAN, replaces=first.id)
    returned(desk, first, reviewer, second_reviewer)
    second = file_request(CLEAN, replaces=first.id)
    old = store.load(desk.records, first.id).request
    assert (second.replaces, old.state, old.replaced_by) == (first.id, State.REPLACED, second.id)
    with pytest.raises(Refused, match="cannot become replaced"):
        file_request(CLEAN + "計,200\n", replaces=first.id)


def test_a_returned_file_may_be_filed_again_unchanged(
    desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor
) -> None:
    first = file_request()
    returned(desk, first, reviewer, second_reviewer)
    assert file_request(replaces=first.id).state is State.UNDER_REVIEW


def test_withdrawing(
    desk: Desk, file_request: File, researcher: Actor, reviewer: Actor, second_reviewer: Actor
) -> None:
    request = file_request()
    with pytest.raises(Refused, match="REV-3"):
        withdraw(desk, Actor("researcher", "analyst-b"), request.id, "")
    assert withdraw(desk, researcher, request.id, "誤り").state is State.WITHDRAWN
    with pytest.raises(Refused, match="not possible now"):
        decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    again = file_request()
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, again.id, Choice.APPROVE, "ok")
    assert withdraw(desk, researcher, again.id, "やはり不要").state is State.WITHDRAWN
    with pytest.raises(Refused, match="not possible now"):
        withdraw(desk, researcher, again.id, "too late")


def test_a_conflicting_write_leaves_the_old_request(
    desk: Desk, audit: AuditLog, file_request: File, researcher: Actor
) -> None:
    request = file_request()
    stored = store.load(desk.records, request.id)
    withdraw(desk, researcher, request.id, "")
    with pytest.raises(RecordConflict):
        audit.commit(researcher, "x", "y", puts=store.changed(stored, request))
    assert store.load(desk.records, request.id).request.state is State.WITHDRAWN
