"""Where CSV and DDL come from: files of this machine, and published months."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.datasets.catalogue import choose_tables, read_catalogue, tables_of
from provisioning.datasets.inspection import inspect_folder
from provisioning.datasets.service import publish
from provisioning.datasets.synthetic.writing import synthesise
from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading.model import Loaded
from provisioning.loading.service import file_source, trial_sources
from tests.loading.conftest import CSV, DDL


def test_a_file_and_its_ddl(tmp_path: Path) -> None:
    csv, ddl = tmp_path / "202204" / "TRIAL_X.csv", tmp_path / "202304" / "TRIAL_X.sql"
    for path, body in ((csv, CSV), (ddl, b"\xef\xbb\xbf" + DDL.encode())):
        path.parent.mkdir()
        path.write_bytes(body)
    source = file_source(csv, ddl)
    assert (source.table, source.name, source.ddl, source.rows) == ("trial_x", "TRIAL_X.csv", DDL, None)
    assert (source.csv_month, source.ddl_month) == ("202204", "202304")
    assert b"".join(source.chunks()) == b"".join(source.chunks()) == CSV


def test_files_that_are_missing_or_no_text(tmp_path: Path) -> None:
    csv, ddl = tmp_path / "X.csv", tmp_path / "X.sql"
    csv.write_bytes(CSV)
    with pytest.raises(BadInput, match=r"X\.sql is no file"):
        file_source(csv, ddl)
    for strange in (b"\x81 ", DDL.encode("utf-16")):
        ddl.write_bytes(strange)
        with pytest.raises(BadInput, match="neither UTF-8 nor CP932"):
            file_source(csv, ddl)


def test_a_ddl_in_cp932(
    tmp_path: Path, load: Callable[..., Loaded], query: Callable[..., list[tuple[Any, ...]]]
) -> None:
    csv, ddl = tmp_path / "TRIAL_X.csv", tmp_path / "TRIAL_X.sql"
    csv.write_bytes(CSV)
    ddl.write_bytes(DDL.replace("試験", "試験表ソ").encode("cp932"))  # ソ ends in a backslash there
    assert load(file_source(csv, ddl)).rows == 3
    assert query("SELECT obj_description('sample.trial_x'::regclass)") == [("試験表ソ",)]


def test_published_months(share: ObjectStore, audit: AuditLog, operator: Actor, tmp_path: Path) -> None:
    for month, tables in (("202204", ["DPC_BU,DPC_RE"]), ("202304", ["DPC_BU"])):
        synthesise(choose_tables(tables_of("trial"), tables), month, 5, 1, tmp_path / month)
        publish(share, audit, operator, inspect_folder(tmp_path / month, read_catalogue()), month)
    ((entry, source),) = trial_sources(share, "202204", ["DPC_BU"])
    assert (source.table, source.sha256, source.rows) == ("trial_dpc_bu", entry.sha256, entry.rows)
    assert source.origin == f"s3://{share.bucket}/shareData/trialData/202204/TRIAL_DPC_BU.csv"
    assert b"".join(source.chunks()) == (tmp_path / "202204" / "TRIAL_DPC_BU.csv").read_bytes()

    assert trial_sources(share, "202204", ["DPC_BU"], ddl_month="202304")[0][1].ddl_month == "202304"
    with pytest.raises(Refused, match=r"TRIAL_DPC_RE\.csv has no DDL in 202304"):
        trial_sources(share, "202204", ddl_month="202304")
    with pytest.raises(Refused, match="202307 is not published"):
        trial_sources(share, "202204", ddl_month="202307")
    share.put_bytes("shareData/trialData/202204/TRIAL_DPC_BU.sql", b"DROP TABLE x;")
    with pytest.raises(Refused, match=r"TRIAL_DPC_BU\.sql is not what was published"):
        trial_sources(share, "202204")


@pytest.mark.parametrize("more", [b"", b"Z,,\n"])
def test_a_file_that_is_written_to_meanwhile(
    tmp_path: Path, load: Callable[..., Loaded], query: Callable[..., list[tuple[Any, ...]]], more: bytes
) -> None:
    csv, ddl = tmp_path / "TRIAL_X.csv", tmp_path / "TRIAL_X.sql"
    csv.write_bytes(b"A,,\n" * 600_000)
    ddl.write_text(DDL, encoding="utf-8")
    known = file_source(csv, ddl)

    def changing() -> Iterator[bytes]:
        for number, piece in enumerate(known.chunks()):
            if number == 1:
                csv.write_bytes(b"B,,\n" * 600_000 + more)
            yield piece

    with pytest.raises(Refused, match="was changed while it was being read"):
        load(replace(known, chunks=changing))
    assert query("SELECT to_regclass('sample.trial_x')") == [(None,)]


def test_a_file_that_cannot_be_read(tmp_path: Path, load: Callable[..., Loaded]) -> None:
    csv, ddl = tmp_path / "TRIAL_X.csv", tmp_path / "TRIAL_X.sql"
    csv.write_bytes(CSV)
    ddl.write_text(DDL, encoding="utf-8")
    known = file_source(csv, ddl)
    csv.unlink()
    with pytest.raises(DependencyFailed, match=r"TRIAL_X\.csv cannot be read"):
        load(known)
