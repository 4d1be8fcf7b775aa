"""The configuration of both programs, read from the namespace `hic` of the stack."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

import pulumi
from pydantic import ValidationError

from infra.network_plan import environment_network
from provisioning.approvals.model import Approval
from provisioning.errors import BadInput
from provisioning.messages import _

DIRECTORY_DOMAIN = "hic.internal"
# Amazon's "Value with Windows 10 (English)". Operators name their own bundle, with Office (ENV-1).
DEFAULT_BUNDLE = "wsb-bh8rsxt14"
AUDIT_DAYS = 3650
LOG_DAYS = 1095
ORGANISATION = re.compile(r"o-[a-z0-9]{10,32}")


@dataclass(frozen=True)
class PlatformSettings:
    """`deletion_protection` off lets the platform be destroyed, with its data.

    `organisation` is the id of the AWS organisation whose trail this account keeps; empty for a trail of its own.
    """

    directory_password: pulumi.Output[str]
    deletion_protection: bool
    audit_days: int
    log_days: int
    organisation: str


@dataclass(frozen=True)
class EnvironmentSettings:
    """`cidr` is the environment's own network; an empty image id means the newest golden image of the account."""

    approval: Approval
    directory_password: pulumi.Output[str]
    cidr: ipaddress.IPv4Network
    image: str
    bundle: str


def platform_settings() -> PlatformSettings:
    """Read `directoryPassword` (secret), `deletionProtection`, `auditDays`, `logDays`, `organisationId`.

    Raises BadInput for an id that cannot be one, pulumi's ConfigMissingError for what is missing.
    """
    config = pulumi.Config("hic")
    protection = config.get_bool("deletionProtection")
    return PlatformSettings(
        directory_password=config.require_secret("directoryPassword"),
        deletion_protection=True if protection is None else protection,
        audit_days=config.get_int("auditDays") or AUDIT_DAYS,
        log_days=config.get_int("logDays") or LOG_DAYS,
        organisation=_organisation(config.get("organisationId") or ""),
    )


def _organisation(known: str) -> str:
    if known and not ORGANISATION.fullmatch(known):
        raise BadInput(
            _("'{id}' is not the id of an AWS organisation.").format(id=known),
            fix=_("Give organisationId as AWS shows it, such as o-a1b2c3d4e5, or leave it out."),
        )
    return known


def environment_settings() -> EnvironmentSettings:
    """Read `approval`, `directoryPassword` (secret), `network`, and the optional image and bundle ids.

    Raises BadInput for an approval or a network number that cannot be, pulumi's ConfigMissingError
    for one that is missing.
    """
    config = pulumi.Config("hic")
    try:
        approval = Approval.model_validate_json(config.require("approval"))
    except ValidationError as error:
        raise BadInput(
            _("The approval in the stack's configuration is not valid: {error}").format(error=error)
        ) from error
    image = config.get("imageWindows" if approval.environment.os == "windows" else "imageUbuntu")
    return EnvironmentSettings(
        approval=approval,
        directory_password=config.require_secret("directoryPassword"),
        cidr=environment_network(config.require_int("network")),
        image=image or "",
        bundle=config.get("workspacesBundle") or DEFAULT_BUNDLE,
    )
