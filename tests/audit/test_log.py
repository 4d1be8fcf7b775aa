"""The audit log against moto's DynamoDB and S3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.audit import log
from provisioning.audit.chain import find_breaks, sealed
from provisioning.audit.log import HEAD, HEAD_PK, PK, AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import TABLE, Put, RecordConflict, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.errors import DependencyFailed


def test_entries_are_chained_and_verified(
    audit: AuditLog, operator: Actor, make_bucket: Callable[[str], ObjectStore]
) -> None:
    bucket = make_bucket("audit")
    for number in range(3):
        audit.commit(operator, "approval.register", f"A-{number}")
    assert audit.archive(bucket) == 3
    assert audit.archive(bucket) == 0
    found = audit.verify(bucket)
    assert (found.intact, found.entries, found.uncopied) == (True, 3, ())


def test_an_act_and_its_entry_stand_or_fall_together(audit: AuditLog, records: RecordStore, operator: Actor) -> None:
    audit.commit(operator, "x", "1", puts=[Put("P", "S", {"a": 1})])
    with pytest.raises(RecordConflict, match="P/S"):
        audit.commit(operator, "x", "2", puts=[Put("P", "S", {"a": 2})])
    record = records.get("P", "S")
    assert record is not None
    assert record.data == {"a": 1}
    assert [entry.subject for entry in audit.entries()] == ["1"]


def test_a_head_moved_by_another_is_read_again(
    audit: AuditLog, records: RecordStore, clock: FixedClock, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = AuditLog(records, clock)
    write, raced = records.write, []

    def race(puts: list[Put]) -> None:
        if not raced:
            raced.append(True)
            other.commit(operator, "other", "in between")
        write(puts)

    monkeypatch.setattr(records, "write", race)
    entry = audit.commit(operator, "mine", "after")
    assert entry.number == 2
    assert [e.act for e in audit.entries()] == ["other", "mine"]


def test_a_changed_entry_is_found(
    audit: AuditLog, records: RecordStore, operator: Actor, make_bucket: Callable[[str], ObjectStore]
) -> None:
    bucket = make_bucket("audit")
    for number in range(2):
        audit.commit(operator, "pay", f"A-{number}", {"yen": 10})
    audit.archive(bucket)
    first = records.list(PK, "ENTRY#")[0]
    records.write([Put.over(first, {**first.data, "details": {"yen": 1}})])
    found = audit.verify(bucket)
    assert [b.number for b in found.breaks] == [1, 1]
    assert found.breaks[0].reason == "its content was changed"
    assert found.breaks[1].reason.startswith("it differs from its locked copy of ")


def test_copies_are_made_at_once_and_mended_by_the_next_act(
    records: RecordStore,
    clock: FixedClock,
    operator: Actor,
    researcher: Actor,
    make_bucket: Callable[[str], ObjectStore],
) -> None:
    bucket = make_bucket("audit")
    staff, inside = AuditLog(records, clock, copies=lambda: bucket), AuditLog(records, clock)
    staff.commit(operator, "a", "1")
    inside.commit(researcher, "b", "2")
    inside.commit(researcher, "c", "3")
    assert staff.verify(bucket).uncopied == (2, 3)
    staff.commit(operator, "d", "4")
    found = staff.verify(bucket)
    assert (found.uncopied, found.intact) == ((), True)


def test_an_act_whose_copy_failed_says_what_is_written_and_what_may_not_be_done(
    records: RecordStore, clock: FixedClock, operator: Actor, aws: Aws
) -> None:
    log = AuditLog(records, clock, copies=lambda: ObjectStore(aws, "nowhere"))
    with pytest.raises(DependencyFailed, match="'a' on 1 is on record") as caught:
        log.commit(operator, "a", "1")
    assert "may not have come to its end" in caught.value.fix
    assert "hic audit archive" in caught.value.fix
    assert len(log.entries()) == 1


def rewritten(audit: AuditLog, records: RecordStore, bucket: ObjectStore, first: int) -> None:
    """The chain sealed anew from entry `first` on, and put over records, head and copies."""
    entries = audit.entries()
    previous = entries[first - 2].hash
    for entry in entries[first - 1 :]:
        actor = "operator:FORGED" if entry.number == first else entry.actor
        forged = sealed(replace(entry, actor=actor, previous=previous, hash=""))
        previous = forged.hash
        (record,) = records.list(PK, f"ENTRY#{entry.number:012d}")
        records.write([Put.over(record, asdict(forged))])
        bucket.put_bytes(f"audit/{entry.number:012d}.json", log._bytes(forged))
    head = records.get(HEAD_PK, HEAD)
    assert head
    records.write([Put.over(head, {"number": len(entries), "hash": previous})])


def test_a_chain_that_was_rewritten_with_its_copies_is_found(
    records: RecordStore, clock: FixedClock, operator: Actor, make_bucket: Callable[[str], ObjectStore]
) -> None:
    """The lock keeps the first copies, whatever is put over them."""
    bucket = make_bucket("audit")
    audit = AuditLog(records, clock, copies=lambda: bucket)
    for number in range(4):
        audit.commit(operator, "a", str(number))
    assert audit.verify(bucket).intact
    rewritten(audit, records, bucket, 2)
    found = audit.verify(bucket)
    assert not find_breaks(audit.entries())
    assert [b.number for b in found.breaks] == [2, 3, 4]
    oldest = {copy.key: copy.version for copy in bucket.versions("audit/")}
    assert all(b.key and oldest[b.key] in b.reason for b in found.breaks)


def test_what_lies_among_the_copies_is_told_under_its_key(
    audit: AuditLog, records: RecordStore, operator: Actor, aws: Aws, make_bucket: Callable[[str], ObjectStore]
) -> None:
    bucket = make_bucket("audit")
    audit.commit(operator, "a", "1")
    audit.archive(bucket)
    for key in ("audit/note.txt", "audit/1.json", "audit/²²²²²²²²²²²².json", "audit/000000000009.json"):
        bucket.put_bytes(key, b"")
    aws.client("s3").delete_object(Bucket="audit", Key="audit/000000000001.json")
    records.write([Put(PK, "ENTRY#x", {"number": "x"}), Put(PK, "NOTE", {})])
    found = audit.verify(bucket)
    assert {(b.number, b.key, b.reason) for b in found.breaks} == {
        (None, "AUDIT/ENTRY#x", "it is no entry of the chain"),
        (None, "AUDIT/NOTE", "it is no entry of the chain"),
        (None, "audit/note.txt", "it is no copy of an entry"),
        (None, "audit/1.json", "it is no copy of an entry"),
        (None, "audit/²²²²²²²²²²²².json", "it is no copy of an entry"),
        (9, "audit/000000000009.json", "it stands in the locked copy only"),
        (1, "audit/000000000001.json", "its locked copy was marked as deleted"),
    }
    assert found.uncopied == ()


def test_a_head_that_is_gone_or_names_another_entry_is_found(
    audit: AuditLog, records: RecordStore, operator: Actor, aws: Aws, make_bucket: Callable[[str], ObjectStore]
) -> None:
    bucket = make_bucket("audit")
    assert audit.verify(bucket).intact
    audit.commit(operator, "a", "1")
    head = records.get(HEAD_PK, HEAD)
    assert head
    records.write([Put.over(head, {**head.data, "number": 7})])
    assert [b.reason for b in audit.verify(bucket).breaks] == ["the head of the chain does not name the last entry"]
    aws.client("dynamodb").delete_item(TableName=TABLE, Key={"pk": {"S": HEAD_PK}, "sk": {"S": HEAD}})
    assert [b.reason for b in audit.verify(bucket).breaks] == ["the head of the chain is missing"]


def test_a_copy_is_never_put_over_another(
    audit: AuditLog, records: RecordStore, clock: FixedClock, operator: Actor, make_bucket: Callable[[str], ObjectStore]
) -> None:
    bucket = make_bucket("audit")
    bucket.put_bytes("audit/000000000001.json", b"before its time")
    AuditLog(records, clock, copies=lambda: bucket).commit(operator, "a", "1")
    assert audit.archive(bucket) == 0
    assert len(list(bucket.versions("audit/"))) == 1
    assert [b.number for b in audit.verify(bucket).breaks] == [1]


@pytest.mark.parametrize("name", ["versions", "list"])
def test_what_is_written_during_a_check_is_no_break(
    name: str,
    records: RecordStore,
    clock: FixedClock,
    operator: Actor,
    monkeypatch: pytest.MonkeyPatch,
    make_bucket: Callable[[str], ObjectStore],
) -> None:
    bucket = make_bucket("audit")
    audit = AuditLog(records, clock, copies=lambda: bucket)
    audit.commit(operator, "a", "1")
    kind = ObjectStore if name == "versions" else RecordStore
    whole, written = getattr(kind, name), []

    def then_written(*arguments: object) -> list[object]:
        found = list(whole(*arguments))
        if not written:
            written.append(audit.commit(operator, "b", "2"))
        return found

    monkeypatch.setattr(kind, name, then_written)
    found = audit.verify(bucket)
    assert written
    assert (found.breaks, found.entries) == ((), 2)


def test_a_record_that_is_written_all_the_time_is_told(
    audit: AuditLog, operator: Actor, monkeypatch: pytest.MonkeyPatch, make_bucket: Callable[[str], ObjectStore]
) -> None:
    whole = RecordStore.list

    def busy(*arguments: Any) -> object:
        audit.commit(operator, "a", "1")
        return whole(*arguments)

    monkeypatch.setattr(RecordStore, "list", busy)
    with pytest.raises(DependencyFailed, match="too busy"):
        audit.verify(make_bucket("audit"))
