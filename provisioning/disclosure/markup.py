"""Tables in Markdown, plain text and R's printed output; the text around them is kept for the reviewer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from provisioning.disclosure.delimited import Grid
from provisioning.disclosure.model import Text
from provisioning.disclosure.reading import Reading, Sheet, file_finding
from provisioning.disclosure.values import Mark, read_value
from provisioning.disclosure.webpages import SIGNS, speaking_attributes
from provisioning.messages import _

_RULER = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_GRID_RULER = re.compile(r"\s*\+[-=+:]+\+\s*")
_BAR = re.compile(r"(?<!\\)\|")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|`+|~~)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BESIDE = re.compile(r"!?\[[^\]]*\]\(([^)]*)\)|<su[bp]>(.*?)</su[bp]>", re.IGNORECASE)
_TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<=\s)([a-z][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]*\]\(|<img\b", re.IGNORECASE)
_HTML_NOTE = re.compile(r"<!--(.*?)-->", re.DOTALL)
_GAP = re.compile(r"\s{2,}|\t")
FEWEST_LINES = 2

Line = tuple[int, str]


def read_markdown(name: str, text: str) -> Reading:
    """Pipe tables and tables aligned by blanks; row numbers are the lines of the file."""
    reading = Reading()
    if _PICTURE.search(text):
        reading.findings.append(file_finding("FILE-2", "review", name, _("it shows pictures, which are not read")))
    if _HTML_NOTE.search(text):
        what = _("it holds comments that are not shown; they were read like text")
        reading.findings.append(file_finding("FILE-1", "review", name, what))
    plain: list[Line] = []
    for block in _runs(list(enumerate(text.splitlines(), start=1))):
        if isinstance(block, list):
            _add_table(reading, *_pipe_grid(block), plain)
        else:
            plain.append(block)
    _add_plain(reading, plain)
    reading.texts += _beside(text)
    return reading


def _beside(text: str) -> Iterator[Text]:
    """What a reader of the page sees raised, behind a link or not at all: no part of the figure beside it."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = [raised or address for address, raised in _BESIDE.findall(line)]
        for tag in _TAG.findall(line):
            found += speaking_attributes((name, one or two) for name, one, two in _ATTRIBUTE.findall(tag))
        for words in found:
            if plain := html.unescape(words).strip():
                yield Text(number, 1, plain, _line(number))


def _line(number: int, page: int | None = None) -> str:
    """The place of a line, of a page where the file has pages."""
    if page is None:
        return _("line {number}").format(number=number)
    return _("page {page}, line {number}").format(page=page, number=number)


def read_aligned(text: str, page: int | None = None) -> Reading:
    """Tables whose columns are set apart by two blanks or a tab, as R prints them; the rest is text."""
    reading = Reading()
    _add_plain(reading, list(enumerate(text.splitlines(), start=1)), page)
    return reading


def _runs(lines: list[Line]) -> Iterator[Line | list[Line]]:
    """Lines of text one by one, and runs of lines with bars in which a ruler or a second such line stands."""
    run: list[Line] = []
    for line in [*lines, (0, "")]:
        if _BAR.search(line[1]) or _GRID_RULER.fullmatch(line[1]) or (run and _RULER.fullmatch(line[1])):
            run.append(line)
            continue
        if len(run) >= FEWEST_LINES:
            yield run
        else:
            yield from run
        run = []
        if line[0]:
            yield line


def _pipe_grid(lines: list[Line]) -> tuple[int, Grid]:
    """The first line and the rows; headings move down onto the ruler's line, so that the body keeps its lines."""
    cells = [(n, _split(text)) for n, text in lines]
    rulers = [i for i, (_n, text) in enumerate(lines) if _RULER.fullmatch(text) or _GRID_RULER.fullmatch(text)]
    kept = [(n, row) for i, (n, row) in enumerate(cells) if i not in rulers]
    if not kept:
        return lines[0][0], []
    last = kept[-1][0]
    # what stands above a ruler is moved next to what stands below it: a blank row would end the table
    placed: dict[int, list[str]] = {}
    free = last
    for n, row in reversed(kept):
        at = min(n, free) if n == last else free
        placed[at] = row
        free = at - 1
    grid: Grid = [[cell or None for cell in placed[n]] for n in sorted(placed)]
    return min(placed), grid


def _split(line: str) -> list[str]:
    stripped = line.strip().removeprefix("|")
    if stripped.endswith("|") and not stripped.endswith("\\|"):
        stripped = stripped[:-1]
    return [plain_cell(cell.replace("\\|", "|")) for cell in _BAR.split(stripped)]


def plain_cell(text: str) -> str:
    """A cell of Markdown without emphasis, links, entities and raised marks; an exponent such as -3 stays."""
    bare = _LINK.sub(r"\1", html.unescape(text.strip()))
    while (again := _EMPHASIS.sub(r"\2", bare)) != bare:
        bare = again
    bare = re.sub(rf"<su[bp]>\s*([{SIGNS}].*?)</su[bp]>", r"^\1", bare)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!<>~|-])", r"\1", re.sub(r"<br\s*/?>|<su[bp]>.*?</su[bp]>", " ", bare)).strip()


def _add_table(reading: Reading, first: int, grid: Grid, plain: list[Line]) -> None:
    """Add a grid under the last line of text above it, which is taken for its title."""
    if not grid:
        return
    while plain and not plain[-1][1].strip():
        plain.pop()
    title = ""
    if plain and first - plain[-1][0] <= 3 and read_value(plain[-1][1]) is Mark.TEXT:
        title = plain.pop()[1].strip().lstrip("#").strip()
    reading.sheets.append(Sheet(f"table {len(reading.sheets) + 1}", grid, first, title))


def _add_plain(reading: Reading, lines: list[Line], page: int | None = None) -> None:
    """Lines without bars: runs of aligned columns become tables, the rest text."""
    waiting: list[Line] = []
    run: list[tuple[int, list[str]]] = []
    for number, line in [*lines, (0, "")]:
        fields = [field for field in _GAP.split(line.strip()) if field]
        if len(fields) >= 2 and (not run or number == run[-1][0] + 1):
            run.append((number, fields))
            continue
        _end_run(reading, run, waiting)
        run = [(number, fields)] if len(fields) >= 2 else []
        if line.strip() and not run:
            waiting.append((number, line))
    _end_run(reading, run, waiting)
    texts = [Text(n, 1, line.strip(), _line(n, page)) for n, line in waiting if line.strip()]
    reading.texts += texts


def _end_run(reading: Reading, run: list[tuple[int, list[str]]], waiting: list[Line]) -> None:
    """A run is a table when its lines have as many fields each (or the first one fewer) and figures in them."""
    if not run:
        return
    width = max(len(fields) for _n, fields in run)
    even = all(len(fields) == width or (i == 0 and len(fields) == width - 1) for i, (_n, fields) in enumerate(run))
    figures = any(read_value(field) is not Mark.TEXT for _n, fields in run for field in fields)
    if len(run) < FEWEST_LINES or not even or not figures:
        waiting += [(n, "  ".join(fields)) for n, fields in run]
        return
    grid: Grid = [[*([None] * (width - len(fields))), *map(plain_cell, fields)] for _n, fields in run]
    _add_table(reading, run[0][0], grid, waiting)
