"""The catalogue as one HTML page that needs no network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from provisioning.datasets.codes import CodeSystem
from provisioning.datasets.model import Table
from provisioning.errors import DependencyFailed
from provisioning.messages import _

TEMPLATE = Path(__file__).with_name("page.html")


def catalogue_page(tables: Iterable[Table], systems: Mapping[str, CodeSystem]) -> str:
    """The page's HTML: tables, columns and codes as JSON inside, searched by a script inside."""
    data = json.dumps(page_data(tables, systems), ensure_ascii=False, separators=(",", ":"))
    # "</script" would end the script element, and "<!--" change how its end is found; JSON may escape the sign.
    return TEMPLATE.read_text(encoding="utf-8").replace("__DATA__", data.replace("<", "\\u003c"))


def page_data(tables: Iterable[Table], systems: Mapping[str, CodeSystem]) -> dict[str, Any]:
    """What the page shows, in short keys: layouts once, tables that refer to them, code systems."""
    tables = tuple(tables)
    layouts = {table.layout.key: table.layout for table in tables}
    return {
        "tables": [
            {
                "set": table.dataset,
                "name": table.name,
                "layout": table.layout.key,
                "kind": table.point_table,
                "record": table.record,
                "title": table.japanese_name,
                "rows": table.rows_per_receipt,
                "basis": table.rows_basis,
            }
            for table in tables
        ],
        "layouts": {
            key: [
                [c.name, c.japanese_name, c.sql_type, c.nullable, c.code_system, c.confidence, c.note]
                for c in layout.columns
            ]
            for key, layout in sorted(layouts.items())
        },
        "codes": {
            name: [system.extent, system.description, [[c.code, c.meaning, c.confidence] for c in system.codes]]
            for name, system in systems.items()
        },
    }


def write_page(path: Path, tables: Iterable[Table], systems: Mapping[str, CodeSystem]) -> int:
    """Write the page; its size in bytes. Raises DependencyFailed when the file cannot be written."""
    body = catalogue_page(tables, systems).encode("utf-8")
    try:
        path.write_bytes(body)
    except OSError as error:
        raise DependencyFailed(_("{path} cannot be written: {error}").format(path=path, error=error)) from error
    return len(body)
