"""The receipts of one kind, which every table of that kind refers to."""

from __future__ import annotations

import calendar
from datetime import date

import polars as pl

from provisioning.datasets.synthetic.codes import SampleCodes
from provisioning.datasets.synthetic.dice import Dice

MEAN_STAY_DAYS = 12.0
LINKED_SHARE = 0.55  # outpatient receipts with dispensing receipts to them
LINKED = "医科入院外に紐づく調剤"
INPATIENT = ("inpatient", "dpc")


def trial_receipts(
    dice: Dice, codes: SampleCodes, point_table: str, stratum: str, month: str, numbers: tuple[int, int]
) -> pl.DataFrame:
    """Receipts of a trial month, from number `numbers[0]` to below `numbers[1]`, one row each.

    Sex and class of age follow the shares in the sample codes. Dispensing receipts that are linked to
    outpatient receipts have those receipts' keys, sexes and ages; not every outpatient receipt has one.
    """
    origin = "医科入院外" if point_table == LINKED else point_table
    ordinal = pl.Series("ordinal", range(*numbers), dtype=pl.UInt64)
    key = dice.keys(f"receipt/{origin}/{month}", ordinal)
    start = date(int(month[:4]), int(month[4:]), 1)
    frame = pl.DataFrame(
        {
            "ordinal": ordinal,
            "key": key,
            "sex_div": codes.draw("男女区分コード", dice.uniform("sex", key))["code"],
            "age_hier_cd": codes.draw("年齢階級コード", dice.uniform("age", key))["code"],
        }
    ).with_columns(
        years=years_of_class(pl.col("age_hier_cd")),
        prac_ym=pl.lit(month),
        month_start=pl.lit(start),
        month_days=pl.lit(calendar.monthrange(start.year, start.month)[1], dtype=pl.Int64),
    )
    if point_table == LINKED:
        frame = frame.filter(dice.uniform("linked", key) < LINKED_SHARE)
    return with_stays(frame, dice, stratum)


def years_of_class(code: pl.Expr) -> pl.Expr:
    """The youngest age of a class of age, in years."""
    number = code.cast(pl.Int64)
    return pl.when(number < 210).then(number - 200).otherwise((number - 208) * 5)


def with_stays(frame: pl.DataFrame, dice: Dice, stratum: str) -> pl.DataFrame:
    """Adds the receipt's key as text and its days.

    `first` and `last` are days of the month (from 1) between which care was given, `visits` how many days;
    inpatients have dates `admitted` and `discharged`, the latter null for who stays on.
    """
    key, days = frame["key"], frame["month_days"]
    if stratum in INPATIENT:
        stay = 1 + ((1 - dice.uniform("stay", key)).log() * -MEAN_STAY_DAYS).floor().cast(pl.Int64)
        begin = (2 - stay) + (dice.uniform("admitted", key) * (days + stay - 1)).floor().cast(pl.Int64)
        end = begin + stay - 1
    else:
        begin = 1 + (dice.uniform("first", key) * days).floor().cast(pl.Int64)
        end = days
    frame = frame.with_columns(
        begin.alias("begin_day"), end.alias("end_day"), key.cast(pl.String).str.zfill(20).alias("seq2_no")
    )
    start, day = pl.col("month_start"), pl.duration(days=1)
    frame = frame.with_columns(
        first=pl.col("begin_day").clip(lower_bound=1), last=pl.min_horizontal("end_day", "month_days")
    )
    if stratum in INPATIENT:
        left = pl.when(pl.col("end_day") <= pl.col("month_days")).then(start + day * (pl.col("end_day") - 1))
        admitted = start + day * (pl.col("begin_day") - 1)
        return frame.with_columns(admitted=admitted, discharged=left, visits=pl.col("last") - pl.col("first") + 1)
    often = (1 + (dice.uniform("visits", key) ** 3 * 4).floor()).cast(pl.Int64)
    visits = pl.min_horizontal(often, pl.col("last") - pl.col("first") + 1)
    none = pl.lit(None, dtype=pl.Date)
    return frame.with_columns(admitted=none, discharged=none, visits=visits)


def spread(frame: pl.DataFrame, mean: float, dice: Dice, name: str) -> pl.DataFrame:
    """The rows of `frame` repeated to `mean` on average; draws go by `name` and the rows' key.

    Adds `line`, from 1 within a repeated row, `lines`, how many there are, and `row`, a random key of the
    row. Up to a mean of 1 a row is there or not; above, at least once, and the rest with a long tail.
    """
    key = frame["row"] if "row" in frame.columns else frame["key"]
    chance = dice.uniform(f"rows/{name}", key)
    if mean <= 1:
        counts = (chance < mean).cast(pl.Int64)
    else:
        over = 1 - 1 / mean  # a geometric count with this ratio has the mean wanted
        counts = 1 + ((1 - chance).log() / pl.Series([over]).log()).floor().cast(pl.Int64)
    return repeat(frame, counts, dice, name)


def repeat(frame: pl.DataFrame, counts: pl.Series, dice: Dice, name: str) -> pl.DataFrame:
    """The rows of `frame`, each `counts` times; `line`, `lines` and `row` as `spread` says."""
    key = frame["row"] if "row" in frame.columns else frame["key"]
    places = pl.select(pl.int_range(frame.height).repeat_by(pl.lit(counts)).explode(empty_as_null=False)).to_series()
    begins = (counts.cum_sum() - counts).gather(places)
    line = pl.int_range(places.len(), eager=True) - begins + 1
    row = dice.keys(f"row/{name}", key.gather(places) + line.cast(pl.UInt64))
    made = frame[places]
    return made.with_columns(line.alias("line"), counts.gather(places).alias("lines"), row.alias("row"))
