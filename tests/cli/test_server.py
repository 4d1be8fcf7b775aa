"""`hic env bootstrap` and `hic env check`, as typed, with a stand-in for the server and without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from provisioning.aws.sessions import Aws, aws_errors
from provisioning.environments.bootstrap.plan import STEPS
from provisioning.environments.bootstrap.service import Servers
from tests.cli.conftest import Hic
from tests.conftest import EXAMPLES
from tests.environments.bootstrap.conftest import card

__all__ = ["card"]

APPROVAL = "HIC-CLI-1"


@pytest.fixture
def paid(hic: Hic, local_aws: Aws, tmp_path: Path) -> str:
    file = tmp_path / "approval.yaml"
    assert hic("platform", "up").code == 0
    assert hic("approval", "draft", file, "--like", EXAMPLES / "exploratory-ubuntu.yaml", "--id", APPROVAL).code == 0
    assert hic("approval", "register", file).code == 0
    total = hic("--json", "fee", "quote", APPROVAL).data["total"]
    assert hic("fee", "pay", APPROVAL, "--amount", total, "--receipt", "R-1").code == 0
    return APPROVAL


def test_up_ends_with_a_server_that_works(
    hic: Hic, paid: str, hic_home: Path, local_aws: Aws, card: dict[str, Any]
) -> None:
    services = {"aws": {"endpoint": local_aws.endpoint}}
    gone = {**card, "pid": 1}  # a stand-in that has ended is as good as none
    (hic_home / "services.json").write_text(json.dumps({**services, "server": gone}), encoding="utf-8")
    for command in ("bootstrap", "check"):
        refused = hic("env", command, paid)
        assert (refused.code, refused.out) == (1, "")
        assert "No server can be reached: the instance stands in moto" in refused.err
        assert "hic local start --server" in refused.err

    (hic_home / "services.json").write_text(json.dumps({**services, "server": card}), encoding="utf-8")
    built = hic("--json", "env", "up", paid)
    assert built.code == 0, built.err
    assert [step["name"] for step in built.data["bootstrap"]["steps"]] == [step.name for step in STEPS]
    assert built.data["check"]["failed"] == 0

    shown = hic("env", "bootstrap", paid)
    assert shown.code == 0
    assert f"0 of {len(STEPS)} steps changed something" in shown.out
    assert "stand-in on this machine" in shown.out
    checked = hic("env", "check", paid)
    assert checked.code == 0, checked.out
    assert "0 failed, 3 not judged here" in checked.out
    assert hic("--as", "researcher:analyst-c", "env", "check", paid).code == 1
    bad = hic("env", "bootstrap", paid, "--host-key", "no key")
    assert (bad.code, "is no public host key" in bad.err) == (2, True)
    # Pinned by hand, wrongly: nothing is sent to a server that shows another key.
    wrong = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    refused = hic("env", "bootstrap", paid, "--host-key", wrong)
    assert (refused.code, "another host key" in refused.err) == (1, True)

    base = Path(card["base"]) / paid.lower()
    assert base.exists()
    hic("env", "end", paid, "--now", "--yes")
    assert not base.exists()
    names = [item["Name"] for item in local_aws.client("secretsmanager").list_secrets()["SecretList"]]
    assert not [name for name in names if paid in name]
    acts = [entry["act"] for entry in hic("--json", "audit", "log").data["entries"]]
    assert [act for act in acts if act in ("env.bootstrapped", "env.check")] == [
        *("env.bootstrapped", "env.check", "env.bootstrapped", "env.check")
    ]


def test_a_role_that_reaches_no_server_leaves_it_to_the_one_that_does(
    hic: Hic, paid: str, hic_home: Path, local_aws: Aws, card: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = {"aws": {"endpoint": local_aws.endpoint}, "server": card}
    (hic_home / "services.json").write_text(json.dumps(services), encoding="utf-8")

    def denied(*_arguments: Any, **_more: Any) -> None:
        error = {"Error": {"Code": "UnauthorizedOperation", "Message": "You are not authorized"}}
        with aws_errors("reading the console of i-1"):
            raise ClientError(error, "GetConsoleOutput")

    monkeypatch.setattr(Servers, "bootstrap", denied)
    built = hic("env", "up", paid)
    assert built.code == 1, built.err
    assert "AWS refused reading the console of i-1" in built.out
    assert f"In the role hic-operator-server go on with: hic env bootstrap {paid}" in built.out
    assert len(list(hic_home.rglob("*.zip"))) > 0, "the credentials were packed all the same"
