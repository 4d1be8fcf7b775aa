"""Verify one environment: read back what stands, and hold it against the table of flows."""

from __future__ import annotations

from functools import lru_cache

from infra.acls import acl_entries, environment_cidrs, platform_cidrs
from infra.domains import allowed_domains
from infra.flows import FLOWS, GROUPS, SERVICES, Place
from infra.network_plan import PLATFORM
from provisioning.approvals.states import Access
from provisioning.assurance.network.claims import Plan, PlannedFlow
from provisioning.assurance.network.model import AclEntry
from provisioning.assurance.network.traffic import within
from provisioning.assurance.stand import Stand, read_stand
from provisioning.assurance.verify import Proof, prove
from provisioning.aws.sessions import Aws
from provisioning.errors import Refused
from provisioning.messages import _


def plan_of_flows() -> Plan:
    """The table of flows, the services with endpoints and the ACLs, as the proof takes them."""
    flows = (PlannedFlow(str(f.source), str(f.target), f.protocol, f.first, f.last) for f in FLOWS)
    return Plan(tuple(flows), frozenset(SERVICES), planned_acl, allowed_domains)


@lru_cache(maxsize=4096)
def planned_acl(network: str, subnet: str) -> tuple[AclEntry, ...] | None:
    """The entries that the table of flows asks for in a subnet of a network; None where none is planned."""
    cidrs = platform_cidrs() if network == str(PLATFORM) else environment_cidrs(network)
    tiers = (Place.DIRECTORY,) if network == str(PLATFORM) else GROUPS
    tier = next((tier for tier in tiers if within(subnet, cidrs[tier])), None)
    if tier is None:
        return None
    return tuple(
        AclEntry(
            e.number, e.egress, e.allow, e.protocol, *((-1, -1) if e.protocol == "-1" else (e.first, e.last)), e.cidr
        )
        for e in acl_entries(tier, cidrs)
    )


def verify(
    aws: Aws, approval_id: str, builders: frozenset[str] = frozenset(), access: Access = Access.OPEN
) -> tuple[Stand, Proof]:
    """Read what stands by describe calls alone, and judge every claim for one approval.

    Raises Refused when nothing of the approval stands, DependencyFailed when AWS does not show it.
    """
    stand = read_stand(aws)
    if not any(item.approval == approval_id for item in stand.items):
        raise Refused(
            _("Nothing of {approval} stands.").format(approval=approval_id),
            fix=_("Build it first: hic env up {approval}").format(approval=approval_id),
        )
    return stand, prove(stand, plan_of_flows(), approval_id, builders, access)
