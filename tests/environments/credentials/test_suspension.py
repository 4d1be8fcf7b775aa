"""Directory users are shut out with a suspended environment, and come in again by new passwords (LIFE-5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.rules import Suspension
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.environments.credentials import issuing
from provisioning.environments.credentials.desk import Desk, read_ledger
from provisioning.environments.credentials.directory import Applied, Directory
from provisioning.environments.credentials.handing_over import link, receive
from provisioning.environments.credentials.issuing import issue
from provisioning.environments.credentials.model import Item, PackageState
from provisioning.environments.credentials.suspension import DirectoryUsers
from provisioning.errors import DependencyFailed, Refused
from tests.approvals.test_fees import changed

BOTH = ["analyst-a", "analyst-b"]


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """A directory as AWS's: whether each user can log in. Setting a password is all that unlocks."""
    users: dict[str, bool] = {}

    def lock(_self: Directory, _directory: str, user: str) -> Applied:
        users[user] = False
        return Applied.APPLIED

    def set_password(_self: Directory, _directory: str, user: str, _password: str) -> Applied:
        users[user] = True
        return Applied.APPLIED

    monkeypatch.setattr(Directory, "disable", lock)
    monkeypatch.setattr(Directory, "set_password", set_password)
    return users


@pytest.fixture
def issued(directory: dict[str, bool], desk: Desk, operator: Actor, active: Approval) -> Approval:
    issue(desk, operator, active.id)
    assert directory == dict.fromkeys(BOTH, True)
    return active


def suspend(desk: Desk, approval: Approval) -> None:
    """As the lifecycle records it, before any way in is shut."""
    data = {"at": "2026-11-02T10:00:00+09:00", "reason": "確認中", "by": "operator", "done": False}
    assert Suspension(**data)  # type: ignore[arg-type]
    desk.records.write([desk.approvals.get(approval.id).moved(State.SUSPENDED, suspension=data)])


def resume(desk: Desk, approval: Approval) -> None:
    desk.records.write([desk.approvals.get(approval.id).moved(State.ACTIVE, suspension=None)])


def test_users_are_locked_until_they_get_new_passwords(
    desk: Desk, operator: Actor, issued: Approval, directory: dict[str, bool], audit: AuditLog
) -> None:
    receive(desk, operator, issued.id, "analyst-a", "in person")
    suspend(desk, issued)
    door = DirectoryUsers(desk, operator)
    cuts = door.shut(desk.approvals.get(issued.id))
    assert [(cut.kind, cut.id) for cut in cuts] == [("user", name) for name in BOTH]
    assert directory == dict.fromkeys(BOTH, False)
    entries = len(audit.entries())
    assert door.shut(desk.approvals.get(issued.id)) == cuts
    assert len(audit.entries()) == entries  # the second time there is nothing to record

    # What nobody has received holds a password that is no good any more; what was received goes on but for that.
    holdings = read_ledger(desk.records, issued.id).holdings
    assert [holdings[name].packages[0].state for name in BOTH] == [PackageState.RECEIVED, PackageState.WITHDRAWN]
    assert Item.CERTIFICATE in holdings["analyst-a"].items
    assert not list(desk.folder.rglob("*.zip"))

    resume(desk, issued)
    door.open(desk.approvals.get(issued.id))
    first, second = issue(desk, operator, issued.id)
    assert directory == dict.fromkeys(BOTH, True)
    assert first.package is not None
    assert second.package is not None
    assert first.package.items == (Item.ACCOUNT,)
    assert set(second.package.items) >= {Item.ACCOUNT, Item.CERTIFICATE, Item.MFA, Item.DATABASE}


def test_one_who_cannot_be_locked_keeps_nobody_else_in(
    desk: Desk, operator: Actor, issued: Approval, directory: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Directory.disable

    def fails_once(self: Directory, place: str, user: str) -> Applied:
        if user == "analyst-a":
            raise DependencyFailed("the directory does not answer")
        return lock(self, place, user)

    suspend(desk, issued)
    door = DirectoryUsers(desk, operator)
    with monkeypatch.context() as patch:
        patch.setattr(Directory, "disable", fails_once)
        with pytest.raises(DependencyFailed, match="does not answer"):
            door.shut(desk.approvals.get(issued.id))
    assert directory == {"analyst-a": True, "analyst-b": False}
    assert len(door.shut(desk.approvals.get(issued.id))) == 2
    holdings = read_ledger(desk.records, issued.id).holdings
    assert directory == dict.fromkeys(BOTH, False)
    assert not any(Item.ACCOUNT in holdings[name].items for name in BOTH)


def test_nothing_is_made_or_handed_out_meanwhile(desk: Desk, operator: Actor, issued: Approval) -> None:
    suspend(desk, issued)
    acts: list[Callable[[], Any]] = [
        lambda: issue(desk, operator, issued.id),
        lambda: link(desk, operator, issued.id, "analyst-a"),
    ]
    for act in acts:
        with pytest.raises(Refused, match="is 'suspended'") as refused:
            act()
        assert f"hic env resume {issued.id}" in (refused.value.fix or "")


def test_a_suspension_while_credentials_are_made_leaves_nobody_in(
    desk: Desk, operator: Actor, active: Approval, directory: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The doors were shut before the run set the password, which unlocks: it is locked again, and no package made."""
    pack = issuing.pack

    def meanwhile(*arguments: Any) -> None:
        pack(*arguments)
        suspend(desk, active)

    monkeypatch.setattr(issuing, "pack", meanwhile)
    with pytest.raises(Refused, match="is 'suspended'"):
        issue(desk, operator, active.id)
    assert directory == {"analyst-a": False}
    assert not list(desk.folder.rglob("*.zip"))
    assert read_ledger(desk.records, active.id).holding("analyst-a").packages == ()


def test_a_user_of_other_approvals_stays(
    desk: Desk, operator: Actor, issued: Approval, build: Callable[[Approval], Approval], directory: dict[str, bool]
) -> None:
    other = build(changed(issued, id="HIC-2026-900", handlers=[issued.handlers[0].model_dump(mode="json")]))
    issue(desk, operator, other.id)
    suspend(desk, issued)
    cuts = DirectoryUsers(desk, operator).shut(desk.approvals.get(issued.id))
    assert [cut.id for cut in cuts] == ["analyst-b"]
    assert directory == {"analyst-a": True, "analyst-b": False}
    assert Item.ACCOUNT in read_ledger(desk.records, issued.id).holding("analyst-a").items
