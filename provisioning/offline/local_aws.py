"""The process that stands in for AWS. Its world lives in its memory: when it ends, all of it is gone."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import sys
from pathlib import Path
from typing import Any

from provisioning.clock import SystemClock, stamp
from provisioning.errors import DependencyFailed
from provisioning.messages import _
from provisioning.offline import processes
from provisioning.offline.processes import LOOPBACK

PROGRAM = "provisioning.offline.moto_server"
READY_WITHIN = 60.0
_TAKEN = b"in use by another program"


def start_aws(log: Path, port: int | None = None) -> dict[str, Any]:
    """Start a new, empty world on `port` while that is free, else on any free one.

    The answer has `endpoint`, `port`, `pid`, `world` (a random id), `log` and `since`. Raises
    DependencyFailed with the end of the log when it does not answer within 60 seconds.
    """
    attempts = 3
    while True:
        attempts -= 1
        before = log.stat().st_size if log.exists() else 0
        card = _spawn(log, processes.choose_port(port))
        try:
            _await_ready(card, before)
            return card
        except BaseException as error:
            # A process that nobody has written down could never be stopped.
            stop_aws(card)
            if not (attempts and isinstance(error, DependencyFailed) and _TAKEN in log.read_bytes()[before:]):
                raise


def _spawn(log: Path, port: int) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", PROGRAM, str(port)]
    pid = processes.spawn(command, log, environment=_without_credentials())
    return {
        "endpoint": f"http://{LOOPBACK}:{port}",
        "port": port,
        "pid": pid,
        "world": secrets.token_hex(8),
        "log": str(log),
        "since": stamp(SystemClock()),
    }


def stop_aws(card: dict[str, Any]) -> bool:
    """End the process; False when it did not run. Raises DependencyFailed when it does not end."""
    if not is_alive(card):
        return False
    signals = [(signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)]
    processes.end(card["pid"], lambda _pid: is_alive(card), signals)
    return True


def is_alive(card: dict[str, Any]) -> bool:
    """Whether the process runs, and its id was not given to another program."""
    words = processes.command_line(card["pid"])
    return PROGRAM in words and str(card["port"]) in words


def refusal(card: dict[str, Any], seconds: float = 10.0) -> str:
    """Why the process does not answer; empty when it does."""
    if not is_alive(card):
        return _("the process is gone")
    # Not urllib: a proxy of the caller must not stand between us and ourselves.
    connection = http.client.HTTPConnection(LOOPBACK, card["port"], timeout=seconds)
    try:
        connection.request("GET", "/moto-api/")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return "" if status == 200 else f"HTTP {status}"


def _await_ready(card: dict[str, Any], before: int) -> None:
    log = Path(card["log"])

    def settled() -> bool:
        gone = not processes.command_line(card["pid"]) or _TAKEN in log.read_bytes()[before:]
        return gone or not refusal(card, seconds=1.0)

    # Asked again: whoever took the port in that moment may be the one that answered.
    if processes.wait_until(settled, READY_WITHIN) and _TAKEN not in log.read_bytes()[before:] and not refusal(card):
        return
    raise DependencyFailed(
        _("The local AWS does not answer on port {port}. Its log {log} ends with:\n{tail}").format(
            port=card["port"], log=log, tail=processes.tail(log)
        ),
        fix=_("Mend what the log names, and try again."),
    )


def _without_credentials() -> dict[str, str]:
    """Our environment, but nothing that belongs to a real AWS."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
