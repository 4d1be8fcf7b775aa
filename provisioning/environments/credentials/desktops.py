"""Desktops of handlers, taken out of use and put back: nobody can connect to one in maintenance."""

from __future__ import annotations

from typing import Literal

from botocore.exceptions import ClientError

from provisioning.aws.sessions import Aws, aws_errors
from provisioning.environments.credentials.directory import Applied
from provisioning.messages import _

GONE = ("ResourceNotFoundException", "InvalidResourceStateException", "OperationNotSupportedException")


def set_state(aws: Aws, desktop: str, state: Literal["AVAILABLE", "ADMIN_MAINTENANCE"]) -> Applied | None:
    """Whether AWS took it; None when the desktop is gone. The stand-in for AWS lacks the call."""
    if aws.endpoint is not None:
        return Applied.RECORDED
    try:
        with aws_errors(_("changing the state of the desktop {id}").format(id=desktop), GONE):
            aws.client("workspaces").modify_workspace_state(WorkspaceId=desktop, WorkspaceState=state)
    except ClientError:
        return None
    return Applied.APPLIED
