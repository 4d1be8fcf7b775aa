"""Who may reach a vault of backups by its own policy."""

from __future__ import annotations

import json
from typing import Any

from moto.backup import urls
from moto.backup.exceptions import ResourceNotFoundException
from moto.backup.responses import BackupResponse

SERVICE = BackupResponse
PATH = "{0}/backup-vaults/(?P<name>[^/]+)/access-policy$"


def install_path() -> None:
    """moto knows the calls of a service by their paths."""
    urls.url_paths[PATH] = BackupResponse.dispatch


def _vault(self: Any) -> Any:
    return self.backup_backend.describe_backup_vault(self.path.split("/")[-2])


def get_backup_vault_access_policy(self: Any) -> str:
    vault = _vault(self)
    policy = vault.__dict__.get("hic_policy")
    if policy is None:
        raise ResourceNotFoundException(f"{vault.backup_vault_name} has no policy")
    shown = {"BackupVaultName": vault.backup_vault_name, "BackupVaultArn": vault.backup_vault_arn}
    return json.dumps({**shown, "Policy": policy})


def put_backup_vault_access_policy(self: Any) -> str:
    _vault(self).__dict__["hic_policy"] = json.loads(self.body)["Policy"]
    return "{}"


def delete_backup_vault_access_policy(self: Any) -> str:
    _vault(self).__dict__.pop("hic_policy", None)
    return "{}"


CALLS = (get_backup_vault_access_policy, put_backup_vault_access_policy, delete_backup_vault_access_policy)
