"""Objects and records against moto."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from provisioning.aws.objects import ObjectStore, sha256_of
from provisioning.aws.records import Put, RecordConflict, RecordStore
from provisioning.aws.secrets import keep_secret, make_password
from provisioning.aws.sessions import Aws, aws_errors, check_loopback
from provisioning.errors import AccessDenied, DependencyFailed

Make = Callable[[str], ObjectStore]


def test_versions_stay_readable(make_bucket: Make) -> None:
    bucket = make_bucket("bucket")
    first = bucket.put_bytes("k", b"one")
    bucket.put_bytes("k", b"two")
    assert bucket.read("k") == b"two"
    assert bucket.read("k", first) == b"one"
    bucket.copy("k", "copied", first)
    assert bucket.read("copied") == b"one"


def test_upload_stream_and_list(make_bucket: Make, tmp_path: Path) -> None:
    bucket = make_bucket("bucket")
    path = tmp_path / "f"
    path.write_bytes(b"x" * 3_000_000)
    seen: list[int] = []
    stored = bucket.put_file("a/f", path, metadata={"sha256": sha256_of(path)}, progress=seen.append)
    assert stored.size == sum(seen) == 3_000_000
    assert stored.metadata == {"sha256": sha256_of(path)}
    assert [len(piece) for piece in bucket.chunks("a/f")] == [1 << 20, 1 << 20, 3_000_000 - (2 << 20)]
    assert [item.key for item in bucket.list("a/")] == ["a/f"]


def test_what_is_missing(make_bucket: Make, aws: Aws) -> None:
    bucket = make_bucket("bucket")
    assert bucket.head("none") is None
    with pytest.raises(DependencyFailed, match="s3://bucket/none"):
        bucket.read("none")
    with pytest.raises(DependencyFailed, match="no bucket nowhere") as caught:
        ObjectStore(aws, "nowhere").list()
    assert "hic env up" in caught.value.fix
    assert ObjectStore(aws, "nowhere").purge() == 0


def test_purge_deletes_versions_and_markers(make_bucket: Make, aws: Aws) -> None:
    bucket = make_bucket("bucket")
    bucket.put_bytes("k", b"one")
    bucket.put_bytes("k", b"two")
    aws.client("s3").delete_object(Bucket="bucket", Key="k")
    assert bucket.purge() == 3
    aws.client("s3").delete_bucket(Bucket="bucket")


def test_records_move_version_by_version(records: RecordStore) -> None:
    records.write([Put("p", "s#1", {"n": 1, "t": "日本"}), Put("p", "s#2", {"n": 2})])
    record = records.get("p", "s#1")
    assert record is not None
    assert (record.data, record.version) == ({"n": 1, "t": "日本"}, 1)
    records.write([Put.over(record, {"n": 9})])
    with pytest.raises(RecordConflict) as caught:
        records.write([Put.over(record, {"n": 10}), Put("p", "s#3", {})])
    assert [put.sk for put in caught.value.puts] == ["s#1"]
    assert [(r.sk, r.version) for r in records.list("p", "s#")] == [("s#1", 2), ("s#2", 1)]


def test_no_table_names_the_command_that_makes_it(aws: Aws) -> None:
    with pytest.raises(DependencyFailed, match="hic platform up"):
        RecordStore(aws).get("p", "s")


def test_a_secret_is_made_once(aws: Aws) -> None:
    first = keep_secret(aws, "x")
    assert keep_secret(aws, "x") == first
    assert keep_secret(aws, "y") != first


def test_passwords_have_every_class_and_differ() -> None:
    passwords = {make_password() for _n in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        assert len(password) == 24
        assert any(c.isupper() for c in password)
        assert any(c.isdigit() for c in password)
        assert not password.isalnum()


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:5000", "http://localhost:1", "http://[::1]:80"])
def test_loopback_is_allowed(endpoint: str) -> None:
    check_loopback(endpoint)
    assert Aws("ap-northeast-1", endpoint).endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint", ["https://s3.amazonaws.com", "http://127.0.0.1.example.jp", "http://10.0.0.1", "", "localhost:5000"]
)
def test_anything_else_is_refused(endpoint: str) -> None:
    with pytest.raises(DependencyFailed, match="this machine only"):
        check_loopback(endpoint)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDenied", AccessDenied),
        ("403", AccessDenied),
        ("UnauthorizedOperation", AccessDenied),
        ("Throttling", DependencyFailed),
    ],
)
def test_a_refusal_of_rights_can_be_told_from_other_failures(code: str, kind: type[Exception]) -> None:
    with pytest.raises(DependencyFailed) as caught, aws_errors("reading"):
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetObject")
    assert type(caught.value) is kind
