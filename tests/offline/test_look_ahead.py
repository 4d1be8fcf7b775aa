"""Every mistake is told before anything is made: the program is run ahead, and each handler rehearsed."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from provisioning.aws.sessions import Aws
from provisioning.errors import BadInput, DependencyFailed
from provisioning.offline.calls import Calls
from provisioning.offline.handlers import REGISTRY
from provisioning.offline.parameters import mistakes, type_mistakes
from provisioning.offline.rehearsal import rehearsed
from provisioning.offline.state import Resource
from provisioning.offline.wire import UNKNOWN, secret
from tests.offline.conftest import CANARY, Bench, all_same, network, vpcs

BUCKET_KEY = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
RULES = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "foo"}}]


def mistaken() -> None:
    """Right in the beginning; the mistakes stand further down, one of them behind what is not known before."""
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", tags={"Name": "vpc"})
    subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.9.1.0/24", tags={"Name": "subnet"})
    aws.ebs.Volume("volume", availability_zone=subnet.availability_zone, type="gp9", tags={"Name": "volume"})
    aws.iam.Role("role", name="a role", assume_role_policy="{")
    aws.kms.Alias("alias", name="hic key", target_key_id="x" * 3000)


def told(error: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return sorted(str(problem) for problem in error.value.problems)


@pytest.mark.parametrize("act", ["plan", "up"])
def test_all_mistakes_at_once_and_nothing_made(bench: Bench, act: str) -> None:
    with pytest.raises(BadInput, match="AWS would refuse the stack 'small'; nothing was changed") as caught:
        getattr(bench, act)(mistaken)
    lines = told(caught)
    assert len(lines) == 4
    assert lines[0].startswith("aws:ebs/volume:Volume 'volume' CreateVolume: CreateVolume.VolumeType: 'gp9' is none of")
    assert lines[1].startswith("aws:iam/role:Role 'role' assumeRolePolicy: is not JSON")
    assert "CreateAlias.AliasName: 'hic key' does not match" in lines[2] + lines[3]
    assert "CreateAlias.TargetKeyId: 3000 characters is more than 2048" in lines[2] + lines[3]
    assert vpcs(bench) == []
    assert not bench.state_file.exists()


def test_a_mistake_in_a_change_leaves_what_stands(bench: Bench) -> None:
    def disk(type: str, note: str) -> Any:
        def program() -> None:
            aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", tags={"Name": "vpc", "note": note})
            aws.ebs.Volume("volume", availability_zone="ap-northeast-1a", size=8, type=type, tags={"Name": "volume"})

        return program

    bench.up(disk("gp3", "one"))
    with pytest.raises(BadInput) as caught:
        bench.up(disk("gp9", "two"))
    (line,) = told(caught)
    assert "ModifyVolume.VolumeType: 'gp9'" in line
    assert all_same(bench.up(disk("gp3", "one")))


def test_a_mistake_that_only_aws_can_tell_stops_the_run_where_it_is(bench: Bench) -> None:
    with pytest.raises(DependencyFailed, match="InvalidSubnet"):
        bench.up(network(subnet="192.0.2.0/24"))
    assert len(vpcs(bench)) == 1
    bench.up(network())


def test_what_is_known_by_then_is_still_checked(bench: Bench) -> None:
    """A value that comes from AWS itself cannot be looked at before."""

    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", tags={"Name": "vpc"})
        aws.ebs.Volume("volume", availability_zone="ap-northeast-1a", size=8, type=vpc.id, tags={"Name": "volume"})

    bench.plan(program)
    with pytest.raises(DependencyFailed, match=r"CreateVolume.VolumeType: 'vpc-\w+' is none of"):
        bench.up(program)


def test_what_was_found_right_is_not_looked_at_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program of `infra` is known by its settings and its sources; any other is run ahead each time."""
    runs: list[bool] = []

    def program() -> None:
        runs.append(pulumi.runtime.is_dry_run())
        network()()

    def new_runs(act: Any) -> list[bool]:
        before = len(runs)
        act()
        return runs[before:]

    monkeypatch.setattr("provisioning.offline.engine._infra_program", program)
    ahead_and_real = [True, False]
    assert new_runs(lambda: bench.up(program)) == ahead_and_real
    assert new_runs(bench.up) == [False]
    bench.config = {"size": "2"}
    assert new_runs(bench.up) == ahead_and_real
    bench.engine.destroy("small")
    assert new_runs(bench.up) == ahead_and_real
    monkeypatch.setattr("provisioning.offline.ahead.__version__", "later")
    assert new_runs(bench.up) == ahead_and_real
    monkeypatch.setattr("provisioning.offline.engine._infra_program", mistaken)
    bench.config = {"size": "3"}
    for _again in range(2):
        with pytest.raises(BadInput):
            bench.up(mistaken)
    assert [path.stat().st_mode & 0o077 for path in bench.state_file.parent.iterdir() if path.suffix == ".right"] == [0]


def test_data_sources_are_asked_once_in_a_run(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = Calls.__getattr__

    def watched(self: Calls, service: str) -> Any:
        asked.append(service)
        return real(self, service)

    def program() -> None:
        pulumi.export("account", aws.get_caller_identity_output().account_id)
        network()()

    monkeypatch.setattr(Calls, "__getattr__", watched)
    bench.up(program)
    assert asked.count("sts") == 1


def test_a_secret_is_not_quoted(bench: Bench) -> None:
    def program() -> None:
        aws.kms.Alias("alias", name=pulumi.Output.secret(f"{CANARY} {CANARY}"), target_key_id="k")

    with pytest.raises(BadInput) as caught:
        bench.plan(program)
    assert "CreateAlias.AliasName" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_unknown_values_are_passed_over(aws: Aws) -> None:
    calls = Calls(aws)
    inputs: dict[str, Any] = {"bucket": UNKNOWN, "rules": RULES}
    handler = REGISTRY.get(BUCKET_KEY)
    assert handler is not None
    (problem,) = rehearsed(handler, calls, Resource("u", BUCKET_KEY, "key", inputs=inputs), None)
    assert "SSEAlgorithm: 'foo' is none of" in problem.what
    inputs["rules"] = UNKNOWN
    assert rehearsed(handler, calls, Resource("u", BUCKET_KEY, "key", inputs=inputs), None) == []
    inputs = {"bucket": UNKNOWN, "rules": secret(RULES)}
    assert len(rehearsed(handler, calls, Resource("u", BUCKET_KEY, "key", inputs=inputs), None)) == 1


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "wrong"),
    [
        ("ec2", "RunInstances", {"MetadataOptions": {"HttpTokens": "requird"}}, "HttpTokens: 'requird' is none of"),
        ("ec2", "RunInstances", {"MetadataOptions": {"HttpTokens": f"a{UNKNOWN}"}}, ""),
        ("iam", "CreateRole", {"RoleName": "a b"}, "RoleName: 'a b' does not match"),
        ("iam", "CreateRole", {"RoleName": "a" * 65}, "RoleName: 65 characters is more than 64"),
        ("iam", "CreateRole", {"MaxSessionDuration": 60}, "MaxSessionDuration: 60 is less than 3600"),
        ("iam", "CreateRole", {"Tags": [{"Key": "k", "Value": "v" * 257}]}, "Tags[0].Value: 257 characters"),
        ("kms", "CreateKey", {"Tags": [{"TagKey": "k" * 129, "TagValue": ""}]}, "Tags[0].TagKey: 129 characters"),
        ("backup", "CreateBackupVault", {"BackupVaultTags": {"a": "b"}}, ""),
        ("dynamodb", "PutItem", {"Item": {"a": {"M": {"b": {"S": ""}}}}}, ""),  # a shape that holds itself
        ("ds", "CreateMicrosoftAD", {"Password": CANARY}, ""),
        ("ds", "EnableRadius", {"RadiusSettings": {"SharedSecret": CANARY}}, ""),  # Java's classes, outside of a set
        ("logs", "TagResource", {"tags": {"cost owner": "例示県立研究所"}}, ""),  # ... and inside of one
        ("logs", "TagResource", {"tags": {"owner": "a,b"}}, "tags.owner: 'a,b' does not match"),
        ("ds", "CreateMicrosoftAD", {"Password": CANARY.lower().replace("-7", "")}, "Password: it does not match"),
    ],
)
def test_parameters_against_the_model(
    aws: Aws, service: str, operation: str, parameters: dict[str, Any], wrong: str
) -> None:
    model = aws.client(service).meta.service_model.operation_model(operation)
    found = "; ".join(mistakes(model, parameters))
    assert (wrong in found) if wrong else (found == "")
    assert CANARY.lower()[:6] not in found.lower()


def test_types_and_names_of_parameters(aws: Aws) -> None:
    model = aws.client("kms").meta.service_model.operation_model("CreateAlias")
    assert type_mistakes(model, {"AliasName": UNKNOWN, "TargetKeyId": "k"}) == []
    assert len(type_mistakes(model, {"AliasName": 3, "Target": "k"})) == 3  # missing, unknown, wrong type
