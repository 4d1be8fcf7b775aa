"""What a cell says beside its findings: what the attack leaves of a mask, what releases add, what it held before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.disclosure.changes import FileChanges
from provisioning.messages import _

Spot = tuple[int, int]
"""A row and a column of a file, from 1."""


@dataclass(frozen=True)
class Note:
    """`kind` is the style of the cell: exact, narrow, safe or changed; `lines` what is told on hover."""

    kind: str
    lines: tuple[str, ...]


Notes = Mapping[tuple[str, str], Mapping[Spot, list[Note]]]
"""Notes by file and sheet, then by place."""

_KINDS = {"exact": "exact", "too narrow": "narrow", "undecided": "narrow", "safe": "safe"}


def notes_of(masks: Iterable[Mapping[str, Any]], changed: Iterable[FileChanges]) -> Notes:
    """The notes of all cells, from the masks of a report and the changes since earlier versions."""
    notes: dict[tuple[str, str], dict[Spot, list[Note]]] = defaultdict(lambda: defaultdict(list))
    for mask in masks:
        spot = mask["row"], mask["column"]
        notes[mask["file"], mask["sheet"]][spot].append(Note(_KINDS[mask["openness"]], tuple(_mask(mask))))
    for file in changed:
        for table in file.tables:
            for spot, was in table.cells.items():
                line = _("Changed since {version}; before: {was}") if was else _("New since {version}")
                note = Note("changed", (line.format(version=file.version, was=was),))
                notes[table.file, table.sheet][spot].append(note)
    return notes


def _mask(mask: Mapping[str, Any]) -> list[str]:
    lines = [
        _("The attack: {figures}, {openness}").format(
            figures=_span(mask["low"], mask["high"]), openness=_word(mask["openness"])
        ),
        mask["words"],
    ]
    if alone := mask.get("alone"):
        text = _("Without the earlier release {releases}: {figures}, {openness}")
        lines.append(
            text.format(
                releases=", ".join(mask["releases"]),
                figures=_span(alone["low"], alone["high"]),
                openness=_word(alone["openness"]),
            )
        )
    return lines


def _span(low: float, high: float | None) -> str:
    """The figures that a mask can hold."""
    if high is None:
        return _("{low} or more").format(low=f"{low:g}")
    return f"{low:g}" if low == high else _("{low} to {high}").format(low=f"{low:g}", high=f"{high:g}")


def _word(openness: str) -> str:
    return {
        "exact": _("known exactly"),
        "too narrow": _("too narrow"),
        "undecided": _("not decided"),
        "safe": _("safe"),
    }[openness]
