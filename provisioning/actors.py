"""Who acts. On AWS the role comes from the assumed role; on the local engine from `--as`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from provisioning.errors import BadInput, Refused
from provisioning.messages import _

Role = Literal["operator", "researcher", "reviewer", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Actor:
    """A person in one role; written `role:name` in records."""

    role: Role
    name: str

    def __str__(self) -> str:
        return f"{self.role}:{self.name}"


def parse_actor(text: str) -> Actor:
    """Read `role:name`. Raises BadInput when the role is unknown or the name is empty."""
    role, _sep, name = text.partition(":")
    for known in ROLES:
        if role == known and name.strip():
            return Actor(known, name.strip())
    raise BadInput(
        _("'{text}' does not say who acts.").format(text=text),
        fix=_("Write role:name, where role is one of {roles}.").format(roles=", ".join(ROLES)),
    )


def can_act(actor: Actor, *roles: Role) -> bool:
    """Whether the actor holds one of the roles."""
    return actor.role in roles


def check_role(actor: Actor, *roles: Role) -> None:
    """Raise Refused unless the actor holds one of the roles."""
    if not can_act(actor, *roles):
        raise Refused(
            _("{actor} may not do this; it is for {roles}.").format(actor=actor, roles=", ".join(roles)),
            fix=_("Act in that role (on the local engine: hic --as {role}:NAME ...).").format(role=roles[0]),
        )
