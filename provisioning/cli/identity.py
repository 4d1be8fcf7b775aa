"""Who runs the command."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from provisioning.actors import ROLES, Actor
from provisioning.errors import Refused
from provisioning.messages import _

if TYPE_CHECKING:
    from provisioning.cli.session import Session


def acting(session: Session) -> Actor:
    """The actor of this run.

    On the local engine `--as` decides, since that machine's user plays every part. On AWS the
    assumed role `hic-<role>` and its session name decide; `--as` is refused there.
    """
    if session.settings.engine == "offline":
        return session.actor_override or Actor("operator", getpass.getuser())
    if session.actor_override:
        raise Refused(_("--as works on the local engine only."), fix=_("On AWS, assume the role you act in."))
    return actor_of_arn(session.aws.identity["Arn"])


def actor_of_arn(arn: str) -> Actor:
    """The actor behind `arn:aws:sts::ACCOUNT:assumed-role/hic-ROLE[-...]/SESSION`. Raises Refused."""
    resource = arn.rpartition(":")[2].split("/")
    if len(resource) == 3 and resource[0] == "assumed-role":
        for role in ROLES:
            if resource[1] == f"hic-{role}" or resource[1].startswith(f"hic-{role}-"):
                return Actor(role, resource[2])
    raise Refused(
        _("{arn} is none of the roles of hic.").format(arn=arn),
        fix=_("Assume one of: {roles}.").format(roles=", ".join(f"hic-{role}" for role in ROLES)),
    )
