"""The whole page: how it stands, every table at a glance, the findings, hidden content, the tables themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from provisioning.disclosure.changes import FileChanges
from provisioning.disclosure.columns import Understood, understand
from provisioning.disclosure.declaration import Declaration, places
from provisioning.disclosure.describe import how_read
from provisioning.disclosure.model import Document, Text
from provisioning.disclosure.page.grid import Finding, Marks, certainty, draw, drawn_places, verdict_word
from provisioning.disclosure.page.kinds import how_known, kind_word
from provisioning.disclosure.page.notes import Note, Spot, notes_of
from provisioning.disclosure.page.sections import Context, beside, contexts, since
from provisioning.disclosure.page.style import STYLE
from provisioning.disclosure.rules.texts import numbers_in
from provisioning.disclosure.values import folded
from provisioning.messages import _

MOST_LISTED = 2000
MOST_TEXTS = 400
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Heading:
    """What stands above the report: its language (`ja` or `en`), named facts such as request and time, the files."""

    language: str = "en"
    facts: tuple[tuple[str, str], ...] = ()
    files: tuple[Context, ...] = ()


@dataclass
class _Part:
    """One table with its number in the page and its findings."""

    number: int
    read: Understood
    place: int
    notes: Mapping[Spot, Sequence[Note]] = field(default_factory=dict)
    found: list[tuple[int, Finding]] = field(default_factory=list)

    @property
    def name(self) -> str:
        table = self.read.table
        return f"{table.file} [{table.sheet}]" if table.sheet else table.file

    @property
    def spots(self) -> dict[tuple[int, int], list[tuple[int, Finding]]]:
        """The findings by row and column of the file."""
        spots: dict[tuple[int, int], list[tuple[int, Finding]]] = {}
        for number, finding in self.found:
            spots.setdefault((finding["row"], finding["column"]), []).append((number, finding))
        return spots

    @property
    def is_open(self) -> bool:
        """Whether the table is unfolded at first: it has a finding, or was changed."""
        return bool(self.found) or any(note.kind == "changed" for told in self.notes.values() for note in told)

    @property
    def marks(self) -> Marks:
        """Findings and notes by their places."""
        return Marks(self.spots, self.notes)

    def count(self, verdict: str) -> int:
        return sum(finding["verdict"] == verdict for _n, finding in self.found)


def render(
    documents: Sequence[Document],
    report: Mapping[str, Any],
    heading: Heading,
    declared: Declaration | None = None,
    changed: Sequence[FileChanges] = (),
) -> str:
    """The page for files as read and a report as plain data (of a check just made, or frozen at submission).

    `changed` is what differs from earlier versions of the files.
    """
    notes = notes_of(report.get("masks", ()), changed)
    parts = [
        _Part(
            n,
            understand(table, declared.of(table, place) if declared else None),
            place,
            notes.get((table.file, table.sheet), {}),
        )
        for n, (table, place) in enumerate(
            ((table, place) for document in documents for table, place in places(document)), start=1
        )
    ]
    numbered = list(enumerate(report["findings"], start=1))
    rest = _assign(parts, numbered)
    lines = [*_head(heading), *_summary(report), *contexts(heading.files), *_index(parts, rest)]
    tables = {(p.read.table.file, p.read.table.sheet): p.number for p in reversed(parts)}
    lines += beside(report.get("beside", ()), tables)
    lines += since(changed, {(p.read.table.file, p.read.table.sheet, p.place): p.number for p in parts})
    lines += [*_files(documents, rest), *_at_a_glance(parts)]
    if parts:
        lines.append(_h2(_("Tables")))
    for part in parts:
        lines += _section(part)
    lines += _texts(documents, rest)
    lines += ["</main>", f"<footer>{escape(_footer())}</footer>", "</body></html>"]
    return "\n".join(lines) + "\n"


def _assign(parts: Sequence[_Part], numbered: Sequence[tuple[int, Finding]]) -> list[tuple[int, Finding]]:
    """Give each finding to the table it is about; what is about no table comes back."""
    rest = []
    for number, finding in numbered:
        same = [p for p in parts if (p.read.table.file, p.read.table.sheet) == (finding["file"], finding["sheet"])]
        if finding["rule"].startswith("FILE-") and finding["rule"] != "FILE-5":
            same = []
        at = [p for p in same if _covers(p, finding)]
        if not same or (not at and not finding["sheet"] and not str(finding["cell"])[:1].isupper()):
            rest.append((number, finding))
        else:
            (at or same)[0].found.append((number, finding))
    return rest


def _covers(part: _Part, finding: Finding) -> bool:
    table = part.read.table
    rows = {table.header_row, *(text.row for text in table.texts)}
    if finding["row"] in rows:
        return True
    return bool(table.row_numbers) and table.row_numbers[0] <= finding["row"] <= table.row_numbers[-1]


def _head(heading: Heading) -> Iterator[str]:
    title = escape(_("Review before publication"))
    yield f'<!DOCTYPE html><html lang="{escape(heading.language)}"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{title}</title><style>{STYLE}</style></head><body>"
    yield f"<header><div><h1>{title}</h1><dl>"
    for name, value in heading.facts:
        yield f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
    yield "</dl></div></header><main>"


def _summary(report: Mapping[str, Any]) -> Iterator[str]:
    fail, review = report["fail"], report["review"]
    kind = "fail" if fail else "review" if review else "ok"
    words = {
        "fail": _("Not publishable as it is."),
        "review": _("No rule is broken; findings wait for a look."),
        "ok": _("No rule is broken."),
    }[kind]
    yield f'<p class="verdict {kind}">{escape(words)}</p><div class="cards">'
    cards = (
        ("fail" if fail else "ok", fail, _("fail: must be mended")),
        ("review" if review else "ok", review, _("review: a person looks")),
        ("", len(report["files"]), _("files")),
        ("", report["tables"], _("tables")),
        ("", report["cells"], _("cells checked")),
    )
    for style, number, label in cards:
        yield f'<div class="card {style}"><b>{number:,}</b>{escape(label)}</div>'
    yield "</div>"
    yield '<p class="legend">'
    broken, look, masked = _("breaks a rule"), _("a person looks"), _("masked")
    narrow, changed = _("masked, but leaves little"), _("changed since the earlier version")
    yield f'<span><span class="fail">✕ 5</span>{escape(broken)}</span>'
    yield f'<span><span class="review">? 12</span>{escape(look)}</span>'
    yield f'<span><span style="background:#eef1f4">‐</span>{escape(masked)}</span>'
    yield f'<span><span class="narrow">‐</span>{escape(narrow)}</span>'
    yield f'<span><span class="changed">Δ 12</span>{escape(changed)}</span>'
    how = _("Rest the pointer on a marked cell, or reach it with the Tab key, to read why.")
    yield f"<span>{escape(how)}</span></p>"


def _h2(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _badges(fail: int, review: int) -> str:
    badges = []
    if fail:
        badges.append(f'<span class="badge fail">✕ {fail:,}</span>')
    if review:
        badges.append(f'<span class="badge review">? {review:,}</span>')
    return " ".join(badges) or '<span class="badge ok">✓</span>'


def _at_a_glance(parts: Sequence[_Part]) -> Iterator[str]:
    """One line per table, with what was found in it."""
    if parts:
        yield _h2(_("All tables at a glance"))
        headings = ("#", _("File and sheet"), _("Title"), _("Rows × columns"), _("Findings"))
        yield (
            '<table class="list"><thead><tr>'
            + "".join(f"<th>{escape(h)}</th>" for h in headings)
            + "</tr></thead><tbody>"
        )
        for part in parts:
            table = part.read.table
            size = f"{len(table.rows):,} × {len(table.columns):,}"
            yield (
                f'<tr><td class="n">{part.number}</td><td><a href="#t{part.number}">{escape(part.name)}</a></td>'
                f'<td>{escape(_short(table.title, 90))}</td><td class="n">{size}</td>'
                f'<td class="k">{_badges(part.count("fail"), part.count("review"))}</td></tr>'
            )
        yield "</tbody></table>"


def _index(parts: Sequence[_Part], rest: Sequence[tuple[int, Finding]]) -> Iterator[str]:
    """Every finding with a link to its cell, those that break a rule first."""
    yield _h2(_("Findings"))
    groups = [(part.name, part.number, part.found, drawn_places(part.read, part.marks)) for part in parts if part.found]
    if rest:
        groups = [(_("Files as a whole, and their text"), 0, list(rest), set()), *groups]
    if not groups:
        yield "<p>" + escape(_("There are none.")) + "</p>"
        return
    yield '<table class="list"><thead><tr>'
    for word in (_("Place"), _("Rule"), _("Verdict"), _("What, and what to do"), _("Certainty")):
        yield f"<th>{escape(word)}</th>"
    yield "</tr></thead><tbody>"
    listed = 0
    for name, number, found, drawn in groups:
        label = f"{number}. {name}" if number else name
        yield f'<tr class="group"><td colspan="5">{escape(label)}</td></tr>'
        for n, finding in sorted(found, key=lambda item: item[1]["verdict"] != "fail"):
            listed += 1
            if listed <= MOST_LISTED:
                yield _line(n, finding, number, linked=(finding["row"], finding["column"]) in drawn)
    yield "</tbody></table>"
    if listed > MOST_LISTED:
        text = _("{count} more findings are not listed here; the report of the check (--json) has all of them.")
        yield f'<p class="note warn">{escape(text.format(count=f"{listed - MOST_LISTED:,}"))}</p>'


def _line(number: int, finding: Finding, table: int, *, linked: bool) -> str:
    """A line of the index; a place that is not drawn links to its table."""
    place = escape(str(finding["cell"]))
    if table:
        anchor = f"t{table}r{finding['row']}c{finding['column']}" if linked else f"t{table}"
        place = f'<a href="#{anchor}">{place}</a>'
    elif not finding["sheet"]:
        place = f"{escape(finding['file'])}<br>{place if finding['cell'] != 'A1' else ''}"
    else:
        place = f"{escape(finding['file'])}<br>[{escape(finding['sheet'])}]"
    sign = "✕" if finding["verdict"] == "fail" else "?"
    verdict = (
        f'<span class="badge {escape(finding["verdict"])}">{sign} {escape(verdict_word(finding["verdict"]))}</span>'
    )
    return (
        f'<tr id="f{number}"><td class="s">{place}</td><td class="k">{escape(finding["rule"])}</td>'
        f'<td class="k">{verdict}</td>'
        f"<td>{escape(finding['reason'])}<br>→ {escape(finding['fix'])}</td><td>{escape(certainty(finding))}</td></tr>"
    )


def _files(documents: Sequence[Document], rest: Sequence[tuple[int, Finding]]) -> Iterator[str]:
    """Hidden content and what the files say of themselves."""
    hidden = [finding for _n, finding in rest if finding["rule"].startswith("FILE-")]
    facts = [fact for document in documents for fact in document.facts]
    if not hidden and not facts:
        return
    yield _h2(_("Hidden content and document properties")) + '<dl class="facts">'
    for name in dict.fromkeys([*(f["file"] for f in hidden), *(fact.file for fact in facts)]):
        yield f"<dt>{escape(name)}</dt>"
        for finding in hidden:
            if finding["file"] == name:
                sign = "✕" if finding["verdict"] == "fail" else "?"
                yield f'<dd><span class="badge {escape(finding["verdict"])}">{sign} {escape(finding["rule"])}</span> '
                yield f"{escape(finding['reason'])}</dd>"
        said = "; ".join(f"{fact.what}: {_short(fact.text, 200)}" for fact in facts if fact.file == name)
        if said:
            yield f"<dd>{escape(said)}</dd>"
    yield "</dl>"


def _section(part: _Part) -> Iterator[str]:
    table = part.read.table
    size = _("{rows} rows × {columns} columns").format(rows=f"{len(table.rows):,}", columns=f"{len(table.columns):,}")
    yield f'<details class="sheet" id="t{part.number}"{" open" if part.is_open else ""}><summary>'
    yield f'<b>{part.number}. {escape(part.name)}</b><span class="size">{escape(size)}</span>'
    yield f'{_badges(part.count("fail"), part.count("review"))}</summary><div class="inside">'
    rows = {*table.row_numbers, table.header_row}
    for _number, finding in part.found:
        if finding["row"] not in rows:
            badge = f'<span class="badge {escape(finding["verdict"])}">{escape(str(finding["cell"]))}</span>'
            yield f'<p class="title">{badge} {escape(finding["reason"])}</p>'
    if table.title:
        yield f'<p class="title">{escape(_short(table.title, 600))}</p>'
    kinds = how_read(part.read, part.place).columns
    said = "; ".join(f"{run}: {kind_word(kind)} ({how_known(by)})" for run, kind, by in kinds[:12])
    more = f" (+{len(kinds) - 12})" if len(kinds) > 12 else ""
    how = _("Read as")
    yield f'<p class="note">{escape(how)} {escape(said + more)}</p>'
    yield from draw(part.read, part.number, part.marks)
    notes = [text for text in table.texts if text.row > (table.row_numbers[-1] if table.row_numbers else 0)]
    for text in notes[:20]:
        yield f'<p class="note">{escape(text.text)}</p>'
    if len(notes) > 20:
        more = _("{count} more notes are not shown.").format(count=len(notes) - 20)
        yield f'<p class="note warn">{escape(more)}</p>'
    yield "</div></details>"


def _texts(documents: Sequence[Document], rest: Sequence[tuple[int, Finding]]) -> Iterator[str]:
    """Running text with its numbers marked, for the reviewer to read."""
    lines = [
        (document.name, text) for document in documents for text in document.texts if numbers_in(folded(text.text))
    ]
    if not lines:
        return
    yield _h2(_("Numbers in running text")) + '<table class="list"><tbody>'
    bad = {(f["file"], f["cell"]): f["verdict"] for _n, f in rest if f["rule"] == "PUB-1"}
    for name, text in lines[:MOST_TEXTS]:
        verdict = bad.get((name, text.place), "")
        sign = {"fail": "✕", "review": "?"}.get(verdict, "")
        badge = f'<span class="badge {verdict}">{sign}</span> ' if verdict else ""
        yield f'<tr><td class="k">{escape(name)}<br>{escape(text.place)}</td><td>{badge}{_marked(text)}</td></tr>'
    yield "</tbody></table>"
    if len(lines) > MOST_TEXTS:
        words = _("{count} more lines with numbers are not shown; open the file itself.")
        yield f'<p class="note warn">{escape(words.format(count=len(lines) - MOST_TEXTS))}</p>'


def _marked(text: Text) -> str:
    pieces = re.split(r"(\d[\d,.]*%?)", text.text)
    return "".join(f"<mark>{escape(p)}</mark>" if n % 2 else escape(p) for n, p in enumerate(pieces))


def _short(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def _footer() -> str:
    return _(
        "The findings are a help: two reviewers decide. Rules marked as inferred are no sentence of the guideline."
    )
