"""`hic data`: make, publish, list and fetch data sets."""

from __future__ import annotations

import sys
from dataclasses import asdict
from fnmatch import fnmatchcase
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table as Grid

from provisioning.actors import check_role
from provisioning.cli.data_catalogue import catalog, describe
from provisioning.cli.session import Session, pass_session
from provisioning.datasets import service
from provisioning.datasets.catalogue import DATASETS, choose_tables, tables_of
from provisioning.datasets.inspection import inspect_folder
from provisioning.datasets.manifests import published_manifest, published_months
from provisioning.datasets.model import Entry
from provisioning.datasets.rules import PANEL_KINDS, check_trial_month, month_folder, panel_edition
from provisioning.errors import BadInput, DependencyFailed
from provisioning.messages import _

month_option = click.option("--month", metavar="YYYYMM", help="Month of treatment of trial data, such as 202204.")
year_option = click.option("--panel-year", type=int, metavar="YYYY", help="Fiscal year of an annual panel.")
tables_option = click.option(
    "--tables", multiple=True, metavar="GLOB", help="Tables to take, such as 'DPC_*'; may be repeated. Default: all."
)

kind_option = click.option(
    "--kind", type=click.Choice(PANEL_KINDS), default="all", show_default=True, help="Panel: whose people it follows."
)


def check_one(month: str | None, panel_year: int | None) -> None:
    """Raise BadInput unless exactly one of trial month and panel year is given."""
    if (month is None) == (panel_year is None):
        raise BadInput(_("Give --month for trial data, or --panel-year for a panel."))


def chosen_edition(month: str | None, panel_year: int | None, kind: str) -> tuple[str, str]:
    """Data set, and its month or panel such as `2022/all`. Raises BadInput unless exactly one is given and can be."""
    check_one(month, panel_year)
    if month is not None:
        check_trial_month(month)
        return "trial", month
    return "panel", panel_edition(panel_year or 0, kind)


@click.group("data")
def group() -> None:
    """Describe, make, publish, list and fetch data sets."""


group.add_command(describe)
group.add_command(catalog)


@group.command("synth")
@month_option
@year_option
@kind_option
@click.option("--receipts", type=int, default=1000, show_default=True, help="Trial: receipts of each point table.")
@click.option("--persons", type=int, default=1000, show_default=True, help="Panel: people.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@tables_option
@click.argument("target", metavar="OUT_DIR", type=click.Path(path_type=Path, file_okay=False))
@pass_session
def synth(  # noqa: PLR0917 - one for each option
    session: Session,
    month: str | None,
    panel_year: int | None,
    kind: str,
    receipts: int,
    persons: int,
    seed: int,
    tables: tuple[str, ...],
    target: Path,
) -> None:
    """Write synthetic CSV files, each with its DDL, into OUT_DIR."""
    check_one(month, panel_year)
    try:
        from provisioning.datasets.synthetic import writing  # noqa: PLC0415 - needs the extra `local`
        from provisioning.datasets.synthetic.people import Panel  # noqa: PLC0415 - needs the extra `local`
    except ModuleNotFoundError as error:
        raise DependencyFailed(
            _("Synthetic data needs {module}.").format(module=error.name),
            fix=_("Install it in the checkout of hic: {python} -m pip install -e '.[local]'").format(
                python=sys.executable
            ),
        ) from error
    if month:
        made = writing.synthesise(choose_tables(tables_of("trial"), tables), month, receipts, seed, target)
        what: dict[str, object] = {"month": month, "seed": seed, "receipts": receipts}
    else:
        panel = Panel(panel_year or 0, kind)
        made = writing.synthesise_panel(choose_tables(tables_of("panel"), tables), panel, persons, seed, target)
        what = {"panel_year": panel_year, "kind": kind, "seed": seed, "persons": persons}
    data = [{"table": m.table, "file": str(m.path), "rows": m.rows, "bytes": m.bytes} for m in made]
    total = sum(m.rows for m in made)
    session.report(
        {**what, "tables": data, "rows": total, "bytes": sum(m.bytes for m in made)},
        lambda console: _show(console, (_("table"), _("rows"), _("bytes")), [(m.table, m.rows, m.bytes) for m in made]),
    )


@group.command("publish")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@month_option
@year_option
@kind_option
@click.option("--replace", is_flag=True, help="Publish new content in place of what is published.")
@pass_session
def publish(
    session: Session, folder: Path, month: str | None, panel_year: int | None, kind: str, replace: bool
) -> None:
    """Check every CSV of DIR and put it, with its DDL, into the share bucket (operator)."""
    check_role(session.actor, "operator")
    dataset, edition = chosen_edition(month, panel_year, kind)
    size = sum(path.stat().st_size for path in folder.glob("*.csv")) if folder.is_dir() else 0
    with session.progress() as bar:
        checking = bar.add_task(_("Checking"), total=size)
        inspection = inspect_folder(folder, tables_of(dataset), lambda step: bar.update(checking, advance=step))
        sending = bar.add_task(_("Uploading"), total=size)
        done = service.publish(
            session.share,
            session.audit,
            session.actor,
            inspection,
            edition,
            replace=replace,
            progress=lambda step: bar.update(sending, advance=step),
            dataset=dataset,
        )
    entries = inspection.entries
    data = {
        "dataset": dataset,
        "month": edition,
        "bucket": session.share.bucket,
        "prefix": month_folder(dataset, edition),
        "published": done.published,
        "uploaded": done.uploaded,
        "unchanged": done.standing,
        "files": [asdict(entry) for entry in entries],
        "warnings": inspection.warnings,
    }

    def show(console: Console) -> None:
        _show_entries(console, entries)
        for warning in inspection.warnings:
            console.print(_("Note: {warning}").format(warning=warning))
        if done.published:
            console.print(
                _("{month} is published; {count} files sent.").format(month=edition, count=len(done.uploaded))
            )
        elif done.uploaded:
            console.print(_("{month} is mended: {names}.").format(month=edition, names=", ".join(done.uploaded)))
        else:
            console.print(_("{month} was published already with this content.").format(month=edition))

    session.report(data, show)


@group.command("ls")
@click.argument("prefix", metavar="[PREFIX]", default="")
@click.option("--month", metavar="YYYYMM", help="Show the files of one published month.")
@year_option
@kind_option
@tables_option
@pass_session
def ls(
    session: Session, prefix: str, month: str | None, panel_year: int | None, kind: str, tables: tuple[str, ...]
) -> None:
    """List published months and panels, the files of one, or every object under PREFIX."""
    if prefix and (month or panel_year):
        raise BadInput(_("Give PREFIX or --month, not both."))
    if prefix:
        found = session.share.list(prefix)
        session.report(
            {"bucket": session.share.bucket, "objects": [{"key": o.key, "bytes": o.size} for o in found]},
            lambda console: _show(console, (_("key"), _("bytes")), [(o.key, o.size) for o in found]),
        )
    elif month or panel_year:
        dataset, edition = chosen_edition(month, panel_year, kind)
        entries = service.chosen_entries(session.share, edition, tables, dataset)
        session.report(
            {"dataset": dataset, "month": edition, "files": [asdict(entry) for entry in entries]},
            lambda console: _show_entries(console, entries),
        )
    else:
        _list_editions(session)


def _list_editions(session: Session) -> None:
    found: dict[str, list[dict[str, object]]] = {}
    for dataset in DATASETS:
        found[dataset] = []
        for edition in published_months(session.share, dataset):
            files = published_manifest(session.share, dataset, edition).files
            counts = {"tables": len(files), "rows": sum(e.rows for e in files), "bytes": sum(e.bytes for e in files)}
            found[dataset].append({"month" if dataset == "trial" else "panel": edition, **counts})
    rows = [(dataset, *one.values()) for dataset in DATASETS for one in found[dataset]]
    columns = (_("data set"), _("month"), _("tables"), _("rows"), _("bytes"))
    session.report(
        {"bucket": session.share.bucket, "months": found["trial"], "panels": found["panel"]},
        lambda console: _show(console, columns, rows),
    )


@group.command("get")
@click.option("--month", "months", multiple=True, metavar="YYYYMM", help="Months to take, or patterns such as '2022*'.")
@year_option
@kind_option
@tables_option
@click.argument("target", metavar="DEST", type=click.Path(path_type=Path, file_okay=False))
@pass_session
def get(
    session: Session,
    months: tuple[str, ...],
    panel_year: int | None,
    kind: str,
    tables: tuple[str, ...],
    target: Path,
) -> None:
    """Fetch the CSV and DDL files of months, or of a panel, into the folder DEST, verified.

    Several months go into a folder each. What is there already, or was fetched in part, is not fetched again.
    """
    check_one(months[0] if months else None, panel_year)
    dataset = "trial" if months else "panel"
    editions = chosen_months(session, months) if months else [panel_edition(panel_year or 0, kind)]
    chosen = {edition: service.chosen_entries(session.share, edition, tables, dataset) for edition in editions}
    fetched: list[str] = []
    standing: list[str] = []
    size = 0
    with session.progress() as bar:
        total = sum(entry.bytes for entries in chosen.values() for entry in entries)
        task = bar.add_task(_("Fetching"), total=total)
        for edition, entries in chosen.items():
            place, before = (target / edition, f"{edition}/") if len(chosen) > 1 else (target, "")
            done = service.fetch(
                session.share, edition, entries, place, lambda step: bar.update(task, advance=step), dataset
            )
            fetched += [before + name for name in done.fetched]
            standing += [before + name for name in done.standing]
            size += done.bytes
    session.report(
        {
            "month": ",".join(editions),
            "months": editions,
            "target": str(target),
            "fetched": fetched,
            "standing": standing,
            "bytes": size,
        },
        lambda console: console.print(
            _("{fetched} files fetched into {target}, {standing} were there already.").format(
                fetched=len(fetched), standing=len(standing), target=target
            )
        ),
    )


def chosen_months(session: Session, patterns: tuple[str, ...]) -> list[str]:
    """Months as given, and published ones for patterns. Raises BadInput for a pattern that fits nothing."""
    chosen: list[str] = []
    for pattern in (part for given in patterns for part in given.split(",")):
        if not any(sign in pattern for sign in "*?["):
            chosen.append(pattern)
            continue
        published = published_months(session.share, "trial")
        found = [month for month in published if fnmatchcase(month, pattern)]
        if not found:
            raise BadInput(
                _("No published month fits {pattern}.").format(pattern=pattern),
                fix=_("Published months: {months}.").format(months=", ".join(published) or "-"),
            )
        chosen += found
    return list(dict.fromkeys(chosen))


def _show_entries(console: Console, entries: tuple[Entry, ...]) -> None:
    columns = (_("file"), _("rows"), _("columns"), _("bytes"), _("sha256"))
    _show(console, columns, [(e.name, e.rows, e.columns, e.bytes, e.sha256[:12]) for e in entries])


def _show(console: Console, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    grid = Grid(box=None, pad_edge=False)
    for number, column in enumerate(columns):
        grid.add_column(column, justify="left" if number == 0 else "right", overflow="fold")
    for row in rows:
        grid.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in row))
    console.print(grid)
