"""What every step works with, and the records it keeps.

The records have a partition of their own: an approval's own partition may be written from its analysis server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.approvals.names import approval_key, share_bucket
from provisioning.approvals.service import Approvals
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, Record, RecordStore
from provisioning.aws.secrets import SecretStore
from provisioning.aws.sessions import Aws
from provisioning.clock import Clock
from provisioning.environments.credentials.access_keys import AccessKeys
from provisioning.environments.credentials.authority import CertificateAuthority
from provisioning.environments.credentials.directory import Directory
from provisioning.environments.credentials.model import Group, Holding
from provisioning.errors import Refused
from provisioning.messages import _

GROUP = "GROUP"
HANDLER = "HANDLER#"


@dataclass(frozen=True)
class Desk:
    """Services that the steps share.

    `folder` is where packages are made, `platform` tells the outputs of the platform's stack, `rehearsal` marks a
    stand-in for AWS.
    """

    approvals: Approvals
    records: RecordStore
    audit: AuditLog
    aws: Aws
    clock: Clock
    folder: Path
    platform: Callable[[], Mapping[str, Any]]
    rehearsal: bool

    @property
    def directory_id(self) -> str:
        """The id of the platform's directory, which keeps all users."""
        return str(self.platform().get("directoryId", ""))

    @property
    def share(self) -> ObjectStore:
        """The platform's bucket of what everybody inside may read."""
        return ObjectStore(self.aws, share_bucket(self.aws.account))

    @property
    def authority(self) -> CertificateAuthority:
        return CertificateAuthority(self.records, self.audit, SecretStore(self.aws), self.clock)

    @property
    def access_keys(self) -> AccessKeys:
        return AccessKeys(self.aws)

    @property
    def directory(self) -> Directory:
        return Directory(self.aws)

    def secrets(self, approval_id: str) -> SecretStore:
        """Secrets of one approval, tagged as its own."""
        return SecretStore(self.aws, {"hic:approval": approval_id})

    def environment(self, approval_id: str) -> Mapping[str, Any]:
        """The outputs of the environment as it was last built; empty before."""
        record = self.records.get(approval_key(approval_id), "ENVIRONMENT")
        return dict(record.data["outputs"]) if record else {}

    def work(self, approval_id: str) -> ObjectStore:
        """The bucket of the approval. Raises Refused while the environment was never built."""
        bucket = self.environment(approval_id).get("workBucket")
        if not bucket:
            raise Refused(
                _("Nothing of {approval} stands.").format(approval=approval_id),
                fix=_("Build it first: hic env up {approval}").format(approval=approval_id),
            )
        return ObjectStore(self.aws, str(bucket))


@dataclass(frozen=True)
class Ledger:
    """The credentials of one approval as they were read, with the versions that writes must still find."""

    approval_id: str
    group: Group
    holdings: Mapping[str, Holding]
    stored: Mapping[str, Record]

    def holding(self, handler_id: str) -> Holding:
        """What the handler holds; nothing yet for a new one."""
        return self.holdings.get(handler_id) or Holding(handler=handler_id)

    def put(self, holding: Holding) -> Put:
        """The write of one handler's holding."""
        return self._put(HANDLER + holding.handler, holding.model_dump(mode="json"))

    def put_group(self, group: Group) -> Put:
        """The write of what the group shares."""
        return self._put(GROUP, group.model_dump(mode="json"))

    def _put(self, sk: str, data: dict[str, Any]) -> Put:
        known = self.stored.get(sk)
        return Put.over(known, data) if known else Put(partition(self.approval_id), sk, data)


def partition(approval_id: str) -> str:
    """The partition key of one approval's credentials."""
    return f"CREDENTIALS#{approval_id}"


def read_ledger(records: RecordStore, approval_id: str) -> Ledger:
    """All that is known of one approval's credentials."""
    stored = {record.sk: record for record in records.list(partition(approval_id))}
    return ledger_of(approval_id, stored)


def ledger_of(approval_id: str, stored: Mapping[str, Record]) -> Ledger:
    """The ledger in the records of its partition, by sort key."""
    group = Group.model_validate(stored[GROUP].data) if GROUP in stored else Group()
    holdings = [Holding.model_validate(r.data) for sk, r in stored.items() if sk.startswith(HANDLER)]
    return Ledger(approval_id, group, {one.handler: one for one in holdings}, stored)
