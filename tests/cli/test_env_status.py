"""`hic env status` on what is half done: said as it is, with the command that ends it, and exit 1."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.approvals.names import approval_key
from provisioning.approvals.service import APPROVAL
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from tests.cli.conftest import Hic
from tests.conftest import EXAMPLES

ID = "HIC-2026-001"
REASON = {"at": "2026-11-02T09:00:00+09:00", "reason": "確認中", "by": "operator:operator-1"}
FURTHER = {**REASON, "reason": "漏えいの疑い"}


@pytest.fixture(autouse=True)
def registered(local_aws: Aws, records: RecordStore, make_bucket: object, aws: Aws, hic: Hic) -> None:
    make_bucket(f"hic-audit-{aws.account}")  # type: ignore[operator]
    assert hic("approval", "register", EXAMPLES / "exploratory-windows.yaml").code == 0


def recorded(records: RecordStore, **data: Any) -> None:
    """As a run left the record of the approval."""
    known = records.get(approval_key(ID), APPROVAL)
    assert known is not None
    records.write([Put.over(known, {**known.data, **data})])


@pytest.mark.parametrize(
    ("done", "code", "told"), [(False, 1, "somebody may still enter"), (True, 0, "Nobody can enter")]
)
def test_an_unfinished_suspension_is_told(hic: Hic, records: RecordStore, done: bool, code: int, told: str) -> None:
    recorded(records, state="suspended", suspension={**REASON, "done": done, "further": [FURTHER]})
    shown = hic("env", "status", ID)
    assert (shown.code, told in shown.out, "hic env sweep" in shown.out) == (code, True, not done)
    assert "漏えいの疑い" in shown.out
    data = hic("--json", "env", "status", ID).data
    assert (data["suspension"]["done"], data["suspension"]["further"]) == (done, [FURTHER])


def test_an_unfinished_resumption_is_told(hic: Hic, records: RecordStore) -> None:
    recorded(records, state="active", opening=True, revoked_before="2026-11-02T02:00:00Z")
    data = hic("--json", "env", "status", ID).data
    assert data["opening"]
    assert hic("env", "status", ID).code == 1


def test_a_suspension_from_before_further_reasons_were_kept_is_read(hic: Hic, records: RecordStore) -> None:
    recorded(
        records,
        state="suspended",
        suspension={**REASON, "done": True},
        withdrawal={"date": "2026-11-02", "reason": "x"},
    )
    assert hic("--json", "env", "status", ID).data["suspension"]["further"] == []
