"""The chain itself, pure: each entry carries the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from provisioning.messages import _

GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One act. `number` counts from 1; `hash` covers every other field."""

    number: int
    at: str
    actor: str
    act: str
    subject: str
    details: dict[str, Any] = field(default_factory=dict)
    previous: str = GENESIS
    hash: str = ""


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold: an entry, or what lies among entries or copies under a `key`.

    `number` is None where the key is that of no entry.
    """

    number: int | None
    reason: str
    key: str = ""


def entry_hash(entry: Entry) -> str:
    """sha256 over the canonical JSON of all fields but `hash`."""
    content = {k: v for k, v in asdict(entry).items() if k != "hash"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sealed(entry: Entry) -> Entry:
    """The entry with its own hash filled in."""
    return Entry(**{**asdict(entry), "hash": entry_hash(entry)})


def find_breaks(entries: Iterable[Entry]) -> Sequence[Break]:
    """Every place where numbers, hashes or links do not fit; empty for an intact chain."""
    breaks: list[Break] = []
    number, previous = 0, GENESIS
    for entry in entries:
        number += 1
        if entry.number != number:
            breaks.append(Break(entry.number, _("number {number} is missing").format(number=number)))
            number = entry.number
        elif entry.previous != previous:
            breaks.append(Break(entry.number, _("it does not follow the entry before it")))
        if entry.hash != entry_hash(entry):
            breaks.append(Break(entry.number, _("its content was changed")))
        previous = entry.hash
    return breaks
