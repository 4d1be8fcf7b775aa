"""Whether the network ACLs are those made from the table of flows, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.network.model import Acl, AclEntry, Network, Subnet
from provisioning.assurance.network.traffic import spans
from provisioning.messages import _

ACLS = Claim(
    "N9", N_("Network ACLs are the table of flows both ways; the default ones are closed"), ("2.2.09", "2.4.03")
)
LAST = 32767  # AWS's own entries, which refuse the rest
# The entries planned for a subnet, by the block of its VPC and its own; None where no subnet is planned.
PlannedAcls = Callable[[str, str], tuple[AclEntry, ...] | None]


def acl_verdict(network: Network, planned: PlannedAcls, approval: str) -> Verdict:
    """Judge the ACLs of an approval's network, and of the directory that it rests on."""
    vpcs = {vpc.id: vpc for whose in (approval, "platform") for vpc in network.of_approval(whose)}
    subnets = [subnet for vpc in vpcs for subnet in network.subnets_by_vpc.get(vpc, ())]
    against: list[str] = []
    for subnet in subnets:
        against += _against(network, subnet, planned(vpcs[subnet.vpc].cidrs[0], subnet.cidrs[0]))
    defaults = [acl for vpc in vpcs for acl in network.acls_by_vpc.get(vpc, ()) if acl.default]
    for acl in defaults:
        against += (
            _("{acl}, the default of {vpc}, lets through {entry}").format(acl=acl.id, vpc=acl.vpc, entry=_told(entry))
            for entry in acl.entries
            if entry.allow
        )
    return judge(ACLS, len(subnets) + len(defaults), against)


def _against(network: Network, subnet: Subnet, planned: Sequence[AclEntry] | None) -> Iterator[str]:
    acl = network.acl_by_subnet.get(subnet.id)
    if acl is None or planned is None:
        yield _("{subnet} has no planned ACL").format(subnet=subnet.id)
        return
    yield from _differences(acl, subnet, planned)


def _differences(acl: Acl, subnet: Subnet, planned: Sequence[AclEntry]) -> Iterator[str]:
    standing = {entry for entry in acl.entries if entry.number < LAST}
    for entry in sorted(standing - set(planned), key=lambda e: (e.egress, e.number)):
        yield _("{acl} of {subnet} has the entry {entry}, which no flow asks for").format(
            acl=acl.id, subnet=subnet.id, entry=_told(entry)
        )
    for entry in sorted(set(planned) - standing, key=lambda e: (e.egress, e.number)):
        yield _("{acl} of {subnet} lacks the entry {entry}").format(acl=acl.id, subnet=subnet.id, entry=_told(entry))


def _told(entry: AclEntry) -> str:
    traffic = ", ".join(str(span) for span in sorted(spans(entry.protocol, entry.first, entry.last)))
    way, act = ("egress" if entry.egress else "ingress"), ("allow" if entry.allow else "deny")
    return f"{way} {entry.number} {act} {traffic} {entry.cidr}"
