"""Synthetic months: the same bytes for the same seed, and the shape that was asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl
import pytest

from provisioning.datasets.catalogue import choose_tables, read_catalogue
from provisioning.datasets.synthetic.dice import Dice, mix
from provisioning.datasets.synthetic.writing import synthesise
from provisioning.errors import BadInput

RECEIPTS = 4000


def read(folder: Path, name: str) -> pl.DataFrame:
    (table,) = choose_tables(read_catalogue(), [name])
    names = [column.name for column in table.layout.columns]
    frame = pl.read_csv(folder / table.csv_name, has_header=False, infer_schema=False, new_columns=names)
    assert frame.columns == names
    return frame


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month")
    synthesise(read_catalogue(), "202204", RECEIPTS, 1, folder)
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


def test_the_same_seed_gives_the_same_bytes_in_batches_of_any_size(tmp_path: Path) -> None:
    def digest(name: str, seed: int, batch: int, tables: tuple[str, ...] = ()) -> dict[str, str]:
        chosen = choose_tables(read_catalogue(), tables)
        made = synthesise(chosen, "202204", 100, seed, tmp_path / name, batch=batch)
        return {one.table: hashlib.sha256(one.path.read_bytes()).hexdigest() for one in made}

    whole = digest("a", 1, 1000)
    assert digest("b", 1, 7) == whole
    alone = digest("c", 1, 1000, ("MED_INI_SI",))
    assert alone == {"TRIAL_MED_INI_SI": whole["TRIAL_MED_INI_SI"]}
    other = digest("d", 2, 1000)
    assert not set(other.values()) & set(whole.values())


def test_files_are_as_hic_delivers_them(month: Path) -> None:
    for table in read_catalogue():
        body = (month / table.csv_name).read_bytes()
        assert not body.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in body
        assert not body.startswith(b"seq1_no")
        assert (month / table.sql_name).read_text(encoding="utf-8").startswith("-- ")


def test_receipts_join(month: Path) -> None:
    receipts = read(month, "DPC_RE")
    assert receipts.height == RECEIPTS
    assert receipts["seq2_no"].n_unique() == RECEIPTS
    groups = read(month, "DPC_BU")
    assert groups.join(receipts, on="seq2_no", how="anti").height == 0
    assert groups.height / RECEIPTS == pytest.approx(1.05, abs=0.02)
    one = groups.join(receipts, on="seq2_no")
    assert one.filter(pl.col("this_hostz_ymd") != pl.col("hostz_ymd")).height == 0
    procedures, diagnoses = read(month, "MED_INI_SI"), read(month, "MED_INI_SY")
    assert procedures.join(diagnoses, on="seq2_no", how="anti").height == 0
    assert procedures.join(receipts, on="seq2_no", how="semi").height == 0
    assert procedures.height / RECEIPTS == pytest.approx(38.074, rel=0.05)
    assert diagnoses.height / RECEIPTS == pytest.approx(11.35, rel=0.05)
    assert diagnoses.filter(pl.col("main_skwd") == "01").height == RECEIPTS


def test_people_have_the_shares_of_the_sample(month: Path) -> None:
    receipts = read(month, "DPC_RE")
    assert (receipts["sex_div"] == "1").mean() == pytest.approx(0.44, abs=0.03)
    assert (receipts["age_hier_cd"].cast(pl.Int64) >= 224).mean() == pytest.approx(0.172, abs=0.02)
    assert (receipts["age_hier_cd"].cast(pl.Int64) <= 209).mean() == pytest.approx(0.09, abs=0.02)
    assert set(receipts["prac_ym"]) == {"202204"}
    assert receipts["patient_name"].null_count() == RECEIPTS


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
    synthesise(choose_tables(read_catalogue(), ["DPC_BU"]), "202204", 100_000, 1, tmp_path)
    masked = (read(tmp_path, "DPC_BU")["diag_grp_cls_no"] == "9" * 14).mean()
    assert masked == pytest.approx(0.001, abs=0.0005)
    hidden = read(month, "MED_INI_SI").filter(pl.col("prac_act_cd") == "9" * 9)
    assert 0 < hidden.height < 60
    assert hidden["score"].null_count() == hidden.height


@pytest.mark.parametrize(("month", "receipts"), [("202205", 1), ("2022-04", 1), ("202204", 0)])
def test_wrong_wishes(tmp_path: Path, month: str, receipts: int) -> None:
    with pytest.raises(BadInput):
        synthesise(read_catalogue(), month, receipts, 1, tmp_path)
