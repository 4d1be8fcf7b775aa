"""The register of released numbers, and requests that are attacked together with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.model import Approval, ExtractedData, PanelData, TrialData
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.egress import store
from provisioning.egress.downloads import revoke
from provisioning.egress.model import Choice, Request
from provisioning.egress.register import PREFIX, data_set_keys, earlier_releases
from provisioning.egress.release import release
from provisioning.egress.review import decide
from provisioning.egress.submission import Desk, Draft, submit
from provisioning.errors import AccessDenied, Refused

MASKED = "地域,男,女\n北,20,30\n南,-,40\n東,15,25\n"
TOTALS = "地域,患者数\n北,50\n南,48\n東,40\n"
File = Callable[..., Request]


@pytest.fixture
def other_approval(audit: AuditLog, operator: Actor, approval: Approval, registered: Approval) -> Approval:
    """Another approval of the same trial month."""
    other = approval.model_copy(update={"id": "HIC-2026-777"})
    data = {"approval": other.model_dump(mode="json"), "state": "active"}
    audit.commit(operator, "approval.register", other.id, puts=[Put(names.approval_key(other.id), "APPROVAL", data)])
    return other


@pytest.fixture
def other_desk(
    aws: Aws,
    records: RecordStore,
    audit: AuditLog,
    clock: FixedClock,
    other_approval: Approval,
    make_bucket: Callable[[str], ObjectStore],
) -> Desk:
    return Desk(records, audit, make_bucket(names.work_bucket(other_approval.id, aws.account)), clock)


@pytest.fixture
def let_out(reviewer: Actor, second_reviewer: Actor, operator: Actor) -> Callable[[Desk, Request], Request]:
    def run(desk: Desk, request: Request) -> Request:
        for one in (reviewer, second_reviewer):
            decide(desk, one, request.id, Choice.APPROVE, "ok", "deviation" if request.fail else "")
        return release(desk, operator, request.id)

    return run


def file_for(desk: Desk, actor: Actor, approval: Approval, path: Path) -> tuple[Request, list[dict[str, str]]]:
    request, report = submit(desk, actor, Draft(approval.id, (path,), "表1", "学会発表", True))
    return request, [f for f in report.as_data()["findings"] if f["rule"] in ("PUB-21", "PUB-22")]


def test_pieces_of_data_that_approvals_can_share(approval: Approval) -> None:
    sets = (
        TrialData(kind="trial", months=("202204", "202207")),
        PanelData(kind="panel", years=(2022,)),
        ExtractedData(kind="extracted", description="Ａ病の入院"),
    )
    assert data_set_keys(approval.model_copy(update={"datasets": sets})) == (
        "extracted:a病の入院",
        "panel:2022",
        "trial:202204",
        "trial:202207",
    )


def test_a_release_is_registered_under_its_data(
    desk: Desk, file_request: File, registered: Approval, let_out: Callable[..., Request]
) -> None:
    request = let_out(desk, file_request(MASKED))
    (record,) = desk.records.list(PREFIX + "trial:202204", "HIC-")
    assert (record.sk, record.data["approval"]) == (request.id, registered.id)
    content = json.loads(desk.bucket.read(f"egress/register/{request.id}.json"))
    assert (content["data_sets"], content["figures"]) == (["trial:202204"], 6)
    known = earlier_releases(desk.records, desk.bucket, registered)
    assert known.complete
    assert [(e.request, e.own, e.tables[0].masked) for e in known.releases] == [(request.id, True, ((1, 0),))]
    assert earlier_releases(desk.records, desk.bucket, registered, without=request.id).releases == ()


def test_a_request_that_opens_an_own_release_is_told(
    desk: Desk, file_request: File, let_out: Callable[..., Request]
) -> None:
    let_out(desk, file_request(MASKED))
    assert file_request(TOTALS, "totals.csv").fail == 1


def test_a_request_that_opens_a_release_of_another_approval_is_told(
    desk: Desk,
    other_desk: Desk,
    other_approval: Approval,
    file_request: File,
    researcher: Actor,
    let_out: Callable[..., Request],
    table: Callable[..., Path],
) -> None:
    released = let_out(desk, file_request(MASKED))
    request, findings = file_for(other_desk, researcher, other_approval, table(TOTALS, "totals.csv"))
    assert [(f["rule"], f["verdict"], f["file"]) for f in findings] == [("PUB-21", "fail", "totals.csv")]
    assert released.id in findings[0]["reason"]
    assert request.fail == 1


def test_numbers_of_a_revoked_release_are_still_known(
    desk: Desk,
    other_desk: Desk,
    other_approval: Approval,
    file_request: File,
    researcher: Actor,
    operator: Actor,
    let_out: Callable[..., Request],
    table: Callable[..., Path],
) -> None:
    """Whoever fetched them may have seen them: they stay in the register, marked, and in the attack."""
    released = let_out(desk, file_request(MASKED))
    revoke(desk, operator, released.id, "誤り")
    (record,) = desk.records.list(PREFIX + "trial:202204", "HIC-")
    assert record.data["revoked"].startswith("2026-11-02")
    request, findings = file_for(other_desk, researcher, other_approval, table(TOTALS, "totals.csv"))
    assert f"{released.id} (revoked)" in findings[0]["reason"]
    own, findings = file_for(desk, researcher, store.load_approval(desk.records, released.approval_id), table(TOTALS))
    assert f"{released.id} (revoked)" in findings[0]["reason"]
    assert (request.fail, own.fail) == (1, 1)


def test_what_opens_a_release_made_after_the_review_is_not_released(
    desk: Desk,
    other_desk: Desk,
    other_approval: Approval,
    file_request: File,
    researcher: Actor,
    let_out: Callable[..., Request],
    table: Callable[..., Path],
) -> None:
    waiting, findings = file_for(other_desk, researcher, other_approval, table(TOTALS, "totals.csv"))
    assert not findings
    let_out(desk, file_request(MASKED))
    with pytest.raises(Refused, match="opens what it should hide"):
        let_out(other_desk, waiting)
    assert not other_desk.bucket.list("egress/released/")


def test_who_cannot_read_the_releases_of_others_is_told_so(
    desk: Desk,
    file_request: File,
    monkeypatch: pytest.MonkeyPatch,
    researcher: Actor,
    registered: Approval,
    table: Callable[..., Path],
) -> None:
    """A researcher's role sees the records of its own approval alone."""
    whole = RecordStore.list

    def limited(self: RecordStore, pk: str, prefix: str = "") -> object:
        if pk.startswith(PREFIX):
            raise AccessDenied("no")
        return whole(self, pk, prefix)

    monkeypatch.setattr(RecordStore, "list", limited)
    _request, findings = file_for(desk, researcher, registered, table(TOTALS, "totals.csv"))
    assert [(f["rule"], f["verdict"]) for f in findings] == [("PUB-21", "review")]


def test_numbers_that_were_changed_are_not_believed(
    desk: Desk, file_request: File, registered: Approval, let_out: Callable[..., Request]
) -> None:
    done = let_out(desk, file_request(MASKED))
    assert done.release is not None
    numbers = done.release.register_of_numbers
    forged = done.release.model_copy(update={"register_of_numbers": numbers.model_copy(update={"sha256": "0" * 64})})
    stored = desk.records.get(names.approval_key(registered.id), f"EGRESS#{done.id}")
    assert stored is not None
    desk.records.write([Put.over(stored, done.model_copy(update={"release": forged}).model_dump(mode="json"))])
    with pytest.raises(Refused):
        earlier_releases(desk.records, desk.bucket, registered)
