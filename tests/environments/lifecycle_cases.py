"""What the tests of the life cycle share: its services over an engine that only remembers, and one environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.change_service import Changes
from provisioning.approvals.changes import Decision
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.names import environment_stack
from provisioning.approvals.service import Approvals, Registered
from provisioning.audit.log import AuditLog
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.cutting import Cut
from provisioning.environments.lifecycle import Lifecycle
from provisioning.environments.service import Environments
from provisioning.errors import DependencyFailed
from tests.environments.test_service import RememberingEngine, approvals, engine, environments, paid

__all__ = ["approvals", "engine", "environments", "paid"]

TODAY = date(2026, 11, 2)
ACCEPTED = Decision(Result.UNCONDITIONAL, TODAY)


@dataclass
class DoorOfAnother:
    """What another part would hang in."""

    shut_for: list[str] = field(default_factory=list)
    open_for: list[str] = field(default_factory=list)
    broken: bool = False

    def shut(self, standing: Registered) -> Sequence[Cut]:
        if self.broken:
            raise DependencyFailed("the directory does not answer")
        self.shut_for.append(standing.approval.id)
        return [Cut("account", handler.id) for handler in standing.approval.handlers]

    def open(self, standing: Registered) -> Sequence[Cut]:
        self.open_for.append(standing.approval.id)
        return []


@pytest.fixture
def changes(approvals: Approvals, audit: AuditLog, clock: FixedClock) -> Changes:
    return Changes(approvals, audit, clock)


@pytest.fixture
def door() -> DoorOfAnother:
    return DoorOfAnother()


@pytest.fixture
def life(
    environments: Environments,
    approvals: Approvals,
    changes: Changes,
    audit: AuditLog,
    aws: Aws,
    clock: FixedClock,
    engine: RememberingEngine,
    door: DoorOfAnother,
) -> Lifecycle:
    return Lifecycle(environments, approvals, changes, audit, aws, clock, engine, [door])


@dataclass(frozen=True)
class Things:
    """What a running environment has in AWS, as far as it is cut off by hand."""

    aws: Aws
    server: str
    role: str
    user: str
    key: str

    @property
    def running(self) -> str:
        (found,) = self.aws.client("ec2").describe_instances(InstanceIds=[self.server])["Reservations"]
        return str(found["Instances"][0]["State"]["Name"])

    @property
    def key_status(self) -> str:
        (key,) = self.aws.client("iam").list_access_keys(UserName=self.user)["AccessKeyMetadata"]
        return str(key["Status"])

    @property
    def policies(self) -> list[str]:
        return list(self.aws.client("iam").list_role_policies(RoleName=self.role)["PolicyNames"])


@pytest.fixture
def active(environments: Environments, operator: Actor, paid: Approval) -> Approval:
    environments.up(operator, paid.id)
    return paid


@pytest.fixture
def things(aws: Aws, active: Approval) -> Things:
    ec2, iam = aws.client("ec2"), aws.client("iam")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "hic:approval", "Value": active.id}]}]
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["hic-analysis-*"]}])["Images"][0]["ImageId"]
    (server,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)["Instances"]
    role, user = names.analysis_role(active.id), names.backup_user(active.id)
    iam.create_role(RoleName=role, AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    return Things(aws, server["InstanceId"], role, user, key)


def told(engine: RememberingEngine, approval: Approval) -> Any:
    """What the program was last told."""
    return engine.stacks[environment_stack(approval.id)].config
