"""A month of 66 files for the benchmark: real layouts, sizes that fall off as those of claims do."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from provisioning.datasets.catalogue import choose_tables, read_catalogue  # noqa: E402
from provisioning.datasets.synthetic.writing import synthesise  # noqa: E402

MONTH = "202204"
FILES = 66
# The records of claims, by share of the bytes: mostly lines with daily counts, then diagnoses, then headers.
KINDS = ("TRIAL_MED_INI_SI", "TRIAL_MED_INI_SI", "TRIAL_MED_INI_SY", "TRIAL_MED_INI_SI", "TRIAL_DPC_RE", "TRIAL_DPC_BU")
_BYTES_PER_RECEIPT = {"TRIAL_MED_INI_SI": 3700, "TRIAL_MED_INI_SY": 700, "TRIAL_DPC_RE": 150, "TRIAL_DPC_BU": 75}


def make_month(folder: Path, megabytes: float) -> list[Path]:
    """Write the files and their DDL, about `megabytes` in all; by name, so that the largest is in the middle."""
    sizes = [1 / (place + 2) for place in range(FILES)]
    sizes = [size / sum(sizes) * megabytes * 1e6 for size in sizes]
    bases = _bases(folder, sizes)
    order = sorted(range(FILES), key=lambda place: place * 37 % FILES)  # hides the sizes from the names
    made = []
    for number, place in enumerate(order[FILES // 2 :] + order[: FILES // 2]):
        kind = KINDS[place % len(KINDS)]
        made.append(_cut(bases[kind], folder, f"TRIAL_B{number:02d}_{kind.rpartition('_')[2]}", int(sizes[place])))
    for base in bases.values():
        base.unlink()
        base.with_suffix(".sql").unlink()
    return made


def make_single(folder: Path, megabytes: float) -> tuple[Path, list[Path]]:
    """One file of lines with daily counts, with its DDL; and two files with half of its lines each."""
    base = _bases(folder, [megabytes * 1e6])["TRIAL_MED_INI_SI"]
    made = _cut(base, folder, "TRIAL_ONE_SI", int(megabytes * 1e6))
    halves = [_cut(made, folder, "TRIAL_HALF1_SI", made.stat().st_size // 2), folder / "TRIAL_HALF2_SI.csv"]
    with made.open("rb") as source, halves[1].open("wb") as target:
        source.seek(halves[0].stat().st_size)
        shutil.copyfileobj(source, target, 8 << 20)
    ddl = made.with_suffix(".sql").read_text(encoding="utf-8")
    halves[1].with_suffix(".sql").write_text(ddl.replace("trial_one_si", "trial_half2_si"), encoding="utf-8")
    base.unlink()
    base.with_suffix(".sql").unlink()
    return made, halves


def _bases(folder: Path, sizes: list[float]) -> dict[str, Path]:
    """One file of each kind, at least as large as the largest that is cut from it; in a folder of their own."""
    found = {}
    folder = folder / "whole"
    folder.mkdir(exist_ok=True)
    for kind in set(KINDS[: len(sizes)]):
        largest = max(size for place, size in enumerate(sizes) if KINDS[place % len(KINDS)] == kind)
        receipts = max(int(largest / _BYTES_PER_RECEIPT[kind]), 50)
        (made,) = synthesise(choose_tables(read_catalogue(), [kind]), MONTH, receipts, 1, folder)
        while made.bytes < largest:
            receipts = int(receipts * largest / made.bytes * 1.05) + 1
            (made,) = synthesise(choose_tables(read_catalogue(), [kind]), MONTH, receipts, 1, folder)
        found[kind] = made.path
    return found


def _cut(base: Path, folder: Path, name: str, size: int) -> Path:
    """The start of a file, whole lines, under another name, with its DDL for that name."""
    path = folder / f"{name}.csv"
    with base.open("rb") as source, path.open("wb") as target:
        left = size
        while left > (8 << 20) and (block := source.read(8 << 20)):
            target.write(block)
            left -= len(block)
        block = source.read(max(left, 1))
        target.write(block)
        target.write(source.readline())
    ddl = base.with_suffix(".sql").read_text(encoding="utf-8")
    (folder / f"{name}.sql").write_text(re.sub(base.stem.lower(), name.lower(), ddl), encoding="utf-8")
    return path


def copy_readable(folder: Path) -> None:
    """Let the server's own account read the files."""
    folder.chmod(0o755)
    for path in filter(Path.is_file, folder.iterdir()):
        path.chmod(0o644)
