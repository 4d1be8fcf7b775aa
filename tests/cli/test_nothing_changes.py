"""Nothing changes: neither by what is refused, which comes with its way out, nor by what only looks ahead."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.network_plan import environment_network
from provisioning.approvals.names import environment_stack, work_bucket
from provisioning.approvals.specs import OWN_TABLE
from provisioning.aws.secrets import CONNECTOR_PASSWORD, SecretStore
from provisioning.aws.sessions import Aws
from provisioning.cli.main import run
from provisioning.clock import SystemClock, today
from provisioning.environments.destruction import OBJECTS
from provisioning.offline.lock import locked
from provisioning.offline.state import StateStore
from tests.call_log import CallLog, call_log
from tests.cli.conftest import Hic, Ran
from tests.conftest import EXAMPLES, reset

ONE, NEXT = "HIC-BAD-1", "HIC-BAD-2"
EXAMPLE = EXAMPLES / "exploratory-windows.yaml"
REAL_KEY = "AKIAIOSFODNN7EXAMPLE"


@dataclass(frozen=True)
class World:
    """A platform that stands, an approval that is paid, and one that is only drafted.

    `before` is what a plan of the platform came to, and called, while there was nothing at all.
    """

    aws: Aws
    home: Path
    draft: Path
    before: tuple[int, CallLog]

    @property
    def files(self) -> dict[str, bytes]:
        """Everything that hic keeps on this machine, but for locks."""
        paths = (path for path in self.home.rglob("*") if path.is_file() and path.suffix != ".lock")
        return {str(path): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def world(aws_clients: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Built once: what is refused changes nothing."""
    reset(aws_clients)
    home = tmp_path_factory.mktemp("home")
    (home / "services.json").write_text(json.dumps({"aws": {"endpoint": aws_clients.endpoint}}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HIC_HOME", str(home))
        for name in ("HIC_ENGINE", "HIC_AS", "HIC_SPECS", "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
            patch.delenv(name, raising=False)
        drafts = [tmp_path_factory.mktemp("drafts") / f"{one}.yaml" for one in (ONE, NEXT)]
        for one, draft in zip((ONE, NEXT), drafts, strict=True):
            assert run(["approval", "draft", str(draft), "--id", one, "--like", str(EXAMPLE)]) == 0
        with call_log() as log:
            before = run(["platform", "plan"]), log
        assert run(["platform", "up"]) == 0
        assert run(["approval", "register", str(drafts[0])]) == 0
        assert run(["fee", "quote", ONE]) == 0
        assert run(["fee", "pay", ONE, "--amount", "815900", "--receipt", "R-1"]) == 0
        yield World(aws_clients, home, drafts[1], before)


@pytest.fixture
def refused(world: World, hic: Hic, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run a command that is to be refused: with a way out, without a call that changes, without a file that differs."""
    monkeypatch.setenv("HIC_HOME", str(world.home))

    def call(*arguments: object, code: int, calls: bool | None = True) -> Ran:
        before = world.files
        with call_log() as log:
            ran = hic("--json", *arguments)
        assert ran.code == code, ran.err
        assert log.writes == []
        assert calls in (None, bool(log.calls)), log.calls
        assert world.files == before
        told = ran.data
        assert told["fix"] or told["problems"]
        assert all(problem["fix"] for problem in told["problems"]), told
        return ran

    return call


PERSON = "  - {id: extra-%d, name: X, email: x%d@univ.example.jp, place: lab}\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "places:\n",
            "".join(PERSON % (n, n) for n in range(3)) + "places:\n",
            "5 handlers, but spec 丙 takes at most 4",
        ),
        ("    address:", "    country: KR\n    address:", "in Japan only (HIC-1)"),
        ("203.0.113.16/28", "203.0.113.16/28, 203.0.112.0/20", "wider than /24"),
        ("datasets:", "  - {id: annex, name: A, address: B, cidrs: [203.0.113.0/24]}\ndatasets:", "overlaps"),
        ("end: [0-9-]+", "end: 2099-01-01", "longer than 6 months (LIFE-1)"),
        ("spec: 丙", "spec: 丁", "'丁' is not one of the choices"),
    ],
    ids=["persons", "abroad", "wide", "overlapping-places", "period", "spec"],
)
def test_an_approval_that_cannot_be(
    refused: Callable[..., Ran], world: World, tmp_path: Path, old: str, new: str, told: str
) -> None:
    text, count = re.subn(old, new, world.draft.read_text(encoding="utf-8"), count=1)
    assert count == 1
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")
    for command in ("validate", "register"):
        ran = refused("approval", command, file, code=2, calls=False)
        assert any(told in problem["what"] for problem in ran.data["problems"])
        assert all(problem["where"].startswith(f"{file}:") for problem in ran.data["problems"])


def test_a_size_of_server_that_aws_does_not_have(
    refused: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "specs.yaml"
    own.write_text(OWN_TABLE.read_text(encoding="utf-8").replace("m6i.xlarge", "m6i.xlagre"), encoding="utf-8")
    monkeypatch.setenv("HIC_SPECS", str(own))
    for command in ("up", "plan"):
        problems = refused("env", command, ONE, code=2).data["problems"]
        assert [problem["what"] for problem in problems] == ["AWS has no instance type 'm6i.xlagre'"] * 2
        assert all("m6i.xlarge" in problem["fix"] and "specs.yaml:" in problem["where"] for problem in problems)


def told_of_the_lock(refused: Callable[..., Ran], world: World, stack: str, *command: str) -> None:
    with locked(StateStore(world.home).lock_path(stack), SystemClock()):
        told = refused(*command, code=1, calls=None).data
    owner = rf"\S+@\S+, process {os.getpid()}, for \d+ s"
    assert re.search(f"The stack '{stack}' is being changed by {owner}", told["error"]), told
    assert told["fix"] == "Wait until that run has ended, then repeat the command."


def test_a_stack_that_another_changes(refused: Callable[..., Ran], world: World) -> None:
    told_of_the_lock(refused, world, "platform", "platform", "up")
    told_of_the_lock(refused, world, environment_stack(ONE), "env", "up", ONE)


def test_a_network_that_another_has(refused: Callable[..., Ran], world: World) -> None:
    """As after records that were put back from an older copy: the numbers say free, and AWS says taken."""
    ec2, block = world.aws.client("ec2"), str(environment_network(1))
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "hic:approval", "Value": "HIC-OTHER-7"}]}]
    vpc = ec2.create_vpc(CidrBlock=block, TagSpecifications=tags)["Vpc"]["VpcId"]
    try:
        told = refused("env", "plan", ONE, code=1).data
    finally:
        ec2.delete_vpc(VpcId=vpc)
    assert f"The network {block} is that of HIC-OTHER-7 ({vpc})" in told["error"]


@pytest.mark.parametrize(
    ("engine", "variables", "told", "fix"),
    [
        ("offline", {"AWS_ACCESS_KEY_ID": REAL_KEY}, "AWS_ACCESS_KEY_ID", "unset AWS_ACCESS_KEY_ID"),
        ("offline", {"AWS_PROFILE": "ministry"}, "AWS_PROFILE", "HIC_ENGINE=pulumi"),
        ("offline", {"AWS_ACCESS_KEY_ID": "testing", "AWS_DEFAULT_PROFILE": "p"}, "AWS_DEFAULT_PROFILE", "unset"),
        ("pulumi", {"AWS_ACCESS_KEY_ID": "testing"}, "means real AWS", "HIC_ENGINE=offline"),
        (
            "pulumi",
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_PROFILE": "p"},
            "this machine",
            "unset AWS_ENDPOINT",
        ),
        ("pulumi", {"AWS_ENDPOINT_URL_S3": "http://localhost:9"}, "AWS_ENDPOINT_URL_S3", "unset AWS_ENDPOINT_URL_S3"),
    ],
)
def test_credentials_of_the_other_aws(
    refused: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
    variables: dict[str, str],
    told: str,
    fix: str,
) -> None:
    monkeypatch.setenv("HIC_ENGINE", engine)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for command in (
        ("platform", "up"),
        ("env", "up", ONE),
        ("env", "end", ONE, "--now", "--yes"),
        ("approval", "list"),
    ):
        ran = refused(*command, code=2, calls=False)
        assert told in ran.data["error"]
        assert fix in ran.data["fix"]
        assert REAL_KEY not in ran.out + ran.err


@pytest.fixture
def looks(world: World, hic: Hic, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Run a command that only looks ahead: it succeeds, by reading calls alone, and no file differs."""
    monkeypatch.setenv("HIC_HOME", str(world.home))

    def call(*arguments: object) -> dict[str, Any]:
        before = world.files
        with call_log() as log:
            ran = hic("--json", *arguments)
        assert ran.code == 0, ran.err
        assert log.writes == []
        assert len(log.calls) > 3
        assert world.files == before
        return ran.data

    return call


def test_plans_of_what_is_not_built_yet_make_nothing(world: World, looks: Callable[..., dict[str, Any]]) -> None:
    """No secret either, though the programs are told one: it is made when they run in earnest."""
    code, log = world.before
    assert (code, log.writes, "GetSecretValue" in log.calls) == (0, [], True)
    assert SecretStore(world.aws).read(CONNECTOR_PASSWORD) is None
    for _time in range(2):
        assert looks("env", "plan", ONE)["counts"]["create"] > 50
    assert SecretStore(world.aws).read(CONNECTOR_PASSWORD) is None


def test_a_built_environment_is_looked_ahead_for_and_kept_while_another_changes_it(
    refused: Callable[..., Ran],
    looks: Callable[..., dict[str, Any]],
    world: World,
    hic: Hic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was refused before is there to be done, also by who has set the stand-in's own credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    assert hic("env", "up", ONE).code == 0
    for act in (("end", ONE, "--now", "--yes"), ("end", ONE), ("change", ONE, "--remove-handler", "analyst-b")):
        told_of_the_lock(refused, world, environment_stack(ONE), "env", *act)
    assert looks("platform", "plan")["counts"]["create"] == 0
    assert looks("env", "plan", ONE)["counts"]["create"] == 0
    assert looks("env", "change", ONE, "--remove-handler", "analyst-b", "--dry-run")["plan"]["counts"]["delete"] == 1
    assert looks("env", "sweep", "--dry-run")["suspended"] == []
    _the_end_looked_ahead_for(looks, world, hic)


def _the_end_looked_ahead_for(looks: Callable[..., dict[str, Any]], world: World, hic: Hic) -> None:
    bucket = work_bucket(ONE, world.aws.account)
    for _time in range(2):
        world.aws.client("s3").put_object(Bucket=bucket, Key="import/a", Body=b"x")
    later, now = looks("env", "end", ONE, "--dry-run"), looks("env", "end", ONE, "--now", "--dry-run")
    assert later["read_only_until"] == (today(SystemClock()) + timedelta(days=7)).isoformat()
    assert now["read_only_until"] is None
    assert {**later, "plan": 0, "read_only_until": None} == {**now, "plan": 0}
    assert {"type": OBJECTS, "name": "import/", "id": f"s3://{bucket}/import/", "count": 2} in now["beside"]
    kinds = {one["type"].rpartition("/")[2].partition(":")[0] for one in now["beside"]}
    assert {"object", "volume", "secret", "user", "accessKey"} <= kinds
    ended = hic("--json", "env", "end", ONE, "--now", "--yes")
    assert (ended.code, ended.data["leftovers"]) == (0, [])
    assert ended.data["destroyed"] == now["plan"]["counts"]["delete"]
    certificate = Path(ended.data["certificate"]).read_text(encoding="utf-8")
    assert all(one["id"] in certificate for one in now["beside"])
    assert hic("env", "end", ONE, "--dry-run").code == 1
