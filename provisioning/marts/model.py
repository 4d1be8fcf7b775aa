"""What a mart is: one SQL file that makes one table of loaded ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mart:
    """One SQL file. `needs` are the loaded tables it reads; `sql` has :SC_NAME and :MART for the two schemas."""

    name: str
    what: str
    needs: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Built:
    """One mart that stands: its rows, and the seconds it took."""

    name: str
    rows: int
    seconds: float


class Watcher:
    """Told how a build goes, from several threads; this one keeps silent. A mart has a part for each month."""

    def begun(self, parts: int) -> None:
        """So many parts are to be made."""

    def started(self, name: str) -> None:
        """A part of that mart is being made."""

    def ended(self, built: Built) -> None:
        """It stands."""
