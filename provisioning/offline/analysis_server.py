"""A stand-in for analysis servers: an sshd of an ordinary account, on the loopback address only.

What `hic env bootstrap` does to a real server it does here, under a folder of /var/tmp that the account owns: one
subfolder for each approval, with a PostgreSQL of its own. A path below a home folder may be too long for a socket.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import signal
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from provisioning.clock import SystemClock, stamp
from provisioning.errors import DependencyFailed
from provisioning.messages import _
from provisioning.offline import postgres, processes
from provisioning.offline.postgres_binaries import find_binaries, make_reachable
from provisioning.offline.private_files import make_private_folder, write_private
from provisioning.offline.processes import LOOPBACK, Account

ROOM = Path("/var/tmp")  # noqa: S108 - what is made there is ours alone, and checked to be
PROGRAMS = ("sshd", "Rscript", "openssl", "flock", "timeout")
READY_WITHIN = 20.0
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
_CONFIGURATION = """\
Port {port}
ListenAddress {address}
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
AllowUsers {user}
AllowTcpForwarding no
X11Forwarding no
StrictModes no
"""


def missing_for_server() -> tuple[str, ...]:
    """What this machine lacks for a stand-in; empty when one can be started."""
    lacking = [name for name in PROGRAMS if shutil.which(name, path=_PATH) is None]
    if server_account() is None:
        lacking.append(_("an ordinary account with a shell"))
    return tuple(lacking)


def server_account() -> Account | None:
    """The ordinary account that the stand-in runs and is logged in as; None when root finds none with a shell."""
    if os.geteuid() != 0:
        own = pwd.getpwuid(os.geteuid())
        return Account(own.pw_name, own.pw_uid, own.pw_gid)
    for name in postgres.ORDINARY_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if Path(entry.pw_shell).name not in ("nologin", "false", ""):
            return Account(name, entry.pw_uid, entry.pw_gid)
    return None


def start_server(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Start the stand-in; its keys are made anew each time.

    The answer has `host`, `port`, `user`, `key` (the file of the private key that it accepts), `host_key` (its own
    public one), `base` (its folder), `binaries` (PostgreSQL's), `python` (that runs hic there, or empty), `pid`, `log`
    and `since`. Raises DependencyFailed when something is missing or it does not answer within 20 seconds.
    """
    account = server_account()
    if lacking := missing_for_server():
        raise DependencyFailed(
            _("A stand-in for the analysis server needs: {missing}.").format(missing=", ".join(lacking)),
            fix=_(
                "On Debian or Ubuntu: apt-get install openssh-server postgresql r-base-core r-cran-dbi "
                "r-cran-rpostgresql"
            ),
        )
    assert account is not None  # noqa: S101 - missing_for_server told so
    folder = folder.absolute()
    make_private_folder(folder)
    other = account if os.geteuid() == 0 else None
    base = _own_folder(folder, account)
    binaries = make_reachable(find_binaries(environment), other, base)
    if not (binaries.folder / "psql").exists():
        raise DependencyFailed(
            _("There is no psql in {folder}.").format(folder=binaries.folder),
            fix=_("On Debian or Ubuntu: apt-get install postgresql"),
        )
    port = processes.choose_port(None)
    host_key = _write_keys(folder, base / "sshd", account)
    configuration = base / "sshd" / "sshd_config"
    text = _CONFIGURATION.format(port=port, address=LOOPBACK, folder=configuration.parent, user=account.name)
    _write_for(account, configuration, text)
    log = folder / "sshd.log"
    program = shutil.which("sshd", path=_PATH) or ""
    command = [program, "-D", "-e", "-f", str(configuration)]
    pid = processes.spawn(command, log, environment=_plain(environment), account=other)
    card = {
        "host": LOOPBACK,
        "port": port,
        "user": account.name,
        "key": str(folder / "key"),
        "host_key": host_key,
        "base": str(base),
        "binaries": str(binaries.folder),
        "python": _python(base, account, other),
        "pid": pid,
        "configuration": str(configuration),
        "log": str(log),
        "since": stamp(SystemClock()),
    }
    if not processes.wait_until(
        lambda: not is_alive(card) or not processes.is_free(port), READY_WITHIN
    ) or not is_alive(card):
        raise DependencyFailed(
            _("The stand-in for the analysis server does not answer. Its log {log} ends with:\n{tail}").format(
                log=log, tail=processes.tail(log)
            ),
            fix=_("Mend what the log names, and try again."),
        )
    return card


def is_alive(card: Mapping[str, Any]) -> bool:
    """Whether its sshd runs, and its id was not given to another program."""
    # sshd writes its state into its own command line.
    return str(card["configuration"]) in " ".join(processes.command_line(int(card["pid"])))


def stop_server(card: Mapping[str, Any]) -> bool:
    """End the sshd and every PostgreSQL under it; False when no sshd ran. Raises DependencyFailed."""
    ran = is_alive(card)
    signals = [(signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)]
    if ran:
        processes.end(int(card["pid"]), lambda _pid: is_alive(card), signals)
    for data in _clusters(Path(card["base"])):
        postgres.stop_data(data)
    return ran


def destroy_server(card: Mapping[str, Any], approval_id: str) -> None:
    """Remove what stands of one approval, as the end of its environment destroys a real server (HIC-22)."""
    mine = Path(card["base"]) / approval_id.lower()
    for data in _clusters(mine.parent):
        if data.is_relative_to(mine):
            postgres.stop_data(data)
    if mine.exists():
        shutil.rmtree(mine)


def server_folders(folder: Path) -> list[Path]:
    """The folders that hold something of the stand-in of this folder."""
    return [place for place in (_base(folder.absolute()), folder.absolute()) if place.exists()]


def remove_server(folder: Path) -> None:
    """Remove all that it left. It must have been stopped."""
    for place in server_folders(folder):
        for data in _clusters(place):
            postgres.stop_data(data)
        shutil.rmtree(place)


def _clusters(base: Path) -> list[Path]:
    return sorted(base.glob("*/data/postgresql")) if base.exists() else []


def _base(folder: Path) -> Path:
    return ROOM / f"hic-server-{hashlib.sha256(bytes(folder)).hexdigest()[:16]}"


def _own_folder(folder: Path, account: Account) -> Path:
    base = _base(folder)
    base.mkdir(mode=0o700, exist_ok=True)
    found = base.lstat()
    # Everybody may make folders in /var/tmp: one that waits under this name need not be ours.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), account.uid):
        raise DependencyFailed(
            _("{place} belongs to somebody else.").format(place=base), fix=_("Remove it, and try again.")
        )
    base.chmod(0o700)
    (base / "sshd").mkdir(mode=0o700, exist_ok=True)
    for path in (base, base / "sshd"):
        _give(path, account)
    return base


def _give(path: Path, account: Account) -> None:
    if os.geteuid() != account.uid:
        os.chown(path, account.uid, account.gid)


def _write_for(account: Account, path: Path, text: str) -> None:
    write_private(path, text)
    _give(path, account)


def _write_keys(folder: Path, place: Path, account: Account) -> str:
    """Make the server's key and the one it accepts; the server's public one."""
    own, accepted = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    _write_for(account, place / "host_key", _private(own))
    write_private(folder / "key", _private(accepted))
    _write_for(account, place / "authorized_keys", f"{_public(accepted)}\n")
    return _public(own)


def _private(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode("ascii")


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the caller's credentials: what logs in must not inherit them."""
    return {name: environment[name] for name in ("PATH", "HOME", "LANG") if name in environment}


def _python(base: Path, account: Account, other: Account | None) -> str:
    """An interpreter that runs hic as that account; empty when there is none that it may run."""
    root = Path(__file__).resolve().parents[2]
    packages = os.pathsep.join([str(root), *(path for path in sys.path if path.endswith("site-packages"))])
    major = f"python{sys.version_info.major}.{sys.version_info.minor}"
    wrapper = base / f"hic-python-{secrets.token_hex(4)}"
    for interpreter in (sys.executable, f"/usr/bin/{major}"):
        text = f'#!/bin/sh\nPYTHONPATH="{packages}" PYTHONDONTWRITEBYTECODE=1 exec "{interpreter}" "$@"\n'
        _write_for(account, wrapper, text)
        wrapper.chmod(0o700)
        probe = [str(wrapper), "-P", "-c", "import provisioning.aws.probe"]
        if processes.run(probe, account=other, seconds=60).code == 0:
            return str(wrapper)
    wrapper.unlink()
    return ""
