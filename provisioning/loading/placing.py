"""How a table that is whole takes its place among those that researchers look at."""

from __future__ import annotations

import time

from psycopg import errors, sql

from provisioning.errors import Problem, Refused
from provisioning.loading import ledger
from provisioning.loading.connection import LOCK_WAIT, Connection
from provisioning.loading.model import Target, Watcher, Wishes
from provisioning.loading.rules import Turn
from provisioning.loading.staging import staging_schema
from provisioning.messages import _

QUEUE = "1s"  # how long a load stands in the way of new readers, while it waits for old ones
PAUSE = 1.0  # seconds in which those may pass


def place(
    connection: Connection, target: Target, table: str, turn: Turn, part: str, wishes: Wishes, watcher: Watcher
) -> list[str]:
    """Move the whole table from staging to where researchers look: its own name, or as a part of that table, which
    is made if need be. What was lost with an old table is told.

    Only now is the old table locked. Raises Refused when others rest on it or keep reading it, or when a part has
    other columns.
    """
    staging = staging_schema(target.schema, table)
    made, final = sql.Identifier(staging, table), sql.Identifier(target.schema, table)
    notes: list[str] = []
    try:
        if turn == "append":
            connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(made, sql.Identifier(part)))
            made = sql.Identifier(staging, part)
            _make_whole(connection, target, table, made)
            if ledger.table_oid(connection, target.schema, part) is not None:
                notes = _take_away(connection, target, part, made, wishes, watcher)
        elif turn == "replace":
            notes = _take_away(connection, target, table, made, wishes, watcher)
        connection.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(made, sql.Identifier(target.schema)))
        if turn == "append":
            own = sql.Identifier(target.schema, part)
            connection.execute(sql.SQL("ALTER TABLE {} INHERIT {}").format(own, final))
    except (errors.DatatypeMismatch, errors.DuplicateTable, errors.WrongObjectType) as error:
        raise Refused(
            _("{part} cannot become a part of {schema}.{table}: {reason}").format(
                part=part, schema=target.schema, table=table, reason=error.diag.message_primary
            ),
            fix=_("The layouts differ; load the month into another --schema."),
        ) from None
    connection.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(staging)))
    return notes


def parts(connection: Connection, schema: str, table: str) -> list[str]:
    """The tables of the same schema that were appended to a table."""
    found = connection.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE i.inhparent = to_regclass(%s) AND n.nspname = %s"
        " ORDER BY c.relname",
        (f"{schema}.{table}", schema),
    )
    return [str(name) for (name,) in found]


def _make_whole(connection: Connection, target: Target, table: str, like: sql.Identifier) -> None:
    """Make the empty table through which its months are seen, like the first of them, unless there is one."""
    if ledger.table_oid(connection, target.schema, table) is not None:
        return
    whole = sql.Identifier(target.schema, table)
    connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(whole, like))
    told = connection.execute(
        "SELECT obj_description(to_regclass(%s), 'pg_class')", (like.as_string(connection),)
    ).fetchone()
    comment = sql.Literal(told[0] if told else None)
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(whole, comment))


def _take_away(
    connection: Connection, target: Target, table: str, made: sql.Identifier, wishes: Wishes, watcher: Watcher
) -> list[str]:
    """Drop the old table when nobody reads it any more; its parts and its grants go over to the one that was made."""
    old = sql.Identifier(target.schema, table)
    _wait_for_readers(connection, target, table, wishes, watcher)
    for name in parts(connection, target.schema, table):
        part = sql.Identifier(target.schema, name)
        connection.execute(sql.SQL("ALTER TABLE {} NO INHERIT {}").format(part, old))
        connection.execute(sql.SQL("ALTER TABLE {} INHERIT {}").format(part, made))
    _grant_again(connection, old, made)
    lost = _lost_with(connection, old)
    _drop_table(connection, target, table)
    if not lost:
        return []
    return [_("went with the old table, make them again if you need them: {names}").format(names=", ".join(lost))]


def _wait_for_readers(connection: Connection, target: Target, table: str, wishes: Wishes, watcher: Watcher) -> None:
    """Lock a table once nobody reads it. Raises Refused when that takes longer than is wished.

    The lock is asked for again and again: who asks for it keeps new readers waiting.
    """
    lock = sql.SQL("SET LOCAL lock_timeout = {}; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE; SET LOCAL lock_timeout = {}")
    asked = lock.format(sql.Literal(QUEUE), sql.Identifier(target.schema, table), sql.Literal(LOCK_WAIT))
    until = time.monotonic() + wishes.patience
    while True:
        try:
            with connection.transaction():
                connection.execute(asked)
        except errors.LockNotAvailable:
            if time.monotonic() >= until:
                raise _still_read(connection, target, table) from None
            watcher.waits(table, _("waits for those who read it"))
            time.sleep(PAUSE)
        except errors.WrongObjectType:
            return  # what it is, is told when it is to be dropped
        else:
            return


def _still_read(connection: Connection, target: Target, table: str) -> Refused:
    found = connection.execute(
        "SELECT DISTINCT l.pid, coalesce(a.usename, '') FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)"
        " WHERE l.relation = to_regclass(%s) AND l.granted AND l.pid <> pg_backend_pid()"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1",
        (f"{target.schema}.{table}",),
    )
    return Refused(
        _("{schema}.{table} is still being read; it was not replaced.").format(schema=target.schema, table=table),
        fix=_("Close these sessions, or let --wait be longer, and repeat the command."),
        problems=[Problem("", _("process {pid} of {user}").format(pid=pid, user=user)) for pid, user in found],
    )


def _grant_again(connection: Connection, old: sql.Identifier, made: sql.Identifier) -> None:
    """Give those who could use the old table the same rights to the new one, column by column where it was so."""
    found = connection.execute(
        "SELECT a.privilege_type, nullif(a.grantee, 0)::regrole::text, a.is_grantable, NULL FROM pg_class c,"
        " aclexplode(c.relacl) a WHERE c.oid = to_regclass(%(old)s) AND a.grantee <> c.relowner"
        " UNION ALL SELECT a.privilege_type, nullif(a.grantee, 0)::regrole::text, a.is_grantable, t.attname"
        " FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a"
        " WHERE t.attrelid = to_regclass(%(old)s) AND a.grantee <> c.relowner AND EXISTS (SELECT FROM pg_attribute n"
        " WHERE n.attrelid = to_regclass(%(made)s) AND n.attname = t.attname AND NOT n.attisdropped)",
        {"old": old.as_string(connection), "made": made.as_string(connection)},
    ).fetchall()
    for right, grantee, grantable, column in found:
        connection.execute(
            sql.SQL("GRANT {}{} ON {} TO {}{}").format(
                sql.SQL(right),  # PostgreSQL's own word
                sql.SQL(" ({})").format(sql.Identifier(column)) if column else sql.SQL(""),
                made,
                sql.SQL(grantee or "PUBLIC"),  # quoted by PostgreSQL where need be
                sql.SQL(" WITH GRANT OPTION") if grantable else sql.SQL(""),
            )
        )


def _lost_with(connection: Connection, old: sql.Identifier) -> list[str]:
    """Indexes of one's own and row-level policies of a table, by name; hic makes its own indexes itself."""
    found = connection.execute(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass(%(t)s)"
        r" AND c.relname NOT LIKE '%%\_hic' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)"
        " UNION ALL SELECT polname FROM pg_policy WHERE polrelid = to_regclass(%(t)s)",
        {"t": old.as_string(connection)},
    )
    return [str(name) for (name,) in found]


def _drop_table(connection: Connection, target: Target, table: str) -> None:
    try:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(target.schema, table)))
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
