"""The configuration of both programs, read from the namespace `hic` of the stack."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import pulumi
from pydantic import ValidationError

from provisioning.approvals.model import Approval
from provisioning.approvals.states import Access
from provisioning.errors import BadInput
from provisioning.messages import _

LAST_NETWORK = 250
DIRECTORY_DOMAIN = "hic.internal"
# Amazon's "Value with Windows 10 (English)". Operators name their own bundle, with Office (ENV-1).
DEFAULT_BUNDLE = "wsb-bh8rsxt14"
AUDIT_DAYS = 3650


@dataclass(frozen=True)
class PlatformSettings:
    """`deletion_protection` off lets the platform be destroyed, with its data."""

    directory_password: pulumi.Output[str]
    deletion_protection: bool
    audit_days: int


@dataclass(frozen=True)
class EnvironmentSettings:
    """`network` is n in 10.<n>.0.0/16; an empty image id means the newest golden image of the account.

    `access` is what people may do; credentials issued before `revoked_before` (a time) are refused.
    """

    approval: Approval
    directory_password: pulumi.Output[str]
    network: int
    image: str
    bundle: str
    access: Access = Access.OPEN
    revoked_before: str = ""

    @property
    def cidr(self) -> ipaddress.IPv4Network:
        """The environment's own network."""
        return ipaddress.IPv4Network(f"10.{self.network}.0.0/16")


def platform_settings() -> PlatformSettings:
    """Read `directoryPassword` (secret), `deletionProtection`, `auditDays`. Raises pulumi's ConfigMissingError."""
    config = pulumi.Config("hic")
    protection = config.get_bool("deletionProtection")
    return PlatformSettings(
        directory_password=config.require_secret("directoryPassword"),
        deletion_protection=True if protection is None else protection,
        audit_days=config.get_int("auditDays") or AUDIT_DAYS,
    )


def environment_settings() -> EnvironmentSettings:
    """Read `approval`, `directoryPassword` (secret), `network`, and the optional image and bundle ids,
    `access` and `revokedBefore`.

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
    network = config.require_int("network")
    if not 1 <= network <= LAST_NETWORK:
        raise BadInput(_("The network number {n} is not in 1..{last}.").format(n=network, last=LAST_NETWORK))
    image = config.get("imageWindows" if approval.environment.os == "windows" else "imageUbuntu")
    return EnvironmentSettings(
        approval=approval,
        directory_password=config.require_secret("directoryPassword"),
        network=network,
        image=image or "",
        bundle=config.get("workspacesBundle") or DEFAULT_BUNDLE,
        access=_access(config.get("access")),
        revoked_before=config.get("revokedBefore") or "",
    )


def _access(value: str | None) -> Access:
    try:
        return Access(value or Access.OPEN)
    except ValueError:
        choices = ", ".join(Access)
        raise BadInput(
            _("'{value}' is no access; use one of: {choices}").format(value=value, choices=choices)
        ) from None
