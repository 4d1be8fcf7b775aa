"""Endpoints: those planned, each once, and nothing of the account's own that is offered to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.network.model import ENDPOINTS, Endpoint, Network, Vpc
from provisioning.assurance.network.plan import Plan, View
from provisioning.messages import _

SERVICES = Claim(
    "N8", N_("Endpoints are those planned, each once, with private names and a policy"), ("2.2.09", "3.1.12")
)
OFFERS = Claim("N12", N_("The account offers no service of its networks to others"), ("2.2.09", "3.1.12"), True)


def services_verdict(view: View) -> Verdict:
    """Each planned service has one endpoint of its kind, in the planned subnets; there is no other endpoint."""
    against: list[str] = []
    for vpc in view.vpcs:
        own = view.network.endpoints_by_vpc.get(vpc.id, ())
        planned = _planned(view.network, view.plan)
        for endpoint in own:
            against += _of_endpoint(view, vpc, endpoint, planned)
        against += _counted(vpc, Counter(_known(endpoint) for endpoint in own), planned)
        if vpc.dns != (True, True):
            against.append(_("{vpc} does not resolve private names of endpoints").format(vpc=vpc.id))
    return judge(SERVICES, len(view.endpoints), against)


def offers_verdict(network: Network) -> Verdict:
    """An endpoint service lets other accounts into a network by a way that no route and no peering shows."""
    text = _("{service} lets others into a network of this account")
    return judge(OFFERS, len(network.offers), (text.format(service=known) for known in network.offers))


def _planned(network: Network, plan: Plan) -> set[tuple[str, bool]]:
    """Whole names of services, and whether by a gateway: a like name in another region is another service."""
    start = f"com.amazonaws.{network.region}"
    return {(f"{start}.{s}", True) for s in plan.gateways} | {(f"{start}.{s}", False) for s in plan.interfaces}


def _known(endpoint: Endpoint) -> tuple[str, bool]:
    return endpoint.service, endpoint.gateway


def _of_endpoint(view: View, vpc: Vpc, endpoint: Endpoint, planned: set[tuple[str, bool]]) -> Iterator[str]:
    if _known(endpoint) not in planned:
        yield _("{endpoint} leads to {service}").format(endpoint=endpoint.id, service=endpoint.service)
    if not endpoint.gateway:
        if not endpoint.private_dns:
            yield _("{endpoint} has no private names").format(endpoint=endpoint.id)
        yield from _elsewhere(view, vpc, endpoint)
    if not endpoint.policy:
        yield _("{endpoint} has no policy").format(endpoint=endpoint.id)


def _elsewhere(view: View, vpc: Vpc, endpoint: Endpoint) -> Iterator[str]:
    subnets = view.network.subnets_by_vpc.get(vpc.id, ())
    wanted = {s.id for s in subnets if view.plan.tier(vpc.cidrs[0], s.cidrs[0]) == ENDPOINTS}
    if endpoint.subnets != wanted:
        yield _("{endpoint} lies in {subnets} and not in the subnets of endpoints").format(
            endpoint=endpoint.id, subnets=", ".join(sorted(endpoint.subnets)) or "-"
        )


def _counted(vpc: Vpc, standing: Counter[tuple[str, bool]], planned: set[tuple[str, bool]]) -> Iterator[str]:
    for service, gateway in sorted(planned):
        count = standing[service, gateway]
        if count != 1:
            yield _("{vpc} has {count} endpoints for {service}, and one is planned").format(
                vpc=vpc.id, count=count, service=service
            )
