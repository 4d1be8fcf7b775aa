"""Handing a package over: a link that ends, one at a time, and the word that it arrived.

A link of S3 can be followed until it expires, as often as one likes; S3 knows no other kind. So each link leads to
a copy of its own: making the next one, or recording the receipt, deletes that copy and thereby ends the link. What it
hands out is encrypted, and its password goes another way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from provisioning.actors import Actor, check_role
from provisioning.aws.objects import sha256_of
from provisioning.clock import stamp
from provisioning.environments.credentials import rules
from provisioning.environments.credentials.desk import Desk, Ledger, read_ledger
from provisioning.environments.credentials.issuing import package_path
from provisioning.environments.credentials.model import Holding, Link, Package, PackageState, Receipt
from provisioning.environments.credentials.revoking import discard
from provisioning.errors import Refused
from provisioning.messages import _

PREFIX = "credentials/"


@dataclass(frozen=True)
class Linked:
    """A link that was just made. The link itself is not recorded: whoever holds it can fetch."""

    handler: str
    package: Package
    url: str
    expires: str


def link(
    desk: Desk, actor: Actor, approval_id: str, handler_id: str, number: int | None = None, minutes: int = 60
) -> Linked:
    """A link to a handler's package (default: the newest) that works for `minutes`; an earlier link of it ends.

    Raises Refused when the package was received or withdrawn, is not whole, or three links were made of it.
    """
    check_role(actor, "operator")
    rules.check_minutes(minutes)
    ledger, holding, package = _found(desk, approval_id, handler_id, number)
    rules.check_standing(approval_id, desk.approvals.get(approval_id).state)
    _check_open(approval_id, package)
    if len(package.links) >= rules.MOST_LINKS:
        raise Refused(
            _("{count} links were made of package {number} of {handler}.").format(
                count=len(package.links), number=package.number, handler=handler_id
            ),
            fix=_("Ask what happens to them; then make everything anew: hic env credentials rotate"),
        )
    path = _whole(desk, approval_id, package)
    bucket = desk.work(approval_id)
    key = f"{PREFIX}{handler_id}/{len(package.links) + 1}/{package.file}"
    # Not under the approval's key, which the role that builds must not use: the package is encrypted by itself.
    version = bucket.put_bytes(key, path.read_bytes(), ServerSideEncryption="AES256") or "null"
    expires = (desk.clock.now() + timedelta(minutes=minutes)).isoformat(timespec="seconds")
    made = Link(by=str(actor), at=stamp(desk.clock), expires=expires, key=key, version=version)
    changed = package.model_copy(update={"state": PackageState.LINKED, "links": (*package.links, made)})
    details = {"handler": handler_id, "package": package.number, "expires": expires, "sha256": package.sha256}
    put = ledger.put(_with(holding, changed))
    desk.audit.commit(actor, "credentials.link", approval_id, details, [put])
    for earlier in package.links:
        bucket.delete_version(earlier.key, earlier.version)
    return Linked(handler_id, changed, bucket.link(key, version, minutes * 60), expires)


def receive(
    desk: Desk, actor: Actor, approval_id: str, handler_id: str, how: str, number: int | None = None
) -> Package:
    """Record that a package arrived with its person, and how that was verified; every copy of it is deleted here.

    The same again is no mistake. Raises Refused for a withdrawn package.
    """
    check_role(actor, "operator")
    ledger, holding, package = _found(desk, approval_id, handler_id, number)
    if package.state is not PackageState.RECEIVED:
        _check_open(approval_id, package)
        receipt = Receipt(by=str(actor), at=stamp(desk.clock), how=rules.check_text(how, "--how"))
        update = {"state": PackageState.RECEIVED, "receipt": receipt}
        details = {"handler": handler_id, "package": package.number, "how": receipt.how}
        put = ledger.put(_with(holding, package.model_copy(update=update)))
        desk.audit.commit(actor, "credentials.receive", approval_id, details, [put])
        package = package.model_copy(update=update)
    discard(desk, approval_id, package)
    return package


def expired(package: Package, now: datetime) -> bool:
    """Whether the newest link of a package has ended without a word that it arrived."""
    return package.state is PackageState.LINKED and datetime.fromisoformat(package.links[-1].expires) <= now


def _found(desk: Desk, approval_id: str, handler_id: str, number: int | None) -> tuple[Ledger, Holding, Package]:
    approval = desk.approvals.get(approval_id).approval
    ledger = read_ledger(desk.records, approval_id)
    rules.check_handlers(approval, [handler_id], list(ledger.holdings))
    holding = ledger.holding(handler_id)
    package = holding.package(number)
    if package is None:
        raise Refused(
            _("There is no such package of {handler}.").format(handler=handler_id),
            fix=_("Make it: hic env credentials issue {approval}").format(approval=approval_id),
        )
    return ledger, holding, package


def _check_open(approval_id: str, package: Package) -> None:
    if package.state in (PackageState.RECEIVED, PackageState.WITHDRAWN):
        raise Refused(
            _("Package {number} is '{state}'; it is not handed out again.").format(
                number=package.number, state=package.state
            ),
            fix=_("Make what is needed anew: hic env credentials rotate {approval}").format(approval=approval_id),
        )


def _whole(desk: Desk, approval_id: str, package: Package) -> Path:
    path = package_path(desk, approval_id, package)
    if not path.is_file():
        raise Refused(
            _("{path} is not on this machine.").format(path=path),
            fix=_("Work where it was made, or make everything anew: hic env credentials rotate {approval}").format(
                approval=approval_id
            ),
        )
    if sha256_of(path) != package.sha256:
        raise Refused(
            _("{path} is not the package that was made.").format(path=path),
            fix=_("Find out who changed it; then: hic env credentials rotate {approval}").format(approval=approval_id),
        )
    return path


def _with(holding: Holding, package: Package) -> Holding:
    packages = tuple(package if one.number == package.number else one for one in holding.packages)
    return holding.model_copy(update={"packages": packages})
