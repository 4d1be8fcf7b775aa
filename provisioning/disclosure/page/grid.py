"""A table drawn as a table: cells by verdict, windowed around its findings where it is large."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from typing import Any

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Kind, Value, column_letters
from provisioning.disclosure.page.notes import Note, Spot
from provisioning.disclosure.rules.registry import RULES
from provisioning.disclosure.values import Mark, in_words, read_value
from provisioning.messages import _

Finding = Mapping[str, Any]
Places = Mapping[tuple[int, int], Sequence[tuple[int, Finding]]]
"""Findings with their numbers in the page, by row and column of the file."""

WHOLE_CELLS = 1500
"""Tables of up to so many cells are drawn whole."""
AROUND_ROWS, AROUND_COLUMNS = 2, 2
EDGE_ROWS, EDGE_COLUMNS = 3, 4
MOST_ROWS, MOST_COLUMNS = 150, 40
LONGEST = 120
PRINTED_COLUMNS = 14
"""Wider tables are printed smaller."""


@dataclass(frozen=True)
class Window:
    """Which rows and columns of a table are drawn (indexes), and how many findings lie outside."""

    rows: list[int]
    columns: list[int]
    outside: int

    def hides(self, read: Understood) -> bool:
        """Whether any row or column is left out."""
        return len(self.rows) < len(read.table.rows) or len(self.columns) < len(read.table.columns)


@dataclass(frozen=True)
class Marks:
    """The findings of a table and its notes, both by row and column of the file."""

    found: Places
    notes: Mapping[Spot, Sequence[Note]]

    @property
    def seen(self) -> Collection[Spot]:
        """The places that a large table is drawn around: findings, and notes that are more than a safe mask."""
        return [*self.found, *(spot for spot, told in self.notes.items() if any(n.kind != "safe" for n in told))]


def window(read: Understood, marks: Marks) -> Window:
    """All of a small table; of a large one its edges, its labels, and what lies around the findings."""
    places, seen = marks.found, marks.seen
    table = read.table
    row_at = {number: i for i, number in enumerate(table.row_numbers)}
    column_at = {column.number: i for i, column in enumerate(table.columns)}
    if len(table.rows) * len(table.columns) <= WHOLE_CELLS:
        return Window(list(range(len(table.rows))), list(range(len(table.columns))), 0)
    hit_rows = sorted({row_at[row] for row, _column in seen if row in row_at})
    hit_columns = sorted({column_at[column] for _row, column in seen if column in column_at})
    rows = _near(hit_rows, len(table.rows), AROUND_ROWS, EDGE_ROWS, MOST_ROWS)
    columns = sorted(
        {*_near(hit_columns, len(table.columns), AROUND_COLUMNS, EDGE_COLUMNS, MOST_COLUMNS), *read.labels[:6]}
    )
    drawn = {table.row_numbers[i] for i in rows} | {table.header_row}, {table.columns[i].number for i in columns}
    outside = sum(
        len(found)
        for (row, column), found in places.items()
        if (row in row_at and row not in drawn[0]) or (column in column_at and column not in drawn[1])
    )
    return Window(rows, columns, outside)


def drawn_places(read: Understood, marks: Marks) -> set[tuple[int, int]]:
    """The places of findings that are drawn, and can be linked to."""
    shown, places = window(read, marks), marks.found
    rows = {read.table.row_numbers[i] for i in shown.rows}
    columns = {read.table.columns[i].number for i in shown.columns}
    headed = {read.table.columns[i].number for i in shown.columns if read.table.columns[i].path}
    head = read.table.header_row
    return {(r, c) for r, c in places if (r in rows and c in columns) or (r == head and r not in rows and c in headed)}


def _near(hits: Sequence[int], size: int, around: int, edge: int, most: int) -> list[int]:
    """The first and last indexes and those around the hits, the first `most` of them."""
    near: set[int] = {*range(min(edge, size)), *range(max(0, size - 1), size)}
    for hit in hits:
        if len(near) >= most:
            break
        near.update(range(max(0, hit - around), min(size, hit + around + 1)))
    return sorted(near)


def draw(read: Understood, number: int, marks: Marks) -> Iterator[str]:
    """The lines of HTML of one table; `number` tells its anchors apart from those of other tables."""
    shown = window(read, marks)
    if shown.hides(read):
        text = _(
            "Drawn: {rows} of {all_rows} rows and {columns} of {all_columns} columns, around the findings."
        ).format(
            rows=f"{len(shown.rows):,}",
            all_rows=f"{len(read.table.rows):,}",
            columns=f"{len(shown.columns):,}",
            all_columns=f"{len(read.table.columns):,}",
        )
        rest = "" if shown.outside else _("Every cell was checked; those left out have no finding.")
        yield f'<p class="note">{escape(text)} {escape(rest)}</p>'
    if shown.outside:
        text = _("{count} findings lie outside what is drawn; they stand in the list of findings.")
        yield f'<p class="note warn">{escape(text.format(count=shown.outside))}</p>'
    wide = " wide" if len(shown.columns) > PRINTED_COLUMNS else ""
    yield f'<div class="scroll"><table class="grid{wide}"><thead>'
    yield from _letters(read, shown.columns)
    yield from _headings(read, shown.columns, number, marks.found)
    yield "</thead><tbody>"
    before = -1
    for row in shown.rows:
        if row != before + 1:
            yield _gap(row - before - 1, len(shown.columns) + _breaks(shown.columns) + 1)
        yield _row(read, row, shown.columns, number, marks)
        before = row
    if before < len(read.table.rows) - 1:
        yield _gap(len(read.table.rows) - 1 - before, len(shown.columns) + _breaks(shown.columns) + 1)
    yield "</tbody></table></div>"


def _breaks(columns: Sequence[int]) -> int:
    return sum(b != a + 1 for a, b in pairwise(columns))


def _with_gaps(columns: Sequence[int]) -> Iterator[int | None]:
    """The indexes, with None where columns are left out."""
    before: int | None = None
    for index in columns:
        if before is not None and index != before + 1:
            yield None
        yield index
        before = index


def _gap(rows: int, width: int) -> str:
    text = _("{count} rows without a finding").format(count=f"{rows:,}")
    return f'<tr><td class="gap" colspan="{width}">⋮ {escape(text)}</td></tr>'


def _letters(read: Understood, columns: Sequence[int]) -> Iterator[str]:
    yield '<tr><th class="at"></th>'
    for index in _with_gaps(columns):
        yield f'<th class="at">{"…" if index is None else column_letters(read.table.columns[index].number)}</th>'
    yield "</tr>"


def _headings(read: Understood, columns: Sequence[int], number: int, places: Places) -> Iterator[str]:
    """The rows of headings: equal headings side by side are one cell, and the lowest reaches down."""
    paths = {i: read.table.columns[i].path for i in columns}
    depth = max((len(path) for path in paths.values()), default=0)
    for level in range(depth):
        at = read.table.header_row if level == depth - 1 else ""
        yield f'<tr><th class="at">{at}</th>'
        for key, run in groupby(list(_with_gaps(columns)), key=lambda i: _heading_key(paths, i, level)):
            indexes = list(run)
            if key is None:
                yield "".join("<th>…</th>" for _gap_here in indexes)
                continue
            index = indexes[0] or 0
            path = paths[index]
            if len(path) <= level and level:
                continue
            text = path[level] if level < len(path) else ""
            leaf = level >= len(path) - 1
            found = places.get((read.table.header_row, read.table.columns[index].number), ()) if leaf else ()
            spans = f' colspan="{len(indexes)}"' + (f' rowspan="{depth - level}"' if leaf and depth - level > 1 else "")
            yield _cell(
                "th", text, "", found, _anchor(number, read.table.header_row, read.table.columns[index].number), spans
            )
        yield "</tr>"


def _heading_key(paths: Mapping[int, tuple[str, ...]], index: int | None, level: int) -> tuple[Any, ...] | None:
    """Columns with the same key share a heading at this level; a lowest heading is shared with nobody."""
    if index is None:
        return None
    path = paths[index]
    return (*path[: level + 1],) if len(path) > level + 1 else (*path[: level + 1], index)


def _row(read: Understood, row: int, columns: Sequence[int], number: int, marks: Marks) -> str:
    table = read.table
    at = table.row_numbers[row]
    cells = [f'<th class="at">{at}</th>']
    for index in _with_gaps(columns):
        if index is None:
            cells.append('<td class="gap"></td>')
            continue
        column = table.columns[index].number
        value = table.rows[row][index]
        kind = _kind_of_cell(read, row, index, value)
        spot = at, column
        told = marks.notes.get(spot, ())
        cells.append(
            _cell("td", _shown(value), kind, marks.found.get(spot, ()), _anchor(number, at, column), told=told)
        )
    return f"<tr>{''.join(cells)}</tr>"


def _kind_of_cell(read: Understood, row: int, index: int, value: Value) -> str:
    if read.meanings[index].kind is Kind.LABEL:
        return "label"
    reading = read_value(value)
    if reading in (Mark.MASK, Mark.NARROW_MASK):
        return "mask"
    return "num" if isinstance(reading, float) or reading is Mark.PERCENT else ""


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,}"
    text = in_words(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _anchor(number: int, row: int, column: int) -> str:
    return f"t{number}r{row}c{column}"


def _cell(
    tag: str,
    text: str,
    kind: str,
    found: Sequence[tuple[int, Finding]],
    anchor: str,
    spans: str = "",
    told: Sequence[Note] = (),
) -> str:
    if not found and not told:
        return (
            f'<{tag} class="{kind}"{spans}>{escape(text)}</{tag}>' if kind else f"<{tag}{spans}>{escape(text)}</{tag}>"
        )
    styles = [kind, *dict.fromkeys(note.kind for note in told), "hit"]
    sign = "Δ" if any(note.kind == "changed" for note in told) else ""
    if found:
        worst = "fail" if any(finding["verdict"] == "fail" for _n, finding in found) else "review"
        styles.append(worst)
        sign = ("✕" if worst == "fail" else "?") + sign
    tips = "".join(tip(finding) for _n, finding in found)
    tips += "".join(f"<span>{escape(line)}</span>" for note in told for line in note.lines)
    mark = f'<span class="sign" aria-hidden="true">{sign}</span>' if sign else ""
    return (
        f'<{tag} id="{anchor}" class="{" ".join(filter(None, styles))}" tabindex="0"{spans}>{mark}{escape(text)}'
        f'<span class="tip" role="tooltip">{tips}</span></{tag}>'
    )


def tip(finding: Finding) -> str:
    """What a cell says of itself on hover and focus: rule, verdict, certainty, reason, fix."""
    return (
        f"<span><em>{escape(finding['rule'])} · {escape(verdict_word(finding['verdict']))}</em> "
        f"{escape(certainty(finding))}</span>"
        f"<span>{escape(finding['reason'])}</span><span>→ {escape(finding['fix'])}</span>"
    )


def verdict_word(verdict: str) -> str:
    """The verdict for a person."""
    return {"fail": _("fail"), "review": _("review")}.get(verdict, verdict)


def certainty(finding: Finding) -> str:
    """How sure the rule is, and whether the meaning of the column was guessed."""
    known = next((rule.certainty for rule in RULES if rule.id == finding["rule"]), None)
    words = {
        "F": _("guideline"),
        "F*": _("guideline of a sibling database"),
        "I": _("inferred here"),
        "B": _("said, but unread"),
    }.get(known or "I", "")
    guessed = _("column inferred")
    return f"{words}; {guessed}" if finding["inferred"] and known == "F" else words
