"""Secrets that outlive a run, in AWS Secrets Manager; never on disk, never printed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.errors import DependencyFailed
from provisioning.messages import _

DIRECTORY_PASSWORD = "hic/directory-admin"  # noqa: S105 - a name
CONNECTOR_PASSWORD = "hic/directory-connector"  # noqa: S105 - a name
RADIUS_SECRET = "hic/radius"  # noqa: S105 - a name
# Managed Microsoft AD asks for three of four classes of characters. Letters that look alike are left out.
CLASSES = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "!%+-=_")


def make_password(length: int = 24) -> str:
    """A random password with characters of every class."""
    generator = secrets.SystemRandom()
    picked = [generator.choice(letters) for letters in CLASSES]
    picked += [generator.choice("".join(CLASSES[:3])) for _rest in range(length - len(picked))]
    generator.shuffle(picked)
    return "".join(picked)


def keep_secret(aws: Aws, name: str) -> str:
    """The secret of that name; made at first use."""
    return SecretStore(aws).keep(name, make_password)


def foreseen_secret(aws: Aws, name: str) -> str:
    """The secret of that name for a plan; while there is none a new one takes its place, which nobody keeps."""
    known = SecretStore(aws).read(name)
    return make_password() if known is None else known


def forget_secrets(aws: Aws, prefix: str) -> int:
    """Delete every secret whose name begins with `prefix`, at once and for good; how many there were."""
    store = SecretStore(aws)
    doomed = store.names(prefix)
    for name in doomed:
        store.delete(name)
    return len(doomed)


class SecretStore:
    """Secrets by name, encrypted by the account's own key for secrets. `tags` are put on those that it makes."""

    def __init__(self, aws: Aws, tags: Mapping[str, str] | None = None) -> None:
        self._aws = aws
        self._tags = dict(tags or {})

    def read(self, name: str) -> str | None:
        """The secret, or None when there is none. Raises DependencyFailed while it waits for its deletion."""
        try:
            with self._errors(name, "ResourceNotFoundException", "InvalidRequestException"):
                return str(self._client.get_secret_value(SecretId=name)["SecretString"])
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                return None
            raise DependencyFailed(
                _("The secret {name} is about to be deleted.").format(name=name),
                fix=_("Restore it: aws secretsmanager restore-secret --secret-id {name}").format(name=name),
            ) from error

    def keep(self, name: str, make: Callable[[], str]) -> str:
        """The secret of that name; made at first use. Two that make it at once get the same."""
        known = self.read(name)
        if known is not None:
            return known
        value = make()
        if self._create(name, value):
            return value
        return self.read(name) or value

    def put(self, name: str, value: str) -> None:
        """Store a new value in place of the present one."""
        if self._create(name, value):
            return
        with self._errors(name):
            self._client.put_secret_value(SecretId=name, SecretString=value)

    def delete(self, name: str) -> None:
        """Delete it for good, without a time in which it could be restored; one that is gone is no error."""
        try:
            with self._errors(name, "ResourceNotFoundException"):
                self._client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        except ClientError:
            return

    def names(self, prefix: str) -> list[str]:
        """The names of all secrets that begin with `prefix`."""
        with self._errors(prefix):
            pages = self._client.get_paginator("list_secrets").paginate(
                Filters=[{"Key": "name", "Values": [prefix]}], IncludePlannedDeletion=False
            )
            found = [str(item["Name"]) for page in pages for item in page["SecretList"]]
        return sorted(name for name in found if name.startswith(prefix))

    def _create(self, name: str, value: str) -> bool:
        tags = [{"Key": key, "Value": text} for key, text in self._tags.items()]
        try:
            with self._errors(name, "ResourceExistsException"):
                self._client.create_secret(Name=name, SecretString=value, Tags=tags)
        except ClientError:
            return False
        return True

    @property
    def _client(self) -> Any:
        return self._aws.client("secretsmanager")

    def _errors(self, name: str, *passing: str) -> Any:
        return aws_errors(_("using the secret {name}").format(name=name), passing)
