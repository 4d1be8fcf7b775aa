"""The approval that a command on data sets is held against."""

from __future__ import annotations

import click

from provisioning.approvals.data_sets import EVERY, approved_tables
from provisioning.approvals.model import Approval
from provisioning.approvals.service import Approvals
from provisioning.cli.identity import own_approval
from provisioning.cli.session import Session
from provisioning.messages import _

approval_option = click.option(
    "--approval",
    "approval_id",
    metavar="APPROVAL",
    help="Take only what this approval names. On an analysis server always its own.",
)


def held_against(session: Session, approval_id: str | None) -> Approval | None:
    """The approval of the server that this runs on, or the one that is named; None: neither.

    Raises what reading it raises: on a server AWS shows no other approval than its own.
    """
    known = approval_id or own_approval(session)
    return Approvals(session.records, session.audit, session.clock).get(known).approval if known else None


def narrowed(approval: Approval | None, dataset: str, editions: list[str]) -> list[str]:
    """Notes for a person: of which editions not every table is approved."""
    tables = approved_tables(approval.datasets) if approval else {}
    text = _("Of {edition}, {approval} was approved for {patterns}; other tables are left out.")
    return [
        text.format(edition=edition, approval=approval.id, patterns=", ".join(patterns))
        for edition in editions
        if approval and (patterns := tables.get((dataset, edition), ())) and patterns != (EVERY,)
    ]
