"""What a report is drawn from: the files as read, their findings, and what was said and filed before of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from provisioning.cli.session import Session
from provisioning.disclosure.changes import FileChanges, changes
from provisioning.disclosure.declaration import Declaration, parse_declaration
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.model import Document
from provisioning.disclosure.page import Context
from provisioning.egress import review as reviewing
from provisioning.egress import store
from provisioning.egress.basis import basis_of
from provisioning.egress.checking import check_contents
from provisioning.egress.desk import Desk
from provisioning.egress.freezing import thaw
from provisioning.egress.model import Direction, FrozenFile, Request
from provisioning.egress.versions import earlier_versions
from provisioning.messages import _, language

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sources:
    """Documents with their report as plain data; the facts above the page, contexts of files, and changes."""

    documents: list[Document]
    report: dict[str, Any]
    facts: Facts
    files: tuple[Context, ...] = ()
    declared: Declaration | None = None
    changed: tuple[FileChanges, ...] = ()


def sources_of_request(session: Session, request_id: str) -> Sources:
    """The frozen files as read now, the findings as they were at submission, and earlier versions of the files."""
    approval_id = store.load(session.records, request_id, Direction.OUT).request.approval_id
    desk = Desk(session.records, session.audit, session.work(approval_id), session.clock)
    request, findings = reviewing.look(desk, session.actor, request_id)
    contents = reviewing.read_for_review(desk, session.actor, request_id)
    read = [(file, read_documents([(file.name, content)])) for file, content in contents]
    documents = [document for _file, found in read for document in found]
    basis = basis_of(desk.bucket, request)
    if findings.get("language", language()) != language():
        approval = store.load_approval(session.records, approval_id)
        named_contents = [(file.name, content) for file, content in contents]
        now = check_contents(desk, Direction.OUT, approval, named_contents, basis).as_data()
        findings = {**findings, **{part: _in_words_of(now[part], findings.get(part, ())) for part in _TEXTS}}
    named = basis.declared
    says = parse_declaration(named[1], named[0], documents) if named else None
    facts = [
        (_("Request"), request.id),
        (_("Approval"), request.approval_id),
        (_("Filed by"), f"{request.author}, {request.submitted_at}"),
        (_("Rules"), edition(request.rules, request.linked)),
    ]
    facts += [
        (name, file.name)
        for name, file in ((_("Declaration"), request.declaration), (_("Populations"), request.populations))
        if file
    ]
    files = tuple(Context(file.name, _context(request, file)) for file in request.files)
    return Sources(documents, findings, tuple(facts), files, says, _changed(desk, request, read))


_TEXTS = ("findings", "masks")
"""The parts of a report that hold sentences."""


def _in_words_of(now: Sequence[dict[str, Any]], frozen: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was found at submission, in the language of this run; what is not found again keeps its words.

    Things are the same that differ in sentences alone. Of several such the first found stands for the first.
    """

    def key(thing: dict[str, Any]) -> str:
        return repr([thing.get(name) for name in ("rule", "verdict", "file", "sheet", "cell", "low", "high")])

    told: dict[str, list[dict[str, Any]]] = {}
    for thing in now:
        told.setdefault(key(thing), []).append(thing)
    spoken = []
    for thing in frozen:
        same = told.get(key(thing))
        found: dict[str, Any] = same.pop(0) if same else {}
        spoken.append(thing | {name: found[name] for name in ("reason", "fix", "words") if name in found})
    return spoken


def edition(version: str, linked: tuple[str, ...]) -> str:
    """The edition of the guideline and the databases linked, for a person."""
    text = _("edition {version}").format(version=version)
    return f"{text}; {', '.join(linked)}" if linked else text


def _context(request: Request, file: FrozenFile) -> Facts:
    group = next((group for group in request.groups if group.name == file.group), None)
    facts = [("sha256", file.sha256)]
    if group:
        venue = group.venue if group.publication else group.venue + " " + _("(not in the approval)")
        facts += [(_("Purpose"), group.what), (_("Venue"), venue)]
        facts += [(_("Publication"), group.publication)] if group.publication else []
        facts += [(_("Controls"), group.controls)] if group.controls else []
    if request.self_checked:
        facts.append((_("Self-check"), _("declared by {name}").format(name=request.author)))
    for exemption in request.exemptions:
        if exemption.file == file.name:
            facts.append((exemption.rule, exemption.request))
    return tuple(facts)


def _changed(
    desk: Desk, request: Request, read: Sequence[tuple[FrozenFile, list[Document]]]
) -> tuple[FileChanges, ...]:
    """Each file beside the version of the same name that was filed before, if there was one."""
    before = earlier_versions(request, store.load_of_approval(desk.records, request.approval_id))
    found = []
    for file, documents in read:
        if file.name in before:
            version, old = before[file.name]
            earlier = {document.name: document for document in read_documents([(old.name, thaw(desk.bucket, old))])}
            found += [changes(d, earlier[d.name], version) for d in documents if d.name in earlier]
    return tuple(found)
