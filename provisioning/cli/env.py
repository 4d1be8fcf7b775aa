"""`hic env`: plan, build and look at environments; `env_life` changes them, `env_end` ends them."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.console import Console

from provisioning.approvals.next_acts import next_act
from provisioning.approvals.rules import missing_conditions
from provisioning.approvals.states import State
from provisioning.cli import env_end, env_life, services
from provisioning.cli.env_credentials import credentials, issue_after
from provisioning.cli.env_list import list_environments
from provisioning.cli.options import add_engine_option, approval_argument
from provisioning.cli.server import after_up, bootstrap, check
from provisioning.cli.session import Session, pass_session
from provisioning.cli.steps import (
    drift_of,
    outcome_data,
    resource_data,
    show_drift,
    show_plan,
    show_run,
    step_progress,
)
from provisioning.cli.verify import verify
from provisioning.clock import today
from provisioning.messages import _


@click.group("env")
def group() -> None:
    """Plan, build, look at, change and end environments."""


group.add_command(bootstrap)
group.add_command(check)
group.add_command(credentials)
group.add_command(list_environments)
group.add_command(verify)
for life_command in (*env_life.COMMANDS, *env_end.COMMANDS):
    group.add_command(life_command)


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
def up(session: Session, approval_id: str) -> int:
    """Build the environment, make its server work and pack each handler's credentials. Refused unless FLOW-7 holds."""
    with step_progress(approval_id) as on_step:
        outcome = services.environments(session).up(session.actor, approval_id, on_step)
    label = services.engine(session).label
    server = after_up(session, approval_id)
    handed = issue_after(session, approval_id)

    def show(console: Console) -> None:
        show_run(console, label, outcome)
        server.show(console)
        handed.show(console)

    session.report({**outcome_data(outcome), **server.data, **handed.data}, show)
    return 1 if server.failed else 0


@group.command()
@approval_argument
@click.option("--refresh", is_flag=True, help="Compare with what AWS shows now.")
@pass_session
def status(session: Session, approval_id: str, refresh: bool) -> int:
    """Where the environment stands; exit 1 when something drifted, a condition lapsed or a suspension is unfinished."""
    found = services.environments(session).status(approval_id, refresh)
    standing = found.standing
    lapsed = (
        missing_conditions(standing.approval, standing.payment, today(session.clock), standing.withdrawal)
        if standing.state in (State.BUILDING, State.ACTIVE)
        else []
    )
    drifted = drift_of(found.resources)
    following = next_act(standing, today(session.clock))
    unfinished = standing.opening or bool(standing.suspension and not standing.suspension.done)

    def show(console: Console) -> None:
        console.print(_("{approval} is {state}.").format(approval=approval_id, state=standing.state))
        if standing.suspension:
            since, reason = standing.suspension.at, standing.suspension.reason
            told = (
                _("Nobody can enter since {at}: {reason}")
                if standing.suspension.done
                else _("The suspension of {at} was interrupted, and somebody may still enter: {reason}")
            )
            console.print(told.format(at=since, reason=reason), markup=False)
            for further in standing.suspension.further:
                console.print(_("  also, {at}: {reason}").format(at=further.at, reason=further.reason), markup=False)
        if following and following.by == "operator" and following.command:
            console.print(_("Next: {what}").format(what=following.what), markup=False)
            console.print(f"  {following.command}", markup=False)
        console.print(
            _("{count} resources stand, {drifted} drifted.").format(count=len(found.resources), drifted=len(drifted))
        )
        show_drift(console, found.resources)
        for problem in lapsed:
            console.print(_("no longer holds: {problem}").format(problem=problem))

    data = {
        "approval": approval_id,
        "state": standing.state,
        "access": standing.access,
        "suspension": asdict(standing.suspension) if standing.suspension else None,
        "opening": standing.opening,
        "next": asdict(following) if following else None,
        "resources": resource_data(found.resources),
        "outputs": found.outputs,
        "lapsed": [asdict(problem) for problem in lapsed],
    }
    session.report(data, show)
    return 1 if drifted or lapsed or unfinished else 0


add_engine_option(group)
