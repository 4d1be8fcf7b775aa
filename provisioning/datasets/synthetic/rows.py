"""The rows of one table while they are being made, and the columns that all records share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from provisioning.datasets.catalogue import DDL_FOLDER
from provisioning.datasets.model import Table
from provisioning.datasets.synthetic.codes import SampleCodes
from provisioning.datasets.synthetic.dice import Dice
from provisioning.datasets.synthetic.receipts import spread

# Shares of rare codes that the sampling rewrites to nines (DATA-2).
MASKED_SHARE = {"inpatient": 0.0001, "outpatient": 0.0001, "dpc": 0.001, "dispensing": 0.001, "dental": 0.0001}
DAYS = 31
# Where the lines of each record begin within a receipt: order holds, numbers have gaps as in data with rows removed.
FIRST_LINE = {
    **{"IR": 0, "YK": 0, "RE": 1, "HO": 20, "KO": 30, "BU": 40, "GR": 60, "KK": 80, "SB": 100, "SY": 300},
    **{"HS": 300, "SK": 500, "GA": 600, "HH": 700, "GT": 800, "SH": 1000, "CZ": 1010, "SI": 2000, "SS": 3000},
    **{"IY": 5000, "TO": 8000, "CO": 9000, "CD": 10_000, "KI": 30_000, "TK": 31_000, "ST": 32_000, "SJ": 33_000},
}


@dataclass
class Rows:
    """Rows to be: `frame` holds receipts at first, and what a recipe repeats them to later.

    `rates` are the rows per receipt of every record of the point table, `siblings` the tables of those records.
    """

    table: Table
    stratum: str
    rates: Mapping[str, float]
    frame: pl.DataFrame
    dice: Dice
    codes: SampleCodes
    siblings: Mapping[str, Table]
    folder: Path = DDL_FOLDER

    def spread(self) -> Rows:
        """The same with the receipts repeated to the table's rows."""
        return self.on(spread(self.frame, self.rates[self.table.record], self.dice, self.name))

    def on(self, frame: pl.DataFrame) -> Rows:
        """The same with other rows."""
        return Rows(self.table, self.stratum, self.rates, frame, self.dice, self.codes, self.siblings, self.folder)

    @property
    def name(self) -> str:
        """What the table's draws are called; tables of one record in both kinds of dispensing draw apart."""
        return f"{self.table.point_table}/{self.table.record}"

    def uniform(self, name: str) -> pl.Series:
        """A number from 0 to below 1 for each row."""
        return self.dice.uniform(f"{self.table.record}/{name}", self.frame["row"])

    def draw(self, system: str) -> pl.DataFrame:
        """A code of the system for each row, as `SampleCodes.draw` gives it."""
        return self.codes.draw(system, self.uniform(system))

    def drawn(self, system: str) -> pl.Series:
        """The codes alone."""
        return self.draw(system)["code"]

    def in_order(self, system: str) -> pl.DataFrame:
        """Codes whose treatment classes rise along a receipt, as claims are written."""
        along = (self.frame["line"] - 1 + self.uniform(system)) / self.frame["lines"]
        return self.codes.draw(system, along.clip(0, 1 - 2**-20))

    def per_receipt(self, system: str) -> pl.Series:
        """A code that all rows of a receipt share."""
        return self.codes.draw(system, self.dice.uniform(system, self.frame["key"]))["code"]

    def masked(self) -> pl.Series:
        """Which rows hold a code too rare to be shown."""
        return self.uniform("masked") < MASKED_SHARE[self.stratum]

    def columns(self, **values: pl.Series | pl.Expr | int | str) -> pl.DataFrame:
        """The frame with columns added; names are the layout's."""
        return self.frame.with_columns(
            **{k: v if isinstance(v, (pl.Series, pl.Expr)) else pl.lit(v) for k, v in values.items()}
        )


Recipe = Callable[[Rows], pl.DataFrame]


def ymd(column: str) -> pl.Expr:
    """A date as YYYYMMDD."""
    return pl.col(column).dt.strftime("%Y%m%d")


def hidden(codes: pl.Series, masked: pl.Series, digits: int) -> pl.Series:
    """Codes with the masked ones as nines."""
    return pl.select(pl.when(masked).then(pl.lit("9" * digits)).otherwise(codes)).to_series()


def number(uniform: pl.Series, least: int, most: int) -> pl.Series:
    """Whole numbers, evenly from `least` to `most`."""
    return least + (uniform * (most - least + 1)).floor().cast(pl.Int64)


def points(uniform: pl.Series, most: int) -> pl.Series:
    """Points of a receipt: many low, few near `most`, above which receipts are removed (DATA-2)."""
    return 100 + ((uniform**5) * (most - 100)).floor().cast(pl.Int64)


def arrange(made: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The table's columns in the order of its layout, ready to be written without quotes.

    Runs of empty columns are one column of commas, and the 31 daily counts one column of text, which is
    what makes writing fast. A layout column that `made` lacks is empty.
    """
    common = {
        "seq1_no": pl.col("line") + FIRST_LINE.get(table.record, 0),
        "rec_ident_info": pl.lit(table.record),
        "vld_flg": pl.lit(1),
    }
    chosen: list[pl.Expr] = []
    empty = 0

    def close() -> None:
        nonlocal empty
        if empty:
            chosen.append(pl.lit("," * (empty - 1)).alias(f"-{len(chosen)}"))
        empty = 0

    for column in table.layout.columns:
        name = column.name
        if name == "days01_info":
            close()
            chosen.append(pl.col("daily") if "daily" in made.columns else pl.lit("," * (DAYS - 1)).alias("daily"))
        elif name.startswith("days") and name.endswith("_info"):
            continue
        elif name in made.columns:
            close()
            chosen.append(pl.col(name))
        elif name in common:
            close()
            chosen.append(common[name].alias(name))
        else:
            empty += 1
    close()
    return made.select(chosen)
