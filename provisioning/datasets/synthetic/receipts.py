"""The receipts of one point table and month, which every table of it refers to."""

from __future__ import annotations

import calendar
from datetime import date

import polars as pl

from provisioning.datasets.synthetic.codes import SampleCodes
from provisioning.datasets.synthetic.dice import Dice

MEAN_STAY_DAYS = 12.0


def make_receipts(
    dice: Dice, codes: SampleCodes, point_table: str, month: str, numbers: tuple[int, int]
) -> pl.DataFrame:
    """Receipts from number `numbers[0]` to below `numbers[1]`, one row each.

    `key` is the receipt's random key, `seq2_no` what joins its records, `first` and `last` its days in
    hospital within the month (from 1), `admitted` and `discharged` dates; `discharged` is null for a
    patient who stays on. Sex and age follow the shares in the sample codes.
    """
    days = calendar.monthrange(int(month[:4]), int(month[4:]))[1]
    ordinal = pl.Series("ordinal", range(*numbers), dtype=pl.UInt64)
    key = dice.keys(f"receipt/{point_table}/{month}", ordinal)
    stay = _stay(dice, key)
    admitted = (2 - stay) + (dice.uniform("admitted", key) * (days + stay - 1)).floor().cast(pl.Int64)
    left = admitted + stay - 1
    frame = pl.DataFrame(
        {
            "ordinal": ordinal,
            "key": key,
            "seq2_no": key.cast(pl.String).str.zfill(20),
            "sex": codes.draw("男女区分コード", dice.uniform("sex", key))["code"],
            "age": codes.draw("年齢階級コード", dice.uniform("age", key))["code"],
            "admitted_day": admitted,
            "left_day": left,
            "first": admitted.clip(lower_bound=1),
            "last": left.clip(upper_bound=days),
        }
    )
    start = pl.lit(date(int(month[:4]), int(month[4:]), 1))
    return frame.with_columns(
        admitted=start + pl.duration(days=pl.col("admitted_day") - 1),
        discharged=pl.when(pl.col("left_day") <= days).then(start + pl.duration(days=pl.col("left_day") - 1)),
    )


def _stay(dice: Dice, key: pl.Series) -> pl.Series:
    """Days in hospital, at least 1, mostly short with a long tail."""
    return 1 + ((1 - dice.uniform("stay", key)).log() * -MEAN_STAY_DAYS).floor().cast(pl.Int64)


def spread(receipts: pl.DataFrame, rows_per_receipt: float, dice: Dice, table: str) -> pl.DataFrame:
    """The receipts repeated to `rows_per_receipt` rows on average.

    Adds `line`, from 1 within a receipt, and `row`, a random key of the row. Up to 1 a receipt has no row
    or one; above, at least one, and the rest with a long tail.
    """
    chance = dice.uniform(f"rows/{table}", receipts["key"])
    if rows_per_receipt <= 1:
        counts = (chance < rows_per_receipt).cast(pl.Int64)
    else:
        over = 1 - 1 / rows_per_receipt  # a geometric count with this ratio has the mean wanted
        counts = 1 + ((1 - chance).log() / pl.Series([over]).log()).floor().cast(pl.Int64)
    places = pl.select(pl.int_range(receipts.height).repeat_by(pl.lit(counts)).explode(empty_as_null=False)).to_series()
    begins = (counts.cum_sum() - counts).gather(places)
    frame = receipts[places]
    line = pl.int_range(frame.height, eager=True) - begins + 1
    row = dice.keys(f"row/{table}", frame["key"] + line.cast(pl.UInt64))
    return frame.with_columns(line.alias("line"), row.alias("row"))
