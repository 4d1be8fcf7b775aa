"""CSV files too large to hold as tables: checked piece by piece with memory that does not grow with the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from provisioning.disclosure.columns import Understood, understand
from provisioning.disclosure.delimited import Source, stream_rows
from provisioning.disclosure.describe import how_read
from provisioning.disclosure.documents import MOST_CELLS
from provisioning.disclosure.kinds import suffix_of
from provisioning.disclosure.layout import find_tables
from provisioning.disclosure.model import Finding, Report, Table, Value
from provisioning.disclosure.reading import file_finding
from provisioning.disclosure.rules import Pack, check_table
from provisioning.errors import BadInput
from provisioning.messages import _

HEAD_ROWS = 2_000
PIECE_ROWS = 20_000
MOST_PER_RULE = 1_000

NumberedRow = tuple[int, list[Value]]


def check_in_pieces(name: str, source: Source, pack: Pack) -> Report:
    """Every row of a large CSV file under the rules, READ-3 on its size, and at most 1,000 findings per rule.

    A file on the disk is read from there: it never stands in memory as a whole.
    The first rows say what the columns are. Rules that look at a table as a whole see a piece of it.
    Raises BadInput for a file that is no CSV.
    """
    rows = enumerate(stream_rows(name, source, suffix_of(name)), start=1)
    head = list(islice(rows, HEAD_ROWS))
    tables = find_tables(name, "", [row for _n, row in head])
    if not tables:
        raise BadInput(
            _("{name} holds nothing.").format(name=name), fix=_("Check that the right file was saved, and try again.")
        )
    first = max(tables, key=lambda table: len(table.rows))
    meanings = understand(first).meanings
    read = Understood(first, meanings)
    findings: list[Finding] = []
    times: Counter[str] = Counter()
    known: set[tuple[str, int, str]] = set()
    cells = 0
    for table in chain(tables, _pieces(first, rows)):
        piece = Understood(table, meanings) if table.columns == first.columns else understand(table)
        cells += table.cells
        for finding in check_table(piece, pack):
            key = (finding.rule, finding.column, finding.verdict)
            if finding.verdict == "review" and key in known:
                continue
            known.add(key)
            times[finding.rule] += 1
            if times[finding.rule] <= MOST_PER_RULE:
                findings.append(finding)
    findings += _more(name, times)
    findings.append(_too_large(name))
    return Report((name,), len(tables), cells, tuple(findings), (), (how_read(read, 1).as_data(),))


def _pieces(first: Table, rows: Iterator[NumberedRow]) -> Iterator[Table]:
    """Tables of so many rows each, with the columns of the first; wider rows make new columns."""
    while piece := list(islice(rows, PIECE_ROWS)):
        filled = [(n, row) for n, row in piece if any(value is not None for value in row)]
        places = [column.number - 1 for column in first.columns]
        known = set(places)
        if any(value is not None and i not in known for _n, row in filled for i, value in enumerate(row)):
            yield from find_tables(first.file, "", [row for _n, row in piece], piece[0][0])
            continue
        cut = tuple(tuple(row[i] if i < len(row) else None for i in places) for _n, row in filled)
        yield replace(first, row_numbers=tuple(n for n, _row in filled), rows=cut, texts=())


def _more(name: str, times: Counter[str]) -> Iterator[Finding]:
    for rule, count in times.items():
        if count > MOST_PER_RULE:
            what = _("{count} more findings of rule {rule} are not listed").format(
                count=count - MOST_PER_RULE, rule=rule
            )
            yield file_finding("READ-3", "fail", name, what, _("Mend the listed ones and check again."))


def _too_large(name: str) -> Finding:
    what = _("it holds more than {cells} cells; it was checked piece by piece, and cannot be filed")
    fix = _("A result for publication is small; aggregate it, or split it by table.")
    return file_finding("READ-3", "fail", name, what.format(cells=f"{MOST_CELLS:,}"), fix)
