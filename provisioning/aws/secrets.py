"""Secrets that outlive a run, in AWS Secrets Manager; never on disk, never printed."""

from __future__ import annotations

import secrets

from botocore.exceptions import ClientError

from provisioning.aws.sessions import Aws, aws_errors
from provisioning.messages import _

DIRECTORY_PASSWORD = "hic/directory-admin"  # noqa: S105 - a name
CONNECTOR_PASSWORD = "hic/directory-connector"  # noqa: S105 - a name
RADIUS_SECRET = "hic/radius"  # noqa: S105 - a name
# Managed Microsoft AD asks for three of four classes of characters.
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
    client = aws.client("secretsmanager")
    doing = _("reading the secret {name}").format(name=name)
    try:
        with aws_errors(doing, passing=("ResourceNotFoundException",)):
            return str(client.get_secret_value(SecretId=name)["SecretString"])
    except ClientError:
        value = make_password()
    with aws_errors(doing):
        client.create_secret(Name=name, SecretString=value)
    return value


def forget_secrets(aws: Aws, prefix: str) -> int:
    """Delete every secret whose name begins with `prefix`, at once and for good; how many there were."""
    client = aws.client("secretsmanager")
    with aws_errors(_("deleting the secrets {prefix}*").format(prefix=prefix)):
        pages = client.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": [prefix]}])
        # Asked again here: the service's filter is generous with case and words.
        doomed = [item["Name"] for page in pages for item in page["SecretList"] if item["Name"].startswith(prefix)]
        for name in doomed:
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    return len(doomed)
