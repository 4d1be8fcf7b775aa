"""Pure decisions about loading: names, and whether a table is to be loaded, skipped or refused."""

from __future__ import annotations

import re
from typing import Literal

from provisioning.errors import BadInput, Refused
from provisioning.loading.model import LedgerEntry, Target
from provisioning.messages import _

LEDGER_SCHEMA = "hic"
LONGEST_NAME = 63  # PostgreSQL cuts longer names off without an error
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def can_be_name(name: str) -> bool:
    """Whether a database, schema or table may be called so: ASCII, lower case (ENV-13)."""
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None and not name.startswith("pg_")


def check_name(name: str, what: str) -> None:
    """Raise BadInput unless `name` may be the name of a `what` (ENV-13)."""
    if not can_be_name(name):
        raise BadInput(
            _("'{name}' cannot be the name of a {what} (ENV-13).").format(name=name, what=what),
            fix=_("Use at most {most} lower-case ASCII letters, digits and _, no digit first, and not pg_.").format(
                most=LONGEST_NAME
            ),
        )


def check_target(target: Target) -> None:
    """Raise BadInput for names that may not be, Refused for the schema that holds the ledger."""
    check_name(target.database, _("database"))
    check_name(target.schema, _("schema"))
    if target.schema in (LEDGER_SCHEMA, "information_schema"):
        raise Refused(
            _("The schema {schema} is not for data.").format(schema=target.schema), fix=_("Choose another --schema.")
        )


Turn = Literal["load", "skip", "replace", "append"]


def decide(
    table: str, oid: int | None, entry: LedgerEntry | None, sha256: str | None, ddl_sha256: str, replace: bool
) -> Turn:
    """What to do with a table whose present oid (None: absent) and newest ledger entry are these.

    A table stands if it is the very one that the ledger entry made. A source whose sha256 is not known
    beforehand never counts as standing. Raises Refused when something else would have to go.
    """
    if oid is None:
        return "load"
    stands = entry is not None and entry.oid == oid
    if stands and entry and (entry.sha256, entry.ddl_sha256) == (sha256, ddl_sha256):
        return "skip"
    if replace:
        return "replace"
    if not stands or entry is None:
        raise Refused(
            _("{table} exists, but hic did not load it.").format(table=table),
            fix=_("Choose another --schema, or add --replace to load over it."),
        )
    what = _("CSV") if entry.sha256 != sha256 else _("DDL")
    raise Refused(
        _("{table} holds another {what}, loaded from {origin} on {day}.").format(
            table=table, what=what, origin=entry.origin, day=entry.loaded_at.date()
        ),
        fix=_("Choose another --schema, or add --replace to load over it."),
    )
