"""What is loaded, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

USUAL_DATABASE = "sampledb"  # that of the manual's own examples (ENV-14)


@dataclass(frozen=True)
class Target:
    """Where tables go."""

    database: str
    schema: str


@dataclass(frozen=True)
class Source:
    """One CSV with its DDL, wherever they lie.

    `chunks` opens the CSV anew at each call and yields its bytes. `sha256` and `rows` are what it is known
    to be; None for a file nobody has published, of which `hasher`, when asked, reads the whole. `origin` is
    its address, for the ledger. `size` is its length in bytes, 0 when that is not known. `edition` is the year
    and kind of a panel: `2022_all`.
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
    size: int = 0
    hasher: Callable[[], str] | None = None
    edition: str | None = None

    @property
    def period(self) -> str | None:
        """What the rows are of, by which parts of one table are told apart: a month, or a panel's year and kind."""
        return self.edition or self.csv_month

    def content(self) -> str | None:
        """The sha256 of the CSV as it should come; may read all of a local file."""
        return self.hasher() if self.sha256 is None and self.hasher else self.sha256

    @property
    def ddl_sha256(self) -> str:
        """The sha256 of the DDL's text."""
        return hashlib.sha256(self.ddl.encode("utf-8")).hexdigest()

    @property
    def name(self) -> str:
        """The CSV's own name, as messages show it."""
        return self.origin.replace("\\", "/").rpartition("/")[2]


@dataclass(frozen=True)
class Wishes:
    """How to load. `jobs` connections COPY at once; `encoding` is what PostgreSQL calls that of the CSV.

    `rejects`: bad rows are written there and the good ones stored. `piece` and `split_from` (bytes): how
    large the parts of a CSV are, and from which size on a CSV may go to several connections. `digest`: compare
    every column with the CSV, value by value, before the table shows. `patience` (seconds): how long to wait for
    those who read a table that is to be replaced.
    """

    replace: bool = False
    append: bool = False
    jobs: int = 1
    encoding: str = "UTF8"
    rejects: Path | None = None
    analyze: bool = True
    index: bool = False
    digest: bool = False
    patience: float = 600.0
    piece: int = 4 << 20
    split_from: int = 32 << 20


class Watcher:
    """Is told how the load goes, from several threads; this one does nothing with it."""

    def started(self, table: str, size: int) -> None:
        """A table's turn has come; `size` in bytes, 0 when not known."""

    def moved(self, table: str, step: int) -> None:
        """That many bytes of it were stored."""

    def waits(self, table: str, text: str) -> None:
        """It cannot go on yet; why."""

    def noted(self, text: str) -> None:
        """Something about the run as a whole that a person should know."""

    def ended(self, table: str, size: int) -> None:
        """It stands, or was refused."""


Status = Literal["loaded", "replaced", "skipped", "appended"]


@dataclass(frozen=True)
class Loaded:
    """One table after its turn. `rows` stand in the table; `seconds` of this run, 0 if it was skipped.

    `compared` is how many columns were compared with the CSV.
    """

    table: str
    status: Status
    rows: int
    bytes: int
    seconds: float
    sha256: str
    warnings: tuple[str, ...] = ()
    rejected: int = 0
    compared: int = 0


@dataclass(frozen=True)
class LedgerEntry:
    """One load that was committed. `oid` is PostgreSQL's own number of the table it made; `period` as in Source."""

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
    rejected: int = 0
    period: str | None = None
