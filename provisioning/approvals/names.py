"""The names of things that several parts must agree on."""

from __future__ import annotations

PLATFORM_STACK = "platform"


def environment_stack(approval_id: str) -> str:
    """The Pulumi stack of one approval's environment."""
    return f"env-{approval_id.lower()}"


def share_bucket(account: str) -> str:
    """The platform's bucket of data sets and manuals."""
    return f"hic-share-{account}"


def audit_bucket(account: str) -> str:
    """The object-locked bucket of audit entries."""
    return f"hic-audit-{account}"


def log_bucket(account: str) -> str:
    """The bucket of S3's access logs."""
    return f"hic-logs-{account}"


def trail_bucket(account: str) -> str:
    """The object-locked bucket of the trail, flow logs and names that were asked."""
    return f"hic-trail-{account}"


def state_bucket(account: str) -> str:
    """The bucket of Pulumi's own state."""
    return f"hic-state-{account}"


def backup_user(approval_id: str) -> str:
    """The IAM user of a research group: it starts and backs up the group's server (CRED-2)."""
    return f"hic-{approval_id.lower()}-backup"


def work_bucket(approval_id: str, account: str) -> str:
    """The bucket of one approval: `import/` and `egress/`."""
    return f"hic-work-{approval_id.lower()}-{account}"


def analysis_role(approval_id: str) -> str:
    """The role of one approval's analysis server."""
    return f"hic-{approval_id.lower()}-analysis"


def approval_key(approval_id: str) -> str:
    """The partition key of everything recorded about one approval."""
    return f"APPROVAL#{approval_id}"


def secrets_of(approval_id: str) -> str:
    """What the names of all secrets of one approval begin with."""
    return f"hic/{approval_id}/"


def database_secrets(approval_id: str) -> str:
    """What the names of the secrets of an approval's database roles begin with; the role's name follows."""
    return f"{secrets_of(approval_id)}database/"
