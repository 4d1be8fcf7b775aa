"""The configuration of both programs, read from the namespace `hic` of the stack."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import pulumi
from pydantic import ValidationError

from provisioning.approvals.fees import monthly_yen
from provisioning.approvals.model import Approval
from provisioning.errors import BadInput
from provisioning.messages import _

LAST_NETWORK = 250
DIRECTORY_DOMAIN = "hic.internal"
# Amazon's "Value with Windows 10 (English)". Operators name their own bundle, with Office (ENV-1).
DEFAULT_BUNDLE = "wsb-bh8rsxt14"
AUDIT_DAYS = 3650
PLATFORM_YEN = 100_000  # a month, for directory, buckets and keys; operators set their own
YEN_PER_DOLLAR = 150  # AWS reckons budgets in dollars


@dataclass(frozen=True)
class PlatformSettings:
    """`deletion_protection` off lets the platform be destroyed, with its data.

    `operator_email` is told of alarms and of spending beyond `monthly_yen`; empty: nobody is.
    """

    directory_password: pulumi.Output[str]
    deletion_protection: bool
    audit_days: int
    operator_email: str
    monthly_yen: int
    yen_per_dollar: int


@dataclass(frozen=True)
class EnvironmentSettings:
    """`network` is n in 10.<n>.0.0/16; an empty image id means the newest golden image of the account.

    `monthly_yen` is the quoted price of a month, which the budget is made of.
    """

    approval: Approval
    directory_password: pulumi.Output[str]
    network: int
    image: str
    bundle: str
    monthly_yen: int
    yen_per_dollar: int

    @property
    def cidr(self) -> ipaddress.IPv4Network:
        """The environment's own network."""
        return ipaddress.IPv4Network(f"10.{self.network}.0.0/16")


def platform_settings() -> PlatformSettings:
    """Read `directoryPassword` (secret), `deletionProtection`, `auditDays`, `operatorEmail`, `platformMonthlyYen`
    and `yenPerDollar`.

    Raises pulumi's ConfigMissingError, BadInput for an amount that is none.
    """
    config = pulumi.Config("hic")
    protection = config.get_bool("deletionProtection")
    return PlatformSettings(
        directory_password=config.require_secret("directoryPassword"),
        deletion_protection=True if protection is None else protection,
        audit_days=config.get_int("auditDays") or AUDIT_DAYS,
        operator_email=config.get("operatorEmail") or "",
        monthly_yen=_positive(config, "platformMonthlyYen", PLATFORM_YEN),
        yen_per_dollar=_positive(config, "yenPerDollar", YEN_PER_DOLLAR),
    )


def environment_settings() -> EnvironmentSettings:
    """Read `approval`, `directoryPassword` (secret), `network`, and the optional `monthlyYen` (else reckoned from
    the approval), `yenPerDollar`, image and bundle ids.

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
        monthly_yen=_positive(config, "monthlyYen", monthly_yen(approval)),
        yen_per_dollar=_positive(config, "yenPerDollar", YEN_PER_DOLLAR),
    )


def _positive(config: pulumi.Config, key: str, otherwise: int) -> int:
    """A whole number above zero."""
    given = config.get_int(key)
    if given is not None and given < 1:
        raise BadInput(
            _("The setting {key} is {value}.").format(key=key, value=given), fix=_("Give a whole number above zero.")
        )
    return otherwise if given is None else given
