"""Users of the platform's directory, by AWS's own calls.

The stand-in for AWS has neither of the two services in question; there every call is answered with `RECORDED`, which
commands show as such. AWS offers no call that makes a person change a password at the next login: `left_to_do`
names what an administrator of the directory types for it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from provisioning.approvals.model import Handler
from provisioning.aws.sessions import Aws, aws_errors
from provisioning.messages import _


class Applied(StrEnum):
    """Whether the directory has taken a change."""

    APPLIED = "applied"
    RECORDED = "recorded, not applied"


class Directory:
    """Makes users, sets passwords, and locks users out."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def ensure_user(self, directory_id: str, handler: Handler) -> Applied:
        """Make the user, if there is none of that name; one without a password cannot log in."""
        if self._stand_in:
            return Applied.RECORDED
        client = self._aws.client("ds-data")
        try:
            with self._errors(handler.id, "ConflictException"):
                client.create_user(
                    DirectoryId=directory_id,
                    SAMAccountName=handler.id,
                    GivenName=handler.id,
                    Surname=handler.name,
                    EmailAddress=handler.email,
                )
        except ClientError:
            return Applied.APPLIED  # stands already
        return Applied.APPLIED

    def set_password(self, directory_id: str, user: str, password: str) -> Applied:
        """Set the password, which also lets a locked user in again."""
        if self._stand_in:
            return Applied.RECORDED
        with self._errors(user):
            self._aws.client("ds").reset_user_password(DirectoryId=directory_id, UserName=user, NewPassword=password)
        return Applied.APPLIED

    def disable(self, directory_id: str, user: str) -> Applied:
        """Lock the user out; one that is gone is no error."""
        if self._stand_in:
            return Applied.RECORDED
        try:
            with self._errors(user, "ResourceNotFoundException"):
                self._aws.client("ds-data").disable_user(DirectoryId=directory_id, SAMAccountName=user)
        except ClientError:
            return Applied.APPLIED
        return Applied.APPLIED

    def left_to_do(self, user: str) -> str:
        """What makes the person choose a password of his own at the first login."""
        return f"Set-ADUser -Identity {user} -ChangePasswordAtLogon $true"

    @property
    def _stand_in(self) -> bool:
        return self._aws.endpoint is not None

    def _errors(self, user: str, *passing: str) -> Any:
        return aws_errors(_("looking after the directory user {user}").format(user=user), passing)
