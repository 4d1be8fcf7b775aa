"""What the programs write into the policies of staff, of the group and of the backup service. Pure.

It is handed in by the caller, who knows the programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from provisioning.assurance.policy.documents import Document, Statement, read_document
from provisioning.assurance.policy.samples import overlap
from provisioning.assurance.stand import PLATFORM, Stand


@dataclass(frozen=True)
class Platform:
    """What policies of staff name: the ARNs of the platform's key and of the record table."""

    account: str
    region: str
    key: str
    table: str


@dataclass(frozen=True)
class Machine:
    """What policies about one approval's server name: the ARNs of instance, volumes and key."""

    approval: str
    account: str
    region: str
    instance: str
    volumes: tuple[str, ...]
    key: str


@dataclass(frozen=True)
class PlannedPolicies:
    """What the programs write: of each staff role, and of who builds, by name; of the group; of the backup service; and
    the bounds of all roles and users of environments.
    """

    staff: Callable[[Platform], Mapping[str, tuple[str, ...]]]
    group: Callable[[Machine], str]
    backup: Callable[[Machine], str]
    bounds: Callable[[Platform], str]


def staff_forms(planned: PlannedPolicies, stand: Stand) -> dict[str, list[Statement]]:
    """The statements by the name of the role."""
    return {name: _statements(texts) for name, texts in planned.staff(_platform(stand)).items()}


def bounds_form(planned: PlannedPolicies, stand: Stand) -> list[Statement]:
    """The statements of the bounds."""
    return _statements([planned.bounds(_platform(stand))])


def _platform(stand: Stand) -> Platform:
    table, key = stand.one("record table", PLATFORM), stand.one("key", PLATFORM)
    return Platform(stand.account, stand.region, key.id if key else "-", table.id if table else "-")


def machine_forms(write: Callable[[Machine], str], stand: Stand, approval: str) -> list[Statement]:
    """The statements that allow something on each server that the approval has, with all its volumes."""
    mine, arn = stand.by_approval.get(approval, ()), f"arn:aws:ec2:{stand.region}:{stand.account}"
    key = stand.one("key", approval)
    volumes = tuple(f"{arn}:volume/{item.id}" for item in mine if item.kind == "volume")
    servers = [f"{arn}:instance/{item.id}" for item in mine if item.kind == "server"]
    machines = (
        Machine(approval, stand.account, stand.region, server, volumes, key.id if key else "-") for server in servers
    )
    return [one for machine in machines for one in _statements([write(machine)]) if one.allows]


def pairs(statement: Statement) -> list[tuple[str, str]]:
    """Its acts and what on; what all but some are is taken as all."""
    actions = ("*",) if statement.not_actions else statement.actions
    resources = ("*",) if statement.not_resources else statement.resources or ("*",)
    return [(action, resource) for action in actions for resource in resources]


def left_by(bounds: Document | None, action: str, resource: str) -> bool:
    """Whether bounds leave anything of what is allowed; without bounds all is left."""
    if bounds is None:
        return True
    left = (pair for one in bounds.statements if one.allows for pair in pairs(one))
    return any(overlap(a, action) and overlap(r, resource) for a, r in left)


def conditions_of(statement: Statement) -> frozenset[tuple[str, str, frozenset[str]]]:
    """Its conditions, however they are written: operators and keys have no case, values no order."""
    return frozenset((one.operator.lower(), one.key.lower(), frozenset(one.values)) for one in statement.conditions)


def _statements(texts: Iterable[str]) -> list[Statement]:
    documents = (read_document("planned", text) for text in texts)
    return [statement for document in documents for statement in document.statements]
