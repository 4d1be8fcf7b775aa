"""No row twice, and nothing dropped that was not named: tables whose months are parts of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from provisioning.errors import Refused
from provisioning.loading.model import Loaded, Source
from tests.loading.conftest import CSV, DDL, source

Load = Callable[..., Loaded]
Query = Callable[..., list[tuple[Any, ...]]]
ROWS = "SELECT seq2_no FROM sample.trial_x ORDER BY 1"
NEWER = DDL + "COMMENT ON COLUMN :SC_NAME.trial_x.day IS '日';\n"


def april(csv: bytes = CSV, **changes: Any) -> Source:
    return source(csv, **{"csv_month": "202204", **changes})


@pytest.mark.parametrize("replace", [False, True])
def test_a_table_made_of_parts_takes_no_rows_of_its_own(load: Load, query: Query, replace: bool) -> None:
    load(april(), append=True)
    with pytest.raises(Refused, match=r"sample\.trial_x holds months") as caught:
        load(april(), replace=replace)
    assert "--append" in caught.value.fix
    assert "--replace" not in caught.value.fix
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]


@pytest.mark.parametrize("other", [{"csv": b"N,,\n"}, {"csv_month": None}])
def test_what_is_a_part_does_not_come_in_beside_it(load: Load, query: Query, other: dict[str, Any]) -> None:
    load(april(b"A,,\n"))
    load(source(csv_month="202207"), append=True)
    with pytest.raises(Refused, match=r"trial_x_202207 holds") as caught:
        load(source(**{"csv_month": "202207", **other}), replace=True)
    assert "--append" in caught.value.fix
    assert query("SELECT count(*) FROM sample.trial_x") == [(4,)]


def test_the_month_of_the_table_itself_is_not_added_to_it(load: Load, query: Query) -> None:
    load(april())
    for replace in (False, True):
        with pytest.raises(Refused, match=r"sample\.trial_x holds 202204") as caught:
            load(april(b"N,,\n"), append=True, replace=replace)
        assert "--replace" in caught.value.fix
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]


def test_an_older_ledger_knows_the_month_by_the_path(load: Load, query: Query) -> None:
    load(april(origin="s3://share/shareData/trialData/202204/TRIAL_X.csv"))
    query("ALTER TABLE hic.loads DROP COLUMN period")
    with pytest.raises(Refused, match=r"sample\.trial_x holds 202204"):
        load(april(b"N,,\n", origin="s3://share/shareData/trialData/202204/TRIAL_X.csv"), append=True)


def test_a_table_of_that_name_that_is_no_part_is_not_dropped(load: Load, query: Query) -> None:
    load(source(table="other", ddl=DDL.replace("trial_x", "other")))
    query("CREATE TABLE sample.trial_x_202204 (mine text)")
    with pytest.raises(Refused, match=r"sample\.trial_x_202204 exists, but hic did not load it"):
        load(april(), append=True)
    assert query("SELECT count(*) FROM sample.trial_x_202204") == [(0,)]
    assert load(april(), append=True, replace=True).status == "appended"


@pytest.mark.parametrize("whole", [True, False])
def test_a_part_that_was_taken_out_is_kept(load: Load, query: Query, whole: bool) -> None:
    load(april(), append=True)
    query("ALTER TABLE sample.trial_x_202204 NO INHERIT sample.trial_x")
    if not whole:
        query("DROP TABLE sample.trial_x")
    with pytest.raises(Refused, match=r"sample\.trial_x_202204 stands by itself"):
        load(april(), append=True)
    assert query("SELECT count(*) FROM sample.trial_x_202204") == [(3,)]
    assert load(april(), append=True, replace=True).status == "appended"
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]


def test_the_same_csv_with_a_corrected_ddl_is_not_skipped(load: Load, query: Query) -> None:
    load(april(), append=True)
    with pytest.raises(Refused, match="holds another DDL"):
        load(april(ddl=NEWER), append=True)
    assert load(april(ddl=NEWER), append=True, replace=True).status == "appended"
    assert query("SELECT col_description('sample.trial_x_202204'::regclass, 2)") == [("日",)]
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]
    with pytest.raises(Refused, match=r"sample\.trial_x_202204 holds that CSV"):
        load(source(csv_month="202207"), append=True)  # the same bytes, with the first DDL


def test_a_panel_is_known_by_year_and_kind(load: Load, query: Query) -> None:
    assert load(source(edition="2022_all"), append=True).table == "trial_x_2022_all"
    assert load(source(b"N,,\n", edition="2022_all"), append=True, replace=True).status == "appended"
    assert query(ROWS) == [("N",)]  # published anew: no second part
    assert load(source(b"M,,\n", edition="2023_all"), append=True).status == "appended"
    with pytest.raises(Refused, match="of another kind") as caught:
        load(source(b"I,,\n", edition="2023_inpatient"), append=True)
    assert "--schema" in caught.value.fix
    assert query(ROWS) == [("M",), ("N",)]


def test_what_has_no_month_cannot_replace_a_part(load: Load, query: Query) -> None:
    load(april(), append=True)
    with pytest.raises(Refused, match="which part it would replace"):
        load(source(b"N,,\n"), append=True, replace=True)
    assert load(source(b"N,,\n"), append=True).status == "appended"
    assert query("SELECT count(*) FROM sample.trial_x") == [(4,)]


@pytest.mark.parametrize("ways", [{}, {"append": True}])
def test_a_table_that_was_emptied_does_not_stand(load: Load, query: Query, ways: dict[str, Any]) -> None:
    done = load(april(), **ways)
    query(f"TRUNCATE sample.{done.table}")
    with pytest.raises(Refused, match=f"{done.table} was emptied") as caught:
        load(april(), **ways)
    assert "--replace" in caught.value.fix
    load(april(), replace=True, **ways)
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]
    assert load(april(), **ways).status == "skipped"


def test_a_table_with_a_part_is_looked_at_without_it(load: Load, query: Query) -> None:
    load(april())
    load(source(b"J,,\n", csv_month="202207"), append=True)
    assert load(april(), digest=True).compared == 3
    query("DELETE FROM ONLY sample.trial_x")
    with pytest.raises(Refused, match="trial_x was emptied"):
        load(april())


def test_the_whole_has_statistics_of_its_parts(load: Load, query: Query) -> None:
    load(april(), append=True)
    known = "SELECT count(*) FROM pg_stats WHERE schemaname = 'sample' AND attname = 'seq2_no' AND tablename = %s"
    assert query(known, "trial_x_202204") == [(1,)]
    assert query(known + " AND inherited", "trial_x") == [(1,)]


def test_statistics_without_an_index(load: Load, query: Query) -> None:
    known = "SELECT count(*) FROM pg_stats WHERE schemaname = 'sample' AND attname = 'seq2_no'"
    load(source(), analyze=False)
    assert query(known) == [(0,)]
    load(source(b"N,,\n"), replace=True)
    assert query(known) == [(1,)]


def test_a_csv_without_rows_is_that_of_each_month(load: Load, query: Query) -> None:
    for month in ("202204", "202207"):
        assert load(april(b"", csv_month=month), append=True).table == f"trial_x_{month}"
        assert load(april(b"", csv_month=month), append=True).status == "skipped"
    of_no_month = load(source(b""), append=True)
    assert (of_no_month.status, "no mart is made of it" in of_no_month.warnings[-1]) == ("appended", True)
    assert load(source(b""), append=True).status == "skipped"
    assert query("SELECT count(*) FROM pg_inherits WHERE inhparent = 'sample.trial_x'::regclass") == [(3,)]
