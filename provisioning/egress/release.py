"""Letting out exactly what was reviewed, and fetching it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.periods import add_months
from provisioning.aws.objects import ObjectStore
from provisioning.clock import stamp, today
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.rules import Pack
from provisioning.egress import register, store
from provisioning.egress.freezing import check_unchanged, digest, freeze, save_files, thaw
from provisioning.egress.model import Choice, FrozenFile, FrozenObject, Release, Request
from provisioning.egress.rules import REPORT_MONTHS, check_fetch, check_release
from provisioning.egress.states import State
from provisioning.egress.submission import Desk
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _

BUNDLE = "bundle.json"
"""The manifest of a release; no file of a request can have this name, since none may be JSON."""


def release(desk: Desk, actor: Actor, name: str) -> Request:
    """Copy the reviewed versions to the download area, with manifest and register; the request after it.

    Raises Refused when the request is not approved, is released already, or was changed since.
    """
    stored = store.load(desk.records, name)
    request = stored.request
    approval = store.load_approval(desk.records, request.approval_id)
    check_release(actor, approval, request)
    _check_bound(request)
    check_unchanged(desk.bucket, [*request.files, request.findings])
    _attack_again(desk, approval, request)
    folder = f"egress/released/{name}/"
    files = tuple(_copied(desk.bucket, file, folder) for file in request.files)
    manifest = freeze(desk.bucket, folder + BUNDLE, _json(_manifest(request, files)))
    documents = read_documents((file.name, thaw(desk.bucket, file)) for file in files)
    numbers = _json(register.register_of(name, approval, documents))
    done = Release(
        by=str(actor),
        at=stamp(desk.clock),
        files=files,
        manifest=manifest,
        register_of_numbers=freeze(desk.bucket, f"egress/register/{name}.json", numbers),
        report_due=add_months(today(desk.clock), REPORT_MONTHS),
    )
    released = request.model_copy(update={"state": State.RELEASED, "release": done})
    desk.audit.commit(
        actor,
        "egress.release",
        name,
        {"bundle": request.bundle, "manifest": manifest.sha256, "register": done.register_of_numbers.sha256},
        [
            *store.changed(stored, released),
            *register.entries(name, approval, desk.bucket.bucket, done.register_of_numbers),
        ],
    )
    return released


def _attack_again(desk: Desk, approval: Approval, request: Request) -> None:
    """Raise Refused when what was released since the review opens the request, or is opened by it (PUB-22b)."""
    known = register.earlier_releases(desk.records, desk.bucket, approval, without=request.id)
    if known.releases:
        files = [(file.name, thaw(desk.bucket, file)) for file in request.files]
        report = register.check_against(files, Pack(request.rules, request.linked), known)
        register.check_still_closed(request, report, json.loads(thaw(desk.bucket, request.findings)))


def _check_bound(request: Request) -> None:
    """Raise Refused unless every approval was given for the very bytes that are to be released."""
    if any(vote.bundle != request.bundle for vote in request.votes if vote.choice is Choice.APPROVE):
        raise Refused(
            _("Request {request} is not what was approved.").format(request=request.id),
            fix=_("Verify the record (hic audit verify), and have the files submitted anew."),
        )


def _copied(bucket: ObjectStore, file: FrozenFile, folder: str) -> FrozenFile:
    key = folder + file.name
    version = bucket.copy(file.key, key, file.version)
    found = digest(bucket.read(key, version))
    if version is None or found != file.sha256:
        raise DependencyFailed(
            _("{key} is not the copy it should be: sha256 {expected}, found {found}.").format(
                key=key, expected=file.sha256, found=found
            ),
            fix=_("Repeat the command; nothing was released."),
        )
    return FrozenFile(name=file.name, key=key, version=version, sha256=file.sha256, size=file.size)


def _manifest(request: Request, files: tuple[FrozenFile, ...]) -> dict[str, Any]:
    """What belongs to the release, for anybody who holds the files later."""
    return {
        "request": request.id,
        "approval": request.approval_id,
        "bundle": request.bundle,
        "rules": request.rules,
        "linked": list(request.linked),
        "files": [{"file": f.name, "sha256": f.sha256, "version": f.version, "size": f.size} for f in files],
        "findings": {"sha256": request.findings.sha256, "fail": request.fail, "review": request.review},
        "decision": request.state,
        "reviewers": [vote.model_dump(mode="json") for vote in request.votes],
    }


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8")


def get(desk: Desk, actor: Actor, name: str, folder: Path) -> list[Path]:
    """Fetch released files and their manifest into a folder, verified; the act is recorded.

    Raises Refused unless the request is released, its bytes are those released, and the actor a handler.
    """
    request = store.load(desk.records, name).request
    check_fetch(actor, store.load_approval(desk.records, request.approval_id))
    if request.release is None:
        raise Refused(
            _("Request {request} is {state}, not released.").format(request=name, state=request.state),
            fix=_("Wait for its release: hic egress show {request}").format(request=name),
        )
    objects: list[tuple[str, FrozenObject]] = [(file.name, file) for file in request.release.files]
    objects.append((BUNDLE, request.release.manifest))
    contents = [(file_name, thaw(desk.bucket, item)) for file_name, item in objects]
    desk.audit.commit(actor, "egress.get", name, {"files": [file_name for file_name, _item in objects]})
    return save_files(folder, contents)
