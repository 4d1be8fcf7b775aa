"""Verify one environment: read back what stands, and hold it against the table of flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from infra.acls import GATEWAYS, acl_entries, environment_cidrs, platform_cidrs
from infra.deployment import DEPLOY_ROLE, AccountScope, boundary, deployment
from infra.domains import allowed_domains
from infra.flows import FLOWS, GROUPS, INTERFACES, RADIUS_PORT, Place, flows_between
from infra.group_policies import ServerScope, backup_service, group_credential
from infra.network_plan import DIRECTORY, ENVIRONMENTS, PLATFORM
from infra.settings import DIRECTORY_DOMAIN, YEN_PER_DOLLAR
from infra.staff import STAFF, StaffScope
from infra.tags import environment_tags
from provisioning.approvals.data_sets import share_keys
from provisioning.approvals.fees import monthly_yen
from provisioning.approvals.model import Approval
from provisioning.approvals.states import Access
from provisioning.assurance.agreed import Agreed
from provisioning.assurance.network.model import AclEntry
from provisioning.assurance.network.plan import Plan, PlannedFlow, PlannedRule
from provisioning.assurance.network.traffic import within
from provisioning.assurance.policy.forms import Machine, PlannedPolicies, Platform
from provisioning.assurance.stand import Stand, read_stand
from provisioning.assurance.verify import Proof, prove
from provisioning.aws.sessions import Aws
from provisioning.errors import Refused
from provisioning.messages import _

DNS_PORT = 53


def plan_of_flows() -> Plan:
    """The table of flows, and what the programs make of it, as the proof takes them."""
    return Plan(
        tuple(PlannedFlow(str(f.source), str(f.target), f.protocol, f.first, f.last) for f in FLOWS),
        frozenset(map(str, GATEWAYS)),
        frozenset(INTERFACES),
        planned_acl,
        planned_tier,
        allowed_domains,
        DIRECTORY_DOMAIN,
        tuple(_doors()),
        planned_policies(),
    )


def planned_policies() -> PlannedPolicies:
    """The policies that the programs write, as the proof takes them."""
    return PlannedPolicies(
        _staff_policies,
        lambda machine: group_credential(_server(machine), ()),  # places are held against the approval
        lambda machine: backup_service(_server(machine)),
        lambda platform: boundary(AccountScope(platform.account, platform.region)),
    )


def _staff_policies(platform: Platform) -> dict[str, tuple[str, ...]]:
    scope = StaffScope(platform.account, platform.region, platform.key, platform.table)
    built = deployment(AccountScope(platform.account, platform.region))
    return {**{one.name: (one.policy(scope),) for one in STAFF}, DEPLOY_ROLE: tuple(built.values())}


def _server(machine: Machine) -> ServerScope:
    return ServerScope(
        machine.approval, machine.account, machine.region, machine.instance, machine.volumes, machine.key
    )


def _doors() -> Iterator[PlannedRule]:
    """What may be asked of the platform: the directory, its RADIUS servers, and its names through the resolver."""
    every = str(ENVIRONMENTS)
    for flow in flows_between(target=Place.DIRECTORY):
        yield PlannedRule(False, flow.protocol, flow.first, flow.last, every)
    yield PlannedRule(False, "udp", RADIUS_PORT, RADIUS_PORT, every)
    for protocol in ("tcp", "udp"):
        yield PlannedRule(True, protocol, DNS_PORT, DNS_PORT, str(DIRECTORY))


def planned_tier(network: str, subnet: str) -> str | None:
    """The tier that a subnet of a network is planned for; None where none is planned."""
    return _tier(network, subnet, _cidrs(network))


def _cidrs(network: str) -> Mapping[Place, str]:
    return platform_cidrs() if network == str(PLATFORM) else environment_cidrs(network)


def _tier(network: str, subnet: str, cidrs: Mapping[Place, str]) -> Place | None:
    tiers = (Place.DIRECTORY,) if network == str(PLATFORM) else GROUPS
    return next((tier for tier in tiers if within(subnet, cidrs[tier])), None)


@lru_cache(maxsize=4096)
def planned_acl(network: str, subnet: str) -> tuple[AclEntry, ...] | None:
    """The entries that the table of flows asks for in a subnet of a network; None where none is planned."""
    cidrs = _cidrs(network)
    tier = _tier(network, subnet, cidrs)
    if tier is None:
        return None
    return tuple(
        AclEntry(
            e.number, e.egress, e.allow, e.protocol, *((-1, -1) if e.protocol == "-1" else (e.first, e.last)), e.cidr
        )
        for e in acl_entries(tier, cidrs)
    )


def agreed_of(approval: Approval, yen_per_dollar: int = YEN_PER_DOLLAR) -> Agreed:
    """An approval as what is built of it shows; budgets are reckoned in dollars at the operator's own rate."""
    return Agreed(
        frozenset(cidr for place in approval.places for cidr in place.cidrs),
        frozenset(handler.id for handler in approval.handlers),
        approval.spec.instance_type,
        round(monthly_yen(approval) / yen_per_dollar, 2),
        environment_tags(approval),
        share_keys(approval.datasets),
    )


def verify(
    aws: Aws,
    approval_id: str,
    agreed: Agreed | None,
    builders: frozenset[str] = frozenset(),
    access: Access = Access.OPEN,
) -> tuple[Stand, Proof]:
    """Read what stands by describe calls alone, and judge every claim for one approval.

    `agreed` is what the records say was approved; None when there is no record, which is then told.
    Raises Refused when nothing of the approval stands, DependencyFailed when AWS does not show it.
    """
    stand = read_stand(aws)
    if not any(item.approval == approval_id for item in stand.items):
        raise Refused(
            _("Nothing of {approval} stands.").format(approval=approval_id),
            fix=_("Build it first: hic env up {approval}").format(approval=approval_id),
        )
    return stand, prove(stand, plan_of_flows(), approval_id, agreed, builders, access)
