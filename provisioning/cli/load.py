"""`hic load`: data sets into PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table as Grid

from provisioning.cli.data import chosen_months, tables_option
from provisioning.cli.options import database_option, schema_option
from provisioning.cli.session import Session, pass_session
from provisioning.datasets.rules import PANEL_KINDS
from provisioning.errors import BadInput, DependencyFailed, HicError
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Loaded, Source, Target, Watcher, Wishes
from provisioning.loading.panel import panel_sources
from provisioning.loading.pool import MOST_JOBS, default_jobs
from provisioning.loading.rules import check_target
from provisioning.loading.telling import tell_audit
from provisioning.messages import _

replace_option = click.option("--replace", is_flag=True, help="Load over a table with other content.")
MONTH = "{month}"  # in the name of a schema
Plan = Sequence[tuple[Target, list[Source], Wishes]]
_ENCODINGS = {"utf-8": "UTF8", "cp932": "SJIS"}


def load_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every load."""
    options = (
        schema_option,
        database_option,
        replace_option,
        click.option(
            "--append",
            is_flag=True,
            help="Add another month to tables that stand: a part of its own, seen through the table.",
        ),
        click.option(
            "--jobs",
            type=click.IntRange(1, MOST_JOBS),
            help="Connections that load at once. Default: one per processor.",
        ),
        click.option(
            "--reject-to",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Load the good rows and write the bad ones, with reasons, to a new CSV (mode 0600).",
        ),
        click.option(
            "--encoding",
            type=click.Choice(sorted(_ENCODINGS)),
            default="utf-8",
            show_default=True,
            help="What the CSV is in; PostgreSQL converts it.",
        ),
        click.option(
            "--digest",
            is_flag=True,
            help="Compare every column with the CSV, value by value; takes several times longer.",
        ),
        click.option("--index", is_flag=True, help="Make indexes on the receipt number, persons and codes."),
        click.option(
            "--analyze/--no-analyze", default=True, show_default=True, help="Gather the planner's statistics."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


class Loads(click.Group):
    """The loads; a CSV file in the place of a subcommand means `load file`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = args and args[0] in self.commands
        if not named and any(word == "--ddl" or word.lower().endswith(".csv") for word in args):
            args = ["file", *args]
        return super().parse_args(ctx, args)


@click.group("load", cls=Loads)
def group() -> None:
    """Load data sets into PostgreSQL: trial, panel, or FILE.csv --ddl FILE.sql."""


@group.command("trial")
@click.option(
    "--month",
    "months",
    multiple=True,
    required=True,
    metavar="YYYYMM",
    help="Month of treatment, such as 202204; several, or patterns such as '2022*', with --append or {month}.",
)
@tables_option
@click.option("--ddl-month", metavar="YYYYMM", help="Take the DDL from another published month.")
@load_options
@pass_session
def trial(
    session: Session, /, months: tuple[str, ...], tables: tuple[str, ...], ddl_month: str | None, **options: Any
) -> None:
    """Stream tables of published months into a schema, verified against the manifest.

    Several months go into the same tables with --append, or into a schema each with --schema 'trial_{month}'.
    """
    schema, reject_to = options["schema"], options["reject_to"]
    apart = MONTH in schema
    _wishes({**options, "schema": schema.replace(MONTH, "202204")})
    chosen = chosen_months(session, months)
    if len(chosen) > 1 and not apart and not options["append"]:
        raise BadInput(
            _("{count} months do not go into the same tables by themselves.").format(count=len(chosen)),
            fix=_("Add --append to put them together, or keep them apart with --schema 'trial_{{month}}'.").format(),
        )
    if len(chosen) > 1 and reject_to:
        raise BadInput(_("--reject-to is for one month."), fix=_("Load month by month."))
    plan = []
    for month in chosen:
        target, wishes = _wishes({**options, "schema": schema.replace(MONTH, month)})
        found = service.trial_sources(session.share, month, tables, ddl_month)
        plan.append((target, [source for _entry, source in found], wishes))
    _load(session, plan)


@group.command("panel")
@click.option("--year", type=int, required=True, metavar="YYYY", help="Fiscal year, such as 2022.")
@click.option(
    "--kind", type=click.Choice(PANEL_KINDS), default="all", show_default=True, help="Whose people it follows."
)
@tables_option
@load_options
@pass_session
def panel(session: Session, /, year: int, kind: str, tables: tuple[str, ...], **options: Any) -> None:
    """Stream tables of a published annual panel into a schema, verified against the manifest."""
    target, wishes = _wishes(options)
    _load(session, [(target, panel_sources(session.share, year, kind, tables), wishes)])


@group.command("file")
@click.argument("paths", metavar="FILE.csv...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--ddl", type=click.Path(path_type=Path), help="The table's DDL. Default: the .sql of the same name beside it."
)
@load_options
@pass_session
def file(session: Session, /, paths: tuple[Path, ...], ddl: Path | None, **options: Any) -> None:
    """Load CSV files of this machine; each table has its DDL's name."""
    target, wishes = _wishes(options)
    if ddl and len(paths) > 1:
        raise BadInput(_("--ddl is for one CSV."), fix=_("Put each DDL beside its CSV, under the same name."))
    sources = [service.file_source(path, ddl or path.with_suffix(".sql")) for path in paths]
    _load(session, [(target, sources, wishes)])


def _wishes(options: dict[str, Any]) -> tuple[Target, Wishes]:
    target = Target(options["database"], options["schema"])
    check_target(target)
    return target, Wishes(
        replace=options["replace"],
        append=options["append"],
        jobs=options["jobs"] or default_jobs(),
        encoding=_ENCODINGS[options["encoding"]],
        rejects=options["reject_to"],
        analyze=options["analyze"],
        index=options["index"],
        digest=options["digest"],
    )


class Display(Watcher):
    """One bar for the whole, with rate and time left, and one for each table that is being loaded."""

    def __init__(self, bar: Progress, sources: list[Source]) -> None:
        self._bar = bar
        self._count, self._ended = len(sources), 0
        self._all = bar.add_task(self._title(), total=sum(source.size for source in sources))
        self._tasks: dict[str, TaskID] = {}
        self._lock = Lock()

    def _title(self) -> str:
        return _("Loading, {done} of {all} tables").format(done=self._ended, all=self._count)

    def started(self, table: str, size: int) -> None:
        with self._lock:
            self._tasks[table] = self._bar.add_task(f"  {table}", total=size or None)

    def moved(self, table: str, step: int) -> None:
        with self._lock:
            self._bar.update(self._all, advance=step)
            if table in self._tasks:
                self._bar.update(self._tasks[table], advance=step)

    def ended(self, table: str, size: int) -> None:
        with self._lock:
            self._ended += 1
            self._bar.update(self._all, description=self._title())
            if table in self._tasks:
                self._bar.remove_task(self._tasks.pop(table))


def _load(session: Session, plan: Plan) -> None:
    """Carry out loads one after the other, tell the audit chain, and report all of them as one."""
    server = Server.from_settings(session.settings, os.environ)
    began = monotonic()
    done: list[tuple[Target, Loaded]] = []
    notes: list[str] = []
    try:
        with session.progress() as bar:
            display = Display(bar, [source for _target, sources, _wishes in plan for source in sources])
            for target, sources, wishes in plan:
                one = service.load(server, target, sources, session.actor, session.clock, wishes, watcher=display)
                done += [(target, loaded) for loaded in one]
    except HicError:
        with suppress(DependencyFailed):  # what went wrong first is what is to be read; the next load tells the chain
            _tell(session, server, plan[0][0].database, notes)
        raise
    acts = _tell(session, server, plan[0][0].database, notes)
    data = _told(plan, done, notes) | {"seconds": round(monotonic() - began, 3), "audit_entries": acts}
    session.report(data, lambda console: _show(console, done, data))


def _told(plan: Plan, done: list[tuple[Target, Loaded]], notes: list[str]) -> dict[str, Any]:
    """What a run came to, for `--json`."""
    wishes = plan[0][2]
    moved = [one for _target, one in done if one.status != "skipped"]
    return {
        "database": plan[0][0].database,
        "schema": ",".join(dict.fromkeys(target.schema for target, _sources, _wishes in plan)),
        "tables": [
            {
                "schema": target.schema,
                "table": one.table,
                "status": one.status,
                "rows": one.rows,
                "rejected": one.rejected,
                "columns_compared": one.compared,
                "bytes": one.bytes,
                "seconds": round(one.seconds, 3),
                "sha256": one.sha256,
            }
            for target, one in done
        ],
        "rows_loaded": sum(one.rows for one in moved),
        "rows_verified": sum(one.rows for one in moved),
        "rows_rejected": sum(one.rejected for one in moved),
        "bytes_loaded": sum(one.bytes for one in moved),
        "jobs": wishes.jobs,
        "reject_file": str(wishes.rejects) if wishes.rejects else None,
        "warnings": [*(f"{one.table}: {warning}" for _target, one in done for warning in one.warnings), *notes],
    }


def _tell(session: Session, server: Server, database: str, notes: list[str]) -> list[int]:
    """Tell the audit chain of every load that it does not know; the numbers of its entries.

    Raises DependencyFailed on AWS when the record does not answer. A local stand may have none: then that is noted.
    """
    try:
        return tell_audit(server, database, session.audit, session.actor)
    except DependencyFailed as error:
        text = _("The load is not in the audit record yet, the next one will tell of it: {reason}")
        error.message = text.format(reason=error.message)
        if session.settings.engine != "offline":
            raise
        notes.append(error.message)
        return []


def _show(console: Console, done: list[tuple[Target, Loaded]], data: dict[str, Any]) -> None:
    status = {
        "loaded": _("loaded"),
        "replaced": _("replaced"),
        "skipped": _("stands already"),
        "appended": _("appended"),
    }
    rejects = bool(data["rows_rejected"])
    grid = Grid(box=None, pad_edge=False)
    grid.add_column(_("table"))
    for heading in (_("rows"), *([_("bad rows")] if rejects else []), _("seconds")):
        grid.add_column(heading, justify="right")
    grid.add_column(_("status"))
    for target, one in done:
        bad = [f"{one.rejected:,}"] if rejects else []
        grid.add_row(f"{target.schema}.{one.table}", f"{one.rows:,}", *bad, f"{one.seconds:.1f}", status[one.status])
    console.print(grid)
    if data["bytes_loaded"]:
        text = _("{rows} rows, {size} MB in {seconds} s, checked.")
        size, seconds = data["bytes_loaded"] / 1e6, data["seconds"]
        console.print(text.format(rows=f"{data['rows_loaded']:,}", size=f"{size:,.1f}", seconds=f"{seconds:.1f}"))
    if compared := sum(one.compared for _target, one in done):
        text = _("{count} columns were compared with the CSV, value by value.")
        console.print(text.format(count=f"{compared:,}"))
    if rejects:
        text = _("{count} bad rows are in {path}, with reasons. They are health data: keep the file here.")
        console.print(text.format(count=f"{data['rows_rejected']:,}", path=data["reject_file"]))
    for warning in data["warnings"]:
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
