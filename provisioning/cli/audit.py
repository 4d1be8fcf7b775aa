"""`hic audit`: read and verify the record of all acts."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from provisioning.actors import check_role
from provisioning.audit.chain import Break
from provisioning.cli.session import Session, pass_session
from provisioning.messages import _


@click.group("audit")
def group() -> None:
    """Read and verify the record of all acts."""


@group.command()
@click.option("--subject", help="Only acts on this approval or request.")
@pass_session
def log(session: Session, subject: str | None) -> None:
    """Who did what to what, and when. For staff: researchers add to the record and do not read it."""
    check_role(session.actor, "operator", "reviewer", "auditor")
    entries = [e for e in session.audit.entries() if subject is None or e.subject == subject]

    def show(console: Console) -> None:
        table = Table(box=None)
        for heading in ("#", _("at"), _("who"), _("act"), _("subject"), _("hash")):
            table.add_column(heading, overflow="fold")
        for entry in entries:
            at = entry.at[:16].replace("T", " ")
            table.add_row(str(entry.number), at, entry.actor, entry.act, entry.subject, entry.hash[:8])
        console.print(table)

    session.report({"entries": [asdict(entry) for entry in entries]}, show)


@group.command()
@pass_session
def verify(session: Session) -> int:
    """Check every hash and link, the head, and every version of the copies in the locked bucket."""
    check_role(session.actor, "operator", "auditor")
    found = session.audit.verify(session.audit_bucket)

    def show(console: Console) -> None:
        for broken in found.breaks:
            console.print(_told(broken), markup=False)
        if found.uncopied:
            text = _("{count} entries are not in the locked bucket yet: hic audit archive")
            console.print(text.format(count=len(found.uncopied)))
        verdict = (
            _("{count} entries, the chain is intact.") if found.intact else _("{count} entries, THE CHAIN IS BROKEN.")
        )
        console.print(verdict.format(count=found.entries))

    session.report({**asdict(found), "intact": found.intact}, show)
    return 0 if found.intact else 1


@group.command()
@pass_session
def archive(session: Session) -> None:
    """Copy entries that are missing in the locked bucket."""
    check_role(session.actor, "operator")
    copied = session.audit.archive(session.audit_bucket)
    session.report({"copied": copied}, lambda console: console.print(_("{count} entries copied.").format(count=copied)))


def _told(broken: Break) -> str:
    """A break in one line, under its number, or the key of what has none."""
    if broken.number is None:
        return f"{broken.key}: {broken.reason}"
    return _("entry {number}: {reason}").format(number=broken.number, reason=broken.reason)
