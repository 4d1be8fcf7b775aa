"""New marts in the place of old ones: whose place it is, and the moment of the change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import errors, sql

from provisioning.errors import Problem, Refused
from provisioning.marts.model import Mart
from provisioning.marts.months import children
from provisioning.messages import _

Connection = psycopg.Connection[tuple[Any, ...]]
_ORIGIN = "（元のスキーマ：{schema}）"  # at the end of a mart's comment, where its readers see it
_ORIGIN_TOLD = re.compile(r"（元のスキーマ：([^）]+)）$")


def check_origin(connection: Connection, marts: Sequence[Mart], schema: str, mart_schema: str) -> None:
    """Raise Refused when a mart would take the place of one made of another schema, or of a table not made by hic."""
    problems = []
    for name, kind, comment in _standing(connection, marts, mart_schema):
        told = _ORIGIN_TOLD.search(comment or "")
        if kind != "r":
            problems.append(Problem(f"{mart_schema}.{name}", _("no table"), _("drop or rename it yourself")))
        elif told is None:
            problems.append(
                Problem(f"{mart_schema}.{name}", _("its comment does not say that hic made it, and of what"))
            )
        elif told[1] != schema:
            problems.append(Problem(f"{mart_schema}.{name}", _("made of the schema {schema}").format(schema=told[1])))
    if problems:
        raise Refused(
            _("Other tables than marts of {schema} stand where they would go.").format(schema=schema),
            fix=_("Choose another --mart-schema, or build over them with --replace."),
            problems=problems,
        )


def sign(connection: Connection, mart: Mart, staging: str, schema: str) -> None:
    """Note at the end of the mart's comment which schema it was made of."""
    table = sql.Identifier(staging, mart.name)
    row = connection.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", (table.as_string(),)).fetchone()
    comment = sql.Literal((str(row[0]) if row and row[0] else mart.what) + _ORIGIN.format(schema=schema))
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(table, comment))


def swap(connection: Connection, marts: Sequence[Mart], staging: str, mart_schema: str) -> None:
    """Put all new tables in the place of the old ones, at once. Raises Refused when somebody uses the old ones."""
    target = sql.Identifier(mart_schema)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(target))
    connection.commit()
    _lock(connection, marts, mart_schema)
    for mart in marts:
        old = sql.Identifier(mart_schema, mart.name)
        try:
            for _whole, part in children(connection, mart_schema, [mart.name]):
                connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(mart_schema, part)))
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(old))
        except errors.DependentObjectsStillExist as error:
            raise Refused(
                _("{schema}.{name} is used by a view or another object.").format(schema=mart_schema, name=mart.name),
                fix=_("Drop what uses it, or build into another --mart-schema."),
            ) from error
        except errors.WrongObjectType as error:
            raise Refused(
                _("{schema}.{name} is no table.").format(schema=mart_schema, name=mart.name),
                fix=_("Drop or rename it yourself, or build into another --mart-schema."),
            ) from error
        for name in (mart.name, *(part for _whole, part in children(connection, staging, [mart.name]))):
            new = sql.Identifier(staging, name)
            connection.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(new, target))
    connection.commit()


def _standing(connection: Connection, marts: Sequence[Mart], mart_schema: str) -> list[tuple[str, str, str | None]]:
    """Name, kind ('r' for a table) and comment of what stands under the marts' names."""
    return connection.execute(
        "SELECT c.relname::text, c.relkind::text, obj_description(c.oid, 'pg_class') FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = ANY(%s) ORDER BY 1",
        (mart_schema, [mart.name for mart in marts]),
    ).fetchall()


def _lock(connection: Connection, marts: Sequence[Mart], mart_schema: str) -> None:
    """Lock all old tables, with their parts, before the first is touched: whoever reads several sees one state."""
    tables = [name for name, kind, _comment in _standing(connection, marts, mart_schema) if kind == "r"]
    if not tables:
        return
    whole = sql.SQL(", ").join(sql.Identifier(mart_schema, name) for name in tables)
    try:
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(whole))
    except (errors.LockNotAvailable, errors.DeadlockDetected) as error:
        connection.rollback()
        raise Refused(
            _("Tables of the schema {schema} are in use; those that stood were left.").format(schema=mart_schema),
            fix=_("End those transactions (COMMIT or ROLLBACK; close the program), and build again."),
            problems=_users(connection, mart_schema, tables),
        ) from error


def _users(connection: Connection, mart_schema: str, tables: Sequence[str]) -> list[Problem]:
    """One problem for each session that holds a lock on one of the tables."""
    found = connection.execute(
        """SELECT a.pid, a.usename::text, a.application_name, to_char(a.xact_start, 'HH24:MI'),
                  string_agg(DISTINCT %(schema)s || '.' || c.relname, ', ')
             FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_class c ON c.oid = l.relation
            WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND c.relnamespace = to_regnamespace(quote_ident(%(schema)s))
              AND (c.relname = ANY(%(tables)s)
                   OR c.oid IN (SELECT i.inhrelid FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                                 WHERE p.relname = ANY(%(tables)s)))
              AND l.pid <> pg_backend_pid() GROUP BY 1, 2, 3, 4 ORDER BY 1""",
        {"schema": mart_schema, "tables": list(tables)},
    ).fetchall()
    text = _("read by {user} ({program}, process {pid}), in a transaction since {since}")
    return [
        Problem(names, text.format(user=user, program=program or "-", pid=pid, since=since or "-"))
        for pid, user, program, since, names in found
    ]
