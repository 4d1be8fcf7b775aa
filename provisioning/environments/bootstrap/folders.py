"""Where things go on a server: of a real one, or of an ordinary account in a folder of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

System = Literal["ubuntu", "windows"]


@dataclass(frozen=True)
class Folders:
    """Paths on the server.

    `binaries` empty: the server tells where the newest PostgreSQL is; `unit` empty: PostgreSQL is started by
    pg_ctl; `python` empty: hic cannot run there.
    """

    locks: str
    data: str
    logs: str
    run: str
    config: str
    profile: str
    renviron: str
    rstudio: str
    desktops: tuple[str, ...]
    binaries: str
    python: str
    unit: str = ""
    hic_home: str = ""


UBUNTU = Folders(
    locks="/run",
    data="/data",
    logs="/data/log",
    run="/run/hic",
    config="/etc/hic",
    profile="/etc/profile.d/hic.sh",
    renviron="/etc/R/Renviron.site",
    rstudio="/etc/rstudio",
    # The skeleton of homes that are made at the first login.
    desktops=("/etc/skel/Desktop", "/usr/local/share/hic"),
    binaries="",
    python="/opt/hic/bin/python",
    unit="/etc/systemd/system/hic-postgresql.service",
)

WINDOWS = Folders(
    locks=r"C:\ProgramData\hic",
    data="D:\\",
    logs=r"D:\log",
    run="",
    config=r"C:\ProgramData\hic",
    # Read by Windows PowerShell for all users in all hosts: the folder of the program itself.
    profile=r"C:\Windows\System32\WindowsPowerShell\v1.0\profile.ps1",
    renviron=r"C:\Program Files\R\current\etc\Renviron.site",
    rstudio="",
    desktops=(r"C:\Users\Public\Desktop",),
    binaries="",
    python=r"C:\Program Files\hic\python.exe",
    unit="hic-postgresql",
)


def folders_of(system: System) -> Folders:
    """Where things go on a golden image of that system."""
    return UBUNTU if system == "ubuntu" else WINDOWS


def stand_in_folders(place: str, name: str, binaries: str, python: str) -> Folders:
    """Everything in a folder `name` of `place`, for an ordinary account."""
    base = f"{place}/{name}"
    return Folders(
        locks=place,
        data=f"{base}/data",
        logs=f"{base}/data/log",
        run=f"{base}/run",
        config=f"{base}/etc/hic",
        profile=f"{base}/etc/profile.d/hic.sh",
        renviron=f"{base}/etc/R/Renviron.site",
        rstudio=f"{base}/etc/rstudio",
        desktops=(f"{base}/Desktop",),
        binaries=binaries,
        python=python,
        hic_home=f"{base}/hic",
    )
