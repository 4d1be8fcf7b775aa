"""Calls to the directory and to desktops, held against AWS's own description of them; moto has neither."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from provisioning.approvals.model import Approval
from provisioning.aws.sessions import Aws
from provisioning.environments.credentials.desktops import set_state
from provisioning.environments.credentials.directory import Applied, Directory
from provisioning.errors import DependencyFailed

PLACE = "d-1234567890"


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    return Aws("ap-northeast-1")


@pytest.fixture
def data(real: Aws) -> Iterator[Stubber]:
    with Stubber(real.client("ds-data")) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_a_user_is_made_once(real: Aws, data: Stubber, approval: Approval) -> None:
    one = approval.handlers[0]
    wanted = {"SAMAccountName": one.id, "GivenName": one.id, "Surname": one.name, "EmailAddress": one.email}
    data.add_response("create_user", {"SID": "S-1"}, {"DirectoryId": PLACE, **wanted})
    data.add_client_error("create_user", "ConflictException")
    for _time in range(2):
        assert Directory(real).ensure_user(PLACE, one) is Applied.APPLIED
    data.add_client_error("create_user", "ValidationException", "no such directory")
    with pytest.raises(DependencyFailed, match="no such directory"):
        Directory(real).ensure_user(PLACE, one)


def test_a_user_is_locked_and_one_that_is_gone_is_no_error(real: Aws, data: Stubber) -> None:
    data.add_response("disable_user", {}, {"DirectoryId": PLACE, "SAMAccountName": "analyst-a"})
    data.add_client_error("disable_user", "ResourceNotFoundException")
    for _time in range(2):
        assert Directory(real).disable(PLACE, "analyst-a") is Applied.APPLIED


def test_a_password_is_set_and_not_told(real: Aws) -> None:
    wanted = {"DirectoryId": PLACE, "UserName": "analyst-a", "NewPassword": "canary-0451"}
    with Stubber(real.client("ds")) as stub:
        stub.add_response("reset_user_password", {}, wanted)
        assert Directory(real).set_password(PLACE, "analyst-a", "canary-0451") is Applied.APPLIED
        stub.add_client_error("reset_user_password", "InvalidPasswordException", "not complex enough")
        with pytest.raises(DependencyFailed) as caught:
            Directory(real).set_password(PLACE, "analyst-a", "canary-0451")
    assert "canary" not in str(caught.value) + repr(caught.value.__cause__)


def test_a_desktop_is_closed(real: Aws) -> None:
    with Stubber(real.client("workspaces")) as stub:
        stub.add_response(
            "modify_workspace_state", {}, {"WorkspaceId": "ws-12345678", "WorkspaceState": "ADMIN_MAINTENANCE"}
        )
        assert set_state(real, "ws-12345678", "ADMIN_MAINTENANCE") is Applied.APPLIED
        stub.add_client_error("modify_workspace_state", "ResourceNotFoundException")
        assert set_state(real, "ws-12345678", "ADMIN_MAINTENANCE") is None


def test_the_stand_in_is_asked_nothing(aws_clients: Aws, approval: Approval) -> None:
    directory = Directory(aws_clients)
    answers = [directory.ensure_user(PLACE, approval.handlers[0]), directory.set_password(PLACE, "a", "b")]
    answers += [directory.disable(PLACE, "a"), set_state(aws_clients, "ws-1", "AVAILABLE") or Applied.APPLIED]
    assert set(answers) == {Applied.RECORDED}
