"""Synthetic tables as files: a CSV without header and its DDL beside it, as a month of HIC data looks."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from provisioning.datasets.catalogue import DDL_FOLDER
from provisioning.datasets.definitions import committed_definition
from provisioning.datasets.model import Table
from provisioning.datasets.rules import check_trial_month
from provisioning.datasets.synthetic.codes import SampleCodes
from provisioning.datasets.synthetic.dice import Dice
from provisioning.datasets.synthetic.receipts import make_receipts, spread
from provisioning.datasets.synthetic.recipes import Rows, fill
from provisioning.errors import BadInput
from provisioning.messages import _

BATCH = 20_000  # receipts at a time, which bounds the memory; the result does not depend on it


@dataclass(frozen=True)
class Made:
    """One table that was written: rows and bytes of its CSV."""

    table: str
    path: Path
    rows: int
    bytes: int


def synthesise(
    tables: Sequence[Table],
    month: str,
    receipts: int,
    seed: int,
    target: Path,
    folder: Path = DDL_FOLDER,
    batch: int = BATCH,
) -> list[Made]:
    """Write `TRIAL_*.csv` and `.sql` for the tables; the same arguments give the same bytes.

    `receipts` is the number for each point table; tables of one point table share them, joined by
    `seq2_no`. Raises BadInput for a wrong month or number.
    """
    check_trial_month(month)
    if receipts < 1:
        raise BadInput(_("{receipts} receipts make no data; ask for at least 1.").format(receipts=receipts))
    target.mkdir(parents=True, exist_ok=True)
    made = []
    for table in tables:
        dice, codes = Dice(seed), SampleCodes(table.point_table, folder)
        path = target / table.csv_name
        part = path.with_name(f".{path.name}.part")
        rows = 0
        with part.open("wb") as stream:
            for start in range(0, receipts, batch):
                numbers = (start, min(start + batch, receipts))
                frame = _batch(table, month, numbers, dice, codes)
                frame.write_csv(stream, include_header=False)
                rows += frame.height
        part.replace(path)
        shutil.copyfile(committed_definition(table, folder), target / table.sql_name)
        made.append(Made(table.name, path, rows, path.stat().st_size))
    return made


def _batch(table: Table, month: str, numbers: tuple[int, int], dice: Dice, codes: SampleCodes) -> pl.DataFrame:
    receipts = make_receipts(dice, codes, table.point_table, month, numbers)
    rows = spread(receipts, table.rows_per_receipt, dice, table.name)
    return fill(Rows(table, month, rows, dice, codes))
