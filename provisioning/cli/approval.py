"""`hic approval`: check and register approvals."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from provisioning.approvals.changes import ChangeApplication
from provisioning.approvals.changes import Decision as ChangeDecision
from provisioning.approvals.drafting import draft_approval
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.next_acts import next_act
from provisioning.approvals.reading import parse_approval, read_approval
from provisioning.approvals.rules import missing_conditions
from provisioning.approvals.service import Registered
from provisioning.cli import services
from provisioning.cli.change_options import DAY, change_options, wanted_approval
from provisioning.cli.options import approval_argument, file_argument
from provisioning.cli.session import Session, pass_session
from provisioning.clock import today
from provisioning.errors import BadInput
from provisioning.messages import _

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "exploratory-windows.yaml"


@click.group("approval")
def group() -> None:
    """Check, register, change and withdraw approvals (承諾)."""


@group.command()
@file_argument
@pass_session
def validate(session: Session, path: Path) -> None:
    """Check an approval file; nothing is stored. Every mistake is listed with its line."""
    approval = read_approval(path)
    session.report(
        {"valid": True, "approval": approval.model_dump(mode="json")},
        lambda console: console.print(_("{path} is a valid approval: {id}").format(path=path, id=approval.id)),
    )


@group.command()
@file_argument
@pass_session
def register(session: Session, path: Path) -> None:
    """Store an approval. The same file again changes nothing."""
    approval = read_approval(path)
    new = services.approvals(session).register(session.actor, approval)
    text = _("{id} is registered.") if new else _("{id} was registered before; nothing changed.")
    session.report(
        {"approval": approval.id, "registered": new},
        lambda console: console.print(text.format(id=approval.id)),
    )


@group.command("list")
@pass_session
def list_(session: Session) -> None:
    """All approvals, present and past."""
    found = services.approvals(session).all()

    def show(console: Console) -> None:
        table = Table(_("approval"), _("state"), _("kind"), _("spec"), _("period"), _("applicant"), box=None)
        for one in found:
            environment, period = one.approval.environment, one.approval.period
            span = f"{period.start} – {period.last_day}"
            organisation = one.approval.applicant.organisation
            table.add_row(one.approval.id, one.state, environment.kind, environment.spec, span, organisation)
        console.print(table if found else _("No approval is registered yet."))

    session.report({"approvals": [_summary(one) for one in found]}, show)


@group.command("show")
@approval_argument
@pass_session
def show_one(session: Session, approval_id: str) -> None:
    """One approval: what it allows, where it stands, and what is still missing."""
    one = services.approvals(session).get(approval_id)
    missing = missing_conditions(one.approval, one.payment, today(session.clock), one.withdrawal)
    following = next_act(one, today(session.clock))

    def show(console: Console) -> None:
        _show_approval(console, one.approval)
        console.print(_("State: {state}").format(state=one.state))
        for problem in missing:
            console.print(f"  - {problem}")
        if following:
            console.print(_("Next: {by}: {what}").format(by=_parties()[following.by], what=following.what))
            if following.command:
                console.print(f"  {following.command}", markup=False)

    conditions = [{"rule": p.where, "missing": p.what, "fix": p.fix} for p in missing]
    content = one.approval.model_dump(mode="json")
    told = {"missing": conditions, "next": asdict(following) if following else None, "content": content}
    session.report({**_summary(one), **told}, show)


@group.command()
@click.argument("path", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--like",
    type=click.Path(path_type=Path),
    default=EXAMPLE,
    show_default="the example for Windows",
    help="The approval file to start from.",
)
@click.option("--id", "approval_id", required=True, help="Id of the new approval.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day of use; default today.")
@pass_session
def draft(session: Session, path: Path, like: Path, approval_id: str, start: datetime | None) -> None:
    """Write a new approval file from another one, with its own id and period."""
    if path.exists():
        raise BadInput(_("{path} exists already.").format(path=path), fix=_("Choose another name."))
    if not like.is_file():
        raise BadInput(_("There is no file {path}.").format(path=like), fix=_("Name one with --like FILE."))
    first = start.date() if start else today(session.clock)
    text = draft_approval(like.read_text(encoding="utf-8"), approval_id, first)
    parse_approval(text, str(path))
    path.write_text(text, encoding="utf-8")
    session.report(
        {"file": str(path), "approval": approval_id},
        lambda console: console.print(_("Wrote {path}; look it over, then register it.").format(path=path)),
    )


@group.command()
@approval_argument
@change_options
@click.option("--result", type=click.Choice([result.value for result in Result]), required=True, help="The decision.")
@click.option("--decided", type=DAY, required=True, help="The day of the decision.")
@click.option("--chair-confirmed", type=DAY, help="The day on which the chair confirmed a 条件付承諾.")
@pass_session
def change(
    session: Session,
    /,
    approval_id: str,
    result: str,
    decided: datetime,
    chair_confirmed: datetime | None,
    **options: Any,
) -> None:
    """Register a change application (変更申出) with the committee's decision, and what it costs.

    What is to change is said as for `hic env change`, which makes it once it is accepted and paid.
    """
    wanted = wanted_approval(session, approval_id, options)
    confirmed = chair_confirmed.date() if chair_confirmed else None
    decision = ChangeDecision(Result(result), decided.date(), confirmed)
    made = services.changes(session).register(session.actor, approval_id, wanted, decision)

    def show(console: Console) -> None:
        for one in made.differences:
            console.print(f"{one.rule}  {one.what}", markup=False)
        text = _("Change {number} of {approval}: {result}, ¥{yen:,}.")
        console.print(text.format(number=made.number, approval=approval_id, result=result, yen=made.due))

    session.report({"approval": approval_id, **_change_data(made)}, show)


@group.command()
@approval_argument
@pass_session
def history(session: Session, approval_id: str) -> None:
    """The changes of an approval, from the first: what, by whom, decided, paid, made."""
    one = services.approvals(session).get(approval_id)

    def show(console: Console) -> None:
        for made in one.changes:
            decided = made.decision.result if made.decision else "-"
            paid = made.payment.day if made.payment else _("unpaid") if made.owes else "-"
            line = _("{number}  {weight}  decided: {decided}  ¥{yen:,} paid: {paid}  made: {made}  by {by}")
            console.print(
                line.format(
                    number=made.number,
                    weight=made.weight,
                    decided=decided,
                    yen=made.due,
                    paid=paid,
                    made=made.applied_at or "-",
                    by=made.by,
                ),
                markup=False,
            )
            for difference in made.differences:
                console.print(f"   {difference.rule}  {difference.what}", markup=False)
        if not one.changes:
            console.print(_("{approval} was never changed.").format(approval=approval_id))

    session.report({"approval": approval_id, "changes": [_change_data(made) for made in one.changes]}, show)


@group.command()
@approval_argument
@click.option("--reason", required=True, help="Why; it stays in the record.")
@pass_session
def withdraw(session: Session, approval_id: str, reason: str) -> None:
    """Record that the approval was taken back (REV-14). The next sweep suspends its environment."""
    withdrawal = services.approvals(session).withdraw(session.actor, approval_id, reason)
    session.report(
        {
            "approval": approval_id,
            "date": withdrawal.day,
            "reason": withdrawal.reason,
            "further": [{"date": one.day, "reason": one.reason} for one in withdrawal.further],
        },
        lambda console: console.print(
            _("{approval} is withdrawn since {day}. Close its environment now: hic env sweep").format(
                approval=approval_id, day=withdrawal.day
            )
        ),
    )


def _change_data(made: ChangeApplication) -> dict[str, Any]:
    return {
        "change": made.number,
        "weight": made.weight,
        "differences": [asdict(difference) for difference in made.differences],
        "decision": asdict(made.decision) if made.decision else None,
        "due": made.due,
        "payment": asdict(made.payment) if made.payment else None,
        "registered_at": made.registered_at,
        "applied_at": made.applied_at,
        "by": made.by,
    }


def _summary(one: Registered) -> dict[str, Any]:
    approval = one.approval
    return {
        "approval": approval.id,
        "state": one.state,
        "title": approval.title,
        "applicant": approval.applicant.organisation,
        "kind": approval.environment.kind,
        "spec": approval.environment.spec,
        "start": approval.period.start,
        "end": approval.period.last_day,
        "paid": one.payment.yen if one.payment else None,
    }


def _parties() -> dict[str, str]:
    return {"operator": _("operator"), "researcher": _("researcher"), "ministry": _("ministry")}


def _show_approval(console: Console, approval: Approval) -> None:
    environment, period = approval.environment, approval.period
    rows = [
        (_("approval"), f"{approval.id} {approval.title}"),
        (_("decision"), f"{approval.decision.result} {approval.decision.date}"),
        (_("applicant"), approval.applicant.organisation),
        (_("handlers"), ", ".join(f"{h.name} <{h.email}>" for h in approval.handlers)),
        (_("places"), ", ".join(f"{p.name} {'/'.join(p.cidrs)}" for p in approval.places)),
        (_("environment"), f"{environment.kind} {environment.spec} {environment.os}"),
        (_("period"), f"{period.start} – {period.last_day}"),
        (_("linked databases"), ", ".join(approval.linked_databases) or "-"),
    ]
    table = Table(box=None, show_header=False)
    for name, value in rows:
        table.add_row(name, value)
    console.print(table)
