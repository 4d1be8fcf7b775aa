"""Who owns which user name of the directory, across approvals (HIC-4: accounts are personal)."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.approvals.model import Approval, Handler
from provisioning.aws.records import Put, Record, RecordStore
from provisioning.environments.credentials.model import Account
from provisioning.errors import Refused
from provisioning.messages import _

PK = "ACCOUNTS"


@dataclass(frozen=True)
class Claim:
    """A handler's account as it was read, and whether another approval has given it to the person before."""

    account: Account
    record: Record | None
    shared: bool

    def put(self, handler_id: str, account: Account) -> Put:
        """The write of the changed account."""
        data = account.model_dump(mode="json")
        return Put.over(self.record, data) if self.record else Put(PK, handler_id, data)


def claims(records: RecordStore, approval: Approval) -> dict[str, Claim]:
    """The accounts of all handlers, each with this approval among those it serves.

    Raises Refused when a name belongs to a person with another e-mail address: they would share a login.
    """
    stored = records.get_many((PK, handler.id) for handler in approval.handlers)
    return {one.id: _claim(approval.id, one, stored.get((PK, one.id))) for one in approval.handlers}


def _claim(approval_id: str, handler: Handler, record: Record | None) -> Claim:
    known = Account.model_validate(record.data) if record else None
    if known is None or not known.approvals:
        mfa = known.mfa if known else 1
        return Claim(Account(email=handler.email, approvals=(approval_id,), mfa=mfa), record, shared=False)
    if known.email.casefold() != handler.email.casefold():
        raise Refused(
            _("The user name {name} belongs to another person, of {approvals}.").format(
                name=handler.id, approvals=", ".join(known.approvals)
            ),
            fix=_("Register a change that gives this handler another id; or, if it is the same person, one address."),
        )
    others = [one for one in known.approvals if one != approval_id]
    account = known.model_copy(update={"approvals": (*others, approval_id)})
    return Claim(account, record, shared=bool(others))


def release(records: RecordStore, approval_id: str, handler_id: str) -> tuple[Put | None, Account | None]:
    """The write that takes the account away from this approval, and the account as it is then.

    An account that serves no approval any more is to be locked. Both are None when there never was one.
    """
    record = records.get(PK, handler_id)
    if record is None:
        return None, None
    known = Account.model_validate(record.data)
    left = tuple(one for one in known.approvals if one != approval_id)
    # The next owner of the name starts with a second factor of his own.
    account = known.model_copy(update={"approvals": left, "mfa": known.mfa if left else known.mfa + 1})
    return Put.over(record, account.model_dump(mode="json")), account


def serves_others(account: Account, approval_id: str) -> bool:
    """Whether another approval needs the user too. One that serves none is still to be locked."""
    return bool(set(account.approvals) - {approval_id})


def account_secrets(handler_id: str) -> str:
    """What the names of all secrets of a user begin with."""
    return f"hic/accounts/{handler_id}/"


def seed_name(handler_id: str, version: int) -> str:
    """The name of the secret of a user's second factor."""
    return f"{account_secrets(handler_id)}totp-{version}"
