"""No mart of halves: what the loaded tables must be before anything is made of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.clock import FixedClock
from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Target, Wishes
from provisioning.marts.model import Built, Mart
from provisioning.marts.rules import marts_of
from provisioning.marts.service import build
from provisioning.marts.sources import Sources, check_sources
from tests.loading.conftest import source
from tests.marts.conftest import Query

MARTS = (
    Mart("a", "x", ("trial_x",), "CREATE TABLE :MART.a AS SELECT seq2_no FROM :SC_NAME.trial_x"),
    Mart(
        "b",
        "x",
        ("trial_x", "trial_y"),
        "CREATE TABLE :MART.b AS SELECT seq2_no, y.score"
        " FROM :SC_NAME.trial_x JOIN :SC_NAME.trial_y AS y USING (seq2_no)",
    ),
)
PANEL = (Mart("p", "x", ("panel_re", "panel_ho"), "CREATE TABLE :MART.p AS SELECT 1 AS n"),)
Load = Callable[..., None]
Make = Callable[..., list[Built]]


def sources(*parts: str, present: str = "", filled: str = "", **noted: str) -> Sources:
    """Tables as they stand: the parts by name, each of the table before its first digit."""
    of = [(part[: next(n for n, sign in enumerate(part) if sign.isdigit()) - 1], part) for part in parts]
    wholes = {table for table, _part in of} | set(present.split())
    return Sources("s", frozenset(wholes), tuple(of), frozenset(filled.split()), noted, 0)


def test_each_table_that_lacks_a_month_is_named_with_its_command() -> None:
    half = sources("trial_x_202204", "trial_x_202207", "trial_x_202210", "trial_y_202207")
    with pytest.raises(BadInput) as caught:
        check_sources(half, MARTS, "--schema s")
    assert [str(problem) for problem in caught.value.problems] == [
        f"trial_y: nothing of {month}; needed by b"
        f" -> hic load trial --month {month} --append --schema s --tables TRIAL_Y"
        for month in ("202204", "202210")
    ]


def test_a_table_that_is_not_there_is_missing_in_every_month() -> None:
    with pytest.raises(BadInput) as caught:
        check_sources(sources("trial_x_202204", "trial_x_202207"), MARTS, "--schema s --database d")
    assert [problem.fix for problem in caught.value.problems] == [
        f"hic load trial --month {month} --append --schema s --database d --tables TRIAL_Y"
        for month in ("202204", "202207")
    ]
    with pytest.raises(BadInput) as caught:
        check_sources(sources(present="trial_x", filled="trial_x"), MARTS, "--schema s")
    assert [problem.fix for problem in caught.value.problems] == [
        "hic load trial --month YYYYMM --schema s --tables TRIAL_Y"
    ]
    with pytest.raises(BadInput) as caught:
        check_sources(sources("panel_re_2022_all", present="panel_ho"), PANEL, "--schema s")
    assert [problem.fix for problem in caught.value.problems] == [
        "hic load panel --year 2022 --kind all --append --schema s --tables PANEL_HO"
    ]
    own = Mart("c", "x", ("cohort",), "")
    with pytest.raises(BadInput) as caught:
        check_sources(sources(), [own], "--schema s")
    assert [str(problem) for problem in caught.value.problems] == ["cohort: not loaded; needed by c"]


def test_whole_months_go_through() -> None:
    whole = sources("trial_x_202204", "trial_y_202204", "trial_x_202207", "trial_y_202207")
    assert check_sources(whole, MARTS, "") == ["202204", "202207"]
    assert check_sources(sources(present="trial_x trial_y", filled="trial_x"), MARTS, "") == []
    assert check_sources(sources("panel_re_2022_all", "panel_ho_2022_all"), PANEL, "") == []


@pytest.mark.parametrize("ending", ["1a2b3c4d", "20220401", "202213", "p0", "2022_all", "２０２２04"])
def test_a_part_that_is_named_after_no_month_is_refused(ending: str) -> None:
    odd = Sources("s", frozenset(("trial_x",)), (("trial_x", f"trial_x_{ending}"),), frozenset(), {}, 0)
    with pytest.raises(Refused, match="Nobody knows") as caught:
        check_sources(odd, MARTS[:1], "")
    assert [problem.where for problem in caught.value.problems] == [f"s.trial_x_{ending}"]
    assert "folder named after its month" in caught.value.fix


@pytest.mark.parametrize("part", ["panel_re_202204", "panel_re_2022", "panel_re_2022_some", "other.panel_re_2022_all"])
def test_a_part_of_a_panel_says_year_and_kind(part: str) -> None:
    odd = Sources("s", frozenset(("panel_re",)), (("panel_re", part),), frozenset(), {}, 0)
    with pytest.raises(Refused, match="Nobody knows") as caught:
        check_sources(odd, PANEL, "")
    assert [problem.where for problem in caught.value.problems] == [part if "." in part else f"s.{part}"]
    assert "hic load panel" in caught.value.fix


def test_panels_of_several_years_are_not_mixed() -> None:
    both = sources("panel_re_2022_all", "panel_ho_2022_all", "panel_re_2023_all", "panel_ho_2023_all")
    with pytest.raises(Refused, match="2022_all, 2023_all") as caught:
        check_sources(both, PANEL, "")
    assert "--mart-schema mart_2022" in caught.value.fix
    with pytest.raises(Refused, match="2022_all, 2023_all"):
        check_sources(sources("panel_re_2022_all", "panel_ho_2023_all"), PANEL, "")
    beside = sources("panel_re_2023_all", "panel_ho_2023_all", filled="panel_re")
    with pytest.raises(Refused, match="panels as parts, and rows beside them") as caught:
        check_sources(beside, PANEL, "")
    assert [problem.where for problem in caught.value.problems] == ["s.panel_re"]


def test_tables_of_different_months_are_no_sources_of_one_mart() -> None:
    tables = "trial_x trial_y"
    mixed = sources(present=tables, filled=tables, trial_x="202204", trial_y="202207")
    with pytest.raises(Refused, match="different months") as caught:
        check_sources(mixed, MARTS, "")
    assert [str(problem) for problem in caught.value.problems] == ["s.trial_x: of 202204", "s.trial_y: of 202207"]
    assert check_sources(sources(present=tables, filled=tables, trial_x="202204"), MARTS, "") == []


@pytest.fixture
def server(postgres: dict[str, Any]) -> Server:
    """The server itself: these tables are small, and loaded by the tests."""
    return Server(**postgres)


@pytest.fixture
def load(server: Server, database: str, researcher: Actor, clock: FixedClock) -> Load:
    """Load rows of a table, of a month or of none, as `hic load` does."""

    def run(table: str, rows: bytes, month: str | None = None, append: bool = True) -> None:
        ddl = f"CREATE TABLE :SC_NAME.{table} (seq2_no text, score smallint);"
        one = source(rows, ddl, table=table, origin=f"{table}.csv", csv_month=month)
        service.load(server, Target(database, "sample"), [one], researcher, clock, Wishes(append=append))

    return run


@pytest.fixture
def make(server: Server, database: str) -> Make:
    """Build marts of what was loaded."""
    return lambda marts=MARTS, **more: build(lambda: server.connect(database), marts, "sample", "mart", **more)


def test_a_half_loaded_month_makes_no_mart_until_it_is_whole(load: Load, make: Make, query: Query) -> None:
    load("trial_x", b"A,1\n", "202204")
    load("trial_y", b"A,7\n", "202204")
    load("trial_x", b"A,2\nB,2\n", "202207")
    with pytest.raises(BadInput) as caught:
        make()
    (problem,) = caught.value.problems
    database = query("SELECT current_database()")[0][0]
    assert problem.fix == (
        f"hic load trial --month 202207 --append --schema sample --database {database} --tables TRIAL_Y"
    )
    assert query("SELECT to_regnamespace('mart'), to_regnamespace('mart__building')") == [(None, None)]
    load("trial_y", b"A,9\nB,8\n", "202207")
    assert [one.rows for one in make()] == [3, 3]
    assert query("SELECT month, seq2_no, score FROM mart.b ORDER BY 1, 2") == [
        ("202204", "A", 7),
        ("202207", "A", 9),
        ("202207", "B", 8),
    ]


def test_a_file_of_no_month_is_not_taken_for_one(load: Load, make: Make, query: Query) -> None:
    load("trial_x", b"A,1\n")
    load("trial_y", b"A,7\n")
    ((part,), (other,)) = query("SELECT tablename FROM pg_tables WHERE tablename ~ '^trial_._' ORDER BY 1")
    with pytest.raises(Refused, match="Nobody knows") as caught:
        make()
    assert [problem.where for problem in caught.value.problems] == [f"sample.{part}", f"sample.{other}"]
    query(f"DROP TABLE sample.{part}, sample.{other}")  # as the message says
    load("trial_x", b"A,1\n", "202204")
    load("trial_y", b"A,7\n", "202204")
    assert [one.rows for one in make()] == [1, 1]


def test_tables_of_two_months_without_parts(load: Load, make: Make) -> None:
    load("trial_x", b"A,1\n", "202204", append=False)
    load("trial_y", b"A,7\n", "202207", append=False)
    with pytest.raises(Refused, match="different months"):
        make()
    assert make(MARTS[:1])[0].rows == 1  # of one table alone


def test_a_folder_named_like_a_month_says_nothing_of_a_panel(load: Load, make: Make) -> None:
    load("panel_re", b"A,1\n", "202204", append=False)
    load("panel_ho", b"A,7\n", "202207", append=False)
    assert make(PANEL)[0].rows == 1


def test_a_table_that_is_empty_in_every_month_is_of_each(load: Load, make: Make) -> None:
    """The same bytes, none, are another month's all the same."""
    for month in ("202204", "202207"):
        load("trial_x", b"A,1\n" * int(month[-1]), month)
        load("trial_y", b"", month)
    assert [one.rows for one in make()] == [11, 0]


def test_parts_of_other_tables_are_seen_whole_beside_months(load: Load, make: Make, query: Query) -> None:
    for month in ("202204", "202207"):
        load("trial_x", month.encode() + b",1\n", month)
    query("CREATE TABLE sample.cohort (seq2_no text)")
    query("CREATE TABLE sample.cohort_1 () INHERITS (sample.cohort)")
    query("INSERT INTO sample.cohort_1 VALUES ('202204'), ('202207')")
    text = "CREATE TABLE :MART.c AS SELECT seq2_no FROM :SC_NAME.trial_x JOIN :SC_NAME.cohort USING (seq2_no)"
    assert make([Mart("c", "x", ("trial_x", "cohort"), text)])[0].rows == 2


def test_parts_in_other_schemas_and_of_parts(load: Load, make: Make, query: Query) -> None:
    load("trial_x", b"A,1\n", "202204")
    query("CREATE SCHEMA aside")
    query("CREATE TABLE aside.trial_x_202207 () INHERITS (sample.trial_x)")
    query("CREATE TABLE sample.half () INHERITS (sample.trial_x_202204)")
    with pytest.raises(Refused, match="Nobody knows") as caught:
        make(MARTS[:1])
    assert [problem.where for problem in caught.value.problems] == ["aside.trial_x_202207", "sample.half"]


def test_who_may_not_read_the_ledger_builds_all_the_same(
    load: Load, make: Make, query: Query, postgres: dict[str, Any], database: str
) -> None:
    load("trial_x", b"A,1\n", append=False)
    role = f"r_{database}"
    query(f"CREATE ROLE {role}")
    try:
        query(f"GRANT USAGE ON SCHEMA sample TO {role}; GRANT SELECT ON sample.trial_x TO {role}")
        query(f"GRANT CREATE ON DATABASE {database} TO {role}")
        server = Server(**postgres, options=f"-c role={role}")
        assert build(lambda: server.connect(database), MARTS[:1], "sample", "mart")[0].rows == 1
        query(f"REVOKE SELECT ON sample.trial_x FROM {role}")  # noqa: S608
        with pytest.raises(Refused, match="may not do this"):
            build(lambda: server.connect(database), MARTS[:1], "sample", "mart")
    finally:
        query(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_too_little_room_is_told_before(load: Load, make: Make, monkeypatch: pytest.MonkeyPatch, query: Query) -> None:
    load("trial_x", b"A,1\n" * 9, append=False)
    make(MARTS[:1])
    free = [10**9]
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free[0]))
    assert make(MARTS[:1])[0].rows == 9
    free[0] = 100  # less than the mart takes that stands
    with pytest.raises(Refused, match=r"the server's disk has 0\.0 GB left") as caught:
        make(MARTS[:1])
    assert "drop marts" in caught.value.fix
    assert query("SELECT count(*) FROM mart.a") == [(9,)]


def test_marts_of_hic_are_weighed_by_their_sources(
    load: Load, make: Make, monkeypatch: pytest.MonkeyPatch, query: Query
) -> None:
    marts = marts_of("panel")
    load("panel_x", b"A,1\n", append=False)
    for table in marts[0].needs:
        query(f"CREATE TABLE sample.{table} (n text)")
    query(f"INSERT INTO sample.{marts[0].needs[0]} SELECT md5(n::text) FROM generate_series(1, 5000) AS n")  # noqa: S608
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=10_000))
    with pytest.raises(Refused, match="disk has"):
        make(marts)


def test_the_server_s_faults_are_not_laid_on_the_sql(load: Load, make: Make, query: Query) -> None:
    load("trial_x", b"A,1\n", append=False)
    for raised, told, fix in (
        ("53100", "disk is full", "Make room"),
        ("55P03", "Another session uses the table", "wait for it"),
        ("57P01", "does not answer", "Check that it runs"),
        ("22012", r"a\.sql failed", "change the file"),
        ("54011", r"a\.sql failed", "change the file"),
    ):
        fail = f"DO $$ BEGIN RAISE 'no' USING ERRCODE = '{raised}'; END $$; CREATE TABLE :MART.a AS SELECT 1 AS n"
        with pytest.raises((DependencyFailed, Refused), match=told) as caught:
            make([Mart("a", "x", ("trial_x",), fail)])
        assert fix in caught.value.fix
    assert query("SELECT to_regclass('mart.a')") == [(None,)]
