"""The few kinds of failure a user can meet. Each carries its exit code and the way out.

Exceptions never log; the command line prints them once, at the border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in some input: where it stands, what is wrong, and how to mend it."""

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        named = not self.where or self.what.startswith(self.where)
        line = self.what if named else f"{self.where}: {self.what}"
        return f"{line} -> {self.fix}" if self.fix else line


class Mistaken(ValueError):
    """What a validator of a model finds wrong. Pydantic passes it on; whoever read the input adds the lines.

    The problems of one field have no `where`; those of a whole model have the path of the field, as in `period.end`.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class HicError(Exception):
    """Anything that ends a command with a message instead of a traceback.

    `fields`: what else a program should know, beside the message, in the report of `--json`.
    """

    exit_code = 1

    def __init__(self, message: str, *, fix: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.problems = tuple(problems)
        self.fields: dict[str, object] = {}

    def __str__(self) -> str:
        lines = [self.message, *(f"  - {p}" for p in self.problems)]
        if self.fix:
            lines.append(self.fix)
        return "\n".join(lines)


class Refused(HicError):
    """A rule says no, or a check found something (exit 1)."""

    exit_code = 1


class Conflict(Refused):
    """Somebody else changed the record in the meantime (exit 1)."""


class BadInput(HicError):
    """The usage or the input is wrong; nothing was done (exit 2)."""

    exit_code = 2


class DependencyFailed(HicError):
    """AWS, the database or the network did not answer as it should (exit 3)."""

    exit_code = 3


class AccessDenied(DependencyFailed):
    """AWS answered that this identity may not do it (exit 3)."""
