"""`hic approval`: check and register approvals."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from provisioning.approvals.drafting import draft_approval
from provisioning.approvals.model import Approval
from provisioning.approvals.reading import parse_approval, read_approval
from provisioning.approvals.rules import missing_conditions
from provisioning.approvals.service import Registered
from provisioning.cli import services
from provisioning.cli.options import approval_argument, file_argument
from provisioning.cli.session import Session, pass_session
from provisioning.clock import today
from provisioning.errors import BadInput
from provisioning.messages import _


@click.group("approval")
def group() -> None:
    """Check and register approvals (承諾)."""


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
            span = f"{period.start} – {period.end}"
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
    missing = missing_conditions(one.approval, one.payment, today(session.clock))

    def show(console: Console) -> None:
        _show_approval(console, one.approval)
        console.print(_("State: {state}").format(state=one.state))
        for problem in missing:
            console.print(f"  - {problem}")

    conditions = [{"rule": p.where, "missing": p.what, "fix": p.fix} for p in missing]
    content = one.approval.model_dump(mode="json")
    session.report({**_summary(one), "missing": conditions, "content": content}, show)


@group.command()
@click.argument("path", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--like",
    type=click.Path(path_type=Path),
    default=Path("examples/exploratory-windows.yaml"),
    show_default=True,
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
        "end": approval.period.end,
        "paid": one.payment.yen if one.payment else None,
    }


def _show_approval(console: Console, approval: Approval) -> None:
    environment, period = approval.environment, approval.period
    rows = [
        (_("approval"), f"{approval.id} {approval.title}"),
        (_("decision"), f"{approval.decision.result} {approval.decision.date}"),
        (_("applicant"), approval.applicant.organisation),
        (_("handlers"), ", ".join(f"{h.name} <{h.email}>" for h in approval.handlers)),
        (_("places"), ", ".join(f"{p.name} {'/'.join(p.cidrs)}" for p in approval.places)),
        (_("environment"), f"{environment.kind} {environment.spec} {environment.os}"),
        (_("period"), f"{period.start} – {period.end}"),
        (_("linked databases"), ", ".join(approval.linked_databases) or "-"),
    ]
    table = Table(box=None, show_header=False)
    for name, value in rows:
        table.add_row(name, value)
    console.print(table)
