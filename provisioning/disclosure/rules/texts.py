"""Running text around tables: counts of few persons (PUB-1), and the numbers a reviewer reads (TEXT-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provisioning.disclosure.model import Document, Finding, Text, Verdict, shown
from provisioning.disclosure.rules.patients import FEW_PERSONS, N_EQUALS
from provisioning.disclosure.values import folded
from provisioning.messages import _

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
LONGEST = 60


def check_texts(document: Document) -> Iterator[Finding]:
    """`n=5` is refused, "3人" and "3 patients" reviewed; other numbers are listed once per file."""
    yield from _names(document)
    others: list[Text] = []
    for text in document.texts:
        plain = folded(text.text)
        few = _few(document, text)
        if few:
            yield few
        elif numbers_in(plain):
            others.append(text)
    if others:
        places = shown([f"{text.place}: {_short(text.text)}" for text in others])
        reason = _("Numbers stand in {count} lines of text, such as {places}.").format(count=len(others), places=places)
        fix = _("Read them; none may tell a count from 1 to 9, by itself or with the tables.")
        yield _found(document, others[0], "TEXT-1", "review", reason, fix)


def _names(document: Document) -> Iterator[Finding]:
    """Names of the file and its sheets, and its properties; their other numbers say years and editions."""
    sheets = dict.fromkeys(table.sheet for table in document.tables)
    said = [Text(1, 1, document.name, _("name of the file"))]
    said += [Text(1, 1, sheet, _("name of a sheet")) for sheet in sheets if sheet]
    said += [Text(1, 1, fact.text, _("property of the file")) for fact in document.facts if fact.what != "comments"]
    yield from filter(None, (_few(document, text) for text in said))


def _few(document: Document, text: Text) -> Finding | None:
    """PUB-1: the finding on a text that tells of 1 to 9 persons."""
    plain = folded(text.text)
    if match := N_EQUALS.search(plain):
        reason = _("The text says n={count}, a count from 1 to 9.").format(count=match[1])
        return _found(document, text, "PUB-1", "fail", reason, _("Take the number out."))
    if match := FEW_PERSONS.search(plain):
        reason = _("The text speaks of few persons: '{words}'.").format(words=match[0])
        return _found(document, text, "PUB-1", "review", reason, _("Take the number out if it is a result."))
    return None


def numbers_in(text: str) -> list[str]:
    """The numbers of a text, as written."""
    return _NUMBER.findall(text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _found(document: Document, text: Text, rule: str, verdict: Verdict, reason: str, fix: str) -> Finding:
    return Finding(rule, verdict, document.name, "", text.row, text.column, text.place or "A1", reason, fix, True)
