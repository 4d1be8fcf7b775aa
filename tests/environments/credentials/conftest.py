"""A built environment in the records, and a desk that makes credentials for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.model import Approval
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.credentials import certificates, contents
from provisioning.environments.credentials.desk import Desk
from provisioning.environments.credentials.issuing import Issued
from provisioning.environments.credentials.paper_text import to_markdown

PLATFORM = {"directoryId": "d-1234567890", "directoryDomain": "hic.internal"}
POOL = 4


@cache
def pooled_key(bits: int, number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def parsed_key(text: bytes) -> PrivateKeyTypes:
    return load_pem_private_key(text, password=None)


@pytest.fixture
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real keys, but few of them, and each read once: making them, and proving that they are good, costs the time."""
    made: dict[int, int] = {}

    def make(bits: int) -> rsa.RSAPrivateKey:
        made[bits] = made.get(bits, -1) + 1
        return pooled_key(bits, made[bits] % POOL)

    def load(text: bytes, password: None) -> PrivateKeyTypes:
        key, end, _certificate = text.partition(b"-----END PRIVATE KEY-----")
        return parsed_key(key + end)

    monkeypatch.setattr(certificates, "make_key", make)
    monkeypatch.setattr(certificates.serialization, "load_pem_private_key", load)


@pytest.fixture
def quick_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers as text in place of PDF, which is what takes time; test_papers.py looks at PDF."""
    monkeypatch.setattr(contents, "to_pdf", lambda paper: to_markdown(paper).encode())


@pytest.fixture
def quick(quick_keys: None, quick_papers: None) -> None:
    """Both."""


@pytest.fixture
def approvals(records: RecordStore, audit: AuditLog, clock: FixedClock) -> Approvals:
    return Approvals(records, audit, clock)


@pytest.fixture
def build(
    approvals: Approvals, records: RecordStore, aws: Aws, operator: Actor, make_bucket: Callable[[str], ObjectStore]
) -> Callable[[Approval], Approval]:
    """Register an approval as active, with a bucket and the outputs of a built environment."""

    def make(approval: Approval) -> Approval:
        approvals.register(operator, approval)
        bucket = make_bucket(names.work_bucket(approval.id, aws.account))
        outputs = {
            "registrationCode": "SLtest+ABC123",
            "serverName": f"hic-{approval.id.lower()}-analysis",
            "serverPrivateIp": "10.1.16.10",
            "workBucket": bucket.bucket,
            "workspaces": {handler.id: f"ws-{handler.id}" for handler in approval.handlers},
        }
        standing = approvals.get(approval.id)
        built = Put(names.approval_key(approval.id), "ENVIRONMENT", {"outputs": outputs, "network": 1})
        records.write([standing.moved(State.ACTIVE), built])
        return approval

    return make


@pytest.fixture
def active(build: Callable[[Approval], Approval], approval: Approval) -> Approval:
    return build(approval)


@pytest.fixture
def desk(
    approvals: Approvals,
    audit: AuditLog,
    aws: Aws,
    clock: FixedClock,
    tmp_path: Path,
    share: ObjectStore,
    operator: Actor,
    quick: None,
) -> Desk:
    """A desk with an authority."""
    records, folder = RecordStore(aws), tmp_path / "credentials"
    made = Desk(approvals, records, audit, aws, clock, folder, lambda: PLATFORM, rehearsal=True)
    made.authority.create(operator)
    return made


@pytest.fixture
def backup_user(aws: Aws, approval: Approval) -> str:
    """The user of the group's credential, as the environment's program makes it."""
    name = names.backup_user(approval.id)
    aws.client("iam").create_user(UserName=name, Path="/hic/")
    return name


def opened(issued: Issued) -> dict[str, bytes]:
    """The files of a package by name, without their folder, opened with its password."""
    package, password = issued.files[0], issued.files[1]
    with pyzipper.AESZipFile(package) as archive:
        archive.setpassword(password.read_bytes().strip())
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def everything_kept(desk: Desk) -> bytes:
    """All bytes in records and buckets, and in files outside the packages and their passwords."""
    kept = []
    for item in desk.aws.client("dynamodb").scan(TableName="hic-records")["Items"]:
        kept.append(repr(item).encode())
    client = desk.aws.client("s3")
    for bucket in client.list_buckets()["Buckets"]:
        store = ObjectStore(desk.aws, bucket["Name"])
        kept += [store.read(one.key) for one in store.list()]
    for path in desk.folder.parent.rglob("*"):
        if path.is_file() and "passwords" not in path.parts:
            kept.append(path.read_bytes())
    return b"\n".join(kept)


def stored_secrets(desk: Desk) -> dict[str, str]:
    """All secrets by name."""
    client: Any = desk.aws.client("secretsmanager")
    listed = client.get_paginator("list_secrets").paginate()
    found = [item["Name"] for page in listed for item in page["SecretList"]]
    return {name: client.get_secret_value(SecretId=name)["SecretString"] for name in found}
