"""What the engine does to a stack: plan, make, change, replace, delete."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pulumi
import pulumi_aws as aws
import pytest
from botocore.exceptions import ClientError
from pulumi.runtime import resource as registrations

from provisioning.aws.sessions import Aws
from provisioning.environments.engine import Op
from provisioning.errors import BadInput, DependencyFailed, HicError, Refused
from provisioning.offline.engine import OfflineEngine
from provisioning.offline.state import Resource
from provisioning.offline.wanted import Wanted, compared, with_ignored
from tests.offline.conftest import CANARY, Bench, all_same, network, ops, vpcs


def test_a_plan_changes_nothing_and_leaves_the_unknown_out(bench: Bench) -> None:
    outcome = bench.plan(network())
    assert [op for op, _name in ops(outcome)] == ["create"] * 3
    assert outcome.outputs == {"cidr": "10.9.0.0/16"}  # the subnet's id is not known yet
    assert vpcs(bench) == []
    assert not bench.state_file.exists()
    assert bench.engine.outputs("small") is None


def test_up_makes_it_and_a_second_up_changes_nothing(bench: Bench) -> None:
    first = bench.up(network())
    assert first.count(Op.CREATE) == first.applied == 3
    assert first.outputs["subnetId"].startswith("subnet-")
    assert bench.engine.outputs("small") == first.outputs
    before = bench.state_file.read_bytes()
    assert all_same(bench.up())
    assert all_same(bench.plan())
    assert bench.state_file.read_bytes() == before


def test_steps_are_told_as_they_happen(bench: Bench) -> None:
    bench.program = network()
    told: list[str] = []
    outcome = bench.engine.up(bench.request, lambda step: told.append(step.name))
    assert told == [step.name for step in outcome.steps]
    assert told.index("vpc") < told.index("subnet")


def test_the_sdk_gathers_stack_traces_for_other_engines_only(bench: Bench) -> None:
    gathered: list[int] = []

    class Third:
        """As deep in constructors as a resource is."""

        def __init__(self, depth: int = 3) -> None:
            if depth > 1:
                Third(depth - 1)
            else:
                gathered.append(len(registrations._get_stack_trace().frames))

    bench.up(Third)
    Third()
    *inside, outside = gathered
    assert set(inside) == {0}
    assert outside > 0


def test_an_update_stays_in_place(bench: Bench) -> None:
    first = bench.up(network(note="one"))
    plan = bench.plan(network(note="two"))
    second = bench.up(network(note="two"))
    for outcome in (plan, second):
        assert [(s.name, s.changed) for s in outcome.steps if s.op is Op.UPDATE] == [("subnet", ("tags",))]
    assert second.outputs == first.outputs
    shown = bench.aws.client("ec2").describe_subnets(SubnetIds=[first.outputs["subnetId"]])["Subnets"][0]
    assert {"Key": "note", "Value": "two"} in shown["Tags"]


def test_a_replacement_takes_its_dependants_along_and_deletes_the_old_one_last(bench: Bench) -> None:
    first = bench.up(network())
    plan = bench.plan(network(cidr="10.8.0.0/16", subnet="10.8.1.0/24"))
    assert plan.count(Op.REPLACE) == 3
    second = bench.up(network(cidr="10.8.0.0/16", subnet="10.8.1.0/24"))
    kinds = [op for op, _name in ops(second)]
    assert kinds == ["replace"] * 3 + ["delete"] * 3
    assert ops(second)[-1] == ("delete", "vpc")
    assert second.outputs["subnetId"] != first.outputs["subnetId"]
    assert len(vpcs(bench)) == 1
    assert all_same(bench.up())


def test_one_of_the_same_name_is_deleted_before_it_is_made_again(bench: Bench) -> None:
    def program(path: str) -> None:
        trust = json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]})
        role = aws.iam.Role("role", name="fixed", path=path, assume_role_policy=trust)
        document = json.dumps({"Version": "2012-10-17", "Statement": [_ALLOW]})
        aws.iam.RolePolicy("policy", role=role.name, policy=document)

    bench.up(lambda: program("/a/"))
    second = bench.up(lambda: program("/b/"))
    assert ops(second) == [("delete", "policy"), ("delete", "role"), ("replace", "role"), ("replace", "policy")]
    role = bench.aws.client("iam").get_role(RoleName="fixed")["Role"]
    assert role["Path"] == "/b/"
    assert all_same(bench.up())


def test_what_is_no_longer_registered_goes_dependants_first(bench: Bench) -> None:
    bench.up(network())
    outcome = bench.up(lambda: aws.ec2.Vpc("other", cidr_block="10.7.0.0/16"))
    deleted = [name for op, name in ops(outcome) if op == "delete"]
    assert sorted(deleted[:2]) == ["group", "subnet"]
    assert deleted[2:] == ["vpc"]
    assert len(vpcs(bench)) == 1


def test_destroy_goes_dependants_first_and_may_be_repeated(bench: Bench) -> None:
    bench.up(network())
    outcome = bench.engine.destroy("small")
    assert ops(outcome)[-1] == ("delete", "vpc")
    assert outcome.count(Op.DELETE) == 3
    assert vpcs(bench) == []
    assert bench.engine.outputs("small") is None
    assert bench.engine.resources("small") == []
    assert bench.engine.destroy("small").steps == ()


def test_a_protected_resource_stops_destroy_before_anything_goes(bench: Bench) -> None:
    def program(protect: bool) -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", opts=pulumi.ResourceOptions(protect=protect))
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.9.1.0/24")

    bench.up(lambda: program(True))
    with pytest.raises(Refused, match="'vpc' is protected"):
        bench.engine.destroy("small")
    assert len(bench.engine.resources("small")) == 2
    with pytest.raises(Refused, match="'vpc' is protected"):
        bench.up(lambda: None)
    bench.up(lambda: program(False))
    assert bench.engine.destroy("small").count(Op.DELETE) == 2


def test_drift_is_seen_and_mended(bench: Bench) -> None:
    made = bench.up(network())
    ec2 = bench.aws.client("ec2")
    ec2.create_tags(Resources=[made.outputs["subnetId"]], Tags=[{"Key": "note", "Value": "by hand"}])
    group = next(r for r in bench.engine.resources("small") if r.name == "group")
    ec2.delete_security_group(GroupId=group.id)
    drift = {r.name: r.drift for r in bench.engine.resources("small", refresh=True)}
    assert drift == {"vpc": (), "subnet": ("tags",), "group": ("gone",)}
    assert {r.name: r.drift for r in bench.engine.resources("small")} == {"vpc": (), "subnet": (), "group": ()}
    again = bench.up()
    assert sorted(ops(again)) == [("create", "group"), ("same", "vpc"), ("update", "subnet")]
    assert all(r.drift == () for r in bench.engine.resources("small", refresh=True))


def test_a_name_is_made_up_once_and_kept(bench: Bench) -> None:
    bench.up(network())
    names = [g["GroupName"] for g in bench.aws.client("ec2").describe_security_groups()["SecurityGroups"]]
    made = [name for name in names if name.startswith("group-")]
    assert len(made) == 1
    bench.up(network(note="two"))
    again = [g["GroupName"] for g in bench.aws.client("ec2").describe_security_groups()["SecurityGroups"]]
    assert made[0] in again


def test_the_newest_of_our_own_images_is_found(bench: Bench) -> None:
    def program() -> None:
        name = aws.ec2.GetAmiFilterArgs(name="name", values=["hic-analysis-ubuntu-*"])
        pulumi.export("image", aws.ec2.get_ami(owners=["self"], most_recent=True, filters=[name]).id)

    assert bench.up(program).outputs == {"image": "ami-0d1c00000000b2001"}
    made = bench.aws.client("ec2").register_image(Name="hic-analysis-ubuntu-2027.01", RootDeviceName="/dev/sda1")
    assert bench.up(program).outputs == {"image": made["ImageId"]}


def test_no_image_is_told(bench: Bench) -> None:
    with pytest.raises(DependencyFailed, match="No machine image fits"):
        bench.up(lambda: aws.ec2.get_ami(owners=["self"], filters=[{"name": "name", "values": ["none"]}]))


def test_ignored_changes_are_ignored(bench: Bench) -> None:
    def program(note: str) -> None:
        options = pulumi.ResourceOptions(ignore_changes=["tags"])
        aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", tags={"note": note}, opts=options)

    bench.up(lambda: program("one"))
    assert all_same(bench.up(lambda: program("two")))


def test_one_property_of_an_input_can_be_ignored() -> None:
    old = Resource("urn", "type", "name", inputs={"settings": {"user": "a", "vpc": "1"}, "password": "p"})
    new = replace(old, inputs={"settings": {"user": "b", "vpc": "2"}, "password": "q", "size": "Small"})
    ignore = frozenset({"settings.user", "password", "other.part"})
    kept = with_ignored(Wanted(new, ignore), old).inputs
    assert kept == {"settings": {"user": "a", "vpc": "2"}, "password": "p", "size": "Small"}
    assert with_ignored(Wanted(new, ignore), None) is new
    assert compared(kept, ignore) == {"settings": {"vpc": "2"}, "size": "Small"}


def test_what_is_only_looked_at_is_never_deleted(bench: Bench) -> None:
    made = bench.aws.client("ec2").create_vpc(CidrBlock="10.6.0.0/16")["Vpc"]["VpcId"]

    def program() -> None:
        found = aws.ec2.Vpc.get("theirs", made)
        pulumi.export("cidr", found.cidr_block)

    assert bench.up(program).outputs == {"cidr": "10.6.0.0/16"}
    assert bench.engine.destroy("small").steps == ()
    assert vpcs(bench) == [made]


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (lambda: aws.sqs.Queue("queue"), "resource type 'aws:sqs/queue:Queue'"),
        (aws.get_partition, "data source 'aws:index/getPartition:getPartition'"),
        (lambda: aws.ec2.Vpc("vpc", cidr_block=12345), "cidrBlock: wants str, got int"),  # type: ignore[arg-type]
        (lambda: aws.Provider("own", region="ap-northeast-1"), "explicit providers"),
        (lambda: pulumi.StackReference("organization/hic/nowhere"), "The stack 'nowhere'"),
    ],
)
def test_what_the_engine_does_not_know_is_named(bench: Bench, program: object, told: str) -> None:
    with pytest.raises(HicError) as caught:
        bench.up(program)  # type: ignore[arg-type]
    assert told in str(caught.value)


def test_two_resources_of_one_urn_are_refused(bench: Bench) -> None:
    def program() -> None:
        for cidr in ("10.9.0.0/16", "10.8.0.0/16"):
            aws.ec2.Vpc("twin", cidr_block=cidr)

    with pytest.raises(BadInput, match="twice"):
        bench.up(program)


def test_a_broken_program_is_told_without_a_traceback_of_ours(bench: Bench) -> None:
    def program() -> None:
        raise ZeroDivisionError("in the program")

    with pytest.raises(DependencyFailed, match="in the program"):
        bench.up(program)
    assert bench.engine.resources("small") == []


def test_outputs_of_another_stack_come_through_with_their_secrets(bench: Bench) -> None:
    def first() -> None:
        pulumi.export("plain", "seen")
        pulumi.export("hidden", pulumi.Output.secret(CANARY))

    def second() -> None:
        reference = pulumi.StackReference("organization/hic/small")
        pulumi.export("plain", reference.require_output("plain"))
        pulumi.export("hidden", reference.require_output("hidden"))

    assert bench.up(first).outputs == {"plain": "seen"}
    bench.stack = "other"
    assert bench.up(second).outputs == {"plain": "seen"}
    with pytest.raises(Refused, match="in use by 'other'"):
        bench.engine.destroy("small")
    bench.engine.destroy("other")
    bench.engine.destroy("small")


def test_deletion_protection_of_aws_itself_is_told(bench: Bench) -> None:
    def program(guarded: bool) -> None:
        aws.dynamodb.Table(
            "table",
            name="guarded",
            billing_mode="PAY_PER_REQUEST",
            hash_key="pk",
            attributes=[aws.dynamodb.TableAttributeArgs(name="pk", type="S")],
            deletion_protection_enabled=guarded,
        )

    bench.up(lambda: program(True))
    with pytest.raises(DependencyFailed, match=r"Table 'table' could not be deleted"):
        bench.engine.destroy("small")
    bench.up(lambda: program(False))
    bench.engine.destroy("small")
    with pytest.raises(ClientError):
        bench.aws.client("dynamodb").describe_table(TableName="guarded")


def test_only_loopback_endpoints(bench: Bench) -> None:
    with pytest.raises(DependencyFailed, match="never talks to real AWS"):
        OfflineEngine(Aws("ap-northeast-1"), bench.home, bench.clock)
    with pytest.raises(DependencyFailed):
        OfflineEngine(Aws("ap-northeast-1", endpoint="http://192.0.2.1:5000"), bench.home, bench.clock)


_TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
_ALLOW = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::one/*"]}


def test_a_program_that_waits_for_ever_is_given_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.offline.runner.DEADLINE", 0.5)

    def waits() -> None:
        never: asyncio.Future[str] = asyncio.get_event_loop().create_future()
        aws.ec2.Vpc("vpc", cidr_block=pulumi.Output.from_input(never), tags={"Name": "vpc"})

    with pytest.raises(DependencyFailed, match="'small' failed: it did not end within 0 s"):
        bench.plan(waits)
    monkeypatch.undo()
    assert ops(bench.up(network()))  # the next run is not disturbed
