"""An upload that does not get on is given up at a deadline, and goes on from there later."""

from __future__ import annotations

import hashlib
import threading
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from provisioning.aws import multipart
from provisioning.aws.multipart import UploadStalledError, upload_parts

BODY = b"a" * 10 + b"b" * 10 + b"c" * 5


class Hanging:
    """An S3 that takes the first part, and the others only when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.sent: list[int] = []
        self.completed: list[int] = []

    def create_multipart_upload(self, **_asked: Any) -> dict[str, str]:
        return {"UploadId": "u"}

    def upload_part(self, **asked: Any) -> dict[str, str]:
        self.sent.append(asked["PartNumber"])
        if asked["PartNumber"] > 1 and not self.go.wait(20):
            raise TimeoutError
        checksum = b64encode(hashlib.sha256(asked["Body"]).digest()).decode("ascii")
        return {"ETag": str(asked["PartNumber"]), "ChecksumSHA256": checksum}

    def complete_multipart_upload(self, **asked: Any) -> None:
        self.completed = [part["PartNumber"] for part in asked["MultipartUpload"]["Parts"]]


def test_one_that_hangs_is_given_up_and_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "STALLED", 0.2)
    path, client, told = tmp_path / "rows.csv", Hanging(), []
    path.write_bytes(BODY)
    upload = ("bucket", "key", path, hashlib.sha256(BODY).hexdigest(), {}, told.append, 10)
    with pytest.raises(UploadStalledError, match="No part of the upload ended within") as caught:
        upload_parts(client, *upload)
    assert "repeat the command" in caught.value.fix
    assert client.completed == []
    client.go.set()
    client.sent.clear()
    upload_parts(client, *upload)
    assert sorted(client.sent) == [2, 3]
    assert client.completed == [1, 2, 3]
    assert list(tmp_path.iterdir()) == [path]
