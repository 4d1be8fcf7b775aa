"""Nobody whom the platform empowers can build or copy in another region, which the proof does not read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from infra.deployment import AccountScope, boundary, deployment
from infra.staff import STAFF, StaffScope

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
WITHOUT_REGION = ("s3", "iam", "budgets")
LOOKS = ("Describe", "List", "Get")
# AWS takes no ARN for these. They make or carry nothing that holds data: a connector wants a network to stand in.
NOWHERE = {
    *("ds:ConnectDirectory", "kms:CreateKey", "logs:CreateLogDelivery", "logs:DeleteLogDelivery"),
    *("workspaces:CreateIpGroup", "workspaces:CreateTags", "workspaces:DeleteTags"),
    *("backup:DeleteRecoveryPoint", "backup-storage:MountCapsule"),
    *("ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:*"),
}


def documents() -> dict[str, str]:
    """What bounds the roles of environments, and what the builder and staff may do."""
    scope = AccountScope(ACCOUNT, REGION)
    table, key = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
    staff = {one.name: one.policy(StaffScope(ACCOUNT, REGION, key, table)) for one in STAFF}
    return {"boundary": boundary(scope), **deployment(scope), **staff}


def anywhere(document: str) -> Iterator[str]:
    """The acts that a policy allows in any region."""
    for statement in json.loads(document)["Statement"]:
        if statement["Effect"] == "Allow" and any(map(_of_any_region, _listed(statement["Resource"]))):
            yield from _listed(statement["Action"])


def _of_any_region(arn: str) -> bool:
    return arn == "*" or (arn.split(":")[2] not in WITHOUT_REGION and arn.split(":")[3] != REGION)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def test_no_act_that_makes_or_copies_data_is_allowed_in_another_region() -> None:
    found = {act for document in documents().values() for act in anywhere(document)}
    assert {act for act in found if not act.partition(":")[2].startswith(LOOKS)} == NOWHERE


def test_an_act_in_any_region_would_be_found() -> None:
    for resource in ("*", "arn:aws:ec2:*:123456789012:volume/*", "arn:aws:ec2:us-east-1::snapshot/*"):
        statement = {"Effect": "Allow", "Action": "ec2:CopySnapshot", "Resource": [resource]}
        assert list(anywhere(json.dumps({"Statement": [statement]}))) == ["ec2:CopySnapshot"]
