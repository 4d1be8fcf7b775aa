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
RADIUS_SERVERS = ("10.0.0.10", "10.0.1.10")  # where the operator's RADIUS servers stand, one in each subnet
ENVIRONMENTS = ipaddress.IPv4Network("10.0.0.0/8")  # all environments; each is 10.<n>.0.0/16

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


def environment_subnets(network: ipaddress.IPv4Network, region: str) -> list[PlannedSubnet]:
    """Two /24 subnets for each tier, each tier in a /20 of its own."""
    blocks = network.subnets(new_prefix=20)
    return [
        PlannedSubnet(tier, number, str(cidr), zone)
        for tier, block in zip(TIERS, blocks, strict=False)
        for number, (cidr, zone) in enumerate(zip(block.subnets(new_prefix=24), zones(region), strict=False))
    ]


def platform_subnets(region: str) -> list[PlannedSubnet]:
    """Two /24 subnets for the directory."""
    cidrs = DIRECTORY.subnets(new_prefix=24)
    return [
        PlannedSubnet("directory", number, str(cidr), zone)
        for number, (cidr, zone) in enumerate(zip(cidrs, zones(region), strict=False))
    ]
