"""The entry point: global options, the map of command groups, and the border for errors."""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from provisioning import __version__
from provisioning.actors import parse_actor
from provisioning.cli.help_texts import HELP_OPTIONS, translate_help
from provisioning.cli.options import ENGINE_HELP
from provisioning.cli.session import Session
from provisioning.cli.streams import make_writable
from provisioning.errors import BadInput, HicError
from provisioning.messages import LANGUAGES, _, language_of, set_language
from provisioning.settings import ENGINES, Engine, read_settings

# name: (module, one line), in the order in which the work is done
COMMANDS = {
    "local": ("provisioning.cli.local", "Start and stop the local stand-ins for AWS and the database"),
    "platform": ("provisioning.cli.platform", "Build what the ministry has once"),
    "approval": ("provisioning.cli.approval", "Check, register, change and withdraw approvals"),
    "fee": ("provisioning.cli.fee", "Quote fees and record payments"),
    "env": ("provisioning.cli.env", "Plan, build, look at, change and end environments"),
    "ddl": ("provisioning.cli.ddl", "Generate the table definitions"),
    "data": ("provisioning.cli.data", "Make, publish, list and fetch data sets"),
    "load": ("provisioning.cli.load", "Load data sets into PostgreSQL"),
    "mart": ("provisioning.cli.mart", "Make tables for analysis of loaded ones"),
    "egress": ("provisioning.cli.egress", "Check, file, review and release results"),
    "ingress": ("provisioning.cli.ingress", "Bring files in, after review"),
    "audit": ("provisioning.cli.audit", "Read and verify the record of all acts"),
}


class Map(click.Group):
    """A group that imports a command module only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).group
        translate_help(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands, in the order of the work")):
            formatter.write_dl([(name, _(line)) for name, (_module, line) in COMMANDS.items()])


def _choose_language(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        set_language(value)
        translate_help(cli)


@click.group(cls=Map, context_settings={"help_option_names": HELP_OPTIONS, "max_content_width": 110})
@click.version_option(__version__, prog_name="hic")
@click.option("--json", "as_json", is_flag=True, help="Report one JSON object on standard output.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_choose_language,
    help="Language of messages; default from the locale.",
)
@click.option("--as", "acting_as", metavar="ROLE:NAME", envvar="HIC_AS", help="Who acts (local engine only).")
@click.option("--engine", type=click.Choice(ENGINES), help=ENGINE_HELP)
@click.pass_context
def cli(ctx: click.Context, as_json: bool, acting_as: str | None, engine: Engine | None) -> None:
    """Closed analysis environments for national health-claims data: approval to destruction."""
    settings = read_settings() if engine is None else read_settings({**os.environ, "HIC_ENGINE": engine})
    ctx.obj = Session(settings=settings, as_json=as_json, actor_override=parse_actor(acting_as) if acting_as else None)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `hic` and exit: 0 done, 1 refused or found something, 2 wrong input, 3 a dependency failed."""
    # A command lives for seconds, and loads some hundred thousand objects that stay: to look through them for
    # rubbish at Python's usual pace took a third of the time of `hic env plan`.
    gc.set_threshold(100_000, 20, 10)
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. Errors are printed here, and only here."""
    for stream in (sys.stdout, sys.stderr):
        make_writable(stream, os.environ, windows=os.name == "nt")
    set_language(language_of(os.environ))
    translate_help(cli)
    as_json = "--json" in arguments
    try:
        result: Any = cli.main(args=list(arguments), prog_name="hic", standalone_mode=False)
    except HicError as error:
        _print_error(error, as_json)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        if as_json:
            click.echo(json.dumps({"error": error.format_message(), "fix": "", "problems": []}, ensure_ascii=False))
        return BadInput.exit_code
    except click.exceptions.Abort:
        click.echo(_("Stopped; nothing more was done."), err=True)
        return 1
    return result if isinstance(result, int) else 0


def _print_error(error: HicError, as_json: bool) -> None:
    click.echo(str(error), err=True)
    if as_json:
        problems = [{"where": p.where, "what": p.what, "fix": p.fix} for p in error.problems]
        told = {"error": error.message, "fix": error.fix, "problems": problems, **error.fields}
        click.echo(json.dumps(told, ensure_ascii=False))
