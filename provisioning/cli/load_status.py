"""`hic load status`: what the ledger says, beside what stands."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table as Grid

from provisioning.cli.options import database_option, schema_option
from provisioning.cli.session import Session, database_server, pass_session
from provisioning.loading import service
from provisioning.loading.model import Target
from provisioning.loading.service import Standing
from provisioning.messages import _

MONTH = "{month}"  # in the name of a schema


@click.command("status")
@schema_option
@database_option
@pass_session
def status(session: Session, schema: str, database: str) -> None:
    """Show what was loaded into a schema, when, by whom, and from what.

    A table stands when it is the one that was loaded and has not lost all of its rows; whether every value is as it
    came, the same load tells with --digest. --schema 'trial_{month}' shows all months.
    """
    found = service.status(database_server(session), Target(database, schema), MONTH)
    data = [
        {
            "schema": one.entry.schema,
            "table": one.entry.table,
            "stands": one.stands,
            "state": one.state,
            "rows": one.entry.rows,
            "rejected": one.entry.rejected,
            "bytes": one.entry.bytes,
            "seconds": round(one.entry.seconds, 3),
            "origin": one.entry.origin,
            "sha256": one.entry.sha256,
            "ddl_sha256": one.entry.ddl_sha256,
            "loaded_by": one.entry.loaded_by,
            "loaded_at": one.entry.loaded_at.isoformat(),
        }
        for one in found
    ]

    def show(console: Console) -> None:
        if not found:
            text = _("Nothing was loaded into {database}, schema {schema}.")
            console.print(text.format(database=database, schema=schema))
            return
        console.print(_grid(found))

    session.report({"database": database, "schema": schema, "tables": data}, show)


def _grid(found: list[Standing]) -> Grid:
    states = {"stands": _("stands"), "gone": _("gone or made anew since"), "emptied": _("emptied since")}
    rejects = any(one.entry.rejected for one in found)
    grid = Grid(box=None, pad_edge=False)
    grid.add_column(_("table"), overflow="fold")
    for heading in (_("rows"), *([_("bad rows")] if rejects else [])):
        grid.add_column(heading, justify="right")
    for heading in (_("loaded at"), _("by"), _("from"), _("sha256"), ""):
        grid.add_column(heading, overflow="fold")
    for one in found:
        e = one.entry
        bad = [f"{e.rejected:,}"] if rejects else []
        when = e.loaded_at.strftime("%Y-%m-%d %H:%M")
        place = "/".join(e.origin.replace("\\", "/").split("/")[-2:])
        name = f"{e.schema}.{e.table}"
        grid.add_row(name, f"{e.rows:,}", *bad, when, e.loaded_by, place, e.sha256[:12], states[one.state])
    return grid
