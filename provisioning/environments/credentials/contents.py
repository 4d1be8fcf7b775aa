"""What goes into one handler's package: the secrets, made or fetched, and the files that tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioning.actors import Actor
from provisioning.approvals.model import Approval, Handler
from provisioning.aws.secrets import SecretStore, make_password
from provisioning.clock import today
from provisioning.environments.credentials import certificates, database, mfa
from provisioning.environments.credentials.access_keys import AccessKey, key_file
from provisioning.environments.credentials.accounts import Claim, seed_name
from provisioning.environments.credentials.authority import Root
from provisioning.environments.credentials.backup import current_key
from provisioning.environments.credentials.certificates import Authority, ClientCertificate
from provisioning.environments.credentials.desk import Desk, Ledger
from provisioning.environments.credentials.model import Item, Package
from provisioning.environments.credentials.notice import Facts, Files, Secrets, make_notice, make_sheet
from provisioning.environments.credentials.paper_pdf import to_pdf
from provisioning.environments.credentials.paper_text import to_markdown, to_plain
from provisioning.environments.credentials.rules import certificate_mark, database_mark
from provisioning.messages import _

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()  # by it, Windows' editor knows UTF-8


@dataclass(frozen=True)
class Run:
    """What all handlers of one run share; read once. `outputs` are those of the environment."""

    desk: Desk
    actor: Actor
    approval: Approval
    root: Root
    authority: Authority
    secrets: SecretStore
    outputs: Mapping[str, Any]
    platform: Mapping[str, Any]
    claims: Mapping[str, Claim]


@dataclass(frozen=True)
class Material:
    """The secrets of one package, in clear and in memory alone; `marks` tell each item apart, without its secret."""

    marks: Mapping[Item, str]
    certificate: ClientCertificate | None = field(default=None, repr=False)
    chain_password: str | None = field(default=None, repr=False)
    account_password: str | None = field(default=None, repr=False)
    seed: str | None = field(default=None, repr=False)
    database: tuple[str, str] | None = field(default=None, repr=False)  # the group's password, and the own
    backup: AccessKey | None = field(default=None, repr=False)
    shared: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Papers:
    """The files of a package by name, and the notice, which holds no secret, by itself."""

    files: Mapping[str, bytes] = field(repr=False)
    notice_pdf: bytes = field(repr=False)
    notice_text: str = field(repr=False)


def file_stem(approval: Approval, handler: Handler, number: int) -> str:
    """The name of a package, and of the folder in it, without its ending."""
    return f"credentials-{approval.id}-{handler.id}-{number:02d}"


def make_material(run: Run, ledger: Ledger, handler: Handler, due: tuple[Item, ...], group: str) -> Material:
    """The secrets that are due. A person who has an account from another approval keeps its password and phone.

    `group` is the group's database password.
    """
    approval, claim = run.approval, run.claims[handler.id]
    marks: dict[Item, str] = {}
    client = chain_password = account_password = seed = passwords = backup = None
    if Item.CERTIFICATE in due:
        client = certificates.issue(
            run.authority, handler.id, approval.id, (approval.period.start, approval.period.last_day)
        )
        chain_password = make_password()
        marks[Item.CERTIFICATE] = f"{client.serial} {certificate_mark(run.root.generation, approval.period.last_day)}"
    if Item.ACCOUNT in due:
        marks[Item.ACCOUNT] = handler.id
        account_password = None if claim.shared else make_password()
    if Item.MFA in due:
        marks[Item.MFA] = str(claim.account.mfa)
        if not claim.shared:
            seed = SecretStore(run.desk.aws).keep(seed_name(handler.id, claim.account.mfa), mfa.make_seed)
    if Item.DATABASE in due:
        marks[Item.DATABASE] = database_mark(ledger.holding(handler.id), ledger.group)
        passwords = (group, database.password_of(run.secrets, approval.id, handler.id))
    if Item.BACKUP in due and (backup := current_key(run.desk, ledger)):
        marks[Item.BACKUP] = backup.id
    return Material(
        marks, client, chain_password, account_password, seed, passwords, backup, claim.shared, _notes(ledger, claim)
    )


def _notes(ledger: Ledger, claim: Claim) -> tuple[str, ...]:
    notes = []
    if ledger.group.backup_absent:
        notes.append(
            _("the AWS credential for start and backup is not in it: its user does not stand yet; issue again later")
        )
    if claim.shared:
        others = ", ".join(claim.account.approvals[:-1])
        notes.append(_("has an account from {approvals}: its password and second factor stay").format(approvals=others))
    return tuple(notes)


def papers_of(run: Run, handler: Handler, package: Package, material: Material) -> Papers:
    """The files of the package. The notice is a pure function of what is public; secrets are in the others alone."""
    approval, root = run.approval, run.root
    files = _files(approval, handler, package.number)
    facts = Facts(
        approval=approval,
        handler=handler,
        number=package.number,
        items=tuple(material.marks),
        day=today(run.desk.clock),
        outputs=run.outputs,
        domain=str(run.platform.get("directoryDomain", "")),
        files=files,
        serial=material.certificate.serial if material.certificate else "",
        root_sha1=root.fingerprints["sha1"],
        database_group=database.GROUP_ROLE,
        backup_key=material.backup.id if material.backup else "",
        shared=material.shared,
        rehearsal=run.desk.rehearsal,
    )
    notice = make_notice(facts)
    pdf, text = to_pdf(notice), to_markdown(notice)
    made = {files.notice_pdf: pdf, files.notice_text: text.encode("utf-8")}
    made.update(_secret_files(facts, material, root))
    return Papers(made, pdf, text)


def _secret_files(facts: Facts, material: Material, root: Root) -> dict[str, bytes]:
    files, made = facts.files, {}
    enrolment = mfa.enrolment(material.seed, facts.handler.id, facts.domain) if material.seed else None
    group, own = material.database or (None, None)
    sheet = make_sheet(facts, Secrets(material.account_password, enrolment, group, own))
    if sheet:
        made[files.login_pdf] = to_pdf(sheet)
        made[files.login_text] = BYTE_ORDER_MARK + to_plain(sheet).encode("utf-8")
    if enrolment:
        made[files.mfa_image] = mfa.qr_image(enrolment)
    if material.certificate and material.chain_password:
        made[files.certificate] = certificates.pem(material.certificate.certificate).encode("ascii")
        made[files.chain] = certificates.chain_file(material.certificate, root.certificate, material.chain_password)
        made[files.chain_password] = material.chain_password.encode("ascii")
    if material.backup:
        made[files.aws] = key_file(material.backup.id, material.backup.secret)
    return made


def _files(approval: Approval, handler: Handler, number: int) -> Files:
    stem = f"notice-{approval.id}-{handler.id}-{number:02d}"
    return Files(
        notice_pdf=f"{stem}.pdf",
        notice_text=f"{stem}.md",
        login_pdf=f"loginInfo-{handler.id}.pdf",
        login_text=f"loginInfo-{handler.id}.txt",
        mfa_image=f"mfaQRCode-{handler.id}.png",
        certificate=f"clientCertificate-{handler.id}.cer",
        chain=f"certificateChain-{handler.id}.pfx",
        chain_password=f"certificateChainPass-{handler.id}.txt",
        aws=f"awsCredential-{approval.id.lower()}.csv",
    )
