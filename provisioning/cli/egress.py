"""`hic egress`: check results, file them, review them, let them out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from provisioning.cli import egress_view as view
from provisioning.cli.egress_describe import check, describe
from provisioning.cli.egress_report import report as report_command
from provisioning.cli.session import Session, pass_session
from provisioning.egress import release as releasing
from provisioning.egress import review as reviewing
from provisioning.egress import store
from provisioning.egress.model import Choice, Request
from provisioning.egress.submission import Desk, Draft, submit, withdraw
from provisioning.errors import BadInput
from provisioning.messages import _

files_argument = click.argument(
    "files", metavar="FILES...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
)
request_argument = click.argument("request_id", metavar="REQUEST")
folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def group() -> None:
    """Check, file, review and release results."""


def _desk(session: Session, approval_id: str) -> Desk:
    return Desk(session.records, session.audit, session.work(approval_id), session.clock)


def _desk_of(session: Session, request_id: str) -> Desk:
    return _desk(session, store.load(session.records, request_id).request.approval_id)


def _report(session: Session, request: Request) -> None:
    session.report(view.request_data(request), lambda console: view.show_request(console, request))


group.add_command(check)
group.add_command(describe)
group.add_command(report_command)


@group.command(name="submit")
@click.argument("approval_id", metavar="APPROVAL")
@files_argument
@click.option("--purpose", required=True, help="What the result is for.")
@click.option("--venue", required=True, help="Where it will be shown, as in the approval.")
@click.option("--declare-self-checked", is_flag=True, help="Declare that you checked the result yourself.")
@click.option("--replaces", default="", metavar="REQUEST", help="The returned request that this one replaces.")
@pass_session
def submit_command(
    session: Session,
    approval_id: str,
    files: tuple[Path, ...],
    purpose: str,
    venue: str,
    declare_self_checked: bool,
    replaces: str,
) -> None:
    """File tables for review; they are frozen as they are now."""
    draft = Draft(approval_id, files, purpose, venue, declare_self_checked, replaces)
    request, report = submit(_desk(session, approval_id), session.actor, draft)

    def show(console: Console) -> None:
        view.show_report(console, report.as_data())
        view.show_request(console, request)

    session.report({**view.request_data(request), "report": report.as_data()}, show)


@group.command(name="queue")
@click.option("--approval", "approval_id", default="", metavar="APPROVAL", help="Only requests of this approval.")
@click.option("--all", "everything", is_flag=True, help="Also requests that are done.")
@pass_session
def queue_command(session: Session, approval_id: str, everything: bool) -> None:
    """List the requests that wait, oldest first, with age and whose turn it is.

    Researchers see those of their own approvals.
    """
    lines = reviewing.queue(
        session.records, session.clock, session.actor, approval_id=approval_id, everything=everything
    )
    session.report({"requests": [line.as_data() for line in lines]}, lambda console: view.show_queue(console, lines))


@group.command(name="show")
@request_argument
@click.option(
    "--files", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Fetch the frozen files into DIR."
)
@pass_session
def show_command(session: Session, request_id: str, folder: Path | None) -> None:
    """Show a request with its automatic findings and the decisions so far."""
    desk = _desk_of(session, request_id)
    request, findings = reviewing.look(desk, session.actor, request_id)
    saved = reviewing.fetch_for_review(desk, session.actor, request_id, folder) if folder else []

    def show(console: Console) -> None:
        view.show_report(console, findings)
        view.show_request(console, request)
        for path in saved:
            console.print(_("Fetched {path}").format(path=path))

    data: dict[str, Any] = {**view.request_data(request), "report": findings}
    session.report({**data, "saved": [str(path) for path in saved]}, show)


@group.command()
@request_argument
@click.option("--approve", "choice", flag_value="approve", help="Let it out, as far as you are concerned.")
@click.option("--return", "choice", flag_value="return", help="Give it back to be changed.")
@click.option("--reject", "choice", flag_value="reject", help="Refuse it for good.")
@click.option("--reason", default="", help="Why; every decision needs one.")
@click.option("--deviation", default="", help="Why a broken rule does not hold here; needed to approve against one.")
@pass_session
def decide(session: Session, request_id: str, choice: str | None, reason: str, deviation: str) -> None:
    """Decide on a request as one of its reviewers; approval takes two."""
    if choice is None:
        raise BadInput(_("The decision is missing."), fix=_("Give one of --approve, --return, --reject."))
    desk = _desk_of(session, request_id)
    _report(session, reviewing.decide(desk, session.actor, request_id, Choice(choice), reason, deviation))


@group.command(name="withdraw")
@request_argument
@click.option("--reason", default="", help="Why it is taken back.")
@pass_session
def withdraw_command(session: Session, request_id: str, reason: str) -> None:
    """Take a request back before it is decided."""
    _report(session, withdraw(_desk_of(session, request_id), session.actor, request_id, reason))


@group.command(name="release")
@request_argument
@pass_session
def release_command(session: Session, request_id: str) -> None:
    """Copy exactly what was approved to the download area."""
    _report(session, releasing.release(_desk_of(session, request_id), session.actor, request_id))


@group.command()
@request_argument
@folder_argument
@pass_session
def get(session: Session, request_id: str, folder: Path) -> None:
    """Fetch released files into a folder, verified against the manifest."""
    saved = releasing.get(_desk_of(session, request_id), session.actor, request_id, folder)

    def show(console: Console) -> None:
        for path in saved:
            console.print(_("Fetched {path}").format(path=path))

    session.report({"request": request_id, "saved": [str(path) for path in saved]}, show)
