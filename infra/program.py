"""Picks the program by the name of the stack: `platform`, or `env-<approval id>`."""

from __future__ import annotations

import pulumi

from infra.environment import environment
from infra.platform import platform
from infra.settings import environment_settings, platform_settings
from provisioning.approvals.names import PLATFORM_STACK, environment_stack
from provisioning.errors import BadInput
from provisioning.messages import _


def run() -> None:
    """Declare everything of the current stack.

    Raises BadInput when the stack's name fits neither program, or is not the approval's own.
    """
    stack = pulumi.get_stack()
    if stack == PLATFORM_STACK:
        platform(platform_settings())
        return
    if not stack.startswith("env-"):
        raise BadInput(
            _("There is no program for the stack '{stack}'.").format(stack=stack),
            fix=_("Name it 'platform', or 'env-' and the approval's id."),
        )
    settings = environment_settings()
    if environment_stack(settings.approval.id) != stack:
        raise BadInput(
            _("The stack '{stack}' is not that of the approval {id}.").format(stack=stack, id=settings.approval.id),
            fix=_("Its stack is '{stack}'.").format(stack=environment_stack(settings.approval.id)),
        )
    environment(settings)
