"""Public codes to draw from: `ddl/sample_codes.csv`, with weights by kind of receipt."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from provisioning.datasets.catalogue import DDL_FOLDER
from provisioning.errors import DependencyFailed
from provisioning.messages import _

STRATA = ("inpatient", "outpatient", "dpc", "dispensing", "dental")
SLOTS = 1 << 16  # a draw looks into a table of so many slots, which is faster than a search


class SampleCodes:
    """The codes of one stratum: what inpatients, outpatients, DPC, pharmacies or dentists claim."""

    def __init__(self, stratum: str, folder: Path = DDL_FOLDER) -> None:
        weight = f"weight_{stratum}"
        self._codes = _read(folder).filter(pl.col(weight) > 0).with_columns(pl.col(weight).alias("weight"))
        self._slots: dict[str, tuple[pl.DataFrame, pl.Series]] = {}

    def draw(self, system: str, uniform: pl.Series) -> pl.DataFrame:
        """One code for each number from 0 to below 1: columns `code`, `points`, `treatment_class`, `detail`.

        Codes come in the order of treatment classes, so that rising numbers give rising classes.
        """
        if system not in self._slots:
            self._slots[system] = self._prepare(system)
        codes, slots = self._slots[system]
        drawn: pl.DataFrame = codes[slots.gather((uniform * SLOTS).cast(pl.UInt32))]
        return drawn

    def _prepare(self, system: str) -> tuple[pl.DataFrame, pl.Series]:
        codes = self._codes.filter(pl.col("code_system") == system).sort("treatment_class", maintain_order=True)
        steps = codes["weight"].cum_sum()
        places = (pl.int_range(SLOTS, eager=True) + 0.5) / SLOTS * steps[-1]
        slots = steps.search_sorted(places, side="right").clip(0, codes.height - 1)
        return codes.select("code", "points", "treatment_class", "detail").rechunk(), slots


@cache
def _read(folder: Path) -> pl.DataFrame:
    path = folder / "sample_codes.csv"
    if not path.is_file():
        raise DependencyFailed(_("The sample codes {path} are missing.").format(path=path))
    text = ("code_system", "code", "meaning", "treatment_class", "detail")
    return pl.read_csv(path, schema_overrides=dict.fromkeys(text, pl.String))
