"""Requests and opinions made directly, for pure rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from provisioning.egress.model import Choice, FrozenFile, FrozenObject, Request, Vote
from provisioning.egress.states import State


def make(state: State = State.UNDER_REVIEW, **changes: Any) -> Request:
    """A request filed by analyst-a, with one file."""
    file = FrozenFile(name="a.csv", key="egress/outbox/x/a.csv", version="1", sha256="0" * 64, size=1)
    values: dict[str, Any] = {
        "id": "HIC-2026-001-E001",
        "approval_id": "HIC-2026-001",
        "state": state,
        "author": "analyst-a",
        "purpose": "p",
        "venue": "v",
        "venue_approved": False,
        "self_checked": True,
        "submitted_at": "2026-11-02T09:00:00+09:00",
        "review_due": date(2026, 11, 16),
        "rules": "3",
        "files": (file,),
        "findings": FrozenObject(key="f", version="1", sha256="1" * 64, size=1),
    }
    return Request(**{**values, **changes})


def vote(name: str, choice: Choice = Choice.APPROVE, second: bool = False) -> Vote:
    """An opinion, of the first round or the second."""
    return Vote(reviewer=name, choice=choice, reason="r", at="t", bundle="b", round=2 if second else 1)
