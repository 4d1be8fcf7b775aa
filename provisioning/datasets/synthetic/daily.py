"""Daily counts: on which days of the month something was done, as the text of 31 CSV values."""

from __future__ import annotations

from functools import cache

import polars as pl

from provisioning.datasets.synthetic.rows import DAYS, Rows

DAILY = ["90", "97"]  # treatment classes of every day: ward, meals (three a day)
INTERVALS = 8


@cache
def _patterns() -> pl.Series:
    """The text for every begin, interval, number of days and count a day, at its place; see `_place`."""
    texts = [""] * (32 * INTERVALS * 32 * 2)
    for begin in range(1, DAYS + 1):
        for every in range(1, INTERVALS):
            for done in range(1, (DAYS - begin) // every + 2):
                for triple in (0, 1):
                    cells = [""] * DAYS
                    for number in range(done):
                        cells[begin - 1 + number * every] = "3" if triple else "1"
                    texts[((begin * INTERVALS + every) * 32 + done) * 2 + triple] = ",".join(cells)
    return pl.Series(texts)


def with_days(rows: Rows, inpatient: bool) -> pl.DataFrame:
    """The rows with `daily` and `times`, the sum of the daily counts.

    Needs `treatment_class`. Inpatients: once, some times at an interval, or every day. Others: on visits.
    """
    frame = rows.frame
    kind, some = rows.uniform("kind"), rows.uniform("some")
    room = frame["last"] - frame["first"] + 1
    if not inpatient:
        gap = pl.select(pl.min_horizontal(pl.lit(INTERVALS - 1), room // frame["visits"])).to_series().clip(1)
        done = pl.select(pl.when(kind < 0.75).then(1).otherwise(frame["visits"])).to_series()
        return _told(frame, frame["first"], gap, done, triple=None)
    daily, meal = frame["treatment_class"].is_in(DAILY), frame["treatment_class"] == "97"
    often = daily | (kind > 0.92)
    begin = frame["first"] + (rows.uniform("begin") * room).cast(pl.Int64)
    parts = pl.select(
        begin=pl.when(daily).then(frame["first"]).otherwise(begin),
        every=pl.when(often).then(1).otherwise(2 + (some * 6).cast(pl.Int64)),
        most=pl.when(often).then(DAYS).when(kind > 0.75).then(2 + (some * 3).cast(pl.Int64)).otherwise(1),
    )
    fitting = (frame["last"] - parts["begin"]) // parts["every"] + 1
    done = pl.select(pl.min_horizontal(parts["most"], fitting)).to_series()
    return _told(frame, parts["begin"], parts["every"], done, meal)


def _told(
    frame: pl.DataFrame, begin: pl.Series, every: pl.Series, done: pl.Series, triple: pl.Series | None
) -> pl.DataFrame:
    threefold = triple.cast(pl.Int64) if triple is not None else pl.zeros(frame.height, pl.Int64, eager=True)
    place = ((begin * INTERVALS + every) * 32 + done) * 2 + threefold
    return frame.with_columns(
        _patterns().gather(place.cast(pl.UInt32)).alias("daily"),
        (done * (1 + 2 * threefold)).alias("times"),
        begin.alias("day_begin"),
        every.alias("day_every"),
        done.alias("day_done"),
    )
