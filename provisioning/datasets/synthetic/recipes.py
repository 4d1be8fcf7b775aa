"""Which recipe makes which record of which kind of receipt. A column that no recipe names stays empty."""

from __future__ import annotations

import polars as pl

from provisioning.datasets.synthetic import checkups, dental, dispensing, dpc, medical
from provisioning.datasets.synthetic.rows import Recipe, Rows, arrange

# Point table: the strata its receipts come from. The panel's medical receipts are of both kinds.
STRATA = {
    "医科入院": ("inpatient",),
    "医科入院外": ("outpatient",),
    "医科（入院・入院外）": ("outpatient", "inpatient"),
    "DPC": ("dpc",),
    "調剤": ("dispensing",),
    "医科入院外に紐づく調剤": ("dispensing",),
    "歯科": ("dental",),
    "特定健診": ("check-up",),
    "特定保健指導": ("guidance",),
}
_PLAIN: dict[str, dict[str, Recipe]] = {
    "inpatient": medical.SHARED,
    "outpatient": medical.SHARED,
    "dpc": {**medical.SHARED, **dpc.OWN},
    "dispensing": dispensing.OWN,
    "dental": dental.OWN,
    "check-up": checkups.OWN,
    "guidance": checkups.OWN,
}
_NESTED: dict[str, dict[str, Recipe]] = {
    "dpc": {"CD": dpc.coding},
    "dispensing": dispensing.NESTED,
    "check-up": checkups.NESTED,
    "guidance": checkups.NESTED,
}


def fill(rows: Rows) -> pl.DataFrame:
    """The table's rows from its receipts, as text columns in the order of the layout; see `rows.arrange`."""
    record = rows.table.record
    nested = _NESTED.get(rows.stratum, {}).get(record)
    made = nested(rows) if nested else _PLAIN[rows.stratum][record](rows.spread())
    return arrange(made, rows.table)
