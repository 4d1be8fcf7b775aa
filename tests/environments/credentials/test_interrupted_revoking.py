"""A withdrawal that was cut off is finished by whatever comes next; nobody stays in by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals.editing import Edits, edited
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.environments.credentials import revoking
from provisioning.environments.credentials.authority import LIST_KEY, CertificateAuthority
from provisioning.environments.credentials.backup import key_secret
from provisioning.environments.credentials.desk import Desk, read_ledger
from provisioning.environments.credentials.directory import Directory
from provisioning.environments.credentials.issuing import issue
from provisioning.environments.credentials.people import USER, Handlers
from provisioning.environments.credentials.revoking import revoke, revoke_all, revoke_former
from provisioning.environments.credentials.status import credentials_status
from provisioning.environments.credentials.suspension import DirectoryUsers
from provisioning.errors import DependencyFailed
from tests.environments.credentials.conftest import stored_secrets
from tests.environments.credentials.test_after_issue import listed, serial
from tests.environments.credentials.test_suspension import directory

__all__ = ["directory"]

CUTS = ((Directory, "disable"), (revoking, "discard"), (CertificateAuthority, "publish"))


class Killed(Exception):
    """The run ends here, as by a power cut."""


@pytest.fixture
def issued(directory: dict[str, bool], desk: Desk, operator: Actor, active: Approval, backup_user: str) -> Approval:
    issue(desk, operator, active.id)
    return active


def killed(monkeypatch: pytest.MonkeyPatch, cut: tuple[Any, str], act: Callable[[], object]) -> None:
    """The act, ended where it would go on to `cut`."""

    def end(*_given: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(*cut, end)
        with pytest.raises(Killed):
            act()


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut[1])
def test_an_interrupted_end_locks_everybody_when_it_is_repeated(
    desk: Desk,
    operator: Actor,
    issued: Approval,
    directory: dict[str, bool],
    cut: tuple[Any, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    gone = [serial(desk, issued, name) for name in ("analyst-a", "analyst-b")]
    killed(monkeypatch, cut, lambda: revoke_all(desk, operator, issued.id))
    assert read_ledger(desk.records, issued.id).holding("analyst-a").revoked is not None
    # The certificate tells of users only what was done: these still stand.
    users = {asset.name for asset in Handlers(desk).belongings(issued.id) if asset.type == USER}
    assert users == {"analyst-a", "analyst-b"}
    revoke_all(desk, operator, issued.id)
    assert directory == {"analyst-a": False, "analyst-b": False}
    assert all(number in listed(desk, tmp_path) for number in gone)
    assert Handlers(desk).belongings(issued.id) == []
    assert not [name for name in stored_secrets(desk) if issued.id in name or "totp" in name]
    assert not list((desk.folder / issued.id).rglob("*.zip"))
    assert revoke_all(desk, operator, issued.id) == []


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut[1])
def test_who_left_the_approval_is_locked_by_the_next_issue(
    desk: Desk,
    operator: Actor,
    issued: Approval,
    directory: dict[str, bool],
    cut: tuple[Any, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    gone, one = serial(desk, issued, "analyst-b"), edited(issued, Edits(remove_handlers=["analyst-b"]))
    known = desk.approvals.get(issued.id)
    desk.records.write([known.moved(known.state, approval=one.model_dump(mode="json"))])
    killed(monkeypatch, cut, lambda: revoke_former(desk, operator, one))
    assert [line.calls_for_action for line in credentials_status(desk, one.id)[1]] == [True, True]
    issue(desk, operator, one.id)
    assert directory == {"analyst-a": True, "analyst-b": False}
    assert gone in listed(desk, tmp_path)
    assert [line.calls_for_action for line in credentials_status(desk, one.id)[1]] == [False, False]
    assert revoke_former(desk, operator, one) == []


def test_a_suspension_locks_whom_an_interrupted_withdrawal_did_not(
    desk: Desk, operator: Actor, issued: Approval, directory: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(monkeypatch, CUTS[0], lambda: revoke(desk, operator, issued.id, "analyst-b", "left"))
    assert directory["analyst-b"]
    DirectoryUsers(desk, operator).shut(desk.approvals.get(issued.id))
    assert directory == {"analyst-a": False, "analyst-b": False}


def test_a_missing_copy_of_the_record_keeps_nobody_in(
    desk: Desk, operator: Actor, issued: Approval, directory: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(desk.audit, "_copies", lambda: ObjectStore(desk.aws, "hic-is-not-there"))
        with pytest.raises(DependencyFailed, match="hic-is-not-there"):
            revoke(desk, operator, issued.id, "analyst-b", "left")
    assert not directory["analyst-b"]
    assert revoke(desk, operator, issued.id, "analyst-b", "left").acts
    assert read_ledger(desk.records, issued.id).holding("analyst-b").is_taken


def test_finishing_a_withdrawal_leaves_the_key_that_the_others_got_meanwhile(
    desk: Desk, operator: Actor, issued: Approval, backup_user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(monkeypatch, CUTS[0], lambda: revoke(desk, operator, issued.id, "analyst-b", "left"))
    issue(desk, operator, issued.id)
    key = read_ledger(desk.records, issued.id).group.backup_key
    assert key is not None
    revoke(desk, operator, issued.id, "analyst-b", "left")
    assert desk.access_keys.listed(backup_user) == {key: "Active"}
    assert key_secret(issued.id, key) in stored_secrets(desk)
    assert desk.share.head(LIST_KEY) is not None
