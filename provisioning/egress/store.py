"""Where requests are kept: one record each, and one in the reviewers' queue."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.aws.records import Put, Record, RecordStore
from provisioning.egress.model import Direction, Relieved, Request, Vote
from provisioning.egress.opinions import Phase, phase
from provisioning.egress.states import State
from provisioning.errors import AccessDenied, BadInput
from provisioning.messages import _

OPEN = frozenset({State.DRAFT, State.SUBMITTED, State.CHECKING, State.UNDER_REVIEW, State.RETURNED, State.APPROVED})
QUEUE = "EGRESS-QUEUE"
OPINIONS = "EGRESS-OPINIONS"
"""Opinions lie here until they are decided on: an analysis server's role reads its approval's own records alone."""
COUNTER = "EGRESS-COUNTER"
PREFIX = "EGRESS#"
FILED = "EGRESS-FILED#"
OPEN_TO_OPINIONS = (State.UNDER_REVIEW, State.WITHDRAWN)
"""In these states there may be opinions that are not decided on."""
_REQUEST_ID = re.compile(r"(?P<approval>[A-Z0-9][A-Z0-9-]{2,23})-(?P<letter>[EI])(?P<number>\d{3,})")
_LETTERS = {Direction.OUT: "E", Direction.IN: "I"}


@dataclass(frozen=True)
class Stored:
    """A request with the record it was read from, whose version a write must still find, and that of its opinions."""

    request: Request
    record: Record
    opinions: Record | None = None


def request_id(approval_id: str, number: int, direction: Direction = Direction.OUT) -> str:
    """The id of the approval's request of that number: E goes out, I comes in."""
    return f"{approval_id}-{_LETTERS[direction]}{number:03d}"


def load_approval(records: RecordStore, approval_id: str) -> Approval:
    """The registered approval. Raises BadInput when there is none of that id."""
    record = records.get(approval_key(approval_id), "APPROVAL")
    if record is None:
        raise BadInput(
            _("There is no approval {approval}.").format(approval=approval_id),
            fix=_("Check the id, or have it registered first: hic approval register FILE"),
        )
    return Approval.model_validate(record.data["approval"])


def load(records: RecordStore, name: str, direction: Direction | None = None) -> Stored:
    """The request of that id. Raises BadInput when there is none, or none of that direction."""
    match = _REQUEST_ID.fullmatch(name)
    if match and (direction is None or match["letter"] == _LETTERS[direction]):
        record = records.get(approval_key(match["approval"]), PREFIX + name)
        if record:
            return _unsealed(records, record)
    group = "ingress" if direction is Direction.IN else "egress"
    raise BadInput(
        _("There is no request {request}.").format(request=name),
        fix=_("Look at the list: hic {group} queue --all").format(group=group),
    )


def _unsealed(records: RecordStore, record: Record) -> Stored:
    """A request with the opinions on it that are not decided on yet, as far as this identity may read them."""
    request = Request.model_validate(record.data)
    try:
        opinions = records.get(OPINIONS, request.id) if request.state in OPEN_TO_OPINIONS else None
    except AccessDenied:
        return Stored(request, record)
    if opinions is None or not request.sealed:
        return Stored(request, record, opinions)
    votes = tuple(Vote.model_validate(vote) for vote in opinions.data["votes"])
    relieved = tuple(Relieved.model_validate(gone) for gone in opinions.data["relieved"])
    whole = request.model_copy(update={"votes": votes, "relieved": relieved, "sealed": 0})
    return Stored(whole, record, opinions)


def load_of_approval(records: RecordStore, approval_id: str, direction: Direction = Direction.OUT) -> list[Request]:
    """All requests of one approval and direction, oldest first."""
    found = [Request.model_validate(record.data) for record in records.list(approval_key(approval_id), PREFIX)]
    return [request for request in found if request.direction is direction]


def load_queue(records: RecordStore, direction: Direction = Direction.OUT) -> list[Request]:
    """All requests of that direction in the reviewers' queue, by id."""
    names = [record.sk for record in records.list(QUEUE)]
    matches = [match for name in names if (match := _REQUEST_ID.fullmatch(name))]
    return [load(records, match[0]).request for match in matches if match["letter"] == _LETTERS[direction]]


def open_requests(records: RecordStore) -> dict[str, list[str]]:
    """Ids of requests that wait for something, by approval: the lines of the queue tell it by one call."""
    found: dict[str, list[str]] = {}
    for line in records.list(QUEUE):
        if State(line.data["state"]) in OPEN:
            found.setdefault(line.data["approval"], []).append(line.sk)
    return found


def filed(records: RecordStore, approval_id: str, direction: Direction, hashes: Iterable[str]) -> Record | None:
    """The record that says which request holds exactly these contents; None when none ever did."""
    return records.get(approval_key(approval_id), _filed_key(direction, hashes))


def claimed(request: Request, before: Record | None) -> Put:
    """The write that makes `request` the one with its contents; of two at once only one goes through."""
    data = {"request": request.id}
    if before:
        return Put.over(before, data)
    key = _filed_key(request.direction, (file.sha256 for file in request.files))
    return Put(approval_key(request.approval_id), key, data)


def _filed_key(direction: Direction, hashes: Iterable[str]) -> str:
    text = "\n".join([direction, *sorted(set(hashes))])
    return FILED + hashlib.sha256(text.encode("ascii")).hexdigest()


def added(request: Request) -> list[Put]:
    """The writes of a new request."""
    return [
        Put(approval_key(request.approval_id), PREFIX + request.id, request.model_dump(mode="json")),
        Put(QUEUE, request.id, _queue_line(request)),
    ]


def changed(stored: Stored, request: Request) -> list[Put]:
    """The writes that replace a request as it was read.

    Opinions that are not decided on yet go into a record of their own. A request and its line in the queue are always
    written together, so their versions are equal: the line need not be read, which a researcher's role on AWS may not.
    """
    queue = Put(QUEUE, request.id, _queue_line(request), stored.record.version)
    if not (request.votes or request.relieved) or phase(request) is Phase.COMPLETE:
        return [Put.over(stored.record, request.model_dump(mode="json")), queue]
    parts = request.model_dump(mode="json", include={"votes", "relieved"})
    sealed = request.model_copy(update={"votes": (), "relieved": (), "sealed": len(request.votes)})
    puts = [Put.over(stored.record, sealed.model_dump(mode="json")), queue]
    if stored.opinions is None:
        return [*puts, Put(OPINIONS, request.id, parts)]
    return [*puts, Put.over(stored.opinions, parts)]


def _queue_line(request: Request) -> dict[str, str]:
    return {"approval": request.approval_id, "state": request.state, "submitted_at": request.submitted_at}
