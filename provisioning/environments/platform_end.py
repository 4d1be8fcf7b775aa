"""The end of the platform, for one that was built to be thrown away: refused while anything needs it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from provisioning.actors import Actor, check_role
from provisioning.approvals.names import PLATFORM_STACK
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.chain import Entry, find_breaks
from provisioning.audit.log import AuditLog
from provisioning.aws.records import RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import Clock
from provisioning.environments.engine import Engine, OnStep, Outcome
from provisioning.errors import Refused
from provisioning.messages import _

WITHOUT_ENVIRONMENT = (State.REGISTERED, State.PAID, State.ENDED)


@dataclass(frozen=True)
class PlatformEnding:
    """What it came to. `audit` is where the record of acts was kept; None where an earlier run has kept it."""

    outcome: Outcome
    audit: Path | None
    entries: int


class PlatformEnd:
    """Destroys the platform; its record of acts is written to `folder` first."""

    def __init__(self, records: RecordStore, audit: AuditLog, aws: Aws, clock: Clock, engine: Engine) -> None:
        self._approvals = Approvals(records, audit, clock)
        self._records = records
        self._audit = audit
        self._aws = aws
        self._clock = clock
        self._engine = engine

    def check(self, actor: Actor) -> None:
        """Raise Refused while an environment stands, by name, or while the platform is protected."""
        check_role(actor, "operator")
        if standing := self._standing():
            raise Refused(
                _("Environments stand on the platform: {approvals}.").format(approvals=", ".join(standing)),
                fix=_("End each of them first: hic env end APPROVAL"),
            )
        if is_protected(self._engine):
            raise Refused(
                _("The platform is protected: its data, its records and its directory are meant to last."),
                fix=_("If it was only a trial, lift the protection first: hic platform up --throw-away"),
            )

    def destroy(self, actor: Actor, folder: Path, on_step: OnStep | None = None) -> PlatformEnding:
        """Keep the record of acts, then delete everything. Repeating an interrupted run goes on where it stopped.

        Raises Refused like `check`, or when locked objects do not let their bucket go, and Conflict while another run
        changes the platform.
        """
        self.check(actor)
        self._engine.check_free(PLATFORM_STACK)
        kept, entries = None, 0
        if self._has_records():
            self._audit.commit(actor, "platform.destroy", PLATFORM_STACK, {"engine": self._engine.label})
            written = self._audit.entries()
            kept, entries = self._keep(folder, written), len(written)
        return PlatformEnding(self._engine.destroy(PLATFORM_STACK, on_step), kept, entries)

    def _standing(self) -> list[str]:
        if not self._has_records():
            return []
        return [one.approval.id for one in self._approvals.all() if one.state not in WITHOUT_ENVIRONMENT]

    def _has_records(self) -> bool:
        """Whether the record table stands still; an interrupted run may have taken it already."""
        return self._records.exists()

    def _keep(self, folder: Path, entries: Sequence[Entry]) -> Path:
        """One line for each act, as `hic audit` shows them, in a file that only its owner reads."""
        if breaks := list(find_breaks(entries)):
            raise Refused(
                _("The record of acts is broken at entry {number}: {reason}").format(
                    number=breaks[0].number, reason=breaks[0].reason
                ),
                fix=_("Nothing was destroyed. Look into it first: hic audit verify"),
            )
        path = folder / f"audit-{self._clock.now():%Y%m%dT%H%M%S}.jsonl"
        lines = [json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True) for entry in entries]
        _write(path, "\n".join(lines) + "\n")
        return path


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner reads, down to the disk: what it is a copy of goes next."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)


def is_protected(engine: Engine) -> bool:
    """Whether the platform that stands is kept from being destroyed; one that does not stand is not."""
    outputs = engine.outputs(PLATFORM_STACK)
    return bool(outputs and outputs.get("deletionProtection", True))
