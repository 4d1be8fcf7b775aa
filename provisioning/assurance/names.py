"""Which names can be asked from inside: a name carries data to whoever serves its domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.stand import PLATFORM, Item, Stand
from provisioning.assurance.watching import Forward, NameRule
from provisioning.messages import _

BY_AWS = ("SYSTEM", "RECURSIVE")  # kinds of rules by which AWS itself answers
NAMES = Claim("N10", N_("No name can be asked but those of the directory and of AWS's endpoints"), ("2.2.11", "3.1.12"))
FORWARDED = Claim(
    "N11", N_("The directory's names are asked of the directory, and no name of any other server"), ("2.2.11", "3.1.12")
)
# The domains that may be asked, by region and account.
AllowedDomains = Callable[[str, str], tuple[str, ...]]


def name_verdict(stand: Stand, allowed: AllowedDomains, approval: str) -> Verdict:
    """Judge the firewall of the approval's network, and of the directory's, which asks for its members."""
    vpcs = [i for whose in (approval, PLATFORM) for i in stand.by_approval.get(whose, ()) if i.kind == "vpc"]
    planned = frozenset(allowed(stand.region, stand.account))
    against = [each for vpc in vpcs for each in _against(vpc, planned)]
    return judge(NAMES, len(vpcs), against)


def forward_verdict(stand: Stand, domain: str, approval: str) -> Verdict:
    """Judge to whom names are passed on. A server outside would answer them as it likes, and read them all."""
    vpcs = [i for whose in (approval, PLATFORM) for i in stand.by_approval.get(whose, ()) if i.kind == "vpc"]
    servers = stand.network.directory_servers
    against = [text for vpc in vpcs for text in _passed_on(vpc, domain, servers)]
    return judge(FORWARDED, len(vpcs), against)


def _passed_on(vpc: Item, domain: str, servers: frozenset[str]) -> Iterator[str]:
    yield from _profiles(vpc)
    rules: tuple[Forward, ...] = vpc.facts["forwards"]
    for rule in rules:
        known = rule.domain == domain and set(rule.servers) <= servers and bool(rule.servers)
        if rule.kind not in BY_AWS and not (rule.kind == "FORWARD" and known):
            yield _("{vpc} asks {servers} for names of {domain}, by {rule}").format(
                vpc=vpc.id, servers=", ".join(rule.servers) or "?", domain=rule.domain or "?", rule=rule.id
            )


def _profiles(vpc: Item) -> Iterator[str]:
    """What a profile holds is not looked into: no network of this system has one."""
    for profile in sorted(vpc.facts["profiles"]):
        yield _("{vpc} has the rules and zones of the profile {profile}").format(vpc=vpc.id, profile=profile)


def _against(vpc: Item, planned: frozenset[str]) -> Iterator[str]:
    yield from _profiles(vpc)
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
