"""Tables in LaTeX: tabular, tabular*, tabularx, longtable and array, with booktabs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provisioning.disclosure.delimited import Grid
from provisioning.disclosure.model import Text
from provisioning.disclosure.reading import Reading, Sheet, file_finding, spanned
from provisioning.messages import _

_TABLE = re.compile(r"\\begin\{(tabular[*xy]?|longtable|array|tabulary|tblr|xltabular)\}(.*?)\\end\{\1\}", re.DOTALL)
_CAPTION = re.compile(r"\\caption\*?(?:\[[^\]]*\])?\{((?:[^{}]|\{[^{}]*\})*)\}")
_RULES = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|centering)\b(?:\[[^\]]*\])?"
    r"|\\(?:cmidrule|cline|addlinespace|specialrule|arrayrulecolor|rowcolor)(?:\([^)]*\))?(?:\[[^\]]*\])?(?:\{[^{}]*\})*"
    r"|\\label\{[^{}]*\}"
)
_SPAN = re.compile(r"\\multicolumn\{\s*(\d{1,4})\s*\}\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\{")
_ROWS = re.compile(r"\\multirow(?:\[[^\]]*\])?\{[^{}]*\}(?:\[[^\]]*\])?\{[^{}]*\}(?:\[[^\]]*\])?\{")
_WRAP = re.compile(
    r"\\(?:text(?:bf|it|rm|sf|tt|sc|normal)?|emph|mathrm|mathbf|num|SI|makecell|thead|underline)(?:\[[^\]]*\])?\{([^{}]*)\}"
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_REACH = re.compile(r"\\(?:input|include|includegraphics|write18|openin|immediate|verbatiminput|lstinputlisting)\b")
_DEFINES = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|(?:re)?newenvironment|newcolumntype|DeclareMathOperator|NewDocumentCommand|"
    r"DeclareRobustCommand|[egx]?def|let|newcounter|setcounter|newsavebox|savebox|csname|catcode)(?![a-zA-Z])"
)
# Raised, lowered, unseen, or beside the figure: no digit of it, and read as text of its own.
_BESIDE = re.compile(
    r"\\(?:textsuperscript|textsubscript|[hv]?phantom|footnote(?:text|mark)?|tnote|thanks|marginpar|href|url|pdfcomment|"
    r"hypertarget|tooltip|todo)\*?(?:\[([^\]]*)\])?\{((?:[^{}]|\{[^{}]*\})*)\}"
)
_SIGNS = (
    (r"\leq", "<="), (r"\le", "<="), (r"\geq", ">="), (r"\ge", ">="), (r"\lt", "<"), (r"\textless", "<"),
    (r"\textendash", "-"), (r"\textemdash", "-"), (r"\ldots", "…"), (r"\dots", "…"), (r"\pm", "±"),
    (r"\%", "%"), (r"\_", "_"), (r"\#", "#"), (r"\$", "$"), (r"\,", ""), (r"\;", " "), (r"\ ", " "), ("~", " "),
    ("---", "-"), ("--", "-"), ("{,}", ","),
)  # fmt: skip
MOST_COLUMNS = 2000


def read_latex(name: str, text: str) -> Reading:
    """The tables of a LaTeX file with their captions; row numbers count the rows of each table."""
    reading = Reading()
    notes = [m[0][1:].strip() for m in _COMMENT.finditer(text)]
    if any(notes):
        what = _("it holds comments that are not printed; they were read like text")
        reading.findings.append(file_finding("FILE-1", "review", name, what))
    if reach := _REACH.search(text):
        what = _("it takes in other files or runs programs ({command})").format(command=reach[0])
        reading.findings.append(file_finding("FILE-2", "review", name, what))
    if defines := _DEFINES.search(text):
        what = _("it defines commands of its own ({command}), which are not carried out").format(command=defines[0])
        fix = _("Write the table without them, or compare it with the printed page by eye.")
        reading.findings.append(file_finding("FILE-1", "review", name, what, fix))
    bare = _COMMENT.sub("", text)
    end = 0
    around: list[tuple[int, str]] = []
    for match in _TABLE.finditer(bare):
        around.append((end, bare[end : match.start()]))
        reading.sheets.append(_sheet(reading, match[2], _caption(bare, match)))
        reading.texts += _beside(bare, match)
        end = match.end()
    around.append((end, bare[end:]))
    for start, piece in around:
        reading.texts += _texts(bare, start, piece)
    reading.texts += [
        Text(n, 1, note[0][1:].strip(), _line(n))
        for n, line in enumerate(text.splitlines(), start=1)
        if (note := _COMMENT.search(line)) and note[0][1:].strip()
    ]
    return reading


def _beside(whole: str, table: re.Match[str]) -> Iterator[Text]:
    """What is printed raised, or not at all, in the cells of a table."""
    line = whole.count("\n", 0, table.start(2)) + 1
    for offset, text in enumerate(table[2].split("\n")):
        for match in _BESIDE.finditer(text):
            if (words := _cell(" ".join(filter(None, match.groups())))).strip("0"):
                yield Text(line + offset, 1, words, _line(line + offset))


def _without(match: re.Match[str]) -> str:
    """A cell loses what is raised beside its figure, but no exponent: with it the figure is no count."""
    return f"^{match[2]}" if match[2].lstrip("$ {")[:1] in ("-", "+", "−") else ""


def _line(number: int) -> str:
    return _("line {number}").format(number=number)


def _texts(whole: str, start: int, piece: str) -> Iterator[Text]:
    line = whole.count("\n", 0, start) + 1
    for offset, text in enumerate(piece.split("\n")):
        words = _cell(
            re.sub(r"\\(?:begin|end|label|ref|cite\w*|usepackage|documentclass)(?:\[[^\]]*\])?\{[^}]*\}", "", text)
        )
        if words:
            yield Text(line + offset, 1, words, _line(line + offset))


def _caption(text: str, match: re.Match[str]) -> str:
    """The caption inside the table, or the nearest one in the float around it."""
    if inner := _CAPTION.search(match[2]):
        return _cell(inner[1])
    start = max(text.rfind(r"\begin{table", 0, match.start()), text.rfind(r"\end{table", 0, match.start()), 0)
    stop = text.find(r"\end{table", match.end())
    found = _CAPTION.search(text, start, stop if stop >= 0 else match.end())
    return _cell(found[1]) if found else ""


def _sheet(reading: Reading, body: str, title: str) -> Sheet:
    grid: Grid = []
    for row in re.split(r"\\\\\*?(?:\[[^\]]*\])?|\\tabularnewline", _body(body)):
        cells = _cells(_RULES.sub(" ", _CAPTION.sub(" ", row)))
        if any(cells):
            grid.append([cell or None for cell in cells])
    return Sheet(f"table {len(reading.sheets) + 1}", grid, 1, title)


def _body(text: str) -> str:
    """What follows the arguments of the environment."""
    rest = text.lstrip()
    while rest[:1] in ("{", "["):
        close = _closing(rest)
        if close is None:
            return rest
        rest = rest[close + 1 :].lstrip()
    return rest


def _closing(text: str, start: int = 0) -> int | None:
    """Where the bracket at `start` closes."""
    pairs = {"{": "}", "[": "]"}
    opening, ending = text[start], pairs[text[start]]
    depth = 0
    for i in range(start, len(text)):
        if text[i] == opening and text[i - 1 : i] != "\\":
            depth += 1
        elif text[i] == ending and text[i - 1 : i] != "\\":
            depth -= 1
            if depth == 0:
                return i
    return None


def _cells(row: str) -> list[str]:
    """The cells of a row."""
    cells: list[str] = []
    for raw in re.split(r"(?<!\\)&", _BESIDE.sub(_without, row)):
        span = _SPAN.search(raw)
        width = max(1, min(int(span[1]), MOST_COLUMNS)) if span else 1
        cells += spanned(_cell(_unwrapped(_unwrapped(raw, _SPAN), _ROWS)), width, len(cells))
    return cells


def _unwrapped(text: str, command: re.Pattern[str]) -> str:
    match = command.search(text)
    if not match:
        return text
    close = _closing(text, match.end() - 1)
    return text[: match.start()] + text[match.end() : close] + (text[close + 1 :] if close is not None else "")


def _cell(text: str) -> str:
    bare = text
    for sign, plain in _SIGNS:
        bare = bare.replace(sign, plain)
    while (again := _WRAP.sub(r"\1", bare)) != bare:
        bare = again
    bare = re.sub(r"\\(?:hspace|vspace)\*?(?:\{[^{}]*\})?|\\(?:footnotesize|small|scriptsize)(?![a-zA-Z])", "", bare)
    bare = re.sub(r"(?<!\\)\$", "", bare).replace(r"\&", "&")
    bare = re.sub(r"\\[a-zA-Z]+\*?", " ", bare)
    return " ".join(bare.replace("{", "").replace("}", "").split())
