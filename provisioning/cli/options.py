"""Arguments and options that several commands spell alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import click

from provisioning.cli.session import Session
from provisioning.loading.model import USUAL_DATABASE
from provisioning.settings import ENGINES, Engine

ENGINE_HELP = "offline: the local stand-in for AWS; pulumi: AWS itself. Default: HIC_ENGINE, or offline."
approval_argument = click.argument("approval_id", metavar="APPROVAL")
file_argument = click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
yes_option = click.option("--yes", is_flag=True, help="Do not ask; go ahead.")
database_option = click.option(
    "--database", default=USUAL_DATABASE, show_default=True, help="Database of the loaded tables."
)
schema_option = click.option("--schema", default="sample", show_default=True, help="Schema of the loaded tables.")


def _choose_engine(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    session = ctx.find_object(Session)
    if value and session is not None:
        session.settings = replace(session.settings, engine=cast(Engine, value))


def add_engine_option(group: click.Group) -> None:
    """Give every command of the group, and of the groups in it, the option that chooses the engine."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            add_engine_option(command)
        else:
            command.params.append(_engine_option())


def _engine_option() -> click.Option:
    return click.Option(
        ["--engine"],
        type=click.Choice(ENGINES),
        expose_value=False,
        callback=_choose_engine,
        help=ENGINE_HELP,
    )
