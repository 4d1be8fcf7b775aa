"""Which credentials are due, and what must hold before any is made. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from provisioning.approvals.model import Approval
from provisioning.approvals.states import State
from provisioning.environments.credentials.model import Group, Holding, Item
from provisioning.errors import BadInput, Problem, Refused
from provisioning.messages import _

LONGEST_LINK = 24 * 60  # minutes: a working day, and the next morning
MOST_LINKS = 3


def due_items(holding: Holding, group: Group, root: int, last_day: date) -> tuple[Item, ...]:
    """What the handler has to be given now; nothing once everything was withdrawn.

    A certificate is due again when its root was replaced or the period was extended beyond it; what the group
    shares, when it was changed since.
    """
    if holding.revoked:
        return ()
    wanted: dict[Item, str | None] = {
        Item.CERTIFICATE: certificate_mark(root, last_day),
        Item.ACCOUNT: None,
        Item.MFA: None,
        Item.DATABASE: database_mark(holding, group),
    }
    if not group.backup_absent:
        wanted[Item.BACKUP] = group.backup_key or ""  # a key that is still to be made matches none
    return tuple(item for item, mark in wanted.items() if _lacks(holding, item, mark))


def _lacks(holding: Holding, item: Item, mark: str | None) -> bool:
    held = holding.items.get(item)
    if held is None:
        return True
    if item is Item.CERTIFICATE:
        return held.mark.partition(" ")[2] != mark
    return mark is not None and held.mark != mark


def certificate_mark(root: int, last_day: date) -> str:
    """What a certificate must match beside its serial number: the root, and the last day of the period."""
    return f"{root} {last_day.isoformat()}"


def database_mark(holding: Holding, group: Group) -> str:
    """The versions of the shared and the own PostgreSQL password."""
    return f"{group.database}.{holding.database}"


def check_standing(approval_id: str, state: State) -> None:
    """Raise Refused unless the environment is in use: credentials are for what stands."""
    if state is not State.ACTIVE:
        fix = _("See where it stands: hic env status {approval}")
        if state is State.SUSPENDED:
            fix = _("When the reason is gone: hic env resume {approval}, which makes what is due.")
        raise Refused(
            _("The environment of {approval} is '{state}'; credentials are for active ones.").format(
                approval=approval_id, state=state
            ),
            fix=fix.format(approval=approval_id),
        )


def shared_addresses(approval: Approval) -> list[Problem]:
    """Handlers that would get each other's mail; addresses are compared without regard to case."""
    owners = defaultdict(list)
    for handler in approval.handlers:
        owners[handler.email.casefold()].append(handler.id)
    return [
        Problem(
            email,
            _("is the address of {handlers}; credentials are personal (HIC-4)").format(handlers=", ".join(ids)),
            _("register a change with an address of each one's own"),
        )
        for email, ids in sorted(owners.items())
        if len(ids) > 1
    ]


def check_addresses(approval: Approval) -> None:
    """Raise Refused when two handlers share an e-mail address."""
    if problems := shared_addresses(approval):
        raise Refused(_("No credentials were made for {approval}:").format(approval=approval.id), problems=problems)


def check_handlers(approval: Approval, handlers: Collection[str], known: Collection[str] = ()) -> None:
    """Raise BadInput for a name that is no handler's, present or (in `known`) past."""
    allowed = [*(handler.id for handler in approval.handlers), *known]
    for name in handlers:
        if name not in allowed:
            raise BadInput(
                _("{name} is no handler of {approval}.").format(name=name, approval=approval.id),
                fix=_("Give one of: {handlers}.").format(handlers=", ".join(dict.fromkeys(allowed))),
            )


def check_minutes(minutes: int) -> None:
    """Raise BadInput unless a link ends within a day."""
    if not 1 <= minutes <= LONGEST_LINK:
        raise BadInput(
            _("A link cannot work for {minutes} minutes.").format(minutes=minutes),
            fix=_("Give --minutes between 1 and {most}.").format(most=LONGEST_LINK),
        )


def check_text(text: str, option: str) -> str:
    """The text without blanks around it. Raises BadInput when nothing is left: records need their reasons."""
    if not text.strip():
        raise BadInput(_("A reason is needed."), fix=_("Give {option} TEXT.").format(option=option))
    return text.strip()
