"""Synthetic tables as files: a CSV without header and its DDL beside it, as a month of HIC data looks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from provisioning.datasets.catalogue import DDL_FOLDER, tables_of
from provisioning.datasets.definitions import committed_definition
from provisioning.datasets.invented import InventedFolder
from provisioning.datasets.model import Table
from provisioning.datasets.rules import check_panel, check_trial_month
from provisioning.datasets.synthetic.codes import STRATA as CODED
from provisioning.datasets.synthetic.codes import SampleCodes
from provisioning.datasets.synthetic.dice import Dice
from provisioning.datasets.synthetic.people import Panel, people, receipts_of
from provisioning.datasets.synthetic.receipts import trial_receipts
from provisioning.datasets.synthetic.recipes import STRATA, fill
from provisioning.datasets.synthetic.rows import Rows
from provisioning.errors import BadInput, DependencyFailed
from provisioning.messages import _

BATCH_ROWS = 400_000  # rows at a time, about; bounds the memory, and the result does not depend on it
BATCH_PERSONS = 20_000
# Receipts or documents of a person in a year, about, to size batches; in the panel of inpatients more are DPC.
A_YEAR = {"医科（入院・入院外）": 8.0, "調剤": 5.0, "DPC": 0.1, "歯科": 2.0, "特定健診": 0.3, "特定保健指導": 0.05}
A_YEAR_INSIDE = {**A_YEAR, "DPC": 1.0}
# Rows per receipt of the panel's medical tables by stratum: the catalogue has the mean over both.
OUTPATIENT = {"KO": 0.2, "SY": 4.5, "SI": 9, "IY": 2.5, "TO": 0.15, "CO": 2, "SJ": 0.01, "GR": 0}
INPATIENT = {"KO": 0.171, "SY": 11.35, "SI": 38.074, "IY": 14.996, "TO": 1.925, "CO": 11.959, "SJ": 0.983, "GR": 0.15}


@dataclass(frozen=True)
class Made:
    """One table that was written: rows and bytes of its CSV."""

    table: str
    path: Path
    rows: int
    bytes: int


Part = Callable[[int, int], Iterator[Rows]]


def synthesise(
    tables: Sequence[Table],
    month: str,
    receipts: int,
    seed: int,
    target: Path,
    folder: Path = DDL_FOLDER,
    batch: int | None = None,
) -> list[Made]:
    """Write `TRIAL_*.csv` and `.sql` for the tables; the same arguments give the same bytes.

    `receipts` is the number for each point table; tables of one point table share them, joined by
    `seq2_no`. `batch` receipts are made at a time. Raises BadInput for a wrong month or number, Refused when files
    that were not made so stand in `target`, DependencyFailed when it cannot be written to.
    """
    check_trial_month(month)
    if receipts < 1:
        raise BadInput(_("{receipts} receipts make no data; ask for at least 1.").format(receipts=receipts))
    siblings, dice = _Siblings(tables_of("trial", folder), folder), Dice(seed)
    place = _Place(target, tables, folder)
    return [
        place.write(table, receipts, batch or _batch(table), partial(_trial, siblings, table, month, dice))
        for table in tables
    ]


def synthesise_panel(
    tables: Sequence[Table],
    panel: Panel,
    persons: int,
    seed: int,
    target: Path,
    folder: Path = DDL_FOLDER,
    batch: int | None = None,
) -> list[Made]:
    """Write `PANEL_*.csv` and `.sql`: `persons` people, all their receipts and check-ups of a fiscal year.

    The same arguments give the same bytes. Raises BadInput for a wrong year, kind or number; else as `synthesise`.
    """
    check_panel(panel.year, panel.kind)
    if persons < 1:
        raise BadInput(_("{persons} persons make no data; ask for at least 1.").format(persons=persons))
    siblings, dice = _Siblings(tables_of("panel", folder), folder), Dice(seed)
    place = _Place(target, tables, folder)
    return [
        place.write(table, persons, batch or _panel_batch(table, panel), partial(_panel, siblings, table, panel, dice))
        for table in tables
    ]


class _Siblings:
    """The tables by point table and record, and the codes by stratum."""

    def __init__(self, tables: Sequence[Table], folder: Path) -> None:
        self.folder = folder
        self._tables = tables
        self._codes: dict[str, SampleCodes] = {}

    def of(self, table: Table) -> dict[str, Table]:
        """The tables of the same point table by record."""
        return {other.record: other for other in self._tables if other.point_table == table.point_table}

    def rates(self, table: Table, stratum: str) -> dict[str, float]:
        """Rows per receipt of those tables."""
        rates = {record: other.rows_per_receipt for record, other in self.of(table).items()}
        if table.dataset == "panel" and stratum in ("outpatient", "inpatient"):
            rates |= OUTPATIENT if stratum == "outpatient" else INPATIENT
        return rates

    def codes(self, stratum: str) -> SampleCodes:
        """Codes to draw; check-ups need ages and sexes only, which are those of outpatients."""
        name = stratum if stratum in CODED else "outpatient"
        if name not in self._codes:
            self._codes[name] = SampleCodes(name, self.folder)
        return self._codes[name]


def _batch(table: Table) -> int:
    return max(500, int(BATCH_ROWS / max(table.rows_per_receipt, 1)))


def _panel_batch(table: Table, panel: Panel) -> int:
    receipts = (A_YEAR if panel.kind == "all" else A_YEAR_INSIDE)[table.point_table]
    return min(BATCH_PERSONS, max(100, int(BATCH_ROWS / (receipts * max(table.rows_per_receipt, 1)))))


def _trial(siblings: _Siblings, table: Table, month: str, dice: Dice, start: int, stop: int) -> Iterator[Rows]:
    (stratum,) = STRATA[table.point_table]
    codes = siblings.codes(stratum)
    frame = trial_receipts(dice, codes, table.point_table, stratum, month, (start, stop))
    yield Rows(table, stratum, siblings.rates(table, stratum), frame, dice, codes, siblings.of(table), siblings.folder)


def _panel(siblings: _Siblings, table: Table, panel: Panel, dice: Dice, start: int, stop: int) -> Iterator[Rows]:
    persons = people(dice, siblings.codes("outpatient"), panel, (start, stop))
    for stratum in STRATA[table.point_table]:
        frame = receipts_of(dice, persons, panel, stratum)
        rates = siblings.rates(table, stratum)
        codes = siblings.codes(stratum)
        yield Rows(table, stratum, rates, frame, dice, codes, siblings.of(table), siblings.folder)


class _Place:
    """The folder that the files go to; nothing in it that was not made here is written over."""

    def __init__(self, target: Path, tables: Sequence[Table], folder: Path) -> None:
        self._target, self._folder = target, folder
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DependencyFailed(_("{path} cannot be written: {error}").format(path=target, error=error)) from error
        self._invented = InventedFolder(target)
        self._invented.check_free(name for table in tables for name in (table.csv_name, table.sql_name))

    def write(self, table: Table, total: int, batch: int, part: Part) -> Made:
        """Write the CSV of a table and its DDL; `total` receipts or persons, `batch` at a time."""
        path, ddl = self._target / table.csv_name, self._target / table.sql_name
        unfinished = path.with_name(f".{path.name}.part")
        rows = 0
        for one in (path, ddl):
            self._invented.note(one.name, None)
        try:
            with unfinished.open("wb") as stream:
                for start in range(0, total, batch):
                    for wanted in part(start, min(start + batch, total)):
                        frame: pl.DataFrame = fill(wanted)
                        # No value holds a comma, quote or newline; some columns are several values already.
                        frame.write_csv(stream, include_header=False, quote_style="never", batch_size=16_384)
                        rows += frame.height
            unfinished.replace(path)
            shutil.copyfile(committed_definition(table, self._folder), ddl)
        except OSError as error:
            raise DependencyFailed(_("{path} cannot be written: {error}").format(path=path, error=error)) from error
        for one in (path, ddl):
            self._invented.note(one.name, one.stat().st_size)
        return Made(table.name, path, rows, path.stat().st_size)
