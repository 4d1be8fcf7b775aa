"""Which addresses go where, and in which zones. Pure arithmetic."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal

from provisioning.errors import BadInput
from provisioning.messages import _

Tier = Literal["desktops", "analysis", "endpoints"]
TIERS: tuple[Tier, ...] = ("desktops", "analysis", "endpoints")
PLATFORM = ipaddress.IPv4Network("10.0.0.0/16")
DIRECTORY = ipaddress.IPv4Network("10.0.0.0/23")  # the platform's two subnets, as one block
ENVIRONMENTS = ipaddress.IPv4Network("10.0.0.0/8")  # the platform first, then all environments
# Eight /24: two for each tier, which 20 desktops and their neighbours do not fill, and two to spare.
ENVIRONMENT_PREFIX = 21
TIER_PREFIX = 23
SUBNET_PREFIX = 24
_RESERVED = 2 ** (ENVIRONMENT_PREFIX - PLATFORM.prefixlen)  # blocks that the platform takes
LAST_NETWORK = 2 ** (ENVIRONMENT_PREFIX - ENVIRONMENTS.prefixlen) - _RESERVED
RADIUS_SERVERS = ("10.0.0.10", "10.0.1.10")  # where the operator's RADIUS servers stand, one in each subnet

# WorkSpaces run in two zones of Tokyo only, and a directory wants exactly two.
WORKSPACES_ZONES = {"ap-northeast-1": ("apne1-az4", "apne1-az1")}


@dataclass(frozen=True)
class PlannedSubnet:
    """A subnet to be made; `zone` is a zone id."""

    tier: str
    number: int
    cidr: str
    zone: str

    @property
    def name(self) -> str:
        return f"{self.tier}-{self.number}"


def zones(region: str) -> tuple[str, str]:
    """The two zones of a region that have WorkSpaces. Raises BadInput for other regions (data stays in Japan)."""
    if region not in WORKSPACES_ZONES:
        raise BadInput(
            _("There are no WorkSpaces for this purpose in '{region}'.").format(region=region),
            fix=_("Use one of: {regions}.").format(regions=", ".join(WORKSPACES_ZONES)),
        )
    return WORKSPACES_ZONES[region]


def environment_network(number: int) -> ipaddress.IPv4Network:
    """The block of the environment that has this number: 1 is 10.1.0.0/21, 2 is 10.1.8.0/21, and so on.

    Raises BadInput for a number that is not in 1..LAST_NETWORK.
    """
    if not 1 <= number <= LAST_NETWORK:
        raise BadInput(
            _("The network number {n} is not in 1..{last}.").format(n=number, last=LAST_NETWORK),
            fix=_("Leave it to hic, which takes a free one: hic env up APPROVAL"),
        )
    size = 2 ** (32 - ENVIRONMENT_PREFIX)
    start = int(ENVIRONMENTS.network_address) + (_RESERVED + number - 1) * size
    return ipaddress.IPv4Network((start, ENVIRONMENT_PREFIX))


def environment_subnets(network: ipaddress.IPv4Network, region: str) -> list[PlannedSubnet]:
    """Two /24 subnets for each tier, each tier in a /23 of its own."""
    blocks = network.subnets(new_prefix=TIER_PREFIX)
    return [
        PlannedSubnet(tier, number, str(cidr), zone)
        for tier, block in zip(TIERS, blocks, strict=False)
        for number, (cidr, zone) in enumerate(zip(block.subnets(new_prefix=SUBNET_PREFIX), zones(region), strict=True))
    ]


def platform_subnets(region: str) -> list[PlannedSubnet]:
    """Two /24 subnets for the directory."""
    cidrs = DIRECTORY.subnets(new_prefix=SUBNET_PREFIX)
    return [
        PlannedSubnet("directory", number, str(cidr), zone)
        for number, (cidr, zone) in enumerate(zip(cidrs, zones(region), strict=False))
    ]
