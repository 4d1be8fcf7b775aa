"""Tables in HTML, with merged cells; hidden parts, scripts and outside resources are reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from provisioning.disclosure.delimited import Grid
from provisioning.disclosure.model import Text
from provisioning.disclosure.reading import Reading, Sheet, file_finding, spanned
from provisioning.messages import _

MOST_SPAN = 2000
MOST_CELLS = 2_000_000
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])")
SIGNS = "-+−–"
"""How an exponent begins."""
_ACTIVE = {"script", "iframe", "object", "embed", "applet"}
_PICTURES = {"img", "svg", "canvas", "picture", "video", "audio"}
_PUTS_WORDS = re.compile(r"""(?<![\w-])content\s*:\s*(?!(?:none|normal|""|'')\s*(?:[;}!]|$))([^;}]*)""", re.IGNORECASE)
_TAKES_IN = re.compile(r"@import\b|url\(\s*[\"']?(?:https?:)?//", re.IGNORECASE)
# Attributes that say how a page looks, works or is marked up; the values of all others are read like text.
_SILENT = re.compile(
    r"align|background|bgcolor|border|cell(?:padding|spacing)|charset|class|color|cols|colspan|crossorigin|dir|disabled|"
    r"draggable|face|for|frame|headers|height|hidden|hreflang|http-equiv|id|integrity|item(?:prop|scope|type)|lang|loading|"
    r"maxlength|media|method|nonce|nowrap|on\w+|rel|role|rows|rowspan|rules|scope|selected|sizes?|span|spellcheck|src|srcset|"
    r"start|style|tabindex|target|translate|type|valign|version|width|xmlns\S*|xml:lang"
)
_SILENT_META = frozenset({"viewport", "generator", "theme-color", "format-detection"})

Attributes = Sequence[tuple[str, str | None]]


def speaking_attributes(attributes: Iterable[tuple[str, str | None]], drawing: bool = False) -> Iterator[str]:
    """The values of attributes that say something; those of the lines of a drawing are places of points."""
    for name, value in attributes:
        words = " ".join((value or "").split())
        silent = _SILENT.fullmatch(name.lower()) or (name.lower() == "href" and words.startswith("#"))
        if not words or (silent and words.isascii()):
            continue
        if not drawing or name.lower() in ("title", "aria-label") or name.lower().startswith("data-"):
            yield words


@dataclass
class _Table:
    line: int
    caption: str = ""
    rows: list[list[tuple[str, int, int]]] = field(default_factory=list)
    """Cells as (text, rows spanned, columns spanned)."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[_Table] = []
        self.open: list[_Table] = []
        self.texts: list[tuple[int, str]] = []
        self.seen: set[str] = set()
        self.outside: set[str] = set()
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._caption = False
        self._silent = 0
        self._styles = False
        self._drawing = False
        self._mark: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        facts = {name: value or "" for name, value in attrs}
        self._drawing = self._drawing or tag == "svg"
        self._read_attributes(tag, facts)
        if "hidden" in facts:
            self.seen.add("hidden")
        if tag in _ACTIVE or any(name.startswith("on") for name in facts):
            self.seen.add("active")
        if tag in _PICTURES:
            self.seen.add("picture")
        if re.match(r"(?:https?:)?//", facts.get("src", "") or (facts.get("href", "") if tag == "link" else "")):
            self.outside.add(facts.get("src") or facts["href"])
        if tag in ("script", "style"):
            self._silent += 1
            self._styles = tag == "style"
        elif tag in ("sup", "sub") and self._cell is not None:
            self._mark = []
        elif tag == "table":
            self._end_cell()
            self.open.append(_Table(self.getpos()[0]))
        elif tag == "caption":
            self._caption = True
        elif tag == "tr" and self.open:
            self._end_cell()
            self.open[-1].rows.append([])
        elif tag in ("td", "th") and self.open:
            self._end_cell()
            if not self.open[-1].rows:
                self.open[-1].rows.append([])
            self._cell, self._spans = [], (_span(facts.get("rowspan")), _span(facts.get("colspan")))
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def _read_attributes(self, tag: str, facts: dict[str, str]) -> None:
        """Words and figures in attributes: titles, data, values of fields, addresses of links."""
        self._read_style(facts.get("style", ""))
        if tag == "meta" and (facts.get("name", "").lower() in _SILENT_META or "http-equiv" in facts):
            return
        self.texts += [(self.getpos()[0], words) for words in speaking_attributes(facts.items(), self._drawing)]

    def _read_style(self, style: str) -> None:
        if words := [found[1].strip() for found in _PUTS_WORDS.finditer(style)]:
            self.seen.add("style")
            self.texts += [(self.getpos()[0], text) for text in words]
        if _TAKES_IN.search(style):
            self.outside.add(_TAKES_IN.findall(style)[0])
        if _HIDING.search(style.lower()):
            self.seen.add("hidden")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
            self._styles = False
        elif tag == "svg":
            self._drawing = False
        elif tag in ("sup", "sub"):
            self._end_mark()
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "caption":
            self._caption = False
        elif tag == "table" and self.open:
            self._end_cell()
            self.done.append(self.open.pop())

    def handle_data(self, data: str) -> None:
        if self._silent and self._styles:
            self._read_style(data)
        if self._silent or not data.strip():
            return
        if self._caption and self.open:
            self.open[-1].caption += data
        elif self._mark is not None:
            self._mark.append(data)
        elif self._cell is not None:
            self._cell.append(data)
        else:
            self.texts.append((self.getpos()[0], " ".join(data.split())))

    def handle_comment(self, data: str) -> None:
        self.seen.add("comment")
        if data.strip():
            self.texts.append((self.getpos()[0], " ".join(data.split())))

    def finish(self) -> None:
        """Close what the file left open, so that no cell is lost."""
        self._end_cell()
        self.done += reversed(self.open)
        self.open = []

    def _end_mark(self) -> None:
        """What is raised or lowered in a cell is no digit of its figure: it is read as text of its own.

        An exponent such as -3 belongs to its figure, which is no count then.
        """
        if self._mark and (words := " ".join("".join(self._mark).split())):
            if words[0] in SIGNS and self._cell is not None:
                self._cell.append(f"^{words}")
            self.texts.append((self.getpos()[0], words))
        self._mark = None

    def _end_cell(self) -> None:
        self._end_mark()
        if self._cell is not None and self.open:
            self.open[-1].rows[-1].append((" ".join("".join(self._cell).split()), *self._spans))
        self._cell = None


def _span(text: str | None) -> int:
    return min(int(text), MOST_SPAN) if text and re.fullmatch(r"[1-9]\d{0,8}", text.strip()) else 1


def read_html(name: str, text: str) -> Reading:
    """Every table with its caption; row numbers count the rows of each table."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.finish()
    reading = Reading()
    for number, table in enumerate(sorted(reader.done, key=lambda table: table.line), start=1):
        grid = _grid(table)
        caption = " ".join(table.caption.split())
        reading.sheets.append(Sheet(f"table {number}", grid, 1, caption))
    reading.texts = [Text(line, 1, words, _("line {number}").format(number=line)) for line, words in reader.texts]
    words = {
        "hidden": ("FILE-1", _("it has parts that a browser does not show; they were checked all the same")),
        "comment": ("FILE-1", _("it holds comments that are not shown; they were read like text")),
        "active": ("FILE-4", _("it holds scripts or other active content")),
        "style": ("FILE-1", _("its style sheet puts words into the page; they were read like text")),
        "picture": ("FILE-2", _("it shows pictures, which are not read")),
    }
    for what in sorted(reader.seen):
        rule, says = words[what]
        reading.findings.append(file_finding(rule, "fail" if rule == "FILE-4" else "review", name, says))
    if reader.outside:
        says = _("it takes in what lies outside the file: {places}").format(
            places=", ".join(sorted(reader.outside)[:3])
        )
        reading.findings.append(file_finding("FILE-2", "review", name, says))
    return reading


def _grid(table: _Table) -> Grid:
    """The cells with the room that merged ones take."""
    taken: set[tuple[int, int]] = set()
    grid: Grid = []
    for r, row in enumerate(table.rows):
        values: dict[int, str] = {}
        column = 0
        for text, down, across in row:
            while (r, column) in taken:
                column += 1
            values |= {column + i: part for i, part in enumerate(spanned(text, across, column)) if part or not i}
            if len(taken) + down * across < MOST_CELLS:
                reach = range(min(down, len(table.rows) - r))
                taken.update((r + i, column + j) for i in reach for j in range(across))
            column += across
        width = max(values, default=-1) + 1
        grid.append([values.get(i) or None for i in range(width)])
    return grid
