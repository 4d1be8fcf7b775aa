"""Letting out, or in, exactly what was reviewed."""

from __future__ import annotations

import json
from typing import Any

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
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
from provisioning.errors import DependencyFailed
from provisioning.messages import _


def release(desk: Desk, actor: Actor, name: str) -> Request:
    """Copy the reviewed versions to where they may be fetched, with `bundle.json`; the request after it.

    Copying comes first and the record last, and a copy that is there already is taken as it is: a
    release that was interrupted anywhere is ended by repeating it, and one that is done is not done
    again. Raises Refused when the request is not approved, or was changed since.
    """
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
    if request.direction is Direction.OUT:
        _attack_again(desk, approval, request)
    done = Release(by=str(actor), at=stamp(desk.clock), **_released(desk.bucket, request, approval))
    released = request.model_copy(update={"state": State.RELEASED, "release": done})
    details = {
        "bundle": request.bundle,
        "bundle_json": done.manifest.sha256,
        "register": done.register_of_numbers.sha256 if done.register_of_numbers else "",
    }
    act = f"{group_name(request.direction)}.release"
    puts = store.changed(stored, released)
    if done.register_of_numbers:
        puts += register.entries(name, approval, desk.bucket.bucket, done.register_of_numbers)
    desk.audit.commit(actor, act, name, details, puts)
    return blinded(actor, released)


def _released(bucket: ObjectStore, request: Request, approval: Approval) -> dict[str, Any]:
    """The copies: files, bundle, and for results the register of their numbers."""
    folder = f"{FOLDERS[request.direction].released}{request.id}/"
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
    if known.releases and request.findings:
        files = [(file.name, thaw(desk.bucket, file)) for file in request.files]
        basis = basis_of(desk.bucket, request)
        pack = basis.pack(Pack(request.rules, request.linked))
        report = register.check_against(files, pack, known, basis.declared)
        register.check_still_closed(request, report, json.loads(thaw(desk.bucket, request.findings)))
