"""A table that stands, compared with the CSV it was loaded from: whether anything changed it since."""

from __future__ import annotations

import psycopg
from psycopg import sql

from provisioning.errors import BadInput, Problem, Refused
from provisioning.loading.connection import Connection
from provisioning.loading.digests import Tally, Uneven, check_columns, columns_of
from provisioning.loading.feed import Feed
from provisioning.loading.model import LedgerEntry
from provisioning.messages import _


def compare_standing(connection: Connection, entry: LedgerEntry, feed: Feed, encoding: str, name: str) -> int:
    """Read the CSV `name` once more beside the table of a load; how many columns agree.

    Raises Refused when the table is another than was loaded (columns, values or rows), or when the CSV is;
    BadInput when that is not in `encoding`. Months that were added to the table are not looked at.
    """
    columns = columns_of(connection, entry.schema, entry.table)
    tally = Tally(columns, encoding)
    why = _why_not(connection, feed, tally, name)
    while feed.next():
        pass  # to the end, to see whether it is the same CSV at all
    if feed.splitter.sha256 != entry.sha256:
        text = _("sha256 {found} came, {wanted} was expected")
        raise Refused(
            _("{name} is not the CSV that was loaded; nothing was compared.").format(name=name),
            fix=_("Run it again; if it stays so, ask the operator to publish it again."),
            problems=[Problem(name, text.format(found=feed.splitter.sha256, wanted=entry.sha256))],
        )
    if why:
        raise _changed(entry, why)
    check_columns(connection, entry.schema, entry.table, tally, name)
    _check_count(connection, entry)
    return len(columns)


def _why_not(connection: Connection, feed: Feed, tally: Tally, name: str) -> str:
    """Count the CSV for comparison; why the table's columns cannot hold it, or ''. Raises BadInput."""
    try:
        while piece := feed.next():
            tally.add(connection, piece.data)
    except Uneven as error:
        text = _("the table has {columns} columns, the CSV has {values}")
        return text.format(columns=len(tally.columns), values=error.found)
    except psycopg.DataError:  # it quotes the value
        connection.rollback()
        return _("values of the CSV are not of the type that its column has now")
    except UnicodeDecodeError:  # so does this one
        raise BadInput(
            _("{name} is in another encoding; nothing was compared.").format(name=name),
            fix=_("Name the one that it was loaded with: --encoding cp932, or utf-8."),
        ) from None
    return ""


def _changed(entry: LedgerEntry, what: str) -> Refused:
    """The error for a table of which the columns are no longer those it was loaded with."""
    name = f"{entry.schema}.{entry.table}"
    return Refused(
        _("{table} was changed since it was loaded, and cannot be compared.").format(table=name),
        fix=_("Keep columns of your own in a table of their own; --replace loads this one again, without them."),
        problems=[Problem(name, what)],
    )


def _check_count(connection: Connection, entry: LedgerEntry) -> None:
    """Raise Refused unless the table has as many rows as were loaded: of empty ones no digest tells."""
    table = sql.Identifier(entry.schema, entry.table)
    found = connection.execute(sql.SQL("SELECT count(*) FROM ONLY {}").format(table)).fetchone()
    if found != (entry.rows,):
        raise Refused(
            _("{table} has {found} rows; {wanted} were loaded.").format(
                table=f"{entry.schema}.{entry.table}", found=found[0] if found else 0, wanted=entry.rows
            ),
            fix=_("Add --replace to load it again."),
        )
