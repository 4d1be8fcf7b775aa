"""Drafts: files gathered over time, grouped with their context, before anything is filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.aws.records import Put, RecordConflict
from provisioning.clock import stamp
from provisioning.egress import store
from provisioning.egress.checking import TOOL, against_name, check_contents, read_named
from provisioning.egress.desk import FOLDERS, Desk
from provisioning.egress.freezing import freeze_file
from provisioning.egress.model import Direction, Group, Request
from provisioning.egress.people import Action
from provisioning.egress.rules import check, check_file, check_said
from provisioning.egress.states import State
from provisioning.errors import BadInput, Conflict
from provisioning.messages import _

ATTEMPTS = 5
FIRST_GROUP = "results"


@dataclass(frozen=True)
class Context:
    """What the author says about a group of files. `controls` are the protections applied."""

    what: str
    venue: str
    publication: str = ""
    controls: str = ""


def group_of(approval: Approval, name: str, context: Context) -> Group:
    """The group, with the planned publication it belongs to (REV-11). Raises BadInput for one that is not planned."""
    what, venue = check_said(context.what, "--purpose"), check_said(context.venue, "--venue")
    planned = [publication.venue for publication in approval.publications]
    wanted = context.publication.strip() or (venue if venue in planned else "")
    if wanted and wanted not in planned:
        raise BadInput(
            _("{approval} plans no publication '{publication}'.").format(approval=approval.id, publication=wanted),
            fix=_("It plans: {planned}.").format(planned=", ".join(planned)),
        )
    return Group(name=name, what=what, venue=venue, publication=wanted, controls=context.controls.strip())


def blank(
    desk: Desk, actor: Actor, approval: Approval, direction: Direction, group: Group, deadline: date | None = None
) -> Request:
    """An empty draft under a number of its own; not stored yet."""
    name = store.request_id(approval.id, _next_number(desk, actor, approval, direction), direction)
    return Request(
        id=name,
        approval_id=approval.id,
        direction=direction,
        state=State.DRAFT,
        author=actor.name,
        purpose=group.what,
        venue=group.venue,
        venue_approved=bool(group.publication),
        created_at=stamp(desk.clock),
        deadline=deadline,
        rules=approval.rules,
        linked=approval.linked_databases,
        tool=TOOL,
        groups=(group,),
    )


def begin(
    desk: Desk,
    actor: Actor,
    approval_id: str,
    context: Context,
    direction: Direction = Direction.OUT,
    deadline: date | None = None,
) -> Request:
    """Begin a draft. Raises Refused when the actor may not file (REV-3), BadInput when the context is empty."""
    approval = store.load_approval(desk.records, approval_id)
    check_file(actor, approval, direction)
    draft = blank(desk, actor, approval, direction, group_of(approval, FIRST_GROUP, context), deadline)
    desk.audit.commit(actor, f"{group_name(direction)}.draft", draft.id, puts=store.added(draft))
    return draft


def add_files(desk: Desk, actor: Actor, name: str, paths: Sequence[Path], group: str = "") -> Request:
    """Put files into a draft, frozen; one of a name that is there already takes its place.

    Raises BadInput when a file cannot be read or checked, or the group is unknown: then nothing is added.
    """
    stored, approval = opened(desk, actor, name)
    draft = stored.request
    known = [known.name for known in draft.groups]
    if (group or known[0]) not in known:
        raise BadInput(
            _("{request} has no group '{group}'.").format(request=name, group=group),
            fix=_("Describe it first: hic {command} context {request} {group} --what TEXT").format(
                command=group_name(draft.direction), request=name, group=group
            ),
        )
    contents = read_named(paths)
    added = {file for file, _content in contents}
    kept = [file.name for file in draft.files if file.name not in added]
    if doubled := [problem for file in sorted(added) if (problem := against_name(file, kept))]:
        raise BadInput(_("{count} file(s) cannot be taken.").format(count=len(doubled)), problems=doubled)
    check_contents(desk, draft.direction, approval, contents)
    prefix = f"{FOLDERS[draft.direction].filed}{name}/"
    new = [
        freeze_file(desk.bucket, prefix, file, content).model_copy(update={"group": group or known[0]})
        for file, content in contents
    ]
    replaced = {file.name for file in new}
    files = (*(file for file in draft.files if file.name not in replaced), *new)
    details = {"files": {file.name: file.sha256 for file in new}}
    return _changed(desk, actor, stored, draft.model_copy(update={"files": files}), "add", details)


def remove_file(desk: Desk, actor: Actor, name: str, file_name: str) -> Request:
    """Take a file out of a draft; its versions stay in the bucket. Raises BadInput when it is not there."""
    stored, _approval = opened(desk, actor, name)
    files = tuple(file for file in stored.request.files if file.name != file_name)
    if len(files) == len(stored.request.files):
        raise BadInput(
            _("{request} has no file {name}.").format(request=name, name=file_name),
            fix=_("Look at it: hic {command} show {request}").format(
                command=group_name(stored.request.direction), request=name
            ),
        )
    changed = stored.request.model_copy(update={"files": files})
    return _changed(desk, actor, stored, changed, "remove", {"file": file_name})


def set_context(desk: Desk, actor: Actor, name: str, group_id: str, context: Context) -> Request:
    """Describe a group of a draft, new or known. The venue counts as approved when every group's is."""
    stored, approval = opened(desk, actor, name)
    group = group_of(approval, check_said(group_id, "GROUP"), context)
    by_name = {known.name: known for known in stored.request.groups} | {group.name: group}
    groups = tuple(by_name.values())
    changed = stored.request.model_copy(
        update={"groups": groups, "venue_approved": all(known.publication for known in groups)}
    )
    return _changed(desk, actor, stored, changed, "context", {"group": group.model_dump()})


def opened(desk: Desk, actor: Actor, name: str) -> tuple[store.Stored, Approval]:
    """A draft that the actor may edit, with its approval. Raises Refused."""
    stored = store.load(desk.records, name)
    approval = store.load_approval(desk.records, stored.request.approval_id)
    check(Action.EDIT, actor, approval, stored.request)
    return stored, approval


def group_name(direction: Direction) -> str:
    """The name of the command group, which acts in the audit log begin with."""
    return "ingress" if direction is Direction.IN else "egress"


def _changed(
    desk: Desk, actor: Actor, stored: store.Stored, request: Request, act: str, details: dict[str, Any]
) -> Request:
    desk.audit.commit(
        actor, f"{group_name(request.direction)}.{act}", request.id, details, store.changed(stored, request)
    )
    return request


def _next_number(desk: Desk, actor: Actor, approval: Approval, direction: Direction) -> int:
    """Take the approval's next number for this request alone, so that two authors never share a folder."""
    key = approval_key(approval.id)
    for _attempt in range(ATTEMPTS):
        counter = desk.records.get(key, store.COUNTER)
        number = counter.data["last"] + 1 if counter else 1
        data = {"last": number}
        put = Put.over(counter, data) if counter else Put(key, store.COUNTER, data)
        subject = store.request_id(approval.id, number, direction)
        try:
            desk.audit.commit(actor, f"{group_name(direction)}.number", subject, puts=[put])
        except RecordConflict:
            continue
        return number
    raise Conflict(_("Several requests are being filed at once."), fix=_("Repeat the command in a moment."))
