"""What a column was taken for, in words for a person; `tables.yaml` and JSON keep the words of `Kind`."""

from __future__ import annotations

from provisioning.disclosure.model import Kind
from provisioning.messages import _


def kind_word(kind: str) -> str:
    """What the numbers of a column count."""
    return {
        Kind.LABEL: _("labels"),
        Kind.PATIENTS: _("patients"),
        Kind.EVENTS: _("events"),
        Kind.INSTITUTIONS: _("institutions"),
        Kind.DRUGS: _("drug quantity"),
        Kind.REHABILITATION: _("rehabilitation"),
        Kind.MATERIALS: _("materials"),
        Kind.QUANTITY: _("other quantity"),
        Kind.STATISTIC: _("statistic"),
    }[Kind(kind)]


def how_known(by: str) -> str:
    """How that is known: said by the author, by the heading, or guessed."""
    return {"declared": _("declared"), "stated": _("by its heading"), "inferred": _("inferred")}[by]
