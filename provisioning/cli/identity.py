"""Who runs the command."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from provisioning.actors import ROLES, Actor
from provisioning.errors import Refused
from provisioning.messages import _

SERVER_ROLE = re.compile(r"hic-[a-z0-9][a-z0-9-]{2,23}-analysis")

if TYPE_CHECKING:
    from provisioning.cli.session import Session


def acting(session: Session) -> Actor:
    """The actor of this run.

    On the local engine `--as` decides, since that machine's user plays every part. On AWS the
    assumed role and its session name decide; `--as` is refused there.
    """
    if session.settings.engine == "offline":
        return session.actor_override or Actor("operator", account_name())
    if session.actor_override:
        raise Refused(_("--as works on the local engine only."), fix=_("On AWS, assume the role you act in."))
    return actor_of_arn(session.aws.identity["Arn"])


def actor_of_arn(arn: str) -> Actor:
    """The actor behind the ARN of an assumed role. Raises Refused for any other identity.

    `hic-<role>/<session>` is staff, by session name; operators also have longer ones, as `hic-operator-deploy`.
    `hic-<approval>-analysis/<instance>` is an analysis server, whose role all handlers of a group share:
    there the researcher is the account of the operating system, which the directory has authenticated (HIC-24).
    """
    resource = arn.rpartition(":")[2].split("/")
    if len(resource) == 3 and resource[0] == "assumed-role":
        name, who = resource[1:]
        # First, so that no approval's id can make its server's role look like staff.
        if SERVER_ROLE.fullmatch(name):
            return Actor("researcher", account_name())
        for role in ROLES:
            if role != "researcher" and name == f"hic-{role}":
                return Actor(role, who)
        if name.startswith("hic-operator-"):
            return Actor("operator", who)
    raise Refused(
        _("{arn} is none of the roles of hic.").format(arn=arn),
        fix=_("Assume one of: {roles}.").format(
            roles=", ".join(f"hic-{role}" for role in ROLES if role != "researcher")
        ),
    )


def own_approval(session: Session) -> str:
    """The approval whose server this runs on, by the role that it carries; empty for staff and on the local engine.

    A server's role reads the records of its own approval alone, so what is asked without one must name it.
    """
    if session.settings.engine == "offline" or session.actor.role != "researcher":
        return ""
    role = session.aws.identity["Arn"].split("/")[1]
    return role.removeprefix("hic-").removesuffix("-analysis").upper()


def account_name() -> str:
    """The account this process runs under, as the operating system has it and not as variables claim."""
    if sys.platform == "win32":
        return os.getlogin()
    import pwd  # noqa: PLC0415 - not on Windows

    return pwd.getpwuid(os.getuid()).pw_name
