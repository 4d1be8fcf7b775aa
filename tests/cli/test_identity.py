"""Who acts: never what a variable claims."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from provisioning.actors import Actor, parse_actor
from provisioning.cli.identity import account_name, actor_of_arn, own_approval
from provisioning.cli.session import Session
from provisioning.errors import BadInput, Refused
from provisioning.settings import Engine, Settings
from tests.cli.conftest import Hic

PREFIX = "arn:aws:sts::123456789012:assumed-role/"


@pytest.mark.parametrize(
    ("arn", "actor"),
    [
        ("hic-operator/sato", Actor("operator", "sato")),
        ("hic-operator-deploy/ci", Actor("operator", "ci")),
        ("hic-reviewer/r1", Actor("reviewer", "r1")),
        ("hic-auditor/a", Actor("auditor", "a")),
    ],
)
def test_staff_are_known_by_role_and_session(arn: str, actor: Actor) -> None:
    assert actor_of_arn(PREFIX + arn) == actor


def test_on_an_analysis_server_the_account_of_the_system_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    for role in ("hic-hic-2026-001-analysis", "hic-operator-analysis", "hic-reviewer-1-analysis"):
        actor = actor_of_arn(f"{PREFIX}{role}/i-0abc")
        assert actor == Actor("researcher", account_name())
        assert actor.name != "somebody-else"


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::123456789012:user/hic-operator",
        "arn:aws:iam::123456789012:root",
        PREFIX + "hic-researcher/x",
        PREFIX + "other/hic-operator",
        PREFIX + "hic-operators/x",
        PREFIX + "hic-reviewer-made-by-hand/x",
        PREFIX + "hic-auditor-2/x",
        PREFIX + "hic-UPPER-analysis/x",
    ],
)
def test_anybody_else_is_refused(arn: str) -> None:
    with pytest.raises(Refused, match="none of the roles"):
        actor_of_arn(arn)


@pytest.mark.parametrize("text", ["", "operator", "operator:", "king:x", "operator: "])
def test_actors_are_written_in_one_form(text: str) -> None:
    with pytest.raises(BadInput, match="who acts"):
        parse_actor(text)


def test_on_aws_nobody_acts_as_another(hic: Hic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIC_ENGINE", "pulumi")
    ran = hic("--as", "operator:x", "approval", "register", "examples/special-linked.yaml")
    assert ran.code == 1
    assert "local engine only" in ran.err


def test_a_server_knows_its_own_approval(tmp_path: Path) -> None:
    def at(engine: Engine, arn: str) -> str:
        session = Session(Settings(tmp_path, engine=engine))
        session.aws = SimpleNamespace(identity={"Arn": arn})  # type: ignore[assignment]
        return own_approval(session)

    server = f"{PREFIX}hic-hic-2026-001-analysis/i-0abc"
    assert at("pulumi", server) == "HIC-2026-001"
    assert at("pulumi", f"{PREFIX}hic-reviewer/r1") == ""
    assert at("offline", server) == ""
