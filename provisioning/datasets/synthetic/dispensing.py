"""Recipes of dispensing receipts: prescriptions (SH), each with dispensings (CZ) and drugs (IY)."""

from __future__ import annotations

import polars as pl

from provisioning.datasets.synthetic import medical
from provisioning.datasets.synthetic.receipts import spread
from provisioning.datasets.synthetic.rows import FIRST_LINE, Recipe, Rows, hidden, number

_BLOCK = 100  # lines of one prescription: SH first, CZ from 10, IY from 40


def _prescriptions(rows: Rows) -> pl.DataFrame:
    frame = spread(rows.frame, rows.rates["SH"], rows.dice, f"{rows.table.point_table}/SH")
    form = rows.codes.draw("剤形コード", rows.dice.uniform("form", frame["row"]))["code"]
    return frame.with_columns(
        block=FIRST_LINE["SH"] + _BLOCK * (frame["line"] - 1),
        prspt_no=frame["line"],
        form=form,
        bought=_amount(rows, frame, form),
    )


def _amount(rows: Rows, frame: pl.DataFrame, form: pl.Series) -> pl.Series:
    """Days for drugs to swallow (7, 14, 28, 30, 56), units for others."""
    days = pl.Series([7, 14, 14, 28, 28, 28, 30, 30, 56, 5]).gather(
        (rows.dice.uniform("days", frame["row"]) * 10).cast(pl.UInt32)
    )
    return pl.select(pl.when(form == "1").then(days).otherwise(1 + days % 5)).to_series()


def prescription(rows: Rows) -> pl.DataFrame:
    """SH: form and directions of one prescription."""
    rows = rows.on(_prescriptions(rows))
    return rows.columns(
        seq1_no=pl.col("block"),
        sh_no=pl.col("prspt_no").cast(pl.String).str.zfill(2),
        dsg_frm_cd=pl.col("form"),
        drctn_use_cd=pl.when(pl.col("form") == "1").then(rows.drawn("用法コード")),
        total=number(rows.uniform("points") ** 2, 1, 90),
        prspt_sub_no=1,
    )


def dispensing(rows: Rows) -> pl.DataFrame:
    """CZ: when and how much was dispensed, and the fees."""
    rows = _under(rows, "CZ")
    making = rows.draw("薬剤調製料")
    fee = rows.draw("調剤管理料")
    extra = rows.uniform("extra") < 0.08
    added = rows.draw("調剤加算料")
    burden = rows.per_receipt("負担区分コード")
    written = pl.col("first") + (pl.lit(rows.uniform("day")) * (pl.col("last") - pl.col("first") + 1)).cast(pl.Int64)
    day = (pl.col("month_start") + pl.duration(days=written - 1)).dt.strftime("%Y%m%d")
    return rows.columns(
        seq1_no=pl.col("block") + 10 + pl.col("line"),
        prspt_ymd=day,
        dspng_ymd=day,
        prspt_rcptn_time=1,
        dspng_amnt=pl.col("bought"),
        dsc_burd_div=burden,
        dsc_calc_div="1",
        dsc_cd=hidden(making["code"], rows.masked(), 9),
        dsc_score=making["points"],
        drc_score=number(rows.uniform("points") ** 3, 1, 900),
        adc01_burd_div=pl.when(extra).then(burden),
        adc01_cd=pl.when(extra).then(added["code"]),
        adc01_score=pl.when(extra).then(added["points"]),
        dmf_burd_div=burden,
        dmf_calc_div="1",
        dmf_cd=fee["code"],
        dmf_score=fee["points"],
        prspt_sub_no=pl.col("line"),
    )


def medicine(rows: Rows) -> pl.DataFrame:
    """IY: the drugs of a prescription, with the amount for one unit of what is dispensed."""
    rows = _under(rows, "IY")
    drawn = rows.draw("医薬品コード")
    masked = rows.masked()
    amounts = pl.Series(["1", "1", "2", "2", "3", "3", "0.5", "6"])
    amount = amounts.gather((rows.uniform("amount") * amounts.len()).cast(pl.UInt32))
    return rows.columns(
        seq1_no=pl.col("block") + 40 + pl.col("line"),
        burd_div=rows.per_receipt("負担区分コード"),
        medicine_cd=hidden(drawn["code"], masked, 9),
        use_amnt=pl.when(~masked).then(amount),
        prspt_sub_no=1,
    )


def _under(rows: Rows, record: str) -> Rows:
    """Rows of CZ or IY, one or more for each prescription."""
    over = rows.rates[record] / rows.rates["SH"]
    return rows.on(spread(_prescriptions(rows), over, rows.dice, f"{rows.table.point_table}/{record}"))


def device(rows: Rows) -> pl.DataFrame:
    """TO: devices handed out."""
    drawn = rows.draw("特定器材コード")
    return rows.columns(
        burd_div=rows.per_receipt("負担区分コード"),
        spcfc_dev_cd=hidden(drawn["code"], rows.masked(), 9),
        use_amnt=number(rows.uniform("amount"), 1, 30),
        unit_cd=drawn["detail"],
        unit_price=number(rows.uniform("price"), 10, 200),
    )


def basics(rows: Rows) -> pl.DataFrame:
    """KI: the pharmacy's basic fee and its guidance of the patient."""
    basic, guidance, plus = rows.draw("調剤基本料"), rows.draw("薬学管理料"), rows.draw("調剤基本料加算")
    burden = rows.per_receipt("負担区分コード")
    guided, more = rows.uniform("guided") < 0.9, rows.uniform("more") < 0.3
    return rows.columns(
        prspt_rcptn_time=pl.col("line"),
        dbc_burd_div=burden,
        dbc_cd=basic["code"],
        dbc_score=basic["points"],
        pmc01_burd_div=pl.when(guided).then(burden),
        pmc01_cd=pl.when(guided).then(guidance["code"]),
        pmc01_times=pl.when(guided).then(1),
        pmc01_score=pl.when(guided).then(guidance["points"]),
        dba01_burd_div=pl.when(more).then(burden),
        dba01_cd=pl.when(more).then(plus["code"]),
        dba01_times=pl.when(more).then(1),
        dba01_score=pl.when(more).then(plus["points"]),
    )


def remark(rows: Rows) -> pl.DataFrame:
    """TK and CO: comment codes; the text is not given."""
    return rows.columns(cmt_cd=rows.drawn("コメントコード"))


def divided(rows: Rows) -> pl.DataFrame:
    """ST: dispensing in parts, rare."""
    day = (pl.col("month_start") + pl.duration(days=pl.col("first") - 1)).dt.strftime("%Y%m%d")
    score = number(rows.uniform("points"), 50, 400)
    return rows.columns(
        prspt_ymd=day,
        dspng_ymd=day,
        prspt_rcptn_time=1,
        div_num_time_directions=2,
        div_ho_target_score=score,
        score_after_div_ho=score // 2,
    )


OWN: dict[str, Recipe] = {
    **{"YK": medical.institution, "RE": medical.header, "HO": medical.insurer, "KO": medical.funds},
    **{"TO": device, "KI": basics, "TK": remark, "CO": remark, "ST": divided},
}
# These repeat the receipts themselves.
NESTED: dict[str, Recipe] = {"SH": prescription, "CZ": dispensing, "IY": medicine}
