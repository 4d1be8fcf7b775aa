"""Environments of few resources, applied in earnest to moto, for tests of everything around them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws
import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import environment_stack, secrets_of, work_bucket
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import RecordStore
from provisioning.aws.secrets import CONNECTOR_PASSWORD, RADIUS_SECRET, SecretStore, forget_secrets, keep_secret
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.belongings import SECRET, belonging
from provisioning.environments.destruction import Asset
from provisioning.environments.engine import StackRequest
from provisioning.environments.service import Environments
from provisioning.offline.engine import OfflineEngine
from tests.approvals.test_fees import changed
from tests.environments.test_service import approvals, pay

__all__ = ["approvals"]


def program() -> None:
    """A platform of nothing; an environment with one of each kind that has to be told apart."""
    if pulumi.get_stack() == "platform":
        pulumi.export("stands", "yes")
        return
    approval_id = json.loads(pulumi.Config("hic").require("approval"))["id"]
    tags = {"hic:approval": approval_id, "Name": approval_id}
    pulumi_aws.kms.Key("key", description=approval_id, tags=tags)
    vpc = pulumi_aws.ec2.Vpc("vpc", cidr_block="10.1.0.0/21", tags=tags)
    subnet = pulumi_aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.1.0.0/24", tags=tags)
    image = pulumi_aws.ec2.get_ami(
        owners=["self"],
        most_recent=True,
        filters=[pulumi_aws.ec2.GetAmiFilterArgs(name="name", values=["hic-analysis-ubuntu-*"])],
    )
    pulumi_aws.ec2.Instance(
        "server",
        ami=image.id,
        instance_type="m6i.xlarge",
        subnet_id=subnet.id,
        root_block_device=pulumi_aws.ec2.InstanceRootBlockDeviceArgs(volume_size=30),
        tags=tags,
    )
    work = pulumi_aws.s3.Bucket("work", bucket=work_bucket(approval_id, "123456789012"), force_destroy=True, tags=tags)
    versioning = pulumi_aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled")
    pulumi_aws.s3.BucketVersioning("versions", bucket=work.id, versioning_configuration=versioning)
    pulumi.export("vpcId", vpc.id)


class KeptSecrets:
    """People who hold one secret each."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def prepare(self, approval: Approval) -> None:
        for handler in approval.handlers:
            keep_secret(self._aws, secrets_of(approval.id) + handler.id)

    def belongings(self, approval_id: str) -> list[Asset]:
        return [belonging(SECRET, "", name) for name in SecretStore(self._aws).names(secrets_of(approval_id))]

    def withdraw(self, _actor: Actor, approval_id: str) -> None:
        forget_secrets(self._aws, secrets_of(approval_id))


@dataclass(frozen=True)
class World:
    """Everything of one run of the tests, over one moto."""

    aws: Aws
    audit: AuditLog
    approvals: Approvals
    environments: Environments
    engine: OfflineEngine
    operator: Actor
    example: Approval

    def paid(self, number: int) -> str:
        return pay(self.approvals, self.operator, changed(self.example, id=f"HIC-CUT-{number:03d}")).id

    def up(self, one: str) -> None:
        self.environments.up(self.operator, one)

    def end(self, one: str) -> None:
        if self.approvals.get(one).state is not State.ENDED:  # a run may be killed right after its last step
            assert self.environments.end(self.operator, one).leftovers == ()

    def fill(self, one: str) -> None:
        """What the group leaves in it: files, and copies of its disk that say nothing of it."""
        bucket, ec2 = ObjectStore(self.aws, work_bucket(one, self.aws.account)), self.aws.client("ec2")
        for key in ("import/a", "import/a", "egress/outbox/1/b"):
            bucket.put_bytes(key, b"x")
        server = [{"Name": "tag:hic:approval", "Values": [one]}]
        (found,) = ec2.describe_instances(Filters=server)["Reservations"]
        (instance,) = found["Instances"]
        ec2.create_snapshot(VolumeId=instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"])
        ec2.create_image(InstanceId=instance["InstanceId"], Name=f"copy of {one}")

    def built(self, one: str) -> Any:
        """What an environment came to, without what differs from one to the next."""
        stands = self.engine.resources(environment_stack(one), refresh=True)
        return (
            self.approvals.get(one).state,
            sorted((resource.type, resource.name, resource.drift) for resource in stands),
            len(SecretStore(self.aws).names(secrets_of(one))),
            self.standing(one),
            sum(entry.act == "env.active" and entry.subject == one for entry in self.audit.entries()) > 0,
        )

    def standing(self, one: str) -> dict[str, int]:
        """How many of each kind AWS shows with the approval's tag."""
        ec2, tagged = self.aws.client("ec2"), [{"Name": "tag:hic:approval", "Values": [one]}]
        servers = [i for r in ec2.describe_instances(Filters=tagged)["Reservations"] for i in r["Instances"]]
        return {
            "vpcs": len(ec2.describe_vpcs(Filters=tagged)["Vpcs"]),
            "subnets": len(ec2.describe_subnets(Filters=tagged)["Subnets"]),
            "servers": sum(server["State"]["Name"] != "terminated" for server in servers),
        }

    def ended(self, one: str) -> Any:
        """What its certificate says, without ids and times, which are looked at here."""
        done, entry = self.environments.destroyed(one)
        assert entry.details["assets_sha256"] == done.digest
        assert all(bool(asset.at) != bool(asset.before) for asset in done.assets)
        assert self.environments.network_of(one) is None
        assert set(self.standing(one).values()) == {0}
        told = sorted((a.type, a.method, a.count, bool(a.note)) for a in done.assets)
        return told, done.objects


@pytest.fixture
def world(
    approvals: Approvals,
    records: RecordStore,
    audit: AuditLog,
    aws: Aws,
    clock: FixedClock,
    tmp_path: Path,
    operator: Actor,
    approval: Approval,
) -> World:
    engine = OfflineEngine(aws, tmp_path, clock, program=program)
    engine.up(StackRequest("platform", {}))
    for secret in (CONNECTOR_PASSWORD, RADIUS_SECRET):
        keep_secret(aws, secret)  # the first environment would make them for all
    environments = Environments(approvals, records, audit, aws, clock, engine, KeptSecrets(aws))
    return World(aws, audit, approvals, environments, engine, operator, approval)
