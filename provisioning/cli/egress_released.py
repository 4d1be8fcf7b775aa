"""`hic egress get, link, published, report-usage`: what follows a release."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from provisioning.cli import egress_view as view
from provisioning.cli.egress_steps import DAY, desk_of, report_request, request_argument
from provisioning.cli.session import Session, pass_session
from provisioning.egress import downloads, publication
from provisioning.egress.model import Direction

folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))


def add_release_commands(group: click.Group) -> None:
    """Put the commands of released results into a group."""
    for command in (get, link, published, report_usage):
        group.add_command(command)


@click.command()
@request_argument
@folder_argument
@pass_session
def get(session: Session, request_id: str, folder: Path) -> None:
    """Fetch released files into a folder, verified against the bundle; counted and limited."""
    own = desk_of(session, request_id, Direction.OUT)
    saved = downloads.get(own, session.actor, request_id, folder)
    data = {"request": request_id, "saved": [str(path) for path in saved]}
    session.report(data, lambda console: view.show_saved(console, saved))


@click.command()
@request_argument
@click.option("--to", required=True, metavar="HANDLER", help="The handler who will fetch.")
@click.option("--minutes", default=15, show_default=True, help="How long the links live, 1 to 60.")
@pass_session
def link(session: Session, request_id: str, to: str, minutes: int) -> None:
    """Make short-lived links to released files for one handler; counted, limited, and ended by revoking."""
    data = downloads.link(desk_of(session, request_id, Direction.OUT), session.actor, request_id, to, minutes)
    session.report(data, lambda console: view.show_links(console, data))


@click.command()
@request_argument
@click.option("--where", required=True, help="Where it was published: journal, society, page.")
@click.option("--on", required=True, type=DAY, help="The day of publication (YYYY-MM-DD).")
@pass_session
def published(session: Session, request_id: str, where: str, on: datetime) -> None:
    """Record that results were published; the usage report is due three months later (REV-12)."""
    own = desk_of(session, request_id, Direction.OUT)
    report_request(session, publication.record_publication(own, session.actor, request_id, where, on.date()))


@click.command(name="report-usage")
@request_argument
@click.option("--report", required=True, help="The usage report: its reference number, or what it says.")
@click.option("--number", default=0, metavar="N", help="Which publication; default the oldest that owes one.")
@pass_session
def report_usage(session: Session, request_id: str, report: str, number: int) -> None:
    """Give the usage report of a publication (REV-12)."""
    own = desk_of(session, request_id, Direction.OUT)
    report_request(session, publication.report_usage(own, session.actor, request_id, number, report))
