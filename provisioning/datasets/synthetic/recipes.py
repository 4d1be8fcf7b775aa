"""What stands in the columns of each kind of record. A column that no recipe names stays empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from provisioning.datasets.model import Table
from provisioning.datasets.synthetic.codes import SampleCodes
from provisioning.datasets.synthetic.dice import Dice

# Shares of rare codes that the sampling rewrites to nines (DATA-2).
MASKED_SHARE = {"DPC": 0.001, "医科入院": 0.0001}
DAYS = 31
_NO_TEXT = pl.lit(None, dtype=pl.String)


@dataclass
class Rows:
    """The rows of one table that are being made: receipt columns, `line` and `row`, see `receipts.spread`."""

    table: Table
    month: str
    frame: pl.DataFrame
    dice: Dice
    codes: SampleCodes

    def uniform(self, name: str) -> pl.Series:
        """A number from 0 to below 1 for each row."""
        return self.dice.uniform(f"{self.table.record}/{name}", self.frame["row"])

    def draw(self, system: str) -> pl.DataFrame:
        """A code of the system for each row, as `SampleCodes.draw` gives it."""
        return self.codes.draw(system, self.uniform(system))

    def per_receipt(self, system: str) -> pl.Series:
        """A code that all rows of a receipt share."""
        return self.codes.draw(system, self.dice.uniform(system, self.frame["key"]))["code"]

    def masked(self) -> pl.Series:
        """Which rows hold a code too rare to be shown."""
        return self.uniform("masked") < MASKED_SHARE[self.table.point_table]


Recipe = Callable[[Rows], pl.DataFrame]


def fill(rows: Rows) -> pl.DataFrame:
    """The table's columns in the order of its layout."""
    made = RECIPES[rows.table.record](rows)
    common = {
        "seq1_no": pl.int_range(pl.len()).over("ordinal") + 1,
        "rec_ident_info": pl.lit(rows.table.record),
        "prac_ym": pl.lit(rows.month),
    }
    return made.select(
        (common[c.name] if c.name in common else pl.col(c.name) if c.name in made.columns else _NO_TEXT).alias(c.name)
        for c in rows.table.layout.columns
    )


def _ymd(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y%m%d")


def receipt_header(rows: Rows) -> pl.DataFrame:
    """RE: who (class of age and sex), which kind of receipt, when admitted."""
    return rows.frame.with_columns(
        rcp_no=pl.col("ordinal") + 1,
        rcp_cls=_receipt_class(rows),
        sex_div=pl.col("sex"),
        age_hier_cd=pl.col("age"),
        hostz_ymd=_ymd("admitted"),
        prac1_name=rows.per_receipt("診療科名コード"),
        bed_capa_hier_code=rows.per_receipt("病床数階級コード"),
    )


def _receipt_class(rows: Rows) -> pl.Series:
    age, chance = rows.frame["age"].cast(pl.Int64), rows.uniform("class")
    frame = pl.DataFrame({"age": age, "chance": chance})
    old = pl.when(pl.col("chance") < 0.85).then(pl.lit("1317")).otherwise(pl.lit("1319"))
    working = pl.when(pl.col("chance") < 0.6).then(pl.lit("1111")).otherwise(pl.lit("1115"))
    chosen = pl.when(pl.col("age") >= 223).then(old).when(pl.col("age") < 206).then(pl.lit("1113")).otherwise(working)
    return frame.select(chosen).to_series()


def diagnosis_group(rows: Rows) -> pl.DataFrame:
    """BU: the group, the stay, and the outcome of those who left."""
    code = rows.draw("診断群分類番号（DPCコード）")["code"]
    outcome = rows.draw("DPC転帰区分コード")["code"]
    return rows.frame.with_columns(
        diag_grp_cls_no=pl.when(rows.masked()).then(pl.lit("9" * 14)).otherwise(code),
        this_hostz_ymd=_ymd("admitted"),
        this_dschg_ymd=_ymd("discharged"),
        dpc_outcm_div=pl.when(pl.col("discharged").is_not_null()).then(outcome),
    )


def diagnosis(rows: Rows) -> pl.DataFrame:
    """SY: codes with modifiers; the first of a receipt is the main one; treated since up to some years."""
    code = rows.draw("傷病名コード")["code"]
    since = ((1 - rows.uniform("since")).log() * -400).floor().cast(pl.Int64)
    modifier = rows.draw("修飾語コード")["code"]
    return rows.frame.with_columns(
        skwd_name_cd=pl.when(rows.masked()).then(pl.lit("9" * 7)).otherwise(code),
        prac_str_ymd=(pl.col("admitted") - pl.duration(days=pl.lit(since))).dt.strftime("%Y%m%d"),
        outcm_div=rows.draw("転帰区分コード")["code"],
        modif_cd=pl.when(rows.uniform("modified") < 0.3).then(modifier),
        main_skwd=pl.when(pl.col("line") == 1).then(pl.lit("01")),
    )


def procedure(rows: Rows) -> pl.DataFrame:
    """SI: codes in blocks of one treatment class, with the days on which they were done."""
    code, masked = rows.draw("診療行為コード"), rows.masked()
    any_points = (10 + (rows.uniform("points") ** 4) * 5000).floor().cast(pl.Int64)
    frame = rows.frame.with_columns(
        treatment_class=code["treatment_class"],
        burd_div=rows.per_receipt("負担区分コード"),
        prac_act_cd=pl.when(masked).then(pl.lit("9" * 9)).otherwise(code["code"]),
        qnt_dat=pl.when(code["treatment_class"] == "54").then(30 + (rows.uniform("minutes") * 300).cast(pl.Int64)),
        score=pl.when(~masked & (rows.uniform("last") < 0.8)).then(pl.coalesce(code["points"], any_points)),
    )
    frame = _with_days(frame, rows).sort("ordinal", "treatment_class", "line")
    opens = pl.col("treatment_class") != pl.col("treatment_class").shift().over("ordinal")
    return frame.with_columns(prac_ident=pl.when(opens.fill_null(True)).then(pl.col("treatment_class")))


def _with_days(frame: pl.DataFrame, rows: Rows) -> pl.DataFrame:
    """Daily counts within the stay: once, some times at an interval, or every day; `times` is their sum."""
    daily = pl.col("treatment_class").is_in(["90", "97"])
    kind, some = rows.uniform("kind"), rows.uniform("some")
    often = daily | pl.lit(kind > 0.92)
    begin = pl.col("first") + (rows.uniform("begin") * (pl.col("last") - pl.col("first") + 1)).cast(pl.Int64)
    frame = frame.with_columns(
        begin=pl.when(daily).then(pl.col("first")).otherwise(begin),
        every=pl.when(often).then(1).otherwise(2 + (some * 6).floor().cast(pl.Int64)),
        most=pl.when(often).then(DAYS).when(pl.lit(kind > 0.75)).then(2 + (some * 3).cast(pl.Int64)).otherwise(1),
        a_day=pl.when(pl.col("treatment_class") == "97").then(3).otherwise(1),
    )
    fitting = (pl.col("last") - pl.col("begin")) // pl.col("every") + 1
    frame = frame.with_columns(done=pl.min_horizontal("most", fitting))
    return frame.with_columns(
        (pl.col("done") * pl.col("a_day")).alias("times"), *(_day(day) for day in range(1, DAYS + 1))
    )


def _day(day: int) -> pl.Expr:
    since = day - pl.col("begin")
    hit = (since >= 0) & (since % pl.col("every") == 0) & (since // pl.col("every") < pl.col("done"))
    return pl.when(hit).then(pl.col("a_day")).alias(f"days{day:02}_info")


RECIPES: dict[str, Recipe] = {
    "RE": receipt_header,
    "BU": diagnosis_group,
    "SY": diagnosis,
    "SI": procedure,
}
