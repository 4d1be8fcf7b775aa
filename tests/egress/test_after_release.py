"""Handing over, revoking, publishing, reporting, and the clock."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put
from provisioning.clock import FixedClock
from provisioning.egress import rules, store
from provisioning.egress.deadlines import Duty, duties, review_due
from provisioning.egress.downloads import get, link, revoke
from provisioning.egress.model import Choice, Request
from provisioning.egress.publication import record_publication, report_usage
from provisioning.egress.release import release
from provisioning.egress.review import decide, queue, remind
from provisioning.egress.states import State
from provisioning.egress.submission import Desk
from provisioning.errors import BadInput, DependencyFailed, Refused
from tests.egress.conftest import CLEAN

File = Callable[..., Request]
ON = date(2026, 11, 2)


@pytest.fixture
def released(desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor, operator: Actor) -> Request:
    request = file_request()
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, request.id, Choice.APPROVE, "ok")
    return release(desk, operator, request.id)


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - loopback
        content: bytes = answer.read()
    return content


def test_a_link_hands_out_the_released_bytes_and_is_recorded_without_itself(
    desk: Desk, bucket: ObjectStore, released: Request, operator: Actor
) -> None:
    data = link(desk, operator, released.id, "analyst-b", 15)
    assert released.release
    bucket.put_bytes(released.release.files[0].key, b"swapped")
    assert fetch(data["links"]["table.csv"]) == CLEAN.encode()
    assert set(data["links"]) == {"table.csv", "bundle.json"}
    assert (data["expires"], data["links_made"]) == ("2026-11-02T09:15:00+09:00", 1)
    assert "X-Amz-Expires=900" in data["links"]["table.csv"]
    entry = desk.audit.entries()[-1]
    assert (entry.act, entry.details["to"], entry.details["number"]) == ("egress.link", "analyst-b", 1)
    assert "http" not in str(entry)


def test_links_are_for_handlers_and_limited(desk: Desk, released: Request, operator: Actor, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no handler"):
        link(desk, operator, released.id, "somebody", 15)
    with pytest.raises(BadInput, match="minutes"):
        link(desk, operator, released.id, "analyst-a", 0)
    for _number in range(rules.MOST_LINKS):
        link(desk, operator, released.id, "analyst-a", 1)
    with pytest.raises(Refused, match="no more is allowed"):
        link(desk, operator, released.id, "analyst-a", 1)
    handler = Actor("researcher", "analyst-b")
    for number in range(rules.MOST_DOWNLOADS - rules.MOST_LINKS):
        get(desk, handler, released.id, tmp_path / str(number))
    with pytest.raises(Refused, match="handed over 20 time"):
        get(desk, handler, released.id, tmp_path / "more")


def test_revoking_ends_every_link_and_keeps_the_evidence(
    desk: Desk, bucket: ObjectStore, released: Request, operator: Actor, tmp_path: Path
) -> None:
    url = link(desk, operator, released.id, "analyst-a", 60)["links"]["table.csv"]
    with pytest.raises(Refused, match="needs a reason"):
        revoke(desk, operator, released.id, " ")
    after = revoke(desk, operator, released.id, "同意の撤回")
    assert (after.state, after.revoked and after.revoked.reason) == (State.REVOKED, "同意の撤回")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(url)
    for step in (
        lambda: get(desk, Actor("researcher", "analyst-a"), released.id, tmp_path),
        lambda: link(desk, operator, released.id, "analyst-a", 5),
        lambda: release(desk, operator, released.id),
    ):
        with pytest.raises(Refused, match="not possible now"):
            step()
    assert bucket.read(released.files[0].key, released.files[0].version) == CLEAN.encode()
    assert released.approved
    assert bucket.head(released.approved.key, released.approved.version)


def test_an_approval_is_revoked_before_its_release(
    desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor, operator: Actor
) -> None:
    request = file_request()
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, request.id, Choice.APPROVE, "ok")
    assert revoke(desk, second_reviewer, request.id, "見落とし").state is State.REVOKED
    with pytest.raises(Refused):
        release(desk, operator, request.id)


def test_an_approved_record_without_a_bundle_is_not_released(
    desk: Desk, file_request: File, reviewer: Actor, operator: Actor
) -> None:
    request = file_request()
    stored = store.load(desk.records, request.id)
    forged = request.model_copy(update={"state": State.APPROVED})
    desk.records.write([Put.over(stored.record, forged.model_dump(mode="json"))])
    with pytest.raises((Refused, DependencyFailed)):
        release(desk, operator, request.id)


def test_each_publication_owes_a_report_within_three_months(
    desk: Desk, clock: FixedClock, released: Request, researcher: Actor, reviewer: Actor
) -> None:
    published = record_publication(desk, researcher, released.id, "学会発表", ON)
    assert (published.state, published.publications[0].report_due) == (State.PUBLISHED, date(2027, 2, 2))
    assert record_publication(desk, researcher, released.id, "学会発表", ON) == published
    clock.advance(timedelta(days=30))
    record_publication(desk, researcher, released.id, "論文", date(2026, 11, 30))
    (line,) = queue(desk.records, clock, reviewer)
    assert (line.as_data()["duty"], line.days_left, line.next_actor) == ("usage-report", 62, "researcher")
    first = report_usage(desk, researcher, released.id, 0, "報告書1")
    assert (first.state, [p.report for p in first.publications]) == (State.PUBLISHED, ["報告書1", ""])
    with pytest.raises(Refused, match="given already"):
        report_usage(desk, researcher, released.id, 1, "again")
    with pytest.raises(BadInput, match="no publication 3"):
        report_usage(desk, researcher, released.id, 3, "x")
    assert report_usage(desk, researcher, released.id, 2, "報告書2").state is State.REPORTED
    assert queue(desk.records, clock, reviewer) == []
    assert record_publication(desk, researcher, released.id, "総説", date(2026, 12, 1)).state is State.PUBLISHED


def test_a_usage_report_stays_owed_after_a_revocation(
    desk: Desk, clock: FixedClock, released: Request, researcher: Actor, operator: Actor
) -> None:
    record_publication(desk, researcher, released.id, "学会発表", ON)
    revoke(desk, operator, released.id, "誤り")
    (line,) = queue(desk.records, clock, operator)
    assert (line.request.state, line.due and line.due.duty) == (State.REVOKED, Duty.USAGE_REPORT)
    assert report_usage(desk, researcher, released.id, 0, "報告書").state is State.REVOKED
    assert queue(desk.records, clock, operator) == []


def test_a_publication_before_the_release_is_refused(desk: Desk, released: Request, researcher: Actor) -> None:
    with pytest.raises(BadInput, match="REV-13"):
        record_publication(desk, researcher, released.id, "学会発表", date(2026, 11, 1))
    with pytest.raises(BadInput, match="future"):
        record_publication(desk, researcher, released.id, "学会発表", date(2026, 11, 3))
    with pytest.raises(Refused, match="not possible now"):
        report_usage(desk, researcher, released.id, 0, "x")


@pytest.mark.parametrize(("linked", "day"), [(False, 16), (True, 23)])
def test_a_review_takes_fourteen_days_or_twenty_one_when_linked(linked: bool, day: int) -> None:
    assert review_due(ON, linked) == date(2026, 11, day)


def test_reminders_name_what_is_due_once_and_change_nothing(
    desk: Desk, clock: FixedClock, file_request: File, reviewer: Actor, registered: Approval
) -> None:
    request = file_request()
    entries = len(desk.audit.entries())
    assert remind(desk.records, clock, reviewer, days=13) == []
    seen = []
    for days_left in (14, 0, -1):
        today = clock.now().date()
        (due,) = remind(desk.records, clock, reviewer, days=14)
        data = due.as_data(today)
        seen.append(data["key"])
        assert (data["days_left"], data["overdue"], data["next_actor"]) == (days_left, days_left < 0, "reviewer")
        clock.advance(timedelta(days=14 if days_left == 14 else 1))
    assert set(seen) == {f"{request.id}:review:2026-11-16"}
    assert len(desk.audit.entries()) == entries
    assert remind(desk.records, clock, Actor("researcher", "somebody"), days=99) == []


def test_every_duty_has_somebody_and_ends_have_none(released: Request) -> None:
    for state in State:
        found = duties(released.model_copy(update={"state": state}))
        assert all(due.next_actor for due in found)
        if state in (State.RELEASED, State.REJECTED, State.WITHDRAWN, State.REPLACED):
            assert found == []
