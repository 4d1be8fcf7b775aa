"""Who holds the lock of a stack, as Pulumi writes it into the bucket of the state, and into its messages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

# "... created by user@host (pid 7) at 2026-11-02T09:00:00+09:00", for each lock
_TOLD = re.compile(r"created by (?P<owner>\S+@\S+) \(pid (?P<pid>\d+)\) at (?P<since>\S+)")


@dataclass(frozen=True)
class Lock:
    """A run that changes a stack: whose, and since when."""

    owner: str
    pid: str
    since: datetime


def told_lock(text: str) -> Lock | None:
    """The first lock that an error of Pulumi tells of, or None."""
    found = _TOLD.search(text)
    return Lock(found["owner"], found["pid"], datetime.fromisoformat(found["since"])) if found else None


def read_lock(content: bytes) -> Lock | None:
    """The lock of a file of the bucket; None when it says nothing that can be read."""
    try:
        note = json.loads(content)
        # Go writes nanoseconds, which Python reads from 3.11 on.
        return Lock(
            f"{note['username']}@{note['hostname']}", str(note["pid"]), datetime.fromisoformat(note["timestamp"])
        )
    except (ValueError, KeyError, TypeError):
        return None
