"""What was asked of AWS meanwhile, by whichever client: for tests that nothing was changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from provisioning.aws.sessions import Aws

READS = ("Get", "BatchGet", "List", "Describe", "Query", "Head", "Scan")


@dataclass
class CallLog:
    """The operations that were called, in order."""

    calls: list[str] = field(default_factory=list)

    @property
    def writes(self) -> list[str]:
        """Those that may change something."""
        return [name for name in self.calls if not name.startswith(READS)]

    def noted(self, model: Any, **_more: Any) -> None:
        self.calls.append(model.name)


@contextmanager
def call_log(*known: Aws) -> Iterator[CallLog]:
    """Notes every call of clients that are got meanwhile, and of those that `known` has made before."""
    log, wired, made = CallLog(), [], Aws.client

    def watched(found: Any) -> Any:
        found.meta.events.register("before-call.*.*", log.noted, unique_id="call-log")
        wired.append(found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Aws, "client", lambda aws, service: watched(made(aws, service)))
        for aws in known:
            for found in aws._clients.values():
                watched(found)
        try:
            yield log
        finally:
            for found in wired:
                found.meta.events.unregister("before-call.*.*", unique_id="call-log")
