"""`hic env`: plan, build, look at and end environments."""

from __future__ import annotations

import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from provisioning.approvals.rules import missing_conditions
from provisioning.approvals.states import State
from provisioning.cli import services
from provisioning.cli.env_credentials import all_notices, credentials, issued_data, show_issued
from provisioning.cli.env_list import list_environments
from provisioning.cli.options import approval_argument, yes_option
from provisioning.cli.session import Session, pass_session
from provisioning.cli.steps import (
    drift_of,
    handler_progress,
    outcome_data,
    resource_data,
    show_drift,
    show_plan,
    show_run,
    step_progress,
)
from provisioning.cli.verify import verify
from provisioning.clock import today
from provisioning.environments.credentials.issuing import issue, prepare_users
from provisioning.environments.credentials.revoking import revoke_all
from provisioning.environments.documents import write_certificate
from provisioning.environments.service import Ending
from provisioning.errors import Refused
from provisioning.messages import _


@click.group("env")
def group() -> None:
    """Plan, build, look at and end environments."""


group.add_command(verify)
group.add_command(credentials)
group.add_command(list_environments)


@group.command()
@approval_argument
@pass_session
def plan(session: Session, approval_id: str) -> None:
    """What `up` would do; nothing is changed."""
    outcome = services.environments(session).plan(session.actor, approval_id)
    label = services.engine(session).label
    session.report(outcome_data(outcome), lambda console: show_plan(console, label, outcome))


@group.command()
@approval_argument
@pass_session
def up(session: Session, approval_id: str) -> None:
    """Build the environment and pack each handler's credentials. Refused unless FLOW-7 holds."""
    desk = services.credentials(session)
    with step_progress(approval_id) as on_step:
        outcome = services.environments(session).up(session.actor, approval_id, on_step, partial(prepare_users, desk))
    with handler_progress(approval_id) as on_handler:
        issued = issue(desk, session.actor, approval_id, on_handler=on_handler)
    notices = all_notices(desk, approval_id)
    label = services.engine(session).label

    def show(console: Console) -> None:
        show_run(console, label, outcome)
        show_issued(console, issued)
        for path in notices:
            console.print(_("notice: {path}").format(path=path))

    data = {"credentials": issued_data(issued), "notices": [str(path) for path in notices]}
    session.report({**outcome_data(outcome), **data}, show)


@group.command()
@approval_argument
@click.option("--refresh", is_flag=True, help="Compare with what AWS shows now.")
@pass_session
def status(session: Session, approval_id: str, refresh: bool) -> int:
    """Where the environment stands; exit 1 when something drifted or a condition lapsed."""
    found = services.environments(session).status(approval_id, refresh)
    standing = found.standing
    lapsed = (
        missing_conditions(standing.approval, standing.payment, today(session.clock))
        if standing.state in (State.BUILDING, State.ACTIVE)
        else []
    )
    drifted = drift_of(found.resources)

    def show(console: Console) -> None:
        console.print(_("{approval} is {state}.").format(approval=approval_id, state=standing.state))
        console.print(
            _("{count} resources stand, {drifted} drifted.").format(count=len(found.resources), drifted=len(drifted))
        )
        show_drift(console, found.resources)
        for problem in lapsed:
            console.print(_("no longer holds: {problem}").format(problem=problem))

    data = {
        "approval": approval_id,
        "state": standing.state,
        "resources": resource_data(found.resources),
        "outputs": found.outputs,
        "lapsed": [asdict(problem) for problem in lapsed],
    }
    session.report(data, show)
    return 1 if drifted or lapsed else 0


@group.command()
@approval_argument
@yes_option
@pass_session
def end(session: Session, approval_id: str, yes: bool) -> int:
    """Destroy the environment with everything in it, and prove that nothing is left (HIC-22)."""
    service = services.environments(session)
    if not yes:
        _confirm(approval_id)
    withdraw = partial(revoke_all, services.credentials(session), session.actor, approval_id)
    with step_progress(approval_id) as on_step:
        ending = service.end(session.actor, approval_id, on_step, withdraw)
    certificate = None if ending.leftovers else _certify(session, approval_id, ending)

    def show(console: Console) -> None:
        text = _("{resources} resources and {objects} stored objects destroyed; leftovers {left}")
        console.print(
            text.format(
                resources=len(ending.outcome.steps), objects=ending.objects_destroyed, left=len(ending.leftovers)
            )
        )
        for leftover in ending.leftovers:
            console.print(f"  {leftover.kind} {leftover.id}", markup=False)
        if certificate:
            console.print(_("certificate of destruction: {path}").format(path=certificate))

    data = {
        "approval": approval_id,
        "destroyed": len(ending.outcome.steps),
        "objects_destroyed": ending.objects_destroyed,
        "leftovers": [asdict(leftover) for leftover in ending.leftovers],
        "certificate": str(certificate) if certificate else None,
    }
    session.report(data, show)
    return 1 if ending.leftovers else 0


def _confirm(approval_id: str) -> None:
    question = _("Destroy the environment of {approval} with all data in it?").format(approval=approval_id)
    if not sys.stdin.isatty():
        raise Refused(question, fix=_("There is nobody to ask here; say --yes if you mean it."))
    click.confirm(question, abort=True, err=True)


def _certify(session: Session, approval_id: str, ending: Ending) -> Path:
    approval = services.approvals(session).get(approval_id).approval
    entry = next(e for e in reversed(session.audit.entries()) if e.act == "env.ended" and e.subject == approval_id)
    counts = {"破棄した資源の数": len(ending.outcome.steps), "破棄したオブジェクトの数": ending.objects_destroyed}
    folder = _documents(session, approval_id)
    counts["残存する資源の数"] = 0
    rehearsal = session.settings.engine == "offline"
    return write_certificate(folder, approval, counts, entry.hash, session.clock.now(), rehearsal=rehearsal)


def _documents(session: Session, approval_id: str) -> Path:
    return session.settings.home / "documents" / approval_id
