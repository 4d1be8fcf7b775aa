"""Whoever may make a link to released files holds a role that may sign it: a link is worth what its signer may do."""

from __future__ import annotations

import pytest

from infra.staff import STAFF, StaffScope
from provisioning.actors import ROLES
from provisioning.approvals import names
from provisioning.assurance.policy.decide import Caller, Policies, Request, decide
from provisioning.assurance.policy.documents import read_document
from provisioning.egress.model import Direction
from provisioning.egress.people import PERMISSIONS, Action

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
SCOPE = StaffScope(
    ACCOUNT, REGION, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/platform", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"
)
WORK = f"arn:aws:s3:::{names.work_bucket('HIC-2026-014', ACCOUNT)}"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/of-the-approval"
THROUGH_S3 = {"kms:viaservice": (f"s3.{REGION}.amazonaws.com",), "kms:resourcealiases": ("alias/hic/hic-2026-014",)}


def may(role: str, action: str, resource: str, context: dict[str, tuple[str, ...]]) -> bool:
    """Whether a staff role may do it, by its own policy; researchers have no staff role."""
    policies = {staff.name: staff.policy for staff in STAFF}
    if f"hic-{role}" not in policies:
        return False
    caller = Caller(f"arn:aws:iam::{ACCOUNT}:role/hic-{role}", ACCOUNT)
    document = read_document(role, policies[f"hic-{role}"](SCOPE))
    return decide(Request(caller, action, resource, ACCOUNT, context), Policies([document])).allowed


@pytest.mark.parametrize(("direction", "folder"), [(Direction.OUT, "egress/released"), (Direction.IN, "import")])
def test_those_who_make_links_and_only_those_may_hand_out_a_released_version(direction: Direction, folder: str) -> None:
    """A link names a version (s3:GetObjectVersion), and S3 decrypts it with the signer's rights."""
    links = set(PERMISSIONS[Action.LINK].people(direction))
    released = f"{WORK}/{folder}/HIC-2026-014-E001/table.csv"
    signers = {
        role
        for role in ROLES
        if may(role, "s3:GetObjectVersion", released, {}) and may(role, "kms:Decrypt", KEY, THROUGH_S3)
    }
    assert links == signers == {"operator", "reviewer"}


def test_a_link_to_anything_else_of_the_approval_is_worth_nothing() -> None:
    for role in ("operator", "reviewer"):
        assert not may(role, "s3:GetObjectVersion", f"{WORK}/home/notes.csv", {})
        assert not may(role, "kms:Decrypt", KEY, {})
