"""The configuration of both programs, read from the namespace `hic` of the stack."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

import pulumi
from pydantic import ValidationError

from infra.network_plan import DIRECTORY, RADIUS_SERVERS, environment_network
from provisioning.approvals.fees import monthly_yen
from provisioning.approvals.model import Approval
from provisioning.approvals.states import Access
from provisioning.errors import BadInput
from provisioning.messages import _

DIRECTORY_DOMAIN = "hic.internal"
# Amazon's "Value with Windows 10 (English)". Operators name their own bundle, with Office (ENV-1).
DEFAULT_BUNDLE = "wsb-bh8rsxt14"
CONNECTOR_USER = "hic-connector"
AUDIT_DAYS = 3650
LOG_DAYS = 1095
ORGANISATION = re.compile(r"o-[a-z0-9]{10,32}")
PLATFORM_YEN = 100_000  # a month, for directory, buckets and keys; operators set their own
YEN_PER_DOLLAR = 150  # AWS reckons budgets in dollars


@dataclass(frozen=True)
class PlatformSettings:
    """`deletion_protection` off lets the platform be destroyed, with its data.

    `organisation` is the id of the AWS organisation whose trail this account keeps; empty for a trail of its own.
    `operator_email` is told of alarms and of spending beyond `monthly_yen`; empty: nobody is.
    Without `radius_secret` logging in needs no one-time code, until RADIUS servers stand.
    """

    directory_password: pulumi.Output[str]
    deletion_protection: bool
    audit_days: int
    log_days: int
    organisation: str
    operator_email: str
    monthly_yen: int
    yen_per_dollar: int
    radius_secret: pulumi.Output[str] | None
    radius_servers: tuple[str, ...]


@dataclass(frozen=True)
class EnvironmentSettings:
    """`cidr` is the environment's own network; an empty image id means the newest golden image of the account.

    `access` is what people may do; credentials issued before `revoked_before` (a time) are refused.
    `connector_user` is the directory's account that joins desktops to it; it can do nothing else there.
    `monthly_yen` is the quoted price of a month, which the budget is made of.
    """

    approval: Approval
    connector_user: str
    connector_password: pulumi.Output[str]
    radius_secret: pulumi.Output[str] | None
    radius_servers: tuple[str, ...]
    cidr: ipaddress.IPv4Network
    image: str
    bundle: str
    monthly_yen: int
    yen_per_dollar: int
    access: Access = Access.OPEN
    revoked_before: str = ""


def desktops_ou(domain: str) -> str:
    """Where desktops are put in the directory: group policy for them is linked there."""
    parts = domain.split(".")
    return ",".join(["OU=Computers", f"OU={parts[0].upper()}", *(f"DC={part}" for part in parts)])


def platform_settings() -> PlatformSettings:
    """Read `directoryPassword` and `radiusSecret` (secrets), and what may be left out:

    `oneTimeCodes`, `radiusServers`, `deletionProtection`, `auditDays`, `logDays`, `organisationId`, `operatorEmail`,
    `platformMonthlyYen` and `yenPerDollar`.
    Raises BadInput for an id or an amount that cannot be one, pulumi's ConfigMissingError for what is missing.
    """
    config = pulumi.Config("hic")
    protection = config.get_bool("deletionProtection")
    return PlatformSettings(
        directory_password=config.require_secret("directoryPassword"),
        deletion_protection=True if protection is None else protection,
        audit_days=config.get_int("auditDays") or AUDIT_DAYS,
        log_days=config.get_int("logDays") or LOG_DAYS,
        organisation=_organisation(config.get("organisationId") or ""),
        operator_email=config.get("operatorEmail") or "",
        monthly_yen=_positive(config, "platformMonthlyYen", PLATFORM_YEN),
        yen_per_dollar=_positive(config, "yenPerDollar", YEN_PER_DOLLAR),
        radius_secret=_radius_secret(config),
        radius_servers=_radius_servers(config.get("radiusServers") or ""),
    )


def _radius_servers(given: str) -> tuple[str, ...]:
    """Addresses that every connector has a way to: those of the directory's subnets."""
    servers = tuple(part.strip() for part in given.split(",") if part.strip()) or RADIUS_SERVERS
    for server in servers:
        try:
            inside = ipaddress.IPv4Address(server) in DIRECTORY
        except ValueError:
            inside = False
        if not inside:
            raise BadInput(
                _("The RADIUS server '{server}' is not in the directory's subnets.").format(server=server),
                fix=_("Give radiusServers as addresses in {network}, with commas between.").format(network=DIRECTORY),
            )
    return servers


def _radius_secret(config: pulumi.Config) -> pulumi.Output[str] | None:
    wanted = config.get_bool("oneTimeCodes")
    return config.require_secret("radiusSecret") if wanted is None or wanted else None


def _organisation(known: str) -> str:
    if known and not ORGANISATION.fullmatch(known):
        raise BadInput(
            _("'{id}' is not the id of an AWS organisation.").format(id=known),
            fix=_("Give organisationId as AWS shows it, such as o-a1b2c3d4e5, or leave it out."),
        )
    return known


def environment_settings() -> EnvironmentSettings:
    """Read `approval`, `connectorPassword` and `radiusSecret` (secrets), `network`, and what may be left out:

    `connectorUser`, `oneTimeCodes`, `radiusServers`, `imageWindows`, `imageUbuntu`, `workspacesBundle`,
    `monthlyYen` (else reckoned from the approval), `yenPerDollar`, `access`, `revokedBefore`.

    Raises BadInput for an approval or a network number that cannot be, pulumi's ConfigMissingError
    for one that is missing.
    """
    config = pulumi.Config("hic")
    try:
        approval = Approval.model_validate_json(config.require("approval"))
    except ValidationError as error:
        raise BadInput(
            _("The approval in the stack's configuration is not valid: {error}").format(error=error),
            fix=_("Let hic write it: hic env up APPROVAL"),
        ) from error
    image = config.get("imageWindows" if approval.environment.os == "windows" else "imageUbuntu")
    return EnvironmentSettings(
        approval=approval,
        connector_user=config.get("connectorUser") or CONNECTOR_USER,
        connector_password=config.require_secret("connectorPassword"),
        radius_secret=_radius_secret(config),
        radius_servers=_radius_servers(config.get("radiusServers") or ""),
        cidr=environment_network(config.require_int("network")),
        image=image or "",
        bundle=config.get("workspacesBundle") or DEFAULT_BUNDLE,
        monthly_yen=_positive(config, "monthlyYen", monthly_yen(approval)),
        yen_per_dollar=_positive(config, "yenPerDollar", YEN_PER_DOLLAR),
        access=_access(config.get("access")),
        revoked_before=config.get("revokedBefore") or "",
    )


def _access(value: str | None) -> Access:
    try:
        return Access(value or Access.OPEN)
    except ValueError:
        raise BadInput(
            _("'{value}' is no access.").format(value=value),
            fix=_("Set access to one of: {choices}").format(choices=", ".join(Access)),
        ) from None


def _positive(config: pulumi.Config, key: str, otherwise: int) -> int:
    """A whole number above zero."""
    given = config.get_int(key)
    if given is not None and given < 1:
        raise BadInput(
            _("The setting {key} is {value}.").format(key=key, value=given), fix=_("Give a whole number above zero.")
        )
    return otherwise if given is None else given
