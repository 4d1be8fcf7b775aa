"""Where the passwords of database roles are kept until they are handed out: AWS Secrets Manager, one for each role."""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.approvals.names import database_secrets
from provisioning.aws.secrets import forget_secrets, keep_secret
from provisioning.aws.sessions import Aws
from provisioning.environments.bootstrap.roles import RoleSecrets


def kept_passwords(aws: Aws, approval_id: str, roles: Sequence[str]) -> RoleSecrets:
    """The password of every role; made at first use."""
    return RoleSecrets({role: keep_secret(aws, database_secrets(approval_id) + role) for role in roles})


def forget_passwords(aws: Aws, approval_id: str) -> int:
    """Delete the passwords of an approval for good; how many there were."""
    return forget_secrets(aws, database_secrets(approval_id))
