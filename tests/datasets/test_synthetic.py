"""Synthetic months: the same bytes for the same seed, and the shape that was asked for."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import polars as pl
import pytest

from provisioning.datasets.catalogue import DDL_FOLDER, choose_tables, tables_of
from provisioning.datasets.invented import NOTE
from provisioning.datasets.model import Table
from provisioning.datasets.synthetic.dice import Dice, mix
from provisioning.datasets.synthetic.people import Panel
from provisioning.datasets.synthetic.receipts import LINKED, LINKED_SHARE
from provisioning.datasets.synthetic.writing import synthesise, synthesise_panel
from provisioning.errors import BadInput, Refused

RECEIPTS = 3000


def read(folder: Path, name: str, dataset: str = "trial") -> pl.DataFrame:
    (table,) = choose_tables(tables_of(dataset), [name])
    names = [column.name for column in table.layout.columns]
    path = folder / table.csv_name
    if path.stat().st_size == 0:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    frame = pl.read_csv(path, has_header=False, infer_schema=False, new_columns=names)
    assert frame.columns == names
    return frame


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month")
    synthesise(tables_of("trial"), "202204", RECEIPTS, 1, folder)
    return folder


def test_the_mixing_is_splitmix64() -> None:
    """The first output of the published generator for seed 0, and that nothing is lost to overflow."""
    assert mix(pl.Series([0], dtype=pl.UInt64)).to_list() == [0xE220A8397B1DCDAF]
    numbers = pl.int_range(10_000, dtype=pl.UInt64, eager=True)
    assert mix(numbers).n_unique() == 10_000


def test_draws_are_even() -> None:
    keys = Dice(1).keys("x", pl.int_range(100_000, eager=True))
    drawn = Dice(1).uniform("y", keys)
    assert (drawn.min() or 0) >= 0
    assert float(str(drawn.max())) < 1
    assert drawn.mean() == pytest.approx(0.5, abs=0.005)
    both = pl.DataFrame({"a": drawn, "b": Dice(1).uniform("z", keys)})
    assert both.select(pl.corr("a", "b")).item() == pytest.approx(0, abs=0.01)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_in_batches_of_any_size(tmp_path: Path) -> None:
    def digest(name: str, seed: int, batch: int, tables: tuple[str, ...] = ()) -> dict[str, str]:
        chosen = choose_tables(tables_of("trial"), tables)
        made = synthesise(chosen, "202204", 100, seed, tmp_path / name, batch=batch)
        return {one.table: hashlib.sha256(one.path.read_bytes()).hexdigest() for one in made if one.rows > 20}

    whole = digest("a", 1, 1000)
    assert digest("b", 1, 7) == whole
    alone = digest("c", 1, 1000, ("MED_INI_SI",))
    assert alone == {"TRIAL_MED_INI_SI": whole["TRIAL_MED_INI_SI"]}
    other = digest("d", 2, 1000)
    assert not set(other.values()) & set(whole.values())


def test_files_are_as_hic_delivers_them(month: Path) -> None:
    for table in tables_of("trial"):
        body = (month / table.csv_name).read_bytes()
        assert not body.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in body
        assert not body.startswith(b"seq1_no")
        assert (month / table.sql_name).read_text(encoding="utf-8").startswith("-- ")


def test_receipts_join(month: Path) -> None:
    receipts = read(month, "DPC_RE")
    assert receipts["seq2_no"].n_unique() == RECEIPTS
    assert receipts.filter(pl.col("rcpt_gnrlz_div") != "2").height == RECEIPTS
    receipts = receipts.unique("seq2_no")
    groups = read(month, "DPC_BU")
    assert groups.join(receipts, on="seq2_no", how="anti").height == 0
    assert groups.height / RECEIPTS == pytest.approx(1.05, abs=0.03)
    one = groups.join(receipts, on="seq2_no")
    assert one.filter(pl.col("this_hostz_ymd") != pl.col("hostz_ymd")).height == 0
    procedures, diagnoses = read(month, "MED_INI_SI"), read(month, "MED_INI_SY")
    assert procedures.join(diagnoses, on="seq2_no", how="anti").height == 0
    assert procedures.join(receipts, on="seq2_no", how="semi").height == 0
    assert procedures.height / RECEIPTS == pytest.approx(38.074, rel=0.06)
    assert diagnoses.height / RECEIPTS == pytest.approx(11.35, rel=0.06)
    assert diagnoses.filter(pl.col("main_skwd") == "01").height == RECEIPTS


def test_people_have_the_shares_of_the_sample(month: Path) -> None:
    receipts = read(month, "DPC_RE")
    assert (receipts["sex_div"] == "1").mean() == pytest.approx(0.44, abs=0.03)
    assert (receipts["age_hier_cd"].cast(pl.Int64) >= 224).mean() == pytest.approx(0.172, abs=0.02)
    assert (receipts["age_hier_cd"].cast(pl.Int64) <= 209).mean() == pytest.approx(0.09, abs=0.02)
    assert set(receipts["prac_ym"]) == {"202204"}
    assert receipts["patient_name"].null_count() == receipts.height


def shares(system: str, stratum: str) -> dict[str, float]:
    """What share of the draws each code of a system has, by the catalogue."""
    found = pl.read_csv(DDL_FOLDER / "sample_codes.csv", infer_schema=False).filter(pl.col("code_system") == system)
    weights = dict(zip(found["code"], found[f"weight_{stratum}"].cast(pl.Float64), strict=True))
    return {code: weight / sum(weights.values()) for code, weight in weights.items() if weight > 0}


def assert_shares(found: pl.Series, wanted: dict[str, float]) -> None:
    """Each code is as frequent as it should be, within five standard deviations; no other code is there."""
    shown = found.filter(found.str.replace_all("9", "") != "")
    counts = dict(shown.value_counts().iter_rows())
    assert set(counts) <= set(wanted)
    for code, share in wanted.items():
        spare = 5 * (shown.len() * share * (1 - share)) ** 0.5 + 1
        assert abs(counts.get(code, 0) - shown.len() * share) < spare, (code, share, counts.get(code))


@pytest.mark.parametrize(
    ("name", "column", "system", "stratum"),
    [
        ("MED_INI_SY", "skwd_name_cd", "傷病名コード", "inpatient"),
        ("MED_INI_SI", "prac_act_cd", "診療行為コード", "inpatient"),
        ("MED_INI_IY", "medicine_cd", "医薬品コード", "inpatient"),
        ("MED_GAI_SY", "skwd_name_cd", "傷病名コード", "outpatient"),
        ("MED_GAI_SI", "prac_act_cd", "診療行為コード", "outpatient"),
        ("MED_GAI_TO", "spcfc_dev_cd", "特定器材コード", "outpatient"),
        ("DPC_SB", "skwd_name_cd", "傷病名コード", "dpc"),
        ("DPC_BU", "diag_grp_cls_no", "診断群分類番号（DPCコード）", "dpc"),
        ("DPC_SI", "prac_act_cd", "診療行為コード", "dpc"),
        ("PHA_IY", "medicine_cd", "医薬品コード", "dispensing"),
        ("PHA_IY_GAI", "medicine_cd", "医薬品コード", "dispensing"),
        ("PHA_SH", "dsg_frm_cd", "剤形コード", "dispensing"),
    ],
)
def test_codes_are_as_frequent_as_the_catalogue_says(
    month: Path, name: str, column: str, system: str, stratum: str
) -> None:
    assert_shares(read(month, name)[column].drop_nulls(), shares(system, stratum))


@pytest.mark.parametrize(
    ("name", "stratum"),
    [
        ("MED_INI_RE", "inpatient"),
        ("MED_GAI_RE", "outpatient"),
        ("DPC_RE", "dpc"),
        ("PHA_RE", "dispensing"),
        ("PHA_RE_GAI", "outpatient"),
    ],
)
def test_ages_and_sexes_of_every_kind_of_receipt(month: Path, name: str, stratum: str) -> None:
    """By classes of age and sex, and together: the sexes have the same ages."""
    receipts = read(month, name).unique("seq2_no")
    ages, sexes = shares("年齢階級コード", stratum), shares("男女区分コード", stratum)
    assert_shares(receipts["age_hier_cd"], ages)
    assert_shares(receipts["sex_div"], sexes)
    both = {f"{age}/{sex}": a * s for age, a in ages.items() for sex, s in sexes.items()}
    assert_shares(receipts.select(pl.concat_str("age_hier_cd", "sex_div", separator="/")).to_series(), both)


def test_the_catalogue_has_the_published_ages_and_sexes() -> None:
    """Persons of one sampling month by decade of age, and men, as counted in public (DATA-5)."""
    published = [88_131, 44_582, 48_055, 73_437, 78_215, 100_586, 174_523, 203_970, 168_257]
    for stratum in ("inpatient", "outpatient", "dpc", "dispensing"):
        decades = [0.0] * 9
        for code, share in shares("年齢階級コード", stratum).items():
            youngest = int(code) - 200 if int(code) < 210 else (int(code) - 208) * 5
            decades[min(youngest // 10, 8)] += share
        assert decades == pytest.approx([count / sum(published) for count in published], abs=0.001)
        assert shares("男女区分コード", stratum)["1"] == pytest.approx(431_386 / 979_756, abs=0.001)


@pytest.mark.parametrize(("name", "last"), [("202201", 31), ("202204", 30), ("202207", 31), ("202210", 31)])
def test_every_sampling_month_has_its_days(tmp_path: Path, name: str, last: int) -> None:
    wanted = ["MED_INI_SI", "MED_GAI_SI", "DPC_CD", "DPC_RE", "DPC_GA", "PHA_CZ"]
    synthesise(choose_tables(tables_of("trial"), wanted), name, 300, 1, tmp_path)
    for table in ("MED_INI_SI", "MED_GAI_SI"):
        frame = read(tmp_path, table)
        counts = frame.select(pl.col("^days.._info$").cast(pl.Int64))
        done = {int(column[4:6]) for column in counts.columns if counts[column].null_count() < frame.height}
        assert done == set(range(1, last + 1))
        assert (counts.sum_horizontal() == frame["times"].cast(pl.Int64)).all()
    days = {f"{name}{day:02}" for day in range(1, last + 1)}
    assert set(read(tmp_path, "DPC_CD")["oprtn_ymd"]) == days
    dispensed = set(read(tmp_path, "PHA_CZ")["dspng_ymd"])
    assert dispensed <= days
    assert max(dispensed) == max(days)
    receipts = read(tmp_path, "DPC_RE")
    assert set(receipts["prac_ym"]) == {name}
    assert (receipts["hostz_ymd"] <= f"{name}{last}").all()
    assert set(read(tmp_path, "DPC_GA")["stay_out"].str.len_chars()) == {last}


def test_daily_counts_are_mostly_empty_and_sum_to_times(month: Path) -> None:
    frame = read(month, "MED_INI_SI")
    days = [name for name in frame.columns if name.startswith("days")]
    assert len(days) == 31
    counts = frame.select(pl.col(days).cast(pl.Int64))
    assert (counts.sum_horizontal() == frame["times"].cast(pl.Int64)).all()
    assert frame["times"].cast(pl.Int64).min() == 1
    assert counts["days31_info"].null_count() == frame.height  # April has 30 days
    empty = sum(counts[name].null_count() for name in days) / (frame.height * 31)
    assert 0.8 < empty < 0.97
    first = frame.group_by("seq2_no", maintain_order=True).first()
    assert first["prac_ident"].null_count() == 0
    assert frame["prac_ident"].null_count() > frame.height / 2


def test_rare_codes_are_masked_at_their_shares(tmp_path: Path, month: Path) -> None:
    synthesise(choose_tables(tables_of("trial"), ["DPC_BU"]), "202204", 100_000, 1, tmp_path)
    masked = (read(tmp_path, "DPC_BU")["diag_grp_cls_no"] == "9" * 14).mean()
    assert masked == pytest.approx(0.001, abs=0.0005)
    hidden = read(month, "MED_INI_SI").filter(pl.col("prac_act_cd") == "9" * 9)
    assert 0 < hidden.height < 40
    assert hidden["score"].null_count() == hidden.height


def test_what_was_not_made_here_is_not_written_over(tmp_path: Path) -> None:
    """A fetched file has the name of an invented one; also one that somebody changed is his."""
    tables = choose_tables(tables_of("trial"), ["DPC_BU", "DPC_RE"])
    synthesise(tables, "202204", 5, 1, tmp_path)
    (again,) = synthesise(tables[:1], "202204", 7, 2, tmp_path)  # its own files it replaces
    assert again.rows == again.path.read_bytes().count(b"\n")
    again.path.write_bytes(again.path.read_bytes() + b"mine\n")
    with pytest.raises(Refused, match=again.path.name) as caught:
        synthesise(tables, "202204", 5, 1, tmp_path)
    assert len(caught.value.problems) == 1
    assert again.path.read_bytes().endswith(b"mine\n")

    fetched = tmp_path / "fetched"
    fetched.mkdir()
    (fetched / "TRIAL_MED_INI_SY.csv").write_bytes(b"real\n")
    with pytest.raises(Refused, match=r"TRIAL_MED_INI_SY\.csv"):
        synthesise(tables, "202204", 5, 1, fetched)  # not even other names: real and invented would stand together
    assert [path.name for path in fetched.iterdir()] == ["TRIAL_MED_INI_SY.csv"]


def test_an_interrupted_run_may_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = choose_tables(tables_of("trial"), ["DPC_BU", "DPC_RE"])
    whole = synthesise(tables, "202204", 5, 1, tmp_path / "whole")

    def stop(*_paths: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "copyfile", stop)
    with pytest.raises(KeyboardInterrupt):
        synthesise(tables, "202204", 9, 1, tmp_path / "cut")
    monkeypatch.undo()
    again = synthesise(tables, "202204", 5, 1, tmp_path / "cut")
    assert [one.path.read_bytes() for one in again] == [one.path.read_bytes() for one in whole]
    assert {path.name for path in (tmp_path / "cut").iterdir()} == {
        NOTE,
        *(name for table in tables for name in (table.csv_name, table.sql_name)),
    }


@pytest.mark.parametrize(("month", "receipts"), [("202205", 1), ("2022-04", 1), ("202204", 0)])
def test_wrong_wishes(tmp_path: Path, month: str, receipts: int) -> None:
    with pytest.raises(BadInput):
        synthesise(tables_of("trial"), month, receipts, 1, tmp_path)


@pytest.mark.parametrize("table", tables_of("trial"), ids=lambda table: table.name)
def test_rows_per_receipt(month: Path, table: Table) -> None:
    """As the catalogue says; linked dispensing stands for a share of the outpatient receipts."""
    receipts = RECEIPTS * (LINKED_SHARE if table.point_table == LINKED else 1)
    frame = read(month, table.name)
    wanted = table.rows_per_receipt * receipts
    spare = 5 * table.rows_per_receipt * receipts**0.5 + 5
    assert abs(frame.height - wanted) < max(spare, 0.03 * wanted)
    always = [c.name for c in table.layout.columns if not c.nullable]
    assert frame.select(pl.col(always).null_count().sum()).transpose().sum().item() == 0


def test_linked_dispensing_joins_outpatient_receipts(month: Path) -> None:
    outpatients, linked = read(month, "MED_GAI_RE"), read(month, "PHA_RE_GAI")
    both = linked.join(outpatients, on="seq2_no", suffix="_out")
    assert both.height == linked.height
    assert (
        both.filter(
            (pl.col("sex_div") != pl.col("sex_div_out")) | (pl.col("age_hier_cd") != pl.col("age_hier_cd_out"))
        ).height
        == 0
    )
    assert read(month, "PHA_RE").join(outpatients, on="seq2_no").height == 0


def test_records_of_a_prescription_stand_in_order(month: Path) -> None:
    numbers = []
    for record in ("SH", "CZ", "IY"):
        frame = read(month, f"PHA_{record}").select("seq2_no", pl.col("seq1_no").cast(pl.Int64), "rec_ident_info")
        assert frame.unique(["seq2_no", "seq1_no"]).height == frame.height
        numbers.append(frame)
    order = pl.concat(numbers).sort("seq2_no", "seq1_no")
    assert order.group_by("seq2_no", maintain_order=True).first()["rec_ident_info"].unique().to_list() == ["SH"]
    after = order.filter(pl.col("rec_ident_info").shift() == "SH")
    assert after.filter(pl.col("seq2_no") == pl.col("seq2_no"))["rec_ident_info"].unique().to_list() == ["CZ"]


def test_coding_repeats_procedures_and_drugs_day_by_day(month: Path) -> None:
    coded = read(month, "DPC_CD").with_columns(day=pl.col("oprtn_ymd").str.slice(6).cast(pl.Int64))
    for record, code in (("SI", "prac_act_cd"), ("IY", "medicine_cd")):
        frame = read(month, f"DPC_{record}")
        days = [name for name in frame.columns if name.startswith("days")]
        each = frame.unpivot(days, index=["seq2_no", code]).drop_nulls("value")
        each = each.with_columns(day=pl.col("variable").str.slice(4, 2).cast(pl.Int64))
        found = coded.join(
            each.unique(["seq2_no", code, "day"]),
            left_on=["seq2_no", "rcpt_comp_sys_rec", "day"],
            right_on=["seq2_no", code, "day"],
            how="semi",
        )
        assert found.height >= each.unique(["seq2_no", code, "day"]).height
    assert read(month, "DPC_CD").height / RECEIPTS == pytest.approx(250, rel=0.06)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year")
    wanted = ["*_RE", "MED_SI", "MED_SY", "DPC_CD", "PHA_CZ", "TOKKEN_*", "THOKEN_*"]
    synthesise_panel(choose_tables(tables_of("panel"), wanted), Panel(2022, "all"), 2000, 1, folder)
    return folder


def test_people_of_a_panel_stay_the_same_all_year(year: Path) -> None:
    kinds = {kind: read(year, f"{kind}_RE", "panel") for kind in ("MED", "DPC", "PHA", "DEN")}
    seen = kinds["MED"]
    assert seen["id5"].n_unique() == 2000
    assert set(seen["id5"].str.len_chars()) == {64}
    assert seen["prac_ym"].unique().sort().to_list() == [
        *(f"2022{m:02}" for m in range(4, 13)),
        "202301",
        "202302",
        "202303",
    ]
    everyone = pl.concat(frame.select("id5", "sex_div", "birth_ym", "post_no_top2") for frame in kinds.values())
    assert everyone.unique().height == everyone["id5"].n_unique() == 2000
    assert seen.group_by("id5").len()["len"].mean() == pytest.approx(7.4, abs=0.8)
    assert seen["seq2_no"].n_unique() == seen.height
    born = pl.concat(frame.select("birth_ym", "prac_ym", pl.col("age").cast(pl.Int64)) for frame in kinds.values())
    assert (born["birth_ym"] <= born["prac_ym"]).all()
    april = 2022 * 12 + 4 - born["birth_ym"].str.slice(0, 4).cast(int) * 12 - born["birth_ym"].str.slice(4).cast(int)
    assert (born["age"] == april // 12).all()
    care = read(year, "MED_SI", "panel")
    assert care.join(seen, on=["seq2_no", "prac_ym"], how="anti").height == 0


def test_checkups_of_a_panel(year: Path) -> None:
    base = read(year, "TOKKEN_BASE", "panel")
    assert base["id5"].n_unique() == base.height > 300
    ages = base["age"].cast(pl.Int64)
    assert ages.is_between(40, 74).all()
    results = read(year, "TOKKEN_EXAM", "panel")
    assert results.join(base, on="seq1_no", how="anti").height == 0
    assert results.height == base.height * 20
    assert (results["val"].is_null() != results["value_cd"].is_null()).all()
    guided = read(year, "THOKEN_BASE", "panel")
    assert guided.join(base, on="id5", how="anti").height == 0


def test_the_inpatient_panel_has_been_in_hospital(tmp_path: Path) -> None:
    tables = choose_tables(tables_of("panel"), ["MED_RE", "DPC_RE"])
    synthesise_panel(tables, Panel(2022, "inpatient"), 300, 1, tmp_path)
    inside = pl.concat(read(tmp_path, f"{k}_RE", "panel").select("id5", "hostz_ymd") for k in ("MED", "DPC"))
    assert inside.drop_nulls("hostz_ymd")["id5"].n_unique() == 300


def test_a_panel_is_the_same_in_batches_of_any_size(tmp_path: Path) -> None:
    tables = choose_tables(tables_of("panel"), ["MED_RE", "DEN_SS", "TOKKEN_EXAM"])

    def digest(name: str, batch: int) -> dict[str, str]:
        made = synthesise_panel(tables, Panel(2023, "all"), 50, 1, tmp_path / name, batch=batch)
        return {one.table: "".join(sorted(one.path.read_text("utf-8").splitlines(keepends=True))) for one in made}

    assert digest("a", 1000) == digest("b", 7)


@pytest.mark.parametrize(("year", "kind", "persons"), [(2021, "all", 1), (2022, "some", 1), (2022, "all", 0)])
def test_wrong_wishes_for_a_panel(tmp_path: Path, year: int, kind: str, persons: int) -> None:
    with pytest.raises(BadInput):
        synthesise_panel(tables_of("panel"), Panel(year, kind), persons, 1, tmp_path)
