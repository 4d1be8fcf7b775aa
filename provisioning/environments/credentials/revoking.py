"""Taking credentials away: from one handler, from those who left the approval, and at the end from all.

WorkSpaces reads no revocation lists. So a certificate that is revoked is put on the list, for whoever reads it,
and what keeps the person out is done beside it: the directory user is locked, the desktop taken out of use, the
second factor forgotten, the database password replaced by one that nobody was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from provisioning.actors import Actor, check_role
from provisioning.approvals.model import Approval
from provisioning.approvals.names import backup_user, secrets_of
from provisioning.aws.records import Put
from provisioning.aws.secrets import SecretStore, forget_secrets
from provisioning.clock import stamp
from provisioning.environments.credentials import accounts, rules
from provisioning.environments.credentials.accounts import account_secrets
from provisioning.environments.credentials.authority import REASONS
from provisioning.environments.credentials.backup import key_secret
from provisioning.environments.credentials.database import GROUP_ROLE, renew
from provisioning.environments.credentials.desk import Desk, Ledger, read_ledger
from provisioning.environments.credentials.desktops import set_state
from provisioning.environments.credentials.model import Holding, Item, Package, PackageState, Revocation
from provisioning.errors import BadInput, DependencyFailed
from provisioning.messages import _


@dataclass(frozen=True)
class Revoked:
    """What was taken from one handler. `acts` are sentences: what was done where, and what is left to others."""

    handler: str
    serials: tuple[str, ...]
    acts: tuple[str, ...]


def revoke(desk: Desk, actor: Actor, approval_id: str, handler_id: str, reason: str, why: str = "left") -> Revoked:
    """Withdraw everything that a handler holds, and what of the group's the handler knows. Repeating it is safe.

    `why` is one of the reasons that revocation lists know. The group's shared password and AWS key become due anew for
    the others: `issue` makes them.
    """
    check_role(actor, "operator")
    approval = desk.approvals.get(approval_id).approval
    ledger = read_ledger(desk.records, approval_id)
    rules.check_handlers(approval, [handler_id], list(ledger.holdings))
    check_why(why)
    done = _revoke(desk, actor, approval, ledger, handler_id, rules.check_text(reason, "--reason"), why)
    return replace(done, acts=(*_finished(desk, actor, approval_id, [done]), *done.acts))


def revoke_former(desk: Desk, actor: Actor, approval: Approval) -> list[Revoked]:
    """Withdraw everything of handlers whom the approval does not name any more (HIC-4), and finish what was cut off."""
    done = []
    present = {handler.id for handler in approval.handlers}
    for handler_id, holding in read_ledger(desk.records, approval.id).holdings.items():
        if handler_id not in present and not holding.is_taken:
            ledger = read_ledger(desk.records, approval.id)
            done.append(_revoke(desk, actor, approval, ledger, handler_id, "removed from the approval", "left"))
    if done:
        _finished(desk, actor, approval.id, done)
    return done


def revoke_all(desk: Desk, actor: Actor, approval_id: str) -> list[Revoked]:
    """Withdraw everything of an approval, and delete its keys and secrets: its environment ends (HIC-22)."""
    check_role(actor, "operator")
    approval = desk.approvals.get(approval_id).approval
    done = []
    for handler_id, holding in read_ledger(desk.records, approval_id).holdings.items():
        if not holding.is_taken:
            ledger = read_ledger(desk.records, approval_id)
            done.append(_revoke(desk, actor, approval, ledger, handler_id, "the environment ended", "ended"))
    if done:
        _finished(desk, actor, approval_id, done)
    desk.access_keys.delete_all(backup_user(approval_id))
    forget_secrets(desk.aws, secrets_of(approval_id))
    return done


def check_why(why: str) -> None:
    """Raise BadInput for a reason that revocation lists do not know."""
    if why not in REASONS:
        raise BadInput(
            _("'{why}' is no reason of a revocation.").format(why=why),
            fix=_("Give --why one of: {reasons}.").format(reasons=", ".join(REASONS)),
        )


def revoke_certificate(
    desk: Desk, actor: Actor, approval_id: str, handler_id: str, reason: str, why: str = "lost"
) -> Revoked:
    """Revoke a handler's certificate alone, as when a terminal was lost (HIC-10); a new one is due then."""
    check_role(actor, "operator")
    approval = desk.approvals.get(approval_id).approval
    ledger = read_ledger(desk.records, approval_id)
    rules.check_handlers(approval, [handler_id], list(ledger.holdings))
    check_why(why)
    holding = ledger.holding(handler_id)
    serials, puts = _serials(desk, holding, why)
    left = {item: held for item, held in holding.items.items() if item is not Item.CERTIFICATE}
    changed = holding.model_copy(update={"items": left, "making": None})
    acts = [_("WorkSpaces reads no revocation list: until the terminal is found, withdraw everything (without --item)")]
    if changed != holding or puts:
        text = rules.check_text(reason, "--reason")
        details = {"handler": handler_id, "item": "certificate", "reason": text, "serials": list(serials), "why": why}
        desk.audit.commit(actor, "credentials.revoke", approval_id, details, [ledger.put(changed), *puts])
    return Revoked(handler_id, serials, (*_published(desk, actor), *acts))


def _revoke(
    desk: Desk, actor: Actor, approval: Approval, ledger: Ledger, handler_id: str, reason: str, why: str
) -> Revoked:
    """The record first, so that nothing is issued meanwhile; then what the record says is carried out, each time.

    An error that comes after the act was recorded is raised when the person is out.
    """
    incomplete: DependencyFailed | None = None
    holding = ledger.holding(handler_id)
    serials, puts = _serials(desk, holding, why)
    released, account = accounts.release(desk.records, approval.id, handler_id)
    if not holding.revoked:
        revocation = Revocation(by=str(actor), at=stamp(desk.clock), reason=reason)
        packages = tuple(withdrawn(package) for package in holding.packages)
        emptied = Holding(handler=handler_id, packages=packages, revoked=revocation, database=holding.database + 1)
        # The passwords first: a version on record always has its own.
        renew(desk.secrets(approval.id), approval.id, handler_id)
        # What the group shares is known to the one who leaves.
        shares = Item.DATABASE in holding.items or Item.BACKUP in holding.items
        if shares:
            renew(desk.secrets(approval.id), approval.id, GROUP_ROLE)
        group = ledger.group.model_copy(update={"database": ledger.group.database + 1, "backup_key": None})
        puts += [ledger.put(emptied), *([ledger.put_group(group)] if shares else []), *([released] if released else [])]
        details = {"handler": handler_id, "reason": reason, "why": why, "serials": list(serials)}
        try:
            desk.audit.commit(actor, "credentials.revoke", approval.id, details, puts)
        except DependencyFailed as error:
            if read_ledger(desk.records, approval.id).holding(handler_id) != emptied:
                raise
            incomplete = error
    keeps_account = bool(account and account.approvals)
    # A key that was made for the others since an interrupted run stays theirs.
    kept = read_ledger(desk.records, approval.id).group.backup_key
    acts = _carry_out(desk, approval, handler_id, kept, keeps_account=keeps_account)
    if (key := ledger.group.backup_key) and key != kept:
        SecretStore(desk.aws).delete(key_secret(approval.id, key))
    _forget(desk, approval.id, holding, keeps_account=keeps_account)
    if incomplete:
        raise incomplete
    return Revoked(handler_id, serials, tuple(acts))


def _finished(desk: Desk, actor: Actor, approval_id: str, done: Sequence[Revoked]) -> tuple[str, ...]:
    """Publish the list, then note that nothing of it is left to do: whatever stops the run before, is done again."""
    published = _published(desk, actor)
    ledger = read_ledger(desk.records, approval_id)
    puts = []
    for one in done:
        holding = ledger.holding(one.handler)
        if holding.revoked and not holding.revoked.carried_out:
            revocation = holding.revoked.model_copy(update={"carried_out": True})
            puts.append(ledger.put(holding.model_copy(update={"revoked": revocation})))
    if puts:
        desk.records.write(puts)
    return published


def _serials(desk: Desk, holding: Holding, why: str) -> tuple[tuple[str, ...], list[Put]]:
    """Every certificate of the handler that could be used, and the writes that revoke those."""
    held = holding.items.get(Item.CERTIFICATE)
    known = [held.mark.partition(" ")[0]] if held else []
    if holding.making and holding.making.serial:
        known.append(holding.making.serial)
    puts = [put for serial in known for put in desk.authority.revoke(serial, why)]
    return tuple(known), puts


def withdrawn(package: Package) -> Package:
    """The package as one that is not handed out any more; one that was received stays so."""
    if package.state is PackageState.RECEIVED:
        return package
    return package.model_copy(update={"state": PackageState.WITHDRAWN})


def _carry_out(desk: Desk, approval: Approval, handler_id: str, kept: str | None, *, keeps_account: bool) -> list[str]:
    """Lock the person out everywhere, but for the key `kept`; sentences on what came of it."""
    acts = []
    if keeps_account:
        acts.append(_("directory user {name} stays: other approvals use it").format(name=handler_id))
    else:
        answer = desk.directory.disable(desk.directory_id, handler_id)
        acts.append(_("directory user {name} locked: {answer}").format(name=handler_id, answer=answer))
    acts.append(_desktop_closed(desk, approval.id, handler_id))
    off = desk.access_keys.delete_all(backup_user(approval.id), kept)
    if off:
        acts.append(_("AWS access key deleted: {keys}").format(keys=", ".join(off)))
    acts.append(
        _("PostgreSQL password replaced; in force with the next: hic env bootstrap {approval}").format(
            approval=approval.id
        )
    )
    return acts


def _desktop_closed(desk: Desk, approval_id: str, handler_id: str) -> str:
    """Take the handler's desktop out of use: nobody can connect to one in maintenance."""
    desktop = desk.environment(approval_id).get("workspaces", {}).get(handler_id)
    if not desktop:
        return _("no desktop stands")
    answer = set_state(desk.aws, desktop, "ADMIN_MAINTENANCE")
    if answer is None:
        return _("desktop {id} is gone already").format(id=desktop)
    return _("desktop {id} closed: {answer}").format(id=desktop, answer=answer)


def _forget(desk: Desk, approval_id: str, holding: Holding, *, keeps_account: bool) -> None:
    """Delete secrets and files that nobody may need any more."""
    if not keeps_account:
        forget_secrets(desk.aws, account_secrets(holding.handler))
    for package in holding.packages:
        discard(desk, approval_id, package)


def discard(desk: Desk, approval_id: str, package: Package) -> None:
    """Delete a package and its password from this machine, and every linked copy, which ends the links."""
    (desk.folder / approval_id / package.file).unlink(missing_ok=True)
    (desk.folder / approval_id / "passwords" / package.file.replace(".zip", ".txt")).unlink(missing_ok=True)
    if package.links and desk.environment(approval_id).get("workBucket"):
        for link in package.links:
            desk.work(approval_id).delete_version(link.key, link.version)


def _published(desk: Desk, actor: Actor) -> tuple[str, ...]:
    """Publish the list anew. A lost key must not keep anybody in: it is told, and the rest has been done."""
    if desk.authority.root() is None:
        return ()
    try:
        _signed, count = desk.authority.publish(actor, desk.share)
    except DependencyFailed as error:
        return (_("NO revocation list was published: {reason}").format(reason=error),)
    return (_("revocation list published: {count} certificates").format(count=count),)


def sentences(revoked: Sequence[Revoked]) -> list[str]:
    """All acts, each with its handler."""
    return [f"{one.handler}: {act}" for one in revoked for act in one.acts]
