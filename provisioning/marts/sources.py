"""What the loaded tables are of, so that no mart is made of halves, or of what does not belong together.

A table holds one month (or one edition of a panel) in itself, or several as parts, which are named after them:
`trial_dpc_re_202204`, `panel_den_re_2022_all`. No part is guessed at: it has such a name, or the build is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from provisioning.errors import BadInput, Problem, Refused
from provisioning.loading import ledger
from provisioning.loading.rules import can_be_period, period_of
from provisioning.marts.model import Mart
from provisioning.marts.rules import missing_problems
from provisioning.messages import _

Connection = psycopg.Connection[tuple[Any, ...]]
TRIAL, PANEL = "trial_", "panel_"
# A part may have parts of its own, and may stand in another schema: then its name is shown with that schema.
_PARTS = """
WITH RECURSIVE below AS (
    SELECT p.relname::text AS whole, i.inhrelid AS part FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
      JOIN pg_namespace n ON n.oid = p.relnamespace WHERE n.nspname = %(schema)s AND p.relname = ANY(%(tables)s)
    UNION SELECT whole, i.inhrelid FROM below JOIN pg_inherits i ON i.inhparent = below.part)
SELECT whole, CASE n.nspname WHEN %(schema)s THEN c.relname::text ELSE n.nspname || '.' || c.relname END
  FROM below JOIN pg_class c ON c.oid = below.part JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY 1, 2
"""
_BYTES = """
WITH RECURSIVE below AS (
    SELECT oid FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%(schema)s)) AND relname = ANY(%(tables)s)
    UNION SELECT i.inhrelid FROM below JOIN pg_inherits i ON i.inhparent = below.oid)
SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM below
"""


@dataclass(frozen=True)
class Sources:
    """The needed tables of a schema as they stand: (table, part) of those seen through parts, tables that hold rows
    of their own, and what the ledger says that these are of. `bytes`: what all take, with indexes."""

    schema: str
    present: frozenset[str]
    parts: tuple[tuple[str, str], ...]
    filled: frozenset[str]
    noted: Mapping[str, str]
    bytes: int

    def periods(self, prefix: str) -> dict[str, list[str]]:
        """The months, or editions, of the tables with that prefix that have parts; with the tables that have it."""
        found: dict[str, list[str]] = {}
        for table, part in self.parts:
            if table.startswith(prefix):
                found.setdefault(part.removeprefix(f"{table}_"), []).append(table)
        return dict(sorted(found.items()))


def read_sources(connection: Connection, schema: str, needs: Sequence[str]) -> Sources:
    """What stands of the tables `needs` in this transaction."""
    asked = {"schema": schema, "tables": list(needs)}
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %(schema)s AND tablename = ANY(%(tables)s)", asked
    )
    present = frozenset(str(name) for (name,) in found)
    parts = tuple((str(table), str(part)) for table, part in connection.execute(_PARTS, asked).fetchall())
    filled = frozenset(table for table in sorted(present) if _has_rows(connection, schema, table))
    noted = _noted(connection, schema, filled)
    return Sources(schema, present, parts, filled, noted, bytes_of(connection, schema, needs))


def bytes_of(connection: Connection, schema: str, tables: Sequence[str]) -> int:
    """What these tables take on the disk, with their parts and indexes; 0 for those that are not there."""
    row = connection.execute(_BYTES, {"schema": schema, "tables": list(tables)}).fetchone()
    return int(row[0]) if row else 0


def check_sources(sources: Sources, marts: Sequence[Mart], where: str) -> list[str]:
    """The months that the trial tables hold as parts; none when each table is of one month.

    Raises Refused for parts of which nobody knows what they are of, for rows beside parts, and for what does not go
    into one mart: several editions of a panel, tables of different months. Raises BadInput, naming all that is
    missing, when a table is not there, or not of one of the months. `where` are the options of `hic load` that lead
    to the schema.
    """
    for prefix in (TRIAL, PANEL):
        _check_names(sources, prefix)
        _check_beside(sources, prefix)
        _check_together(sources, prefix)
    _check_editions(sources)
    problems = missing_problems(
        marts, sources.present, {prefix: sources.periods(prefix) for prefix in (TRIAL, PANEL)}, where
    )
    if problems:
        raise BadInput(
            _("Tables that the marts are made of are missing in the schema {schema}.").format(schema=sources.schema),
            problems=problems,
        )
    return list(sources.periods(TRIAL))


def _check_names(sources: Sources, prefix: str) -> None:
    """Raise Refused for parts whose name does not end with what they are of."""
    problems = [
        Problem(
            part if "." in part else f"{sources.schema}.{part}",
            _("a part of {table}, but not named after a month or a panel's year").format(table=table),
        )
        for table, part in sources.parts
        if table.startswith(prefix)
        and not (part.startswith(f"{table}_") and can_be_period(table, part.removeprefix(f"{table}_")))
    ]
    if problems:
        again = (
            _(
                "Drop these parts (DROP TABLE), and load their CSV again with --append, each from a folder named after"
                " its month: hic load file 202204/TRIAL_DPC_RE.csv --append --schema {schema}"
            )
            if prefix == TRIAL
            else _(
                "Drop these parts (DROP TABLE), and load the panel from the store with --append, or its files without:"
                " hic load panel --year 2022 --append --schema {schema}"
            )
        )
        raise Refused(
            _("Nobody knows what some parts of tables in the schema {schema} are of.").format(schema=sources.schema),
            fix=again.format(schema=sources.schema),
            problems=problems,
        )


def _check_beside(sources: Sources, prefix: str) -> None:
    """Raise Refused when a table with parts, or one beside such tables, also holds rows of its own."""
    if not sources.periods(prefix):
        return
    beside = sorted(table for table in sources.filled if table.startswith(prefix))
    if beside and prefix == TRIAL:
        raise Refused(
            _("The schema {schema} holds months as parts, and rows beside them.").format(schema=sources.schema),
            fix=_(
                "Load every month with --append into a new schema, or each into its own: --schema 'trial_{{month}}'."
            ).format(),
            problems=[Problem(f"{sources.schema}.{table}", _("rows of no month")) for table in beside],
        )
    if beside:
        raise Refused(
            _("The schema {schema} holds panels as parts, and rows beside them.").format(schema=sources.schema),
            fix=_("Load each panel into a schema of its own: hic load panel --year 2022 --schema panel_2022"),
            problems=[Problem(f"{sources.schema}.{table}", _("rows of no panel's year")) for table in beside],
        )


def _check_together(sources: Sources, prefix: str) -> None:
    """Raise Refused when tables without parts are of different months or panels, as far as the ledger knows."""
    noted = {table: period for table, period in sorted(sources.noted.items()) if table.startswith(prefix)}
    if len(set(noted.values())) > 1:
        raise Refused(
            _("Tables of the schema {schema} are of different months or panels.").format(schema=sources.schema),
            fix=_("Load those of one month, or of one panel, into a schema of their own; or all with --append."),
            problems=[
                Problem(f"{sources.schema}.{table}", _("of {period}").format(period=period))
                for table, period in noted.items()
            ],
        )


def _check_editions(sources: Sources) -> None:
    """Raise Refused for several editions: the same people are in them, and a mart has one row for each."""
    editions = sources.periods(PANEL)
    if len(editions) > 1:
        raise Refused(
            _("The schema {schema} holds several panels: {editions}.").format(
                schema=sources.schema, editions=", ".join(editions)
            ),
            fix=_(
                "Load each into a schema of its own (hic load panel --year 2022 --schema panel_2022), and build marts"
                " of each: --schema panel_2022 --mart-schema mart_2022"
            ),
            problems=[Problem(edition, ", ".join(tables)) for edition, tables in editions.items()],
        )


def _has_rows(connection: Connection, schema: str, table: str) -> bool:
    query = sql.SQL("SELECT EXISTS (SELECT FROM ONLY {})").format(sql.Identifier(schema, table))
    row = connection.execute(query).fetchone()
    return row is not None and bool(row[0])


def _noted(connection: Connection, schema: str, tables: frozenset[str]) -> dict[str, str]:
    """What the rows of these tables are of, by the ledger; of those that hic did not load, nothing is known."""
    if not ledger.can_read_ledger(connection):
        return {}
    entries = ledger.standing(connection, schema, sorted(tables))
    noted = {entry.table: period for entry in entries if (period := period_of(entry))}
    # A panel's file may lie in a folder that is named like a month.
    return {table: period for table, period in noted.items() if can_be_period(table, period)}
