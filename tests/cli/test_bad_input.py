"""What an operator gets wrong, as issue by issue the commands meet it: refused with the way out, nothing changed."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.network_plan import environment_network
from provisioning.approvals.names import environment_stack
from provisioning.approvals.specs import OWN_TABLE
from provisioning.aws.sessions import Aws
from provisioning.cli.main import run
from provisioning.clock import SystemClock
from provisioning.offline.lock import locked
from provisioning.offline.state import StateStore
from tests.call_log import call_log
from tests.cli.conftest import Hic, Ran
from tests.conftest import EXAMPLES, reset

ONE, NEXT = "HIC-BAD-1", "HIC-BAD-2"
EXAMPLE = EXAMPLES / "exploratory-windows.yaml"
REAL_KEY = "AKIAIOSFODNN7EXAMPLE"


@dataclass(frozen=True)
class World:
    """A platform that stands, an approval that is paid, and one that is only drafted."""

    aws: Aws
    home: Path
    draft: Path

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
        assert run(["platform", "up"]) == 0
        assert run(["approval", "register", str(drafts[0])]) == 0
        assert run(["fee", "quote", ONE]) == 0
        assert run(["fee", "pay", ONE, "--amount", "815900", "--receipt", "R-1"]) == 0
        yield World(aws_clients, home, drafts[1])


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


def test_after_all_of_it_the_environment_is_built_and_kept_while_another_changes_it(
    refused: Callable[..., Ran], world: World, hic: Hic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was refused is there to be done, also by who has set the stand-in's own credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    assert hic("env", "up", ONE).code == 0
    for act in (("end", ONE, "--now", "--yes"), ("end", ONE), ("change", ONE, "--remove-handler", "analyst-b")):
        told_of_the_lock(refused, world, environment_stack(ONE), "env", *act)
