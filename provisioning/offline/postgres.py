"""A PostgreSQL of one's own: made, started and stopped in a folder, reached on the loopback address only.

The folder holds `cluster.json`, `passfile`, `postgres.log` and `data`. PostgreSQL refuses to run as
root; for root it runs as an ordinary account, and when that account cannot enter the folder, the data
lie under /var/tmp in a folder named after it.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from provisioning.clock import SystemClock, stamp
from provisioning.errors import DependencyFailed
from provisioning.messages import _
from provisioning.offline import processes
from provisioning.offline.postgres_binaries import Binaries, find_binaries, make_reachable
from provisioning.offline.private_files import locked, make_private_folder, read_object, write_private
from provisioning.offline.processes import LOOPBACK, Account

USER = "postgres"
READY_WITHIN = 30.0
STOPPED_WITHIN = 30.0
SPARE_ROOM = Path("/var/tmp")  # noqa: S108 - what is made there is ours alone, and checked to be
ORDINARY_ACCOUNTS = ("postgres", "nobody")
_RESET = "hic local reset"
_ARGUMENTS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    # A statement that fails may hold a password; the log must not.
    "log_min_error_statement": "panic",
    # Bulk loads into a database that is nobody's primary: little to replay, few checkpoints.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
}


def start_cluster(
    folder: Path, port: int | None = None, *, environment: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """Start the cluster of `folder`, making it first if there is none; a running one is left as it is.

    `port` None takes the port of the last time while it is free, else any free one. The answer has
    `host`, `port`, `user`, `passfile` (libpq's format, mode 0600), `pid`, `version`, `binaries`
    (`system` or `wheel`), `data`, `log` and `since`. Raises DependencyFailed with the end of the
    server's log when it does not answer within 30 seconds, BadInput for a wrong HIC_POSTGRES_BIN.
    """
    folder = folder.absolute()
    account = _ordinary_account()
    # Closed to others by the modes of what is in it; root's helper must pass through it.
    make_private_folder(folder, 0o711 if account else 0o700)
    with locked(folder / "lock"):
        known = read_object(_card(folder))
        if known:
            _check_password(known)
            if pid := _pid(Path(known["data"])):
                return _await_ready({**known, "pid": pid})
        place = Path(known["place"]) if known else _place(folder, account)
        if not known:
            _set_aside(place)
        binaries = make_reachable(find_binaries(environment, _major(place / "data")), account, place)
        if not (place / "data").exists():
            _initialise(folder, place, binaries, account)
        return _launch(folder, place, binaries, account, port or known.get("port"), fixed=port is not None)


def stop_cluster(folder: Path) -> bool:
    """Stop the cluster of `folder`, its clients cut off; False when it was not running.

    Raises DependencyFailed when it does not end.
    """
    folder = folder.absolute()
    if not _card(folder).exists():
        return False
    with locked(folder / "lock"):
        return _stop(Path(read_object(_card(folder))["data"]))


def cluster_status(folder: Path) -> dict[str, Any]:
    """What `start_cluster` answered, with `running`, and `problem`: why it does not run, else empty."""
    known = read_object(_card(folder.absolute()))
    if not known:
        return {"running": False, "problem": _("never started")}
    pid = _pid(Path(known["data"]))
    problem = _refusal(known) if pid else _("the process is gone")
    return {**known, "pid": pid, "running": not problem, "problem": problem}


def remove_cluster(folder: Path) -> None:
    """Stop the cluster of `folder` and remove all that it left. Raises DependencyFailed."""
    folder = folder.absolute()
    if not folder.exists():
        return
    with locked(folder / "lock"):
        for place in cluster_folders(folder):
            _stop(place / "data")
            shutil.rmtree(place)


def stop_data(data: Path) -> bool:
    """Stop the server that runs on these data, whoever started it; False when none does."""
    return _stop(data)


def cluster_folders(folder: Path) -> list[Path]:
    """The folders that hold something of this cluster, the one it is named by last."""
    folder = folder.absolute()
    return [place for place in (_spare_place(folder), folder) if place.exists()]


def _card(folder: Path) -> Path:
    return folder / "cluster.json"


def _ordinary_account() -> Account | None:
    """The account that PostgreSQL runs as when we are root; None when it may run as us."""
    if os.geteuid() != 0:
        return None
    for name in ORDINARY_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise DependencyFailed(
        _("PostgreSQL does not run as root, and this machine has no account postgres or nobody."),
        fix=_("Run hic as an ordinary user."),
    )


def _spare_place(folder: Path) -> Path:
    return SPARE_ROOM / f"hic-postgres-{hashlib.sha256(bytes(folder)).hexdigest()[:16]}"


def _place(folder: Path, account: Account | None) -> Path:
    """Where the data go: the folder itself, or a folder under /var/tmp when `account` cannot enter it."""
    if account is None:
        return folder
    entered = processes.run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)], account=account, seconds=20)
    if entered.code == 0:
        return folder
    place = _spare_place(folder)
    place.mkdir(mode=0o711, exist_ok=True)
    found = place.lstat()
    # Everybody may make folders in /var/tmp: one that waits under this name need not be ours.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise DependencyFailed(
            _("{place} belongs to somebody else.").format(place=place), fix=_("Remove it, and try again.")
        )
    place.chmod(0o711)
    return place


def _major(data: Path) -> int | None:
    """The version that the data were made by; None when there are none."""
    version = data / "PG_VERSION"
    return int(version.read_text(encoding="ascii").split(".")[0]) if version.exists() else None


def _set_aside(place: Path) -> None:
    """Move away data whose password is lost with the folder that they were made for."""
    data = place / "data"
    if data.exists():
        _stop(data)
        data.rename(place / f"data.lost-{SystemClock().now():%Y%m%dT%H%M%S.%f}")


def _initialise(folder: Path, place: Path, binaries: Binaries, account: Account | None) -> None:
    """Make the data folder with a random password, whole or not at all."""
    password = secrets.token_urlsafe(24)
    half = place / "data.new"
    shutil.rmtree(half, ignore_errors=True)
    word = place / f".word-{secrets.token_hex(8)}"
    handle = os.open(word, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(password)
            if account:
                os.fchown(handle, account.uid, account.gid)
        answer = _initdb(binaries, half, word, account, "C.UTF-8")
        if answer.code and "locale" in answer.output:
            answer = _initdb(binaries, half, word, account, "C")
    finally:
        word.unlink()
    if answer.code:
        raise DependencyFailed(
            _("PostgreSQL's data folder could not be made:\n{output}").format(output=answer.output[-2000:]),
            fix=_("Check that {place} has space left, and try again.").format(place=place),
        )
    write_private(folder / "passfile", f"{LOOPBACK}:*:*:{USER}:{password}\n")
    half.rename(place / "data")


def _initdb(binaries: Binaries, data: Path, word: Path, account: Account | None, locale: str) -> processes.Ended:
    data.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(data, account.uid, account.gid)
    command = [str(binaries.folder / "initdb"), "-D", str(data), "-U", USER, f"--pwfile={word}"]
    command += ["-A", "scram-sha-256", "-E", "UTF8", f"--locale={locale}", "--no-sync", "--no-instructions"]
    return processes.run(command, account=account, seconds=120)


def _launch(
    folder: Path, place: Path, binaries: Binaries, account: Account | None, port: int | None, *, fixed: bool
) -> dict[str, Any]:
    """Start the server, on another free port if somebody took the chosen one in that moment."""
    _forget_stranger(place / "data")
    log = folder / "postgres.log"
    attempts = 1 if fixed else 3
    while True:
        attempts -= 1
        before = log.stat().st_size if log.exists() else 0
        chosen = port if fixed and port else processes.choose_port(port)
        card = _spawn_server(folder, place, binaries, account, chosen)
        try:
            return _await_ready(card)
        except DependencyFailed:
            if not attempts or b"Address already in use" not in log.read_bytes()[before:]:
                raise


def _spawn_server(folder: Path, place: Path, binaries: Binaries, account: Account | None, port: int) -> dict[str, Any]:
    """Start the server and write down what it is."""
    data, log = place / "data", folder / "postgres.log"
    command = [str(binaries.folder / "postgres"), "-D", str(data), "-p", str(port)]
    for name, value in _ARGUMENTS.items():
        command += ["-c", f"{name}={value}"]
    pid = processes.spawn(command, log, environment=processes.plain_environment(os.environ), account=account)
    card = {
        "host": LOOPBACK,
        "port": port,
        "user": USER,
        "passfile": str(folder / "passfile"),
        "pid": pid,
        "version": binaries.version,
        "binaries": binaries.kind,
        "place": str(place),
        "data": str(data),
        "log": str(log),
        "since": stamp(SystemClock()),
    }
    write_private(_card(folder), json.dumps(card, indent=2))
    return card


def _await_ready(card: dict[str, Any]) -> dict[str, Any]:
    """The card, once the server answers a query. Raises DependencyFailed."""

    def settled() -> bool:
        # Asked in this order: whoever has the port may be a stranger that never answers.
        return not processes.command_line(card["pid"]) or (_says_ready(Path(card["data"])) and not _refusal(card))

    if processes.wait_until(settled, READY_WITHIN) and _pid(Path(card["data"])) == card["pid"]:
        return card
    raise DependencyFailed(
        _("PostgreSQL does not answer on port {port}. Its log {log} ends with:\n{tail}").format(
            port=card["port"], log=card["log"], tail=processes.tail(Path(card["log"]))
        ),
        fix=_("Mend what the log names and try again, or start afresh with: {command}").format(command=_RESET),
    )


def _check_password(card: dict[str, Any]) -> None:
    if not Path(card["passfile"]).exists():
        raise DependencyFailed(
            _("The password file {path} is gone.").format(path=card["passfile"]),
            fix=_("Put it back, or start afresh with: {command}").format(command=_RESET),
        )


def _refusal(card: dict[str, Any]) -> str:
    """Why the server does not answer a query; empty when it does."""
    try:
        with psycopg.connect(
            host=card["host"],
            port=card["port"],
            user=card["user"],
            dbname="postgres",
            passfile=card["passfile"],
            sslmode="disable",
            connect_timeout=5,
        ) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error as error:
        return str(error).strip() or type(error).__name__
    return ""


def _pid(data: Path) -> int | None:
    """The process id of the server that runs on these data; None when none does."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if _serves(data, pid) else None


def _says_ready(data: Path) -> bool:
    """Whether the server wrote that it accepts connections: the eighth line of its pid file."""
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[7:8] == ["ready   "]
    except FileNotFoundError:
        return False


def _serves(data: Path, pid: int) -> bool:
    words = processes.command_line(pid)
    return bool(words) and Path(words[0]).name in ("postgres", "postmaster") and str(data) in words


def _forget_stranger(data: Path) -> None:
    """Remove the pid file of a dead server whose id now belongs to another program.

    PostgreSQL itself sees through the id of a dead process, but not through one that was given anew.
    """
    pidfile = data / "postmaster.pid"
    if pidfile.exists() and _pid(data) is None:
        pidfile.unlink()


def _stop(data: Path) -> bool:
    pid = _pid(data)
    if pid is None:
        return False
    signals = [(signal.SIGINT, STOPPED_WITHIN), (signal.SIGQUIT, 10.0)]
    processes.end(pid, lambda number: _serves(data, number), signals)
    return True
