"""The commands that requests share, whichever way they go: queue, show, decide, withdraw, release, revoke."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from provisioning.cli import egress_view as view
from provisioning.cli.identity import own_approval
from provisioning.cli.session import Session, pass_session
from provisioning.clock import today
from provisioning.disclosure.model import Report
from provisioning.egress import downloads, store
from provisioning.egress import release as releasing
from provisioning.egress import review as reviewing
from provisioning.egress.desk import Desk
from provisioning.egress.model import Choice, Direction, Request
from provisioning.egress.opinions import blinded
from provisioning.egress.submission import recheck, withdraw
from provisioning.errors import BadInput
from provisioning.messages import _

DAY = click.DateTime(formats=["%Y-%m-%d"])
files_argument = click.argument(
    "files", metavar="FILES...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
)
request_argument = click.argument("request_id", metavar="REQUEST")


def desk(session: Session, approval_id: str) -> Desk:
    """The desk of an approval. Raises BadInput when there is none of that id."""
    store.load_approval(session.records, approval_id)
    return Desk(session.records, session.audit, session.work(approval_id), session.clock)


def desk_of(session: Session, request_id: str, direction: Direction) -> Desk:
    """The desk of a request. Raises BadInput when there is none of that id and direction."""
    return desk(session, store.load(session.records, request_id, direction).request.approval_id)


def report_request(session: Session, request: Request) -> None:
    """Report a request as the actor may see it."""
    seen = blinded(session.actor, request)
    session.report(view.request_data(request, seen.votes), lambda console: view.show_request(console, seen, request))


def report_filed(session: Session, request: Request, report: Report) -> None:
    """Report a request that was just filed or checked, with its findings."""
    seen = blinded(session.actor, request)

    def show(console: Console) -> None:
        view.show_report(console, report.as_data(), request.direction)
        view.show_request(console, seen, request)

    session.report({**view.request_data(request, seen.votes), "report": report.as_data()}, show)


def add_review_commands(group: click.Group, direction: Direction) -> None:
    """Put the shared commands into a group."""
    for add in (_queue, _remind, _show, _decide, _relieve, _recheck, _withdraw, _release, _revoke):
        add(group, direction)


def _queue(group: click.Group, direction: Direction) -> None:
    @group.command(name="queue")
    @click.option("--approval", "approval_id", default="", metavar="APPROVAL", help="Only requests of this approval.")
    @click.option("--all", "everything", is_flag=True, help="Also requests that are done.")
    @pass_session
    def queue_command(session: Session, approval_id: str, everything: bool) -> None:
        """List the requests that wait, oldest first: whose turn it is, what is due and how many days are left.

        Researchers see those of their own approvals.
        """
        lines = reviewing.queue(
            session.records,
            session.clock,
            session.actor,
            approval_id=approval_id or own_approval(session),
            everything=everything,
            direction=direction,
        )
        data = {"requests": [line.as_data() for line in lines]}
        session.report(data, lambda console: view.show_queue(console, lines))


def _remind(group: click.Group, direction: Direction) -> None:
    @group.command(name="remind")
    @click.option("--approval", "approval_id", default="", metavar="APPROVAL", help="Only requests of this approval.")
    @click.option("--days", default=3, show_default=True, type=click.IntRange(0), help="Look so many days ahead.")
    @pass_session
    def remind_command(session: Session, approval_id: str, days: int) -> None:
        """List what is due within some days or overdue: reviews, releases, usage reports. Changes nothing.

        Every line has a key that stays the same, so that a mailer can send each reminder once.
        """
        found = reviewing.remind(
            session.records,
            session.clock,
            session.actor,
            days=days,
            approval_id=approval_id or own_approval(session),
            direction=direction,
        )
        day = today(session.clock)
        lines = [due.as_data(day) for due in found]
        session.report({"today": day, "due": lines}, lambda console: view.show_reminders(console, lines))


def _show(group: click.Group, direction: Direction) -> None:
    @group.command(name="show")
    @request_argument
    @click.option(
        "--files", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Fetch the frozen files into DIR."
    )
    @pass_session
    def show_command(session: Session, request_id: str, folder: Path | None) -> None:
        """Show a request with its automatic findings and the opinions that you may see by now."""
        own = desk_of(session, request_id, direction)
        request = store.load(session.records, request_id).request
        seen, findings = reviewing.look(own, session.actor, request_id)
        saved = reviewing.fetch_for_review(own, session.actor, request_id, folder) if folder else []

        def show(console: Console) -> None:
            if findings:
                view.show_report(console, findings, direction)
            elif request.findings:
                console.print(_("The findings quote cells, and are not shown in your role."))
            view.show_request(console, seen, request)
            view.show_saved(console, saved)

        data: dict[str, Any] = {**view.request_data(request, seen.votes), "report": findings}
        session.report({**data, "saved": [str(path) for path in saved]}, show)


def _decide(group: click.Group, direction: Direction) -> None:
    @group.command(name="decide")
    @request_argument
    @click.option("--approve", "choice", flag_value="approve", help="Let it pass, as far as you are concerned.")
    @click.option("--return", "choice", flag_value="return", help="Give it back to be changed.")
    @click.option("--reject", "choice", flag_value="reject", help="Refuse it for good.")
    @click.option("--reason", default="", help="Why; every decision needs one.")
    @click.option(
        "--deviation", default="", help="Why a broken rule does not hold here; needed to approve against one."
    )
    @click.option("--mitigation", default="", help="What makes the rest of the risk acceptable; kept in the bundle.")
    @pass_session
    def decide_command(
        session: Session, request_id: str, choice: str | None, reason: str, deviation: str, mitigation: str
    ) -> None:
        """Give your opinion on a request; two reviewers do, and see the other's only after both are given.

        When they differ, each may revise or repeat theirs once; if they still differ, the stricter holds.
        """
        if choice is None:
            raise BadInput(_("The decision is missing."), fix=_("Give one of --approve, --return, --reject."))
        own = desk_of(session, request_id, direction)
        reviewing.decide(own, session.actor, request_id, Choice(choice), reason, deviation, mitigation)
        report_request(session, store.load(session.records, request_id).request)


def _relieve(group: click.Group, direction: Direction) -> None:
    @group.command(name="relieve")
    @request_argument
    @click.option("--reviewer", required=True, metavar="NAME", help="Who does not come back.")
    @click.option("--reason", default="", help="Why; needed.")
    @pass_session
    def relieve_command(session: Session, request_id: str, reviewer: str, reason: str) -> None:
        """Let another reviewer take the place of one who does not come back to consolidate; for operators.

        Possible three days after the last opinion. What the reviewer thought stays in the bundle.
        """
        own = desk_of(session, request_id, direction)
        reviewing.relieve(own, session.actor, request_id, reviewer, reason)
        report_request(session, store.load(session.records, request_id).request)


def _recheck(group: click.Group, direction: Direction) -> None:
    @group.command(name="recheck")
    @request_argument
    @pass_session
    def recheck_command(session: Session, request_id: str) -> None:
        """Check the frozen files again: after an interruption, or with a newer edition of the rules' code."""
        request, report = recheck(desk_of(session, request_id, direction), session.actor, request_id)
        report_filed(session, request, report)


def _withdraw(group: click.Group, direction: Direction) -> None:
    @group.command(name="withdraw")
    @request_argument
    @click.option("--reason", default="", help="Why it is taken back.")
    @pass_session
    def withdraw_command(session: Session, request_id: str, reason: str) -> None:
        """Take a request back before it is released."""
        own = desk_of(session, request_id, direction)
        report_request(session, withdraw(own, session.actor, request_id, reason))


def _release(group: click.Group, direction: Direction) -> None:
    @group.command(name="release")
    @request_argument
    @pass_session
    def release_command(session: Session, request_id: str) -> None:
        """Copy exactly what was approved to where it can be fetched; repeat it after an interruption."""
        own = desk_of(session, request_id, direction)
        releasing.release(own, session.actor, request_id)
        report_request(session, store.load(session.records, request_id).request)


def _revoke(group: click.Group, direction: Direction) -> None:
    @group.command(name="revoke")
    @request_argument
    @click.option("--reason", default="", help="Why it is taken back; needed.")
    @pass_session
    def revoke_command(session: Session, request_id: str, reason: str) -> None:
        """Take back an approval or a release; the copies are deleted and every link ends."""
        own = desk_of(session, request_id, direction)
        downloads.revoke(own, session.actor, request_id, reason)
        report_request(session, store.load(session.records, request_id).request)
