"""Whose credentials go where: real ones never to the stand-in for AWS, and its own never to AWS.

Whoever has signed in to AWS and runs the local engine takes moto for AWS; so nothing is done before that is clear.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.aws.sessions import LOCAL_SECRET, is_loopback
from provisioning.errors import BadInput
from provisioning.messages import _

KEY = "AWS_ACCESS_KEY_ID"
PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
VARIABLES = (KEY, "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", *PROFILES)
ENDPOINTS = "AWS_ENDPOINT_URL"  # also with the name of a service behind it; botocore reads them by itself


def check_credentials(endpoint: str | None, environment: Mapping[str, str]) -> None:
    """Raise BadInput unless the credentials of the environment belong to where the calls go.

    `endpoint` is that of the stand-in for AWS, None for real AWS. No value is ever shown: a name is enough.
    """
    real = _real(environment)
    if endpoint is not None:
        if real:
            raise BadInput(
                _("{variables} names credentials of real AWS, but {endpoint} is the local stand-in.").format(
                    variables=" / ".join(real), endpoint=endpoint
                ),
                fix=_("For the local engine: unset {variables}. For real AWS: HIC_ENGINE=pulumi.").format(
                    variables=" ".join(real)
                ),
            )
        return
    for name in _local_endpoints(environment):
        if environment.get(KEY) != LOCAL_SECRET or real:
            raise BadInput(
                _("{name} leads to this machine, but the credentials are not those of a stand-in for AWS.").format(
                    name=name
                ),
                fix=_("For real AWS: unset {name}. For the local engine: HIC_ENGINE=offline.").format(name=name),
            )
        return
    if environment.get(KEY) == LOCAL_SECRET:
        raise BadInput(
            _("{variable} is that of the local stand-in, but HIC_ENGINE=pulumi means real AWS.").format(variable=KEY),
            fix=_("Sign in first (for example: aws sso login) and unset {variable}, or use HIC_ENGINE=offline.").format(
                variable=KEY
            ),
        )


def without_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that talks to the stand-in alone."""
    return {name: value for name, value in environment.items() if name not in VARIABLES}


def _real(environment: Mapping[str, str]) -> list[str]:
    """The variables that name credentials other than the stand-in's."""
    return [name for name in (KEY, *PROFILES) if environment.get(name, "") not in ("", LOCAL_SECRET)]


def _local_endpoints(environment: Mapping[str, str]) -> list[str]:
    named = (name for name in sorted(environment) if name == ENDPOINTS or name.startswith(f"{ENDPOINTS}_"))
    return [name for name in named if is_loopback(environment[name])]
