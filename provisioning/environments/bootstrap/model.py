"""What a bootstrap and a check are made of, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = str | tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What a server says of itself: its clock (seconds since 1970), memory in MiB, processors, PostgreSQL's folder."""

    clock: int
    memory_mib: int
    cpus: int
    binaries: str = ""


@dataclass(frozen=True)
class Step:
    """One step of the plan; `seconds` is its deadline."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Done:
    """A step that was done; `changed` False when all was as wanted already."""

    name: str
    changed: bool
    seconds: float
    detail: str = ""


class Verdict(StrEnum):
    """What came of a check. What cannot be judged where it runs is never called passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNJUDGED = "not judged here"


@dataclass(frozen=True)
class Checked:
    """One smoke test, run on the server."""

    name: str
    verdict: Verdict
    detail: str


@dataclass(frozen=True)
class CheckGroup:
    """Smoke tests that run together; `seconds` is their deadline."""

    name: str
    seconds: float
    names: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The values that the script of one server takes. Secrets are kept apart, and only sent to the checks."""

    values: Mapping[str, Value]
    secrets: Mapping[str, Value] = field(repr=False)
    stand_in: bool = False

    def without_secrets(self) -> Plan:
        """The same plan, for steps that need no password."""
        return Plan(self.values, {}, self.stand_in)
