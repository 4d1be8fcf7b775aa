"""`hic env change|extend|suspend|resume|sweep`: the life of an environment after it was built; `env_end` ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from provisioning.approvals.change_service import Proposal
from provisioning.approvals.changes import ChangeApplication, Difference
from provisioning.approvals.editing import Edits
from provisioning.approvals.model import Approval
from provisioning.approvals.states import State
from provisioning.cli import services
from provisioning.cli.change_options import DAY, change_options, completion_options, edit, wanted_approval
from provisioning.cli.env_credentials import HandedOut, issue_after
from provisioning.cli.options import approval_argument
from provisioning.cli.server import AfterUp, after_up
from provisioning.cli.session import Session, pass_session
from provisioning.cli.steps import outcome_data, show_plan, show_run, step_progress
from provisioning.environments.engine import Outcome
from provisioning.environments.lifecycle import Changed, Closed
from provisioning.environments.sweep import Note, notes
from provisioning.environments.sweep import sweep as run_sweep
from provisioning.errors import BadInput, HicError
from provisioning.messages import _

dry_run_option = click.option("--dry-run", is_flag=True, help="Tell what would be done; change nothing.")


@click.command()
@approval_argument
@change_options
@completion_options
@click.option("--apply", "number", type=click.IntRange(min=1), help="Make a registered change application.")
@dry_run_option
@pass_session
def change(session: Session, /, approval_id: str, number: int | None, dry_run: bool, **options: Any) -> int:
    """Change the approval, and bring its environment to it.

    A minor change (LIFE-3) is made at once, and its fee falls due. Anything else is refused, with rule and
    price, until a change application for it is accepted and paid: see `hic approval change`.
    """
    if number:
        if any(value not in (None, (), "") for value in options.values()):
            raise BadInput(
                _("--apply names the whole change; other options cannot be given beside it."),
                fix=_("Leave out --apply, or everything else."),
            )
        wanted = services.changes(session).wanted_by(approval_id, number)
    else:
        wanted = wanted_approval(session, approval_id, options)
    return _change(session, approval_id, wanted, dry_run)


@click.command()
@approval_argument
@click.option("--until", type=DAY, required=True, help="The new last day.")
@click.option("--publication-pending", is_flag=True, help="Analysis is finished; only the publication is awaited.")
@click.option("--evidence", help="The paper that shows it, with --publication-pending.")
@dry_run_option
@pass_session
def extend(
    session: Session, approval_id: str, until: datetime, publication_pending: bool, evidence: str | None, dry_run: bool
) -> int:
    """Extend the period of use.

    Within six months of the first day it takes a change application (LIFE-1, LIFE-2). Beyond them only an
    environment whose publication is pending is kept, once, for at most two years, and can be read only
    (LIFE-3 iv).
    """
    if publication_pending != bool(evidence and evidence.strip()):
        raise BadInput(
            _("An extension for a publication needs both --publication-pending and --evidence."),
            fix=_("Name the paper, for example: --publication-pending --evidence 'accepted 2027-04-02'"),
        )
    day = until.date()
    edits = Edits(extension={"until": day.isoformat(), "evidence": evidence}) if evidence else Edits(end=day)
    return _change(session, approval_id, edit(session, approval_id, edits), dry_run)


@click.command()
@approval_argument
@click.option("--reason", required=True, help="Why; it stays in the record.")
@pass_session
def suspend(session: Session, approval_id: str, reason: str) -> None:
    """Let nobody in any more, without notice; nothing is deleted (HIC-18).

    Sessions are cut, logins shut, keys disabled, the server stopped. The next run of `up` keeps it so.
    """
    with step_progress(approval_id) as on_step:
        closed = services.lifecycle(session).suspend(session.actor, approval_id, reason, on_step)
    report_closed(session, closed, _("{approval} is suspended; nobody can enter."))


@click.command()
@approval_argument
@pass_session
def resume(session: Session, approval_id: str) -> int:
    """Let people in again. Refused unless FLOW-7 holds; sessions from before stay signed out.

    Directory users were locked by the suspension; each gets a package with a new initial password, which unlocks.
    What was changed meanwhile reaches the server, too.
    """
    with step_progress(approval_id) as on_step:
        closed = services.lifecycle(session).resume(session.actor, approval_id, on_step)
    handed, server = issue_after(session, approval_id), after_up(session, approval_id)
    report_closed(session, closed, _("{approval} is open again."), (handed, server))
    return 1 if server.failed else 0


@click.command()
@dry_run_option
@pass_session
def sweep(session: Session, dry_run: bool) -> int:
    """Suspend what has lapsed, and list what lapses within 30 days. For a scheduler.

    The list of revoked certificates is published anew ten days before it lapses.

    Exit codes: 0 nothing lapsed; 1 something was suspended (with --dry-run: would be), or is to be
    destroyed; 3 something could not be suspended, or the list not be published.
    """
    found = run_sweep(
        services.approvals(session), services.lifecycle(session), session.clock, session.actor, dry_run=dry_run
    )
    revocations = _renew_list(session, dry_run=dry_run)
    suspended = _("to be suspended") if dry_run else _("suspended")
    kinds: tuple[tuple[str, str, list[Note]], ...] = (
        ("suspended", suspended, found.suspended),
        ("by_others", _("taken in hand by somebody else"), found.by_others),
        ("failed", _("could not be suspended"), found.failed),
        ("to_destroy", _("to be destroyed"), found.to_destroy),
        ("lapsing", _("lapses soon"), found.lapsing),
    )

    def show(console: Console) -> None:
        for _key, heading, some in kinds:
            for note in some:
                console.print(f"{note.approval}: {heading}: {note.text}", markup=False)
        if revocations.told:
            console.print(revocations.told, markup=False)
        if not revocations.told and not any(some for _key, _heading, some in kinds):
            console.print(_("Nothing has lapsed, and nothing lapses within 30 days."))

    told = {key: notes(some) for key, _heading, some in kinds}
    data = {"day": found.day, "dry_run": dry_run, **told, "revocation_list": revocations.told or None}
    session.report(data, show)
    return 3 if revocations.failed else found.exit_code


@dataclass(frozen=True)
class Renewal:
    """What came of the list of revoked certificates; `told` is empty while it is good, or there is none."""

    told: str = ""
    failed: bool = False


def _renew_list(session: Session, *, dry_run: bool) -> Renewal:
    """Publish the list of revoked certificates anew when it soon lapses. A lost key does not stop the sweep."""
    authority = services.authority(session)
    lapses = authority.list_lapses()
    if lapses is None:
        return Renewal()
    if dry_run:
        return Renewal(_("the revocation list, good until {day}, is to be published anew").format(day=lapses.date()))
    try:
        _signed, count = authority.publish(session.actor, session.share)
    except HicError as error:
        text = _("the revocation list, good until {day}, was not published anew: {reason}")
        return Renewal(text.format(day=lapses.date(), reason=error), failed=True)
    return Renewal(_("revocation list published: {count} certificates").format(count=count))


COMMANDS = (change, extend, suspend, resume, sweep)


def _change(session: Session, approval_id: str, wanted: Approval, dry_run: bool) -> int:
    lifecycle = services.lifecycle(session)
    if dry_run:
        proposal, plan = lifecycle.plan_change(session.actor, approval_id, wanted)
        _report_proposal(session, proposal, plan)
        return 0
    before = services.approvals(session).get(approval_id).approval
    with step_progress(approval_id) as on_step:
        changed = lifecycle.change(session.actor, approval_id, wanted, on_step)
    standing = services.approvals(session).get(approval_id)
    # Roles of handlers, their last day and the machine's settings follow the approval.
    server = after_up(session, approval_id) if changed.outcome and standing.state is State.ACTIVE else None
    _report_changed(session, before, changed, server)
    return 1 if server and server.failed else 0


def _report_proposal(session: Session, proposal: Proposal, plan: Outcome | None) -> None:
    approval_id, label = proposal.standing.approval.id, services.engine(session).label

    def show(console: Console) -> None:
        _show_differences(console, proposal.differences)
        console.print(_("in all: {weight}, ¥{yen:,}").format(weight=proposal.weight or "-", yen=proposal.quote.total))
        if plan:
            show_plan(console, label, plan)

    data = {
        "approval": approval_id,
        "weight": proposal.weight,
        "differences": [asdict(difference) for difference in proposal.differences],
        "due": proposal.quote.total,
        "covered_by": proposal.application.number if proposal.application else None,
        "plan": outcome_data(plan) if plan else None,
    }
    session.report(data, show)


def _report_changed(session: Session, before: Approval, changed: Changed, server: AfterUp | None) -> None:
    standing = services.approvals(session).get(before.id)
    made, outcome, label = changed.change, changed.outcome, services.engine(session).label
    handed = issue_after(session, before.id) if outcome else None

    def show(console: Console) -> None:
        if made:
            _show_differences(console, made.differences)
            _show_due(console, before.id, made)
        else:
            console.print(_("Nothing differs from what is registered."))
        if outcome:
            show_run(console, label, outcome)
        elif standing.suspension:
            console.print(_("It is suspended; what changed is brought about when it is resumed."))
        if handed:
            handed.show(console)
        if server:
            server.show(console)

    data = {
        "approval": before.id,
        "state": standing.state,
        "change": made.number if made else None,
        "weight": made.weight if made else None,
        "differences": [asdict(difference) for difference in made.differences] if made else [],
        "due": made.due if made and made.owes else 0,
        "outcome": outcome_data(outcome) if outcome else None,
        **(handed.data if handed else {"credentials": [], "notices": []}),
        **(server.data if server else {}),
    }
    session.report(data, show)


def _show_differences(console: Console, differences: tuple[Difference, ...]) -> None:
    for one in differences:
        console.print(f"{one.rule}  {one.what}", markup=False)


def _show_due(console: Console, approval_id: str, made: ChangeApplication) -> None:
    if made.owes:
        command = f"hic fee pay {approval_id} --change {made.number} --amount {made.due} --receipt REF"
        text = _("Change {number} costs ¥{yen:,}; record its payment: {command}")
        console.print(text.format(number=made.number, yen=made.due, command=command))


def report_closed(session: Session, closed: Closed, told: str, after: Sequence[HandedOut | AfterUp] = ()) -> None:
    """Tell what a suspension, its end, or the beginning of an end came to."""
    standing, label = closed.standing, services.engine(session).label
    approval_id = standing.approval.id

    def show(console: Console) -> None:
        console.print(told.format(approval=approval_id, day=standing.read_only_until))
        for cut in closed.cuts:
            console.print(f"  {_kinds().get(cut.kind, cut.kind)} {cut.id}", markup=False)
        if closed.outcome:
            show_run(console, label, closed.outcome)
        for part in after:
            part.show(console)

    data = {
        "approval": approval_id,
        "state": standing.state,
        "access": standing.access,
        "read_only_until": standing.read_only_until,
        "cuts": [asdict(cut) for cut in closed.cuts],
        "outcome": outcome_data(closed.outcome) if closed.outcome else None,
    }
    for part in after:
        data |= part.data
    session.report(data, show)


def _kinds() -> dict[str, str]:
    return {
        "sessions": _("sessions of"),
        "access key": _("access key"),
        "server": _("server"),
        "login": _("logins to"),
        "desktop": _("desktop"),
        "user": _("directory user"),
    }
