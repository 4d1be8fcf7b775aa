"""`hic egress`: check results, file them, have them reviewed, let them out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from provisioning.cli.egress_describe import check, declare_option, describe, population_option
from provisioning.cli.egress_drafts import add_draft_commands
from provisioning.cli.egress_released import add_release_commands
from provisioning.cli.egress_report import report as report_command
from provisioning.cli.egress_steps import (
    DAY,
    add_review_commands,
    desk,
    desk_of,
    report_filed,
)
from provisioning.cli.session import Session, pass_session
from provisioning.egress.basis import read_basis
from provisioning.egress.model import Direction
from provisioning.egress.submission import Draft, submit, submit_draft
from provisioning.errors import BadInput
from provisioning.messages import _


@click.group()
def group() -> None:
    """Check, file, review and release results."""


group.add_command(check)
group.add_command(describe)
group.add_command(report_command)


@group.command(name="submit")
@click.argument("target", metavar="APPROVAL|DRAFT")
@click.argument("files", metavar="[FILES...]", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--purpose", default="", help="What the result is for.")
@click.option("--venue", default="", help="Where it will be shown, as in the approval.")
@click.option("--controls", default="", help="What was done to protect persons, such as masking.")
@click.option("--deadline", type=DAY, help="The day by which the venue needs it (YYYY-MM-DD).")
@click.option("--declare-self-checked", is_flag=True, help="Declare that you checked the result yourself.")
@click.option(
    "--text-edit",
    "text_edits",
    multiple=True,
    metavar="FILE=REQUEST",
    help="Declare that FILE is the one confirmed in REQUEST with text edits only; may be repeated.",
)
@click.option("--replaces", default="", metavar="REQUEST", help="The returned request that this one replaces.")
@declare_option
@population_option
@pass_session
def submit_command(
    session: Session,
    target: str,
    files: tuple[Path, ...],
    *,
    purpose: str,
    venue: str,
    controls: str,
    deadline: datetime | None,
    declare_self_checked: bool,
    text_edits: tuple[str, ...],
    replaces: str,
    declared: Path | None,
    population: Path | None,
) -> None:
    """File tables for review, frozen as they are now; or, without FILES, file a draft.

    What --declare and --population name is frozen with them: every later check, and the attack, rest on it.
    Repeating a command that was interrupted goes on with the same request.
    """
    edits, basis = _edits(text_edits), read_basis(declared, population)
    if files:
        draft = Draft(
            target,
            files,
            purpose,
            venue,
            declare_self_checked,
            replaces,
            controls=controls,
            deadline=deadline.date() if deadline else None,
            text_edits=edits,
            basis=basis,
        )
        request, report = submit(desk(session, target), session.actor, draft)
    else:
        if purpose or venue or controls or deadline:
            raise BadInput(
                _("A draft has its context already."), fix=_("Change it first: hic egress context REQUEST GROUP")
            )
        request, report = submit_draft(
            desk_of(session, target, Direction.OUT),
            session.actor,
            target,
            self_checked=declare_self_checked,
            replaces=replaces,
            text_edits=edits,
            basis=basis,
        )
    report_filed(session, request, report)


def _edits(pairs: tuple[str, ...]) -> dict[str, str]:
    """`FILE=REQUEST` pairs. Raises BadInput for one that is none."""
    edits = {}
    for pair in pairs:
        name, separator, request = pair.rpartition("=")
        if not (separator and name and request):
            raise BadInput(
                _("'{pair}' names no file and request.").format(pair=pair), fix=_("Write --text-edit FILE=REQUEST.")
            )
        edits[name] = request
    return edits


add_draft_commands(group, Direction.OUT)
add_review_commands(group, Direction.OUT)
add_release_commands(group)
