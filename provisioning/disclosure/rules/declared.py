"""What the author declares, held against the table itself: READ-2."""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.disclosure.columns import COUNTS, Understood
from provisioning.disclosure.declaration import TotalSays, line_numbers
from provisioning.disclosure.model import Finding, Kind, shown
from provisioning.disclosure.rules.registry import Pack, column_name, finding, heading_place
from provisioning.disclosure.values import read_value
from provisioning.messages import _

STRICT = frozenset({Kind.PATIENTS, Kind.EVENTS})


def declarations(read: Understood, pack: Pack) -> Iterator[Finding]:
    """READ-2: a declaration that makes a column milder than it reads, or a total that does not add up."""
    if read.declared is None:
        return
    milder = [
        i for i, m in enumerate(read.meanings) if m.declared and m.guess in COUNTS and _is_milder(m.kind, m.guess)
    ]
    if milder:
        names = [f"{column_name(read, i)} ({read.meanings[i].guess} → {read.meanings[i].kind})" for i in milder]
        reason = _("The author declares columns to be other than they read: {columns}.").format(columns=shown(names))
        fix = _("See that the declaration is right; the rules of the declared kind were applied.")
        yield finding(read, "READ-2", "review", heading_place(read, milder[0]), reason, fix)
    for total in read.declared.totals:
        if wrong := _wrong_sums(read, total):
            reason = _("Line {line} is declared a total, but does not add up at: {places}.")
            fix = _("Correct the declaration; totals of patients are no sums where one patient counts twice.")
            place = heading_place(read, 0)
            yield finding(read, "READ-2", "review", place, reason.format(line=total.line, places=shown(wrong)), fix)


def _is_milder(kind: Kind, guess: Kind | None) -> bool:
    return kind is not guess and (guess in STRICT or kind not in COUNTS)


def _wrong_sums(read: Understood, total: TotalSays) -> list[str]:
    """The crossing lines at which all numbers are visible and the total is not their sum."""
    parts = {n for part in total.of for n in line_numbers(part)}
    line = line_numbers(total.line)[0]
    by_row = total.line[0].isdigit()
    table = read.table
    wrong = []
    counts = read.of_kind(*COUNTS)
    crossing = [(str(table.columns[i].heading or table.columns[i].number), i) for i in counts] if by_row else [
        (str(number), row) for row, number in enumerate(table.row_numbers)
    ]  # fmt: skip
    for name, across in crossing:
        if by_row:
            cells = {n: row[across] for n, row in zip(table.row_numbers, table.rows, strict=True)}
        else:
            cells = {table.columns[i].number: table.rows[across][i] for i in counts}
        values = [read_value(cells[n]) for n in sorted(parts) if n in cells]
        whole = read_value(cells.get(line))
        numbers = [value for value in values if isinstance(value, float)]
        if (
            isinstance(whole, float)
            and len(numbers) == len(values)
            and abs(sum(numbers) - whole) > 1e-6 * max(1, whole)
        ):
            wrong.append(name)
    return wrong
