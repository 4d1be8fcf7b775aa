"""The list of environments: the most urgent first, and by a number of calls that does not grow with them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.approvals.service import APPROVAL, INDEX, Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments import overview as module
from provisioning.environments.overview import entry, overview
from tests.approvals.test_fees import changed

DAY = date(2026, 11, 2)


@pytest.fixture
def approvals(records: RecordStore, audit: AuditLog, clock: FixedClock) -> Approvals:
    return Approvals(records, audit, clock)


def store(records: RecordStore, approval: Approval, state: State, **more: Any) -> None:
    """Put an approval on record as it stands."""
    data = {"approval": approval.model_dump(mode="json"), "state": state, "registered_at": "2026-10-21T00:00:00+09:00"}
    outputs = {"workspaces": {handler.id: f"ws-{approval.id}-{handler.id}" for handler in approval.handlers}}
    records.write(
        [
            Put(approval_key(approval.id), APPROVAL, {**data, **more}),
            Put(approval_key(approval.id), "ENVIRONMENT", {"outputs": outputs}),
            Put(INDEX, approval.id, {"id": approval.id}),
            Put(approval_key(approval.id), "PAYMENT", {"yen": 1, "receipt": "R", "date": "2026-10-25"}),
        ]
    )


def calls_of(aws: Aws, records: RecordStore, approvals: Approvals) -> int:
    """How often the record table is asked."""
    asked = []
    client = aws.client("dynamodb")
    client.meta.events.register("before-send.dynamodb", lambda **_named: asked.append(1), unique_id="count")
    try:
        overview(approvals, records, aws, DAY, {})
    finally:
        client.meta.events.unregister("before-send.dynamodb", unique_id="count")
    return len(asked)


def test_what_lapsed_comes_first_and_what_is_over_last(
    records: RecordStore, approvals: Approvals, aws: Aws, approval: Approval
) -> None:
    store(records, changed(approval, id="A-LATER"), State.ACTIVE)
    store(records, changed(approval, id="B-SOON", period__end="2026-11-20"), State.ACTIVE)
    store(records, changed(approval, id="C-LAPSED", period__end="2026-11-01"), State.ACTIVE)
    store(records, changed(approval, id="D-ENDED"), State.ENDED)
    store(records, changed(approval, id="E-PAID"), State.PAID)
    store(records, changed(approval, id="F-ASKS"), State.ACTIVE)
    found = overview(approvals, records, aws, DAY, {"F-ASKS": ["F-ASKS-E002", "F-ASKS-E001"]})
    assert [one.approval for one in found.entries] == ["C-LAPSED", "E-PAID", "B-SOON", "F-ASKS", "A-LATER", "D-ENDED"]
    by_id = {one.approval: one for one in found.entries}
    assert by_id["F-ASKS"].requests == ("F-ASKS-E001", "F-ASKS-E002")
    assert (by_id["C-LAPSED"].days_left, by_id["B-SOON"].days_left) == (-1, 18)
    assert not found.logins_known


def test_calls_do_not_grow_with_environments(
    records: RecordStore, approvals: Approvals, aws: Aws, approval: Approval
) -> None:
    for number in range(3):
        store(records, changed(approval, id=f"N-{number:03d}"), State.ACTIVE)
    few = calls_of(aws, records, approvals)
    for number in range(3, 25):
        store(records, changed(approval, id=f"N-{number:03d}"), State.ACTIVE)
    assert calls_of(aws, records, approvals) == few
    assert [one.approval.id for one in approvals.all()] == [f"N-{number:03d}" for number in range(25)]
    assert approvals.all()[7] == approvals.get("N-007")


def test_the_last_login_is_that_of_any_handler(
    records: RecordStore, approvals: Approvals, aws: Aws, approval: Approval, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(records, approval, State.ACTIVE)
    earlier, later = (datetime(2026, 11, 1, hour, tzinfo=UTC) for hour in (1, 3))
    seen = {f"ws-{approval.id}-analyst-a": earlier, f"ws-{approval.id}-analyst-b": later, "ws-other": later}
    monkeypatch.setattr(module, "last_logins", lambda _aws: seen)
    assert overview(approvals, records, aws, DAY, {}).entries[0].last_login == later
    assert entry(approvals.get(approval.id), DAY, None, ()).last_login is None


def test_how_aws_tells_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    real = Aws("ap-northeast-1")
    at = datetime(2026, 11, 1, 3, tzinfo=UTC)
    pages = [
        (
            {},
            {
                "WorkspacesConnectionStatus": [{"WorkspaceId": "ws-1", "LastKnownUserConnectionTimestamp": at}],
                "NextToken": "t",
            },
        ),
        ({"NextToken": "t"}, {"WorkspacesConnectionStatus": [{"WorkspaceId": "ws-2"}]}),
    ]
    with Stubber(real.client("workspaces")) as stub:
        for asked, told in pages:
            stub.add_response("describe_workspaces_connection_status", told, asked)
        assert module.last_logins(real) == {"ws-1": at}
