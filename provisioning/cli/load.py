"""`hic load`: data sets into PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table as Grid

from provisioning.cli.data import tables_option
from provisioning.cli.load_panel import panel
from provisioning.cli.options import database_option, schema_option
from provisioning.cli.session import Session, pass_session
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Loaded, Source, Target
from provisioning.loading.rules import check_target
from provisioning.messages import _

replace_option = click.option("--replace", is_flag=True, help="Load over a table with other content.")


@click.group("load")
def group() -> None:
    """Load data sets into PostgreSQL."""


group.add_command(panel)


@group.command("trial")
@click.option("--month", required=True, metavar="YYYYMM", help="Month of treatment, such as 202204.")
@tables_option
@click.option("--ddl-month", metavar="YYYYMM", help="Take the DDL from another published month.")
@schema_option
@database_option
@replace_option
@pass_session
def trial(
    session: Session,
    month: str,
    tables: tuple[str, ...],
    ddl_month: str | None,
    schema: str,
    database: str,
    replace: bool,
) -> None:
    """Stream tables of a published month into a schema, verified against the manifest."""
    target = Target(database, schema)
    check_target(target)
    found = service.trial_sources(session.share, month, tables, ddl_month)
    size = sum(entry.bytes for entry, _source in found)
    _load(session, target, [source for _entry, source in found], size, replace)


@group.command("file")
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option(
    "--ddl", type=click.Path(path_type=Path), help="The table's DDL. Default: the .sql of the same name beside it."
)
@schema_option
@database_option
@replace_option
@pass_session
def file(session: Session, path: Path, ddl: Path | None, schema: str, database: str, replace: bool) -> None:
    """Load one CSV file of this machine; the table has the DDL's name."""
    target = Target(database, schema)
    check_target(target)
    source = service.file_source(path, ddl or path.with_suffix(".sql"))
    _load(session, target, [source], path.stat().st_size, replace)


def _load(session: Session, target: Target, sources: list[Source], size: int, replace: bool) -> None:
    server = Server.from_settings(session.settings, os.environ)
    with session.progress() as bar:
        task = bar.add_task(_("Loading"), total=size)
        done = service.load(
            server,
            target,
            sources,
            session.actor,
            session.clock,
            replace=replace,
            progress=lambda step: bar.update(task, advance=step),
        )
    moved = [one for one in done if one.status != "skipped"]
    data = {
        "database": target.database,
        "schema": target.schema,
        "tables": [
            {
                "table": one.table,
                "status": one.status,
                "rows": one.rows,
                "bytes": one.bytes,
                "seconds": round(one.seconds, 3),
                "sha256": one.sha256,
            }
            for one in done
        ],
        "rows_loaded": sum(one.rows for one in moved),
        "rows_verified": sum(one.rows for one in moved),
        "bytes_loaded": sum(one.bytes for one in moved),
        "warnings": _warnings(done),
    }
    session.report(data, lambda console: _show(console, target, done))


def _warnings(done: list[Loaded]) -> list[str]:
    return [f"{one.table}: {warning}" for one in done for warning in one.warnings]


def _show(console: Console, target: Target, done: list[Loaded]) -> None:
    status = {"loaded": _("loaded"), "replaced": _("replaced"), "skipped": _("stands already")}
    grid = Grid(box=None, pad_edge=False)
    grid.add_column(_("table"))
    grid.add_column(_("rows"), justify="right")
    grid.add_column(_("seconds"), justify="right")
    grid.add_column(_("status"))
    for one in done:
        grid.add_row(f"{target.schema}.{one.table}", f"{one.rows:,}", f"{one.seconds:.1f}", status[one.status])
    console.print(grid)
    for warning in _warnings(done):
        console.print(_("Note: {warning}").format(warning=warning))


@group.command("status")
@schema_option
@database_option
@pass_session
def status(session: Session, schema: str, database: str) -> None:
    """Show what was loaded into a schema, when, by whom, and from what."""
    server = Server.from_settings(session.settings, os.environ)
    found = service.status(server, Target(database, schema))
    data = [
        {
            "table": one.entry.table,
            "stands": one.stands,
            "rows": one.entry.rows,
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
        grid = Grid(box=None, pad_edge=False)
        for column in (_("table"), _("rows"), _("loaded at"), _("by"), _("from"), _("sha256"), ""):
            grid.add_column(column, overflow="fold")
        for one in found:
            e = one.entry
            gone = "" if one.stands else _("gone or made anew since")
            when = e.loaded_at.strftime("%Y-%m-%d %H:%M")
            place = "/".join(e.origin.replace("\\", "/").split("/")[-2:])
            grid.add_row(e.table, f"{e.rows:,}", when, e.loaded_by, place, e.sha256[:12], gone)
        console.print(grid)

    session.report({"database": database, "schema": schema, "tables": data}, show)
