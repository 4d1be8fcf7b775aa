"""The panel's people: the same person under one ID5 in every month of the fiscal year (DATA-9)."""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from provisioning.datasets.synthetic.codes import SampleCodes
from provisioning.datasets.synthetic.dice import Dice
from provisioning.datasets.synthetic.receipts import with_stays, years_of_class

MONTHS = 12
INSTITUTIONS = 4000
INSURERS = 900
# Chance of a receipt in a month: at birth, and what a year of age adds; by how much a person uses care at all.
OUTPATIENT = (0.25, 0.006)
INPATIENT = (0.002, 0.00025)
SHARES = {"dispensing": 0.6, "dental": 0.14, "dpc": 0.4}  # dpc: of those in hospital
CHECKED = 0.5  # of people from 40 to 74
GUIDED = 0.12  # of those checked
KINDS = ("all", "inpatient")


@dataclass(frozen=True)
class Panel:
    """Which panel: fiscal year and kind, `all` (people with any receipt) or `inpatient`."""

    year: int
    kind: str

    @property
    def months(self) -> list[str]:
        """YYYYMM of the twelve months from April."""
        return [f"{self.year + (m > 8)}{(m + 3) % 12 + 1:02}" for m in range(MONTHS)]


def people(dice: Dice, codes: SampleCodes, panel: Panel, numbers: tuple[int, int]) -> pl.DataFrame:
    """Persons from number `numbers[0]` to below `numbers[1]`: sex, age, where they live and are insured."""
    number = pl.Series("person", range(*numbers), dtype=pl.UInt64)
    key = dice.keys(f"person/{panel.year}/{panel.kind}", number)
    frame = pl.DataFrame(
        {
            "person": number,
            "person_key": key,
            "sex_div": codes.draw("男女区分コード", dice.uniform("sex", key))["code"],
            "age_hier_cd": codes.draw("年齢階級コード", dice.uniform("age", key))["code"],
            "use": dice.uniform("use", key),
            "houbetsu_no": codes.draw("法別番号", dice.uniform("insurer", key))["code"],
            "post_no_top2": (dice.uniform("home", key) * 100).floor().cast(pl.Int64).cast(pl.String).str.zfill(2),
        }
    )
    within = (dice.uniform("year of age", key) * 5).floor().cast(pl.Int64)
    single = pl.col("age_hier_cd").cast(pl.Int64) < 210
    age = years_of_class(pl.col("age_hier_cd")) + pl.when(single).then(0).otherwise(within)
    frame = frame.with_columns(
        years=age, id5=_id5(dice, key), birth_month=1 + (dice.uniform("birth", key) * 12).cast(pl.Int64)
    )
    old = pl.col("years") >= 75
    # Ages are those of 1 April, so nobody has a receipt from before the birth.
    birth_year = panel.year - pl.col("years") - (pl.col("birth_month") > 4).cast(pl.Int64)
    return frame.with_columns(
        houbetsu_no=pl.when(old).then(pl.lit("39")).otherwise("houbetsu_no"),
        insurer_no=_anonymous(dice, "insurer", (dice.uniform("insurer no", key) * INSURERS).cast(pl.UInt64), INSURERS),
        birth_ym=birth_year.cast(pl.String) + pl.col("birth_month").cast(pl.String).str.zfill(2),
    )


def _id5(dice: Dice, key: pl.Series) -> pl.Series:
    """64 hexadecimal characters from four keys in a row."""
    parts = [_hex(dice.keys(f"id5/{n}", key)) for n in range(4)]
    return pl.select(pl.concat_str(parts)).to_series()


def _hex(numbers: pl.Series) -> pl.Series:
    """16 hexadecimal digits of each number, by looking up two bytes at a time."""
    parts = [_words().gather(((numbers // (1 << shift)) % (1 << 16)).cast(pl.UInt32)) for shift in (48, 32, 16, 0)]
    return pl.select(pl.concat_str(parts)).to_series()


@cache
def _words() -> pl.Series:
    return pl.Series([f"{n:04x}" for n in range(1 << 16)])


def _anonymous(dice: Dice, name: str, number: pl.Series, count: int) -> pl.Series:
    """Codes of seven characters in place of an institution's own, of which there are `count` (DATA-10)."""
    return _codes(str(dice.stream(name)[0]), count).gather(number.cast(pl.UInt32))


@cache
def _codes(salt: str, count: int) -> pl.Series:
    return pl.Series([hashlib.sha256(f"{salt}/{n}".encode()).hexdigest()[:7] for n in range(count)])


def receipts_of(dice: Dice, persons: pl.DataFrame, panel: Panel, stratum: str) -> pl.DataFrame:
    """The receipts of one kind of all persons and months: which months depends on age and use of care.

    Every person has at least one receipt of the kind that brought them into the panel.
    """
    frame = persons.join(_months(panel), how="cross")
    month = frame["month"].cast(pl.UInt64)
    frame = frame.with_columns(
        key=dice.keys(f"panel/{stratum}", frame["person_key"] + month),
        ordinal=frame["person"] * MONTHS + month,
        year=pl.lit(str(panel.year)),
    )
    frame = frame.filter(_has(dice, frame, panel, stratum))
    place = (dice.uniform(f"place/{stratum}", frame["person_key"]) * INSTITUTIONS).cast(pl.UInt64)
    vci = pl.lit("1" if stratum in ("inpatient", "dpc") else "4")
    frame = frame.with_columns(
        medi_inst_cd=_anonymous(dice, f"institution/{stratum}", place, INSTITUTIONS),
        vci_hsptl_div=vci,
        age=pl.col("years"),
        age_hier_cd1=(100 + pl.col("years") // 5).cast(pl.String),
        age_hier_cd2=pl.col("age_hier_cd"),
        last_birth_age=pl.col("years"),
        last_birth_age_hier_cd1=(100 + pl.col("years") // 5).cast(pl.String),
        last_birth_age_hier_cd2=pl.col("age_hier_cd"),
    ).with_columns(drgst_cd=pl.col("medi_inst_cd"))
    return with_stays(frame, dice, stratum)


def _months(panel: Panel) -> pl.DataFrame:
    starts = [date(int(month[:4]), int(month[4:]), 1) for month in panel.months]
    return pl.DataFrame(
        {
            "month": list(range(MONTHS)),
            "prac_ym": panel.months,
            "month_start": starts,
            "month_days": [calendar.monthrange(day.year, day.month)[1] for day in starts],
        }
    ).with_columns(input_ym=pl.col("month_start").dt.offset_by("2mo").dt.strftime("%Y%m"))


def _has(dice: Dice, frame: pl.DataFrame, panel: Panel, stratum: str) -> pl.Series:
    """Whether a person has a receipt of that kind in that month."""
    if stratum in ("check-up", "guidance"):
        return _documents(dice, frame, stratum)
    moment = frame["person_key"] + frame["month"].cast(pl.UInt64)
    age, use = frame["years"], frame["use"]

    def chance(name: str) -> pl.Series:
        return dice.uniform(f"has/{name}", moment)

    forced = frame["month"] == (dice.uniform("forced", frame["person_key"]) * MONTHS).cast(pl.Int64)
    out = chance("outpatient") < (OUTPATIENT[0] + OUTPATIENT[1] * age) * (0.4 + 1.2 * use)
    extra = 4.0 if panel.kind == "inpatient" else 1.0
    inside = chance("inpatient") < (INPATIENT[0] + INPATIENT[1] * age) * extra
    if panel.kind == "all":
        out = out | forced
    else:
        inside = inside | forced
    in_dpc = chance("dpc") < SHARES["dpc"]
    return {
        "outpatient": out,
        "inpatient": inside & ~in_dpc,
        "dpc": inside & in_dpc,
        "dispensing": out & (chance("dispensing") < SHARES["dispensing"]),
        "dental": chance("dental") < SHARES["dental"] * (0.5 + use),
    }[stratum]


def _documents(dice: Dice, frame: pl.DataFrame, stratum: str) -> pl.Series:
    """Check-ups: at most one a year for people from 40 to 74; guidance in a later month of the same year."""
    key = frame["person_key"]
    month = (dice.uniform("check-up month", key) * 9).cast(pl.Int64)
    checked = (frame["years"] >= 40) & (frame["years"] <= 74) & (dice.uniform("checked", key) < CHECKED)
    if stratum == "check-up":
        return checked & (frame["month"] == month)
    return checked & (dice.uniform("guided", key) < GUIDED) & (frame["month"] == month + 2)
