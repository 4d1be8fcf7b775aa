"""Where requests are kept: one record each, and one in the reviewers' queue."""

from __future__ import annotations

import re
from dataclasses import dataclass

from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.aws.records import Put, Record, RecordStore
from provisioning.egress.model import Request
from provisioning.errors import BadInput
from provisioning.messages import _

QUEUE = "EGRESS-QUEUE"
COUNTER = "EGRESS-COUNTER"
PREFIX = "EGRESS#"
_REQUEST_ID = re.compile(r"(?P<approval>[A-Z0-9][A-Z0-9-]{2,23})-E(?P<number>\d{3,})")


@dataclass(frozen=True)
class Stored:
    """A request with the records it was read from, whose versions a write must still find."""

    request: Request
    record: Record
    queued: Record


def request_id(approval_id: str, number: int) -> str:
    """The id of the approval's request of that number."""
    return f"{approval_id}-E{number:03d}"


def load_approval(records: RecordStore, approval_id: str) -> Approval:
    """The registered approval. Raises BadInput when there is none of that id."""
    record = records.get(approval_key(approval_id), "APPROVAL")
    if record is None:
        raise BadInput(
            _("There is no approval {approval}.").format(approval=approval_id),
            fix=_("Check the id, or have it registered first: hic approval register FILE"),
        )
    return Approval.model_validate(record.data["approval"])


def load(records: RecordStore, name: str) -> Stored:
    """The request of that id. Raises BadInput when there is none."""
    if match := _REQUEST_ID.fullmatch(name):
        record = records.get(approval_key(match["approval"]), PREFIX + name)
        queued = records.get(QUEUE, name)
        if record and queued:
            return Stored(Request.model_validate(record.data), record, queued)
    raise BadInput(
        _("There is no request {request}.").format(request=name), fix=_("Look at the list: hic egress queue --all")
    )


def load_of_approval(records: RecordStore, approval_id: str) -> list[Request]:
    """All requests of one approval, oldest first."""
    return [Request.model_validate(record.data) for record in records.list(approval_key(approval_id), PREFIX)]


def load_queue(records: RecordStore) -> list[Request]:
    """All requests in the reviewers' queue, by id."""
    return [load(records, record.sk).request for record in records.list(QUEUE)]


def added(request: Request) -> list[Put]:
    """The writes of a new request."""
    return [
        Put(approval_key(request.approval_id), PREFIX + request.id, request.model_dump(mode="json")),
        Put(QUEUE, request.id, _queue_line(request)),
    ]


def changed(stored: Stored, request: Request) -> list[Put]:
    """The writes that replace a request as it was read."""
    return [
        Put.over(stored.record, request.model_dump(mode="json")),
        Put.over(stored.queued, _queue_line(request)),
    ]


def _queue_line(request: Request) -> dict[str, str]:
    return {"approval": request.approval_id, "state": request.state, "submitted_at": request.submitted_at}
