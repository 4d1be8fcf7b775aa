"""`hic local`: the stand-ins for AWS and the database on this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from provisioning.cli.options import yes_option
from provisioning.cli.session import Session, pass_session
from provisioning.errors import Refused
from provisioning.messages import _
from provisioning.offline import services


@click.group("local")
def group() -> None:
    """Start and stop the local stand-ins for AWS and the database.

    They listen on this machine's loopback address only. The local AWS lives in memory: what is
    built in it lasts until it is stopped. The database keeps its data until it is reset.
    """


@group.command("start")
@click.option("--server", is_flag=True, help="Also a stand-in for analysis servers: an sshd of an ordinary account.")
@pass_session
def start(session: Session, server: bool) -> None:
    """Start what does not run yet."""
    found = services.start_services(session.settings, server=server)

    def show(console: Console) -> None:
        cards = (("aws", found.aws), ("postgres", found.postgres), ("server", found.server))
        for name, card in ((name, card) for name, card in cards if card):
            state = _("started") if name in found.started else _("was running")
            _say(console, f"{_title(name, card)}: {_address(card)}, {state}")
        if found.set_aside:
            _say(console, _("The local AWS is new and empty; these stacks stood in the one before, which is gone:"))
            _say(
                console,
                _("  {stacks} (their states: {folder})").format(stacks=", ".join(found.lost), folder=found.set_aside),
            )
        _say(
            console,
            _(
                "Look into the database with: PGPASSFILE='{passfile}' psql -h {host} -p {port} -U {user} postgres"
            ).format(**found.postgres),
        )

    session.report(asdict(found), show)


@group.command("status")
@pass_session
def status(session: Session) -> int:
    """Show what runs, and where. Exit code 1 unless all of it runs."""
    found = services.status(session.settings)
    complete = all(card["running"] for card in found.values())

    def show(console: Console) -> None:
        for name, card in found.items():
            _say(console, f"{_title(name, card)}: {_condition(card)}")
            if "log" in card:
                _say(console, _("  log: {log}").format(log=card["log"]))
            if "data" in card:
                _say(console, _("  data: {data}").format(data=card["data"]))
        if not complete:
            console.print(_("Start what does not run with: hic local start"))

    session.report({"running": complete, "services": found}, show)
    return 0 if complete else 1


@group.command("stop")
@yes_option
@pass_session
def stop(session: Session, yes: bool) -> None:
    """Stop all. What is built in the local AWS is lost; the database keeps its data."""
    if not yes:
        _agree(lambda: services.check_stop(session.settings))
    stopped = services.stop_services(session.settings)

    def show(console: Console) -> None:
        if not stopped:
            console.print(_("Nothing was running."))
        if "aws" in stopped:
            console.print(_("The local AWS has ended, and all that was built in it is gone."))
        if "postgres" in stopped:
            console.print(_("PostgreSQL has ended; its data are kept."))
        if "server" in stopped:
            console.print(_("The stand-in for analysis servers has ended."))

    session.report({"stopped": stopped}, show)


@group.command("reset")
@yes_option
@pass_session
def reset(session: Session, yes: bool) -> None:
    """Stop all, and remove the database, the states of stacks and the logs."""
    doomed = services.belongings(session.settings)
    for path in doomed:
        _say(session.console, str(path))
    if doomed and not yes:
        _agree(lambda: _refuse_removal(doomed))
    removed = services.remove_all(session.settings)
    session.report(
        {"removed": removed},
        lambda console: console.print(_("{count} files and folders removed.").format(count=len(removed))),
    )


def _agree(check: Callable[[], None]) -> None:
    """Turn the refusal of `check` into a question when there is a person to ask."""
    try:
        check()
    except Refused as refusal:
        if not sys.stdin.isatty():
            raise
        click.confirm(_("{warning} Go on?").format(warning=refusal.message), abort=True, err=True)


def _refuse_removal(doomed: tuple[Path, ...]) -> None:
    raise Refused(
        _("This would remove {count} files and folders for good.").format(count=len(doomed)),
        fix=_("To remove them: hic local reset --yes"),
    )


def _say(console: Console, line: str) -> None:
    # Paths may hold brackets, which are no markup.
    console.print(line, markup=False)


def _title(name: str, card: dict[str, Any]) -> str:
    if name == "aws":
        return _("AWS (moto, in memory)")
    if name == "server":
        return _("stand-in for analysis servers (sshd as {user})").format(user=card["user"])
    return _("PostgreSQL {version} ({binaries})").format(**card) if "version" in card else "PostgreSQL"


def _address(card: dict[str, Any]) -> str:
    return str(card.get("endpoint") or f"{card['host']}:{card['port']}")


def _condition(card: dict[str, Any]) -> str:
    if not card["running"]:
        return _("does not run: {problem}").format(problem=card["problem"])
    return _("{address}, process {pid}, since {since}").format(
        address=_address(card), pid=card["pid"], since=card["since"]
    )
