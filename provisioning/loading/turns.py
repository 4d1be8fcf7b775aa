"""What a source's turn comes to, as its table, the table's parts and the ledger stand now."""

from __future__ import annotations

from provisioning.errors import Refused
from provisioning.loading import ledger
from provisioning.loading.connection import Connection
from provisioning.loading.model import LedgerEntry, Source, Target, Wishes
from provisioning.loading.placing import parts
from provisioning.loading.rules import Turn, check_name, check_part, check_whole, decide, emptied, is_loaded
from provisioning.messages import _


def part_name(source: Source, append: bool) -> str:
    """What the table is called when it becomes a part of another: with its month, or the start of its hash."""
    if not append:
        return source.table
    name = f"{source.table}_{source.period or (source.content() or '')[:8]}"
    check_name(name, _("table"))
    return name


def choose_turn(
    connection: Connection, target: Target, source: Source, wishes: Wishes, part: str
) -> tuple[Turn, LedgerEntry | None]:
    """What to do, and the ledger entry of what stands.

    Raises Refused when something else would have to go, or when rows would stand twice. No row is added to a
    table that is seen through its parts, none in a part that another part or the table itself has.
    """
    try:
        oid = ledger.table_oid(connection, target.schema, source.table)
        if wishes.append:
            return _turn_of_part(connection, target, source, wishes, part)
        if oid is None:
            return "load", None
        return _turn_of_whole(connection, target, source, wishes, oid)
    finally:
        connection.commit()  # no lock on the ledger while the rows come


def stands(connection: Connection, target: Target, source: Source) -> bool:
    """Whether the source is in its table already, or in one of its parts."""
    if ledger.table_oid(connection, target.schema, source.table) is None:
        return False
    tables = [source.table, *parts(connection, target.schema, source.table)]
    wanted = (source.content(), source.ddl_sha256)
    return any((e.sha256, e.ddl_sha256) == wanted for e in ledger.standing(connection, target.schema, tables))


def _turn_of_whole(
    connection: Connection, target: Target, source: Source, wishes: Wishes, oid: int
) -> tuple[Turn, LedgerEntry | None]:
    name = f"{target.schema}.{source.table}"
    entry = _newest(connection, target.schema, source.table)
    of_parts = parts(connection, target.schema, source.table)
    if of_parts:
        own = entry is not None and entry.oid == oid
        check_whole(name, own, ledger.standing(connection, target.schema, of_parts), source)
    turn = decide(name, oid, entry, source.content(), source.ddl_sha256, wishes.replace)
    return _unless_emptied(connection, turn, "replace", entry, wishes), entry


def _turn_of_part(
    connection: Connection, target: Target, source: Source, wishes: Wishes, part: str
) -> tuple[Turn, LedgerEntry | None]:
    of_parts = parts(connection, target.schema, source.table)
    others = ledger.standing(connection, target.schema, [source.table, *of_parts])
    check_part(part, others, source, wishes.replace)
    same = next((e for e in others if is_loaded(e, source, part)), None)
    if same:
        return _unless_emptied(connection, "skip", "append", same, wishes), same
    oid = ledger.table_oid(connection, target.schema, part)
    entry = _newest(connection, target.schema, part)
    name = f"{target.schema}.{part}"
    if oid is not None and entry and entry.oid == oid and part not in of_parts and not wishes.replace:
        raise Refused(
            _("{table} stands by itself, no longer as a part of {whole}.").format(table=name, whole=source.table),
            fix=_("Make it one again (ALTER TABLE ... INHERIT ...), or add --replace to load it anew."),
        )
    decide(name, oid, entry, source.content(), source.ddl_sha256, wishes.replace)
    return "append", entry


def _unless_emptied(
    connection: Connection, turn: Turn, otherwise: Turn, entry: LedgerEntry | None, wishes: Wishes
) -> Turn:
    """The turn, but for what stands without its rows: that is loaded anew if wished. Raises Refused."""
    if turn != "skip" or entry is None or not ledger.is_emptied(connection, entry):
        return turn
    if not wishes.replace:
        raise emptied(f"{entry.schema}.{entry.table}")
    return otherwise


def _newest(connection: Connection, schema: str, table: str) -> LedgerEntry | None:
    entries = ledger.read_entries(connection, schema, table)
    return entries[0] if entries else None
