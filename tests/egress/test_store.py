"""Where requests are kept, and what a researcher's role needs to read for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.actors import Actor
from provisioning.aws.records import Record, RecordConflict, RecordStore
from provisioning.egress import store
from provisioning.egress.model import Direction, Request
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, withdraw
from provisioning.errors import BadInput

File = Callable[..., Request]


def test_a_researcher_never_reads_the_queue(
    desk: Desk, file_request: File, researcher: Actor, records: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = records.get

    def guarded(pk: str, sk: str) -> Record | None:
        assert pk != store.QUEUE
        return read(pk, sk)

    monkeypatch.setattr(records, "get", guarded)
    request = file_request()
    assert withdraw(desk, researcher, request.id, "").state is State.WITHDRAWN


def test_a_request_and_its_line_in_the_queue_move_together(
    desk: Desk, file_request: File, researcher: Actor, records: RecordStore
) -> None:
    request = file_request()
    stored = store.load(records, request.id)
    line = records.get(store.QUEUE, request.id)
    assert line
    assert line.version == stored.record.version
    withdraw(desk, researcher, request.id, "")
    with pytest.raises(RecordConflict):
        records.write(store.changed(stored, request))
    assert {record.data["state"] for record in records.list(store.QUEUE)} == {"withdrawn"}


@pytest.mark.parametrize(
    ("direction", "number", "name"), [(Direction.OUT, 7, "A-1-E007"), (Direction.IN, 1234, "A-1-I1234")]
)
def test_ids_tell_the_direction(direction: Direction, number: int, name: str, records: RecordStore) -> None:
    assert store.request_id("A-1", number, direction) == name
    with pytest.raises(BadInput, match="no request"):
        store.load(records, name)
