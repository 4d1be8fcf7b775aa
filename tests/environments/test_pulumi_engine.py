"""The real route, up to the `pulumi` command: what it is told, what its answers become. See `pulumi_cli`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi
import pulumi_aws
import pytest
import yaml

from infra.program import run
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.engine import Op, StackRequest
from provisioning.environments.pulumi_engine import PulumiEngine
from provisioning.errors import BadInput, Conflict, DependencyFailed, HicError, Refused
from tests.environments.pulumi_cli import LOCKED, SECRET, FakeCli, refreshed, said

CANARY = "Canary-Real-Route-9x"
REQUEST = StackRequest("platform", {"size": "3"}, {"password": CANARY})
BACKEND = "s3://hic-state-123456789012?region=ap-northeast-1"
KEY = "awskms://alias/hic-state?region=ap-northeast-1"


def program() -> None:
    """A bucket, and a secret that is made after it."""
    config = pulumi.Config("hic")
    bucket = pulumi_aws.s3.Bucket("bucket", tags={"size": config.require("size")})
    secret = pulumi_aws.secretsmanager.SecretVersion(
        "secret", secret_id=bucket.arn, secret_string=config.require_secret("password")
    )
    pulumi.export("size", config.require_int("size"))
    pulumi.export("password", secret.secret_string)


@pytest.fixture
def cli() -> FakeCli:
    return FakeCli()


@pytest.fixture
def make(cli: FakeCli, tmp_path: Path, clock: FixedClock) -> Callable[..., PulumiEngine]:
    """An engine whose command is the stand-in."""
    aws: Any = SimpleNamespace(account="123456789012", region="ap-northeast-1")

    def engine(program: Callable[[], None] = program) -> PulumiEngine:
        return PulumiEngine(aws, tmp_path, clock, command=lambda: cli, program=program)

    return engine


@pytest.fixture
def engine(make: Callable[..., PulumiEngine]) -> PulumiEngine:
    return make()


def folder(home: Path) -> Path:
    return home / "pulumi" / "123456789012-ap-northeast-1"


def test_up_tells_pulumi_stack_project_backend_and_key(engine: PulumiEngine, cli: FakeCli, tmp_path: Path) -> None:
    outcome = engine.up(REQUEST)
    assert cli.verbs[:3] == ["stack select", "stack init", "up"]
    assert cli.calls[1][0] == ["stack", "init", "platform", "--secrets-provider", KEY]
    assert set(cli.calls[2][0]) >= {"--yes", "--skip-preview", "--refresh"}
    assert {env["PULUMI_BACKEND_URL"] for _args, env in cli.calls} == {BACKEND}
    project = yaml.safe_load((folder(tmp_path) / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert (project["name"], project["runtime"], project["backend"]) == ("hic", "python", {"url": BACKEND})
    assert (Path(project["main"]) / "program.py").exists()
    settings = yaml.safe_load((folder(tmp_path) / "Pulumi.platform.yaml").read_text(encoding="utf-8"))
    assert settings == {
        "secretsprovider": KEY,
        "encryptedkey": "a2V5",  # what the command itself had written is kept
        "config": {"hic:size": "3", "aws:region": "ap-northeast-1"},
    }
    assert [(s.op, s.type, s.name, s.recorded) for s in outcome.steps] == [
        (Op.CREATE, "aws:s3/bucket:Bucket", "bucket", False),
        (Op.CREATE, "aws:secretsmanager/secretVersion:SecretVersion", "secret", False),
    ]
    assert outcome.outputs == {"size": 3}


def test_secrets_reach_the_program_and_nothing_else(engine: PulumiEngine, cli: FakeCli, tmp_path: Path) -> None:
    outcome = engine.up(REQUEST)
    secret = next(item["inputs"]["secretString"] for item in cli.registered if item["id"] == "secret-id")
    assert secret == {SECRET: "1b47061264138c4ac30d75fd1eb44270", "value": CANARY}
    assert CANARY not in json.dumps(cli.calls)
    assert CANARY not in repr(outcome)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and CANARY in path.read_text("utf-8")] == []
    assert folder(tmp_path).stat().st_mode & 0o077 == 0


def test_nothing_is_written_beside_the_code(engine: PulumiEngine) -> None:
    root = Path(__file__).resolve().parents[2]
    before = (root / "Pulumi.yaml").read_bytes()
    engine.up(REQUEST)
    assert (root / "Pulumi.yaml").read_bytes() == before
    assert list(root.glob("Pulumi.platform*")) == []


def test_the_program_of_the_platform_runs_as_a_whole(make: Callable[..., PulumiEngine], cli: FakeCli) -> None:
    secrets = {"directoryPassword": CANARY, "radiusSecret": CANARY}
    outcome = make(run).up(StackRequest("platform", {"operatorEmail": "a@example.jp"}, secrets))
    assert outcome.count(Op.CREATE) == outcome.applied > 90
    assert {item["type"].partition(":")[0] for item in cli.registered} <= {"aws", "hic"}
    assert CANARY not in json.dumps(cli.calls)


def test_plan_is_a_preview(engine: PulumiEngine, cli: FakeCli) -> None:
    outcome = engine.plan(REQUEST)
    assert "preview" in cli.verbs
    assert "up" not in cli.verbs
    assert outcome.count(Op.CREATE) == 2
    assert cli.stacks["platform"]["resources"] == []


def test_steps_are_shown_as_they_begin_and_only_those_of_aws(engine: PulumiEngine, cli: FakeCli) -> None:
    engine.up(REQUEST)
    bucket = {"urn": "urn:pulumi:platform::hic::aws:s3/bucket:Bucket::other", "type": "aws:s3/bucket:Bucket"}
    cli.says["up"] = [
        {"resourcePreEvent": {"metadata": {"op": op, "provider": "p", **bucket, **more}}}
        for op, more in (
            ("create-replacement", {}),
            ("replace", {"diffs": ["bucket"], "detailedDiff": {"tags.a": {"diffKind": "add"}}}),
            ("delete-replaced", {}),
            ("refresh", {}),
            ("update", {"diffs": ["tags"]}),
        )
    ] + [
        {"resourcePreEvent": {"metadata": {"op": "create", "provider": "", "urn": "u::c", "type": "hic:part:Part"}}},
        {"resourcePreEvent": {"metadata": {"op": "create", "provider": "p", "urn": "u::d", "type": "pulumi:x:Y"}}},
    ]
    shown: list[tuple[Op, str, tuple[str, ...]]] = []
    outcome = engine.up(REQUEST, lambda step: shown.append((step.op, step.name, step.changed)))
    assert shown == [
        (Op.SAME, "bucket", ()),
        (Op.SAME, "secret", ()),
        (Op.REPLACE, "other", ("bucket", "tags.a")),
        (Op.UPDATE, "other", ("tags",)),
    ]
    assert len(outcome.steps) == 4


def test_another_run_is_named_with_its_age_and_the_way_out(engine: PulumiEngine, cli: FakeCli, tmp_path: Path) -> None:
    cli.fails["up"] = LOCKED
    with pytest.raises(Conflict) as caught:
        engine.up(REQUEST)
    assert str(caught.value).startswith(
        "The stack 'platform' is being changed by secretariat@builder-1, process 4711, for 1800 s."
    )
    fix = f"cd {folder(tmp_path)} && PULUMI_BACKEND_URL='{BACKEND}' pulumi cancel --yes --stack platform"
    assert caught.value.fix.endswith(fix)


def test_a_lock_that_says_nothing_is_a_conflict_too(engine: PulumiEngine, cli: FakeCli) -> None:
    cli.fails["up"] = "error: the stack is currently locked by 1 lock(s)."
    with pytest.raises(Conflict, match="a process that has just begun"):
        engine.up(REQUEST)


def test_a_lock_in_the_bucket_is_found_before_anything_is_begun(
    aws: Aws, tmp_path: Path, clock: FixedClock, cli: FakeCli
) -> None:
    engine, s3 = PulumiEngine(aws, tmp_path, clock, command=lambda: cli), aws.client("s3")
    s3.create_bucket(Bucket="hic-state-123456789012", CreateBucketConfiguration={"LocationConstraint": aws.region})
    engine.check_free("platform")
    note = {"pid": 4711, "username": "a", "hostname": "b", "timestamp": "2026-11-02T08:59:00.123456789+09:00"}
    for body, who in ((json.dumps(note), "a@b, process 4711, for 60 s"), ("{", "a process that has just begun")):
        key = ".pulumi/locks/organization/hic/platform/5f.json"
        s3.put_object(Bucket="hic-state-123456789012", Key=key, Body=body.encode())
        with pytest.raises(Conflict) as caught:
            engine.check_free("platform")
        assert who in caught.value.message
        assert "pulumi cancel --yes --stack platform" in caught.value.fix
        engine.check_free("env-hic-2026-001")
    assert cli.calls == []


def test_a_plan_of_the_end_deletes_nothing(engine: PulumiEngine, cli: FakeCli) -> None:
    assert engine.plan_destroy("platform").steps == ()
    engine.up(REQUEST)
    outcome = engine.plan_destroy("platform")
    assert [(step.op, step.name) for step in outcome.steps] == [(Op.DELETE, "secret"), (Op.DELETE, "bucket")]
    assert len(cli.stacks["platform"]["resources"]) == 2


def test_errors_of_aws_are_told_without_secrets(engine: PulumiEngine, cli: FakeCli) -> None:
    cli.fails["up"] = f"error: update failed: password {CANARY} is weak"
    with pytest.raises(DependencyFailed) as caught:
        engine.up(REQUEST)
    assert (
        caught.value.message
        == "Pulumi could not finish the stack 'platform': error: update failed: password *** is weak"
    )
    assert caught.value.fix
    assert caught.value.__cause__ is None


def test_what_the_engine_says_goes_before_the_output_of_the_command(engine: PulumiEngine, cli: FakeCli) -> None:
    engine.up(REQUEST)
    cli.says["destroy"] = []
    seen = said("error", "<{%fg 1%}>InvalidParameter: the directory hangs<{%reset%}>")
    cli._destroy = lambda args, _cwd, _stack: (cli._tell(args, [seen]), cli._failed("error: 1 failed"))  # type: ignore[method-assign,assignment]
    with pytest.raises(DependencyFailed) as caught:
        engine.destroy("platform")
    assert caught.value.message.endswith("'platform': InvalidParameter: the directory hangs")


def test_a_mistake_that_the_program_finds_comes_out_as_it_is(make: Callable[..., PulumiEngine]) -> None:
    secrets = {"directoryPassword": CANARY, "radiusSecret": CANARY}
    with pytest.raises(BadInput) as caught:
        make(run).plan(StackRequest("platform", {"radiusServers": "192.0.2.1"}, secrets))
    assert "192.0.2.1" in caught.value.message
    assert "10.0.0.0" in caught.value.fix


def test_any_other_failure_of_the_program_is_told(make: Callable[..., PulumiEngine]) -> None:
    def broken() -> None:
        raise ValueError("no such part")

    with pytest.raises(DependencyFailed, match="no such part"):
        make(broken).up(REQUEST)


def test_destroy_takes_the_stack_away_and_may_be_repeated(engine: PulumiEngine, cli: FakeCli, tmp_path: Path) -> None:
    engine.up(REQUEST)
    gone: list[str] = []
    outcome = engine.destroy("platform", lambda step: gone.append(step.name))
    assert gone == ["secret", "bucket"]
    assert {step.op for step in outcome.steps} == {Op.DELETE}
    assert cli.stacks == {}
    assert not (folder(tmp_path) / "Pulumi.platform.yaml").exists()
    assert engine.destroy("platform").steps == ()
    assert engine.outputs("platform") is None
    assert engine.resources("platform", refresh=True) == []


def test_the_platform_stays_while_an_environment_stands(engine: PulumiEngine, cli: FakeCli) -> None:
    engine.up(REQUEST)
    engine.up(StackRequest("env-hic-2026-001", {"size": "1"}, REQUEST.secrets))
    engine.plan(StackRequest("env-hic-2026-002", {"size": "1"}, REQUEST.secrets))  # planned, empty
    with pytest.raises(Refused, match="in use by 'env-hic-2026-001'"):
        engine.destroy("platform")
    assert "destroy" not in cli.verbs
    engine.destroy("env-hic-2026-001")
    engine.destroy("platform")
    assert "platform" not in cli.stacks


def test_resources_and_drift(engine: PulumiEngine, cli: FakeCli) -> None:
    engine.up(REQUEST)
    bucket, secret = cli.stacks["platform"]["resources"]
    assert [(r.type, r.name, r.id, r.drift) for r in engine.resources("platform")] == [
        (bucket["type"], "bucket", "bucket-id", ()),
        (secret["type"], "secret", "secret-id", ()),
    ]
    cli.says["refresh"] = [refreshed("update", bucket, diffs=["tags"]), refreshed("delete", secret)]
    assert [r.drift for r in engine.resources("platform", refresh=True)] == [("tags",), ("gone",)]
    states = {"old": {"outputs": {"acl": "private"}}, "new": {"outputs": {"acl": "public-read"}}}
    cli.says["refresh"] = [refreshed("update", bucket, **states), refreshed("same", secret, diffs=[])]
    assert [r.drift for r in engine.resources("platform", refresh=True)] == [("acl",), ()]
    refresh = next(args for args, _env in cli.calls if args[0] == "refresh")
    assert "--preview-only" in refresh


def test_outputs_leave_secrets_out(engine: PulumiEngine) -> None:
    assert engine.outputs("platform") is None
    engine.up(REQUEST)
    assert engine.outputs("platform") == {"size": 3}


def test_without_the_command_nothing_is_written(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    aws: Any = SimpleNamespace(account="123456789012", region="ap-northeast-1")
    engine = PulumiEngine(aws, tmp_path, clock, program=program)
    for act in (
        lambda: engine.plan(REQUEST),
        lambda: engine.up(REQUEST),
        lambda: engine.destroy("platform"),
        lambda: engine.outputs("platform"),
        lambda: engine.resources("platform"),
    ):
        with pytest.raises(HicError) as caught:
            act()
        assert caught.value.message == "The command 'pulumi' is not installed."
        assert "https://www.pulumi.com/docs/install/" in caught.value.fix
    assert list(tmp_path.iterdir()) == []
