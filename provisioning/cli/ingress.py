"""`hic ingress`: bring masters and SQL in, after a review of their own (HIC-16)."""

from __future__ import annotations

from pathlib import Path

import click

from provisioning.cli import egress_view as view
from provisioning.cli.egress_drafts import add_draft_commands
from provisioning.cli.egress_steps import add_review_commands, desk, desk_of, files_argument, report_filed
from provisioning.cli.session import Session, pass_session
from provisioning.egress.checking import read_named
from provisioning.egress.intake import check_incoming
from provisioning.egress.model import Direction
from provisioning.egress.rules import check_said
from provisioning.egress.submission import Draft, submit, submit_draft
from provisioning.errors import BadInput
from provisioning.messages import _


@click.group()
def group() -> None:
    """Bring files into an environment, after review."""


@group.command()
@files_argument
@pass_session
def check(session: Session, files: tuple[Path, ...]) -> int:
    """Check files for what may not come in, without sending them anywhere.

    Exit code 1 for secrets and macros, 2 for types that are not allowed, programs and archive bombs.
    """
    report = check_incoming(read_named(files))
    session.report(report.as_data(), lambda console: view.show_report(console, report.as_data(), Direction.IN))
    return 1 if report.count("fail") else 0


@group.command(name="submit")
@click.argument("target", metavar="APPROVAL|DRAFT")
@click.argument("files", metavar="[FILES...]", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--purpose", default="", help="What the files are and what they are needed for.")
@click.option("--source", default="", help="Where they come from.")
@click.option("--declare-self-checked", is_flag=True, help="Declare that you checked them, for viruses too.")
@click.option("--replaces", default="", metavar="REQUEST", help="The returned request that this one replaces.")
@pass_session
def submit_command(
    session: Session,
    target: str,
    files: tuple[Path, ...],
    purpose: str,
    source: str,
    declare_self_checked: bool,
    replaces: str,
) -> None:
    """File masters or SQL to be brought in, or, without FILES, a draft of such.

    For operators, whom handlers hand their files to, free of viruses (HIC-16).
    """
    if files:
        check_said(purpose, "--purpose")
        check_said(source, "--source")
        draft = Draft(target, files, purpose, source, declare_self_checked, replaces, Direction.IN)
        request, report = submit(desk(session, target), session.actor, draft)
    else:
        if purpose or source:
            raise BadInput(
                _("A draft has its context already."), fix=_("Change it first: hic ingress context REQUEST GROUP")
            )
        request, report = submit_draft(
            desk_of(session, target, Direction.IN),
            session.actor,
            target,
            self_checked=declare_self_checked,
            replaces=replaces,
        )
    report_filed(session, request, report)


add_draft_commands(group, Direction.IN)
add_review_commands(group, Direction.IN)
