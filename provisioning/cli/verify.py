"""`hic env verify`: prove that an environment is closed, or show the way out of it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from provisioning.approvals.states import Access
from provisioning.assurance.verify import Proof
from provisioning.cli import services
from provisioning.cli.options import approval_argument
from provisioning.cli.session import Session, pass_session
from provisioning.messages import _

SHOWN = 5  # counterexamples per claim on screen; --json and the report have all


@click.command()
@approval_argument
@click.option(
    "--html",
    "report",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a report with the network drawn.",
)
@click.option("--builder", "builders", metavar="ROLE", multiple=True, help="A role that builds, and is not judged.")
@pass_session
def verify(session: Session, approval_id: str, report: Path | None, builders: tuple[str, ...]) -> int:
    """Prove that the environment is closed, from what stands in AWS; exit 1 with the way out when it is not."""
    from provisioning.environments.verification import agreed_of  # noqa: PLC0415 - brings the Pulumi SDK
    from provisioning.environments.verification import verify as verify_environment  # noqa: PLC0415

    known = services.approvals(session).find(approval_id)
    agreed = agreed_of(known.approval, **services.dollars()) if known else None
    access = known.access if known else Access.OPEN
    stand, proof = verify_environment(session.aws, approval_id, agreed, frozenset(builders), access)
    if report is not None:
        from provisioning.assurance.report import write_report  # noqa: PLC0415

        write_report(report, stand, proof, session.clock.now(), rehearsal=session.settings.engine == "offline")
    data = {**proof.data(), "html": str(report) if report else None, "builders": list(builders)}
    session.report(data, lambda console: _show(console, proof, report))
    return 1 if proof.failed else 0


def _show(console: Console, proof: Proof, report: Path | None) -> None:
    table = Table(_("claim"), _("what must hold"), _("verdict"), _("looked at"), "SATRE")
    for verdict in proof.verdicts:
        word = "[green]" + _("passed") + "[/]" if verdict.passed else "[red]" + _("FAILED") + "[/]"
        claim = verdict.claim
        table.add_row(claim.id, _(claim.says), word, str(verdict.evidence), " ".join(claim.satre))
    console.print(table)
    for verdict in proof.failed:
        console.print(f"{verdict.claim.id}: {_(verdict.claim.says)}", style="red")
        for text in verdict.counterexamples[:SHOWN] or (_("there is nothing to look at"),):
            console.print(f"  {text}", markup=False)
        if len(verdict.counterexamples) > SHOWN:
            console.print(_("  and {count} more").format(count=len(verdict.counterexamples) - SHOWN))
        console.print(f"  -> {verdict.fix(proof.approval)}", markup=False)
    text = _("{approval}: {passed} of {count} claims hold, {evidence} facts and decisions looked at.")
    passed = len(proof.verdicts) - len(proof.failed)
    told = text.format(approval=proof.approval, passed=passed, count=len(proof.verdicts), evidence=proof.evidence)
    console.print(told, style="green" if not proof.failed else "red")
    if report is not None:
        console.print(_("report: {path}").format(path=report))
