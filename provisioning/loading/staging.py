"""Where a table is filled before anybody can see it, and how it then takes its place.

Every table is made in a schema of its own, `hic_load_...`, and moved when it is whole; so a table that is to
be replaced can be read until the last moment. The schema's comment names the table. A run holds a lock on that
name: what is found without a lock was left by a run that died, and is dropped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from provisioning.errors import BadInput, Problem, Refused
from provisioning.loading import ledger
from provisioning.loading.connection import Connection
from provisioning.loading.model import Source, Target
from provisioning.loading.psql_script import substitute
from provisioning.loading.rules import Turn
from provisioning.messages import _

PREFIX = "hic_load_"
_MARK = "hic load "


@dataclass(frozen=True)
class Made:
    """An empty table in staging. `oid` stays its number for good; `plain` when it is an ordinary table without
    triggers: one that COPY can freeze, and whose rows it counts."""

    oid: int
    plain: bool


def staging_schema(schema: str, table: str) -> str:
    """The schema in which that table is made; always the same for the same table."""
    return PREFIX + hashlib.sha256(f"{schema}.{table}".encode()).hexdigest()[:16]


def take(connection: Connection, schema: str, table: str) -> None:
    """Keep other runs off a table until `release`, or until the connection ends. Raises Refused when one is on it."""
    if not _try_lock(connection, f"{_MARK}{schema}.{table}"):
        raise Refused(
            _("Another run is loading {schema}.{table}.").format(schema=schema, table=table),
            fix=_("Wait for it to end."),
        )


def release(connection: Connection, schema: str, table: str) -> None:
    """Let others load the table."""
    _unlock(connection, f"{_MARK}{schema}.{table}")


def _try_lock(connection: Connection, name: str) -> bool:
    # The lock belongs to the session, whatever becomes of the transaction.
    taken = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,)).fetchone()
    return bool(taken and taken[0])


def _unlock(connection: Connection, name: str) -> None:
    connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))


def clean_leftovers(connection: Connection) -> list[str]:
    """Drop what runs that died left behind in this database; the tables that they were loading."""
    found = connection.execute(
        "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace"
        " WHERE starts_with(nspname, %s) AND starts_with(obj_description(oid, 'pg_namespace'), %s)"
        " AND pg_has_role(nspowner, 'USAGE')",
        (PREFIX, _MARK),
    ).fetchall()
    connection.commit()
    cleaned = []
    for schema, mark in found:
        if _try_lock(connection, mark):
            drop(connection, schema)
            connection.commit()
            _unlock(connection, mark)
            cleaned.append(str(mark).removeprefix(_MARK))
    return cleaned


def drop(connection: Connection, staging: str) -> None:
    """Drop a staging schema with what is in it, if it is there."""
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(staging)))


def create(connection: Connection, target: Target, source: Source) -> Made:
    """Apply the DDL as delivered, in a staging schema; the table that it made.

    Raises BadInput when the DDL does not make the table, or makes more than it.
    """
    staging = staging_schema(target.schema, source.table)
    mark = sql.Literal(f"{_MARK}{target.schema}.{source.table}")
    connection.execute(
        sql.SQL("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}; COMMENT ON SCHEMA {0} IS {1}").format(
            sql.Identifier(staging), mark
        )
    )
    script = substitute(source.ddl, {"SC_NAME": staging}, source.ddl_name)
    try:
        connection.execute(script.text.encode("utf-8"))
    except (psycopg.OperationalError, errors.InsufficientPrivilege):
        raise
    except psycopg.DatabaseError as error:
        line = script.text.count("\n", 0, max(int(error.diag.statement_position or 1) - 1, 0)) + 1
        reason = (error.diag.message_primary or str(error)).replace(staging, target.schema)
        problems = [Problem(f"{source.ddl_name}:{line}", reason)]
        problems += [Problem(source.ddl_name, _("asks for the variable {name}").format(name=n)) for n in script.unset]
        raise BadInput(
            _("PostgreSQL does not take the DDL {name}.").format(name=source.ddl_name),
            fix=_("hic sets SC_NAME alone; fetch the DDL again if it was edited."),
            problems=problems,
        ) from error
    return _made(connection, target, source, staging)


def _made(connection: Connection, target: Target, source: Source, staging: str) -> Made:
    made = connection.execute(
        "SELECT c.oid, c.relkind = 'r' AND NOT c.relhastriggers, ARRAY("
        "SELECT pg_describe_object(d.classid, d.objid, 0) FROM pg_depend d"
        " WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.deptype = 'n' AND d.objid <> c.oid"
        # What belongs to the table moves with it: indexes, sequences of its columns.
        " AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = d.classid AND o.objid = d.objid"
        " AND o.deptype IN ('a', 'i') AND o.refobjid = c.oid))"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s",
        (staging, source.table),
    ).fetchone()
    if made is None:
        raise BadInput(
            _("{name} does not make the table {schema}.{table}.").format(
                name=source.ddl_name, schema=target.schema, table=source.table
            ),
            fix=_("Take the DDL that belongs to the CSV: both have the same name (ENV-11)."),
        )
    oid, plain, strangers = made
    if strangers:
        raise BadInput(
            _("{name} makes more than its table.").format(name=source.ddl_name),
            fix=_("Make the rest yourself with psql, before or after the load."),
            problems=[Problem(source.ddl_name, str(what).replace(staging, target.schema)) for what in strangers],
        )
    return Made(oid, plain)


def place(connection: Connection, target: Target, table: str, turn: Turn, part: str) -> None:
    """Move the whole table from staging to where researchers look: its own name, or as a part of that table, which
    is made if need be.

    Only now is the old table locked. Raises Refused when others rest on it, or when a part has other columns.
    """
    staging = staging_schema(target.schema, table)
    made, final = sql.Identifier(staging, table), sql.Identifier(target.schema, table)
    move = sql.SQL("ALTER TABLE {} SET SCHEMA {}")
    try:
        if turn == "append":
            connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(made, sql.Identifier(part)))
            _make_whole(connection, target, table, sql.Identifier(staging, part))
            _drop_table(connection, target, part)
            connection.execute(move.format(sql.Identifier(staging, part), sql.Identifier(target.schema)))
            own = sql.Identifier(target.schema, part)
            connection.execute(sql.SQL("ALTER TABLE {} INHERIT {}").format(own, final))
        else:
            if turn == "replace":
                _hand_over(connection, target, table, made)
                _drop_table(connection, target, table)
            connection.execute(move.format(made, sql.Identifier(target.schema)))
    except (errors.DatatypeMismatch, errors.DuplicateTable, errors.WrongObjectType) as error:
        raise Refused(
            _("{part} cannot become a part of {schema}.{table}: {reason}").format(
                part=part, schema=target.schema, table=table, reason=error.diag.message_primary
            ),
            fix=_("The layouts differ; load the month into another --schema."),
        ) from None
    connection.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(staging)))


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


def parts(connection: Connection, schema: str, table: str) -> list[str]:
    """The tables of the same schema that were appended to a table."""
    found = connection.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE i.inhparent = to_regclass(%s) AND n.nspname = %s"
        " ORDER BY c.relname",
        (f"{schema}.{table}", schema),
    )
    return [str(name) for (name,) in found]


def _hand_over(connection: Connection, target: Target, table: str, made: sql.Identifier) -> None:
    """Let the parts of the old table belong to the new one."""
    for name in parts(connection, target.schema, table):
        part = sql.Identifier(target.schema, name)
        old = sql.Identifier(target.schema, table)
        connection.execute(sql.SQL("ALTER TABLE {} NO INHERIT {}").format(part, old))
        connection.execute(sql.SQL("ALTER TABLE {} INHERIT {}").format(part, made))


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
