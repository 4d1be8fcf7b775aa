"""What belongs to an environment beside its stack: found, taken away, and never passed over at the end."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import environment_stack, work_bucket
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.assurance.copies import Copy, Whereabouts, find_copies
from provisioning.assurance.leftovers import find_leftovers
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.environments import belongings as module
from provisioning.environments.belongings import RECOVERY_POINT, find_belongings
from provisioning.environments.destruction import OBJECTS, VOLUME, VPC, whereabouts
from provisioning.environments.engine import StandingResource
from provisioning.environments.service import Environments
from provisioning.errors import Refused
from tests.call_log import call_log
from tests.environments.small_world import World, world
from tests.environments.test_service import RememberingEngine, approvals, engine, environments, paid
from tests.infra.interruptions import killed, power_over

__all__ = ["approvals", "engine", "environments", "paid", "world"]
ONE = "HIC-2026-001"
TAG = [{"Key": "hic:approval", "Value": ONE}]


def server(ec2: Any, **more: Any) -> dict[str, Any]:
    """One that somebody starts by hand."""
    images = ec2.describe_images(Filters=[{"Name": "name", "Values": ["hic-analysis-*"]}])["Images"]
    made: dict[str, Any] = ec2.run_instances(ImageId=images[0]["ImageId"], MinCount=1, MaxCount=1, **more)
    (instance,) = ec2.describe_instances(InstanceIds=[made["Instances"][0]["InstanceId"]])["Reservations"][0][
        "Instances"
    ]
    return dict(instance)


def test_copies_are_known_by_tag_by_disk_and_by_server(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    mine, other = server(ec2), server(ec2)
    volumes = [one["BlockDeviceMappings"][0]["Ebs"]["VolumeId"] for one in (mine, other)]
    by_backup = [{"Key": "aws:backup:source-resource", "Value": "x"}]
    specified = [[{"ResourceType": "snapshot", "Tags": tags}] for tags in (TAG, by_backup)]
    tagged, of_backup = (
        ec2.create_snapshot(VolumeId=volume, TagSpecifications=tags)["SnapshotId"]
        for volume, tags in zip(reversed(volumes), specified, strict=True)
    )
    plain, foreign = (ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for volume in volumes)
    image = ec2.create_image(InstanceId=mine["InstanceId"], Name="mine")["ImageId"]
    ec2.create_image(InstanceId=other["InstanceId"], Name="another's")
    disk = ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    known = Whereabouts(servers=frozenset({mine["InstanceId"]}), volumes=frozenset({volumes[0]}))
    found = find_copies(aws, ONE, known)
    wanted = [Copy("image", image), *(Copy("snapshot", one) for one in (tagged, plain, disk))]
    assert sorted(found, key=str) == sorted([*wanted, Copy("snapshot", of_backup, by_backup=True)], key=str)
    assert found[0].kind == "image"  # its disks can go only after it
    assert foreign not in {copy.id for copy in found}
    assert [copy.id for copy in find_copies(aws, ONE, Whereabouts())] == [tagged]


def test_images_of_aws_backup_and_their_disks_are_left_to_their_vault(aws: Aws) -> None:
    """EC2 refuses to delete what AWS Backup made. It copies the tags of the server, and not always those of disks."""
    ec2 = aws.client("ec2")
    mine = server(ec2)
    tags = [*TAG, {"Key": "aws:backup:source-resource", "Value": "x"}]
    specified = [{"ResourceType": "image", "Tags": tags}]
    images = [ec2.create_image(InstanceId=mine["InstanceId"], Name=name)["ImageId"] for name in ("by hand", "too")]
    nightly = ec2.create_image(InstanceId=mine["InstanceId"], Name="nightly", TagSpecifications=specified)["ImageId"]
    disks = {
        image["ImageId"]: image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
        for image in ec2.describe_images(ImageIds=[*images, nightly])["Images"]
    }
    ec2.create_tags(Resources=[disks[images[1]], disks[nightly]], Tags=TAG)
    bare = Whereabouts(servers=frozenset({mine["InstanceId"]}))
    for untag in (False, True):  # the nightly image's disk with the approval's tag, and without any
        if untag:
            ec2.delete_tags(Resources=[disks[nightly]], Tags=TAG)
        by_backup = {copy.id: copy.by_backup for copy in find_copies(aws, ONE, bare)}
        theirs = {nightly, disks[nightly]}
        assert by_backup == {id: id in theirs for id in (*disks, *disks.values())}
        found = {asset.id for asset in find_belongings(aws, ONE, bare)}
        assert found & by_backup.keys() == by_backup.keys() - theirs


def test_a_server_without_a_tag_in_the_environments_network_is_left_over(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/21")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    stays, gone = (server(ec2, SubnetId=subnet)["InstanceId"] for _time in range(2))
    ec2.terminate_instances(InstanceIds=[gone])
    assert find_leftovers(aws, ONE) == []
    found = find_leftovers(aws, ONE, Whereabouts(vpcs=frozenset({vpc})))
    assert [one.id for one in found if one.kind == "instance"] == [stays]
    assert len([one for one in found if one.kind == "interface"]) == 1


def test_leftovers_are_read_to_the_last_page(aws: Aws) -> None:
    logs = aws.client("logs")
    names = {f"/hic/{ONE}/{number:03}" for number in range(60)}
    for name in (*names, "/hic/HIC-2026-0011/server"):
        logs.create_log_group(logGroupName=name)
    page = logs.describe_log_groups(logGroupNamePrefix=f"/hic/{ONE}/")
    assert len(page["logGroups"]) < len(names)  # else this would show nothing
    assert {one.id for one in find_leftovers(aws, ONE) if one.kind == "log group"} == names


def test_what_somebody_put_into_the_network_is_told_before_anything_goes(world: World) -> None:
    one = world.paid(1)
    world.up(one)
    world.fill(one)
    (subnet,) = [r.id for r in world.engine.resources(environment_stack(one)) if r.name == "subnet"]
    stranger = server(world.aws.client("ec2"), SubnetId=subnet)["InstanceId"]
    before, entries = world.approvals.get(one), len(world.audit.entries())
    for act in (world.environments.end, world.environments.plan_end):
        with call_log(world.aws) as log, pytest.raises(Refused, match=stranger) as caught:
            act(world.operator, one)
        assert log.writes == []
        assert "remove them by hand" in caught.value.fix
    assert (world.approvals.get(one), len(world.audit.entries())) == (before, entries)
    world.aws.client("ec2").terminate_instances(InstanceIds=[stranger])
    world.end(one)
    assert world.approvals.get(one).state is State.ENDED


def test_others_are_told_whatever_engine_is_to_delete_the_network(
    environments: Environments, approvals: Approvals, aws: Aws, operator: Actor, paid: Approval, monkeypatch: Any
) -> None:
    """Pulumi asks nobody before it deletes, and AWS refuses in the middle of it."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/21")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    described = [
        ec2.create_network_interface(SubnetId=subnet, Description=text)["NetworkInterface"]["NetworkInterfaceId"]
        for text in ("Created By Amazon Workspaces for AWS Account ID 1", "AWS created network interface for d-1", "x")
    ]
    stranger = described[-1]
    stack = [StandingResource(kind, kind, kind, id, recorded=False) for kind, id in ((VPC, vpc), ("directory", "d-1"))]
    environments.up(operator, paid.id)
    monkeypatch.setattr(RememberingEngine, "resources", lambda *_given: stack)
    before = approvals.get(paid.id)
    for act in (environments.plan_end, environments.end):
        with call_log(aws) as log, pytest.raises(Refused, match=rf"{vpc} .*: {stranger} are in the way"):
            act(operator, paid.id)
        assert log.writes == []
    assert approvals.get(paid.id) == before
    ec2.delete_network_interface(NetworkInterfaceId=stranger)
    environments.plan_end(operator, paid.id)


def test_a_copy_that_is_made_while_the_end_is_interrupted_is_on_the_certificate_too(world: World) -> None:
    one = world.paid(1)
    world.up(one)
    world.fill(one)
    found = world.environments.plan_end(world.operator, one).assets
    (volume,) = [asset.id for asset in found if asset.type == VOLUME]
    with power_over(world.aws) as power:
        killed(power, 3, lambda: world.end(one))
        power.keep()
    assert world.approvals.get(one).state is State.ENDING
    later = world.aws.client("ec2").create_snapshot(VolumeId=volume)["SnapshotId"]
    world.end(one)
    certified = {asset.id: asset for asset in world.environments.destroyed(one)[0].assets}
    assert {asset.id for asset in found} | {later} == set(certified)
    assert certified[later].at
    assert world.environments.destroyed(one)[0].objects == 3
    stood = whereabouts(certified.values())
    assert (len(stood.vpcs), stood.volumes) == (1, {volume})
    assert find_leftovers(world.aws, one, stood) == []


def test_files_are_told_by_folder_and_in_a_bounded_number(
    aws: Aws, make_bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket: ObjectStore = make_bucket(work_bucket(ONE, aws.account))
    for key in ("a", "import/b", "import/b", "egress/outbox/r1/c", "egress/outbox/r1/deep/d", "egress/outbox/r2/e"):
        bucket.put_bytes(key, b"x")

    def told() -> list[tuple[str, int]]:
        return [(one.name, one.count) for one in find_belongings(aws, ONE, Whereabouts()) if one.type == OBJECTS]

    assert told() == [("/", 1), ("egress/outbox/r1/", 2), ("egress/outbox/r2/", 1), ("import/", 2)]
    monkeypatch.setattr(module, "MOST_FOLDERS", 3)
    assert told() == [("/", 1), ("egress/", 3), ("import/", 2)]
    bucket.purge()
    assert told() == []


def test_backups_are_listed_where_a_vault_holds_any(aws: Aws) -> None:
    """The stand-in for AWS makes none; the calls are held against AWS's own description of them."""
    arn = "arn:aws:ec2:ap-northeast-1::snapshot/snap-1"
    vault = {"BackupVaultName": "hic-hic-2026-001"}
    with Stubber(aws.client("backup")) as stub:
        stub.add_response("describe_backup_vault", {**vault, "NumberOfRecoveryPoints": 1}, vault)
        points = {"RecoveryPoints": [{"RecoveryPointArn": arn}]}
        stub.add_response("list_recovery_points_by_backup_vault", points, vault)
        found = find_belongings(aws, ONE, Whereabouts())
        stub.assert_no_pending_responses()
    assert [(one.type, one.id) for one in found] == [(RECOVERY_POINT, arn)]


def test_where_an_environment_was_is_read_from_its_assets() -> None:
    assets = [module.belonging(kind, "", id) for kind, id in ((VPC, "vpc-1"), (VOLUME, "vol-1"), ("other", "x"))]
    assert whereabouts(assets) == Whereabouts(frozenset({"vpc-1"}), frozenset(), frozenset({"vol-1"}))


def test_a_copy_that_may_not_be_deleted_stays_as_a_leftover(aws: Aws) -> None:
    client, gone = aws.client("ec2"), []
    assets = [module.belonging(kind, "", id) for kind, id in ((VPC, "vpc-1"), (module.TYPES["snapshot"], "snap-1"))]
    assets.append(module.belonging(module.TYPES["image"], "", "ami-1"))
    with Stubber(client) as stub:
        stub.add_client_error("delete_snapshot", "UnauthorizedOperation")
        stub.add_response("deregister_image", {}, {"ImageId": "ami-1"})
        module.delete_copies(aws, ONE, assets, lambda asset: gone.append(asset.id))
        stub.assert_no_pending_responses()
    assert gone == ["ami-1"]
