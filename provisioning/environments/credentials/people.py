"""The handlers of environments, as the building and the end of these see them."""

from __future__ import annotations

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.environments.credentials.desk import Desk
from provisioning.environments.credentials.issuing import prepare_users
from provisioning.environments.credentials.revoking import revoke_all


class Handlers:
    """Directory users before desktops are made; nothing left at the end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def prepare(self, approval: Approval) -> None:
        """Make the directory's users. Raises Refused for addresses or names that two share."""
        prepare_users(self._desk, approval)

    def withdraw(self, actor: Actor, approval_id: str) -> None:
        """Withdraw all credentials, and delete their secrets (HIC-22)."""
        revoke_all(self._desk, actor, approval_id)
