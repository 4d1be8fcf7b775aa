"""Words that a workbook shows or keeps outside its cells: headers, prompts, notes, readings, strings of no cell."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element  # a type only: parsing is defusedxml's

from defusedxml.ElementTree import fromstring, iterparse

from provisioning.disclosure.model import Finding, Text, shown
from provisioning.disclosure.reading import file_finding
from provisioning.messages import _

_CELLS = re.compile(rb"<((?:\w+:)?)sheetData\b.*</\1sheetData\s*>", re.DOTALL)
_HEADER_CODES = re.compile(r'&"[^"]*"|&K[0-9A-F]{6}|&K\d\d[-+]\d{3}|&\d+|&[A-Z]')
_HEADERS = frozenset(f"{page}{end}" for page in ("odd", "even", "first") for end in ("Header", "Footer"))
_SPOKEN = ("prompt", "promptTitle", "error", "errorTitle", "tooltip", "text", "comment", "description")
_OF_TABLE = ("totalsRowLabel", "altText", "altTextSummary", "comment")
_SPELLED = re.compile(rb"<((?:\w+:)?)rPh\b.*?</\1rPh\s*>", re.DOTALL)
_SHOWN_STRING = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*?\bt=["']s["'])[^>]*>(?:\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?"""
    rb"""\s*<(?:\w+:)?v(?:\s[^>]*)?>\s*(\d{1,9})\s*<"""
)
_FORMAT_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]|(?P<end>;)'
    r"|(?P<digit>(?<!/)(?<!/\d)[1-9])|(?P<other>.)"
)
# What may stand beside a figure and belongs to it: units, signs, brackets, and the marks of dates.
_UNIT = re.compile(
    r"[\s()（）\[\]{}+\-−–—~〜=<>≦≧≤≥±△▲/:;,.、・'$¥€£%％‰°℃年月日時分秒人名件例回施設枚個本錠管瓶点円単位"
    r"歳才代千百十万億兆床日泊倍位第約以上未満超割]*|n ?=|(?:k|m|µ|μ)?g|(?:k|c|m)?m|m?l|dl|pt|yen|years?|months?|days?"
)
_PLACEHOLDER = re.compile(r"[0#?@ymdhsgeabr]", re.IGNORECASE)


def words_of_sheet(xml: bytes, sheet: str) -> Iterator[Text]:
    """What one sheet says outside its cells: page headers, lists and prompts of input, tips of links, filters.

    Raises what parsing broken XML raises.
    """
    around = xml if xml.count(b"sheetData") > 2 else _CELLS.sub(b"", xml)
    for element in _streamed(around):
        kind, words = _local(element), (element.text or "").strip()
        if kind in _HEADERS:
            yield from _said(_HEADER_CODES.sub(" ", words), _("header or footer of {sheet}").format(sheet=sheet))
        elif kind in ("formula1", "formula2", "f") and '"' in words:
            yield from _said(words, _("list of values for input of {sheet}").format(sheet=sheet))
        elif kind in ("filter", "customFilter", "inputCells"):
            value = element.get("val", "")
            yield from _said(value, _("filter or scenario of {sheet}").format(sheet=sheet))
        for key in _SPOKEN:
            yield from _said(element.get(key, ""), _("prompt, tip or rule of {sheet}").format(sheet=sheet))
    for match in _SPELLED.finditer(xml):
        yield from _spelled(re.sub(rb"<[^>]*>", b"", match[0]).decode("utf-8", "replace"))


def strings_shown(xml: bytes) -> set[int]:
    """The numbers of the shared strings that cells of a sheet show."""
    return set(map(int, _SHOWN_STRING.findall(xml)))


def words_of_names(xml: bytes) -> Iterator[Text]:
    """The comments of defined names."""
    for element in fromstring(xml, forbid_dtd=True).iter():
        if _local(element) == "definedName":
            for key in ("comment", "description", "help", "statusBar"):
                yield from _said(element.get(key, ""), _("comment of a name"))


def words_of_table(xml: bytes) -> Iterator[Text]:
    """Descriptions, labels of totals and formulas of a table object."""
    for element in fromstring(xml, forbid_dtd=True).iter():
        for words in (element.text or "", *(element.get(key, "") for key in _OF_TABLE)):
            yield from _said(words, _("description of a table"))


def words_of_links(relations: Element) -> Iterator[Text]:
    """The addresses to which links of a workbook or a document lead outside the file."""
    for relation in relations:
        if relation.get("TargetMode") == "External" and relation.get("Type", "").endswith("/hyperlink"):
            yield from _said(relation.get("Target", ""), _("address of a link"))


def words_of_strings(name: str, strings: bytes, used: set[int]) -> tuple[list[Text], list[Finding]]:
    """Readings (furigana) with figures in them, and the strings that no cell shows any more."""
    texts: list[Text] = []
    unseen: list[Text] = []
    number = 0
    for _event, element in iterparse(io.BytesIO(strings), forbid_dtd=True):
        if _local(element) == "rPh":
            texts += _spelled("".join(element.itertext()))
        elif _local(element) == "si":
            if number not in used:
                unseen += _said("".join(element.itertext()), _("text that no cell shows"))
            number += 1
            element.clear()
    if not unseen:
        return texts, []
    what = _("it keeps {count} pieces of text that no cell shows; they were read like text: {examples}")
    says = what.format(count=len(unseen), examples=shown([text.text[:40] for text in unseen], 3))
    fix = _("Copy the tables as values into a new workbook.")
    return [*texts, *unseen], [file_finding("FILE-1", "review", name, says, fix)]


def words_of_silent_part(part: str, xml: bytes) -> Iterator[Text]:
    """Characters in a part that holds none when an office program writes it, such as the theme of colours."""
    for element in fromstring(xml, forbid_dtd=True).iter():
        yield from _said(f"{element.text or ''} {element.tail or ''}", part)


def told_formats(name: str, styles: bytes) -> Iterator[Finding]:
    """FILE-1: number formats in use that show words which are no unit of the figure, or hide it."""
    root = fromstring(styles, forbid_dtd=True)
    parts = {_local(element): element for element in root}
    used = {cell.get("numFmtId") for cell in parts.get("cellXfs", ())}
    of_cells = [f for f in parts.get("numFmts", ()) if f.get("numFmtId") in used]
    of_rules = [f for rule in parts.get("dxfs", ()) for f in rule if _local(f) == "numFmt"]
    codes = dict.fromkeys(element.get("formatCode", "") for element in (*of_cells, *of_rules))
    odd = [code for code in codes if shows_other_than_figures(code)]
    if odd:
        what = _("number formats show what does not stand in the cells, or hide it: {formats}; the cells were checked")
        fix = _("Give the cells a plain number format, or look at the opened sheet by eye.")
        yield file_finding("FILE-1", "review", name, what.format(formats=shown(odd)), fix)


def shows_other_than_figures(code: str) -> bool:
    """Whether a number format has literals that are no unit of the figure, or shows no figure at all."""
    sections = [[""]]
    figures = not code
    for match in _FORMAT_PIECE.finditer(code):
        literal = next((text for text in match.group("quoted", "escaped", "currency", "digit") if text), None)
        if match["end"]:
            sections.append([""])
        elif literal:
            sections[-1][-1] += literal
        elif match["other"]:
            figures = figures or (len(sections) == 1 and bool(_PLACEHOLDER.match(code, match.start())))
            sections[-1].append("")
    return not figures or any(not _UNIT.fullmatch(text) for section in sections for text in section)


def _streamed(xml: bytes) -> Iterator[Element]:
    """Every element at its end, without the ones inside it: no more of the file is held than its depth."""
    above: list[Element] = []
    for event, element in iterparse(io.BytesIO(xml), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            above.append(element)
            continue
        above.pop()
        yield element
        if above:
            above[-1].remove(element)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _said(words: str, place: str) -> Iterator[Text]:
    if text := " ".join(words.split()):
        yield Text(1, 1, text, place)


def _spelled(words: str) -> Iterator[Text]:
    """A reading is kana; one with a figure in it says something of its own."""
    if re.search(r"\d", words):
        yield from _said(words, _("reading (furigana) of a cell"))
