"""Time enters as an argument, so that a life of six months runs in a test in a second."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Protocol

JST = timezone(timedelta(hours=9), "JST")


class Clock(Protocol):
    """Whatever tells the time, always in Japan Standard Time."""

    def now(self) -> datetime: ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(JST)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(JST)

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move the clock forward by `step`."""
        self._now += step


def today(clock: Clock) -> date:
    """The date in Japan."""
    return clock.now().date()


def stamp(clock: Clock) -> str:
    """The time as ISO 8601 with seconds and offset, as records store it."""
    return clock.now().isoformat(timespec="seconds")
