"""Before and after the story: an empty folder, and services that are stopped again."""

from __future__ import annotations

import shutil
import sys
from collections.abc import MutableMapping
from pathlib import Path

import click

from provisioning.aws.credentials import without_credentials
from provisioning.demo.runner import Runner
from provisioning.offline.services import status
from provisioning.settings import Settings

MARK = ".made-by-the-demo"
STATES = "states-at-the-end"
KEPT = ("HIC_LANG", "HIC_POSTGRES_BIN")


def keep_to_itself(environment: MutableMapping[str, str]) -> None:
    """Take away what would lead the story elsewhere: other databases, credentials, engines, persons, programs."""
    own = without_credentials(environment)
    for name in list(environment):
        foreign = name.startswith(("PG", "HIC_")) and name not in KEPT
        if foreign or name not in own:
            del environment[name]


def clear_stage(home: Path) -> None:
    """Make `home` an empty folder of the demo's own.

    What an earlier demo left there is removed, unless its services still run; a folder that the
    demo did not make is never touched.
    """
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            _refuse(f"{home} holds something else than a demo.", "Name an empty folder: ./scripts/demo --home FOLDER")
        if any(service["running"] for service in status(Settings(home)).values()):
            _refuse(
                f"An earlier demo still runs in {home}.",
                f"Go on with it, or clear it: HIC_HOME='{home}' .venv/bin/hic local reset --yes",
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / MARK).touch()


def leave_stage(runner: Runner, keep: bool) -> None:
    """Stop the services, unless they are kept; the states of the stacks are kept to be looked at."""
    if not keep:
        shutil.copytree(runner.home / "state", runner.home / STATES)
        runner.hic("local", "reset", "--yes", tell=lambda _data: "local AWS and PostgreSQL stopped")


def _refuse(what: str, fix: str) -> None:
    click.echo(f"{what}\n{fix}", err=True)
    sys.exit(2)
