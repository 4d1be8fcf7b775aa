"""`hic egress draft, add, remove, context`: gathering what will be filed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from provisioning.cli.egress_steps import DAY, desk, desk_of, files_argument, report_request, request_argument
from provisioning.cli.session import Session, pass_session
from provisioning.egress import drafting
from provisioning.egress.drafting import Context
from provisioning.egress.model import Direction


def add_draft_commands(group: click.Group) -> None:
    """Put the commands of drafts into a group."""
    for command in (draft, add, remove, context):
        group.add_command(command)


@click.command()
@click.argument("approval_id", metavar="APPROVAL")
@click.option("--purpose", required=True, help="What the result is for.")
@click.option("--venue", required=True, help="Where it will be shown, as in the approval.")
@click.option("--deadline", type=DAY, help="The day by which the venue needs it (YYYY-MM-DD).")
@pass_session
def draft(session: Session, approval_id: str, purpose: str, venue: str, deadline: datetime | None) -> None:
    """Begin a request to which files are added over time; `hic egress submit DRAFT` files it."""
    day = deadline.date() if deadline else None
    made = drafting.begin(desk(session, approval_id), session.actor, approval_id, Context(purpose, venue), deadline=day)
    report_request(session, made)


@click.command()
@request_argument
@files_argument
@click.option("--group", "group_id", default="", metavar="GROUP", help="The group they belong to; default the first.")
@pass_session
def add(session: Session, request_id: str, files: tuple[Path, ...], group_id: str) -> None:
    """Put files into a draft; one of the same name takes the place of the earlier."""
    own = desk_of(session, request_id, Direction.OUT)
    report_request(session, drafting.add_files(own, session.actor, request_id, files, group_id))


@click.command()
@request_argument
@click.argument("file_name", metavar="FILE")
@pass_session
def remove(session: Session, request_id: str, file_name: str) -> None:
    """Take a file out of a draft."""
    own = desk_of(session, request_id, Direction.OUT)
    report_request(session, drafting.remove_file(own, session.actor, request_id, file_name))


@click.command()
@request_argument
@click.argument("group_id", metavar="GROUP")
@click.option("--what", required=True, help="What the files of the group show.")
@click.option("--venue", required=True, help="Where they will be shown.")
@click.option("--publication", default="", help="The planned publication of the approval that they belong to.")
@click.option("--controls", default="", help="What was done to protect persons, such as masking.")
@pass_session
def context(
    session: Session, request_id: str, group_id: str, what: str, venue: str, publication: str, controls: str
) -> None:
    """Describe a group of a draft's files; the first group is called results."""
    own = desk_of(session, request_id, Direction.OUT)
    said = Context(what, venue, publication, controls)
    report_request(session, drafting.set_context(own, session.actor, request_id, group_id, said))
