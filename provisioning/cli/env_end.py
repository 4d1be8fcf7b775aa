"""`hic env end|certificate`: the end of an environment, and what certifies it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from provisioning.approvals.model import Approval
from provisioning.approvals.states import State
from provisioning.cli import services
from provisioning.cli.env_life import dry_run_option, report_closed
from provisioning.cli.options import approval_argument, yes_option
from provisioning.cli.server import forget_server
from provisioning.cli.session import Session, pass_session
from provisioning.cli.steps import outcome_data, show_plan, step_progress
from provisioning.clock import today
from provisioning.environments.documents import write_certificate
from provisioning.environments.lifecycle import READ_ONLY_DAYS, is_over
from provisioning.environments.service import Ending
from provisioning.errors import Refused
from provisioning.messages import _


@click.command()
@approval_argument
@click.option("--days", type=click.IntRange(min=1), default=READ_ONLY_DAYS, show_default=True, help="Days of reading.")
@click.option("--now", is_flag=True, help="Destroy at once, without days of reading.")
@dry_run_option
@yes_option
@pass_session
def end(session: Session, approval_id: str, days: int, now: bool, dry_run: bool, yes: bool) -> int:
    """End the environment: read only for some days, then destroyed with everything in it (HIC-22).

    The first call begins the days of reading. When they are over, or with --now, everything is destroyed,
    AWS is asked for leftovers, and the certificate is written.
    """
    standing = services.approvals(session).get(approval_id)
    reading = not now and not is_over(standing, today(session.clock)) and standing.state is not State.ENDED
    if dry_run:
        return _plan_end(session, approval_id, days if reading else None)
    if reading:
        with step_progress(approval_id) as on_step:
            closed = services.lifecycle(session).close(session.actor, approval_id, days, on_step)
        text = _("{approval} can be read until {day}; then: hic env end {approval}")
        report_closed(session, closed, text)
        return 0
    if not yes and standing.state is not State.ENDED:
        _confirm(approval_id)
    with step_progress(approval_id) as on_step:
        ending = services.environments(session).end(session.actor, approval_id, on_step)
    forget_server(session, approval_id)
    return _report_end(session, standing.approval, ending)


def _plan_end(session: Session, approval_id: str, days: int | None) -> int:
    """Tell what the end would come to: with `days` after so many days of reading, else at once."""
    until = services.lifecycle(session).plan_close(session.actor, approval_id, days) if days else None
    planned = services.environments(session).plan_end(session.actor, approval_id)
    label = services.engine(session).label
    in_stack = {step.urn for step in planned.outcome.steps}
    beside = [asset for asset in planned.assets if asset.urn not in in_stack]

    def show(console: Console) -> None:
        if until:
            console.print(_("It could be read until {day}. After that would be destroyed:").format(day=until))
        else:
            console.print(_("It would be destroyed at once:"))
        for asset in beside:
            count = f"  ×{asset.count}" if asset.count > 1 else ""
            console.print(f"- {asset.type} {asset.name or asset.id}{count}", markup=False)
        show_plan(console, label, planned.outcome)

    data = {
        "approval": approval_id,
        "state": planned.standing.state,
        "read_only_until": until,
        "beside": [{"type": one.type, "name": one.name, "id": one.id, "count": one.count} for one in beside],
        "plan": outcome_data(planned.outcome),
    }
    session.report(data, show)
    return 0


@click.command()
@approval_argument
@pass_session
def certificate(session: Session, approval_id: str) -> None:
    """Write the certificate of destruction again, from the record."""
    destruction, entry = services.environments(session).destroyed(approval_id)
    approval = services.approvals(session).get(approval_id).approval
    folder = services.documents(session, approval_id)
    rehearsal = session.settings.engine == "offline"
    path = write_certificate(folder, approval, destruction, entry, rehearsal=rehearsal)
    session.report(
        {"approval": approval_id, "certificate": str(path), "assets_sha256": destruction.digest, "entry": entry.hash},
        lambda console: console.print(_("certificate of destruction: {path}").format(path=path)),
    )


COMMANDS = (end, certificate)


def _confirm(approval_id: str) -> None:
    question = _("Destroy the environment of {approval} with all data in it?").format(approval=approval_id)
    if not sys.stdin.isatty():
        raise Refused(question, fix=_("There is nobody to ask here; say --yes if you mean it."))
    click.confirm(question, abort=True, err=True)


def _report_end(session: Session, approval: Approval, ending: Ending) -> int:
    path: Path | None = None
    if ending.destruction and ending.entry:
        folder, rehearsal = services.documents(session, approval.id), session.settings.engine == "offline"
        path = write_certificate(folder, approval, ending.destruction, ending.entry, rehearsal=rehearsal)

    def show(console: Console) -> None:
        text = _("{resources} resources and {objects} stored objects destroyed; leftovers {left}")
        console.print(
            text.format(
                resources=len(ending.outcome.steps), objects=ending.objects_destroyed, left=len(ending.leftovers)
            )
        )
        for leftover in ending.leftovers:
            console.print(f"  {leftover.kind} {leftover.id}", markup=False)
        if path:
            console.print(_("certificate of destruction: {path}").format(path=path))

    data = {
        "approval": approval.id,
        "destroyed": len(ending.outcome.steps),
        "objects_destroyed": ending.objects_destroyed,
        "leftovers": [asdict(leftover) for leftover in ending.leftovers],
        "certificate": str(path) if path else None,
    }
    session.report(data, show)
    return 1 if ending.leftovers else 0
