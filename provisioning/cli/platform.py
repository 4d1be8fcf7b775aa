"""`hic platform`: what the ministry has once."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from provisioning.cli import services
from provisioning.cli.options import add_engine_option, yes_option
from provisioning.cli.platform_ca import ca
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
from provisioning.errors import BadInput, Refused
from provisioning.messages import _


@click.group("platform")
def group() -> None:
    """Build what the ministry has once: directory, data bucket, record table, audit bucket."""


group.add_command(ca)
throw_away_option = click.option(
    "--throw-away/--protected",
    default=None,
    help="Whether it may be destroyed with its data. As it stands; protected when it is new.",
)


@group.command()
@pass_session
def prepare(session: Session) -> None:
    """Make the bucket and the key of Pulumi's own state, or mend them. Needed once, on AWS alone."""
    from provisioning.environments.preparation import prepare as prepare_state  # noqa: PLC0415 - brings infra

    made = prepare_state(session.aws, session.actor)

    def show(console: Console) -> None:
        console.print(_("state bucket {bucket}, key {key}").format(bucket=made.bucket, key=made.key))
        console.print(_("changed: {names}").format(names=", ".join(made.changed) or "-"))

    session.report({"bucket": made.bucket, "key": made.key, "changed": list(made.changed)}, show)


@group.command()
@throw_away_option
@pass_session
def plan(session: Session, throw_away: bool | None) -> None:
    """What `up` would do; nothing is changed."""
    outcome = services.platform(session).plan(session.actor, throw_away=throw_away)
    label = services.engine(session).label
    session.report(outcome_data(outcome), lambda console: show_plan(console, label, outcome))


@group.command()
@throw_away_option
@pass_session
def up(session: Session, throw_away: bool | None) -> None:
    """Build the platform, or change what differs; make the certificate authority at the first time."""
    with step_progress(_("platform")) as on_step:
        outcome = services.platform(session).up(session.actor, on_step, throw_away=throw_away)
    label = services.engine(session).label
    root, made = services.authority(session).create(session.actor)

    def show(console: Console) -> None:
        show_run(console, label, outcome)
        if made:
            console.print(_("certificate authority made, sha256 {digits}").format(digits=root.fingerprints["sha256"]))

    session.report({**outcome_data(outcome), "certificate_authority": root.fingerprints}, show)


@group.command()
@yes_option
@pass_session
def destroy(session: Session, yes: bool) -> None:
    """Destroy a throw-away platform with all data. Refused while an environment stands on it."""
    service = services.platform_end(session)
    service.check(session.actor)
    if not yes:
        _confirm()
    with step_progress(_("platform")) as on_step:
        ending = service.destroy(session.actor, session.settings.home / "documents" / "platform", on_step)

    def show(console: Console) -> None:
        console.print(_("{count} resources of the platform destroyed.").format(count=len(ending.outcome.steps)))
        if ending.audit:
            text = _("record of acts ({count} entries) kept in: {path}")
            console.print(text.format(count=ending.entries, path=ending.audit), markup=False)

    data = {
        "destroyed": len(ending.outcome.steps),
        "audit": str(ending.audit) if ending.audit else None,
        "entries": ending.entries,
    }
    session.report(data, show)


def _confirm() -> None:
    question = _("Destroy the platform with all data sets, records and the directory?")
    if not sys.stdin.isatty():
        raise Refused(question, fix=_("There is nobody to ask here; say --yes if you mean it."))
    click.confirm(question, abort=True, err=True)


@group.command("desktop-policy")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@pass_session
def desktop_policy(session: Session, path: Path) -> None:
    """Write group policy for the desktops, as a script of PowerShell: no clipboard, no printing, no devices.

    AWS has no call for these; run the script on a computer that is joined to the directory.
    """
    from provisioning.environments.desktop_policy import BY_HAND, VALUES, policy_script  # noqa: PLC0415

    try:
        # PowerShell of Windows reads UTF-8 only behind this mark.
        path.write_text(policy_script(), encoding="utf-8-sig", newline="")
    except OSError as error:
        raise BadInput(_("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror)) from error
    data = {"path": str(path), "set": [value.name for value in VALUES], "by_hand": [each.name for each in BY_HAND]}

    def show(console: Console) -> None:
        console.print(_("Written: {path}. It sets {count} values.").format(path=path, count=len(VALUES)))
        console.print(_("Set by hand, with AWS's administrative templates:"))
        for each in BY_HAND:
            console.print(f"  {each.path} > {each.name}: {each.state}", markup=False)

    session.report(data, show)


@group.command()
@click.option("--refresh", is_flag=True, help="Compare with what AWS shows now.")
@pass_session
def status(session: Session, refresh: bool) -> int:
    """What stands; exit 1 when something drifted."""
    resources, outputs = services.platform(session).status(refresh)
    drifted = drift_of(resources)

    def show(console: Console) -> None:
        console.print(
            _("{count} resources stand, {drifted} drifted.").format(count=len(resources), drifted=len(drifted))
            if resources
            else _("The platform does not stand yet: hic platform up")
        )
        if resources and not outputs:
            console.print(_("It was never finished: hic platform up"))
        show_drift(console, resources)

    session.report({"standing": bool(resources), "resources": resource_data(resources), "outputs": outputs}, show)
    return 1 if drifted else 0


add_engine_option(group)
