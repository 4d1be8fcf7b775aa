"""Where a table is filled before anybody can see it.

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
from provisioning.loading.connection import Connection, session_settings
from provisioning.loading.model import Source, Target
from provisioning.loading.psql_script import substitute
from provisioning.messages import _

PREFIX = "hic_load_"
_MARK = "hic load "


@dataclass(frozen=True)
class Made:
    """An empty table in staging. `oid` stays its number for good; `plain` when it is an ordinary table without
    triggers: one that COPY can freeze, and whose rows it counts. `called` is what the DDL calls it, if not so."""

    oid: int
    plain: bool
    called: str = ""


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
    # A DDL may set the session as it likes (pg_dump does), but for itself alone.
    after = f"\n;RESET ROLE; RESET ALL; {session_settings(connection)}"
    try:
        connection.execute((script.text + after).encode("utf-8"))
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
        "SELECT c.relname, c.oid, c.relkind = 'r' AND NOT c.relhastriggers, ARRAY("
        "SELECT pg_describe_object(d.classid, d.objid, 0) FROM pg_depend d"
        " WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.deptype = 'n' AND d.objid <> c.oid"
        # What belongs to the table moves with it: indexes, sequences of its columns.
        " AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = d.classid AND o.objid = d.objid"
        " AND o.deptype IN ('a', 'i') AND o.refobjid = c.oid))"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s"
        " AND lower(c.relname) = %s AND c.relkind IN ('r', 'p', 'f')",
        (staging, source.table),
    ).fetchone()
    if made is None:
        raise BadInput(
            _("{name} does not make the table {schema}.{table}.").format(
                name=source.ddl_name, schema=target.schema, table=source.table
            ),
            fix=_("Take the DDL that belongs to the CSV: both have the same name (ENV-11)."),
        )
    name, oid, plain, strangers = made
    if strangers:
        raise BadInput(
            _("{name} makes more than its table.").format(name=source.ddl_name),
            fix=_("Make the rest yourself with psql, before or after the load."),
            problems=[Problem(source.ddl_name, str(what).replace(staging, target.schema)) for what in strangers],
        )
    if name != source.table:  # quoted in the DDL; a table has the name of its file in lower case (ENV-12)
        rename = sql.SQL("ALTER TABLE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(staging, name), sql.Identifier(source.table)))
    return Made(oid, plain, "" if name == source.table else str(name))
