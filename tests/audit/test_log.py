"""The audit log against moto's DynamoDB and S3."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.actors import Actor
from provisioning.audit.log import PK, AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordConflict, RecordStore
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
    assert {(b.number, b.reason) for b in found.breaks} == {
        (1, "its content was changed"),
        (1, "differs from its locked copy"),
    }


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


def test_an_act_whose_copy_failed_says_that_it_is_done(
    records: RecordStore, clock: FixedClock, operator: Actor, aws: Aws
) -> None:
    log = AuditLog(records, clock, copies=lambda: ObjectStore(aws, "nowhere"))
    with pytest.raises(DependencyFailed, match="done and recorded") as caught:
        log.commit(operator, "a", "1")
    assert "hic audit archive" in caught.value.fix
    assert len(log.entries()) == 1
