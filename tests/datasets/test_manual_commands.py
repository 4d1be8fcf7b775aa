"""The official manual's own commands (`aws s3 ls`, `aws s3 cp`; ENV-10) beside `hic`, on the same buckets."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.datasets import service
from provisioning.datasets.catalogue import choose_tables, tables_of
from provisioning.datasets.inspection import inspect_folder
from provisioning.datasets.synthetic.writing import synthesise

MONTH = "202204"
PREFIX = f"shareData/trialData/{MONTH}/"
PAIR = ("TRIAL_DPC_BU.csv", "TRIAL_DPC_BU.sql")
TO_OWNER = "bucket-owner-full-control"


@pytest.fixture
def published(share: ObjectStore, audit: AuditLog, operator: Actor, tmp_path: Path) -> Path:
    """A month of two tables in the share bucket, with a page of the manual; the folder it came from."""
    folder = tmp_path / "month"
    tables = choose_tables(tables_of("trial"), ["DPC_BU", "DPC_RE"])
    synthesise(tables, MONTH, 50, 1, folder)
    service.publish(share, audit, operator, inspect_folder(folder, tables), MONTH)
    share.put_bytes("shareData/manual/manual.pdf", b"pages")
    return folder


@pytest.fixture
def work(make_bucket: Callable[[str], ObjectStore], aws: Aws) -> ObjectStore:
    """The bucket of an approval."""
    return make_bucket(names.work_bucket("HIC-2026-014", aws.account))


def has_fetched_all(share: ObjectStore, folder: Path) -> bool:
    """Whether `hic data get` finds the pair there, whole, and fetches nothing."""
    done = service.fetch(share, MONTH, service.chosen_entries(share, MONTH, ["DPC_BU"]), folder)
    return (sorted(done.standing), done.bytes) == (sorted(PAIR), 0)


def test_what_the_commands_ask_of_the_store(
    published: Path, share: ObjectStore, work: ObjectStore, aws: Aws, tmp_path: Path
) -> None:
    """The requests that `aws s3 ls` and `aws s3 cp` make, without the program."""
    client = aws.client("s3")
    listed = client.list_objects_v2(Bucket=share.bucket, Prefix="shareData/trialData/", Delimiter="/")
    assert [one["Prefix"] for one in listed["CommonPrefixes"]] == [PREFIX]
    listed = client.list_objects_v2(Bucket=share.bucket, Prefix=PREFIX, Delimiter="/", EncodingType="url")
    sizes = {one["Key"].removeprefix(PREFIX): one["Size"] for one in listed["Contents"]}
    assert {name: sizes[name] for name in PAIR} == {name: (published / name).stat().st_size for name in PAIR}
    here = tmp_path / "here"
    here.mkdir()
    for name in PAIR:
        told = client.head_object(Bucket=share.bucket, Key=PREFIX + name)
        half = told["ContentLength"] // 2
        pieces = [
            client.get_object(Bucket=share.bucket, Key=PREFIX + name, Range=span, IfMatch=told["ETag"])
            for span in (f"bytes=0-{half - 1}", f"bytes={half}-{told['ContentLength'] - 1}")
        ]
        assert [piece["ResponseMetadata"]["HTTPStatusCode"] for piece in pieces] == [206, 206]
        body = b"".join(piece["Body"].read() for piece in pieces)
        assert hashlib.sha256(body).hexdigest() == told["Metadata"]["sha256"]
        (here / name).write_bytes(body)
    assert has_fetched_all(share, here)
    key = "egress/outbox/notes/table.csv"
    client.put_object(Bucket=work.bucket, Key=key, Body=b"a,b\n", ChecksumAlgorithm="CRC32", ACL=TO_OWNER)
    assert [(one.key, one.size) for one in work.list("egress/outbox/")] == [(key, 4)]
    assert work.read(key) == b"a,b\n"


@pytest.mark.skipif(
    shutil.which("aws") is None, reason="aws-cli is not installed: the manual's commands were not typed"
)
def test_the_manuals_commands_as_typed(
    published: Path, share: ObjectStore, work: ObjectStore, aws: Aws, tmp_path: Path
) -> None:
    here = tmp_path / "D"
    here.mkdir()
    own: dict[str, Any] = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": aws.region,
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }

    def typed(*words: object) -> str:
        line = ["aws", "s3", *map(str, words)]
        done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=here, env={**os.environ, **own})
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    listed = typed("ls", f"s3://{share.bucket}/shareData/trialData/", "--recursive")
    found = {line.split()[3]: int(line.split()[2]) for line in listed.splitlines()}
    assert {name: found[PREFIX + name] for name in PAIR} == {name: (published / name).stat().st_size for name in PAIR}
    typed("cp", f"s3://{share.bucket}/{PREFIX}{PAIR[0]}", ".", "--acl", TO_OWNER)
    assert (here / PAIR[0]).read_bytes() == (published / PAIR[0]).read_bytes()
    typed("cp", f"s3://{share.bucket}/shareData/", "./", "--recursive")
    assert (here / "manual" / "manual.pdf").read_bytes() == b"pages"
    assert has_fetched_all(share, here / "trialData" / MONTH)
    typed("cp", PAIR[0], f"s3://{work.bucket}/egress/outbox/notes/", "--acl", TO_OWNER)
    assert work.read(f"egress/outbox/notes/{PAIR[0]}") == (published / PAIR[0]).read_bytes()
