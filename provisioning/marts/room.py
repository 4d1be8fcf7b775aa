"""Whether the server's disk has room for new marts: those that stood stay beside them until the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from provisioning.loading.room import check_free
from provisioning.marts.model import Mart
from provisioning.marts.rules import SETS, read_mart
from provisioning.marts.sources import Sources, bytes_of
from provisioning.messages import _

Connection = psycopg.Connection[tuple[Any, ...]]
# How large the marts that come with hic become, in shares of the tables they are made of, with indexes. On synthetic
# data of 1.5 GB they took 1.6 and 0.07; less is asked for, lest a build be refused that would have gone through.
SHARES = {"standard": 1.0, "panel": 0.05}


def check_room(connection: Connection, sources: Sources, marts: Sequence[Mart], mart_schema: str) -> None:
    """Raise Refused unless the new marts find room beside those of `mart_schema`; only where that can be known.

    Of SQL of one's own only what it made before tells how large its marts become.
    """
    share = _share(marts)
    if share is None:
        needed = bytes_of(connection, mart_schema, [mart.name for mart in marts])
    else:
        needed = int(sources.bytes * share)
    check_free(connection, needed, _("Make room: drop marts or tables that are not needed any more, and build again."))


def _share(marts: Sequence[Mart]) -> float | None:
    """What is known of these marts; None when one of them is of one's own SQL."""
    for chosen, names in SETS.items():
        if all(mart.name in names and mart == read_mart(mart.name) for mart in marts):
            return SHARES[chosen]
    return None
