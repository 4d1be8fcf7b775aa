"""Letting out, or in, exactly what was reviewed."""

from __future__ import annotations

import json
from typing import Any

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordConflict
from provisioning.clock import stamp
from provisioning.disclosure.declaration import parse_declaration
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.rules import Pack
from provisioning.egress import register, store
from provisioning.egress.basis import basis_of
from provisioning.egress.bundle import check_bound
from provisioning.egress.checking import BUNDLE
from provisioning.egress.desk import FOLDERS, Desk
from provisioning.egress.drafting import group_name
from provisioning.egress.exemptions import check_still_exempt
from provisioning.egress.freezing import check_unchanged, digest, freeze, thaw
from provisioning.egress.model import Direction, FrozenFile, FrozenObject, Release, Request
from provisioning.egress.opinions import blinded
from provisioning.egress.people import Action
from provisioning.egress.rules import check
from provisioning.egress.states import OUT, State, check_move
from provisioning.errors import Conflict, DependencyFailed, Refused
from provisioning.messages import _

ATTEMPTS = 5


def release(desk: Desk, actor: Actor, name: str) -> Request:
    """Copy the reviewed versions to where they may be fetched, with `bundle.json`; the request after it.

    Copying comes first and the record last, and a copy that is there already is taken as it is: a
    release that was interrupted anywhere is ended by repeating it, and one that is done is not done
    again. One that was overtaken by another of the same data is attacked anew, together with that
    (PUB-22b). Raises Refused when the request is not approved, was changed since, or opens what it
    should hide; Conflict when others are released all the time.
    """
    for _attempt in range(ATTEMPTS):
        stored = store.load(desk.records, name)
        request = stored.request
        approval = store.load_approval(desk.records, request.approval_id)
        check(Action.RELEASE, actor, approval, request)
        if request.state in OUT:
            return blinded(actor, request)
        check_move(name, request.state, State.RELEASED)
        check_unchanged(desk.bucket, request.frozen)
        check_bound(desk.bucket, request)
        if request.exemptions:
            check_still_exempt(request, store.load_of_approval(desk.records, request.approval_id))
        heads: list[Put] = []
        if request.direction is Direction.OUT:
            heads = register.moved(desk.records, approval, name)  # as they are before what is out is read
            _attack_again(desk, approval, request)
        try:
            return blinded(actor, _let_out(desk, actor, stored, approval, heads))
        except RecordConflict as conflict:
            if not register.is_overtaken(conflict):
                raise
    raise Conflict(
        _("Other results of the same data are being released at once."), fix=_("Repeat the command in a moment.")
    )


def _let_out(desk: Desk, actor: Actor, stored: store.Stored, approval: Approval, heads: list[Put]) -> Request:
    """Copy, and put on record. Raises RecordConflict when the request or the register has moved on."""
    request = stored.request
    done = Release(by=str(actor), at=stamp(desk.clock), **_released(desk.bucket, request, approval))
    released = request.model_copy(update={"state": State.RELEASED, "release": done})
    details = {
        "bundle": request.bundle,
        "bundle_json": done.manifest.sha256,
        "register": done.register_of_numbers.sha256 if done.register_of_numbers else "",
    }
    puts = [*store.changed(stored, released), *heads]
    if done.register_of_numbers:
        puts += register.entries(request.id, approval, desk.bucket.bucket, done.register_of_numbers)
    desk.audit.commit(actor, f"{group_name(request.direction)}.release", request.id, details, puts)
    return released


def _released(bucket: ObjectStore, request: Request, approval: Approval) -> dict[str, Any]:
    """The copies: files, bundle, and for results the register of their numbers."""
    folder = _folder(request)
    files = tuple(
        FrozenFile(name=file.name, group=file.group, **_copied(bucket, file, folder + file.name).model_dump())
        for file in request.files
    )
    if request.approved is None:
        raise DependencyFailed(
            _("{request} is approved, but its bundle is missing.").format(request=request.id),
            fix=_("Revoke it, and have the files submitted anew."),
        )
    manifest = _copied(bucket, request.approved, folder + BUNDLE)
    numbers = _register(bucket, request, approval) if request.direction is Direction.OUT else None
    return {"files": files, "manifest": manifest, "register_of_numbers": numbers}


def _copied(bucket: ObjectStore, item: FrozenObject, key: str) -> FrozenObject:
    """The copy of a frozen version under `key`, verified. Raises DependencyFailed when it came out otherwise."""
    current = bucket.head(key)
    if current and current.version and digest(bucket.read(key, current.version)) == item.sha256:
        version: str | None = current.version
    else:
        version = bucket.copy(item.key, key, item.version)
    found = digest(bucket.read(key, version))
    if version is None or found != item.sha256:
        raise DependencyFailed(
            _("{key} is not the copy it should be: sha256 {expected}, found {found}.").format(
                key=key, expected=item.sha256, found=found
            ),
            fix=_("Repeat the command; nothing was released."),
        )
    return FrozenObject(key=key, version=version, sha256=item.sha256, size=item.size)


def _register(bucket: ObjectStore, request: Request, approval: Approval) -> FrozenObject:
    documents = read_documents((file.name, thaw(bucket, file)) for file in request.files)
    declared = basis_of(bucket, request).declared
    says = parse_declaration(declared[1], declared[0], documents) if declared else None
    numbers = register.register_of(request.id, approval, documents, says)
    content = json.dumps(numbers, ensure_ascii=False, sort_keys=True)
    return freeze(bucket, f"egress/register/{request.id}.json", content.encode("utf-8"))


def _attack_again(desk: Desk, approval: Approval, request: Request) -> None:
    """Raise Refused when what was released since the review opens the request, or is opened by it (PUB-22b)."""
    known = register.earlier_releases(desk.records, desk.bucket, approval, without=request.id)
    if not known.releases or not request.findings:
        return
    files = [(file.name, thaw(desk.bucket, file)) for file in request.files]
    basis = basis_of(desk.bucket, request)
    pack = basis.pack(Pack(request.rules, request.linked))
    report = register.check_against(files, pack, known, basis.declared)
    try:
        register.check_still_closed(request, report, json.loads(thaw(desk.bucket, request.findings)))
    except Refused:
        _take_copies_back(desk, request)
        raise


def _take_copies_back(desk: Desk, request: Request) -> None:
    """Delete the copies that an overtaken or interrupted release left of a request that is not let out.

    Read anew: whoever released it meanwhile did so before the register grew by what refuses it now.
    """
    if store.load(desk.records, request.id).request.state is not State.APPROVED:
        return
    folder = _folder(request)
    for key in (*(folder + file.name for file in request.files), folder + BUNDLE):
        if (copy := desk.bucket.head(key)) and copy.version:
            desk.bucket.delete_version(key, copy.version)


def _folder(request: Request) -> str:
    return f"{FOLDERS[request.direction].released}{request.id}/"
