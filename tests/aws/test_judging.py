"""The judge of the commands' calls refuses what AWS would: were it to let everything pass, no test would tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from provisioning.aws.records import TABLE
from provisioning.aws.sessions import Aws
from tests.conftest import make_table
from tests.judging import Judged, judge

WORK, SHARE = "hic-work-hic-2026-001-123456789012", "hic-share-123456789012"
Act = Callable[[Judged], Any]


def put(bucket: str, key: str, **more: Any) -> Act:
    return lambda aws: aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x", **more)


def row(pk: str) -> Act:
    return lambda aws: aws.client("dynamodb").get_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": "x"}})


def written(pk: str) -> Act:
    item = {"Put": {"TableName": TABLE, "Item": {"pk": {"S": pk}, "sk": {"S": "x"}}}}
    return lambda aws: aws.client("dynamodb").transact_write_items(TransactItems=[item])


def listed(bucket: str, prefix: str) -> Act:
    return lambda aws: aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)


MAY: list[tuple[str, Act]] = [
    ("researcher:a", put(WORK, "egress/outbox/r/a.csv")),
    ("researcher:a", row("APPROVAL#HIC-2026-001")),
    ("researcher:a", written("AUDIT")),
    ("researcher:a", listed(WORK, "egress/released/")),
    ("reviewer:r", put(WORK, "egress/decisions/d.json")),
    ("operator:o", put(SHARE, "shareData/manual/m.pdf")),
    ("auditor:x", row("AUDIT-HEAD")),
]
MAY_NOT: list[tuple[str, Act]] = [
    ("researcher:a", put(WORK, "import/a.csv")),
    ("researcher:a", put("hic-work-hic-2026-002-123456789012", "egress/outbox/r/a.csv")),
    ("researcher:a", put(SHARE, "shareData/a.csv")),
    ("researcher:a", row("APPROVAL#HIC-2026-002")),
    ("researcher:a", row("AUDIT")),
    ("researcher:a", written("APPROVAL#HIC-2026-002")),
    ("researcher:a", listed(WORK, "")),
    ("reviewer:r", put(SHARE, "shareData/a.csv")),
    ("operator:o", put(WORK, "egress/outbox/r/a.csv")),
    ("auditor:x", put(WORK, "egress/decisions/d.json")),
    ("auditor:x", written("AUDIT")),
]


@pytest.fixture
def judged(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Judged:
    make_table(aws)
    for bucket in (WORK, SHARE, "hic-work-hic-2026-002-123456789012"):
        aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    monkeypatch.setattr(Judged, "role", "")
    return Judged(aws.region, aws.endpoint)


def test_what_roles_may_do_goes_through(judged: Judged) -> None:
    for who, act in MAY:
        judge(["--as", who, "egress", "show", "HIC-2026-001"])
        assert act(judged)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(("who", "act"), MAY_NOT)
def test_what_they_may_not_do_is_refused(judged: Judged, who: str, act: Act) -> None:
    judge(["--as", who, "egress", "show", "HIC-2026-001"])
    with pytest.raises(ClientError, match="AccessDenied"):
        act(judged)


def test_commands_of_the_role_that_builds_are_not_judged_here(judged: Judged) -> None:
    judge(["--as", "researcher:a", "env", "status", "HIC-2026-001"])
    assert put(SHARE, "shareData/a.csv")(judged)["ETag"]
