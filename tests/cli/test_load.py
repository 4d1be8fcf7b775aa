"""The whole line on the command line: synthesise, publish, load into a real PostgreSQL."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress

from provisioning.approvals import names
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import TABLE, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.cli.load import Display
from provisioning.datasets.rules import month_folder
from provisioning.loading.model import Source
from tests.cli.conftest import Hic

MONTH = "202204"
TABLES = "DPC_BU,DPC_RE,MED_INI_SI,MED_INI_SY"
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def services(local_aws: Aws, postgres: dict[str, Any], hic_home: Path) -> None:
    """Both local services, made known as `hic local start` would."""
    path = hic_home / "services.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**known, "postgres": postgres}), encoding="utf-8")


@pytest.fixture
def published(
    hic: Hic,
    services: None,
    records: object,
    share: ObjectStore,
    aws: Aws,
    make_bucket: Callable[[str], ObjectStore],
    tmp_path: Path,
) -> Path:
    """A small month of four tables in the share bucket; the folder it came from."""
    make_bucket(names.audit_bucket(aws.account))
    folder = tmp_path / "month"
    assert hic("data", "synth", "--month", MONTH, "--receipts", 50, "--tables", TABLES, folder).code == 0
    done = hic("data", "publish", folder, "--month", MONTH)
    assert done.code == 0, done.err
    return folder


def test_a_month_goes_from_nothing_to_tables(hic: Hic, published: Path, database: str, query: Query) -> None:
    ran = hic("--json", "load", "trial", "--month", MONTH, "--database", database)
    assert ran.code == 0, ran.err
    assert {t["table"] for t in ran.data["tables"]} == {
        "trial_dpc_bu",
        "trial_dpc_re",
        "trial_med_ini_si",
        "trial_med_ini_sy",
    }
    for one in ran.data["tables"]:
        lines = (published / f"{one['table'].upper()}.csv").read_bytes().count(b"\n")
        counted = query(f"SELECT count(*) FROM sample.{one['table']}")  # noqa: S608
        assert (one["status"], one["rows"], counted) == ("loaded", lines, [(lines,)])
    assert ran.data["rows_loaded"] == ran.data["rows_verified"] == sum(t["rows"] for t in ran.data["tables"])
    assert ran.err == ""


def test_tables_of_a_point_table_join(hic: Hic, published: Path, database: str, query: Query) -> None:
    assert hic("load", "trial", "--month", MONTH, "--tables", "DPC_*", "--database", database).code == 0
    orphans = query(
        "SELECT count(*) FROM sample.trial_dpc_bu b LEFT JOIN sample.trial_dpc_re r USING (seq2_no)"
        " WHERE r.seq2_no IS NULL"
    )
    assert orphans == [(0,)]
    assert query("SELECT count(*) FROM pg_tables WHERE schemaname = 'sample'") == [(2,)]


def test_a_second_run_skips_what_stands(hic: Hic, published: Path, database: str) -> None:
    arguments = ("--json", "load", "trial", "--month", MONTH, "--database", database)
    first, second = hic(*arguments), hic(*arguments)
    assert second.code == 0
    assert {t["status"] for t in second.data["tables"]} == {"skipped"}
    assert second.data["rows_loaded"] == 0
    assert [t["rows"] for t in second.data["tables"]] == [t["rows"] for t in first.data["tables"]]
    told = hic("--json", "load", "status", "--database", database).data["tables"]
    assert [(t["table"], t["stands"]) for t in told] == [
        (t["table"], True) for t in sorted(first.data["tables"], key=lambda t: str(t["table"]))
    ]


def test_other_content_is_refused_and_replaced_on_demand(
    hic: Hic, published: Path, database: str, query: Query
) -> None:
    load = ("--json", "load", "trial", "--month", MONTH, "--tables", "DPC_BU", "--database", database)
    assert hic(*load).code == 0
    assert (
        hic("data", "synth", "--month", MONTH, "--receipts", 60, "--seed", 2, "--tables", TABLES, published).code == 0
    )
    assert hic("data", "publish", published, "--month", MONTH).code == 1
    assert hic("data", "publish", published, "--month", MONTH, "--replace").code == 0
    refused = hic(*load)
    assert refused.code == 1
    assert "holds another CSV" in refused.err
    replaced = hic(*load, "--replace")
    assert replaced.code == 0, replaced.err
    assert [t["status"] for t in replaced.data["tables"]] == ["replaced"]
    assert query("SELECT count(*) FROM sample.trial_dpc_bu") == [(replaced.data["rows_loaded"],)]


def test_an_object_replaced_behind_the_manifest_is_not_loaded(
    hic: Hic, published: Path, share: ObjectStore, database: str, query: Query
) -> None:
    key = month_folder("trial", MONTH) + "TRIAL_DPC_BU.csv"
    body = share.read(key)
    share.put_bytes(key, body.replace(b",BU,", b",XX,", 1))
    ran = hic("load", "trial", "--month", MONTH, "--tables", "DPC_BU", "--database", database)
    assert ran.code == 1
    assert "was expected" in ran.err
    share.put_bytes(key, body + body.splitlines(keepends=True)[0])
    ran = hic("load", "trial", "--month", MONTH, "--tables", "DPC_BU", "--database", database)
    assert f"{len(body.splitlines()) + 1} records came, " in ran.err
    assert query("SELECT to_regclass('sample.trial_dpc_bu')") == [(None,)]
    assert query("SELECT count(*) FROM hic.loads") == [(0,)]


def test_a_local_file_is_loaded_with_its_ddl(hic: Hic, published: Path, database: str) -> None:
    ran = hic("--json", "load", "file", published / "TRIAL_DPC_RE.csv", "--database", database, "--schema", "mine")
    assert ran.code == 0, ran.err
    lines = (published / "TRIAL_DPC_RE.csv").read_bytes().count(b"\n")
    assert [(t["table"], t["rows"]) for t in ran.data["tables"]] == [("trial_dpc_re", lines)]
    again = hic("--json", "load", "file", published / "TRIAL_DPC_RE.csv", "--database", database, "--schema", "mine")
    assert again.data["tables"][0]["status"] == "skipped"


def test_months_of_csv_and_ddl_that_differ_are_pointed_out(
    hic: Hic, published: Path, database: str, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    assert hic("data", "synth", "--month", "202304", "--receipts", 5, "--tables", TABLES, other).code == 0
    assert hic("data", "publish", other, "--month", "202304").code == 0
    ran = hic(
        "--json",
        "load",
        "trial",
        "--month",
        MONTH,
        "--ddl-month",
        "202304",
        "--tables",
        "DPC_BU",
        "--database",
        database,
    )
    assert ran.code == 0
    assert "ENV-15" in ran.data["warnings"][0]


def test_names_are_checked_before_anything_is_asked(hic: Hic, hic_home: Path) -> None:
    ran = hic("load", "trial", "--month", MONTH, "--schema", "Sample")
    assert (ran.code, "ENV-13" in ran.err) == (2, True)
    assert hic("load", "trial", "--month", MONTH, "--schema", "hic").code == 1
    ran = hic("load", "status")
    assert (ran.code, "hic local start" in ran.err) == (3, True)


def test_what_cannot_be_found(hic: Hic, published: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = hic("load", "trial", "--month", "202304")
    assert (ran.code, "202204" in ran.err) == (1, True)
    ran = hic("load", "trial", "--month", MONTH, "--tables", "DPC_XX")
    assert (ran.code, "DPC_XX" in ran.err) == (2, True)
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "1")
    ran = hic("load", "trial", "--month", MONTH, "--database", database)
    assert (ran.code, "PostgreSQL" in ran.err) == (3, True)


def test_bad_rows_are_refused_then_written_apart(hic: Hic, published: Path, database: str, tmp_path: Path) -> None:
    csv_path, bad = published / "TRIAL_DPC_BU.csv", tmp_path / "bad.csv"
    with csv_path.open("ab") as stream:
        stream.write(b"too,few\n")
    arguments = ("load", "file", csv_path, "--database", database, "--jobs", 2)
    refused = hic(*arguments)
    assert (refused.code, "1 bad rows; nothing of it was loaded" in refused.err) == (2, True)
    loaded = hic("--json", *arguments, "--reject-to", bad)
    assert loaded.code == 0, loaded.err
    assert (loaded.data["rows_rejected"], loaded.data["tables"][0]["rejected"]) == (1, 1)
    assert "too,few" in bad.read_text(encoding="utf-8")
    assert hic("--json", "load", "status", "--database", database).data["tables"][0]["rejected"] == 1


def test_a_second_month_in_the_same_tables(
    hic: Hic, published: Path, database: str, tmp_path: Path, query: Query
) -> None:
    other = tmp_path / "202207"
    assert hic("data", "synth", "--month", "202207", "--receipts", 20, "--tables", "DPC_RE", other).code == 0
    files = (published / "TRIAL_DPC_RE.csv", other / "TRIAL_DPC_RE.csv")
    for path in (*files, files[1]):
        ran = hic("--json", "load", "file", path, "--append", "--index", "--database", database)
        assert ran.code == 0, ran.err
    assert ran.data["tables"][0]["status"] == "skipped"
    first, second = (path.read_bytes().count(b"\n") for path in files)
    assert query("SELECT count(*) FROM sample.trial_dpc_re") == [(first + second,)]
    assert query("SELECT count(*) FROM sample.trial_dpc_re_202207") == [(second,)]
    assert ("trial_dpc_re_202207_seq2_no_hic",) in query("SELECT indexname FROM pg_indexes WHERE schemaname = 'sample'")


def test_several_files_and_what_people_see(hic: Hic, published: Path, database: str, tmp_path: Path) -> None:
    ran = hic("load", "file", *sorted(published.glob("*.csv")), "--database", database)
    assert ran.code == 0, ran.err
    assert all(word in ran.out for word in ("sample.trial_dpc_bu", "loaded", "checked"))
    ran = hic("load", "file", *sorted(published.glob("*.csv")), "--ddl", "x.sql", "--database", database)
    assert (ran.code, "--ddl is for one CSV" in ran.err) == (2, True)


@pytest.mark.parametrize("schema", ["日本", 'a"b', "a; DROP SCHEMA x", "a'b", "a.b", "A", "", "pg_temp", "a" * 64])
def test_schema_names_that_may_not_be(hic: Hic, hic_home: Path, schema: str) -> None:
    ran = hic("load", "file", "x.csv", "--schema", schema)
    assert (ran.code, "ENV-13" in ran.err) == (2, True)


def test_a_manifest_that_is_gone_or_broken(hic: Hic, published: Path, share: ObjectStore, database: str) -> None:
    share.put_bytes(month_folder("trial", MONTH) + "manifest.json", b"{broken")
    ran = hic("load", "trial", "--month", MONTH, "--database", database)
    assert (ran.code, "manifest cannot be read" in ran.err) == (3, True)
    share.purge()
    ran = hic("load", "trial", "--month", MONTH, "--database", database)
    assert (ran.code, "202204 is not published" in ran.err) == (1, True)


def test_one_display_for_all_tables() -> None:
    screen = io.StringIO()
    bar = Progress(console=Console(file=screen, force_terminal=True, width=80))
    sources = [Source(name, f"{name}.csv", lambda: iter(()), "", "", size=10) for name in ("a", "b")]
    shown = Display(bar, sources)
    shown.started("a", 10)
    shown.moved("a", 6)
    assert [(task.description.strip(), task.completed) for task in bar.tasks] == [
        ("Loading, 0 of 2 tables", 6),
        ("a", 6),
    ]
    shown.ended("a", 10)
    shown.moved("b", 10)
    assert [(task.description, task.completed, task.total) for task in bar.tasks] == [
        ("Loading, 1 of 2 tables", 16, 20)
    ]


def test_the_plain_spelling_for_files(hic: Hic, published: Path, database: str, query: Query) -> None:
    csv_path = published / "TRIAL_DPC_RE.csv"
    arguments = (csv_path, "--ddl", csv_path.with_suffix(".sql"), "--database", database)
    ran = hic("--json", "load", *arguments)
    assert ran.code == 0, ran.err
    assert ran.data["tables"][0]["table"] == "trial_dpc_re"
    again = hic("--json", "load", "--schema", "sample", *arguments)
    assert again.data["tables"][0]["status"] == "skipped"
    assert "No such command" in hic("load", "everything").err


def test_loads_are_in_the_audit_chain(
    hic: Hic, published: Path, database: str, query: Query, audit: AuditLog, records: RecordStore
) -> None:
    load = ("--json", "--as", "researcher:a", "load", published / "TRIAL_DPC_RE.csv", "--database", database)
    first = hic(*load)
    (number,) = first.data["audit_entries"]
    entry = audit.entries()[-1]
    assert (entry.number, entry.act, entry.actor, entry.subject) == (number, "data.load", "researcher:a", database)
    (told,) = entry.details["tables"]
    one = first.data["tables"][0]
    assert (told["table"], told["sha256"], told["rows"]) == ("sample.trial_dpc_re", one["sha256"], one["rows"])
    assert hic(*load).data["audit_entries"] == []  # nothing new
    query("UPDATE hic.loads SET act = NULL")  # a run that was cut off before it could tell
    assert hic(*load).data["audit_entries"] == [number + 1]


def test_without_an_audit_record_the_next_load_tells(
    hic: Hic, published: Path, database: str, query: Query, aws: Aws, audit: AuditLog
) -> None:
    client = aws.client("dynamodb")
    known = {key: client.describe_table(TableName=TABLE)["Table"][key] for key in ("KeySchema", "AttributeDefinitions")}
    client.delete_table(TableName=TABLE)
    ran = hic("--json", "load", published / "TRIAL_DPC_RE.csv", "--database", database)
    assert ran.code == 0, ran.err
    assert "not in the audit record yet" in ran.data["warnings"][0]
    client.create_table(TableName=TABLE, BillingMode="PAY_PER_REQUEST", **known)
    bad = published / "TRIAL_DPC_BU.csv"
    bad.write_bytes(b"too,few\n")
    assert hic("load", bad, "--database", database).code == 2  # a load that fails tells of the others all the same
    assert [entry.details["tables"][0]["table"] for entry in audit.entries()] == ["sample.trial_dpc_re"]


def test_several_months_at_once(hic: Hic, published: Path, database: str, tmp_path: Path, query: Query) -> None:
    july = tmp_path / "july"
    assert hic("data", "synth", "--month", "202207", "--receipts", 20, "--tables", TABLES, july).code == 0
    assert hic("data", "publish", july, "--month", "202207").code == 0
    load = ("--json", "load", "trial", "--month", "2022*", "--tables", "DPC_RE", "--database", database)
    refused = hic(*load)
    assert (refused.code, "--append" in refused.err, "{month}" in refused.err) == (2, True, True)
    together = hic(*load, "--append", "--digest")
    assert together.code == 0, together.err
    assert [one["table"] for one in together.data["tables"]] == ["trial_dpc_re_202204", "trial_dpc_re_202207"]
    assert [one["columns_compared"] > 30 for one in together.data["tables"]] == [True, True]
    apart = hic(*load, "--schema", "trial_{month}")
    assert [one["schema"] for one in apart.data["tables"]] == ["trial_202204", "trial_202207"]
    first, second = ((folder / "TRIAL_DPC_RE.csv").read_bytes().count(b"\n") for folder in (published, july))
    assert query("SELECT count(*) FROM sample.trial_dpc_re") == [(first + second,)]
    assert query("SELECT count(*) FROM trial_202207.trial_dpc_re") == [(second,)]
