"""One thing that stands, as every reader gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PLATFORM = "platform"


@dataclass(frozen=True)
class Item:
    """One thing that stands: whose it is (by what it belongs to, not by its tags), and what AWS shows of it."""

    kind: str
    id: str
    approval: str
    tags: Mapping[str, str]
    facts: Mapping[str, Any]
