"""Recipes of the records that DPC receipts alone have."""

from __future__ import annotations

import polars as pl

from provisioning.datasets.synthetic import medical
from provisioning.datasets.synthetic.receipts import repeat, spread
from provisioning.datasets.synthetic.rows import FIRST_LINE, Recipe, Rows, hidden, number, ymd

GROUPS = "診断群分類番号（DPCコード）"
_COPIED = ("ordinal", "key", "seq2_no", "prac_ym", "input_ym", "month_start", "first", "last")
# Rows of CD that repeat SI and IY, one per day of each, on average per receipt; the rest is bundled care.
DOUBLES = 60.0


def group(rows: Rows) -> pl.DataFrame:
    """BU: the group, the stay, and the outcome of those who left."""
    return rows.columns(
        diag_grp_cls_no=hidden(_group(rows), rows.masked(), 14),
        this_hostz_ymd=ymd("admitted"),
        this_dschg_ymd=ymd("discharged"),
        dpc_outcm_div=pl.when(pl.col("discharged").is_not_null()).then(rows.drawn("DPC転帰区分コード")),
    )


def _group(rows: Rows) -> pl.Series:
    return rows.per_receipt(GROUPS)


def disease(rows: Rows) -> pl.DataFrame:
    """SB: diagnoses with ICD-10 and their part in the stay; the first row took most resources."""
    drawn = rows.draw("傷病名コード")
    masked = rows.masked()
    role = pl.when(pl.col("line") == 1).then(pl.lit("01")).otherwise(rows.drawn("傷病名区分コード"))
    return rows.columns(
        skwd_name_cd=hidden(drawn["code"], masked, 7),
        modif_cd=pl.when(rows.uniform("modified") < 0.3).then(rows.drawn("修飾語コード")),
        icd10_cd=pl.when(~masked).then(drawn["detail"]),
        skwd_name_div=role,
        main_skwd_decis_flg=(pl.col("line") == 1).cast(pl.Int8),
    )


def patient(rows: Rows) -> pl.DataFrame:
    """KK: planned or emergency, and the weight of newborns."""
    return rows.columns(
        plan_emgcy_hostz_div=rows.drawn("予定・緊急入院区分コード"),
        birth_wt=pl.when(pl.col("years") == 0).then(number(rows.uniform("weight"), 1800, 3900)),
        last_same_skwd_hostz_yon=pl.when(rows.uniform("again") < 0.1).then(pl.lit("1")),
        jcs=pl.when(rows.uniform("jcs") < 0.9).then(pl.lit("0")).otherwise(pl.lit("1")),
    )


def related(rows: Rows) -> pl.DataFrame:
    """SK: operations and treatments that decide the group, by section number or class."""
    operation = rows.uniform("operation") < 0.8
    day = pl.col("month_start") + pl.duration(days=pl.col("first") - 1)
    return rows.columns(
        div_no=pl.when(operation).then(rows.drawn("区分番号（K・Jコード等）")),
        prac_div_cd=pl.when(~operation).then(rows.drawn("診療区分コード")),
        oprtn_plan_ymd=pl.when(operation).then(day.dt.strftime("%Y%m%d")),
    )


def nights_out(rows: Rows) -> pl.DataFrame:
    """GA: one digit for each day of the month, mostly zeros."""
    nights = pl.Series(["0" * days for days in range(32)])
    out = pl.Series(["0" * 8 + "99" + "0" * max(0, days - 10) for days in range(32)])
    days = rows.frame["month_days"].cast(pl.UInt32)
    away = rows.uniform("away") < 0.05
    return rows.columns(
        prac_ym_ga=pl.col("prac_ym"),
        req_adjst_div="2",
        stay_out=pl.when(away).then(out.gather(days)).otherwise(nights.gather(days)),
        diag_grp_cls_no=_group(rows),
    )


def bundle(rows: Rows) -> pl.DataFrame:
    """HH: points by phase of the stay, times days."""
    phase = pl.col("line").clip(upper_bound=3)
    score = pl.Series([0, 2958, 2255, 1927]).gather(rows.frame["line"].clip(upper_bound=3))
    days = number(rows.uniform("days"), 1, 12)
    return rows.columns(
        prac_ym_hh=pl.col("prac_ym"),
        req_adjst_div="2",
        burd_div=rows.per_receipt("負担区分コード"),
        hostz_prd_div=phase.cast(pl.String),
        hostz_prd_div_score=score,
        hostz_prd_div_days=days,
        incsn_sbttl_score=score * days,
    )


def total(rows: Rows) -> pl.DataFrame:
    """GT: the bundle's total; what depends on the hospital's coefficient is blanked (DATA-2)."""
    return rows.columns(
        prac_ym_gt=pl.col("prac_ym"),
        req_adjst_div="2",
        burd_div=rows.per_receipt("負担区分コード"),
        incsn_sbttl_score_sum=number(rows.uniform("sum") ** 2, 2000, 90_000),
        prac_ident="93",
    )


def coding(rows: Rows) -> pl.DataFrame:
    """CD: all care by day: SI and IY once more, one row for each day, and what is paid in the bundle."""
    receipts = rows.frame
    parts = [_repeated(rows, receipts, record) for record in ("SI", "IY")]
    parts.append(_bundled(rows, receipts))
    whole = pl.concat(parts).sort("place", maintain_order=True)
    places = pl.int_range(whole.height, eager=True)
    starts = whole["ordinal"] != whole["ordinal"].shift()
    first = pl.select(pl.when(starts.fill_null(True)).then(places).otherwise(None).forward_fill()).to_series()
    line = places - first + 1
    return whole.with_columns(
        seq1_no=FIRST_LINE["CD"] + line, line=line, order_no=(line - 1) // 10 % 999 + 1, act_detl_no=(line - 1) % 10 + 1
    )


def _repeated(rows: Rows, receipts: pl.DataFrame, record: str) -> pl.DataFrame:
    """The rows of SI or IY of the same receipts, one for each day on which they were done."""
    table = rows.siblings[record]
    made = Rows(table, rows.stratum, rows.rates, receipts, rows.dice, rows.codes, rows.siblings, rows.folder).spread()
    frame = medical.procedure(made) if record == "SI" else medical.medicine(made)
    days = repeat(frame, frame["day_done"], rows.dice, f"CD/{record}")
    day = pl.col("day_begin") + (pl.col("line") - 1) * pl.col("day_every")
    amount = pl.col("use_amnt") if record == "IY" else pl.lit(None, dtype=pl.String)
    meals = pl.when(pl.col("treatment_class") == "97").then(3).otherwise(1)
    return _shaped(
        days,
        day,
        pl.col("prac_act_cd" if record == "SI" else "medicine_cd"),
        amount,
        pl.col("detail") if record == "IY" else pl.lit(None, dtype=pl.String),
        meals if record == "SI" else pl.lit(1),
    )


def _bundled(rows: Rows, receipts: pl.DataFrame) -> pl.DataFrame:
    """Care that is paid in the bundle, and so stands in CD alone."""
    mean = max(rows.rates["CD"] - DOUBLES, 1.5)
    frame = spread(receipts, mean, rows.dice, "DPC/CD/bundle")
    made = rows.on(frame)
    act, drug = made.draw("診療行為コード"), made.draw("医薬品コード")
    is_drug = made.uniform("drug") < 0.35
    room = frame["last"] - frame["first"] + 1
    day = frame["first"] + (made.uniform("day") * room).cast(pl.Int64)
    frame = frame.with_columns(
        treatment_class=pl.select(
            pl.when(is_drug).then(drug["treatment_class"]).otherwise(act["treatment_class"])
        ).to_series(),
        code=pl.select(pl.when(is_drug).then(drug["code"]).otherwise(act["code"])).to_series(),
        detail=pl.select(pl.when(is_drug).then(drug["detail"])).to_series(),
    )
    amount = pl.when(is_drug).then(pl.lit("1"))
    return _shaped(frame, pl.lit(day), pl.col("code"), amount, pl.col("detail"), pl.lit(1))


def _shaped(
    frame: pl.DataFrame, day: pl.Expr, code: pl.Expr, amount: pl.Expr, unit: pl.Expr, times: pl.Expr
) -> pl.DataFrame:
    kept = [name for name in _COPIED if name in frame.columns]
    when = pl.col("month_start") + pl.duration(days=day - 1)
    return frame.select(
        *kept,
        when.dt.strftime("%Y%m%d").alias("oprtn_ymd"),
        pl.col("treatment_class").alias("prac_ident"),
        code.alias("rcpt_comp_sys_rec"),
        amount.alias("use_amnt"),
        unit.alias("unit_cd"),
        times.cast(pl.Int64).alias("times"),
        (pl.col("ordinal").cast(pl.Int64) * 10_000 + day * 100 + pl.col("treatment_class").cast(pl.Int64)).alias(
            "place"
        ),
    )


OWN: dict[str, Recipe] = {
    **{"BU": group, "SB": disease, "KK": patient, "SK": related, "GA": nights_out},
    **{"HH": bundle, "GT": total},
}
