"""`hic mart`: tables for analysis, made of loaded ones by plain SQL."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Lock

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from provisioning.cli.options import database_option
from provisioning.cli.session import Session, database_server, pass_session
from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading.connection import has_database
from provisioning.loading.model import Target
from provisioning.loading.rules import check_target
from provisioning.marts import rules, service
from provisioning.marts.model import Built, Watcher
from provisioning.messages import _


class Display(Watcher):
    """One bar for the whole, which names the marts that are being made."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None)
        self._making: list[str] = []
        self._lock = Lock()

    def begun(self, parts: int) -> None:
        self._bar.update(self._task, total=parts)

    def started(self, name: str) -> None:
        with self._lock:
            self._making.append(name)
            self._tell(0)

    def ended(self, built: Built) -> None:
        with self._lock:
            self._making.remove(built.name)
            self._tell(1)

    def _tell(self, step: int) -> None:
        text = _("Making {names}").format(names=", ".join(dict.fromkeys(self._making))) if self._making else ""
        self._bar.update(self._task, advance=step, description=text)


def progress_of_parts(session: Session) -> Progress:
    """A bar that counts marts, with the time since the start; silent where `session.progress` is."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    shared = session.progress()
    return Progress(*columns, console=shared.console, disable=shared.disable, transient=True)


@click.group("mart")
def group() -> None:
    """Make tables for analysis of loaded ones."""


@group.command("build")
@click.argument("name", metavar="SET", type=click.Choice(list(rules.SETS)))
@click.option("--schema", default="sample", show_default=True, help="Schema of the loaded tables.")
@click.option("--mart-schema", default="mart", show_default=True, help="Schema for the marts.")
@click.option("--sql", "folder", type=click.Path(path_type=Path, file_okay=False), help="Your own SQL files.")
@click.option("--jobs", type=click.IntRange(1, 32), default=2, show_default=True, help="Marts made at a time.")
@click.option("--replace", is_flag=True, help="Build over marts of another schema, or over tables of yours.")
@database_option
@pass_session
def build(
    session: Session,
    name: str,
    schema: str,
    mart_schema: str,
    folder: Path | None,
    jobs: int,
    replace: bool,
    database: str,
) -> None:
    """Make the marts of SET: standard (integrated tables of trial data) or panel (one row per patient).

    What stood is replaced at once when all are made; a failed build changes nothing. Marts that were made of
    another schema are not replaced unasked.
    """
    check_target(Target(database, schema))
    check_target(Target(database, mart_schema))
    if schema == mart_schema:
        raise BadInput(_("Marts need a schema of their own; choose another --mart-schema."))
    if len(mart_schema) > rules.LONGEST_SCHEMA:
        raise BadInput(_("The name of the schema for marts is longer than {most}.").format(most=rules.LONGEST_SCHEMA))
    marts = rules.marts_of(name, folder or rules.SQL_FOLDER)
    server = database_server(session)
    if not has_database(server, database):
        raise Refused(_("There is no database {name}.").format(name=database), fix=_("Load tables first: hic load"))
    with progress_of_parts(session) as bar:
        built = service.build(
            lambda: server.connect(database), marts, schema, mart_schema, jobs, Display(bar), replace=replace
        )
    data = {
        "database": database,
        "schema": schema,
        "mart_schema": mart_schema,
        "marts": [{"mart": b.name, "rows": b.rows, "seconds": round(b.seconds, 3)} for b in built],
    }

    def show(console: Console) -> None:
        grid = Grid(box=None, pad_edge=False)
        grid.add_column(_("mart"))
        grid.add_column(_("rows"), justify="right")
        grid.add_column(_("seconds"), justify="right")
        grid.add_column(_("what"))
        for mart, one in zip(marts, built, strict=True):
            grid.add_row(f"{mart_schema}.{one.name}", f"{one.rows:,}", f"{one.seconds:.1f}", mart.what)
        console.print(grid)

    session.report(data, show)


@group.command("ls")
@pass_session
def ls(session: Session) -> None:
    """List the sets of marts, and the tables that each needs."""
    found = {name: rules.marts_of(name) for name in rules.SETS}
    data = {
        "sets": {
            name: [{"mart": m.name, "what": m.what, "needs": list(m.needs)} for m in marts]
            for name, marts in found.items()
        }
    }

    def show(console: Console) -> None:
        for name, marts in found.items():
            console.print(name)
            for mart in marts:
                console.print(f"  {mart.name}  {mart.what}")
                console.print("    " + ", ".join(mart.needs))

    session.report(data, show)


@group.command("copy")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@pass_session
def copy(session: Session, folder: Path) -> None:
    """Copy the SQL files into DIR, to be read, changed, and built with --sql DIR. Files that are there stay."""
    names = [f"{name}.sql" for marts in rules.SETS.values() for name in marts]
    standing = [name for name in names if (folder / name).exists()]
    if standing:
        raise Refused(
            _("{names} are in {folder} already.").format(names=", ".join(standing), folder=folder),
            fix=_("Choose another folder."),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copyfile(rules.SQL_FOLDER / name, folder / name)
    except OSError as error:
        raise DependencyFailed(_("{path} cannot be written: {error}").format(path=folder, error=error)) from error
    session.report(
        {"folder": str(folder), "files": names},
        lambda console: console.print(
            _("{count} files copied; build with: hic mart build standard --sql {folder}").format(
                count=len(names), folder=folder
            )
        ),
    )
