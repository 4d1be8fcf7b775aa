"""Public codes to draw from: `ddl/sample_codes.csv`, with weights by point table."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from provisioning.datasets.catalogue import DDL_FOLDER
from provisioning.errors import DependencyFailed
from provisioning.messages import _

WEIGHTS = {"DPC": "weight_dpc", "医科入院": "weight_inpatient"}


class SampleCodes:
    """The codes of one point table."""

    def __init__(self, point_table: str, folder: Path = DDL_FOLDER) -> None:
        path = folder / "sample_codes.csv"
        if not path.is_file():
            raise DependencyFailed(_("The sample codes {path} are missing.").format(path=path))
        weight = WEIGHTS[point_table]
        text = {"code_system": pl.String, "code": pl.String, "meaning": pl.String, "treatment_class": pl.String}
        codes = pl.read_csv(path, schema_overrides=text)
        self._systems = codes.filter(pl.col(weight) > 0).with_columns(pl.col(weight).alias("weight"))

    def draw(self, system: str, uniform: pl.Series) -> pl.DataFrame:
        """One code for each number from 0 to below 1: columns `code`, `points`, `treatment_class`."""
        codes = self._systems.filter(pl.col("code_system") == system)
        steps = codes["weight"].cum_sum()
        places = steps.search_sorted(uniform * steps[-1], side="right").clip(0, codes.height - 1)
        drawn: pl.DataFrame = codes.select("code", "points", "treatment_class")[places]
        return drawn
