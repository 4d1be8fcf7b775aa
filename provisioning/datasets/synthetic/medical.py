"""Recipes of the records that medical, DPC and dental receipts share: who, where, diagnoses, care."""

from __future__ import annotations

import polars as pl

from provisioning.datasets.synthetic.daily import with_days
from provisioning.datasets.synthetic.receipts import INPATIENT
from provisioning.datasets.synthetic.rows import Recipe, Rows, hidden, number, points, ymd

_FIRST_DIGIT = {"dental": "3", "dispensing": "4"}
_MOST_POINTS = {"inpatient": 699_999, "dpc": 699_999}
_SEEN_OUTSIDE = 49_999


def institution(rows: Rows) -> pl.DataFrame:
    """IR and YK: whose receipt; the trial hides institutions, the panel gives codes (DATA-10)."""
    kind = {"dental": "3", "dispensing": "4"}.get(rows.stratum, "1")
    old = pl.col("years") >= 75
    return rows.columns(
        exam_pay_inst=pl.when(old).then(pl.lit("2")).otherwise(pl.lit("1")),
        score_list=kind,
        req_ym=pl.col("month_start").dt.offset_by("1mo").dt.strftime("%Y%m"),
        mlt_vol_ident_info="00",
    )


def header(rows: Rows) -> pl.DataFrame:
    """RE: who (class of age and sex), which kind of receipt, when admitted."""
    made = rows.columns(
        rcp_no=pl.col("ordinal").cast(pl.Int64) % 999_999 + 1,
        rcp_cls=_receipt_class(rows),
        hostz_ymd=ymd("admitted"),
        pay_rat=pl.when(pl.col("years") >= 75).then(90).when(pl.col("years") < 6).then(80).otherwise(70),
    )
    if rows.stratum in ("inpatient", "outpatient", "dpc"):
        made = made.with_columns(rows.per_receipt("診療科名コード").alias("prac1_name"))
    if rows.stratum in INPATIENT:
        made = made.with_columns(rows.per_receipt("病床数階級コード").alias("bed_capa_hier_code"))
    if rows.stratum == "inpatient":
        long_term = rows.dice.uniform("ward", rows.frame["key"]) < 0.12
        made = made.with_columns(pl.when(long_term).then(pl.lit("07")).alias("ward_div"))
    if rows.stratum == "dpc":  # a summary receipt and its parts (DATA-5 knows one row; some have more)
        alone, first = pl.col("lines") == 1, pl.col("line") == 1
        kind = pl.when(alone).then(pl.lit("0")).when(first).then(pl.lit("1")).otherwise(pl.lit("2"))
        made = made.with_columns(
            kind.alias("rcpt_gnrlz_div"), pl.when(~alone & first).then("lines").alias("detl_info_num")
        )
    return made


def _receipt_class(rows: Rows) -> pl.Series:
    """Four digits: kind of claim, insurance, alone or with public funds, person and place of care."""
    frame = rows.frame
    funds = rows.dice.uniform(f"rows/{rows.table.point_table}/KO", frame["key"]) < rows.rates.get("KO", 0)
    family = rows.dice.uniform("family", frame["key"]) < 0.4
    poor = rows.dice.uniform("income", frame["key"]) < 0.85
    inside = rows.stratum in INPATIENT

    def last(inpatient: str, outpatient: str) -> pl.Expr:
        return pl.lit(inpatient if inside else outpatient)

    person = (
        pl.when(pl.col("years") >= 70)
        .then(pl.when(poor).then(last("7", "8")).otherwise(last("9", "0")))
        .when(pl.col("years") < 6)
        .then(last("3", "4"))
        .otherwise(pl.when(family).then(last("5", "6")).otherwise(last("1", "2")))
    )
    insurance = pl.when(pl.col("years") >= 75).then(pl.lit("3")).otherwise(pl.lit("1"))
    with_funds = pl.when(funds).then(pl.lit("2")).otherwise(pl.lit("1"))
    whole = pl.concat_str(pl.lit(_FIRST_DIGIT.get(rows.stratum, "1")), insurance, with_funds, person)
    return frame.select(whole).to_series()


def insurer(rows: Rows) -> pl.DataFrame:
    """HO: days and points of the receipt, and the meals of inpatients."""
    return _money(rows, {"prac_true_days": pl.col("visits"), "prspt_rcptn_times": pl.col("visits")})


def funds(rows: Rows) -> pl.DataFrame:
    """KO: the same for public funds; the trial hides the payer, the panel shows two digits (DATA-10)."""
    made = _money(rows, {"prac_true_days": pl.col("visits"), "prspt_rcptn_times": pl.col("visits")})
    if rows.table.dataset == "panel":
        made = made.with_columns(rows.drawn("公費負担者番号（法別番号）").alias("houbetsu_no"))
    return made


def _money(rows: Rows, counts: dict[str, pl.Expr]) -> pl.DataFrame:
    most = _MOST_POINTS.get(rows.stratum, _SEEN_OUTSIDE)
    total = points(rows.dice.uniform("points", rows.frame["key"]), most)
    made = rows.columns(**counts, total_score=total)
    if rows.stratum in INPATIENT:
        meals = pl.col("visits") * 3
        made = made.with_columns(meals.alias("times"), (meals * 640).alias("total_price"))
    return made


def diagnosis(rows: Rows) -> pl.DataFrame:
    """SY: codes with modifiers; the first of a receipt is the main one; treated since up to some years."""
    since = ((1 - rows.uniform("since")).log() * -400).floor().cast(pl.Int64)
    start = pl.coalesce("admitted", pl.col("month_start") + pl.duration(days=pl.col("first") - 1))
    modifier = rows.drawn("修飾語コード")
    modified = rows.uniform("modified") < 0.3
    main = pl.col("line") == 1
    return rows.columns(
        skwd_name_cd=hidden(rows.drawn("傷病名コード"), rows.masked(), 7),
        prac_str_ymd=(start - pl.duration(days=pl.lit(since))).dt.strftime("%Y%m%d"),
        outcm_div=rows.drawn("転帰区分コード"),
        modif_cd=pl.when(modified).then(modifier),
        sspct_dss_flg=pl.lit(modified & (modifier == "8002")).cast(pl.Int8),
        main_skwd=pl.when(main).then(pl.lit("01")),
        main_skwd_decis_flg=main.cast(pl.Int8),
    )


def _blocks(rows: Rows, system: str) -> Rows:
    """Rows with a code each, in the order of treatment classes, and their days."""
    drawn = rows.in_order(system)
    frame = rows.frame.with_columns(
        treatment_class=drawn["treatment_class"], drawn=drawn["code"], detail=drawn["detail"], listed=drawn["points"]
    )
    return rows.on(with_days(rows.on(frame), rows.stratum in INPATIENT))


def _block_columns(rows: Rows) -> dict[str, pl.Expr | pl.Series]:
    """Class at the first row of a block only; the panel repeats it, with running numbers (DATA-9)."""
    same = (pl.col("treatment_class") == pl.col("treatment_class").shift()) & (pl.col("line") > 1)
    return {
        "prac_ident": pl.when(~same.fill_null(False)).then("treatment_class"),
        "burd_div": rows.per_receipt("負担区分コード"),
        "aft_splmt_prac_ident": pl.col("treatment_class"),
        "aft_splmt_times": pl.col("times"),
        "serl_no": pl.col("line"),
        "sers_odr": pl.lit(1),
    }


def procedure(rows: Rows) -> pl.DataFrame:
    """SI: codes in blocks of one treatment class, with the days on which they were done."""
    rows = _blocks(rows, "診療行為コード")
    masked = rows.masked()
    some = (10 + (rows.uniform("points") ** 4) * 5000).floor().cast(pl.Int64)
    score = pl.when(~pl.lit(masked) & pl.lit(rows.uniform("last") < 0.8)).then(pl.coalesce("listed", pl.lit(some)))
    return rows.columns(
        **_block_columns(rows),
        prac_act_cd=hidden(rows.frame["drawn"], masked, 9),
        qnt_dat=pl.when(pl.col("treatment_class") == "54").then(number(rows.uniform("minutes"), 30, 330)),
        score=score,
        aft_splmt_score=score,
    )


def medicine(rows: Rows) -> pl.DataFrame:
    """IY: drugs with amounts; the amount of a hidden drug is hidden too."""
    rows = _blocks(rows, "医薬品コード")
    masked = rows.masked()
    score = pl.when(~pl.lit(masked) & pl.lit(rows.uniform("last") < 0.6)).then(number(rows.uniform("points"), 1, 120))
    return rows.columns(
        **_block_columns(rows),
        medicine_cd=hidden(rows.frame["drawn"], masked, 9),
        use_amnt=pl.when(~pl.lit(masked)).then(_amount(rows)),
        score=score,
        aft_splmt_score=score,
    )


def _amount(rows: Rows) -> pl.Series:
    """Amounts of a dose: mostly small whole numbers, some halves and thirds."""
    texts = pl.Series(["1", "1", "1", "2", "2", "3", "3", "0.5", "1.5", "4", "6", "0.33333", "5", "10", "1.34", "7.5"])
    return texts.gather((rows.uniform("amount") * texts.len()).cast(pl.UInt32))


def device(rows: Rows) -> pl.DataFrame:
    """TO: devices with unit and price."""
    rows = _blocks(rows, "特定器材コード")
    masked = rows.masked()
    price = number(rows.uniform("price") ** 3, 20, 60_000)
    return rows.columns(
        **_block_columns(rows),
        spcfc_dev_cd=hidden(rows.frame["drawn"], masked, 9),
        use_amnt=number(rows.uniform("amount") ** 3, 1, 5),
        unit_cd=pl.col("detail"),
        unit_price=price,
        score=pl.when(~pl.lit(masked)).then(price // 10 + 1),
    )


def comment(rows: Rows) -> pl.DataFrame:
    """CO: codes; the text is not given."""
    drawn = rows.in_order("コメントコード")
    return rows.columns(
        cmt_cd=drawn["code"],
        prac_ident=drawn["treatment_class"],
        aft_splmt_prac_ident=drawn["treatment_class"],
        burd_div=rows.per_receipt("負担区分コード"),
        serl_no=pl.col("line"),
        sers_odr=1,
    )


def symptoms(rows: Rows) -> pl.DataFrame:
    """SJ: the class of a note; its text is not given."""
    return rows.columns(symp_minu_dscpt_div=rows.drawn("症状詳記区分コード"))


def outside_bundle(rows: Rows) -> pl.DataFrame:
    """GR: why a DPC hospital claims by the ordinary table."""
    groups = "診断群分類番号（DPCコード）"
    made = rows.columns(yield_calc_reason=rows.drawn("医科点数表算定理由コード"))
    if rows.stratum != "dpc":
        return made
    return made.with_columns(hidden(rows.drawn(groups), rows.masked(), 14).alias("diag_grp_cls_no"))


SHARED: dict[str, Recipe] = {
    **{"IR": institution, "RE": header, "HO": insurer, "KO": funds, "CO": comment, "SJ": symptoms},
    **{"SY": diagnosis, "SI": procedure, "IY": medicine, "TO": device, "GR": outside_bundle},
}
