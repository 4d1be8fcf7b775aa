"""The register of released numbers: every figure that left, with what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provisioning.disclosure.columns import understand
from provisioning.disclosure.model import Kind, Table, cell_name
from provisioning.disclosure.values import Mark


def released_cells(table: Table) -> Iterator[dict[str, Any]]:
    """Each figure and mask of a table with its place, its headings and its row's labels.

    A masked cell has the value None: later releases may not give it away.
    """
    read = understand(table)
    for index, meaning in enumerate(read.meanings):
        if meaning.kind is Kind.LABEL:
            continue
        column = table.columns[index]
        for row, reading in read.readings(index):
            masked = reading in (Mark.MASK, Mark.NARROW_MASK)
            if isinstance(reading, float) or masked:
                yield {
                    "file": table.file,
                    "sheet": table.sheet,
                    "cell": cell_name(table.row_numbers[row], column.number),
                    "kind": meaning.kind,
                    "columns": list(column.path),
                    "rows": list(read.row_labels[row]),
                    "value": None if masked else reading,
                }
