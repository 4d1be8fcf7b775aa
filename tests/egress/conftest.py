"""A registered approval with its bucket, and tables to take out."""

from __future__ import annotations

from collections.abc import Callable
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
from provisioning.egress.model import Request
from provisioning.egress.submission import Desk, Draft, submit

CLEAN = "性別,患者数\n男,120\n女,80\n"
SMALL = "性別,患者数\n男,120\n女,5\n"


@pytest.fixture
def registered(audit: AuditLog, operator: Actor, approval: Approval) -> Approval:
    """The approval in the record store, as its registration leaves it."""
    data = {"approval": approval.model_dump(mode="json"), "state": "active"}
    audit.commit(
        operator, "approval.register", approval.id, puts=[Put(names.approval_key(approval.id), "APPROVAL", data)]
    )
    return approval


@pytest.fixture
def bucket(aws: Aws, registered: Approval, make_bucket: Callable[[str], ObjectStore]) -> ObjectStore:
    return make_bucket(names.work_bucket(registered.id, aws.account))


@pytest.fixture
def desk(records: RecordStore, audit: AuditLog, bucket: ObjectStore, clock: FixedClock) -> Desk:
    return Desk(records, audit, bucket, clock)


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Write a table to a file."""

    def write(text: str = CLEAN, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def file_request(
    desk: Desk, registered: Approval, researcher: Actor, table: Callable[..., Path]
) -> Callable[..., Request]:
    """File a request with one table."""

    def file(text: str = CLEAN, name: str = "table.csv", replaces: str = "") -> Request:
        draft = Draft(registered.id, (table(text, name),), "学会発表の表1", "学会発表", True, replaces)
        return submit(desk, researcher, draft)[0]

    return file


@pytest.fixture
def second_reviewer() -> Actor:
    return Actor("reviewer", "reviewer-2")
