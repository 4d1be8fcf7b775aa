"""`hic env list`: every environment, the most urgent first."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from provisioning.approvals.states import State
from provisioning.cli import services
from provisioning.cli.session import Session, pass_session
from provisioning.clock import today
from provisioning.egress.store import open_requests
from provisioning.environments.overview import Entry, Overview, overview
from provisioning.messages import _


@click.command("list")
@click.option("--all", "ended", is_flag=True, help="Ended ones too.")
@pass_session
def list_environments(session: Session, ended: bool) -> None:
    """Every environment: state, handlers, days left, last login, open requests, and the next act; most urgent first."""
    day = today(session.clock)
    found = overview(services.approvals(session), session.records, session.aws, day, open_requests(session.records))
    entries = [one for one in found.entries if ended or one.state is not State.ENDED]
    data = {
        "date": day.isoformat(),
        "logins_known": found.logins_known,
        "environments": [_data(one) for one in entries],
    }
    session.report(data, lambda console: _show(console, entries, found))


def _data(one: Entry) -> dict[str, Any]:
    following = one.next
    return {
        "approval": one.approval,
        "title": one.title,
        "state": one.state,
        "handlers": one.handlers,
        "last_day": one.last_day.isoformat(),
        "days_left": one.days_left,
        "last_login": one.last_login.isoformat(timespec="seconds") if one.last_login else None,
        "open_requests": one.requests,
        "next": {"by": following.by, "what": following.what, "command": following.command} if following else None,
    }


def _show(console: Console, entries: list[Entry], found: Overview) -> None:
    if not entries:
        console.print(_("There are no environments: hic approval register FILE"))
        return
    table = Table()
    for heading in (
        _("approval"),
        _("state"),
        _("handlers"),
        _("days left"),
        _("last login"),
        _("requests"),
        _("next"),
    ):
        table.add_column(heading, overflow="fold")
    for one in entries:
        login = f"{one.last_login:%Y-%m-%d %H:%M}" if one.last_login else ""
        table.add_row(
            one.approval, one.state, str(len(one.handlers)), str(one.days_left), login, str(len(one.requests) or ""),
            _next(one),
        )  # fmt: skip
    console.print(table)
    if not found.logins_known:
        console.print(_("Logins are not known here: moto does not tell when desktops were used."), style="dim")


def _next(one: Entry) -> str:
    if one.next is None:
        return ""
    by = {"operator": _("operator"), "researcher": _("researcher"), "ministry": _("ministry")}[one.next.by]
    act = f"{by}: {one.next.what}"
    return f"{act} ({one.next.command})" if one.next.command else act
