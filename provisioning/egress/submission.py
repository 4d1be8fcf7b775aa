"""Filing a request: check, freeze, record. An interrupted filing goes on where it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.records import Put
from provisioning.clock import stamp, today
from provisioning.disclosure.edition import checks_sha256
from provisioning.disclosure.model import Report
from provisioning.egress import store
from provisioning.egress.basis import NOTHING, Basis, basis_of, freeze_basis
from provisioning.egress.checking import (
    TOOL,
    Contents,
    check_contents,
    exemptions_of,
    freeze_findings,
    pack_of,
    read_named,
)
from provisioning.egress.deadlines import review_due
from provisioning.egress.desk import FOLDERS, Desk
from provisioning.egress.drafting import FIRST_GROUP, Context, blank, group_name, group_of
from provisioning.egress.freezing import check_unchanged, digest, freeze_file, thaw
from provisioning.egress.model import Direction, Request
from provisioning.egress.people import Action
from provisioning.egress.rules import check, check_declared, check_file
from provisioning.egress.states import State, check_move
from provisioning.errors import BadInput, Refused
from provisioning.messages import _

__all__ = ["Desk", "Draft", "pack_of", "read_named", "recheck", "submit", "submit_draft", "withdraw"]

HELD = (State.SUBMITTED, State.CHECKING, State.UNDER_REVIEW, State.APPROVED)
"""While a request with the same contents is in one of these, they are not filed again."""


@dataclass(frozen=True)
class Draft:
    """What the author writes down when files are filed at once.

    `text_edits` maps a file to the request that confirmed it, for edits without new data (REV-6a).
    """

    approval_id: str
    files: tuple[Path, ...]
    purpose: str
    venue: str
    self_checked: bool = False
    replaces: str = ""
    direction: Direction = Direction.OUT
    controls: str = ""
    deadline: date | None = None
    text_edits: Mapping[str, str] = field(default_factory=dict)
    basis: Basis = NOTHING


def submit(desk: Desk, actor: Actor, draft: Draft) -> tuple[Request, Report]:
    """File files at once; the request, waiting for review, and its automatic findings.

    Raises Refused when the author may not file (REV-3), has not declared the self-check (REV-2) or
    filed the same files already; BadInput when a file cannot be read. Then nothing is stored.
    """
    approval = store.load_approval(desk.records, draft.approval_id)
    check_file(actor, approval, draft.direction)
    check_declared(draft.self_checked, draft.direction)
    group = group_of(approval, FIRST_GROUP, Context(draft.purpose, draft.venue, controls=draft.controls))
    contents = read_named(draft.files)
    if interrupted := _interrupted(desk, actor, approval, draft, contents):
        return _continued(desk, actor, approval, interrupted)
    report = check_contents(desk, draft.direction, approval, contents, draft.basis)
    _check_replaced(desk, approval, draft.replaces)
    request = blank(desk, actor, approval, draft.direction, group, draft.deadline)
    prefix = f"{FOLDERS[draft.direction].filed}{request.id}/"
    frozen = tuple(
        freeze_file(desk.bucket, prefix, name, content).model_copy(update={"group": FIRST_GROUP})
        for name, content in contents
    )
    request = request.model_copy(update={"files": frozen, "replaces": draft.replaces})
    request = freeze_basis(desk.bucket, FOLDERS[draft.direction].filed, request, draft.basis)
    return _filed(desk, actor, approval, None, request, contents, draft.text_edits, report), report


def submit_draft(
    desk: Desk,
    actor: Actor,
    name: str,
    *,
    self_checked: bool,
    replaces: str = "",
    text_edits: Mapping[str, str] | None = None,
    basis: Basis = NOTHING,
) -> tuple[Request, Report]:
    """File a draft as it stands. Raises Refused or BadInput as `submit` does; the draft then stays a draft."""
    stored = store.load(desk.records, name)
    request = stored.request
    approval = store.load_approval(desk.records, request.approval_id)
    check(Action.SUBMIT, actor, approval, request)
    check_declared(self_checked, request.direction)
    if not request.files:
        raise BadInput(
            _("{request} holds no file.").format(request=name),
            fix=_("Add some: hic {command} add {request} FILES").format(
                command=group_name(request.direction), request=name
            ),
        )
    check_unchanged(desk.bucket, request.frozen)
    contents = [(file.name, thaw(desk.bucket, file)) for file in request.files]
    report = check_contents(desk, request.direction, approval, contents, basis)
    _check_replaced(desk, approval, replaces)
    whole = request.model_copy(update={"replaces": replaces})
    whole = freeze_basis(desk.bucket, FOLDERS[request.direction].filed, whole, basis)
    return _filed(desk, actor, approval, stored, whole, contents, text_edits or {}, report), report


def _filed(
    desk: Desk,
    actor: Actor,
    approval: Approval,
    stored: store.Stored | None,
    request: Request,
    contents: Contents,
    edits: Mapping[str, str],
    report: Report,
) -> Request:
    """Record the request as submitted, claim its contents for it, and have it checked."""
    hashes = [file.sha256 for file in request.files]
    claim = store.filed(desk.records, approval.id, request.direction, hashes)
    if claim:
        _check_not_held(store.load(desk.records, claim.data["request"]).request)
    out = request.direction is Direction.OUT
    request = request.model_copy(
        update={
            "state": State.SUBMITTED,
            "self_checked": True,
            "submitted_at": stamp(desk.clock),
            "review_due": review_due(today(desk.clock), bool(request.linked)),
            "exemptions": exemptions_of(desk, approval, request.files, contents, edits) if out else (),
        }
    )
    puts = store.changed(stored, request) if stored else store.added(request)
    puts += [store.claimed(request, claim), *_replacing(desk, approval, request)]
    details = {
        "files": {file.name: file.sha256 for file in request.files},
        "basis": {file.name: file.sha256 for file in (request.declaration, request.populations) if file},
        "exemptions": [exemption.model_dump() for exemption in request.exemptions],
        "replaces": request.replaces,
    }
    desk.audit.commit(actor, f"{group_name(request.direction)}.submit", request.id, details, puts)
    return _checked(desk, actor, store.load(desk.records, request.id), report)


def _checked(desk: Desk, actor: Actor, stored: store.Stored, report: Report) -> Request:
    """Take a submitted request through its check, into the reviewers' hands."""
    request = stored.request
    acts = group_name(request.direction)
    if request.state is not State.CHECKING:
        check_move(request.id, request.state, State.CHECKING)
        checking = request.model_copy(update={"state": State.CHECKING})
        desk.audit.commit(actor, f"{acts}.checking", request.id, puts=store.changed(stored, checking))
        stored = store.load(desk.records, request.id)
    findings = freeze_findings(desk.bucket, request.direction, request.id, report)
    done = stored.request.model_copy(
        update={
            "state": State.UNDER_REVIEW,
            "findings": findings,
            "fail": report.count("fail"),
            "review": report.count("review"),
            "tool": TOOL,
            "checks": checks_sha256(),
        }
    )
    details = {"bundle": done.bundle, "findings": findings.sha256, "fail": done.fail, "review": done.review}
    desk.audit.commit(actor, f"{acts}.checked", request.id, details, store.changed(stored, done))
    return done


def recheck(desk: Desk, actor: Actor, name: str) -> tuple[Request, Report]:
    """Check the frozen files again: after an interruption, or with a newer edition of the tool.

    Raises Refused once an opinion was given, since opinions rest on the findings that were shown.
    """
    stored = store.load(desk.records, name)
    approval = store.load_approval(desk.records, stored.request.approval_id)
    check(Action.RECHECK, actor, approval, stored.request)
    if stored.request.opinions:
        raise Refused(
            _("An opinion on {request} rests on its findings already.").format(request=name),
            fix=_("Decide on it as it is, or return it and have it filed anew."),
        )
    return _continued(desk, actor, approval, stored)


def _continued(desk: Desk, actor: Actor, approval: Approval, stored: store.Stored) -> tuple[Request, Report]:
    """Check what was frozen, on the basis that was frozen with it."""
    request = stored.request
    check_unchanged(desk.bucket, request.frozen)
    contents = [(file.name, thaw(desk.bucket, file)) for file in request.files]
    report = check_contents(desk, request.direction, approval, contents, basis_of(desk.bucket, request))
    return _checked(desk, actor, stored, report), report


def _interrupted(desk: Desk, actor: Actor, approval: Approval, draft: Draft, contents: Contents) -> store.Stored | None:
    """The same author's own filing of the same contents, when it stopped half way; Refused when it did not."""
    claim = store.filed(desk.records, approval.id, draft.direction, (digest(content) for _name, content in contents))
    if claim is None:
        return None
    stored = store.load(desk.records, claim.data["request"])
    request = stored.request
    if request.state in (State.SUBMITTED, State.CHECKING) and request.author == actor.name:
        return stored
    _check_not_held(request)
    return None


def _check_not_held(request: Request) -> None:
    if request.state in HELD:
        raise Refused(
            _("The same files are filed already as {request}, which is {state}.").format(
                request=request.id, state=request.state
            ),
            fix=_("Wait for its decision, or take it back first: hic {group} withdraw {request}").format(
                group=group_name(request.direction), request=request.id
            ),
        )


def _check_replaced(desk: Desk, approval: Approval, name: str) -> store.Stored | None:
    if not name:
        return None
    stored = store.load(desk.records, name)
    if stored.request.approval_id != approval.id:
        raise BadInput(
            _("{request} belongs to another approval.").format(request=name), fix=_("Check the id after --replaces.")
        )
    check_move(name, stored.request.state, State.REPLACED)
    return stored


def _replacing(desk: Desk, approval: Approval, request: Request) -> list[Put]:
    stored = _check_replaced(desk, approval, request.replaces)
    if stored is None:
        return []
    over = stored.request.model_copy(update={"state": State.REPLACED, "replaced_by": request.id})
    return store.changed(stored, over)


def withdraw(desk: Desk, actor: Actor, name: str, reason: str) -> Request:
    """Take a request back before it is released. Raises Refused when it is too late or not theirs."""
    stored = store.load(desk.records, name)
    approval = store.load_approval(desk.records, stored.request.approval_id)
    check(Action.WITHDRAW, actor, approval, stored.request)
    request = stored.request.model_copy(update={"state": State.WITHDRAWN, "withdrawn": reason})
    act = f"{group_name(request.direction)}.withdraw"
    desk.audit.commit(actor, act, name, {"reason": reason}, store.changed(stored, request))
    return request
