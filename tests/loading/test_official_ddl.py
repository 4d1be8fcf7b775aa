"""DDL as operators write it: quoted names, psql's habits, Windows' line ends, CP932."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.errors import BadInput
from provisioning.loading.model import Loaded
from provisioning.loading.service import file_source
from tests.loading.conftest import CSV, source

Load = Callable[..., Loaded]
Query = Callable[..., list[tuple[Any, ...]]]
OFFICIAL = """\\set ON_ERROR_STOP on
\\encoding UTF8
/* 試験用: トライアル
   データ */
BEGIN;
SET client_encoding = 'UTF8'; -- as pg_dump has it
CREATE TABLE :"SC_NAME".trial_x (
    "seq2_no" varchar(20) NOT NULL, -- 通番2; 主
    day char(8) DEFAULT 'none',
    score smallint CHECK (score < 100)
);
COMMENT ON TABLE :SC_NAME.trial_x IS '試験; ''引用''';
\\echo :SC_NAME
COMMENT ON COLUMN :"SC_NAME"."trial_x"."seq2_no" IS '通番2 $$ :SC_NAME';
COMMIT;
"""


@pytest.mark.parametrize(("codec", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("cp932", "\r\n"), ("cp932", "\n")])
def test_everything_at_once(load: Load, query: Query, tmp_path: Path, codec: str, end: str) -> None:
    (tmp_path / "TRIAL_X.sql").write_bytes(OFFICIAL.replace("\n", end).encode(codec))
    (tmp_path / "TRIAL_X.csv").write_bytes(CSV)
    done = load(file_source(tmp_path / "TRIAL_X.csv", tmp_path / "TRIAL_X.sql"))
    assert (done.rows, done.warnings) == (3, ())
    told = query("SELECT obj_description('sample.trial_x'::regclass), col_description('sample.trial_x'::regclass, 1)")
    assert told == [("試験; '引用'", "通番2 $$ :SC_NAME")]
    assert query("SELECT sum(score) FROM sample.trial_x") == [(9,)]


def test_a_mistake_has_the_line_of_the_file(load: Load) -> None:
    with pytest.raises(BadInput) as caught:
        load(source(ddl=OFFICIAL.replace("smallint", "nosuchtype")))
    assert caught.value.problems[0].where == "TRIAL_X.sql:10"


@pytest.mark.parametrize("name", ["TRIAL_X", "Trial_X"])
@pytest.mark.parametrize("ways", [{}, {"append": True}])
def test_a_quoted_name_stands_under_that_of_its_file(load: Load, query: Query, name: str, ways: dict[str, Any]) -> None:
    ddl = OFFICIAL.replace('"trial_x"', "trial_x").replace("trial_x", f'"{name}"')
    done = load(source(ddl=ddl, csv_month="202204"), **ways)
    assert done.warnings == (f'the DDL calls the table "{name}"; it stands as trial_x, without quotes (ENV-12)',)
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]
    assert load(source(ddl=ddl, csv_month="202204"), **ways).status == "skipped"


def test_two_tables_of_one_name(load: Load, query: Query) -> None:
    with pytest.raises(BadInput, match="makes more than its table"):
        load(source(ddl=OFFICIAL.replace("COMMIT;", 'CREATE TABLE :SC_NAME."TRIAL_X" (a int); COMMIT;')))
    assert query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hic_load%'") == []


def test_a_view_of_the_name_is_no_table(load: Load) -> None:
    with pytest.raises(BadInput, match="does not make the table"):
        load(source(ddl="CREATE VIEW :SC_NAME.trial_x AS SELECT 1;"))
