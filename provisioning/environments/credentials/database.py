"""PostgreSQL passwords of one approval: of the notice's group role, and of each handler's own (domain section 6).

The server's bootstrap takes them from here. They are kept under names with a version, so that a new one is in force
exactly when the record says so. What was withdrawn has a new password that nobody was given.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.approvals.model import Approval
from provisioning.approvals.names import secrets_of
from provisioning.aws.secrets import SecretStore, make_password
from provisioning.environments.credentials.desk import Ledger

GROUP_ROLE = "postgres"  # as the manual names it (ENV-14); a handler's own role has the handler's id


def passwords(secrets: SecretStore, approval: Approval, ledger: Ledger) -> Mapping[str, str]:
    """The password of every role by its name, the group's first; made at first use. Never print them."""
    found = {GROUP_ROLE: group_password(secrets, approval, ledger)}
    for handler in approval.handlers:
        found[handler.id] = own_password(secrets, approval, ledger, handler.id)
    return found


def group_password(secrets: SecretStore, approval: Approval, ledger: Ledger) -> str:
    """The password that the group shares."""
    return secrets.keep(group_secret(approval.id, ledger.group.database), make_password)


def own_password(secrets: SecretStore, approval: Approval, ledger: Ledger, handler_id: str) -> str:
    """The password of a handler's own role."""
    version = ledger.holding(handler_id).database
    return secrets.keep(own_secret(approval.id, handler_id, version), make_password)


def group_secret(approval_id: str, version: int) -> str:
    """The name of the group's password of that version."""
    return f"{secrets_of(approval_id)}postgres/group-{version}"


def own_secret(approval_id: str, handler_id: str, version: int) -> str:
    """The name of a handler's own password of that version."""
    return f"{secrets_of(approval_id)}postgres/own/{handler_id}/{version}"
