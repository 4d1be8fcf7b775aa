"""`hic data describe` and `hic data catalog`: what the tables mean. Attached to the group of `hic data`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table as Grid

from provisioning.cli.session import Session, pass_session
from provisioning.datasets.catalogue import choose_tables, read_catalogue
from provisioning.datasets.codes import CodeSystem, read_codes
from provisioning.datasets.model import Table
from provisioning.datasets.page import write_page
from provisioning.errors import BadInput
from provisioning.messages import _

MOST_CODES = 60


@click.command("describe")
@click.argument("name", metavar="TABLE")
@click.option("--codes", is_flag=True, help="Print the values of every code system too.")
@pass_session
def describe(session: Session, name: str, codes: bool) -> None:
    """Print the columns, types, codes and meanings of a table, and how sure they are."""
    chosen = choose_tables(read_catalogue(), [name])
    exact = [table for table in chosen if name.upper() == table.name] or list(chosen)
    if len(exact) > 1 and not any(sign in name for sign in "*?["):
        exact = [table for table in exact if table.dataset == "trial"] or exact
    if len(exact) > 1:
        raise BadInput(
            _("{name} fits {count} tables.").format(name=name, count=len(exact)),
            fix=_("Name one: {names}.").format(names=", ".join(table.name for table in exact)),
        )
    systems = read_codes()
    (table,) = exact
    session.report(_data(table, systems), lambda console: _show(console, table, systems, codes))


def _data(table: Table, systems: dict[str, CodeSystem]) -> dict[str, object]:
    used = {c.code_system for c in table.layout.columns if c.code_system in systems}
    return {
        "table": table.name,
        "dataset": table.dataset,
        "point_table": table.point_table,
        "record": table.record,
        "japanese_name": table.japanese_name,
        "provisional": table.provisional,
        "rows_per_receipt": table.rows_per_receipt,
        "rows_basis": table.rows_basis,
        "columns": [
            {
                "position": c.position,
                "name": c.name,
                "japanese_name": c.japanese_name,
                "type": c.sql_type,
                "nullable": c.nullable,
                "code_system": c.code_system,
                "confidence": c.confidence,
                "note": c.note,
            }
            for c in table.layout.columns
        ],
        "codes": {
            name: {
                "extent": systems[name].extent,
                "description": systems[name].description,
                "values": {code.code: code.meaning for code in systems[name].codes},
            }
            for name in sorted(used)
        },
    }


def _show(console: Console, table: Table, systems: dict[str, CodeSystem], codes: bool) -> None:
    sure = {"spec": _("specified"), "sampled-count-matches": _("count matches"), "inferred": _("inferred")}
    console.print(f"{table.name}  {table.point_table} {table.japanese_name}")
    if table.provisional:
        console.print(_("Provisional: the panel's tables and columns are not public; all is inferred."))
    basis = _("counted in a published month") if table.rows_basis == "counted" else _("assumed")
    text = _("{columns} columns; {rows} rows per receipt ({basis})")
    console.print(text.format(columns=len(table.layout.columns), rows=table.rows_per_receipt, basis=basis))
    grid = Grid(box=None, pad_edge=False)
    for title in ("", _("column"), _("name"), _("type"), _("confidence"), _("codes and notes")):
        grid.add_column(title, overflow="fold", no_wrap=title in ("", _("column")))
    for c in table.layout.columns:
        kind = c.sql_type + ("" if c.nullable else " NOT NULL")
        memo = "  ".join(part for part in (_brief(systems.get(c.code_system)), c.note) if part)
        grid.add_row(str(c.position), c.name, c.japanese_name, kind, sure[c.confidence], memo)
    console.print(grid)
    if codes:
        for name in dict.fromkeys(c.code_system for c in table.layout.columns if c.code_system in systems):
            _show_codes(console, systems[name])


def _brief(system: CodeSystem | None) -> str:
    """The few values of a short list in one line; of others the name and how many are known."""
    if system is None:
        return ""
    if system.extent == "list" and 0 < len(system.codes) <= 6:
        return f"{system.name}: " + ", ".join(f"{c.code}={c.meaning}" for c in system.codes)
    return f"{system.name}（{len(system.codes)}）" if system.codes else f"{system.name}"


def _show_codes(console: Console, system: CodeSystem) -> None:
    extents = {
        "list": _("all values"),
        "partial": _("some values"),
        "master": _("examples of a master"),
        "format": _("no list"),
        "unknown": _("not public"),
    }
    console.print(f"\n{system.name} ({extents[system.extent]}) {system.description}")
    for code in system.codes[:MOST_CODES]:
        guess = "  " + _("inferred") if code.confidence == "inferred" else ""
        console.print(f"  {code.code}  {code.meaning}{guess}")
    if len(system.codes) > MOST_CODES:
        console.print("  " + _("... and {count} more").format(count=len(system.codes) - MOST_CODES))


@click.command("catalog")
@click.option(
    "--html", "target", metavar="FILE", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The page."
)
@pass_session
def catalog(session: Session, target: Path) -> None:
    """Write all tables, columns and codes as one searchable page that needs no network."""
    tables = read_catalogue()
    size = write_page(target, tables, read_codes())
    session.report(
        {"file": str(target), "bytes": size, "tables": len(tables)},
        lambda console: console.print(_("{count} tables written to {path}.").format(count=len(tables), path=target)),
    )
