"""Pure decisions about loading: names, and whether a table is to be loaded, skipped or refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from provisioning.datasets.rules import PANEL_KINDS, month_of_path
from provisioning.errors import BadInput, Refused
from provisioning.loading.model import LedgerEntry, Source, Target
from provisioning.messages import _

LEDGER_SCHEMA = "hic"
LONGEST_NAME = 63  # PostgreSQL cuts longer names off without an error
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_MONTH = re.compile(r"20\d{2}(0[1-9]|1[0-2])", re.ASCII)
_EDITION = re.compile(rf"20\d{{2}}_({'|'.join(PANEL_KINDS)})", re.ASCII)


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


def period_of(entry: LedgerEntry) -> str | None:
    """What the rows of a load are of; of ledgers that did not note it, the month in the path."""
    return entry.period or month_of_path(entry.origin)


def can_be_period(table: str, ending: str) -> bool:
    """Whether the part of a table with that ending is of a month (trial data) or of a panel's year and kind.

    Parts of which nobody knew it have the start of a hash there.
    """
    return (_EDITION if table.startswith("panel_") else _MONTH).fullmatch(ending) is not None


def check_whole(table: str, stands: bool, parts: Sequence[LedgerEntry], source: Source) -> None:
    """Raise Refused when rows that go into `table` itself would stand beside its parts a second time."""
    if not stands:
        raise Refused(
            _("{table} holds months that were added to it, each a part of its own.").format(table=table),
            fix=_("Add --append, or choose another --schema."),
        )
    twin = _twin(parts, source)
    if twin:
        raise Refused(
            _("{table} holds {what} already, loaded from {origin} on {day}.").format(
                table=f"{twin.schema}.{twin.table}",
                what=_("that CSV") if twin.sha256 == source.content() else source.period,
                origin=twin.origin,
                day=twin.loaded_at.date(),
            ),
            fix=_("Add --append; then --replace loads that part alone."),
        )


def check_part(part: str, others: Sequence[LedgerEntry], source: Source, replace: bool) -> None:
    """Raise Refused when a part more would be rows twice, or people of two samples in one table.

    `others` are the entries of the table itself and of its other parts, as far as they stand.
    """
    if replace and not source.period:
        raise Refused(
            _("{name} does not say of which month it is, so nobody knows which part it would replace.").format(
                name=source.name
            ),
            fix=_("Put it into a folder named after its month (202204), or drop the old part and leave out --replace."),
        )
    twin = _twin([entry for entry in others if entry.table != part], source)
    if twin and (twin.sha256, twin.ddl_sha256) != (source.content(), source.ddl_sha256):
        raise Refused(
            _("{table} holds {what} already, loaded from {origin} on {day}.").format(
                table=f"{twin.schema}.{twin.table}",
                what=_("that CSV") if twin.sha256 == source.content() else source.period,
                origin=twin.origin,
                day=twin.loaded_at.date(),
            ),
            fix=_("To load it anew: --replace without --append if it is the table itself, else drop that part first."),
        )
    kind = _kind(source.period)
    stranger = next((e for e in others if kind and _kind(period_of(e)) not in (None, kind)), None)
    if stranger:
        raise Refused(
            _("{table} holds a panel of another kind: {kind}.").format(
                table=f"{stranger.schema}.{stranger.table}", kind=_kind(period_of(stranger))
            ),
            fix=_("Keep the kinds apart, each in its own --schema: the same people may be in both."),
        )


def _twin(entries: Sequence[LedgerEntry], source: Source) -> LedgerEntry | None:
    return next((e for e in entries if _has_its_bytes(e, source) or _is_of_its_period(e, source)), None)


def _has_its_bytes(entry: LedgerEntry, source: Source) -> bool:
    """Whether rows would stand twice; a CSV without any may be that of each month."""
    return entry.sha256 == source.content() and entry.rows + entry.rejected > 0


def _is_of_its_period(entry: LedgerEntry, source: Source) -> bool:
    return source.period is not None and period_of(entry) == source.period


def is_loaded(entry: LedgerEntry, source: Source, part: str) -> bool:
    """Whether that load was of this source, which is to become the part of that name."""
    if (entry.sha256, entry.ddl_sha256) != (source.content(), source.ddl_sha256):
        return False
    return entry.table == part or _has_its_bytes(entry, source) or _is_of_its_period(entry, source)


def _kind(period: str | None) -> str | None:
    return period.partition("_")[2] or None if period else None


def emptied(table: str) -> Refused:
    """The error for a table that stands, but has lost its rows."""
    return Refused(
        _("{table} was emptied since it was loaded.").format(table=table),
        fix=_("Add --replace to load it again."),
    )
