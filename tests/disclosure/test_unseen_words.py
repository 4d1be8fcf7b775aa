"""What web pages, Markdown and LaTeX print raised, behind something or not at all, and where it is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.documents import read_document

Told = Callable[..., list[tuple[str, str, str]]]
PAGE = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    '<meta name="viewport" content="width=3"></head><body>{head}<table><tr><th>病名</th><th>患者数</th></tr>'
    "<tr><td>A病</td><td>{cell}</td></tr><tr><td>B病</td><td>500</td></tr></table></body></html>"
)
PIPES = "|病名|患者数|\n|--|--|\n|A病|{cell}|\n|B病|500|\n"
TABULAR = "{head}\\begin{{tabular}}{{lr}}\n病名 & 患者数 \\\\\nA病 & {cell} \\\\\nB病 & 500\\end{{tabular}}\n"
TEXT = ("TEXT-1", "review")
FEW = ("PUB-1", "review")


def short(found: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(rule, verdict) for rule, verdict, _cell in found]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("500", []),
        ("500<sup>a</sup>", []),
        ('<a href="#fn1">500</a>', []),
        ('<span class="n-3" style="width:3px">500</span>', []),
        ('<span class="3人">-</span>', [FEW]),
        ('<span title="3人">-</span>', [FEW]),
        ('<span data-n="3">-</span>', [TEXT]),
        ('<span aria-label="n=3">-</span>', [("PUB-1", "fail")]),
        ('<input value="3">', [TEXT]),
        ("-<sup>3</sup>", [TEXT]),
        ("500<sup>3</sup>", [TEXT]),
        ("&lt;10<sup>-3</sup>", [("READ-1", "review"), TEXT]),
    ],
)
def test_attributes_and_raised_words_of_a_page_are_read(told: Told, cell: str, expected: list[tuple[str, str]]) -> None:
    assert short(told(PAGE.format(head="", cell=cell), name="a.html")) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<style>td::after{content:"3"}</style>', [("FILE-1", "review"), TEXT]),
        ("<style>td::after{content:'A病 3人'}</style>", [("FILE-1", "review"), FEW]),
        ('<style>p::before{content:""} div{justify-content:center}</style>', []),
        ("<style>@import 'https://example.org/a.css';</style>", [("FILE-2", "review")]),
        ('<meta name="description" content="A病 3人">', [FEW]),
        ('<svg viewBox="0 0 3 3"><path d="M3 3"/></svg>', [("FILE-2", "review")]),
        ('<svg><g data-n="3"/></svg>', [("FILE-2", "review"), TEXT]),
    ],
)
def test_style_sheets_descriptions_and_drawings_are_read(
    told: Told, head: str, expected: list[tuple[str, str]]
) -> None:
    assert short(told(PAGE.format(head=head, cell="500"), name="a.html")) == expected


def test_a_raised_mark_is_no_digit_of_its_figure() -> None:
    for name, text in (
        ("a.html", PAGE.format(head="", cell="500<sup>1</sup>")),
        ("a.md", PIPES.format(cell="500<sup>1</sup>")),
        ("a.tex", TABULAR.format(head="", cell="500\\textsuperscript{1}")),
    ):
        (table,) = read_document(name, text.encode()).tables
        assert table.rows[0] == ("A病", "500")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("500", []),
        ("[-](3人)", [FEW]),
        ("-<sup>3</sup>", [TEXT]),
        ("\\<10<sup>-3</sup>", [("READ-1", "review"), TEXT]),
        ('<span title="3人">-</span>', [("READ-1", "review"), FEW]),
    ],
)
def test_links_and_raised_words_of_markdown_are_read(told: Told, cell: str, expected: list[tuple[str, str]]) -> None:
    assert short(told(PIPES.format(cell=cell), name="a.md")) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("500", []),
        ("\\phantom{0}500", []),
        ("\\hspace{3pt}\\small 500", []),
        ("-\\textsuperscript{3}", [TEXT]),
        ("-\\phantom{3}", [TEXT]),
        ("-\\footnote{3人}", [FEW]),
        ("$<10$\\textsuperscript{-3}", [("READ-1", "review"), TEXT]),
    ],
)
def test_what_latex_prints_raised_or_not_at_all_is_read(told: Told, cell: str, expected: list[tuple[str, str]]) -> None:
    found = told(TABULAR.format(head="", cell=cell), name="a.tex")
    assert short(found) == expected
    assert {place for rule, _verdict, place in found if rule != "READ-1"} <= {"line 3"}


def test_commands_of_ones_own_are_told(told: Told) -> None:
    found = told(TABULAR.format(head="\\newcommand{\\few}{3}\n", cell="\\few"), name="a.tex")
    assert short(found) == [("FILE-1", "review"), TEXT]
