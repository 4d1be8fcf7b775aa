"""What every reader hands over: grids of cells, running text, findings, and facts about the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from provisioning.disclosure.delimited import Grid
from provisioning.disclosure.model import Fact, Finding, Text, Verdict
from provisioning.disclosure.values import Mark, read_value
from provisioning.errors import BadInput
from provisioning.messages import _


@dataclass(frozen=True)
class Sheet:
    """One grid of a file. `first` is the number of its first row in the file, from 1."""

    name: str
    grid: Grid
    first: int = 1
    title: str = ""


@dataclass
class Reading:
    """What a reader found in one file, in the order of the file."""

    sheets: list[Sheet] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def file_finding(rule: str, verdict: Verdict, file: str, what: str, fix: str = "", *, sheet: str = "") -> Finding:
    """A finding about a file (or one of its sheets) as a whole; its place is the first cell."""
    return Finding(
        rule=rule,
        verdict=verdict,
        file=file,
        sheet=sheet,
        row=1,
        column=1,
        cell="A1",
        reason=_("About {file}: {what}.").format(file=f"{file} [{sheet}]" if sheet else file, what=what),
        fix=fix or _("Remove it, or look at it by eye before approval."),
        inferred=True,
    )


def broken(name: str, kind: str, reason: str, fix: str) -> BadInput:
    """The error for a file that is not what its name says."""
    return BadInput(
        _("{name} cannot be read as {kind}: {reason}.").format(name=name, kind=kind, reason=reason), fix=fix
    )


def spanned(text: str, width: int, column: int) -> list[str]:
    """A cell over several columns as that many cells.

    A heading over columns is repeated, so that it is no lone cell, which would read like a title;
    a figure stands once, and so does what spans a whole row from its first column.
    """
    repeat = column > 0 and read_value(text) is Mark.TEXT
    return [text, *([text if repeat else ""] * (width - 1))]
