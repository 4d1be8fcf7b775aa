"""PDF: its text page by page, tables where columns are set apart by blanks, and what is hidden in it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from provisioning.disclosure.markup import read_aligned
from provisioning.disclosure.model import Fact, Text
from provisioning.disclosure.reading import Reading, broken, file_finding
from provisioning.errors import BadInput
from provisioning.messages import _

MOST_PAGES = 200
MOST_CHARACTERS = 5_000_000
_ERRORS = (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError,
           NotImplementedError, AssertionError, OverflowError, MemoryError)  # fmt: skip


def read_pdf(name: str, content: bytes) -> Reading:
    """Text and tables of a PDF. Raises BadInput for a broken or encrypted file, or one of too many pages.

    A PDF says where letters stand, not what is a table: a reviewer always compares by eye.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return _read(name, PdfReader(io.BytesIO(content), strict=False))
    except _ERRORS as error:
        raise _broken(name, f"{type(error).__name__}: {error}") from error


def _broken(name: str, reason: str) -> BadInput:
    return broken(name, _("a PDF"), reason, _("Make the PDF again without a password, or file the tables as .csv."))


def _read(name: str, document: PdfReader) -> Reading:
    if document.is_encrypted:
        raise _broken(name, _("it is encrypted"))
    if len(document.pages) > MOST_PAGES:
        raise _broken(name, _("it has more than {count} pages").format(count=MOST_PAGES))
    reading = Reading()
    letters = 0
    for number, page in enumerate(document.pages, start=1):
        text = page.extract_text(extraction_mode="layout")
        letters += len(text)
        if letters > MOST_CHARACTERS:
            raise _broken(name, _("it holds more than {count} letters").format(count=MOST_CHARACTERS))
        part = read_aligned(text, number)
        reading.texts += [*part.texts, *_comments(page, number)]
        reading.sheets += [replace(sheet, name=f"page {number} {sheet.name}") for sheet in part.sheets]
    reading.texts += _fields(document)
    if sum(len(text.text) for text in reading.texts) > MOST_CHARACTERS:
        raise _broken(name, _("it holds more than {count} letters").format(count=MOST_CHARACTERS))
    what = _("a PDF is read by the places of its letters only")
    fix = _("Compare the tables with the page by eye, or ask for them as .csv.")
    reading.findings.append(file_finding("FILE-2", "review", name, what, fix))
    for rule, says in _hidden(document):
        reading.findings.append(file_finding(rule, "fail" if rule == "FILE-4" else "review", name, says))
    reading.facts = [Fact(name, str(key).lstrip("/"), str(value)) for key, value in (document.metadata or {}).items()]
    return reading


def _hidden(document: PdfReader) -> Iterator[tuple[str, str]]:
    root = _resolved(document.trailer["/Root"])
    if document.attachments:
        yield "FILE-4", _("it holds embedded files, which are not read")
    if "/JavaScript" in _resolved(root.get("/Names", {})) or "/OpenAction" in root or "/AA" in root:
        yield "FILE-4", _("it holds scripts or other active content")
    if "/AcroForm" in root:
        yield "FILE-2", _("it holds a form, whose fields are read as text")
    if "/OCProperties" in root:
        yield "FILE-1", _("it has layers, which can be hidden")
    if any(_notes(page) for page in document.pages):
        yield "FILE-2", _("it holds comments, which are read as text")
    if any(_pictures(page) for page in document.pages):
        yield "FILE-2", _("it holds pictures, which are not read")


def _comments(page: PageObject, number: int) -> Iterator[Text]:
    """What notes, highlights and other marks on a page say, and to what their fields are set."""
    for note in _resolved(page.get("/Annots", [])):
        mark = _resolved(note)
        for key in ("/Contents", "/V", "/RC"):
            words = str(_resolved(mark.get(key, ""))).strip()
            if words:
                yield Text(number, 1, words, _("page {page}, comment").format(page=number))


def _fields(document: PdfReader) -> Iterator[Text]:
    """The values of a form, those that are set at first included."""
    for number, (name, field) in enumerate((document.get_fields() or {}).items(), start=1):
        words = dict.fromkeys(str(_resolved(field[key])) for key in ("/V", "/DV") if key in field)
        place = _("field {name}").format(name=name)
        yield from (Text(number, 1, text, place) for text in words if text.strip())


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _notes(page: PageObject) -> bool:
    return any(_resolved(note).get("/Subtype") != "/Link" for note in _resolved(page.get("/Annots", [])))


def _pictures(page: PageObject) -> bool:
    objects = _resolved(_resolved(page.get("/Resources", {})).get("/XObject", {}))
    return any(_resolved(item).get("/Subtype") == "/Image" for item in objects.values())
