"""Small counts of institutions and insurers: PUB-4-OLD, PUB-4a, PUB-4b."""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding, Kind, cell_name, shown
from provisioning.disclosure.rules.registry import Pack, cell_place, column_name, finding
from provisioning.disclosure.values import in_words
from provisioning.messages import _

FEWEST_INSTITUTIONS = 3


def too_few_institutions(count: float) -> bool:
    """One or two institutions; 0 passes."""
    return 0 < count < FEWEST_INSTITUTIONS


def few_institutions(read: Understood, pack: Pack) -> Iterator[Finding]:
    """Cells of 1 or 2 institutions: refused by edition 2 or with a linked database, else reviewed."""
    for index in range(len(read.meanings)):
        kind = read.meanings[index].kind
        if kind is not Kind.INSTITUTIONS and not (read.meanings[index].inferred and kind is Kind.PATIENTS):
            continue
        rows = [
            (row, reading)
            for row, reading in read.readings(index)
            if isinstance(reading, float)
            and too_few_institutions(reading)
            and read.kind_at(row, index) is Kind.INSTITUTIONS
        ]
        if not rows:
            continue
        if pack.refuses_few_institutions:
            yield from (_refused(read, pack, row, index, count) for row, count in rows)
        else:
            yield _reviewed(read, index, [row for row, _count in rows])


def _refused(read: Understood, pack: Pack, row: int, index: int, count: float) -> Finding:
    if pack.linked:
        rule, reason = "PUB-4b", _("{count} in '{column}': with a linked database, 1 or 2 institutions are not shown.")
    else:
        rule, reason = "PUB-4-OLD", _("{count} in '{column}': edition 2 does not show 1 or 2 institutions.")
    return finding(
        read,
        rule,
        "fail",
        cell_place(read, row, index),
        reason.format(count=in_words(count), column=column_name(read, index)),
        _("Mask it, or join groups."),
        inferred=read.meanings[index].inferred,
    )


def _reviewed(read: Understood, index: int, rows: list[int]) -> Finding:
    places = [cell_name(*cell_place(read, row, index)) for row in rows]
    return finding(
        read,
        "PUB-4a",
        "review",
        cell_place(read, rows[0], index),
        _("'{column}' shows 1 or 2 institutions: {places}.").format(
            column=column_name(read, index), places=shown(places)
        ),
        _("Make sure that no person can be identified together with what is known elsewhere, or mask them."),
        inferred=read.meanings[index].inferred,
    )
