"""Which names can be asked from inside: a name carries data to whoever serves its domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.stand import PLATFORM, Item, Stand
from provisioning.assurance.watching import NameRule
from provisioning.messages import _

NAMES = Claim("N10", N_("No name can be asked but those of the directory and of AWS's endpoints"), ("2.2.11", "3.1.12"))
# The domains that may be asked, by region and account.
AllowedDomains = Callable[[str, str], tuple[str, ...]]


def name_verdict(stand: Stand, allowed: AllowedDomains, approval: str) -> Verdict:
    """Judge the firewall of the approval's network, and of the directory's, which asks for its members."""
    vpcs = [i for whose in (approval, PLATFORM) for i in stand.by_approval.get(whose, ()) if i.kind == "vpc"]
    planned = frozenset(allowed(stand.region, stand.account))
    against = [each for vpc in vpcs for each in _against(vpc, planned)]
    return judge(NAMES, len(vpcs), against)


def _against(vpc: Item, planned: frozenset[str]) -> Iterator[str]:
    rules: tuple[NameRule, ...] = vpc.facts["name rules"]
    if vpc.facts["fail open"]:
        yield _("{vpc} answers every name while its firewall does not").format(vpc=vpc.id)
    for rule in rules:
        if rule.action == "BLOCK" and "*" in rule.domains:
            return
        if not rule.action.startswith("BLOCK"):
            for domain in sorted(set(rule.domains) - planned):
                yield _("{vpc} lets {domain} be asked").format(vpc=vpc.id, domain=domain)
    yield _("{vpc} lets every name be asked that no rule blocks").format(vpc=vpc.id)
