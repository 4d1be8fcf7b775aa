"""DOCX: its tables, its text, and what a reader of the page would not see."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError  # types only: parsing is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from provisioning.disclosure.archives import check_package
from provisioning.disclosure.delimited import Grid
from provisioning.disclosure.model import Fact, Text, shown
from provisioning.disclosure.packages import foreign_parts
from provisioning.disclosure.reading import Reading, Sheet, broken, file_finding, spanned
from provisioning.disclosure.workbook_words import words_of_links
from provisioning.errors import BadInput
from provisioning.messages import _

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BODY = "word/document.xml"
_BESIDE = re.compile(r"word/(comments|footnotes|endnotes|header\d*|footer\d*|glossary/document)\.xml", re.IGNORECASE)
# Parts that hold settings and styles: what words they have stand in attributes, or nowhere.
_SILENT = re.compile(
    r"word/(?:styles|styleswitheffects|settings|websettings|fonttable|numbering|people|comments\w+|theme/theme\d*)\.xml"
    r"|.*\.rels",
    re.IGNORECASE,
)
# What an author gives a picture, a table, a field to fill in or the document itself to carry along unseen.
_CARRIED = ("descr", "title", f"{_W}placeholder", f"{_W}tooltip")
_CARRIERS = frozenset(
    f"{_W}{name}"
    for name in (
        "docVar", "alias", "tag", "tblCaption", "tblDescription", "statusText", "helpText", "default", "listItem",
        "listEntry", "lvlText",
    )
)  # fmt: skip
_LEVEL = re.compile(r"%\d")
"""Where the number of a list item goes."""
MOST_SPAN = 2000


def read_word(name: str, content: bytes) -> Reading:
    """Tables in order, paragraphs, and findings. Raises BadInput for a broken, encrypted or hostile file."""
    if not content.startswith(b"PK\x03\x04"):
        raise _broken(name, _("it is encrypted, or no .docx file"))
    parts = check_package(name, content, _("a document"), _fix())
    if _BODY not in parts:
        raise _broken(name, _("it has no text part"))
    reading = Reading()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if foreign := foreign_parts(package, "word"):
            what = _("it carries files that no word processor writes or shows: {parts}").format(parts=shown(foreign))
            fix = _("Copy its text into a new document.")
            reading.findings.append(file_finding("FILE-4", "fail", name, what, fix))
        body = _parsed(name, package, _BODY)
        _read_body(reading, body)
        for part in parts:
            if beside := _BESIDE.fullmatch(part):
                _read_beside(reading, name, beside[1].lower(), _parsed(name, package, part))
            elif _SILENT.fullmatch(part):
                _read_silent(reading, name, part, _parsed(name, package, part))
        _report_hidden(reading, name, body)
        _report_parts(reading, name, parts)
        relations = [_parsed(name, package, part) for part in parts if part.lower().endswith(".rels")]
        if any(
            r.get("TargetMode") == "External" and "hyperlink" not in r.get("Type", "") for e in relations for r in e
        ):
            what = _("it takes in what lies outside the file")
            reading.findings.append(file_finding("FILE-2", "review", name, what))
        for relation in relations:
            reading.texts += words_of_links(relation)
        for part in parts:
            if re.fullmatch(r"docprops/(?:core|app|custom)\.xml", part.lower()):
                reading.facts += properties(name, _parsed(name, package, part))
    return reading


def _fix() -> str:
    return _("Open it in a word processor, save it again as .docx without a password, and try again.")


def _broken(name: str, reason: str) -> BadInput:
    return broken(name, _("a document"), reason, _fix())


def _parsed(name: str, package: zipfile.ZipFile, part: str) -> Element:
    try:
        root: Element = fromstring(package.read(part), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise _broken(name, f"{part}: {error}") from error
    return root


# What a program writes of itself, and the list of sheets that the reviewer sees anyway.
_OF_NOBODY = frozenset(
    {"lpstr", "i4", "DocSecurity", "ScaleCrop", "LinksUpToDate", "SharedDoc", "HyperlinksChanged", "AppVersion"}
)


def properties(name: str, root: Element) -> Iterator[Fact]:
    """The document properties of an Office file that say something, such as its authors."""
    custom = root.tag.endswith("custom-properties}Properties")
    for element in root.iter():
        text, label = (element.text or "").strip(), element.tag.rpartition("}")[2]
        if text and not len(element) and (custom or label not in _OF_NOBODY):
            yield Fact(name, label, text)


def _read_body(reading: Reading, body: Element) -> None:
    inside: set[Element] = set()
    title = ""
    number = 0
    for element in body.iter():
        if element in inside:
            continue
        if element.tag == f"{_W}tbl":
            inside.update(element.iter())
            reading.sheets.append(Sheet(f"table {len(reading.sheets) + 1}", _grid(element), 1, title))
            title = ""
        elif element.tag == f"{_W}p":
            number += 1
            words = _words(element)
            if words:
                title = words if re.match(r"(?:表|table)", words, re.IGNORECASE) else ""
                reading.texts.append(Text(number, 1, words, _("paragraph {number}").format(number=number)))
    reading.texts += _carried(body, _("unseen words of the document"))


def _words(element: Element) -> str:
    """The text of an element with deleted and hidden text, since both leave with the file."""
    pieces = []
    for part in element.iter():
        if part.tag in (f"{_W}t", f"{_W}delText", f"{_W}instrText", f"{_W}delInstrText", f"{_M}t"):
            pieces.append(part.text or "")
        elif part.tag == f"{_W}sym":
            pieces.append(_symbol(part.get(f"{_W}char", "")))
        elif part.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            pieces.append(" ")
    return " ".join("".join(pieces).split())


def _symbol(code: str) -> str:
    """A character of a symbol font, which keeps it in the private area above its own code."""
    return chr(int(code, 16) & 0xFF) if re.fullmatch(r"(?:F0)?[0-9A-Fa-f]{2}", code) else ""


def _carried(root: Element, place: str) -> Iterator[Text]:
    """Words in attributes, which a reader of the page does not see: descriptions, titles, variables, prompts."""
    for element in root.iter():
        words = [element.get(key, "") for key in _CARRIED]
        if element.tag in _CARRIERS:
            words += [value for key, value in element.attrib.items() if key != f"{_W}name"]
        for text in (" ".join(_LEVEL.sub(" ", word).split()) for word in words):
            if text and (element.tag != f"{_W}lvlText" or re.search(r"\d", text)):
                yield Text(1, 1, text, place)


def _grid(table: Element) -> Grid:
    grid: Grid = []
    for row in table.iter(f"{_W}tr"):
        cells: list[str | float | None] = []
        for cell in row.findall(f"{_W}tc"):
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            words = _words(cell)
            width = (span.get(f"{_W}val") or "1") if span is not None else "1"
            across = max(1, min(int(width), MOST_SPAN)) if width.isdecimal() else 1
            cells += [part or None for part in spanned(words, across, len(cells))]
        grid.append(cells)
    return grid


def _read_beside(reading: Reading, name: str, part: str, root: Element) -> None:
    found = [words for element in root.iter(f"{_W}p") if (words := _words(element))]
    names = {
        "comments": _("comment {number}"),
        "footnotes": _("footnote {number}"),
        "endnotes": _("endnote {number}"),
        "header": _("page header, paragraph {number}"),
        "footer": _("page footer, paragraph {number}"),
        "glossary/document": _("building block, paragraph {number}"),
    }
    place = names[part.rstrip("0123456789")]
    reading.texts += [Text(n, 1, words, place.format(number=n)) for n, words in enumerate(found, start=1)]
    reading.texts += _carried(root, _("unseen words of the document"))
    if found and part == "comments":
        what = _("it holds {count} comments; they were read like text").format(count=len(found))
        reading.findings.append(file_finding("FILE-2", "review", name, what, _("Delete the comments.")))


def _read_silent(reading: Reading, name: str, part: str, root: Element) -> None:
    """Words in a part that holds none when a word processor writes it; the variables that settings keep."""
    reading.texts += _carried(root, _("unseen words of the document"))
    words = [" ".join(text.split()) for text in root.itertext()]
    said = [Text(1, 1, text, part) for text in words if text]
    if said:
        what = _("parts that hold no words hold some: {parts}; they were read like text").format(parts=part)
        reading.findings.append(file_finding("FILE-1", "review", name, what))
        reading.texts += said


def _report_hidden(reading: Reading, name: str, body: Element) -> None:
    changes = sum(1 for e in body.iter() if e.tag in (f"{_W}ins", f"{_W}del", f"{_W}moveFrom", f"{_W}moveTo"))
    if changes:
        what = _("it holds {count} tracked changes, deleted text among them; all of it was read").format(count=changes)
        reading.findings.append(file_finding("FILE-1", "review", name, what, _("Accept all changes and save again.")))
    if any(e.tag == f"{_W}vanish" and e.get(f"{_W}val") not in ("0", "false") for e in body.iter()):
        what = _("it holds hidden text; it was read all the same")
        reading.findings.append(file_finding("FILE-1", "review", name, what))


def _report_parts(reading: Reading, name: str, parts: list[str]) -> None:
    kinds = (
        ("word/vbaproject", "FILE-4", _("it holds macros")),
        ("word/embeddings/", "FILE-4", _("it holds embedded files, which are not read")),
        ("word/activex/", "FILE-4", _("it holds scripts or other active content")),
        ("word/media/", "FILE-2", _("it holds pictures, which are not read")),
        ("word/charts/", "FILE-2", _("it holds charts, which keep a copy of their numbers")),
        ("word/diagrams/", "FILE-2", _("it holds drawings, which are not read")),
        ("word/drawings/", "FILE-2", _("it holds drawings, which are not read")),
        ("docprops/thumbnail", "FILE-2", _("it holds a small picture of its first page, which is not read")),
        ("word/fonts/", "FILE-2", _("it holds fonts, which are not read")),
        ("word/printersettings/", "FILE-2", _("it holds settings of a printer, which are not read")),
        ("customxml/item", "FILE-2", _("it holds custom XML data, which is not read")),
    )
    lower = [part.lower() for part in parts]
    for prefix, rule, what in kinds:
        if any(part.startswith(prefix) for part in lower):
            reading.findings.append(file_finding(rule, "fail" if rule == "FILE-4" else "review", name, what))
