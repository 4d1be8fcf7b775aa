"""Check-ups and guidance of the panel: documents in long form, one row per item (DATA-9)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from provisioning.datasets.synthetic.receipts import repeat, spread
from provisioning.datasets.synthetic.rows import Recipe, Rows, number

SECTIONS = {"特定健診": ("01010", "01030", "01990"), "特定保健指導": ("90010", "90020", "90030", "90070")}


@cache
def _items(folder: Path, kind: str) -> pl.DataFrame:
    text = dict.fromkeys(("kind", "cd", "unit"), pl.String)
    return pl.read_csv(folder / "sample_checkups.csv", schema_overrides=text).filter(pl.col("kind") == kind)


def _document(rows: Rows) -> dict[str, pl.Expr]:
    """Keys of every row: the document, the row within it, the fiscal year."""
    guided = rows.table.point_table == "特定保健指導"
    return {
        "seq1_no": pl.col("seq2_no"),
        "seq2_no": pl.col("line").cast(pl.String).str.zfill(5),
        "ident_cd": pl.lit("2" if guided else "1"),
        "mee_nendo": pl.col("year"),
        "hge_nendo": pl.col("year"),
    }


def base(rows: Rows) -> pl.DataFrame:
    """BASE: whose document, when, where; ID5 joins it to receipts."""
    guided = rows.table.point_table == "特定保健指導"
    day = (pl.col("month_start") + pl.duration(days=pl.col("first") - 1)).dt.strftime("%Y%m%d")
    return rows.columns(
        **_document(rows),
        testee_sex_cd=pl.col("sex_div"),
        user_sex_cd=pl.col("sex_div"),
        testee_birth_ym=pl.col("birth_ym"),
        user_birth_ym=pl.col("birth_ym"),
        mee_prg_cls="010",
        hge_prg_cls="100",
        mee_ymd=day,
        hge_ymd=day,
        rpt_div=pl.lit("22" if guided else "10"),
        mee_inst_no=pl.col("medi_inst_cd"),
        hge_inst_no=pl.col("medi_inst_cd"),
    )


def sections(rows: Rows) -> pl.DataFrame:
    """SEC: the sections of a document."""
    codes = pl.Series(SECTIONS[rows.table.point_table])
    rows = _fixed(rows, codes.len())
    return rows.columns(**_document(rows), sec_cd=codes.gather(rows.frame["line"] - 1))


def examination(rows: Rows) -> pl.DataFrame:
    """EXAM: one row for each item, a value with its unit or a code."""
    items = _items(rows.folder, "check-up")
    rows = _fixed(rows, items.height)
    return _results(rows, items[rows.frame["line"] - 1])


def detail(rows: Rows) -> pl.DataFrame:
    """DETAIL: the further tests that some people have."""
    items = _items(rows.folder, "further")
    rows = rows.on(spread(rows.frame, rows.rates["DETAIL"], rows.dice, rows.name))
    return _results(rows, items[(rows.frame["line"] - 1) % items.height])


def _results(rows: Rows, item: pl.DataFrame) -> pl.DataFrame:
    bell = (rows.uniform("value") + rows.uniform("more")) / 2
    factor = pl.Series([1.0, 10.0, 100.0]).gather(item["decimals"])
    value = ((item["least"] + bell * (item["most"] - item["least"])) * factor).round() / factor
    coded = item["choices"] > 0
    chosen = 1 + (rows.uniform("value") ** 2 * item["choices"]).floor().cast(pl.Int64)
    where = pl.when(bell > 0.75).then(pl.lit("H")).when(bell < 0.15).then(pl.lit("L")).otherwise(pl.lit("N"))
    return rows.columns(
        **_document(rows),
        cd=item["cd"],
        val_org=pl.when(~coded).then(value),
        val=pl.when(~coded).then(value),
        unit=pl.when(~coded).then(item["unit"]),
        value_cd=pl.when(coded).then(chosen),
        mvsl_div=pl.when(~coded).then(where),
    )


def face(rows: Rows) -> pl.DataFrame:
    """FACE: the ticket."""
    return rows.columns(**_document(rows), cnslt_tckt_face_cls="1")


def entries(rows: Rows) -> pl.DataFrame:
    """ENTRY: each contact, with its form and day."""
    rows = rows.on(spread(rows.frame, rows.rates["ENTRY"], rows.dice, rows.name))
    form = number(rows.uniform("form"), 1, 7)
    day = pl.col("month_start") + pl.duration(days=pl.col("first") - 1 + 7 * (pl.col("line") - 1))
    return rows.columns(
        **_document(rows), form_cd_org=form, form_cd=form, oprtn_ymd=day.dt.strftime("%Y%m%d"), efrcr_cd="1"
    )


def guidance(rows: Rows) -> pl.DataFrame:
    """RESULT: level of support, stage, aims."""
    items = _items(rows.folder, "guidance")
    rows = _fixed(rows, items.height)
    made = _results(rows, items[rows.frame["line"] - 1])
    return made.with_columns(pl.col("value_cd").alias("cntnt"), pl.col("value_cd").alias("cntnt_org"))


def _fixed(rows: Rows, count: int) -> Rows:
    counts = pl.repeat(count, rows.frame.height, dtype=pl.Int64, eager=True)
    return rows.on(repeat(rows.frame, counts, rows.dice, rows.name))


# These repeat the documents themselves, or have one row for each.
NESTED: dict[str, Recipe] = {
    **{"SEC": sections, "EXAM": examination, "DETAIL": detail, "ENTRY": entries, "RESULT": guidance},
}
OWN: dict[str, Recipe] = {"BASE": base, "FACE": face}
