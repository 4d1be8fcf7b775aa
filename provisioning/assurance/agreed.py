"""That what stands is what was approved: places, people, the machine, the amount and the tags."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from provisioning.approvals import names
from provisioning.approvals.model import WIDEST_PREFIX
from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.items import Item
from provisioning.assurance.reading import APPROVAL_TAG
from provisioning.assurance.stand import Stand
from provisioning.messages import _

SOURCE = "aws:sourceip"
TAGGED = (
    *("vpc", "subnet", "route table", "network ACL", "endpoint", "peering", "security group", "server", "volume"),
    *("key", "work bucket", "desktop directory", "backup vault", "backup plan", "log group", "alarm"),
)
TAGGING = Claim("S2", N_("Everything carries the tags of its approval"), ("4.4.02", "2.2.13"))
MACHINE = Claim("S5", N_("The server is of the approved specification"), ("2.3.04", "2.4.03"))
AMOUNT = Claim("S6", N_("The budget is the quoted amount of a month"), ("2.3.04", "4.4.02"))
PLACES = Claim("P2", N_("Desktops are reached from the approved places alone"), ("3.2.06",))
PEOPLE = Claim("P4", N_("Each handler has one desktop, and nobody else has any"), ("3.2.01", "3.2.06"))
SEATS = Claim(
    "P5", N_("The group's credential names the approved places and no others"), ("3.2.06",), may_be_empty=True
)
Cidr = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Agreed:
    """What was approved, as AWS would show it. `places` are blocks of addresses; `dollars` is what a month may cost;
    `share_keys` are patterns of what may be read in the share bucket.
    """

    places: frozenset[str]
    handlers: frozenset[str]
    instance_type: str
    dollars: float
    tags: Mapping[str, str]
    share_keys: tuple[str, ...]


def agreed_verdicts(stand: Stand, approval: str, agreed: Agreed | None) -> list[Verdict]:
    """Hold what stands against the approval. Without a record of one nothing of it is shown."""
    mine = stand.by_approval.get(approval, ())
    if agreed is None:
        text = _("{approval} is not registered here, so that nobody can tell what was approved")
        claims = (TAGGING, PLACES, PEOPLE, MACHINE, AMOUNT, SEATS)
        return [judge(claim, 0, [text.format(approval=approval)]) for claim in claims]
    kinds = {kind: [item for item in mine if item.kind == kind] for kind in {item.kind for item in mine}}
    tagged = [item for item in mine if item.kind in TAGGED]
    directories, desktops = kinds.get("desktop directory", []), kinds.get("desktop", [])
    servers, budgets = kinds.get("server", []), kinds.get("budget", [])
    return [
        judge(TAGGING, len(tagged), _tags(tagged, {**agreed.tags, APPROVAL_TAG: approval})),
        judge(PLACES, len(directories), (text for one in directories for text in _places(one, agreed.places))),
        judge(PEOPLE, len(desktops), _people(desktops, agreed.handlers)),
        judge(MACHINE, len(servers), _differs(servers, "type", agreed.instance_type)),
        judge(AMOUNT, len(budgets), _differs(budgets, "limit", agreed.dollars)),
        _seats(stand, approval, agreed.places),
    ]


def _seats(stand: Stand, approval: str, approved: frozenset[str]) -> Verdict:
    """Every address that the credential's own policies name, in whatever statement, against those approved.

    That it is of no use outside of what they name is another claim (D21).
    """
    users = stand.by_name.get(names.backup_user(approval), ())
    against: list[str] = []
    for user in users:
        named = {
            value
            for document in user.identity
            for statement in document.statements
            for condition in statement.conditions
            if condition.key.lower() == SOURCE
            for value in condition.values
        }
        standing = {str(_block(value) or value) for value in named}
        for place in sorted(standing ^ {str(_block(cidr)) for cidr in approved}):
            against.append(_("{user} and the approval differ in {place}").format(user=user.name, place=place))
    return judge(SEATS, len(users), against)


def _tags(items: list[Item], wanted: Mapping[str, str]) -> Iterator[str]:
    for item in items:
        for tag, value in wanted.items():
            if item.tags.get(tag) != value:
                yield f"{item.kind} {item.id}: {tag} = {item.tags.get(tag)!r}"


def _places(directory: Item, approved: frozenset[str]) -> Iterator[str]:
    """AWS lets everybody in where a directory has no group, or a group has no rule."""
    shown: frozenset[str] = directory.facts["addresses"]
    standing = {_block(cidr) for cidr in shown}
    if not shown or None in standing:
        yield _("{directory} lets in whoever comes from anywhere").format(directory=directory.id)
    wanted = {_block(cidr) for cidr in approved}
    for block in sorted(map(str, {b for b in standing if b} - wanted)):
        yield _("{directory} lets in {place}, which is not approved").format(directory=directory.id, place=block)
    for block in sorted(map(str, {b for b in wanted if b} - standing)):
        yield _("{directory} does not let in {place}, which is approved").format(directory=directory.id, place=block)
    for wide in sorted(map(str, (b for b in standing & wanted if b and _wide(b)))):
        yield _("{directory} lets in {place}, which is wider than a place").format(directory=directory.id, place=wide)


def _wide(block: Cidr) -> bool:
    return block.version != 4 or block.prefixlen < WIDEST_PREFIX


def _block(cidr: str) -> Cidr | None:
    """A block of addresses; None for what is none, such as a group that is gone."""
    try:
        return ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return None


def _people(desktops: list[Item], handlers: frozenset[str]) -> Iterator[str]:
    users = [str(desktop.facts["user"]) for desktop in desktops]
    for desktop, user in zip(desktops, users, strict=True):
        if user not in handlers:
            yield _("{desktop} is for {user}, who is no handler").format(desktop=desktop.id, user=user)
    for handler in sorted(handlers):
        if users.count(handler) != 1:
            yield _("{handler} has {count} desktops").format(handler=handler, count=users.count(handler))


def _differs(items: list[Item], fact: str, wanted: object) -> Iterator[str]:
    for item in items:
        if item.facts.get(fact) != wanted:
            yield _("{kind} {id}: {fact} is {shown}, and {wanted} was approved").format(
                kind=item.kind, id=item.id, fact=fact, shown=item.facts.get(fact), wanted=wanted
            )
