"""The group's AWS credential for start and backup: one key in force, known to the whole group (CRED-2)."""

from __future__ import annotations

from provisioning.actors import Actor
from provisioning.approvals.names import backup_user, secrets_of
from provisioning.environments.credentials.access_keys import AccessKey
from provisioning.environments.credentials.desk import Desk, Ledger, read_ledger


def ensure_key(desk: Desk, actor: Actor, ledger: Ledger) -> Ledger:
    """One key in force, if the user stands; the ledger as it is then.

    A key that no record names came from an interrupted run, and is deleted: nobody knows its secret.
    """
    approval_id, group = ledger.approval_id, ledger.group
    user = backup_user(approval_id)
    known = desk.access_keys.listed(user)
    if known is None:
        if group.backup_absent and group.backup_key is None:
            return ledger
        changed = group.model_copy(update={"backup_absent": True, "backup_key": None})
    elif known.get(group.backup_key or "") == "Active":
        return ledger
    else:
        desk.access_keys.delete_all(user)
        made = desk.access_keys.make(user)
        desk.secrets(approval_id).put(key_secret(approval_id, made.id), made.secret)
        changed = group.model_copy(update={"backup_absent": False, "backup_key": made.id})
    desk.audit.commit(
        actor, "credentials.backup-key", approval_id, {"key": changed.backup_key}, [ledger.put_group(changed)]
    )
    return read_ledger(desk.records, approval_id)


def current_key(desk: Desk, ledger: Ledger) -> AccessKey | None:
    """The key in force with its secret; None when the user does not stand or the secret is gone."""
    key = ledger.group.backup_key
    if key is None:
        return None
    secret = desk.secrets(ledger.approval_id).read(key_secret(ledger.approval_id, key))
    return AccessKey(key, secret) if secret else None


def key_secret(approval_id: str, key: str) -> str:
    """The name of the secret of a key."""
    return f"{secrets_of(approval_id)}backup/{key}"
