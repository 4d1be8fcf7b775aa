"""A real sshd of an ordinary account, and an environment that is recorded as standing."""

from __future__ import annotations

import secrets
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.approvals.reading import read_approval
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import JST, FixedClock
from provisioning.environments.bootstrap.model import Done, Step
from provisioning.environments.bootstrap.service import ENVIRONMENT, Servers, Way
from provisioning.offline import analysis_server
from tests.approvals.test_fees import changed
from tests.conftest import EXAMPLES, make_table, reset
from tests.environments.test_service import pay

OUTPUTS = {
    "serverInstanceId": "i-0123456789abcdef0",
    "serverName": "hic-server",
    "serverPrivateIp": "10.1.16.10",
    "dataVolumeId": "vol-0123456789abcdef0",
}


@pytest.fixture(scope="session")
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A stand-in for analysis servers, for the whole run."""
    if lacking := analysis_server.missing_for_server():
        pytest.skip(f"no stand-in for an analysis server here: {', '.join(lacking)} missing")
    folder = tmp_path_factory.mktemp("stand-in") / "server"
    try:
        started = analysis_server.start_server(folder)
        yield started
        analysis_server.stop_server(started)
    finally:
        analysis_server.remove_server(folder)


@dataclass
class World:
    """One environment that is recorded as active, and the service that makes its server work."""

    aws: Aws
    records: RecordStore
    audit: AuditLog
    clock: FixedClock
    operator: Actor
    approvals: Approvals
    approval: Approval
    card: dict[str, Any]
    seen: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return approval_key(self.approval.id)

    @property
    def base(self) -> Path:
        return Path(self.card["base"]) / self.approval.id.lower()

    def servers(self, **changes: Any) -> Servers:
        """The service; `changes` are other entries of the stand-in's description."""
        way = Way("offline", {}, {**self.card, **changes})
        return Servers(self.approvals, self.records, self.audit, self.aws, self.clock, way)

    def bootstrap(self, **changes: Any) -> list[str]:
        """Run it; the steps that changed something."""
        made = self.servers(**changes).bootstrap(self.operator, self.approval.id, self.on_step)
        return [done.name for done in made.steps if done.changed]

    def on_step(self, step: Step, done: Done | None) -> None:
        if done is None:
            self.seen.append(step.name)

    def record(self, name: str) -> dict[str, Any]:
        found = self.records.get(self.key, name)
        assert found
        return found.data


def build_world(aws: Aws, card: dict[str, Any], approval_id: str) -> World:
    """An environment of that id, as `hic env up` leaves it."""
    clock, operator = FixedClock(datetime(2026, 11, 2, 9, 0, tzinfo=JST)), Actor("operator", "operator-1")
    records = RecordStore(aws)
    audit = AuditLog(records, clock)
    approvals = Approvals(records, audit, clock)
    mine = changed(read_approval(EXAMPLES / "exploratory-windows.yaml"), id=approval_id)
    pay(approvals, operator, mine)
    for state in (State.BUILDING, State.ACTIVE):
        audit.commit(operator, f"test.{state}", mine.id, {}, [approvals.get(mine.id).moved(state)])
    records.write([Put(approval_key(mine.id), ENVIRONMENT, {"outputs": OUTPUTS})])
    make_versioned(aws, names.work_bucket(mine.id, aws.account))
    return World(aws, records, audit, clock, operator, approvals, mine, card)


def make_versioned(aws: Aws, name: str) -> ObjectStore:
    place = {"LocationConstraint": aws.region}
    aws.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
    return ObjectStore(aws, name)


@pytest.fixture(scope="module")
def ministry(aws_clients: Aws) -> Aws:
    """An AWS with what the platform has, for a whole module."""
    reset(aws_clients)
    make_table(aws_clients)
    make_versioned(aws_clients, names.audit_bucket(aws_clients.account))
    share = make_versioned(aws_clients, names.share_bucket(aws_clients.account))
    share.put_bytes("shareData/manual/readme.txt", b"manual")
    return aws_clients


@pytest.fixture(scope="module")
def world(ministry: Aws, card: dict[str, Any]) -> Iterator[World]:
    """An environment whose server is set up, for a whole module."""
    world = build_world(ministry, card, "HIC-SSH-1")
    world.bootstrap()
    yield world
    analysis_server.destroy_server(card, world.approval.id)


@pytest.fixture
def fresh(ministry: Aws, card: dict[str, Any]) -> Iterator[World]:
    """An environment with nothing on its server yet."""
    world = build_world(ministry, card, f"HIC-NEW-{secrets.token_hex(4).upper()}")
    yield world
    analysis_server.destroy_server(card, world.approval.id)


class Wire:
    """A connection to the server that can be cut."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self.port = int(self._door.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Nothing passes any more; both ends see the other gone."""
        for end in [self._door, *self._ends]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self) -> None:
        with suppress(OSError, ValueError):  # cut: closed under our hands
            near, _address = self._door.accept()
            far = socket.create_connection(("127.0.0.1", self._target))
            self._ends += [near, far]
            while True:
                for end in select.select([near, far], [], [], 5)[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    (far if end is near else near).sendall(data)

    def join(self) -> None:
        self._thread.join(10)


@pytest.fixture
def wire(card: dict[str, Any]) -> Iterator[Wire]:
    made = Wire(int(card["port"]))
    yield made
    made.cut()
    made.join()
