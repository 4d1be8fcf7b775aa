"""A request to take results out, as it is stored."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from provisioning.egress.states import State


class Choice(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


class Part(BaseModel):
    """The base of every stored part: frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FrozenObject(Part):
    """An object bound to its bytes: key, version and sha256 in the work bucket."""

    key: str
    version: str
    sha256: str
    size: int


class FrozenFile(FrozenObject):
    """A file of the request; `name` is the researcher's own."""

    name: str


class Vote(Part):
    """One reviewer's decision. `bundle` is the hash of what was in front of them."""

    reviewer: str
    choice: Choice
    reason: str
    deviation: str = ""
    at: str
    bundle: str


class Release(Part):
    """What was let out, when and by whom. `report_due` is the day of the usage report (REV-12)."""

    by: str
    at: str
    files: tuple[FrozenFile, ...]
    manifest: FrozenObject
    register_of_numbers: FrozenObject
    report_due: date


class Request(Part):
    """The whole record of one request. `author` is the id of the handler who filed it."""

    id: str
    approval_id: str
    state: State
    author: str
    purpose: str
    venue: str
    venue_approved: bool
    self_checked: Literal[True]
    submitted_at: str
    review_due: date
    rules: Literal["2", "3"]
    linked: tuple[str, ...] = ()
    files: tuple[FrozenFile, ...]
    findings: FrozenObject
    fail: int
    review: int
    replaces: str = ""
    replaced_by: str = ""
    withdrawn: str = ""
    votes: tuple[Vote, ...] = ()
    release: Release | None = None

    @property
    def bundle(self) -> str:
        """The sha256 over all that a decision is bound to: names, bytes and findings."""
        content = [[file.name, file.version, file.sha256] for file in self.files]
        text = json.dumps([self.id, content, self.findings.sha256], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()
