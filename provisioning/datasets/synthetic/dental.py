"""Recipes of dental receipts, which the panel alone has. Few public codes are at hand, so few are drawn."""

from __future__ import annotations

import polars as pl

from provisioning.datasets.synthetic import medical
from provisioning.datasets.synthetic.daily import with_days
from provisioning.datasets.synthetic.rows import Recipe, Rows, number

UNCODED = "0000999"


def _tooth(rows: Rows) -> pl.Expr:
    """One tooth as six digits: quarter and place, present, whole."""
    quarter, place = number(rows.uniform("quarter"), 1, 4), number(rows.uniform("place"), 1, 7)
    return pl.concat_str(pl.lit("10"), pl.lit(quarter), pl.lit(place), pl.lit("00"))


def part(rows: Rows) -> pl.DataFrame:
    """HS: teeth and diagnosis; diagnoses stay uncoded, for the dental master is not at hand."""
    since = number(rows.uniform("since") ** 2, 0, 500)
    start = pl.col("month_start") + pl.duration(days=pl.col("first") - 1 - pl.lit(since))
    return rows.columns(
        prac_str_ymd=start.dt.strftime("%Y%m%d"),
        outcm_div=rows.drawn("転帰区分コード"),
        skwd_name_df=_tooth(rows),
        skwd_name_cd=UNCODED,
        sspct_dss_flg=0,
        main_skwd=pl.when(pl.col("line") == 1).then(pl.lit("01")),
        main_skwd_decis_flg=(pl.col("line") == 1).cast(pl.Int8),
    )


def treatment(rows: Rows) -> pl.DataFrame:
    """SS: dental care with its days."""
    drawn = rows.in_order("歯科診療行為コード")
    rows = rows.on(with_days(rows.on(rows.frame.with_columns(drawn["treatment_class"])), inpatient=False))
    return rows.columns(
        prac_ident=drawn["treatment_class"],
        burd_div=rows.per_receipt("負担区分コード"),
        prac_act_cd=drawn["code"],
        score=drawn["points"],
        aft_splmt_prac_ident=drawn["treatment_class"],
        aft_splmt_score=drawn["points"],
        aft_splmt_times=pl.col("times"),
        serl_no=pl.col("line"),
        sers_odr=1,
    )


def medicine(rows: Rows) -> pl.DataFrame:
    """IY: tablets."""
    drawn = rows.in_order("医薬品コード")
    rows = rows.on(with_days(rows.on(rows.frame.with_columns(drawn["treatment_class"])), inpatient=False))
    return rows.columns(
        prac_ident=drawn["treatment_class"],
        burd_div=rows.per_receipt("負担区分コード"),
        medicine_cd=drawn["code"],
        use_amnt=number(rows.uniform("amount"), 1, 3),
        score=number(rows.uniform("points"), 1, 20),
        medicine_div="1",
        serl_no=pl.col("line"),
        sers_odr=1,
    )


def no_codes(rows: Rows) -> pl.DataFrame:
    """SI: days alone, for hardly any dentist claims by the medical table."""
    classed = rows.frame.with_columns(pl.lit("80").alias("treatment_class"))
    made = with_days(rows.on(classed), inpatient=False)
    return made.with_columns(pl.lit("80").alias("prac_ident"), rows.per_receipt("負担区分コード").alias("burd_div"))


OWN: dict[str, Recipe] = {
    **{"IR": medical.institution, "RE": medical.header, "HO": medical.insurer, "KO": medical.funds},
    **{"HS": part, "SS": treatment, "SI": no_codes, "IY": medicine, "TO": medical.device},
    **{"CO": medical.comment, "SJ": medical.symptoms},
}
