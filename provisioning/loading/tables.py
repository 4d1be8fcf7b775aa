"""One table, loaded in one transaction: all of it stands afterwards, with its ledger entry, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from time import monotonic

import psycopg
from psycopg import errors, sql

from provisioning.actors import Actor
from provisioning.clock import Clock
from provisioning.datasets.rules import months_warning
from provisioning.errors import BadInput, Problem, Refused
from provisioning.loading import ledger
from provisioning.loading.connection import Connection, Server
from provisioning.loading.copying import Copied, copy_csv
from provisioning.loading.model import LedgerEntry, Loaded, Source, Status, Target
from provisioning.loading.psql_script import substitute
from provisioning.loading.rules import Turn, check_name, decide
from provisioning.messages import _

_DONE: dict[Turn, Status] = {"load": "loaded", "replace": "replaced", "skip": "skipped"}


def load_table(
    server: Server,
    target: Target,
    source: Source,
    actor: Actor,
    clock: Clock,
    replace: bool = False,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Loaded:
    """Create a table from its DDL and fill it from its CSV, on a connection of its own.

    Skips a table that stands with the same content. Expects the schema and the ledger to exist. Raises
    BadInput for data or DDL that do not fit, Refused when something else would be overwritten or when the
    CSV is not what its manifest says, DependencyFailed when store or database fail; the database is then
    as it was before.
    """
    check_name(source.table, _("table"))
    script = substitute(source.ddl, {"SC_NAME": target.schema}, source.ddl_name)
    ddl_sha256 = hashlib.sha256(source.ddl.encode("utf-8")).hexdigest()
    warnings = tuple(w for w in (months_warning(source.csv_month, source.ddl_month),) if w)
    began = monotonic()
    with server.connect(target.database) as connection:
        _take(connection, target, source.table)
        oid = ledger.table_oid(connection, target.schema, source.table)
        entries = ledger.read_entries(connection, target.schema, source.table)
        entry = entries[0] if entries else None
        turn = decide(f"{target.schema}.{source.table}", oid, entry, source.sha256, ddl_sha256, replace)
        if turn == "skip" and entry:
            return Loaded(source.table, "skipped", entry.rows, 0, 0.0, entry.sha256, warnings)
        if turn == "replace":
            _drop(connection, target, source.table)
        made = _create(connection, target, source, script.text, script.unset)
        copied = copy_csv(connection, target.schema, source.table, source.chunks(), source.name, progress)
        _verify(connection, target, source, copied)
        seconds = monotonic() - began
        ledger.write_entry(
            connection, _entry(target, source, made, copied, ddl_sha256, seconds, str(actor), clock.now())
        )
        connection.commit()
    return Loaded(source.table, _DONE[turn], copied.rows, copied.bytes, monotonic() - began, copied.sha256, warnings)


def _entry(
    target: Target,
    source: Source,
    oid: int,
    copied: Copied,
    ddl_sha256: str,
    seconds: float,
    loaded_by: str,
    loaded_at: datetime,
) -> LedgerEntry:
    return LedgerEntry(
        schema=target.schema,
        table=source.table,
        oid=oid,
        origin=source.origin,
        sha256=copied.sha256,
        ddl_sha256=ddl_sha256,
        rows=copied.rows,
        bytes=copied.bytes,
        seconds=seconds,
        loaded_by=loaded_by,
        loaded_at=loaded_at,
    )


def _take(connection: Connection, target: Target, table: str) -> None:
    """Keep a second run off the same table until this transaction ends."""
    name = f"hic load {target.schema}.{table}"
    taken = connection.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (name,)).fetchone()
    if not taken or not taken[0]:
        raise Refused(
            _("Another run is loading {schema}.{table}.").format(schema=target.schema, table=table),
            fix=_("Wait for it to end."),
        )


def _drop(connection: Connection, target: Target, table: str) -> None:
    try:
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(target.schema, table)))
    except errors.DependentObjectsStillExist as error:
        raise Refused(
            _("Views or tables of yours rest on {schema}.{table}:").format(schema=target.schema, table=table),
            fix=_("Drop them first; hic does not drop what it did not make."),
            problems=[Problem("", line) for line in (error.diag.message_detail or "").splitlines()],
        ) from None
    except errors.WrongObjectType:
        raise Refused(
            _("{schema}.{table} is no table.").format(schema=target.schema, table=table),
            fix=_("Choose another --schema, or drop it yourself."),
        ) from None


def _create(connection: Connection, target: Target, source: Source, script: str, unset: tuple[str, ...]) -> int:
    """Apply the DDL as delivered; the new table's oid. Raises BadInput when it does not make the table."""
    try:
        connection.execute(script.encode("utf-8"))
    except (psycopg.OperationalError, errors.InsufficientPrivilege):
        raise
    except psycopg.DatabaseError as error:
        line = script.count("\n", 0, max(int(error.diag.statement_position or 1) - 1, 0)) + 1
        problems = [Problem(f"{source.ddl_name}:{line}", error.diag.message_primary or str(error))]
        problems += [Problem(source.ddl_name, _("asks for the variable {name}").format(name=name)) for name in unset]
        raise BadInput(
            _("PostgreSQL does not take the DDL {name}.").format(name=source.ddl_name),
            fix=_("hic sets SC_NAME alone; fetch the DDL again if it was edited."),
            problems=problems,
        ) from error
    oid = ledger.table_oid(connection, target.schema, source.table)
    if oid is None:
        raise BadInput(
            _("{name} does not make the table {schema}.{table}.").format(
                name=source.ddl_name, schema=target.schema, table=source.table
            ),
            fix=_("Take the DDL that belongs to the CSV: both have the same name (ENV-11)."),
        )
    return oid


def _verify(connection: Connection, target: Target, source: Source, copied: Copied) -> None:
    """Raise Refused, with both figures, unless stream, table and manifest agree."""
    counted = connection.execute(
        sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(target.schema, source.table))
    ).fetchone()
    in_table = int(counted[0]) if counted else 0
    problems = []
    if source.sha256 is not None and copied.sha256 != source.sha256:
        text = _("sha256 {found} came, {wanted} was expected")
        problems.append(Problem(source.name, text.format(found=copied.sha256, wanted=source.sha256)))
    if source.rows is not None and copied.records != source.rows:
        text = _("{found} records came, {wanted} were expected")
        problems.append(Problem(source.name, text.format(found=copied.records, wanted=source.rows)))
    if in_table != copied.records:
        text = _("{found} rows stand in the table, {wanted} records came")
        problems.append(Problem(source.name, text.format(found=in_table, wanted=copied.records)))
    if problems:
        raise Refused(
            _("{name} did not come as its manifest says; nothing of it was loaded.").format(name=source.name),
            fix=_("Run the load again; if it stays so, ask the operator to publish the month again."),
            problems=problems,
        )
