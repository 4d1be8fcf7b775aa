"""Figures from which counts may be worked out: PUB-23."""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding, Kind, shown
from provisioning.disclosure.rules.patients import FEWEST_PATIENTS
from provisioning.disclosure.rules.ratios import judged_columns
from provisioning.disclosure.rules.registry import Pack, column_name, finding, heading_place
from provisioning.disclosure.values import Mark, Reading, is_whole
from provisioning.messages import _


def statistics(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-23: percentages, means and the like; and sums of no known kind. Each once per table."""
    judged = judged_columns(read)
    columns = [i for i in range(len(read.meanings)) if i not in judged and _holds_statistics(read, i)]
    if columns:
        yield finding(
            read,
            "PUB-23",
            "review",
            heading_place(read, columns[0]),
            _("Percentages, means or other statistics: {columns}. Counts may be worked out from them.").format(
                columns=shown([column_name(read, i) for i in columns])
            ),
            _("Give numerator and denominator, and see that neither is from 1 to 9."),
            inferred=any(read.meanings[i].inferred for i in columns),
        )
    sums = [
        i for i in read.of_kind(Kind.QUANTITY) if any(isinstance(r, float) and r > 0 for _row, r in read.readings(i))
    ]
    if sums:
        yield finding(
            read,
            "PUB-23",
            "review",
            heading_place(read, sums[0]),
            _("Sums or quantities of no known kind: {columns}.").format(
                columns=shown([column_name(read, i) for i in sums])
            ),
            _("Give the count of patients behind each, or say what they are (処方数量, 患者数 ...)."),
        )


def _holds_statistics(read: Understood, index: int) -> bool:
    meaning = read.meanings[index]
    if meaning.kind is Kind.STATISTIC:
        return any(isinstance(r, float) or r in (Mark.PERCENT, Mark.TEXT) for _row, r in read.readings(index))
    if not (meaning.inferred or meaning.group) or meaning.kind is Kind.LABEL:
        return False
    return any(_is_statistic(read, row, index, reading) for row, reading in read.readings(index))


def _is_statistic(read: Understood, row: int, index: int, reading: Reading) -> bool:
    """Whether a cell of a column without a telling heading is a statistic."""
    if not isinstance(reading, float):
        return reading is Mark.PERCENT
    small = 0 < reading < FEWEST_PATIENTS
    return not is_whole(reading) or (small and read.kind_at(row, index) is Kind.STATISTIC)
