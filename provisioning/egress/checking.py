"""The automatic check of what a request holds, whichever way it goes."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from provisioning import __version__
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.disclosure.documents import MOST_FILE_BYTES, read_documents, read_file
from provisioning.disclosure.model import Report
from provisioning.disclosure.rules import Pack
from provisioning.egress import store
from provisioning.egress.basis import NOTHING, Basis
from provisioning.egress.desk import FOLDERS, Desk
from provisioning.egress.exemptions import check_confirmed, check_no_new_data, declared_edits, unchanged_files
from provisioning.egress.freezing import digest, freeze, thaw
from provisioning.egress.intake import check_incoming
from provisioning.egress.model import Direction, Exemption, FrozenFile, FrozenObject
from provisioning.egress.register import check_against, earlier_releases
from provisioning.errors import BadInput, Problem
from provisioning.messages import _, language

TOOL = f"hic {__version__}"
BUNDLE = "bundle.json"
"""The name of what an approval signs, in a release; no file of a request can have it."""
Contents = Sequence[tuple[str, bytes]]


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
        if problem := against_name(path.name, files):
            problems.append(Problem(str(path), problem.what, problem.fix))
            continue
        try:
            if path.is_file() and path.stat().st_size > MOST_FILE_BYTES:
                what = _("it is larger than {size} MiB").format(size=MOST_FILE_BYTES >> 20)
                problems.append(Problem(str(path), what, _("split or aggregate it")))
                continue
            files[path.name] = read_file(path)
        except BadInput as error:
            problems.append(Problem("", error.message, error.fix))
    if problems:
        raise BadInput(_("{count} file(s) cannot be taken.").format(count=len(problems)), problems=problems)
    return list(files.items())


def against_name(name: str, others: Iterable[str]) -> Problem | None:
    """Why a request cannot hold a file of that name beside the others, or None.

    Names that differ in case or width alone are one file on some systems, and a sign that is not
    printed can make a name look like another to the reviewer.
    """
    if _same_name(name) in {_same_name(other) for other in others}:
        return Problem(
            name, _("another file is called {name} too").format(name=name), _("rename one; a request keeps names only")
        )
    if not name.isprintable():
        return Problem(name, _("its name holds signs that cannot be seen"), _("rename it"))
    if _same_name(name) == BUNDLE:
        return Problem(name, _("the release itself has a file of that name"), _("rename it"))
    return None


def _same_name(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def check_contents(
    desk: Desk, direction: Direction, approval: Approval, files: Contents, basis: Basis = NOTHING
) -> Report:
    """The findings on files that leave (publication rules, together with what is out already) or come in (HIC-16).

    Raises BadInput when one cannot be read, or the basis of the check does not fit the files.
    """
    if direction is Direction.IN:
        return check_incoming(files)
    known = earlier_releases(desk.records, desk.bucket, approval)
    return check_against(files, basis.pack(pack_of(approval)), known, basis.declared)


def freeze_findings(bucket: ObjectStore, direction: Direction, name: str, report: Report) -> FrozenObject:
    """Keep the findings beside the request's files, under a key of their own content: a later check hides none."""
    data = {**report.as_data(), "language": language()}
    content = json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8")
    key = f"{FOLDERS[direction].filed}{name}.findings-{digest(content)[:16]}.json"
    return freeze(bucket, key, content)


def exemptions_of(
    desk: Desk, approval: Approval, files: Sequence[FrozenFile], contents: Contents, edits: Mapping[str, str]
) -> tuple[Exemption, ...]:
    """What REV-6 exempts: unchanged files, recognised; text-only edits, declared and held against the numbers.

    `edits` maps a file to the request that confirmed the file of the same name. Raises BadInput for
    one that is not filed here, or Refused when the edit adds a number.
    """
    unchanged = unchanged_files(files, store.load_of_approval(desk.records, approval.id))
    recognised = {exemption.file for exemption in unchanged}
    bytes_of = dict(contents)
    declared: dict[str, tuple[str, str]] = {}
    for name, request_id in edits.items():
        if name not in bytes_of:
            raise BadInput(
                _("{name} is declared as a text-only edit, but it is not in the request.").format(name=name),
                fix=_("Write --text-edit FILE=REQUEST with a file of this request."),
            )
        confirmed = check_confirmed(name, store.load(desk.records, request_id).request, approval.id)
        if name not in recognised:
            before, after = (
                read_documents([(name, content)]) for content in (thaw(desk.bucket, confirmed), bytes_of[name])
            )
            check_no_new_data(name, before, after)
            declared[name] = (request_id, confirmed.sha256)
    return (*unchanged, *declared_edits(files, declared))
