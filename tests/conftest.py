"""What the tests share: a stand-in for AWS that is emptied before each test, and a still clock."""

from __future__ import annotations

import logging
import os
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from xdist.remote import Producer

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.model import Approval
from provisioning.approvals.reading import read_approval
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import TABLE, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import JST, FixedClock
from provisioning.offline import moto_server
from provisioning.settings import DEFAULT_REGION
from tests.postgres import database, postgres, query
from tests.scheduling import ByStand, rank

__all__ = ["database", "postgres", "query"]

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
# moto reads this as its EC2 is imported, which may be at the head of a test.
os.environ["MOTO_AMIS_PATH"] = str(moto_server.IMAGES)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; else as they were."""
    items.sort(key=lambda item: rank(item.nodeid.partition("::")[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByStand | None:
    """See `scheduling`."""
    return ByStand(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def aws_endpoint() -> Iterator[str]:
    """A moto server of this test process."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto_server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def aws_clients(aws_endpoint: str) -> Aws:
    """One set of clients for all tests; making them is what costs time."""
    return Aws(DEFAULT_REGION, endpoint=aws_endpoint)


@pytest.fixture
def aws(aws_clients: Aws) -> Aws:
    """An empty AWS."""
    reset(aws_clients)
    return aws_clients


def reset(aws: Aws) -> None:
    """Empty the stand-in for AWS."""
    request = urllib.request.Request(f"{aws.endpoint}/moto-api/reset", method="POST")  # noqa: S310 - loopback
    urllib.request.urlopen(request).close()  # noqa: S310


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 2, 9, 0, tzinfo=JST))


@pytest.fixture
def records(aws: Aws) -> RecordStore:
    """The record table, made directly."""
    make_table(aws)
    return RecordStore(aws)


def make_table(aws: Aws) -> None:
    """Make the record table."""
    aws.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def audit(records: RecordStore, clock: FixedClock) -> AuditLog:
    return AuditLog(records, clock)


@pytest.fixture
def make_bucket(aws: Aws) -> Callable[[str], ObjectStore]:
    """Make a versioned bucket."""

    def make(name: str) -> ObjectStore:
        client = aws.client("s3")
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.region})
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return ObjectStore(aws, name)

    return make


@pytest.fixture
def share(aws: Aws, make_bucket: Callable[[str], ObjectStore]) -> ObjectStore:
    return make_bucket(names.share_bucket(aws.account))


@pytest.fixture
def approval() -> Approval:
    """The exploratory example on Windows."""
    return read_approval(EXAMPLES / "exploratory-windows.yaml")


@pytest.fixture
def operator() -> Actor:
    return Actor("operator", "operator-1")


@pytest.fixture
def researcher() -> Actor:
    return Actor("researcher", "analyst-a")


@pytest.fixture
def reviewer() -> Actor:
    return Actor("reviewer", "reviewer-1")
