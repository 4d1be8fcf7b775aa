"""Making credentials anew: what is asked for and nothing else, then its package."""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.actors import Actor, check_role
from provisioning.approvals.model import Approval
from provisioning.approvals.names import backup_user
from provisioning.aws.records import Put
from provisioning.environments.credentials import accounts, rules
from provisioning.environments.credentials.database import GROUP_ROLE, renew
from provisioning.environments.credentials.desk import Desk, read_ledger
from provisioning.environments.credentials.desktops import set_state
from provisioning.environments.credentials.issuing import Issued, OnHandler, issue, packages_to_hand_over
from provisioning.environments.credentials.model import Item, Package
from provisioning.environments.credentials.revoking import discard, withdrawn
from provisioning.errors import Refused
from provisioning.messages import _


def rotate(
    desk: Desk,
    actor: Actor,
    approval_id: str,
    handlers: Sequence[str] = (),
    items: Sequence[Item] = (),
    on_handler: OnHandler | None = None,
) -> list[Issued]:
    """Make `items` anew (default: all) for `handlers` (default: all), and pack them.

    Without handlers, the group's shared password is made anew too; its AWS key is the whole group's in any case. A
    handler from whom everything was withdrawn is let in again when named. Raises Refused like `issue`.
    """
    check_role(actor, "operator")
    standing = desk.approvals.get(approval_id)
    approval, chosen = standing.approval, tuple(items) or tuple(Item)
    rules.check_standing(approval_id, standing.state)
    rules.check_handlers(approval, handlers)
    rules.check_addresses(approval)
    desk.authority.load()
    returning = [name for name in handlers if read_ledger(desk.records, approval_id).holding(name).revoked]
    let_go(desk, actor, approval, handlers, chosen)
    for name in returning:
        if desktop := desk.environment(approval_id).get("workspaces", {}).get(name):
            set_state(desk.aws, desktop, "AVAILABLE")
    if Item.BACKUP in chosen:
        desk.access_keys.delete_all(backup_user(approval_id))
    # The group's own are due for everybody then.
    whole_group = Item.BACKUP in chosen or not handlers
    return issue(desk, actor, approval_id, () if whole_group else handlers, on_handler)


def let_go(desk: Desk, actor: Actor, approval: Approval, handlers: Sequence[str], items: tuple[Item, ...]) -> None:
    """Record that the present ones are not good any more, in one act; certificates are revoked with it."""
    ledger = read_ledger(desk.records, approval.id)
    puts: list[Put] = []
    discarded: list[Package] = []
    for handler in approval.handlers:
        holding = ledger.holding(handler.id)
        if (handlers and handler.id not in handlers) or (holding.revoked and not handlers):
            continue
        # What nobody has received yet goes with it, whole: a package is not changed once it is made.
        doomed = [one for one in packages_to_hand_over(holding) if set(one.items) & set(items)]
        gone = {*items, *(item for package in doomed for item in package.items)}
        kept = {item: held for item, held in holding.items.items() if item not in gone}
        if Item.CERTIFICATE in gone and Item.CERTIFICATE in holding.items:
            serial = holding.items[Item.CERTIFICATE].mark.partition(" ")[0]
            puts += desk.authority.revoke(serial, "replaced")
        if Item.MFA in items and Item.MFA in holding.items:
            puts.append(_second_factor(desk, approval, handler.id))
        packages = tuple(withdrawn(one) if one in doomed else one for one in holding.packages)
        version = holding.database
        if Item.DATABASE in items:
            renew(desk.secrets(approval.id), approval.id, handler.id)
            version += 1
        update = {"items": kept, "revoked": None, "packages": packages, "database": version}
        puts.append(ledger.put(holding.model_copy(update=update)))
        discarded += doomed
    group = ledger.group
    if Item.DATABASE in items and not handlers:
        renew(desk.secrets(approval.id), approval.id, GROUP_ROLE)
        group = group.model_copy(update={"database": group.database + 1})
    if Item.BACKUP in items:
        group = group.model_copy(update={"backup_key": None})
    if group != ledger.group:
        puts.append(ledger.put_group(group))
    details = {"handlers": list(handlers), "items": list(items)}
    desk.audit.commit(actor, "credentials.rotate", approval.id, details, puts)
    for package in discarded:
        discard(desk, approval.id, package)


def _second_factor(desk: Desk, approval: Approval, handler_id: str) -> Put:
    claim = accounts.claims(desk.records, approval)[handler_id]
    if claim.shared:
        raise Refused(
            _("The second factor of {name} serves other approvals too: {approvals}.").format(
                name=handler_id, approvals=", ".join(claim.account.approvals)
            ),
            fix=_("Choose the items to make anew: --item certificate, --item database"),
        )
    return claim.put(handler_id, claim.account.model_copy(update={"mfa": claim.account.mfa + 1}))
