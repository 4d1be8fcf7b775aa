"""The data disk as root mounts it on a real server: a loop device, in mounts of the test's own."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

from provisioning.environments.bootstrap.model import Plan
from provisioning.environments.bootstrap.plan import stream

VOLUME = "vol-0abc"
# An /etc/fstab and a /dev/disk of its own, so that nothing of this machine is touched.
STAGE = """
set -eu
mount --bind "$1/fstab" /etc/fstab
mount -t tmpfs none /dev/disk 2>/dev/null || { mkdir -p /dev/disk && mount -t tmpfs none /dev/disk; }
mkdir -p /dev/disk/by-id
device=$(losetup --show -f "$1/image")
trap 'umount "$1/data" 2>/dev/null || true; losetup -d "$device"' EXIT
ln -s "$device" /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0abc
"""


def stage(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    for name in ("image", "fstab"):
        (folder / name).touch()
    if (folder / "image").stat().st_size == 0:
        os.truncate(folder / "image", 64 << 20)
    if not Path("/dev/disk").exists():
        Path("/dev/disk").mkdir()
    command = ["unshare", "--mount", "bash", "-c", STAGE + script, "sh", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what the script is to be sent, or a skip that says why."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount disks")
    tried = stage(tmp_path, "true")
    if tried.returncode:
        pytest.skip(f"no loop device can be mounted here: {tried.stderr.strip()}")
    values = {
        "HIC_DATA": str(tmp_path / "data"),
        "HIC_VOLUME": VOLUME,
        "HIC_CLUSTER": str(tmp_path / "data/postgresql"),
        "HIC_LEAST_MB": "20",
    }
    (tmp_path / "step").write_text(stream("ubuntu", Plan(values, {}), "step volume"), encoding="utf-8")
    return tmp_path


def lines(done: subprocess.CompletedProcess[str]) -> list[list[str]]:
    return [line.split("\t") for line in done.stdout.splitlines() if line.startswith("hic-")]


def test_a_blank_disk_is_formatted_once_mounted_and_grown(folder: Path) -> None:
    twice = 'bash "$1/step"; echo kept >"$1/data/file"; bash "$1/step"'
    done = stage(folder, f'{twice}; umount "$1/data"; bash "$1/step"; cat "$1/data/file"')
    assert done.returncode == 0, done.stderr
    assert [words[1] for words in lines(done)] == ["changed", "unchanged", "changed"]
    assert done.stdout.endswith("kept\n")
    fstab = (folder / "fstab").read_text(encoding="ascii").splitlines()
    assert len(fstab) == 1
    assert fstab[0].split()[1:] == [str(folder / "data"), "ext4", "nodev,nosuid,nofail", "0", "2"]

    os.truncate(folder / "image", 128 << 20)
    size = 'df --output=size -BM "$1/data" | tail -n 1; cat "$1/data/file"'
    grown = stage(folder, f'bash "$1/step"; bash "$1/step"; {size}')
    if "Permission denied to resize" in grown.stderr:
        pytest.skip("formatted and mounted; but this machine lets no mounted filesystem grow")
    assert [words[1] for words in lines(grown)] == ["changed", "unchanged"], grown.stderr
    assert int(grown.stdout.split()[-2].rstrip("M")) > 100
    assert grown.stdout.endswith("kept\n")


def test_a_disk_that_holds_something_is_never_formatted(folder: Path) -> None:
    done = stage(folder, 'mkfs.ext4 -q -L somebody "$device"; bash "$1/step" || blkid -p -s LABEL -o value "$device"')
    assert lines(done)[0][:2] == ["hic-error", "volume-in-use"]
    assert done.stdout.endswith("somebody\n")
    # A partition table alone, with one Linux partition: no file system, but somebody's all the same.
    entry = struct.pack("<B3xB3xII", 0, 0x83, 2048, 2048)
    table = bytes(446) + entry + bytes(48) + b"\x55\xaa"
    (folder / "image").write_bytes(table + bytes((64 << 20) - len(table)))
    parted = stage(folder, 'bash "$1/step"')
    assert lines(parted)[0][:2] == ["hic-error", "volume-in-use"], parted.stderr
    assert (folder / "image").read_bytes().startswith(table)


def test_a_disk_that_is_not_there(folder: Path) -> None:
    done = stage(folder, 'rm /dev/disk/by-id/*; bash "$1/step"')
    assert lines(done) == [["hic-error", "no-volume", VOLUME]]
