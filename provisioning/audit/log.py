"""The audit log: no act without its entry, both in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from provisioning.actors import Actor
from provisioning.audit.chain import GENESIS, Break, Entry, find_breaks, sealed
from provisioning.aws.objects import ObjectStore, StoredVersion
from provisioning.aws.records import Put, Record, RecordConflict, RecordStore
from provisioning.clock import JST, Clock, stamp
from provisioning.errors import DependencyFailed
from provisioning.messages import _

PK = "AUDIT"
# The head has a partition of its own, so that a role may read it without reading what others did.
HEAD_PK, HEAD = "AUDIT-HEAD", "HEAD"
FOLDER = "audit/"
ATTEMPTS = 10
AT_ONCE = 8
"""So many copies are read at a time: each takes a call of its own."""


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
                _put_once(bucket, entry)
        except DependencyFailed as error:
            raise DependencyFailed(
                _("'{act}' on {subject} is on record, but the locked bucket has no copy of the entry: {error}").format(
                    act=entry.act, subject=entry.subject, error=error.message
                ),
                fix=_(
                    "The act itself may not have come to its end. When the bucket answers again, repeat the command, "
                    "then copy what is missing: hic audit archive"
                ),
            ) from error

    def entries(self) -> list[Entry]:
        """All entries, oldest first."""
        return [Entry(**record.data) for record in self._store.list(PK, "ENTRY#")]

    def archive(self, bucket: ObjectStore) -> int:
        """Copy entries that the locked bucket does not hold yet; how many were copied."""
        have = {item.key for item in bucket.list(FOLDER)}
        missing = [entry for entry in self.entries() if _object_key(entry.number) not in have]
        return sum(_put_once(bucket, entry) for entry in missing)

    def verify(self, bucket: ObjectStore) -> Verification:
        """Check the chain, its head, and that every version of the locked copies says the same.

        The lock keeps what was copied first; whoever rewrites the chain can only put other versions over it.
        What is written meanwhile is no break: copies are listed first, for an entry is there before its copy.
        """
        copies = list(bucket.versions(FOLDER))
        head, records = self._at_rest()
        entries = [entry for record in records if (entry := _entry(record))]
        strange = [f"{PK}/{record.sk}" for record in records if _entry(record) is None]
        breaks = [Break(None, _("it is no entry of the chain"), key) for key in strange]
        breaks += find_breaks(entries)
        number, last = (entries[-1].number, entries[-1].hash) if entries else (0, GENESIS)
        if entries and head is None:
            breaks.append(Break(number, _("the head of the chain is missing")))
        elif head and head.data != {"number": number, "hash": last}:
            breaks.append(Break(number, _("the head of the chain does not name the last entry")))
        known = {_object_key(entry.number): entry for entry in entries}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            compared = pool.map(lambda copy: _against(bucket, copy, known.get(copy.key)), copies)
            breaks += [broken for broken in compared if broken]
        copied = {copy.key for copy in copies if not copy.deleted}
        uncopied = tuple(entry.number for key, entry in known.items() if key not in copied)
        return Verification(len(entries), last, tuple(breaks), uncopied)

    def _at_rest(self) -> tuple[Record | None, list[Record]]:
        """The head and all that is stored of the chain, while nobody wrote."""
        for _attempt in range(ATTEMPTS):
            head = self._store.get(HEAD_PK, HEAD)
            records = self._store.list(PK)
            if self._store.get(HEAD_PK, HEAD) == head:
                return head, records
        raise DependencyFailed(_("The audit log is too busy."), fix=_("Repeat the command in a moment."))


def _against(bucket: ObjectStore, copy: StoredVersion, entry: Entry | None) -> Break | None:
    """What a version in the locked bucket says against the entry that its key names."""
    number = entry.number if entry else _number(copy.key)
    if copy.deleted:
        return Break(number, _("its locked copy was marked as deleted"), copy.key)
    if number is None:
        return Break(None, _("it is no copy of an entry"), copy.key)
    if entry is None:
        return Break(number, _("it stands in the locked copy only"), copy.key)
    if bucket.read(copy.key, copy.version) == _bytes(entry):
        return None
    at = copy.at.astimezone(JST).isoformat(timespec="seconds")
    reason = _("it differs from its locked copy of {time}, version {version}")
    return Break(number, reason.format(time=at, version=copy.version), copy.key)


def _key(number: int) -> str:
    return f"ENTRY#{number:012d}"


def _object_key(number: int) -> str:
    return f"{FOLDER}{number:012d}.json"


def _number(key: str) -> int | None:
    """The number of the entry that a copy's key is made of, or None."""
    number = key.removeprefix(FOLDER).removesuffix(".json")
    return int(number) if number.isascii() and number.isdigit() and _object_key(int(number)) == key else None


def _entry(record: Record) -> Entry | None:
    """The entry of a record; None for what has other fields or another key, as no act writes it."""
    try:
        entry = Entry(**record.data)
        return entry if _key(entry.number) == record.sk else None
    except (TypeError, ValueError):
        return None


def _put_once(bucket: ObjectStore, entry: Entry) -> bool:
    """Copy an entry unless something lies there already, which is never put over; whether it was copied."""
    return bucket.put_if_unchanged(_object_key(entry.number), _bytes(entry), None)


def _bytes(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True).encode("utf-8")
