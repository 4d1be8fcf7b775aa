"""PostgreSQL passwords of one approval: of the notice's group role, and of each handler's own (HIC-24).

They are kept where the server's bootstrap takes them from, and come into force with the next bootstrap. What was
withdrawn has a new password that nobody was given.
"""

from __future__ import annotations

from provisioning.approvals.names import database_secrets
from provisioning.aws.secrets import SecretStore, make_password

GROUP_ROLE = "postgres"  # as the manual names it (ENV-14); a handler's own role has the handler's id


def password_of(secrets: SecretStore, approval_id: str, role: str) -> str:
    """The password of a role; made at first use. Never print it."""
    return secrets.keep(database_secrets(approval_id) + role, make_password)


def renew(secrets: SecretStore, approval_id: str, role: str) -> None:
    """A new password in place of the present one. Who renews records the new version afterwards."""
    secrets.put(database_secrets(approval_id) + role, make_password())
