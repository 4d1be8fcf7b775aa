"""Reviewing: the queue, a look at a request, and the decision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from provisioning.actors import Actor, check_role
from provisioning.aws.records import RecordStore
from provisioning.clock import Clock, stamp, today
from provisioning.egress import store
from provisioning.egress.freezing import check_unchanged, save_files, thaw
from provisioning.egress.model import Choice, Request, Vote
from provisioning.egress.rules import (
    can_see,
    check_deviation,
    check_reason,
    check_review,
    check_see,
    outcome,
)
from provisioning.egress.states import NEXT_ACTOR, check_move, is_open
from provisioning.egress.submission import Desk


@dataclass(frozen=True)
class Waiting:
    """A line of the queue. `age` in whole days; `overdue` after the day of review_due (REV-5)."""

    request: Request
    age: int
    overdue: bool
    next_actor: str

    def as_data(self) -> dict[str, Any]:
        """The line as plain data for JSON."""
        request = self.request
        return {
            "request": request.id,
            "approval": request.approval_id,
            "state": request.state,
            "age_days": self.age,
            "review_due": request.review_due,
            "overdue": self.overdue,
            "next_actor": self.next_actor,
            "votes": len(request.votes),
            "fail": request.fail,
            "review": request.review,
        }


def queue(
    records: RecordStore, clock: Clock, actor: Actor, *, approval_id: str = "", everything: bool = False
) -> list[Waiting]:
    """Requests that wait for somebody, oldest first; with `everything` also those that are done.

    A researcher sees the requests of their own approvals. With `approval_id` only that approval's
    records are read, as a researcher's role on AWS can; Refused when the actor is no handler of it.
    """
    if approval_id:
        check_see(actor, store.load_approval(records, approval_id))
        requests = store.load_of_approval(records, approval_id)
    else:
        requests = _visible(records, actor, store.load_queue(records))
    day = today(clock)
    lines = [
        Waiting(
            request,
            age=(day - datetime.fromisoformat(request.submitted_at).date()).days,
            overdue=is_open(request.state) and day > request.review_due,
            next_actor=NEXT_ACTOR[request.state] or "",
        )
        for request in requests
        if everything or is_open(request.state)
    ]
    return sorted(lines, key=lambda line: (line.request.submitted_at, line.request.id))


def _visible(records: RecordStore, actor: Actor, requests: list[Request]) -> list[Request]:
    approvals = {name: store.load_approval(records, name) for name in {request.approval_id for request in requests}}
    return [request for request in requests if can_see(actor, approvals[request.approval_id])]


def look(desk: Desk, actor: Actor, name: str) -> tuple[Request, dict[str, Any]]:
    """A request and its findings as they were at submission. Raises Refused if the findings were changed."""
    request = store.load(desk.records, name).request
    check_see(actor, store.load_approval(desk.records, request.approval_id))
    findings: dict[str, Any] = json.loads(thaw(desk.bucket, request.findings))
    return request, findings


def fetch_for_review(desk: Desk, actor: Actor, name: str, folder: Path) -> list[Path]:
    """Write the frozen files into a folder for a reviewer; the act is recorded. Raises Refused."""
    check_role(actor, "reviewer")
    request = store.load(desk.records, name).request
    contents = [(file.name, thaw(desk.bucket, file)) for file in request.files]
    desk.audit.commit(actor, "egress.look", name, {"files": [file.name for file in request.files]})
    return save_files(folder, contents)


def decide(desk: Desk, actor: Actor, name: str, choice: Choice, reason: str, deviation: str = "") -> Request:
    """One reviewer's decision; the request after it.

    Raises Refused when the actor may not review, gives no reason, approves against a rule without
    a deviation (REV-10), or when a file is no longer the one submitted; RecordConflict when
    somebody else decided in the same moment.
    """
    stored = store.load(desk.records, name)
    request = stored.request
    approval = store.load_approval(desk.records, request.approval_id)
    check_review(actor, approval, request)
    after = outcome(request, choice)
    check_move(name, request.state, after)
    check_reason(reason)
    check_deviation(request, choice, deviation)
    check_unchanged(desk.bucket, [*request.files, request.findings])
    vote = Vote(
        reviewer=actor.name,
        choice=choice,
        reason=reason.strip(),
        deviation=deviation.strip(),
        at=stamp(desk.clock),
        bundle=request.bundle,
    )
    decided = request.model_copy(update={"state": after, "votes": (*request.votes, vote)})
    details = {**vote.model_dump(mode="json"), "state": after}
    desk.audit.commit(actor, f"egress.{choice}", name, details, store.changed(stored, decided))
    return decided
