"""What every step works with, and where its objects lie."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import RecordStore
from provisioning.clock import Clock
from provisioning.egress.model import Direction


@dataclass(frozen=True)
class Desk:
    """What every step needs: the records, the audit log, the bucket of the approval, the time."""

    records: RecordStore
    audit: AuditLog
    bucket: ObjectStore
    clock: Clock


@dataclass(frozen=True)
class Folders:
    """Prefixes in the work bucket: what was filed, what was decided on it, and where it goes."""

    filed: str
    decisions: str
    released: str


FOLDERS: dict[Direction, Folders] = {
    Direction.OUT: Folders("egress/outbox/", "egress/decisions/", "egress/released/"),
    Direction.IN: Folders("ingress/inbox/", "ingress/decisions/", "import/"),
}
