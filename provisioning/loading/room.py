"""Whether the server's disk has room for what is to come."""

from __future__ import annotations

import shutil
from pathlib import Path

from psycopg import errors

from provisioning.errors import Refused
from provisioning.loading.connection import Connection
from provisioning.messages import _

# A claims table takes 0.9-1.3 times its CSV; WAL and a first index come beside it.
FACTOR = 1.6


def check_room(connection: Connection, size: int) -> None:
    """Raise Refused unless CSV of `size` bytes find room on the disk of the server's data.

    Only where that can be known: on this machine, by a user who may ask where the data lie.
    """
    check_free(connection, int(size * FACTOR), _("Make room, or load fewer tables at a time with --tables."))


def check_free(connection: Connection, needed: int, fix: str) -> None:
    """Raise Refused, with this `fix`, unless `needed` bytes are free on that disk; only where that can be known."""
    free = _free(connection)
    if free is not None and free < needed:
        raise Refused(
            _("The tables need about {needed} GB, but the server's disk has {free} GB left.").format(
                needed=f"{needed / 1e9:.1f}", free=f"{free / 1e9:.1f}"
            ),
            fix=fix,
        )


def _free(connection: Connection) -> int | None:
    if connection.info.host not in ("", "localhost", "127.0.0.1", "::1") and not connection.info.host.startswith("/"):
        return None
    try:
        with connection.transaction():
            found = connection.execute("SHOW data_directory").fetchone()
    except errors.InsufficientPrivilege:
        return None  # a personal user; the server itself will say when the disk is full
    try:
        return shutil.disk_usage(Path(str(found[0]))).free if found else None
    except OSError:
        return None  # a server behind a tunnel, or in a container
