"""`hic ddl`: the table definitions, generated from the layouts."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.console import Console

from provisioning.cli.session import Session, pass_session
from provisioning.datasets import definitions
from provisioning.datasets.catalogue import DDL_FOLDER, read_catalogue
from provisioning.messages import _


@click.group("ddl")
def group() -> None:
    """Generate the table definitions."""


@group.command("build")
@pass_session
def build(session: Session) -> None:
    """Write ddl/*/*.sql from the layouts in ddl/layouts."""
    drift = definitions.write_definitions(DDL_FOLDER)
    count = len(read_catalogue(DDL_FOLDER))
    session.report(
        {"tables": count, "written": [*drift.missing, *drift.changed], "deleted": list(drift.surplus)},
        lambda console: console.print(
            _("{count} definitions; {changed} files changed.").format(count=count, changed=len(drift.names))
        ),
    )


@group.command("check")
@pass_session
def check(session: Session) -> int:
    """Fail when ddl/*/*.sql is not what the layouts say."""
    drift = definitions.find_drift(DDL_FOLDER)
    count = len(read_catalogue(DDL_FOLDER))
    kinds = {"missing": _("missing"), "changed": _("differs"), "surplus": _("belongs to no table")}

    def show(console: Console) -> None:
        for kind, names in asdict(drift).items():
            for name in names:
                console.print(f"ddl/{name}: {kinds[kind]}")
        if drift.names:
            console.print(_("Mend with: hic ddl build"))
        else:
            console.print(_("{count} definitions are as the layouts say.").format(count=count))

    session.report({"tables": count, **asdict(drift), "ok": not drift.names}, show)
    return 1 if drift.names else 0
