"""The handlers of environments, as the building and the end of these see them."""

from __future__ import annotations

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import backup_user
from provisioning.aws.secrets import SecretStore
from provisioning.environments.belongings import SECRET, belonging
from provisioning.environments.credentials import accounts
from provisioning.environments.credentials.accounts import account_secrets
from provisioning.environments.credentials.desk import Desk, read_ledger
from provisioning.environments.credentials.issuing import prepare_users
from provisioning.environments.credentials.model import Account, Item
from provisioning.environments.credentials.revoking import revoke_all
from provisioning.environments.destruction import Asset, Method

USER = "aws:directoryservice/user:User"
CERTIFICATE, ACCESS_KEY = "hic:credentials:Certificate", "aws:iam/accessKey:AccessKey"


class Handlers:
    """Directory users before desktops are made; nothing left at the end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def prepare(self, approval: Approval) -> None:
        """Make the directory's users. Raises Refused for addresses or names that two share."""
        prepare_users(self._desk, approval)

    def belongings(self, approval_id: str) -> list[Asset]:
        """What `withdraw` will take away: users whom nothing else needs, certificates, keys, secrets of users."""
        desk = self._desk
        held = {name: h for name, h in read_ledger(desk.records, approval_id).holdings.items() if not h.is_taken}
        stored = desk.records.get_many((accounts.PK, name) for name in held)
        found = []
        for name, holding in held.items():
            if certificate := holding.items.get(Item.CERTIFICATE):
                found.append(belonging(CERTIFICATE, name, certificate.mark.partition(" ")[0], Method.REVOKED))
            record = stored.get((accounts.PK, name))
            if record and not accounts.serves_others(Account.model_validate(record.data), approval_id):
                found.append(belonging(USER, name, name, Method.RECORDED if desk.rehearsal else Method.LOCKED))
                found += [belonging(SECRET, name, each) for each in SecretStore(desk.aws).names(account_secrets(name))]
        user = backup_user(approval_id)
        return [*found, *(belonging(ACCESS_KEY, user, key) for key in desk.access_keys.listed(user) or ())]

    def withdraw(self, actor: Actor, approval_id: str) -> None:
        """Withdraw all credentials, and delete their secrets (HIC-22)."""
        revoke_all(self._desk, actor, approval_id)
