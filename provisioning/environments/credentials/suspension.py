"""The directory's users as a way in that is shut with the environment (HIC-18, LIFE-5)."""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.actors import Actor
from provisioning.approvals.service import Registered
from provisioning.environments.credentials import accounts
from provisioning.environments.credentials.desk import Desk, read_ledger
from provisioning.environments.credentials.directory import Applied
from provisioning.environments.credentials.model import Account, Item
from provisioning.environments.credentials.rotating import let_go
from provisioning.environments.cutting import Cut
from provisioning.errors import DependencyFailed, HicError, Problem
from provisioning.messages import _


class DirectoryUsers:
    """Locks the users of an approval out of the directory.

    AWS has no call that only unlocks: setting a password does (ResetUserPassword). So a locked user's password
    becomes due anew, and `issue` lets the person in again with the next package. A user who serves other approvals
    too stays: the desktops and the server of this one are shut without that.
    """

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def shut(self, standing: Registered) -> Sequence[Cut]:
        """Lock them, then record that their passwords are no good any more. Packages with such a one are withdrawn.

        Raises DependencyFailed, after all have been tried, when one could not be locked.
        """
        approval, desk = standing.approval, self._desk
        ledger = read_ledger(desk.records, approval.id)
        stored = desk.records.get_many((accounts.PK, name) for name in ledger.holdings)
        cuts: list[Cut] = []
        locked: list[str] = []
        problems: list[Problem] = []
        for name, holding in ledger.holdings.items():
            record = stored.get((accounts.PK, name))
            known = Account.model_validate(record.data) if record else None
            if holding.is_taken or known is None or accounts.serves_others(known, approval.id):
                continue
            try:
                answer = desk.directory.disable(desk.directory_id, name)
            except HicError as error:
                problems.append(Problem(name, error.message, error.fix))
                continue
            cuts.append(Cut("user", name if answer is Applied.APPLIED else f"{name} ({answer})"))
            if Item.ACCOUNT in holding.items:
                locked.append(name)
        present = [handler.id for handler in approval.handlers if handler.id in locked]
        if present:
            let_go(desk, self._actor, approval, present, (Item.ACCOUNT,))
        if problems:
            raise DependencyFailed(_("Not every directory user could be locked:"), problems=problems)
        return cuts

    def open(self, standing: Registered) -> Sequence[Cut]:
        """Nothing: the next `issue` sets new passwords, which unlocks."""
        return ()
