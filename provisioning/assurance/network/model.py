"""The network of an account as frozen data. Ids are AWS's own; an empty `approval` is nobody's."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")
Block = ipaddress.IPv4Network | ipaddress.IPv6Network

DESKTOPS, ANALYSIS, ENDPOINTS, DIRECTORY, OTHER = "desktops", "analysis", "endpoints", "directory", "other"
HOSTS = (DESKTOPS, ANALYSIS, OTHER)  # where programs of people may run
# What asks others on behalf of those who ask it: a directory resolves names and passes on logins.
PASSING_ON = (*HOSTS, DIRECTORY)


@dataclass(frozen=True)
class Vpc:
    """`dns` are (resolution, host names)."""

    id: str
    cidrs: tuple[str, ...]
    approval: str
    dns: tuple[bool, bool]


@dataclass(frozen=True)
class Subnet:
    """`open_by_default`: what starts here gets a public or IPv6 address without asking."""

    id: str
    vpc: str
    cidrs: tuple[str, ...]
    open_by_default: bool


@dataclass(frozen=True)
class Route:
    """`destination` is a block or a prefix list."""

    destination: str
    target: str


@dataclass(frozen=True)
class RouteTable:
    """`subnets` that use it by name; the main table serves the others of its VPC."""

    id: str
    vpc: str
    main: bool
    subnets: frozenset[str]
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class AclEntry:
    """One line of a network ACL."""

    number: int
    egress: bool
    allow: bool
    protocol: str
    first: int
    last: int
    cidr: str


@dataclass(frozen=True)
class Acl:
    """`entries` in the order in which they are asked. The `default` one serves subnets that have no other."""

    id: str
    vpc: str
    default: bool
    subnets: frozenset[str]
    entries: tuple[AclEntry, ...]


@dataclass(frozen=True)
class Rule:
    """One rule of a security group; `peer` is a block, a group, or a prefix list."""

    id: str
    group: str
    egress: bool
    protocol: str
    first: int
    last: int
    peer: str


@dataclass(frozen=True)
class Group:
    """A security group; `managed` when AWS itself made it for a directory or for the desktops of one."""

    id: str
    name: str
    vpc: str
    managed: bool


@dataclass(frozen=True)
class Interface:
    """An address in a subnet. `owner` is what it belongs to; `public` its public address, if any."""

    id: str
    vpc: str
    subnet: str
    groups: frozenset[str]
    addresses: tuple[str, ...]
    public: str
    place: str
    owner: str


@dataclass(frozen=True)
class Endpoint:
    """`tables`, `prefix_list` and `cidrs` are of a gateway; `interfaces` and `subnets` of the other kind."""

    id: str
    vpc: str
    service: str
    gateway: bool
    tables: frozenset[str]
    interfaces: frozenset[str]
    groups: frozenset[str]
    private_dns: bool
    policy: str
    prefix_list: str
    cidrs: tuple[str, ...]
    subnets: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Peering:
    """A peering that is not over."""

    id: str
    ends: tuple[str, str]
    active: bool


@dataclass(frozen=True)
class Gateway:
    """Anything by which a VPC can be left: `kind` in words."""

    id: str
    kind: str
    vpc: str


@dataclass(frozen=True)
class Network:
    """All of it. The indexes are made when first asked for.

    `aws_lists` are prefix lists that AWS keeps of its own public addresses; `directory_servers` are the addresses
    that answer for the directory's names; `offers` are services that other accounts may reach.
    """

    vpcs: tuple[Vpc, ...]
    subnets: tuple[Subnet, ...]
    tables: tuple[RouteTable, ...]
    acls: tuple[Acl, ...]
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]
    interfaces: tuple[Interface, ...]
    endpoints: tuple[Endpoint, ...]
    peerings: tuple[Peering, ...]
    gateways: tuple[Gateway, ...]
    directory_subnets: frozenset[str] = field(default=frozenset())
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by the id of a part
    region: str = ""
    aws_lists: frozenset[str] = field(default=frozenset())
    directory_servers: frozenset[str] = field(default=frozenset())
    offers: tuple[str, ...] = ()

    @cached_property
    def steps(self) -> dict[Interface, Any]:
        """What `reach` has found of each interface."""
        return {}

    @cached_property
    def vpc_by_id(self) -> dict[str, Vpc]:
        return {vpc.id: vpc for vpc in self.vpcs}

    @cached_property
    def subnet_by_id(self) -> dict[str, Subnet]:
        return {subnet.id: subnet for subnet in self.subnets}

    @cached_property
    def group_by_id(self) -> dict[str, Group]:
        return {group.id: group for group in self.groups}

    @cached_property
    def peering_by_id(self) -> dict[str, Peering]:
        return {peering.id: peering for peering in self.peerings}

    @cached_property
    def interfaces_by_vpc(self) -> dict[str, list[Interface]]:
        found: dict[str, list[Interface]] = {}
        for interface in self.interfaces:
            found.setdefault(interface.vpc, []).append(interface)
        return found

    @cached_property
    def rules_by_group(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            found.setdefault(rule.group, []).append(rule)
        return found

    @cached_property
    def table_by_subnet(self) -> dict[str, RouteTable]:
        mains = {table.vpc: table for table in self.tables if table.main}
        found = {subnet.id: mains[subnet.vpc] for subnet in self.subnets if subnet.vpc in mains}
        for table in self.tables:
            found.update(dict.fromkeys(table.subnets, table))
        return found

    @cached_property
    def acl_by_subnet(self) -> dict[str, Acl]:
        return {subnet: acl for acl in self.acls for subnet in acl.subnets}

    @cached_property
    def vpcs_by_approval(self) -> dict[str, list[Vpc]]:
        return _by(self.vpcs, lambda vpc: (vpc.approval,))

    @cached_property
    def subnets_by_vpc(self) -> dict[str, list[Subnet]]:
        return _by(self.subnets, lambda subnet: (subnet.vpc,))

    @cached_property
    def tables_by_vpc(self) -> dict[str, list[RouteTable]]:
        return _by(self.tables, lambda table: (table.vpc,))

    @cached_property
    def acls_by_vpc(self) -> dict[str, list[Acl]]:
        return _by(self.acls, lambda acl: (acl.vpc,))

    @cached_property
    def groups_by_vpc(self) -> dict[str, list[Group]]:
        return _by(self.groups, lambda group: (group.vpc,))

    @cached_property
    def endpoints_by_vpc(self) -> dict[str, list[Endpoint]]:
        return _by(self.endpoints, lambda endpoint: (endpoint.vpc,))

    @cached_property
    def gateways_by_vpc(self) -> dict[str, list[Gateway]]:
        return _by(self.gateways, lambda gateway: (gateway.vpc,))

    @cached_property
    def peerings_by_vpc(self) -> dict[str, list[Peering]]:
        return _by(self.peerings, lambda peering: dict.fromkeys(peering.ends))

    def of_approval(self, approval: str) -> list[Vpc]:
        """The VPCs that carry an approval's tag."""
        return self.vpcs_by_approval.get(approval, [])


def _by(items: Iterable[T], keys: Callable[[T], Iterable[str]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for item in items:
        for key in keys(item):
            found.setdefault(key, []).append(item)
    return found
