"""Verify one environment: read back what stands, and hold it against the table of flows."""

from __future__ import annotations

from infra.flows import FLOWS, SERVICES
from provisioning.assurance.network.claims import Plan, PlannedFlow
from provisioning.assurance.stand import Stand, read_stand
from provisioning.assurance.verify import Proof, prove
from provisioning.aws.sessions import Aws
from provisioning.errors import Refused
from provisioning.messages import _


def plan_of_flows() -> Plan:
    """The table of flows and the services with endpoints, as the proof takes them."""
    flows = (PlannedFlow(str(f.source), str(f.target), f.protocol, f.first, f.last) for f in FLOWS)
    return Plan(tuple(flows), frozenset(SERVICES))


def verify(aws: Aws, approval_id: str, builders: frozenset[str] = frozenset()) -> tuple[Stand, Proof]:
    """Read what stands by describe calls alone, and judge every claim for one approval.

    Raises Refused when nothing of the approval stands, DependencyFailed when AWS does not show it.
    """
    stand = read_stand(aws)
    if not any(item.approval == approval_id for item in stand.items):
        raise Refused(
            _("Nothing of {approval} stands.").format(approval=approval_id),
            fix=_("Build it first: hic env up {approval}").format(approval=approval_id),
        )
    return stand, prove(stand, plan_of_flows(), approval_id, builders)
