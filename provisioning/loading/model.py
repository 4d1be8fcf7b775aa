"""What is loaded, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Target:
    """Where tables go."""

    database: str
    schema: str


@dataclass(frozen=True)
class Source:
    """One CSV with its DDL, wherever they lie.

    `chunks` opens the CSV anew at each call and yields its bytes. `sha256` and `rows` are what it is known
    to be; None for a file nobody has published. `origin` is its address, for the ledger.
    """

    table: str
    origin: str
    chunks: Callable[[], Iterator[bytes]]
    ddl: str
    ddl_name: str
    sha256: str | None = None
    rows: int | None = None
    csv_month: str | None = None
    ddl_month: str | None = None

    @property
    def name(self) -> str:
        """The CSV's own name, as messages show it."""
        return self.origin.replace("\\", "/").rpartition("/")[2]


Status = Literal["loaded", "replaced", "skipped"]


@dataclass(frozen=True)
class Loaded:
    """One table after its turn. `rows` stand in the table; `seconds` of this run, 0 if it was skipped."""

    table: str
    status: Status
    rows: int
    bytes: int
    seconds: float
    sha256: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class LedgerEntry:
    """One load that was committed. `oid` is PostgreSQL's own number of the table it made."""

    schema: str
    table: str
    oid: int
    origin: str
    sha256: str
    ddl_sha256: str
    rows: int
    bytes: int
    seconds: float
    loaded_by: str
    loaded_at: datetime
