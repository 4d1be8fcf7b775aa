"""What may be: the table of flows, endpoints, ACLs and names as the proof takes them, and whose network is looked at.

The caller makes it of what the programs build from; nothing here is read from AWS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from provisioning.assurance.names import AllowedDomains
from provisioning.assurance.network.acls import PlannedAcls
from provisioning.assurance.network.model import Endpoint, Interface, Network, Vpc
from provisioning.assurance.network.traffic import Span, Spans
from provisioning.assurance.policy.forms import PlannedPolicies

# The tier planned for a subnet, by the block of its VPC and its own; None where no subnet is planned.
PlannedTier = Callable[[str, str], str | None]


@dataclass(frozen=True)
class PlannedFlow:
    """One line of the table of flows."""

    source: str
    target: str
    protocol: str
    first: int
    last: int

    @property
    def traffic(self) -> Spans:
        return frozenset({Span(self.protocol, self.first, self.last)})


@dataclass(frozen=True)
class PlannedRule:
    """One rule that a security group of the platform may have."""

    egress: bool
    protocol: str
    first: int
    last: int
    cidr: str


@dataclass(frozen=True)
class Plan:
    """What may be. `gateways` and `interfaces` are services by their short names, such as `s3`.

    `acls` tells the entries for a subnet and `tier` its tier; `domains` are the names that may be asked, by region
    and account; `directory` is the domain whose names are asked of the directory; `doors` are the platform's rules;
    `policies` are those of staff, groups and backups.
    """

    flows: tuple[PlannedFlow, ...]
    gateways: frozenset[str]
    interfaces: frozenset[str]
    acls: PlannedAcls
    tier: PlannedTier
    domains: AllowedDomains
    directory: str
    doors: tuple[PlannedRule, ...]
    policies: PlannedPolicies

    def between(self, source: str, target: str) -> Spans:
        """The planned traffic of two places."""
        found = (f.traffic for f in self.flows if (f.source, f.target) == (source, target))
        return frozenset[Span]().union(*found)


@dataclass(frozen=True)
class View:
    """The network as one approval's claims look at it."""

    network: Network
    plan: Plan
    vpcs: tuple[Vpc, ...]

    @property
    def ids(self) -> set[str]:
        return {vpc.id for vpc in self.vpcs}

    @property
    def endpoints(self) -> list[Endpoint]:
        return [endpoint for vpc in self.vpcs for endpoint in self.network.endpoints_by_vpc.get(vpc.id, ())]

    def inside(self, *places: str) -> list[Interface]:
        """The interfaces of the approval in some places."""
        found = [i for vpc in self.vpcs for i in self.network.interfaces_by_vpc.get(vpc.id, ())]
        return [i for i in found if i.place in places]
