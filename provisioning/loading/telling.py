"""Loads told to the audit chain: who loaded which bytes into which table."""

from __future__ import annotations

from provisioning.actors import Actor
from provisioning.audit.log import AuditLog
from provisioning.loading import ledger
from provisioning.loading.connection import Server
from provisioning.loading.model import LedgerEntry

ACT = "data.load"
AT_ONCE = 500  # tables told of in one entry, which the record store keeps in one item of at most 400 kB


def tell_audit(server: Server, database: str, audit: AuditLog, actor: Actor) -> list[int]:
    """Write what the ledger holds and the audit chain does not know yet; the numbers of the entries.

    Loads and chain are two stores. The ledger is written with the rows, the chain after it; a load that was cut
    off in between is told by the next one, at worst twice, never not at all. Raises DependencyFailed when the
    store of the chain or the database does not answer.
    """
    told: list[int] = []
    with server.connect(database) as connection:
        if not ledger.has_ledger(connection):
            return told
        waiting = ledger.untold(connection)
        for start in range(0, len(waiting), AT_ONCE):
            part = waiting[start : start + AT_ONCE]
            entry = audit.commit(actor, ACT, database, {"tables": [_details(one) for _id, one in part]})
            ledger.mark_told(connection, [number for number, _one in part], entry.number)
            told.append(entry.number)
        connection.commit()
    return told


def _details(one: LedgerEntry) -> dict[str, object]:
    return {
        "table": f"{one.schema}.{one.table}",
        "from": one.origin,
        "sha256": one.sha256,
        "rows": one.rows,
        "rejected": one.rejected,
        "by": one.loaded_by,
    }
