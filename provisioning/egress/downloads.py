"""Handing over what was released: fetching, short-lived links, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.clock import stamp
from provisioning.egress import register, store
from provisioning.egress.checking import BUNDLE
from provisioning.egress.desk import Desk
from provisioning.egress.drafting import group_name
from provisioning.egress.freezing import save_files, thaw
from provisioning.egress.model import Download, FrozenObject, Release, Request, Revocation
from provisioning.egress.opinions import blinded
from provisioning.egress.people import Action, is_handler
from provisioning.egress.rules import check, check_downloads, check_minutes, check_reason
from provisioning.egress.states import State, check_move
from provisioning.errors import BadInput, Refused
from provisioning.messages import _


def get(desk: Desk, actor: Actor, name: str, folder: Path) -> list[Path]:
    """Fetch released files and their bundle into a folder, verified; recorded and counted.

    Raises Refused unless the request is released, its bytes are those released, the actor a
    handler, and the number of downloads not used up.
    """
    stored, _approval = _loaded(desk, actor, name, Action.FETCH)
    check_downloads(stored.request)
    contents = [(file_name, thaw(desk.bucket, item)) for file_name, item in _objects(_release(stored.request))]
    download = Download(kind="get", by=str(actor), to=actor.name, at=stamp(desk.clock))
    _counted(desk, actor, stored, download)
    return save_files(folder, contents)


def link(desk: Desk, actor: Actor, name: str, to: str, minutes: int) -> dict[str, Any]:
    """Links to the released versions for one handler; they end after `minutes` (1 to 60), or when revoked.

    The links themselves are not recorded, since whoever holds one can fetch; that they were made,
    for whom and until when, is. Raises Refused when the number of links is used up.
    """
    check_minutes(minutes)
    stored, approval = _loaded(desk, actor, name, Action.LINK)
    if not is_handler(to, approval):
        raise BadInput(
            _("{name} is no handler of {approval}.").format(name=to, approval=approval.id),
            fix=_("Give --to one of: {handlers}.").format(handlers=", ".join(h.id for h in approval.handlers)),
        )
    check_downloads(stored.request, link=True)
    objects = _objects(_release(stored.request))
    for _name, item in objects:
        thaw(desk.bucket, item)
    expires = (desk.clock.now() + timedelta(minutes=minutes)).isoformat(timespec="seconds")
    download = Download(kind="link", by=str(actor), to=to, at=stamp(desk.clock), expires=expires)
    counted = _counted(desk, actor, stored, download)
    urls = {file_name: desk.bucket.link(item.key, item.version, minutes * 60) for file_name, item in objects}
    links = sum(known.kind == "link" for known in counted.downloads)
    return {"request": name, "to": to, "expires": expires, "links": urls, "links_made": links}


def revoke(desk: Desk, actor: Actor, name: str, reason: str) -> Request:
    """Take an approval or a release back: the released copies are deleted, so every link ends at once.

    The record comes first; repeating an interrupted revocation deletes what was left. What was
    filed, the decision, the bundle and the register stay: numbers once shown may have been seen.
    Raises Refused without a reason.
    """
    stored, approval = _loaded(desk, actor, name, Action.REVOKE)
    request = stored.request
    if request.state is not State.REVOKED:
        check_reason(reason)
        check_move(name, request.state, State.REVOKED)
        revoked = Revocation(by=str(actor), at=stamp(desk.clock), reason=reason.strip())
        request = request.model_copy(update={"state": State.REVOKED, "revoked": revoked})
        act = f"{group_name(request.direction)}.revoke"
        puts = [*store.changed(stored, request), *register.revoked(desk.records, approval, name, revoked.at)]
        desk.audit.commit(actor, act, name, {"reason": reason.strip()}, puts)
    for _name, item in _objects(request.release) if request.release else []:
        desk.bucket.delete_version(item.key, item.version)
    return blinded(actor, request)


def _loaded(desk: Desk, actor: Actor, name: str, action: Action) -> tuple[store.Stored, Approval]:
    stored = store.load(desk.records, name)
    approval = store.load_approval(desk.records, stored.request.approval_id)
    check(action, actor, approval, stored.request)
    return stored, approval


def _release(request: Request) -> Release:
    if request.release is None:
        raise Refused(
            _("Request {request} is {state}, not released.").format(request=request.id, state=request.state),
            fix=_("Wait for its release: hic egress show {request}").format(request=request.id),
        )
    return request.release


def _objects(release: Release) -> list[tuple[str, FrozenObject]]:
    return [*((file.name, file) for file in release.files), (BUNDLE, release.manifest)]


def _counted(desk: Desk, actor: Actor, stored: store.Stored, download: Download) -> Request:
    request = stored.request.model_copy(update={"downloads": (*stored.request.downloads, download)})
    details = {**download.model_dump(), "number": len(request.downloads)}
    act = f"{group_name(request.direction)}.{download.kind}"
    desk.audit.commit(actor, act, request.id, details, store.changed(stored, request))
    return request
