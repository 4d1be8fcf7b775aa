"""Making credentials and their packages: only what is due, one handler after the other, and again after any stop.

For each handler, first the record of what is being made (with the serial number of the certificate), then the package
on disk, then the record that it is ready. Whatever stops the run in between, no package without its last record is
ever handed out; the next run revokes what was begun and makes it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning.actors import Actor, check_role
from provisioning.approvals.model import Approval, Handler
from provisioning.aws.objects import sha256_of
from provisioning.aws.records import Put, RecordConflict
from provisioning.aws.secrets import make_password
from provisioning.clock import stamp
from provisioning.environments.credentials import accounts, rules
from provisioning.environments.credentials.backup import ensure_key
from provisioning.environments.credentials.contents import Material, Papers, Run, file_stem, make_material, papers_of
from provisioning.environments.credentials.database import GROUP_ROLE, password_of
from provisioning.environments.credentials.desk import Desk, Ledger, read_ledger
from provisioning.environments.credentials.model import Held, Holding, Item, Making, Package, PackageState
from provisioning.environments.credentials.packing import pack, write_private
from provisioning.environments.credentials.revoking import revoke_former
from provisioning.errors import Refused
from provisioning.messages import _

OnHandler = Callable[[str], None]
PASSWORD_LENGTH = 24  # AES in a ZIP derives its key with few rounds; the length makes up for it


@dataclass(frozen=True)
class Issued:
    """What was done for one handler: `package` is None when nothing was due. `notes` are sentences for the operator."""

    handler: str
    package: Package | None
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def issue(
    desk: Desk, actor: Actor, approval_id: str, handlers: Sequence[str] = (), on_handler: OnHandler | None = None
) -> list[Issued]:
    """Make what is due for `handlers` (default: all), and nothing that they hold already.

    Handlers that the approval does not name any more lose everything first. Raises Refused while the environment is
    not active, when two handlers share an address or a name belongs to somebody else; DependencyFailed when the
    authority's key is lost or the disk is full. Repeating it is safe.
    """
    check_role(actor, "operator")
    standing = desk.approvals.get(approval_id)
    approval = standing.approval
    rules.check_standing(approval_id, standing.state)
    rules.check_handlers(approval, handlers)
    rules.check_addresses(approval)
    authority, root = desk.authority.load(), desk.authority.require_root()
    claims = accounts.claims(desk.records, approval)
    revoke_former(desk, actor, approval)
    ledger = ensure_key(desk, actor, read_ledger(desk.records, approval_id))
    secrets, outputs = desk.secrets(approval_id), desk.environment(approval_id)
    run = Run(desk, actor, approval, root, authority, secrets, outputs, desk.platform(), claims)
    done = []
    for handler in approval.handlers:
        if not handlers or handler.id in handlers:
            if on_handler:
                on_handler(handler.id)
            done.append(_issue_one(run, ledger, handler))
    return done


def prepare_users(desk: Desk, approval: Approval) -> None:
    """Make the directory's users, still without passwords: WorkSpaces makes a desktop only for a user that exists.

    Raises Refused when two handlers share an address, or a name belongs to another person.
    """
    rules.check_addresses(approval)
    accounts.claims(desk.records, approval)
    for handler in approval.handlers:
        desk.directory.ensure_user(desk.directory_id, handler)


def package_path(desk: Desk, approval_id: str, package: Package) -> Path:
    """Where a package lies on this machine."""
    return desk.folder / approval_id / package.file


def password_path(desk: Desk, approval_id: str, package: Package) -> Path:
    """Where the password of a package lies, apart from it: it goes another way."""
    return desk.folder / approval_id / "passwords" / f"{Path(package.file).stem}.txt"


def notice_paths(desk: Desk, approval_id: str, holding: Holding) -> list[Path]:
    """The notices of a handler's packages that lie on this machine."""
    found = []
    for package in holding.packages:
        for suffix in (".pdf", ".md"):
            path = _notice_path(desk, approval_id, package, suffix)
            if path.is_file():
                found.append(path)
    return found


def _issue_one(run: Run, ledger: Ledger, handler: Handler) -> Issued:
    holding = ledger.holding(handler.id)
    due = rules.due_items(holding, ledger.group, run.root.generation, run.approval.period.last_day)
    if holding.revoked:
        note = _("everything of {handler} was withdrawn; to let the person in again: hic env credentials rotate")
        return Issued(handler.id, None, notes=(note.format(handler=handler.id),))
    if not due:
        return Issued(handler.id, None)
    group = password_of(run.secrets, run.approval.id, GROUP_ROLE)
    material = make_material(run, ledger, handler, due, group)
    holding = _begin(run, ledger, holding, due, material)
    notes = _let_in(run, handler, material)
    return _finish(run, holding, handler, material, notes)


def _begin(run: Run, ledger: Ledger, holding: Holding, due: tuple[Item, ...], material: Material) -> Holding:
    """Record what is being made; a certificate of an interrupted run is revoked with it."""
    authority = run.desk.authority
    puts: list[Put] = []
    number = holding.packages[-1].number + 1 if holding.packages else 1
    serials: list[str | None] = [holding.making.serial] if holding.making else []
    if Item.CERTIFICATE in due and Item.CERTIFICATE in holding.items:
        serials.append(holding.items[Item.CERTIFICATE].mark.partition(" ")[0])
    for known in filter(None, serials):
        puts += authority.revoke(known, "replaced")
    serial: str | None = None
    if material.certificate:
        serial = material.certificate.serial
        puts.append(authority.signed(material.certificate, run.approval.id, holding.handler, run.root.generation))
    begun = Making(number=number, items=due, serial=serial, at=stamp(run.desk.clock))
    holding = holding.model_copy(update={"making": begun})
    claim = run.claims[holding.handler]
    if claim.record is None or claim.record.data != claim.account.model_dump(mode="json"):
        puts.append(claim.put(holding.handler, claim.account))
    details = {"handler": holding.handler, "package": number, "items": list(due), "serial": serial}
    run.desk.audit.commit(run.actor, "credentials.make", run.approval.id, details, [ledger.put(holding), *puts])
    return holding


def _let_in(run: Run, handler: Handler, material: Material) -> tuple[str, ...]:
    """Set the initial password, and make the user where there is none yet."""
    if material.account_password is None:
        return ()
    directory, directory_id = run.desk.directory, str(run.platform.get("directoryId", ""))
    directory.ensure_user(directory_id, handler)
    answer = directory.set_password(directory_id, handler.id, material.account_password)
    notes = [_("directory user {name}: {answer}").format(name=handler.id, answer=answer)]
    notes.append(_("in the directory, type: {command}").format(command=directory.left_to_do(handler.id)))
    return tuple(notes)


def _finish(run: Run, holding: Holding, handler: Handler, material: Material, notes: tuple[str, ...]) -> Issued:
    desk, approval = run.desk, run.approval
    making = holding.making
    assert making is not None  # noqa: S101 - _begin has just set it
    at = stamp(desk.clock)
    stem = file_stem(approval, handler, making.number)
    package = Package(number=making.number, items=making.items, file=f"{stem}.zip", sha256="", by=str(run.actor), at=at)
    papers = papers_of(run, handler, package, material)
    target, secret = package_path(desk, approval.id, package), password_path(desk, approval.id, package)
    password = make_password(PASSWORD_LENGTH)
    try:
        # Its password first: no package ever lies there that nobody can open.
        write_private(secret, password.encode("ascii"))
        pack(target, stem, papers.files, password)
        package = package.model_copy(update={"sha256": sha256_of(target)})
        _record(run, holding, package, material)
    except BaseException:
        target.unlink(missing_ok=True)
        secret.unlink(missing_ok=True)
        raise
    notices = _write_notices(desk, approval, package, papers)
    return Issued(handler.id, package, (target, secret, *notices), (*notes, *material.notes))


def _record(run: Run, holding: Holding, package: Package, material: Material) -> None:
    """Record that the package is ready.

    Raises Refused when somebody changed the record, the handler left, or the environment was suspended meanwhile.
    """
    desk, approval = run.desk, run.approval
    ledger = read_ledger(desk.records, approval.id)
    standing = desk.approvals.get(approval.id)
    if standing.suspension and Item.ACCOUNT in package.items and not run.claims[holding.handler].shared:
        # The suspension may have locked the user before this run set the password, which unlocks.
        desk.directory.disable(desk.directory_id, holding.handler)
    rules.check_standing(approval.id, standing.state)
    if ledger.holding(holding.handler) != holding or standing.approval.handler(holding.handler) is None:
        raise Refused(
            _("Meanwhile the credentials of {handler} were changed elsewhere; this package was thrown away.").format(
                handler=holding.handler
            ),
            fix=_("See what stands: hic env credentials status {approval}").format(approval=approval.id),
        )
    held = {item: Held(mark=mark, package=package.number, at=package.at) for item, mark in material.marks.items()}
    ready = holding.model_copy(
        update={"items": {**holding.items, **held}, "packages": (*holding.packages, package), "making": None}
    )
    details = {
        "handler": holding.handler,
        "package": package.number,
        "items": list(package.items),
        "sha256": package.sha256,
    }
    try:
        desk.audit.commit(run.actor, "credentials.issue", approval.id, details, [ledger.put(ready)])
    except RecordConflict as conflict:
        raise Refused(
            _("Meanwhile the credentials of {handler} were changed elsewhere; this package was thrown away.").format(
                handler=holding.handler
            ),
            fix=_("See what stands: hic env credentials status {approval}").format(approval=approval.id),
        ) from conflict


def _write_notices(desk: Desk, approval: Approval, package: Package, papers: Papers) -> list[Path]:
    """Copies of the notice, which holds no secret, for the secretariat's own files."""
    written = []
    for suffix, body in ((".pdf", papers.notice_pdf), (".md", papers.notice_text.encode("utf-8"))):
        path = _notice_path(desk, approval.id, package, suffix)
        write_private(path, body)
        written.append(path)
    return written


def _notice_path(desk: Desk, approval_id: str, package: Package, suffix: str) -> Path:
    name = Path(package.file).stem.replace("credentials-", "notice-", 1) + suffix
    return desk.folder.parent / "documents" / approval_id / name


def packages_to_hand_over(holding: Holding) -> list[Package]:
    """Packages that have not arrived yet, oldest first."""
    return [one for one in holding.packages if one.state in (PackageState.READY, PackageState.LINKED)]
