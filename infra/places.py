"""The approved places as WorkSpaces takes them: groups of addresses, of which there may be only so many. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from provisioning.approvals.model import Place
from provisioning.errors import BadInput, Problem
from provisioning.messages import _

MOST_RULES = 10  # AWS: addresses in a group
MOST_GROUPS = 25  # AWS: groups of a directory


@dataclass(frozen=True)
class AddressGroup:
    """A group to be made. A place with many addresses has several: `seat-1`, `seat-1-2`, ..."""

    name: str
    place: str
    cidrs: tuple[str, ...]


def address_groups(places: Sequence[Place]) -> list[AddressGroup]:
    """The groups for the approved places (HIC-1).

    Raises BadInput, with everything that is wrong, for addresses that desktops cannot be reached
    from, or more groups than a directory can have.
    """
    problems = list(_not_ipv4(places))
    groups = [group for place in places for group in _groups(place)]
    if len(groups) > MOST_GROUPS:
        text = _("{count} groups of {size} addresses are needed, and a directory takes {most}")
        told = text.format(count=len(groups), size=MOST_RULES, most=MOST_GROUPS)
        problems.append(Problem("places", told, _("Write neighbouring addresses as one block, or split the approval.")))
    if problems:
        raise BadInput(_("The approved places do not fit the desktops."), problems=problems)
    return groups


def _not_ipv4(places: Iterable[Place]) -> Iterator[Problem]:
    for place in places:
        for cidr in place.cidrs:
            if ipaddress.ip_network(cidr).version != 4:
                told = _("{cidr} of {place} is not IPv4").format(cidr=cidr, place=place.id)
                yield Problem("places", told, _("Name the place's IPv4 addresses; desktops take no others."))


def _groups(place: Place) -> Iterator[AddressGroup]:
    cidrs = list(dict.fromkeys(place.cidrs))
    for number, start in enumerate(range(0, len(cidrs), MOST_RULES), 1):
        name = place.id if number == 1 else f"{place.id}-{number}"
        yield AddressGroup(name, place.id, tuple(cidrs[start : start + MOST_RULES]))
