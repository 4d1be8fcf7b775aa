"""The commands that gather what will be filed, whichever way it goes: draft, add, remove, context."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from provisioning.cli.egress_steps import DAY, desk, desk_of, files_argument, report_request, request_argument
from provisioning.cli.session import Session, pass_session
from provisioning.egress import drafting
from provisioning.egress.drafting import Context
from provisioning.egress.model import Direction


def add_draft_commands(group: click.Group, direction: Direction) -> None:
    """Put the commands of drafts into a group."""
    for add in (_draft, _add, _remove, _context):
        add(group, direction)


def _draft(group: click.Group, direction: Direction) -> None:
    if direction is Direction.IN:
        _incoming_draft(group)
        return

    @group.command(name="draft")
    @click.argument("approval_id", metavar="APPROVAL")
    @click.option("--purpose", required=True, help="What the result is for.")
    @click.option("--venue", required=True, help="Where it will be shown, as in the approval.")
    @click.option("--deadline", type=DAY, help="The day by which the venue needs it (YYYY-MM-DD).")
    @pass_session
    def draft_command(session: Session, approval_id: str, purpose: str, venue: str, deadline: datetime | None) -> None:
        """Begin a request to which files are added over time; `hic egress submit DRAFT` files it."""
        day = deadline.date() if deadline else None
        own, said = desk(session, approval_id), Context(purpose, venue)
        report_request(session, drafting.begin(own, session.actor, approval_id, said, deadline=day))


def _incoming_draft(group: click.Group) -> None:
    @group.command(name="draft")
    @click.argument("approval_id", metavar="APPROVAL")
    @click.option("--purpose", required=True, help="What the files are and what they are needed for.")
    @click.option("--source", required=True, help="Where they come from.")
    @pass_session
    def draft_command(session: Session, approval_id: str, purpose: str, source: str) -> None:
        """Begin a request to which files are added over time; `hic ingress submit DRAFT` files it."""
        own, said = desk(session, approval_id), Context(purpose, source)
        report_request(session, drafting.begin(own, session.actor, approval_id, said, Direction.IN))


def _add(group: click.Group, direction: Direction) -> None:
    @group.command(name="add")
    @request_argument
    @files_argument
    @click.option(
        "--group", "group_id", default="", metavar="GROUP", help="The group they belong to; default the first."
    )
    @pass_session
    def add_command(session: Session, request_id: str, files: tuple[Path, ...], group_id: str) -> None:
        """Put files into a draft; one of the same name takes the place of the earlier."""
        own = desk_of(session, request_id, direction)
        report_request(session, drafting.add_files(own, session.actor, request_id, files, group_id))


def _remove(group: click.Group, direction: Direction) -> None:
    @group.command(name="remove")
    @request_argument
    @click.argument("file_name", metavar="FILE")
    @pass_session
    def remove_command(session: Session, request_id: str, file_name: str) -> None:
        """Take a file out of a draft."""
        own = desk_of(session, request_id, direction)
        report_request(session, drafting.remove_file(own, session.actor, request_id, file_name))


def _context(group: click.Group, direction: Direction) -> None:
    if direction is Direction.IN:
        _incoming_context(group)
        return

    @group.command(name="context")
    @request_argument
    @click.argument("group_id", metavar="GROUP")
    @click.option("--what", required=True, help="What the files of the group show.")
    @click.option("--venue", required=True, help="Where they will be shown.")
    @click.option("--publication", default="", help="The planned publication of the approval that they belong to.")
    @click.option("--controls", default="", help="What was done to protect persons, such as masking.")
    @pass_session
    def context_command(
        session: Session, request_id: str, group_id: str, what: str, venue: str, publication: str, controls: str
    ) -> None:
        """Describe a group of a draft's files; the first group is called results."""
        own, said = desk_of(session, request_id, direction), Context(what, venue, publication, controls)
        report_request(session, drafting.set_context(own, session.actor, request_id, group_id, said))


def _incoming_context(group: click.Group) -> None:
    @group.command(name="context")
    @request_argument
    @click.argument("group_id", metavar="GROUP")
    @click.option("--what", required=True, help="What the files of the group are needed for.")
    @click.option("--source", required=True, help="Where they come from.")
    @pass_session
    def context_command(session: Session, request_id: str, group_id: str, what: str, source: str) -> None:
        """Describe a group of a draft's files; the first group is called results."""
        own = desk_of(session, request_id, Direction.IN)
        report_request(session, drafting.set_context(own, session.actor, request_id, group_id, Context(what, source)))
