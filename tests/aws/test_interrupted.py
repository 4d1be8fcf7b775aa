"""Uploads and downloads that break off in the middle, and what comes of them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from provisioning.aws import objects
from provisioning.aws.multipart import upload_parts
from provisioning.aws.objects import ObjectStore, sha256_of
from provisioning.aws.sessions import Aws
from provisioning.errors import DependencyFailed, Refused
from provisioning.settings import DEFAULT_REGION

Make = Callable[[str], ObjectStore]
PART = 5 << 20  # the least that S3 takes
BODY = bytes(range(256)) * 20_000


class Flaky(BaseHTTPRequestHandler):
    """An S3 whose answers follow the server's `script`: how many bytes come before it breaks off, or a status."""

    server: Any

    def do_GET(self) -> None:
        step = self.server.script.pop(0) if self.server.script else len(BODY)
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and not self.server.deaf else 0
        if isinstance(step, str):
            code, name = step.split()
            body = f"<Error><Code>{name}</Code></Error>".encode()
            self.send_response(int(code))
        else:
            body = BODY[start:]
            self.send_response(206 if start else 200)
            self.send_header("ETag", '"first"')
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if isinstance(step, str) else body[:step])
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def flaky(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server with `script`, `asked` (the ranges) and `deaf` (it knows no ranges), and a store that asks it."""
    monkeypatch.setattr(objects, "PAUSE", 0.001)
    with ThreadingHTTPServer(("127.0.0.1", 0), Flaky) as http:
        server: Any = http
        server.script, server.asked, server.deaf = [], [], False
        server.store = ObjectStore(Aws(DEFAULT_REGION, endpoint=f"http://127.0.0.1:{http.server_port}"), "share")
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        http.shutdown()


def test_a_stream_that_breaks_off_is_taken_up_again(flaky: Any) -> None:
    flaky.script = [3_000_000, "503 SlowDown", "500 InternalError", 1_500_000]
    assert b"".join(flaky.store.chunks("k")) == BODY
    places = [int(asked.removeprefix("bytes=").rstrip("-")) for asked in flaky.asked[1:]]
    assert len(places) == 4
    assert places[0] == places[1] == places[2] < places[3]


def test_it_gives_up_when_nothing_comes_any_more(flaky: Any) -> None:
    flaky.script = [3_000_000, *["503 SlowDown"] * 20]
    with pytest.raises(DependencyFailed, match="s3://share/k"):
        list(flaky.store.chunks("k"))
    assert len(flaky.asked) == 1 + objects.RESUMES


@pytest.mark.parametrize("refusal", ["403 AccessDenied", "404 NoSuchKey"])
def test_a_refusal_is_not_asked_again(flaky: Any, refusal: str) -> None:
    flaky.script = [3_000_000, refusal]
    with pytest.raises(DependencyFailed):
        list(flaky.store.chunks("k"))
    assert len(flaky.asked) == 2


def test_an_object_that_is_replaced_meanwhile(flaky: Any) -> None:
    flaky.script = [3_000_000, "412 PreconditionFailed"]
    with pytest.raises(Refused, match="was replaced while it was being read"):
        list(flaky.store.chunks("k"))


def test_a_store_that_begins_again_is_not_believed(flaky: Any) -> None:
    flaky.script, flaky.deaf = [3_000_000], True
    with pytest.raises(DependencyFailed, match="from its start"):
        list(flaky.store.chunks("k"))


class Breaking:
    """A client whose `upload_part` fails for some parts; counts those that were sent."""

    def __init__(self, client: Any, failing: set[int]) -> None:
        self._client, self.failing, self.sent, self.gone = client, failing, set[int](), set[str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def upload_part(self, **arguments: Any) -> Any:
        number = arguments["PartNumber"]
        if arguments["UploadId"] in self.gone:  # moto itself answers with a 500
            raise ClientError({"Error": {"Code": "NoSuchUpload"}, "ResponseMetadata": {}}, "UploadPart")
        if number in self.failing:
            raise ClientError({"Error": {"Code": "SlowDown"}, "ResponseMetadata": {}}, "UploadPart")
        self.sent.add(number)
        return self._client.upload_part(**arguments)


def send(client: Any, path: Path) -> list[int]:
    """Upload, and what progress was told."""
    told: list[int] = []
    upload_parts(client, "bucket", "k", path, sha256_of(path), {"sha256": sha256_of(path)}, told.append, part=PART)
    return told


def test_an_upload_goes_on_where_it_stopped(make_bucket: Make, aws: Aws, tmp_path: Path) -> None:
    store, path = make_bucket("bucket"), tmp_path / "f"
    path.write_bytes(b"a" * PART + b"b" * 5 * PART + b"c" * 1000)
    client = Breaking(aws.client("s3"), {2})
    with pytest.raises(ClientError):
        send(client, path)
    assert 2 not in client.sent
    assert client.sent >= {1, 3, 4}
    assert store.head("k") is None
    first, client.failing, client.sent = client.sent, set(), set()
    assert sum(send(client, path)) == path.stat().st_size
    assert client.sent == {1, 2, 3, 4, 5, 6, 7} - first
    stored = store.head("k")
    assert stored
    assert stored.metadata == {"sha256": sha256_of(path)}
    assert hashlib.sha256(store.read("k")).hexdigest() == sha256_of(path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("what", ["content", "upload", "note"])
def test_an_upload_that_cannot_go_on_begins_anew(make_bucket: Make, aws: Aws, tmp_path: Path, what: str) -> None:
    store, path = make_bucket("bucket"), tmp_path / "f"
    path.write_bytes(b"a" * PART + b"b" * 1000)
    client, note = Breaking(aws.client("s3"), {2}), tmp_path / ".f.upload"
    with pytest.raises(ClientError):
        send(client, path)
    if what == "content":
        path.write_bytes(b"x" * PART + b"b" * 1000)
    elif what == "upload":
        client.gone = {json.loads(note.read_text())["upload"]}
    else:
        note.write_text("{")
    client.failing, client.sent = set(), set()
    told = send(client, path)
    assert sum(told) == path.stat().st_size
    assert client.sent == {1, 2}
    assert store.read("k") == path.read_bytes()
    left = aws.client("s3").list_multipart_uploads(Bucket="bucket").get("Uploads", [])
    assert len(left) == (what != "content")


def test_parts_of_a_file_that_changes_make_no_object(make_bucket: Make, tmp_path: Path, aws: Aws) -> None:
    """Changed between two parts: what S3 would put together is no file that ever was."""
    bucket, path = make_bucket("bucket"), tmp_path / "f"
    path.write_bytes(b"a" * (PART + 10))
    sha256, client = sha256_of(path), aws.client("s3")
    seen: list[int] = []

    def spoil(step: int) -> None:
        seen.append(step)
        if len(seen) == 2:  # the first tells what an earlier run had sent: nothing
            path.write_bytes(b"b" * (PART + 10))

    with pytest.raises(Refused, match="was changed while it was being sent"):
        upload_parts(client, "bucket", "f", path, sha256, {"sha256": sha256}, spoil, part=PART)
    assert bucket.head("f") is None
    assert "Uploads" not in client.list_multipart_uploads(Bucket="bucket")
    path.write_bytes(b"a" * (PART + 10))
    upload_parts(client, "bucket", "f", path, sha256, {"sha256": sha256}, lambda _step: None, part=PART)
    assert hashlib.sha256(bucket.read("f")).hexdigest() == sha256
    small = tmp_path / "small"
    small.write_bytes(b"other")
    with pytest.raises(Refused, match="was changed"):
        bucket.put_file("small", small, metadata={"sha256": sha256})
    assert bucket.head("small") is None
