"""Sections of the page about more than one table: what was filed for what, releases, changes since last time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from provisioning.disclosure.changes import FileChanges, TableChanges
from provisioning.messages import _

MOST_BESIDE = 300
MOST_NAMED = 20
MOST_LINES = 80


@dataclass(frozen=True)
class Context:
    """A file as its author files it: named facts such as what it is, where it will be shown, what was done."""

    file: str
    facts: tuple[tuple[str, str], ...]


def contexts(files: Sequence[Context]) -> Iterator[str]:
    """What each file is for, as its author says."""
    if files:
        yield _h2(_("What was filed, and for what")) + '<table class="list"><tbody>'
        for context in files:
            said = "".join(f"<div><b>{escape(name)}</b> {escape(text)}</div>" for name, text in context.facts)
            yield f'<tr><td class="k">{escape(context.file)}</td><td>{said}</td></tr>'
        yield "</tbody></table>"


def beside(pairs: Sequence[Mapping[str, Any]], numbers: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Tables of which an outsider has cells already, by releases; `numbers` are those of tables in the page."""
    if not pairs:
        return
    yield _h2(_("What earlier releases add"))
    text = _("An outsider holds these releases beside the tables; the attack was made with all of them.")
    yield f'<p class="note">{escape(text)}</p><table class="list"><thead><tr>'
    headings = (
        _("Table here"),
        _("Release"),
        _("Same cells"),
        _("Equal"),
        _("Differ by few"),
        _("Masked here, shown there"),
        _("Shown here, masked there"),
    )
    yield "".join(f"<th>{escape(heading)}</th>" for heading in headings) + "</tr></thead><tbody>"
    for pair in pairs[:MOST_BESIDE]:
        name = f"{pair['file']} [{pair['sheet']}]" if pair["sheet"] else pair["file"]
        number = numbers.get((pair["file"], pair["sheet"]))
        link = f'<a href="#t{number}">{escape(name)}</a>' if number else escape(name)
        whose = pair["request"] if pair["own"] else _("{request} (another approval)").format(request=pair["request"])
        cells = "".join(
            _count(pair[key], warn=key != "equal") for key in ("equal", "few", "hidden_here", "hidden_there")
        )
        yield (
            f"<tr><td>{link}</td><td>{escape(whose)}<br>{escape(pair['table'])}</td>"
            f'<td class="n">{pair["shared"]:,}</td>{cells}</tr>'
        )
    yield "</tbody></table>"
    if len(pairs) > MOST_BESIDE:
        more = _("{count} more are not shown.").format(count=len(pairs) - MOST_BESIDE)
        yield f'<p class="note warn">{escape(more)}</p>'


def _count(number: int, *, warn: bool) -> str:
    badge = f'<span class="badge review">{number:,}</span>' if warn and number else f"{number:,}"
    return f'<td class="n">{badge}</td>'


def since(changed: Sequence[FileChanges], numbers: Mapping[tuple[str, str, int], int]) -> Iterator[str]:
    """What differs from the versions that were filed before; `numbers` are those of tables in the page."""
    if not changed:
        return
    yield _h2(_("Changes since the earlier version")) + '<table class="list"><tbody>'
    for file in changed:
        label = _("{file}, beside the version filed as {version}").format(file=file.file, version=file.version)
        yield f'<tr class="group"><td colspan="2">{escape(label)}</td></tr>'
        told = [table for table in file.tables if not table.same]
        for table in told:
            number = numbers.get((table.file, table.sheet, table.place))
            name = f"{table.sheet or table.file} {table.place}"
            link = f'<a href="#t{number}">{escape(name)}</a>' if number else escape(name)
            yield f'<tr><td class="k">{link}</td><td>{escape("; ".join(_told(table)))}</td></tr>'
        for name in file.removed:
            gone = _("this table is gone")
            yield f'<tr><td class="k">{escape(name)}</td><td>{escape(gone)}</td></tr>'
        for line in file.lines[:MOST_LINES]:
            style = "ok" if line.startswith("+") else "fail"
            yield f'<tr><td class="k"><span class="badge {style}">{line[0]}</span></td><td>{escape(line[2:])}</td></tr>'
        if len(file.lines) > MOST_LINES:
            more = _("{count} more lines differ.").format(count=len(file.lines) - MOST_LINES)
            yield f'<tr><td></td><td class="note warn">{escape(more)}</td></tr>'
        if not (told or file.removed or file.lines):
            nothing = _("no figure and no line of text differs")
            yield f"<tr><td></td><td>{escape(nothing)}</td></tr>"
    yield "</tbody></table>"


def _told(table: TableChanges) -> Iterator[str]:
    if table.new:
        yield _("this table is new")
        return
    if table.cells:
        yield _("{count} cell(s) differ").format(count=len(table.cells))
    if table.rows_added:
        yield _("{count} row(s) added").format(count=table.rows_added)
    for words, names in (
        (_("rows removed: {names}"), table.rows_removed),
        (_("columns added: {names}"), table.columns_added),
        (_("columns removed: {names}"), table.columns_removed),
    ):
        if names:
            more = f" (+{len(names) - MOST_NAMED})" if len(names) > MOST_NAMED else ""
            yield words.format(names=", ".join(names[:MOST_NAMED]) + more)


def _h2(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"
