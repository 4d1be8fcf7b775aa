"""A paper as PDF: A4, Japanese, and the same bytes for the same paper.

The fonts are the Japanese ones that PDF readers bring along (Adobe-Japan1, by CID), so that no font file has to be
licensed and shipped; every reader on Windows shows them. Characters that those
fonts lack are shown as 〓, and said to be.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import escape
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from provisioning.environments.credentials.mfa import qr_code
from provisioning.environments.credentials.paper import REHEARSAL, Paper, Row, Section, day_text

SANS, SERIF, CODE = "HeiseiKakuGo-W5", "HeiseiMin-W3", "Courier-Bold"
INK, GREY, LINE, SHADE = HexColor("#1a1f26"), HexColor("#5a6470"), HexColor("#c3cad3"), HexColor("#f2f5f8")
ACCENT, WARNING = HexColor("#14456b"), HexColor("#9a3b00")
WIDTH, MARGIN, PADDING = A4[0], 22 * mm, 6  # a frame of the page template has that padding of its own
INNER = WIDTH - 2 * MARGIN
QUIET = 4  # modules of white around a QR code
LONG = 34  # characters: what a cell holds on one line at full size
GETA = "〓"
PSQL_COMMAND = re.compile(r"\\[a-z]+")
MISSING = "〓 は、この PDF の書体にない文字です。正しい表記は同封のテキストの通知書をご覧ください。"


def to_pdf(paper: Paper) -> bytes:
    """The paper as PDF. A pure function: no date, id or path of the moment gets into it."""
    for font in (SANS, SERIF):
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    content = io.BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=A4,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=19 * mm,
        bottomMargin=17 * mm,
        title=paper.title,
        author=paper.sender,
        subject=paper.number,
        creator="hic",
        producer="hic",
        lang="ja",
        invariant=1,
    )
    frame = _frame(paper)
    document.build(_story(paper), onFirstPage=frame, onLaterPages=frame, canvasmaker=_counting(paper))
    return content.getvalue()


def _story(paper: Paper) -> list[Flowable]:
    story: list[Flowable] = [*_head(paper)]
    for section in paper.sections:
        story += _section(section)
    if GETA in "".join(_shown(text) for text in _texts(paper)):
        story.append(Paragraph(MISSING, _style("small", size=8, color=GREY, before=8)))
    return story


def _head(paper: Paper) -> list[Flowable]:
    right = _style("right", size=9, align=TA_RIGHT, color=GREY, leading=14)
    addressee = [
        Paragraph(_text(paper.organisation), _style("organisation", size=10.5, leading=16)),
        Paragraph(f"{_text(paper.person)} 様", _style("person", size=12.5, leading=19)),
    ]
    facts = [Paragraph(_text(paper.number), right), Paragraph(day_text(paper.day), right)]
    facts += [Paragraph(_text(paper.sender), right)]
    top = Table([[addressee, facts]], colWidths=[INNER * 0.5, INNER * 0.5], style=_plain())
    title = Paragraph(
        _text(paper.title), _style("title", font=SANS, size=17, leading=24, align=TA_CENTER, color=ACCENT)
    )
    lead = [Paragraph(_text(text), _style("lead", font=SERIF, size=10, leading=17, after=3)) for text in paper.lead]
    if paper.mark:
        caption = Paragraph(
            _text(paper.mark_caption), _style("caption", size=6.5, align=TA_CENTER, color=GREY, leading=9)
        )
        code: list[Flowable] = [_Code(paper.mark, 25 * mm), caption]
        body: Flowable = Table([[lead, code]], colWidths=[INNER - 33 * mm, 33 * mm], style=_plain())
    else:
        body = Table([[lead]], colWidths=[INNER], style=_plain())
    story: list[Flowable] = [top, Spacer(0, 7 * mm), title, Spacer(0, 6 * mm)]
    if paper.rehearsal:
        story += [_boxed(REHEARSAL, WARNING), Spacer(0, 4 * mm)]
    if paper.secret:
        story += [_boxed("取扱注意: この別紙にはパスワードが記載されています。", WARNING), Spacer(0, 4 * mm)]
    return [*story, body, Spacer(0, 2 * mm)]


def _section(section: Section) -> list[Flowable]:
    deep = section.number.count(".")
    heading = Paragraph(
        f"{section.number}　{_text(section.title)}",
        _style(
            f"heading{deep}",
            size=(13, 11, 10)[deep],
            leading=18,
            color=ACCENT if deep < 2 else INK,
            before=(10, 6, 2)[deep],
            after=3,
        ),
    )
    parts: list[Flowable] = [heading]
    if deep == 0 and not section.rows:
        parts.append(_rule())
    if section.rows:
        parts.append(_rows(section))
    parts += [
        Paragraph(f"・{_text(text)}", _style("sentence", size=9, leading=14, indent=9, before=3))
        for text in section.sentences
    ]
    if section.code:
        caption = Paragraph(_text(section.caption), _style("caption", size=8, align=TA_CENTER, color=GREY))
        picture = Table([[_Code(section.code, 48 * mm)]], colWidths=[48 * mm], style=_plain())
        parts += [Spacer(0, 4 * mm), picture, caption]
    return [KeepTogether(parts)]


def _rows(section: Section) -> Table:
    units = any(row.unit for row in section.rows)
    files = section.headings[0] == "ファイル"
    shares = ((0.48, 0.35, 0.17) if files else (0.28, 0.55, 0.17)) if units else (0.28, 0.72)
    widths = [INNER * share for share in shares]
    head = _style("head", size=8, color=GREY, leading=11)
    lines: list[list[Flowable]] = []
    if units:
        lines.append([Paragraph(_text(text), head) for text in section.headings[:3]])
    for row in section.rows:
        lines.append(_cells(row, units=units, files=files))
    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, ACCENT),
        ("BACKGROUND", (0, 0), (0, -1), SHADE),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 6),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    if units:
        style.append(("BACKGROUND", (0, 0), (-1, 0), SHADE))
    return Table(lines, colWidths=widths, style=TableStyle(style), repeatRows=1 if units else 0)


def _cells(row: Row, *, units: bool, files: bool) -> list[Flowable]:
    plain = _style("cell", size=9, leading=13)
    code = _style("code", font=CODE, size=9.5 if len(row.value) <= LONG else 8, leading=13)
    small = _style("file", font=CODE, size=7.6, leading=11)
    item = Paragraph(_text(row.item), small if files else plain)
    value = Paragraph(_text(row.value) or "—", code if row.code and row.value.isascii() and row.value else plain)
    unit = Paragraph(_text(row.unit), _style("unit", size=8, color=GREY, leading=12))
    return [item, value, unit] if units else [item, value]


class _Code(Flowable):
    """A QR code drawn as one path: sharp at every size, and without an image file."""

    def __init__(self, text: str, side: float) -> None:
        super().__init__()
        self.width = self.height = side
        self._matrix = [bytes(line) for line in qr_code(text).matrix]

    def draw(self) -> None:
        step = self.width / (len(self._matrix) + 2 * QUIET)
        path = self.canv.beginPath()
        for y, line in enumerate(self._matrix):
            bottom = self.height - (y + QUIET + 1) * step
            for run in re.finditer(b"\x01+", line):
                # A hair taller than a module, so that no reader shows gaps between lines.
                path.rect((run.start() + QUIET) * step, bottom, (run.end() - run.start()) * step, step * 1.01)
        self.canv.setFillColor(INK)
        self.canv.drawPath(path, stroke=0, fill=1)


def _frame(paper: Paper) -> Callable[[Canvas, Any], None]:
    def draw(canvas: Canvas, _document: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(WARNING if paper.secret else ACCENT)
        canvas.rect(0, A4[1] - 5 * mm, WIDTH, 5 * mm, stroke=0, fill=1)
        canvas.setFont(SANS, 7.5)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, A4[1] - 14 * mm, _shown(paper.number))
        canvas.drawRightString(
            WIDTH - MARGIN, A4[1] - 14 * mm, "取扱注意" if paper.secret else "医療・介護データ等解析基盤"
        )
        canvas.restoreState()

    return draw


def _counting(paper: Paper) -> type[Canvas]:
    class Counting(Canvas):
        """Writes "page n of m" once it is known how many there are."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the name that reportlab calls
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for page in self._pages:
                self.__dict__.update(page)
                self.setFont(SANS, 8)
                self.setFillColor(GREY)
                self.drawCentredString(WIDTH / 2, 11 * mm, f"{self.getPageNumber()} / {len(self._pages)}")
                super().showPage()
            super().save()

    return Counting


def _boxed(text: str, color: Color) -> Table:
    line = Paragraph(_text(text), _style("box", size=9, color=color, align=TA_CENTER, leading=14))
    style: list[Any] = [
        ("BOX", (0, 0), (-1, -1), 0.8, color),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    ]
    return Table([[line]], colWidths=[INNER], style=TableStyle(style))


def _rule() -> Table:
    return Table(
        [[""]], colWidths=[INNER], rowHeights=[2], style=TableStyle([("LINEABOVE", (0, 0), (-1, 0), 1.2, ACCENT)])
    )


def _plain() -> TableStyle:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ]
    )


def _style(
    name: str,
    *,
    font: str = SANS,
    size: float = 9.5,
    leading: float = 14,
    color: Color = INK,
    align: Any = 0,
    before: float = 0,
    after: float = 0,
    indent: float = 0,
) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=size,
        leading=leading,
        textColor=color,
        alignment=align,
        spaceBefore=before,
        spaceAfter=after,
        leftIndent=indent,
        firstLineIndent=-indent,
        wordWrap=None if font == CODE else "CJK",
    )


def _text(text: str) -> str:
    """Text for a paragraph: escaped, and only characters that the fonts have.

    Commands of psql are in a Latin font: the Japanese ones set their backslash apart, or as a yen sign.
    """
    shown = escape(_shown(" ".join(text.split())), quote=False)
    return PSQL_COMMAND.sub(rf'<font name="{CODE}">\g<0></font>', shown)


def _shown(text: str) -> str:
    """The text with 〓 for characters that the Japanese fonts of PDF readers lack (outside JIS X 0213)."""
    return "".join(letter if _has(letter) else GETA for letter in text)


def _has(letter: str) -> bool:
    # The encoding in the PDF has two bytes for a character, so that those beyond U+FFFF cannot be written.
    if ord(letter) > 0xFFFF:
        return False
    try:
        letter.encode("euc_jis_2004")
    except UnicodeEncodeError:
        try:
            letter.encode("cp932")
        except UnicodeEncodeError:
            return False
    return True


def _texts(paper: Paper) -> list[str]:
    texts = [paper.title, paper.organisation, paper.person, *paper.lead]
    for section in paper.sections:
        texts += [section.title, *section.sentences]
        texts += [text for row in section.rows for text in (row.item, row.value)]
    return texts
