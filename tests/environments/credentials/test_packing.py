"""Packages are whole or not there."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyzipper

from provisioning.environments.credentials import packing
from provisioning.errors import DependencyFailed

CONTENTS = {"a.txt": b"one", "b.bin": bytes(range(256)) * 40}


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of this process may grow beyond four kilobytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_package_opens_with_its_password_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "p.zip"
    packing.pack(path, "p", CONTENTS, "secret-1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    with pyzipper.AESZipFile(path) as archive:
        info = archive.infolist()
        assert [one.filename for one in info] == ["p/a.txt", "p/b.bin"]
        assert all(one.flag_bits & 1 for one in info)
        with pytest.raises(RuntimeError, match="encrypted"):
            archive.read("p/a.txt")
        archive.setpassword(b"secret-2")
        with pytest.raises(RuntimeError, match="Bad password"):
            archive.read("p/a.txt")
    assert packing.holds(path, "p", CONTENTS, "secret-1")
    assert not packing.holds(path, "p", CONTENTS, "secret-2")
    assert not packing.holds(path, "p", {**CONTENTS, "c": b""}, "secret-1")


def test_a_disk_that_fills_leaves_nothing(tmp_path: Path, small_disk: None) -> None:
    path = tmp_path / "p.zip"
    with pytest.raises(DependencyFailed, match="cannot be written") as caught:
        packing.pack(path, "p", {"a": os.urandom(20_000)}, "secret-1")
    assert list(tmp_path.iterdir()) == []
    assert "nothing half-made" in caught.value.fix


def test_a_full_disk_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DependencyFailed, match="No space left") as caught:
        packing.write_private(tmp_path / "x", b"word")
    assert "Make room" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_package_stays_when_the_next_fails(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    packing.pack(path, "p", CONTENTS, "secret-1")
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        stop_half_way(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["p.zip"]


def test_what_does_not_read_back_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = packing._write

    def spoil(path: Path, folder: str, contents: dict[str, bytes], password: str) -> None:
        write(path, folder, {**contents, "a.txt": b"0ne"}, password)

    monkeypatch.setattr(packing, "_write", spoil)
    with pytest.raises(DependencyFailed, match="does not read back"):
        packing.pack(tmp_path / "p.zip", "p", CONTENTS, "secret-1")
    assert list(tmp_path.iterdir()) == []


def test_what_an_interrupted_run_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".p.zip.part").write_bytes(b"left by a run that was killed")
    packing.pack(tmp_path / "p.zip", "p", CONTENTS, "secret-1")
    assert [one.name for one in tmp_path.iterdir()] == ["p.zip"]


def stop_half_way(path: Path) -> None:
    with packing.writing(path) as unfinished:
        unfinished.write_bytes(b"half")
        raise KeyboardInterrupt
