"""Publishing to and fetching from moto's S3."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.datasets import service
from provisioning.datasets.catalogue import choose_tables, read_catalogue, tables_of
from provisioning.datasets.definitions import definition
from provisioning.datasets.inspection import Inspection, inspect_folder
from provisioning.datasets.manifests import parse_manifest, published_manifest, published_months, read_manifest
from provisioning.datasets.service import Publication
from provisioning.datasets.synthetic.people import Panel
from provisioning.datasets.synthetic.writing import synthesise, synthesise_panel
from provisioning.errors import BadInput, DependencyFailed, Refused

MONTH = "202204"
PREFIX = "shareData/trialData/202204/"
ROWS = {"DPC_BU": b'1,A,BU,"x\ny",,,,\n', "DPC_RE": b"1,A,RE" + b"," * 30 + b"\n"}


def write(folder: Path, table: str, body: bytes) -> None:
    """A CSV with its DDL."""
    (one,) = choose_tables(tables_of("trial"), [table])
    folder.mkdir(exist_ok=True)
    (folder / one.csv_name).write_bytes(body)
    (folder / one.sql_name).write_text(definition(one), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for table, row in ROWS.items():
        write(tmp_path / "month", table, row * 3)
    return tmp_path / "month"


def inspected(folder: Path) -> Inspection:
    return inspect_folder(folder, read_catalogue())


class Publisher:
    """Publishes a folder as the operator."""

    def __init__(self, share: ObjectStore, audit: AuditLog, operator: Actor) -> None:
        self.share, self.audit, self.operator = share, audit, operator

    def __call__(self, folder: Path, **options: Any) -> Publication:
        return service.publish(self.share, self.audit, self.operator, inspected(folder), MONTH, **options)


@pytest.fixture
def publish(share: ObjectStore, audit: AuditLog, operator: Actor) -> Publisher:
    return Publisher(share, audit, operator)


def test_a_month_with_its_manifest_and_audit_entry(publish: Publisher, folder: Path) -> None:
    done = publish(folder)
    assert done.published
    keys = [item.key.removeprefix(PREFIX) for item in publish.share.list(PREFIX)]
    assert keys == ["TRIAL_DPC_BU.csv", "TRIAL_DPC_BU.sql", "TRIAL_DPC_RE.csv", "TRIAL_DPC_RE.sql", "manifest.json"]
    entry = published_manifest(publish.share, "trial", MONTH).files[0]
    body = (folder / "TRIAL_DPC_BU.csv").read_bytes()
    assert (entry.rows, entry.columns, entry.bytes, entry.layout) == (3, 8, len(body), "DPC_BU")
    assert entry.sha256 == hashlib.sha256(body).hexdigest()
    assert entry.ddl_sha256 == hashlib.sha256((folder / "TRIAL_DPC_BU.sql").read_bytes()).hexdigest()
    (noted,) = publish.audit.entries()
    assert (noted.act, noted.subject, noted.actor) == ("data.publish", "trial/202204", "operator:operator-1")
    manifest = publish.share.read(PREFIX + "manifest.json")
    assert noted.details["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()


def test_the_same_again_changes_nothing(publish: Publisher, folder: Path) -> None:
    publish(folder)
    before = publish.share.list(PREFIX)
    again = publish(folder)
    assert (again.published, again.uploaded) == (False, ())
    assert publish.share.list(PREFIX) == before
    assert len(publish.audit.entries()) == 1


def test_other_content_needs_replace(publish: Publisher, folder: Path) -> None:
    publish(folder)
    write(folder, "DPC_BU", ROWS["DPC_BU"] * 4)
    with pytest.raises(Refused, match=r"TRIAL_DPC_BU.csv: published: 3 rows.*here: 4 rows"):
        publish(folder)
    assert published_manifest(publish.share, "trial", MONTH).files[0].rows == 3
    assert publish(folder, replace=True).uploaded == ("TRIAL_DPC_BU.csv",)
    (folder / "TRIAL_DPC_RE.sql").write_text("CREATE TABLE x ();", encoding="utf-8")
    with pytest.raises(Refused, match=r"TRIAL_DPC_RE.sql: the published DDL is another one"):
        publish(folder)
    assert inspected(folder).warnings == ("TRIAL_DPC_RE.sql is not the DDL of this version's layout.",)


def test_tables_may_come_one_after_another(publish: Publisher, folder: Path, tmp_path: Path) -> None:
    publish(folder)
    write(tmp_path / "more", "MED_INI_SY", b"1,A,SY,,,,,,,\n")
    publish(tmp_path / "more")
    manifest = published_manifest(publish.share, "trial", MONTH)
    assert [entry.table for entry in manifest.files] == ["TRIAL_DPC_BU", "TRIAL_DPC_RE", "TRIAL_MED_INI_SY"]


def test_an_interrupted_publication_shows_nothing_and_is_repeated(
    publish: Publisher, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_file, sent = publish.share.put_file, []

    def broken(key: str, path: Path, **options: Any) -> Any:
        if len(sent) == 2:
            raise DependencyFailed("the network went away")
        sent.append(key)
        return put_file(key, path, **options)

    monkeypatch.setattr(publish.share, "put_file", broken)
    with pytest.raises(DependencyFailed):
        publish(folder)
    assert published_months(publish.share, "trial") == ()
    assert publish.audit.entries() == []
    with pytest.raises(Refused, match="is not published"):
        service.chosen_entries(publish.share, MONTH)
    monkeypatch.undo()
    done = publish(folder)
    assert done.standing == ("TRIAL_DPC_BU.sql", "TRIAL_DPC_BU.csv")
    assert published_months(publish.share, "trial") == (MONTH,)


def test_an_object_that_was_changed_behind_the_manifest_is_mended(publish: Publisher, folder: Path) -> None:
    publish(folder)
    publish.share.put_bytes(PREFIX + "TRIAL_DPC_BU.csv", b"other")
    done = publish(folder)
    assert (done.published, done.uploaded) == (False, ("TRIAL_DPC_BU.csv",))
    assert publish.share.read(PREFIX + "TRIAL_DPC_BU.csv") == (folder / "TRIAL_DPC_BU.csv").read_bytes()


def test_an_object_that_no_manifest_names_is_not_overwritten_unasked(publish: Publisher, folder: Path) -> None:
    """Put there by `aws s3 cp`, which tells no sha256, or left by a publication of other files."""
    csv, ddl = PREFIX + "TRIAL_DPC_BU.csv", PREFIX + "TRIAL_DPC_RE.sql"
    size = (folder / "TRIAL_DPC_BU.csv").stat().st_size
    publish.share.put_bytes(csv, b"x" * size)
    publish.share.put_bytes(ddl, b"", Metadata={"sha256": "0" * 64})
    with pytest.raises(Refused, match="does not know them") as caught:
        publish(folder)
    assert [problem.where for problem in caught.value.problems] == [csv, ddl]
    assert "--replace" in caught.value.fix
    assert publish.share.read(csv) == b"x" * size
    assert published_months(publish.share, "trial") == ()
    assert publish(folder, replace=True).published
    assert publish.share.read(csv) == (folder / "TRIAL_DPC_BU.csv").read_bytes()


def test_the_same_content_put_by_hand_is_taken_over(publish: Publisher, folder: Path) -> None:
    publish.share.put_bytes(PREFIX + "TRIAL_DPC_BU.csv", (folder / "TRIAL_DPC_BU.csv").read_bytes())
    done = publish(folder)
    assert done.published
    stored = publish.share.head(PREFIX + "TRIAL_DPC_BU.csv")
    assert stored
    assert stored.metadata == {"sha256": done.manifest.files[0].sha256}


def test_a_file_that_changes_after_it_was_checked_never_shows(publish: Publisher, folder: Path) -> None:
    inspection = inspected(folder)
    write(folder, "DPC_BU", ROWS["DPC_BU"] * 4)
    with pytest.raises(Refused, match="changed while it was being sent"):
        service.publish(publish.share, publish.audit, publish.operator, inspection, MONTH)
    assert [item.key for item in publish.share.list(PREFIX)] == [PREFIX + "TRIAL_DPC_BU.sql"]


@pytest.mark.parametrize("month", ["202205", "20220", "../../x", "202204/"])
def test_a_month_that_is_none(share: ObjectStore, audit: AuditLog, operator: Actor, folder: Path, month: str) -> None:
    with pytest.raises(BadInput):
        service.publish(share, audit, operator, inspected(folder), month)


def test_every_mistake_of_every_file_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    write(folder, "DPC_BU", ROWS["DPC_BU"] + b"1,A\n" + b"1,A,BU,,,,,,,\n")
    write(folder, "DPC_RE", b"\xef\xbb\xbf" + ROWS["DPC_RE"])
    write(folder, "MED_INI_SY", b"1,A,SY,,,,,,,\n")
    (folder / "TRIAL_MED_INI_SY.sql").unlink()
    (folder / "TRIAL_ZZ.csv").write_bytes(b"x\n")
    (folder / "TRIAL_MED_INI_SI.sql").write_bytes(b"x")
    with pytest.raises(BadInput) as caught:
        inspected(folder)
    assert {problem.where for problem in caught.value.problems} == {
        "TRIAL_DPC_BU.csv:3",
        "TRIAL_DPC_BU.csv:4",
        "TRIAL_DPC_RE.csv:1",
        "TRIAL_MED_INI_SY.csv",
        "TRIAL_ZZ.csv",
        "TRIAL_MED_INI_SI.sql",
    }


def test_files_that_are_no_csv_are_named_with_what_they_are(tmp_path: Path) -> None:
    """All of them at once, also those whose names say it; none is taken for thousands of bad records."""
    folder = tmp_path / "bad"
    write(folder, "DPC_BU", b"PK\x03\x04" + b"x,\n\0" * 1000)
    write(folder, "DPC_RE", gzip.compress(ROWS["DPC_RE"]))
    write(folder, "MED_INI_SY", "1,A,SY,,,,,,,\n".encode("utf-16"))
    write(folder, "MED_INI_SI", b"\xef\xbb\xbf1,A,SI" + b"," * 43 + b"\n")
    for name in ("TRIAL_DPC_SB.xlsx", "TRIAL_DPC_SK.csv.gz", "trial_dpc_ga.CSV", "notes.txt"):
        (folder / name).write_bytes(b"x")
    with pytest.raises(BadInput) as caught:
        inspected(folder)
    told = {problem.where: (problem.what, problem.fix) for problem in caught.value.problems}
    assert told["TRIAL_DPC_BU.csv"] == ("the file is no CSV, but XLSX, ZIP", "save it as CSV in UTF-8")
    assert told["TRIAL_DPC_RE.csv"] == ("the file is no CSV, but gzip", "unpack it first: gunzip")
    assert told["TRIAL_MED_INI_SY.csv"][0] == "the file is no CSV, but UTF-16"
    assert "byte order mark" in told["TRIAL_MED_INI_SI.csv:1"][0]
    assert "TRIAL_DPC_SB.csv" in told["TRIAL_DPC_SB.xlsx"][0]
    assert "unpacked" in told["TRIAL_DPC_SK.csv.gz"][1]
    assert "TRIAL_DPC_GA.csv" in told["trial_dpc_ga.CSV"][0]
    assert len(told) == 7


def test_a_folder_without_data(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no CSV"):
        inspected(tmp_path)
    with pytest.raises(BadInput, match="is no folder"):
        inspected(tmp_path / "none")


def test_fetching_is_verified_and_not_repeated(publish: Publisher, folder: Path, tmp_path: Path) -> None:
    publish(folder)
    target = tmp_path / "here"
    entries = service.chosen_entries(publish.share, MONTH, ["DPC_BU"])
    assert service.fetch(publish.share, MONTH, entries, target).fetched == ("TRIAL_DPC_BU.sql", "TRIAL_DPC_BU.csv")
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {
        name: (folder / name).read_bytes() for name in ("TRIAL_DPC_BU.csv", "TRIAL_DPC_BU.sql")
    }
    again = service.fetch(publish.share, MONTH, entries, target)
    assert (again.fetched, again.bytes) == ((), 0)
    (target / "TRIAL_DPC_BU.csv").write_bytes(b"half")
    publish.share.put_bytes(PREFIX + "TRIAL_DPC_BU.csv", b"other")
    with pytest.raises(Refused, match="is not what was published"):
        service.fetch(publish.share, MONTH, entries, target)
    assert sorted(path.name for path in target.iterdir()) == ["TRIAL_DPC_BU.csv", "TRIAL_DPC_BU.sql"]
    assert (target / "TRIAL_DPC_BU.csv").read_bytes() == b"half"


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"files": 1}, {"files": [{"name": "x"}]}, {"month": None, "files": [{}]}],
)
def test_a_manifest_that_is_none(change: dict[str, Any]) -> None:
    good = {"version": 1, "dataset": "trial", "month": MONTH, "files": []}
    assert parse_manifest(json.dumps(good).encode()).files == ()
    with pytest.raises(DependencyFailed):
        parse_manifest(json.dumps({**good, **change}).encode())


def test_names_in_a_manifest_stay_in_their_folder(publish: Publisher, folder: Path) -> None:
    publish(folder)
    body = publish.share.read(PREFIX + "manifest.json").replace(b"TRIAL_DPC_BU.csv", b"../../escape.csv")
    with pytest.raises(DependencyFailed, match="escape"):
        parse_manifest(body)


def test_a_store_that_is_gone(make_bucket: Any, aws: Any) -> None:
    with pytest.raises(DependencyFailed):
        read_manifest(ObjectStore(aws, "nosuchbucket"), "trial", MONTH) or published_months(
            ObjectStore(aws, "nosuchbucket"), "trial"
        )


def test_a_synthetic_month_is_publishable(tmp_path: Path) -> None:
    made = synthesise(tables_of("trial"), MONTH, 20, 3, tmp_path)
    found = inspected(tmp_path)
    assert {entry.table: entry.rows for entry in found.entries} == {one.table: one.rows for one in made}
    assert found.warnings == ()


def test_a_panel_has_folders_of_its_own(share: ObjectStore, audit: AuditLog, operator: Actor, tmp_path: Path) -> None:
    tables = choose_tables(tables_of("panel"), ["TOKKEN_BASE", "DEN_RE"])
    for kind in ("all", "inpatient"):
        synthesise_panel(tables, Panel(2022, kind), 60, 3, tmp_path / kind)
        inspection = inspect_folder(tmp_path / kind, tables_of("panel"))
        assert inspection.warnings == ()
        service.publish(share, audit, operator, inspection, f"2022/{kind}", dataset="panel")
    assert published_months(share, "panel") == ("2022/all", "2022/inpatient")
    assert published_months(share, "trial") == ()
    prefix, (entry,) = service.panel_entries(share, 2022, "inpatient", ["TOKKEN_*"])
    assert (prefix, entry.table) == ("shareData/panelData/2022/inpatient/", "PANEL_TOKKEN_BASE")
    assert entry.layout_version == tables[-1].layout.version
    done = service.fetch(share, "2022/inpatient", [entry], tmp_path / "here", dataset="panel")
    assert done.fetched == ("PANEL_TOKKEN_BASE.sql", "PANEL_TOKKEN_BASE.csv")
    for edition in ("2021/all", "2022/some", "2022", "../all", "2022/all/"):
        with pytest.raises(BadInput):
            service.chosen_entries(share, edition, dataset="panel")


def test_two_publishers_at_once_lose_nothing(
    publish: Publisher, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another publication slips in between reading and writing the manifest: both stand afterwards."""
    write(tmp_path / "more", "MED_INI_SY", b"1,A,SY,,,,,,,\n")
    put, calls = publish.share.put_if_unchanged, []

    def late(key: str, body: bytes, etag: str | None, **extra: Any) -> bool:
        calls.append(etag)
        if len(calls) == 1:
            publish(tmp_path / "more")
        return put(key, body, etag, **extra)

    monkeypatch.setattr(publish.share, "put_if_unchanged", late)
    publish(folder)
    assert len(calls) == 3
    manifest = published_manifest(publish.share, "trial", MONTH)
    assert [entry.table for entry in manifest.files] == ["TRIAL_DPC_BU", "TRIAL_DPC_RE", "TRIAL_MED_INI_SY"]
    monkeypatch.setattr(publish.share, "put_if_unchanged", lambda *_a, **_k: False)
    write(folder, "DPC_BU", ROWS["DPC_BU"])
    with pytest.raises(Refused, match="at the same time"):
        publish(folder, replace=True)


def test_a_manifest_is_written_only_over_the_one_that_was_read(share: ObjectStore) -> None:
    assert share.put_if_unchanged("x", b"1", None)
    assert not share.put_if_unchanged("x", b"2", None)
    first = share.head("x")
    assert first
    assert share.put_if_unchanged("x", b"3", first.etag)
    assert not share.put_if_unchanged("x", b"4", first.etag)
    assert share.read("x") == b"3"


def test_a_fetch_goes_on_where_it_stopped(
    publish: Publisher, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "DPC_BU", ROWS["DPC_BU"] * 200_000)
    publish(folder)
    size = (folder / "TRIAL_DPC_BU.csv").stat().st_size
    entries = service.chosen_entries(publish.share, MONTH, ["DPC_BU"])
    chunks = publish.share.chunks

    def broken(key: str, **rest: Any) -> Any:
        for number, piece in enumerate(chunks(key, **rest)):
            if number == 2 and key.endswith(".csv"):
                raise DependencyFailed("the network went away")
            yield piece

    monkeypatch.setattr(publish.share, "chunks", broken)
    target = tmp_path / "here"
    with pytest.raises(DependencyFailed):
        service.fetch(publish.share, MONTH, entries, target)
    monkeypatch.undo()
    (left,) = target.glob(".*.part")
    arrived = left.stat().st_size
    assert 0 < arrived < size
    done = service.fetch(publish.share, MONTH, entries, target)
    assert done.bytes == size - arrived
    assert (target / "TRIAL_DPC_BU.csv").read_bytes() == (folder / "TRIAL_DPC_BU.csv").read_bytes()
    assert list(target.glob(".*.part")) == []


FETCH = """
import sys, time
from pathlib import Path
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.aws.sessions import Aws
from provisioning.datasets import service
share = ObjectStore(Aws("ap-northeast-1", endpoint=sys.argv[1]), sys.argv[2])
chunks = share.chunks
def slow(key, *rest, **more):
    for number, piece in enumerate(chunks(key, *rest, **more)):
        if number == 2 and key.endswith(".csv"):
            print("half", flush=True)
            time.sleep(60)
        yield piece
share.chunks = slow
service.fetch(share, sys.argv[3], service.chosen_entries(share, sys.argv[3], ["DPC_RE"]), Path(sys.argv[4]))
"""


def test_a_fetch_that_was_killed_goes_on_at_once(publish: Publisher, folder: Path, tmp_path: Path, aws: Aws) -> None:
    """kill -9, and the same again without delay; while it still runs, a second one is refused."""
    write(folder, "DPC_RE", ROWS["DPC_RE"] * 80_000)
    publish(folder)
    (entry,) = entries = service.chosen_entries(publish.share, MONTH, ["DPC_RE"])
    target = tmp_path / "here"
    target.mkdir()
    (target / f".{entry.name}.0123456789ab.part").write_bytes(b"of content that was replaced")
    asked = [sys.executable, "-c", FETCH, str(aws.endpoint), publish.share.bucket, MONTH, str(target)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stdout.readline() == "half\n"
        with pytest.raises(Refused, match="Another process is fetching"):
            service.fetch(publish.share, MONTH, entries, target)
        running.kill()
    arrived = (target / f".{entry.name}.{entry.sha256[:12]}.part").stat().st_size
    told: list[int] = []
    done = service.fetch(publish.share, MONTH, entries, target, told.append)
    assert arrived > 0
    assert done.bytes == entry.bytes - arrived
    assert sum(told) == entry.bytes
    assert sorted(path.name for path in target.iterdir()) == ["TRIAL_DPC_RE.csv", "TRIAL_DPC_RE.sql"]


def test_nothing_is_fetched_among_synthetic_files(publish: Publisher, folder: Path, tmp_path: Path) -> None:
    publish(folder)
    (made,) = synthesise(choose_tables(tables_of("trial"), ["DPC_BU"]), MONTH, 5, 1, tmp_path / "practice")
    before = made.path.read_bytes()
    with pytest.raises(Refused, match="holds synthetic data"):
        service.fetch(publish.share, MONTH, service.chosen_entries(publish.share, MONTH), made.path.parent)
    assert made.path.read_bytes() == before


def test_a_part_that_is_whole_already_is_not_fetched(publish: Publisher, folder: Path, tmp_path: Path) -> None:
    publish(folder)
    (entry,) = service.chosen_entries(publish.share, MONTH, ["DPC_BU"])
    target = tmp_path / "here"
    target.mkdir()
    (target / f".{entry.name}.{entry.sha256[:12]}.part").write_bytes((folder / entry.name).read_bytes())
    done = service.fetch(publish.share, MONTH, [entry], target)
    assert done.bytes == (folder / entry.ddl).stat().st_size
    assert (target / entry.name).read_bytes() == (folder / entry.name).read_bytes()


@pytest.mark.parametrize("left", [b"x" * 100, b"x" * 1_000_000])
def test_a_damaged_part_is_fetched_anew(publish: Publisher, folder: Path, tmp_path: Path, left: bytes) -> None:
    write(folder, "DPC_BU", ROWS["DPC_BU"] * 200)
    publish(folder)
    (entry,) = service.chosen_entries(publish.share, MONTH, ["DPC_BU"])
    target = tmp_path / "here"
    target.mkdir()
    (target / f".{entry.name}.{entry.sha256[:12]}.part").write_bytes(left)
    told: list[int] = []
    service.fetch(publish.share, MONTH, [entry], target, told.append)
    assert sum(told) == entry.bytes  # the bar ends at its end
    assert (target / entry.name).read_bytes() == (folder / entry.name).read_bytes()
    assert list(target.glob(".*.part")) == []
