"""Filing a request: check, freeze, record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordConflict, RecordStore
from provisioning.clock import Clock, stamp, today
from provisioning.disclosure.documents import read_file
from provisioning.disclosure.model import Report
from provisioning.disclosure.rules import Pack
from provisioning.egress import store
from provisioning.egress.freezing import digest, freeze, freeze_file
from provisioning.egress.model import Request
from provisioning.egress.register import check_against, earlier_releases
from provisioning.egress.rules import (
    LINKED_REVIEW_DAYS,
    REVIEW_DAYS,
    check_declared,
    check_submit,
    check_withdraw,
)
from provisioning.egress.states import State, check_move, is_open
from provisioning.errors import BadInput, Conflict, Problem, Refused
from provisioning.messages import _

ATTEMPTS = 5


@dataclass(frozen=True)
class Desk:
    """What every step needs: the records, the audit log, the bucket of the approval, the time."""

    records: RecordStore
    audit: AuditLog
    bucket: ObjectStore
    clock: Clock


@dataclass(frozen=True)
class Draft:
    """What the author writes down."""

    approval_id: str
    files: tuple[Path, ...]
    purpose: str
    venue: str
    self_checked: bool = False
    replaces: str = ""


def pack_of(approval: Approval) -> Pack:
    """The rules that the approval is held to (PUB-31)."""
    return Pack(approval.rules, approval.linked_databases)


def read_named(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Files as (name, bytes). Raises BadInput that lists every file that cannot be read or is named twice."""
    if not paths:
        raise BadInput(_("No file is named."), fix=_("Name at least one table."))
    files: dict[str, bytes] = {}
    problems = []
    for path in paths:
        if path.name in files:
            what = _("another file is called {name} too").format(name=path.name)
            problems.append(Problem(str(path), what, _("rename one; a request keeps names only")))
            continue
        try:
            files[path.name] = read_file(path)
        except BadInput as error:
            problems.append(Problem("", error.message, error.fix))
    if problems:
        raise BadInput(_("{count} file(s) cannot be taken.").format(count=len(problems)), problems=problems)
    return list(files.items())


def submit(desk: Desk, actor: Actor, draft: Draft) -> tuple[Request, Report]:
    """File a request; the request and its automatic findings.

    Raises Refused when the author may not file (REV-3), has not declared the self-check (REV-2) or
    filed the same files already; BadInput when a file cannot be read. Then nothing is stored.
    """
    approval = store.load_approval(desk.records, draft.approval_id)
    check_submit(actor, approval)
    check_declared(draft.self_checked)
    for text, option in ((draft.purpose, "--purpose"), (draft.venue, "--venue")):
        if not text.strip():
            raise BadInput(_("{option} is empty.").format(option=option), fix=_("Say it in a few words (REV-11)."))
    files = read_named(draft.files)
    report = check_against(files, pack_of(approval), earlier_releases(desk.records, desk.bucket, approval))
    replaced = _replaced(desk, approval, draft.replaces)
    _check_not_filed(desk, approval, files)
    request = _frozen(desk, approval, actor, draft, files, report)
    puts = store.added(request)
    if replaced:
        over = replaced.request.model_copy(update={"state": State.REPLACED, "replaced_by": request.id})
        puts += store.changed(replaced, over)
    details = {
        "bundle": request.bundle,
        "files": {file.name: file.sha256 for file in request.files},
        "fail": request.fail,
        "review": request.review,
        "replaces": request.replaces,
    }
    desk.audit.commit(actor, "egress.submit", request.id, details, puts)
    return request, report


def _replaced(desk: Desk, approval: Approval, name: str) -> store.Stored | None:
    if not name:
        return None
    stored = store.load(desk.records, name)
    if stored.request.approval_id != approval.id:
        raise BadInput(
            _("{request} belongs to another approval.").format(request=name), fix=_("Check the id after --replaces.")
        )
    check_move(name, stored.request.state, State.REPLACED)
    return stored


def _check_not_filed(desk: Desk, approval: Approval, files: Sequence[tuple[str, bytes]]) -> None:
    wanted = {digest(content) for _name, content in files}
    for request in store.load_of_approval(desk.records, approval.id):
        waiting = is_open(request.state) and request.state is not State.RETURNED
        if waiting and {file.sha256 for file in request.files} == wanted:
            raise Refused(
                _("The same files are filed already as {request}, which is {state}.").format(
                    request=request.id, state=request.state
                ),
                fix=_("Wait for its decision, or take it back first: hic egress withdraw {request}").format(
                    request=request.id
                ),
            )


def _frozen(
    desk: Desk, approval: Approval, actor: Actor, draft: Draft, files: Sequence[tuple[str, bytes]], report: Report
) -> Request:
    """The new request under a number of its own, with its files and findings in the bucket."""
    name = store.request_id(approval.id, _next_number(desk, actor, approval))
    frozen = tuple(freeze_file(desk.bucket, f"egress/outbox/{name}/", file, content) for file, content in files)
    findings = json.dumps(report.as_data(), ensure_ascii=False, sort_keys=True).encode("utf-8")
    days = LINKED_REVIEW_DAYS if approval.linked_databases else REVIEW_DAYS
    return Request(
        id=name,
        approval_id=approval.id,
        state=State.SUBMITTED,
        author=actor.name,
        purpose=draft.purpose.strip(),
        venue=draft.venue.strip(),
        venue_approved=draft.venue.strip() in {publication.venue for publication in approval.publications},
        self_checked=True,
        submitted_at=stamp(desk.clock),
        review_due=today(desk.clock) + timedelta(days=days),
        rules=approval.rules,
        linked=approval.linked_databases,
        files=frozen,
        findings=freeze(desk.bucket, f"egress/findings/{name}.json", findings),
        fail=report.count("fail"),
        review=report.count("review"),
        replaces=draft.replaces,
    )


def _next_number(desk: Desk, actor: Actor, approval: Approval) -> int:
    """Take the approval's next number for this request alone, so that two authors never share a folder."""
    key = approval_key(approval.id)
    for _attempt in range(ATTEMPTS):
        counter = desk.records.get(key, store.COUNTER)
        number = counter.data["last"] + 1 if counter else 1
        data = {"last": number}
        put = Put.over(counter, data) if counter else Put(key, store.COUNTER, data)
        try:
            desk.audit.commit(actor, "egress.number", store.request_id(approval.id, number), puts=[put])
        except RecordConflict:
            continue
        return number
    raise Conflict(_("Several requests are being filed at once."), fix=_("Repeat the command in a moment."))


def withdraw(desk: Desk, actor: Actor, name: str, reason: str) -> Request:
    """Take a request back before it is decided. Raises Refused when it is too late or not theirs."""
    stored = store.load(desk.records, name)
    approval = store.load_approval(desk.records, stored.request.approval_id)
    check_withdraw(actor, approval, stored.request)
    request = stored.request.model_copy(update={"state": State.WITHDRAWN, "withdrawn": reason})
    desk.audit.commit(actor, "egress.withdraw", name, {"reason": reason}, store.changed(stored, request))
    return request
