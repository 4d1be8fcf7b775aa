"""The audit log: no act without its entry, both in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from provisioning.actors import Actor
from provisioning.audit.chain import GENESIS, Break, Entry, find_breaks, sealed
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordConflict, RecordStore
from provisioning.clock import Clock, stamp
from provisioning.errors import DependencyFailed
from provisioning.messages import _

PK = "AUDIT"
# The head has a partition of its own, so that a role may read it without reading what others did.
HEAD_PK, HEAD = "AUDIT-HEAD", "HEAD"
ATTEMPTS = 10


@dataclass(frozen=True)
class Verification:
    """What a check of the whole chain found."""

    entries: int
    head: str
    breaks: tuple[Break, ...]
    uncopied: tuple[int, ...]

    @property
    def intact(self) -> bool:
        return not self.breaks


class AuditLog:
    """Appends to the chain and reads it back."""

    def __init__(self, store: RecordStore, clock: Clock, copies: Callable[[], ObjectStore] | None = None) -> None:
        """`copies` gives the locked bucket that every entry is copied to at once.

        Without it (only the operator's role may write there) the next act of an operator copies.
        """
        self._store = store
        self._clock = clock
        self._copies = copies

    def commit(
        self, actor: Actor, act: str, subject: str, details: dict[str, Any] | None = None, puts: Sequence[Put] = ()
    ) -> Entry:
        """Write `puts` and the entry of the act together, or nothing.

        `details` must not hold secrets. Raises RecordConflict when one of `puts` has moved on;
        a head moved by somebody else's act is read again, a bounded number of times.
        """
        for _attempt in range(ATTEMPTS):
            head = self._store.get(HEAD_PK, HEAD)
            number = head.data["number"] + 1 if head else 1
            entry = sealed(
                Entry(
                    number=number,
                    at=stamp(self._clock),
                    actor=str(actor),
                    act=act,
                    subject=subject,
                    details=details or {},
                    previous=head.data["hash"] if head else GENESIS,
                )
            )
            advance = Put(HEAD_PK, HEAD, {"number": number, "hash": entry.hash}, head.version if head else 0)
            try:
                self._store.write([*puts, Put(PK, _key(number), asdict(entry)), advance])
            except RecordConflict as conflict:
                if any(put.pk not in (PK, HEAD_PK) for put in conflict.puts):
                    raise
                continue
            self._copy(entry)
            return entry
        raise DependencyFailed(_("The audit log is too busy."), fix=_("Repeat the command in a moment."))

    def _copy(self, entry: Entry) -> None:
        if self._copies is None:
            return
        try:
            bucket = self._copies()
            if entry.number > 1 and bucket.head(_object_key(entry.number - 1)) is None:
                self.archive(bucket)
            else:
                bucket.put_bytes(_object_key(entry.number), _bytes(entry))
        except DependencyFailed as error:
            raise DependencyFailed(
                _(
                    "'{act}' on {subject} is done and recorded, but its copy in the locked bucket is missing: {error}"
                ).format(act=entry.act, subject=entry.subject, error=error.message),
                fix=_("Copy it when the bucket answers again: hic audit archive"),
            ) from error

    def entries(self) -> list[Entry]:
        """All entries, oldest first."""
        return [Entry(**record.data) for record in self._store.list(PK, "ENTRY#")]

    def archive(self, bucket: ObjectStore) -> int:
        """Copy entries that the locked bucket does not hold yet; how many were copied."""
        have = {item.key for item in bucket.list("audit/")}
        missing = [entry for entry in self.entries() if _object_key(entry.number) not in have]
        for entry in missing:
            bucket.put_bytes(_object_key(entry.number), _bytes(entry))
        return len(missing)

    def verify(self, bucket: ObjectStore) -> Verification:
        """Check the chain, its head, and that the locked copies say the same."""
        entries = self.entries()
        breaks = list(find_breaks(entries))
        head = self._store.get(HEAD_PK, HEAD)
        last = entries[-1].hash if entries else GENESIS
        if head and head.data["hash"] != last:
            breaks.append(Break(head.data["number"], "the head does not name the last entry"))
        copies = {item.key for item in bucket.list("audit/")}
        uncopied = []
        for entry in entries:
            if _object_key(entry.number) not in copies:
                uncopied.append(entry.number)
            elif bucket.read(_object_key(entry.number)) != _bytes(entry):
                breaks.append(Break(entry.number, "differs from its locked copy"))
        known = {_object_key(entry.number) for entry in entries}
        for key in sorted(copies - known):
            breaks.append(
                Break(int(key.removeprefix("audit/").removesuffix(".json")), "stands in the locked copy only")
            )
        return Verification(len(entries), last, tuple(breaks), tuple(uncopied))


def _key(number: int) -> str:
    return f"ENTRY#{number:012d}"


def _object_key(number: int) -> str:
    return f"audit/{number:012d}.json"


def _bytes(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True).encode("utf-8")
