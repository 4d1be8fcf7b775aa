"""The AWS access key of a group's credential for start and backup (CRED-2).

The user is part of the environment's program; its keys are not, since a key in a program is a secret in its state.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from provisioning.aws.sessions import Aws, aws_errors
from provisioning.messages import _


@dataclass(frozen=True)
class AccessKey:
    """A key with its secret, which AWS shows only once."""

    id: str
    secret: str = field(repr=False)


class AccessKeys:
    """Makes and deletes the keys of one IAM user."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def listed(self, user: str) -> dict[str, str] | None:
        """`Active` or `Inactive` by key id; None when there is no such user."""
        try:
            with self._errors(user, "NoSuchEntity"):
                answer = self._client.list_access_keys(UserName=user)
        except ClientError:
            return None
        return {str(item["AccessKeyId"]): str(item["Status"]) for item in answer["AccessKeyMetadata"]}

    def make(self, user: str) -> AccessKey:
        """A new key."""
        with self._errors(user):
            made = self._client.create_access_key(UserName=user)["AccessKey"]
        return AccessKey(str(made["AccessKeyId"]), str(made["SecretAccessKey"]))

    def delete_all(self, user: str, kept: str | None = None) -> tuple[str, ...]:
        """Delete all keys of the user but `kept`; their ids.

        One that is only switched off could be switched on by a resume.
        """
        keys = tuple(key for key in self.listed(user) or {} if key != kept)
        for key in keys:
            with self._errors(user):
                self._client.delete_access_key(UserName=user, AccessKeyId=key)
        return keys

    @property
    def _client(self) -> Any:
        return self._aws.client("iam")

    def _errors(self, user: str, *passing: str) -> Any:
        return aws_errors(_("looking after the access keys of {user}").format(user=user), passing)


def key_file(key_id: str, secret: str) -> bytes:
    """The key as AWS's own console writes it, which its tools import."""
    lines = io.StringIO()
    csv.writer(lines).writerows([("Access key ID", "Secret access key"), (key_id, secret)])
    return lines.getvalue().encode("ascii")
