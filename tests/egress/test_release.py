"""Letting out exactly what was reviewed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put
from provisioning.egress import store
from provisioning.egress.downloads import get
from provisioning.egress.freezing import digest
from provisioning.egress.model import Choice, Request
from provisioning.egress.release import release
from provisioning.egress.review import decide
from provisioning.egress.states import State
from provisioning.egress.submission import Desk
from provisioning.errors import DependencyFailed, Refused
from tests.egress.conftest import CLEAN, SMALL

File = Callable[..., Request]
MASKED = "性別,患者数\n男,120\n女,<10\n"


@pytest.fixture
def approved(desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor) -> Request:
    request = file_request(MASKED)
    decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    return decide(desk, second_reviewer, request.id, Choice.APPROVE, "ok")


def test_the_reviewed_bytes_are_released_with_manifest_and_register(
    desk: Desk, bucket: ObjectStore, approved: Request, operator: Actor
) -> None:
    done = release(desk, operator, approved.id)
    assert done.state is State.RELEASED
    assert done.release is not None
    (file,) = done.release.files
    assert file.key == f"egress/released/{approved.id}/table.csv"
    assert bucket.read(file.key) == MASKED.encode()
    manifest = json.loads(bucket.read(f"egress/released/{approved.id}/bundle.json"))
    assert manifest["files"] == [
        {
            "file": "table.csv",
            "group": "results",
            "sha256": file.sha256,
            "version": approved.files[0].version,
            "size": file.size,
        }
    ]
    assert [vote["reviewer"] for vote in manifest["reviewers"]] == ["reviewer-1", "reviewer-2"]
    assert (manifest["decision"], manifest["bundle"]) == ("approve", approved.bundle)
    assert (manifest["rules"], manifest["tool"], manifest["findings"]["fail"]) == ("3", approved.tool, 0)
    assert approved.approved
    assert done.release.manifest.sha256 == approved.approved.sha256
    assert desk.audit.entries()[-2].details["bundle_json"] == approved.approved.sha256
    assert done.release.register_of_numbers
    register = bucket.read(f"egress/register/{approved.id}.json")
    assert digest(register) == done.release.register_of_numbers.sha256
    numbers = json.loads(register)
    assert (numbers["request"], numbers["approval"], numbers["figures"]) == (approved.id, approved.approval_id, 2)
    (kept,) = numbers["tables"]
    assert (kept["kinds"], kept["rows"], kept["columns"]) == (["patients"], [["男"], ["女"]], [["患者数"]])
    assert (kept["values"], kept["masked"]) == ([[120.0], [None]], [[1, 0]])
    assert desk.audit.entries()[-1].act == "egress.release"


def test_a_second_release_changes_nothing(desk: Desk, bucket: ObjectStore, approved: Request, operator: Actor) -> None:
    done = release(desk, operator, approved.id)
    entries = len(desk.audit.entries())
    assert release(desk, operator, approved.id) == done
    assert len(desk.audit.entries()) == entries
    assert store.load(desk.records, approved.id).request == done
    assert bucket.head(f"egress/released/{approved.id}/table.csv").version == done.release.files[0].version  # type: ignore[union-attr]


def test_nothing_but_an_approved_request_is_released(
    desk: Desk, file_request: File, reviewer: Actor, second_reviewer: Actor, operator: Actor, bucket: ObjectStore
) -> None:
    request = file_request()
    with pytest.raises(Refused, match="not possible now"):
        release(desk, operator, request.id)
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, request.id, Choice.REJECT, "不可")
    with pytest.raises(Refused, match="not possible now"):
        release(desk, operator, request.id)
    assert bucket.list("egress/released/") == []


def test_a_file_changed_after_approval_is_not_released(
    desk: Desk, bucket: ObjectStore, approved: Request, operator: Actor
) -> None:
    bucket.put_bytes(approved.files[0].key, SMALL.encode())
    with pytest.raises(Refused, match="changed after submission"):
        release(desk, operator, approved.id)
    assert bucket.list("egress/released/") == []


def test_a_record_pointed_at_other_bytes_is_not_released(
    desk: Desk, bucket: ObjectStore, approved: Request, operator: Actor
) -> None:
    stored = store.load(desk.records, approved.id)
    version = bucket.put_bytes(approved.files[0].key, SMALL.encode())
    swapped = approved.files[0].model_copy(update={"version": version, "sha256": digest(SMALL.encode())})
    desk.records.write(
        [Put.over(stored.record, approved.model_copy(update={"files": (swapped,)}).model_dump(mode="json"))]
    )
    with pytest.raises(Refused, match="not what was approved"):
        release(desk, operator, approved.id)


def test_a_bad_copy_is_not_released(
    desk: Desk, bucket: ObjectStore, approved: Request, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "copy", lambda source, target, version: bucket.put_bytes(target, b"other"))
    with pytest.raises(DependencyFailed, match="not the copy"):
        release(desk, operator, approved.id)
    assert store.load(desk.records, approved.id).request.state is State.APPROVED


@pytest.mark.parametrize(
    "actor", [Actor("researcher", "analyst-a"), Actor("auditor", "x"), Actor("operator", "analyst-b")]
)
def test_who_may_not_release(actor: Actor, desk: Desk, approved: Request) -> None:
    with pytest.raises(Refused):
        release(desk, actor, approved.id)


def test_a_handler_fetches_what_was_released(
    desk: Desk, bucket: ObjectStore, approved: Request, operator: Actor, tmp_path: Path
) -> None:
    handler = Actor("researcher", "analyst-b")
    with pytest.raises(Refused, match="not possible now"):
        get(desk, handler, approved.id, tmp_path / "out")
    release(desk, operator, approved.id)
    bucket.put_bytes(f"egress/released/{approved.id}/table.csv", b"swapped")
    saved = get(desk, handler, approved.id, tmp_path / "out")
    assert [path.name for path in saved] == ["table.csv", "bundle.json"]
    assert saved[0].read_bytes() == MASKED.encode()
    for actor in (Actor("researcher", "somebody"), operator):
        with pytest.raises(Refused, match="no handler"):
            get(desk, actor, approved.id, tmp_path / "out")


def test_the_whole_line_leaves_an_intact_chain(
    desk: Desk, approved: Request, operator: Actor, make_bucket: Callable[[str], ObjectStore], file_request: File
) -> None:
    release(desk, operator, approved.id)
    file_request(CLEAN, "b.csv")
    locked = make_bucket("audit")
    desk.audit.archive(locked)
    assert desk.audit.verify(locked).intact
    assert [entry.act for entry in desk.audit.entries()] == [
        "approval.register",
        "egress.number",
        "egress.submit",
        "egress.checking",
        "egress.checked",
        "egress.opinion",
        "egress.approve",
        "egress.release",
        "egress.number",
        "egress.submit",
        "egress.checking",
        "egress.checked",
    ]
