"""`./scripts/demo`: tell the whole life, then the summary."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.console import Console

from provisioning.demo.runner import DemoFailed, Runner
from provisioning.demo.stage import clear_stage, keep_to_itself, leave_stage
from provisioning.demo.story import tell_story
from provisioning.demo.summary import show_summary

DEFAULT_HOME = Path(__file__).resolve().parents[2] / ".hic" / "demo"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--keep", is_flag=True, help="Leave the local AWS and PostgreSQL running, and the environment standing.")
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    envvar="HIC_HOME",
    default=DEFAULT_HOME,
    help="Folder for everything the demo makes; default .hic/demo in the project.",
)
@click.option("--receipts", type=click.IntRange(min=200), default=3000, show_default=True, help="Receipts per table.")
def main(keep: bool, home: Path, receipts: int) -> None:
    """Run the whole life of one approval for real, on this machine alone."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    home = home.expanduser().resolve()
    keep_to_itself(os.environ)
    clear_stage(home)
    runner = Runner(home, console)
    try:
        summary = tell_story(runner, receipts, keep)
    except DemoFailed as error:
        console.print(f"\nThe demo stopped: {error}", style="red", markup=False)
        console.print(
            f"Everything it made is in {home}; stop its services with: HIC_HOME='{home}' .venv/bin/hic local stop --yes"
        )
        sys.exit(1)
    leave_stage(runner, keep)
    show_summary(console, runner, summary, keep)


main()
