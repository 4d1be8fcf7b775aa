"""`hic load panel`: an annual panel into PostgreSQL. Attached to the group of `hic load`."""

from __future__ import annotations

import hashlib

import click

from provisioning.aws.objects import ObjectStore
from provisioning.cli.data import tables_option
from provisioning.cli.options import database_option, schema_option
from provisioning.cli.session import Session, pass_session
from provisioning.datasets.model import Entry
from provisioning.datasets.rules import PANEL_KINDS
from provisioning.datasets.service import panel_entries
from provisioning.errors import Refused
from provisioning.loading.model import Source, Target
from provisioning.loading.rules import check_target
from provisioning.messages import _


@click.command("panel")
@click.option("--year", type=int, required=True, metavar="YYYY", help="Fiscal year, such as 2022.")
@click.option(
    "--kind", type=click.Choice(PANEL_KINDS), default="all", show_default=True, help="Whose people it follows."
)
@tables_option
@schema_option
@database_option
@click.option("--replace", is_flag=True, help="Load over a table with other content.")
@pass_session
def panel(
    session: Session, year: int, kind: str, tables: tuple[str, ...], schema: str, database: str, replace: bool
) -> None:
    """Stream tables of a published annual panel into a schema, verified against the manifest."""
    from provisioning.cli.load import _load  # noqa: PLC0415 - that module attaches this command

    target = Target(database, schema)
    check_target(target)
    prefix, entries = panel_entries(session.share, year, kind, tables)
    sources = [_source(session.share, prefix, entry) for entry in entries]
    _load(session, target, sources, sum(entry.bytes for entry in entries), replace)


def _source(share: ObjectStore, prefix: str, entry: Entry) -> Source:
    """A published pair. Raises Refused when its DDL is not what the manifest says."""
    key = prefix + entry.name
    ddl = share.read(prefix + entry.ddl)
    found = hashlib.sha256(ddl).hexdigest()
    if found != entry.ddl_sha256:
        raise Refused(
            _("{name} is not what was published: sha256 {found}, in the manifest {wanted}.").format(
                name=entry.ddl, found=found, wanted=entry.ddl_sha256
            ),
            fix=_("Ask the operator to publish the panel again."),
        )
    return Source(
        table=entry.table.lower(),
        origin=f"s3://{share.bucket}/{key}",
        chunks=lambda: share.chunks(key),
        ddl=ddl.decode("utf-8"),
        ddl_name=entry.ddl,
        sha256=entry.sha256,
        rows=entry.rows,
    )
