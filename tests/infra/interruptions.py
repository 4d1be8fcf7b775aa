"""A power cut for the engine: from a chosen moment on nothing reaches AWS or the disk any more.

For both, that is what a killed process looks like; what is left standing is what the next run finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from provisioning.aws.sessions import Aws
from provisioning.offline.journal import Journal
from provisioning.offline.state import StateStore

LOOKING = ("Describe", "Get", "List", "Head", "BatchGet", "Query", "Scan")


class PowerCutError(Exception):
    """Nothing works any more."""


class Power:
    """Counts moments: right after AWS has done what was asked for, and right after a note of it is on disk."""

    def __init__(self) -> None:
        self.left = 0
        self.on = True

    def cut_after(self, moments: int) -> None:
        """Restore it, and let it fail after so many moments more."""
        self.left, self.on = moments, True

    def keep(self) -> None:
        """Restore it for good."""
        self.cut_after(10**9)

    def moment(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.on = False
            raise PowerCutError

    def before_call(self, **_more: Any) -> None:
        if not self.on:
            raise PowerCutError

    def after_call(self, model: Any, http_response: Any, **_more: Any) -> None:
        if self.on and http_response.status_code < 300 and not model.name.startswith(LOOKING):
            self.moment()


@contextmanager
def power_over(aws: Aws) -> Iterator[Power]:
    """Power that can be cut, for the engine's calls and its files."""
    power = Power()
    power.keep()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StateStore, "save", _while_on(power, StateStore.save))
        patch.setattr(StateStore, "remove", _while_on(power, StateStore.remove))
        patch.setattr(Journal, "note", _noted(power, Journal.note))
        made = aws.client

        def client(service: str) -> Any:
            return wired(made(service))

        def wired(found: Any) -> Any:
            found.meta.events.register("before-call.*.*", power.before_call, unique_id="power-before")
            found.meta.events.register("after-call.*.*", power.after_call, unique_id="power-after")
            return found

        patch.setattr(aws, "client", client)
        for known in aws._clients.values():
            wired(known)
        try:
            yield power
        finally:
            for known in aws._clients.values():
                known.meta.events.unregister("before-call.*.*", unique_id="power-before")
                known.meta.events.unregister("after-call.*.*", unique_id="power-after")


def _while_on(power: Power, act: Callable[..., None]) -> Callable[..., None]:
    def acting(*arguments: Any, **more: Any) -> None:
        if power.on:
            act(*arguments, **more)

    return acting


def _noted(power: Power, note: Callable[..., None]) -> Callable[..., None]:
    def noting(self: Journal, **more: Any) -> None:
        if power.on:
            note(self, **more)
            power.moment()

    return noting


def until_done(power: Power, act: Callable[[], Any], moments: Iterator[int]) -> int:
    """Cut the power after so many moments each time, and begin again, until it is done; how often it was cut."""
    cuts = 0
    for count in moments:
        power.cut_after(count)
        try:
            act()
        except Exception:
            if power.on:
                raise
            cuts += 1
            continue
        power.keep()
        return cuts
    raise AssertionError("never done")


def killed(power: Power, moment: int, act: Callable[[], None]) -> None:
    """Run the act with the power cut after so many moments; it stays off."""
    power.cut_after(moment)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - what it meets on its way out is not of interest
        act()
    assert not power.on, caught.value
    assert isinstance(caught.value, PowerCutError) or caught.value.__class__.__module__.startswith("provisioning")
