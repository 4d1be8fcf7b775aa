"""What a data set consists of: tables, their layouts, and the manifest of a published month."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """One position of a record. `type` is the layout's word, `sql_type` PostgreSQL's.

    `confidence` tells how well the position is known: `spec`, `sampled-count-matches` or `inferred`.
    """

    position: int
    name: str
    japanese_name: str
    type: str
    sql_type: str
    nullable: bool
    code_system: str
    max_bytes: int | None
    confidence: str
    note: str = ""


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of record, in the order of the CSV. Several tables may share one."""

    key: str
    columns: tuple[Column, ...]

    @property
    def version(self) -> str:
        """12 hex digits that change when a column's place, name, type or NOT NULL changes."""
        told = "\n".join(f"{c.name} {c.sql_type} {c.nullable}" for c in self.columns)
        return hashlib.sha256(told.encode("utf-8")).hexdigest()[:12]


@dataclass(frozen=True)
class Table:
    """One table of a data set: `TRIAL_DPC_BU`, its layout, and how many rows a receipt has on average.

    `rows_basis` says whether that number was counted in a published month or is assumed. A check-up or a
    guidance counts as a receipt.
    """

    dataset: str
    name: str
    layout: Layout
    point_table: str
    record: str
    japanese_name: str
    rows_per_receipt: float
    rows_basis: str = "assumed"

    @property
    def provisional(self) -> bool:
        """Whether even the list of tables is a guess: the panel's content was announced, not published (DATA-9)."""
        return self.dataset == "panel"

    @property
    def csv_name(self) -> str:
        """The file of its rows."""
        return f"{self.name}.csv"

    @property
    def sql_name(self) -> str:
        """The file of its definition (ENV-11)."""
        return f"{self.name}.sql"

    @property
    def relation(self) -> str:
        """The table's name in PostgreSQL: the file stem in lower case (ENV-12)."""
        return self.name.lower()


@dataclass(frozen=True)
class Entry:
    """One published pair of CSV and DDL. `rows` counts records as PostgreSQL does, `bytes` the CSV's size.

    `layout_version` is the version of the layout that the CSV was checked against; empty in old manifests.
    """

    name: str
    sha256: str
    bytes: int
    rows: int
    columns: int
    layout: str
    ddl: str
    ddl_sha256: str
    layout_version: str = field(default="", compare=False)

    @property
    def table(self) -> str:
        """`TRIAL_DPC_BU` of `TRIAL_DPC_BU.csv`."""
        return self.name.removesuffix(".csv")


@dataclass(frozen=True)
class Manifest:
    """What a published month, or a panel such as `2022/all`, consists of; uploaded last, so it is whole or absent."""

    dataset: str
    month: str
    files: tuple[Entry, ...]

    def entry(self, name: str) -> Entry | None:
        """The pair whose CSV has that name, or None."""
        return next((entry for entry in self.files if entry.name == name), None)
