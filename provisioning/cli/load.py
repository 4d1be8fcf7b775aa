"""`hic load`: data sets into PostgreSQL."""

from __future__ import annotations

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

from provisioning.cli.approved import approval_option, held_against, narrowed
from provisioning.cli.data import chosen_months, tables_option
from provisioning.cli.load_status import MONTH, status
from provisioning.cli.options import database_option, schema_option
from provisioning.cli.session import Session, database_server, pass_session
from provisioning.datasets.rules import PANEL_KINDS, panel_edition
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
            help="Add to tables that stand, seen through them: a part of its own for each month, or panel's year.",
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
            help="Load the good rows and write the bad ones, with reasons, to a new CSV that only you may read"
            " (on Windows whoever may read its folder).",
        ),
        click.option(
            "--wait",
            type=click.FloatRange(min=0),
            metavar="MINUTES",
            default=Wishes.patience / 60,
            show_default=True,
            help="With --replace: how long to wait for those who still read the old table.",
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


group.add_command(status)


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
@approval_option
@load_options
@pass_session
def trial(
    session: Session,
    /,
    months: tuple[str, ...],
    tables: tuple[str, ...],
    ddl_month: str | None,
    approval_id: str | None,
    **options: Any,
) -> None:
    """Stream tables of published months into a schema, verified against the manifest.

    Several months go into the same tables with --append, or into a schema each with --schema 'trial_{month}'.
    """
    schema, reject_to = options["schema"], options["reject_to"]
    apart = MONTH in schema
    _wishes({**options, "schema": schema.replace(MONTH, "202204")})
    approval = held_against(session, approval_id)
    chosen = chosen_months(session, months, approval)
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
        found = service.trial_sources(session.share, month, tables, ddl_month, approval)
        plan.append((target, [source for _entry, source in found], wishes))
    _load(session, plan, narrowed(approval, "trial", chosen))


@group.command("panel")
@click.option("--year", type=int, required=True, metavar="YYYY", help="Fiscal year, such as 2022.")
@click.option(
    "--kind", type=click.Choice(PANEL_KINDS), default="all", show_default=True, help="Whose people it follows."
)
@tables_option
@approval_option
@load_options
@pass_session
def panel(
    session: Session, /, year: int, kind: str, tables: tuple[str, ...], approval_id: str | None, **options: Any
) -> None:
    """Stream tables of a published annual panel into a schema, verified against the manifest."""
    target, wishes = _wishes(options)
    approval = held_against(session, approval_id)
    sources = panel_sources(session.share, year, kind, tables, approval)
    _load(session, [(target, sources, wishes)], narrowed(approval, "panel", [panel_edition(year, kind)]))


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
    paths = tuple(path for pattern in paths for path in _files(pattern))
    if ddl and len(paths) > 1:
        raise BadInput(_("--ddl is for one CSV."), fix=_("Put each DDL beside its CSV, under the same name."))
    sources = [service.file_source(path, ddl or path.with_suffix(".sql")) for path in paths]
    _load(session, [(target, sources, wishes)], [])


def _files(pattern: Path) -> list[Path]:
    """The files that a pattern means, as Windows hands it over unread; the path itself if it is none."""
    if pattern.exists() or not any(sign in pattern.name for sign in "*?["):
        return [pattern]
    found = sorted(path for path in pattern.parent.glob(pattern.name) if path.is_file())
    if not found:
        raise BadInput(_("{pattern} fits no file.").format(pattern=pattern))
    return found


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
        patience=options["wait"] * 60,
    )


class Display(Watcher):
    """One bar for the whole, with rate and time left, and one for each table that is being loaded."""

    def __init__(self, bar: Progress, sources: list[Source]) -> None:
        self.notes: list[str] = []
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

    def waits(self, table: str, text: str) -> None:
        with self._lock:
            if table in self._tasks:
                self._bar.update(self._tasks[table], description=f"  {table}: {text}")

    def noted(self, text: str) -> None:
        with self._lock:
            if text not in self.notes:
                self.notes.append(text)

    def ended(self, table: str, size: int) -> None:
        with self._lock:
            self._ended += 1
            self._bar.update(self._all, description=self._title())
            if table in self._tasks:
                self._bar.remove_task(self._tasks.pop(table))


def _load(session: Session, plan: Plan, notes: list[str]) -> None:
    """Carry out loads one after the other, tell the audit chain, and report all of them as one, with the notes."""
    server = database_server(session)
    began = monotonic()
    done: list[tuple[Target, Loaded]] = []
    try:
        with session.progress() as bar:
            display = Display(bar, [source for _target, sources, _wishes in plan for source in sources])
            for target, sources, wishes in plan:
                one = service.load(server, target, sources, session.actor, session.clock, wishes, watcher=display)
                done += [(target, loaded) for loaded in one]
    except HicError as error:
        _tell_finished(error, plan, done)
        with suppress(DependencyFailed):  # what went wrong first is what is to be read; the next load tells the chain
            _tell(session, server, plan[0][0].database, notes)
        raise
    notes += display.notes
    acts = _tell(session, server, plan[0][0].database, notes)
    data = _told(plan, done, notes) | {"seconds": round(monotonic() - began, 3), "audit_entries": acts}
    session.report(data, lambda console: _show(console, done, data))


def _tell_finished(error: HicError, plan: Plan, done: list[tuple[Target, Loaded]]) -> None:
    """Add to an error which of several months were finished before, and which were not begun."""
    if len(plan) < 2:
        return
    names = [_name_of(target, sources) for target, sources, _wishes in plan]
    place = 0
    count = len(done)
    while count and place < len(plan) and count >= len(plan[place][1]):
        count -= len(plan[place][1])
        place += 1
    error.fields["months"] = {"loaded": names[:place], "failed": names[place], "not_begun": names[place + 1 :]}
    lines = [error.fix, _("This was {name}.").format(name=names[place])]
    if place:
        lines.append(_("All of it stands: {names}.").format(names=", ".join(names[:place])))
    if later := names[place + 1 :]:
        lines.append(_("Not begun: {names}.").format(names=", ".join(later)))
    error.fix = "\n".join(line for line in lines if line)


def _name_of(target: Target, sources: list[Source]) -> str:
    """What a part of a plan is called: the month, or the schema it goes to."""
    return next((source.period for source in sources if source.period), target.schema)


def _told(plan: Plan, done: list[tuple[Target, Loaded]], notes: list[str]) -> dict[str, Any]:
    """What a run came to, for `--json`."""
    wishes = plan[0][2]
    moved = [one for _target, one in done if one.status != "skipped"]
    rejected = sum(one.rejected for one in moved)
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
        "rows_rejected": rejected,
        "bytes_loaded": sum(one.bytes for one in moved),
        "jobs": wishes.jobs,
        "reject_file": str(wishes.rejects.absolute()) if wishes.rejects and rejected else None,
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
