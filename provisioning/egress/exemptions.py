"""REV-6: what needs no new confirmation, recognised by content or declared by the author. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from provisioning.disclosure.columns import understand
from provisioning.disclosure.model import Document, Value, shown
from provisioning.disclosure.rules.texts import numbers_in
from provisioning.disclosure.values import Mark, folded, in_words, read_value
from provisioning.egress.model import Exemption, FrozenFile, Group, Request
from provisioning.egress.states import CONFIRMED, State
from provisioning.errors import BadInput, Problem, Refused
from provisioning.messages import _

MEETING = "班会議"
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def unchanged_files(files: Sequence[FrozenFile], earlier: Sequence[Request]) -> tuple[Exemption, ...]:
    """Files that an earlier request of the same approval got approved, byte for byte.

    What was confirmed for a meeting of the study group falls under REV-6c, anything else under REV-6b.
    A withdrawn, returned, rejected or revoked request confirms nothing; and bytes that were revoked
    once are never exempt, whoever else had them approved.
    """
    revoked = _revoked(earlier)
    confirmed: dict[str, tuple[Request, FrozenFile]] = {}
    for request in earlier:
        if request.state in CONFIRMED:
            for file in request.files:
                confirmed.setdefault(file.sha256, (request, file))
    found = []
    for file in files:
        if file.sha256 in confirmed and file.sha256 not in revoked:
            request, before = confirmed[file.sha256]
            rule = "REV-6c" if MEETING in _venue(request, before) else "REV-6b"
            found.append(
                Exemption.model_validate(
                    {"file": file.name, "rule": rule, "request": request.id, "sha256": file.sha256}
                )
            )
    return tuple(found)


def _revoked(earlier: Sequence[Request]) -> set[str]:
    return {file.sha256 for request in earlier if request.state is State.REVOKED for file in request.files}


def check_still_exempt(request: Request, earlier: Sequence[Request]) -> None:
    """Raise Refused when what the request's exemptions rest on was revoked or taken back since."""
    states = {known.id: known.state for known in earlier}
    revoked = _revoked(earlier)
    lost = [
        Problem(exemption.file, _("{request} no longer confirms it").format(request=exemption.request))
        for exemption in request.exemptions
        if states.get(exemption.request) not in CONFIRMED or exemption.sha256 in revoked
    ]
    if lost:
        raise Refused(
            _("{request} rests on an exemption that holds no longer (REV-6).").format(request=request.id),
            fix=_("Return it or revoke it; it is then filed anew and takes two opinions."),
            problems=lost,
        )


def _venue(request: Request, file: FrozenFile) -> str:
    groups: dict[str, Group] = {group.name: group for group in request.groups}
    return groups[file.group].venue if file.group in groups else request.venue


def all_unchanged(request: Request) -> bool:
    """Whether every file was approved before, byte for byte, so that nothing new leaves."""
    same = {exemption.file for exemption in request.exemptions if not exemption.declared}
    return bool(request.files) and all(file.name in same for file in request.files)


def check_confirmed(name: str, request: Request, approval_id: str) -> FrozenFile:
    """The file of an approved request that a declaration of a text-only edit names. Raises BadInput or Refused."""
    if request.approval_id != approval_id:
        raise BadInput(
            _("{request} belongs to another approval.").format(request=request.id),
            fix=_("Name a request of the same approval."),
        )
    file = next((file for file in request.files if file.name == name), None)
    if file is None:
        raise BadInput(
            _("{request} has no file {name}.").format(request=request.id, name=name),
            fix=_("It has: {names}.").format(names=", ".join(file.name for file in request.files)),
        )
    if request.state not in CONFIRMED:
        raise Refused(
            _("{request} is {state}; an edit of its files is not exempt (REV-6).").format(
                request=request.id, state=request.state
            ),
            fix=_("Submit the file without --text-edit."),
        )
    return file


def check_no_new_data(name: str, before: Sequence[Document], after: Sequence[Document]) -> None:
    """REV-6a exempts an edit that adds no data. Raises Refused when the new file holds a figure the old had not.

    A figure is a cell with a digit or a mask, as it is written, in its table and under its labels and headings: one
    that stands elsewhere says something else. Numbers of running text, titles and notes count too; a ZIP is all the
    files in it.
    """
    added = _figures(after) - _figures(before)
    if added:
        raise Refused(
            _(
                "{name} holds {count} figure(s) that the confirmed file does not hold, such as {figures}; this is no "
                "text-only edit."
            ).format(name=name, count=added.total(), figures=shown([_told(figure) for figure in added], most=3)),
            fix=_("Submit it without --text-edit; new data need a confirmation of their own (REV-6)."),
        )


Figure = tuple[str, ...]
"""A figure as written, last, after the number of its table, its labels and its headings; a number of text by itself."""


def _figures(documents: Sequence[Document]) -> Counter[Figure]:
    found: Counter[Figure] = Counter()
    tables = [table for document in documents for table in document.tables]
    for number, table in enumerate(tables, 1):
        read = understand(table)
        for labels, row in zip(read.row_labels, table.rows, strict=True):
            for column, value in zip(table.columns, row, strict=True):
                if _is_figure(value):
                    found[str(number), *_plain((*labels, *column.path)), _as_written(value)] += 1
    around = [text for table in tables for text in (table.title, *(piece.text for piece in table.texts))]
    for text in (*around, *(text.text for document in documents for text in document.texts)):
        found.update((number,) for number in numbers_in(folded(text)))
    return found


def _is_figure(value: Value) -> bool:
    return any(sign.isnumeric() for sign in in_words(value)) or read_value(value) in (Mark.MASK, Mark.NARROW_MASK)


def _plain(names: Iterable[str]) -> Iterator[str]:
    return (folded(name) for name in names if name)


def _as_written(value: Value) -> str:
    """A cell without regard to width and to commas between thousands: 1,234 and 1234 are one figure."""
    text = folded(in_words(value))
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def _told(figure: Figure) -> str:
    return " / ".join(figure[1:]) or figure[0]


def declared_edits(files: Sequence[FrozenFile], edits: Mapping[str, tuple[str, str]]) -> tuple[Exemption, ...]:
    """The author's declarations as exemptions. `edits`: file name -> (request, sha256 of the confirmed file)."""
    return tuple(
        Exemption(file=file.name, rule="REV-6a", request=edits[file.name][0], sha256=edits[file.name][1], declared=True)
        for file in files
        if file.name in edits
    )
