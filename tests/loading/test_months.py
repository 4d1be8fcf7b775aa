"""Several months of one table: parts that are seen through it, added, replaced and dropped alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from provisioning.errors import Refused
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Loaded, Source, Target
from tests.loading.conftest import CSV, DDL, source

Load = Callable[..., Loaded]
Query = Callable[..., list[tuple[Any, ...]]]
ALL = "SELECT seq2_no FROM sample.trial_x ORDER BY 1"


def july(csv: bytes = b"J,20220701,1\n", **changes: Any) -> Source:
    return source(csv, csv_month="202207", ddl_month="202207", **changes)


@pytest.mark.parametrize("ways", [{}, {"jobs": 2, "split_from": 0, "piece": 20}])
def test_a_month_more(load: Load, query: Query, ways: dict[str, Any]) -> None:
    first = load(source(csv_month="202204"), append=True)
    assert (first.status, first.table) == ("appended", "trial_x_202204")
    assert query("SELECT count(*) FROM ONLY sample.trial_x") == [(0,)]
    assert query("SELECT obj_description('sample.trial_x'::regclass)") == [("試験",)]
    done = load(july(size=1000), append=True, **ways)
    assert (done.status, done.table, done.rows) == ("appended", "trial_x_202207", 1)
    assert query("SELECT count(*) FROM sample.trial_x") == [(4,)]
    assert query("SELECT obj_description('sample.trial_x_202207'::regclass)") == [("試験",)]


def test_every_month_is_dropped_and_comes_back_alone(load: Load, query: Query) -> None:
    april = source(csv_month="202204")
    for one in (april, july()):
        load(one, append=True)
    query("DROP TABLE sample.trial_x_202204")
    assert query(ALL) == [("J",)]
    assert load(july(), append=True).status == "skipped"
    assert load(april, append=True).status == "appended"
    assert query("SELECT count(*) FROM sample.trial_x") == [(4,)]


def test_no_month_twice(load: Load, query: Query) -> None:
    load(source())
    load(july(), append=True)
    assert load(july(), append=True).status == "skipped"
    assert load(source(csv_month="202210"), append=True).status == "skipped"  # the same bytes, whatever it is called
    with pytest.raises(Refused, match="trial_x_202207 holds another CSV"):
        load(july(b"K,,\n"), append=True)
    assert query("SELECT count(*) FROM sample.trial_x") == [(4,)]


def test_a_month_is_replaced_and_dropped_alone(load: Load, query: Query) -> None:
    load(source(b"A,,\n"))
    load(july(), append=True)
    assert load(july(b"K,,\n"), append=True, replace=True).status == "appended"
    assert query(ALL) == [("A",), ("K",)]
    assert load(source(b"B,,\n"), replace=True).status == "replaced"  # the first month; July stays
    assert query(ALL) == [("B",), ("K",)]
    query("DROP TABLE sample.trial_x_202207")
    assert query(ALL) == [("B",)]
    assert load(july(), append=True).status == "appended"


def test_another_layout_is_no_part(load: Load, query: Query) -> None:
    load(source())
    with pytest.raises(Refused, match="The layouts differ"):
        load(july(ddl=DDL.replace("score smallint", "score integer")), append=True)
    assert query("SELECT to_regclass('sample.trial_x_202207')") == [(None,)]
    assert query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hic_load%'") == []


def test_status_tells_the_parts(load: Load, server: Server, target: Target) -> None:
    load(source())
    load(july(), append=True)
    assert [(one.entry.table, one.stands) for one in service.status(server, target)] == [
        ("trial_x", True),
        ("trial_x_202207", True),
    ]


def test_readers_go_on_while_a_table_is_replaced(
    load: Load, query: Query, postgres: dict[str, Any], database: str
) -> None:
    load(source())

    def read_meanwhile() -> Iterator[bytes]:
        yield b"Z,,\n" * 2
        with psycopg.connect(**postgres, dbname=database) as reader:
            reader.execute("SET lock_timeout = '1s'")
            assert reader.execute("SELECT count(*) FROM sample.trial_x").fetchone() == (3,)
        yield b"Z,,\n"

    ways = {"jobs": 2, "split_from": 0, "piece": 4}
    assert load(source(b"Z,,\n" * 3, chunks=read_meanwhile, size=9), replace=True, **ways).status == "replaced"
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]
    assert load(source(CSV, chunks=lambda: iter([CSV])), replace=True).rows == 3


def test_indexes_and_statistics(load: Load, query: Query) -> None:
    ddl = DDL.replace("score smallint", "score smallint, prac_act_cd char(9), burd_cd char(1)")
    csv_bytes = b"A,20220401,1,123456789,1\n" * 10
    load(source(csv_bytes, ddl), index=True)
    names = "SELECT indexname FROM pg_indexes WHERE schemaname = 'sample' ORDER BY 1"
    made = [("trial_x_prac_act_cd_hic",), ("trial_x_seq2_no_hic",)]
    assert query(names) == made
    assert query("SELECT reltuples::int FROM pg_class WHERE oid = 'sample.trial_x'::regclass") == [(10,)]
    assert load(source(csv_bytes, ddl), index=True).status == "skipped"
    assert query(names) == made


def test_indexes_of_one_table_are_made_on_several_connections(
    load: Load, query: Query, server: Server, target: Target
) -> None:
    service.prepare(server, target)
    query("CREATE TABLE public.made (pid int, name text)")
    query(
        "CREATE FUNCTION public.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05);"
        " INSERT INTO public.made SELECT pg_backend_pid(), object_identity FROM pg_event_trigger_ddl_commands(); END $$"
    )
    query("CREATE EVENT TRIGGER t ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.note()")
    codes = [f"c{number}_cd" for number in range(6)]
    ddl = DDL.replace("score smallint", "score text, " + ", ".join(f"{code} char(9)" for code in codes))
    many = source(b"A,20220401," + b",123456789" * 6 + b"\n", ddl, size=10_000)
    load(many, index=True, jobs=2, split_from=0)
    assert len(query("SELECT name FROM public.made")) == 7
    assert query("SELECT count(DISTINCT pid) > 1 FROM public.made") == [(True,)]
    load(many, index=True, jobs=2)  # nothing is missing any more
    assert query("SELECT count(*) FROM public.made") == [(7,)]


def test_an_index_that_cannot_be_made_is_told(load: Load, query: Query, server: Server, target: Target) -> None:
    service.prepare(server, target)
    query(
        "CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE 'no' USING ERRCODE = '42501'; END $$"
    )
    query("CREATE EVENT TRIGGER t ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.no()")
    with pytest.raises(Refused, match="may not do this"):
        load(source(), index=True, jobs=2)
    assert query("SELECT count(*) FROM sample.trial_x") == [(3,)]


def test_rows_are_frozen_at_once(load: Load, query: Query) -> None:
    load(source(), analyze=False)
    query("VACUUM (DISABLE_PAGE_SKIPPING) sample.trial_x")
    assert query("SELECT relallvisible = relpages FROM pg_class WHERE oid = 'sample.trial_x'::regclass") == [(True,)]
