"""A request to take results out, or to bring files in, as it is stored."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from provisioning.egress.states import State


class Direction(StrEnum):
    """Out of the environment (公表前確認), or into it (HIC-16). Both go through the same states."""

    OUT = "out"
    IN = "in"


class Choice(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


class Part(BaseModel):
    """The base of every stored part: frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FrozenObject(Part):
    """An object bound to its bytes: key, version and sha256 in the work bucket. `size` in bytes."""

    key: str
    version: str
    sha256: str
    size: int


class FrozenFile(FrozenObject):
    """A file of the request; `name` is the researcher's own, `group` the context it belongs to."""

    name: str
    group: str = ""


class Group(Part):
    """Files that belong together: what they are, where they will be shown, what was done to protect them.

    `publication` is the planned publication of the approval that they belong to; empty when the
    venue is none of those (REV-11).
    """

    name: str
    what: str
    venue: str
    publication: str = ""
    controls: str = ""


class Exemption(Part):
    """Why a file needs no new confirmation (REV-6), and the request that confirmed it.

    REV-6b and REV-6c are recognised by sha256; REV-6a rests on the author's declaration, `declared`.
    """

    file: str
    rule: Literal["REV-6a", "REV-6b", "REV-6c"]
    request: str
    sha256: str
    declared: bool = False


class Vote(Part):
    """One reviewer's opinion on what has the hash `bundle`; `round` 2 comes after both opinions were seen."""

    reviewer: str
    choice: Choice
    reason: str
    deviation: str = ""
    mitigation: str = ""
    at: str
    bundle: str
    round: Literal[1, 2] = 1


class Relieved(Part):
    """A reviewer who did not come back to consolidate, with the opinion they had given; it stays in the bundle."""

    vote: Vote
    by: str
    at: str
    reason: str


class Release(Part):
    """What was let out, when and by whom."""

    by: str
    at: str
    files: tuple[FrozenFile, ...]
    manifest: FrozenObject
    register_of_numbers: FrozenObject | None = None


class Download(Part):
    """One time that the released files were handed over: fetched, or by a link that ends at `expires`."""

    kind: Literal["get", "link"]
    by: str
    to: str
    at: str
    expires: str = ""


class Published(Part):
    """A publication that took place, with the day its usage report is due (REV-12) and the report, once given."""

    where: str
    on: date
    by: str
    at: str
    report_due: date
    report: str = ""
    reported_at: str = ""


class Revocation(Part):
    """Who took back an approval or a release, when and why."""

    by: str
    at: str
    reason: str


class Request(Part):
    """The whole record of one request. `author` is the name of the person who filed it.

    `sealed` counts opinions that lie in a record of their own until all are given, and could not be read here.
    """

    id: str
    approval_id: str
    direction: Direction = Direction.OUT
    state: State
    author: str
    purpose: str
    venue: str
    venue_approved: bool
    self_checked: bool = False
    created_at: str = ""
    submitted_at: str = ""
    review_due: date | None = None
    deadline: date | None = None
    rules: Literal["2", "3"]
    linked: tuple[str, ...] = ()
    tool: str = ""
    checks: str = ""
    groups: tuple[Group, ...] = ()
    files: tuple[FrozenFile, ...] = ()
    declaration: FrozenFile | None = None
    populations: FrozenFile | None = None
    exemptions: tuple[Exemption, ...] = ()
    findings: FrozenObject | None = None
    fail: int = 0
    review: int = 0
    replaces: str = ""
    replaced_by: str = ""
    withdrawn: str = ""
    votes: tuple[Vote, ...] = ()
    relieved: tuple[Relieved, ...] = ()
    sealed: int = 0
    approved: FrozenObject | None = None
    release: Release | None = None
    downloads: tuple[Download, ...] = ()
    publications: tuple[Published, ...] = ()
    revoked: Revocation | None = None

    @property
    def opinions(self) -> int:
        """How many opinions were given, readable here or not."""
        return len(self.votes) or self.sealed

    @property
    def subject(self) -> dict[str, Any]:
        """All that a decision is bound to: scope, bytes, findings, and what found them."""
        return {
            "request": self.id,
            "approval": self.approval_id,
            "direction": self.direction,
            "author": self.author,
            "scope": {"purpose": self.purpose, "venue": self.venue, "groups": [g.model_dump() for g in self.groups]},
            "files": [
                {"file": f.name, "group": f.group, "sha256": f.sha256, "version": f.version, "size": f.size}
                for f in self.files
            ],
            "declaration": _bound(self.declaration),
            "populations": _bound(self.populations),
            "rules": self.rules,
            "linked": list(self.linked),
            "tool": self.tool,
            "checks_sha256": self.checks,
            "self_checked": self.self_checked,
            "findings": {
                "sha256": self.findings.sha256 if self.findings else "",
                "fail": self.fail,
                "review": self.review,
            },
            "exemptions": [exemption.model_dump() for exemption in self.exemptions],
            "submitted_at": self.submitted_at,
        }

    @property
    def bundle(self) -> str:
        """The sha256 over the subject in canonical JSON."""
        return hashlib.sha256(canonical(self.subject)).hexdigest()

    @property
    def frozen(self) -> tuple[FrozenObject, ...]:
        """Every object that must still be what was filed and approved."""
        parts = (self.declaration, self.populations, self.findings, self.approved)
        return (*self.files, *(item for item in parts if item))


def _bound(file: FrozenFile | None) -> dict[str, Any] | None:
    """A file as a decision is bound to it."""
    return {"file": file.name, "sha256": file.sha256, "version": file.version} if file else None


def canonical(data: dict[str, Any]) -> bytes:
    """JSON with one spelling only, so that equal data have equal hashes."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode("utf-8")
