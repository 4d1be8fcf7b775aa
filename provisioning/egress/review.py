"""Reviewing: the queue, a look at a request, and the opinions that decide on it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.actors import Actor
from provisioning.aws.records import RecordStore
from provisioning.clock import Clock, stamp, today
from provisioning.egress import deadlines, store
from provisioning.egress.bundle import freeze_bundle
from provisioning.egress.deadlines import Due
from provisioning.egress.desk import Desk
from provisioning.egress.drafting import group_name
from provisioning.egress.exemptions import check_still_exempt
from provisioning.egress.freezing import check_unchanged, save_files, thaw
from provisioning.egress.model import Choice, Direction, FrozenFile, Relieved, Request, Vote, canonical
from provisioning.egress.opinions import OUTCOME, Phase, blinded, decision, needed, phase, with_vote, without_reviewer
from provisioning.egress.people import Action, is_person, next_actor
from provisioning.egress.rules import check, check_decide, check_deviation, check_reason, check_see, check_waited
from provisioning.egress.states import State, check_move, is_open
from provisioning.errors import AccessDenied


@dataclass(frozen=True)
class Waiting:
    """A line of the queue. `age` in whole days; `days_left` until the limit, None without one (REV-5, REV-12)."""

    request: Request
    age: int
    next_actor: str
    due: Due | None
    days_left: int | None
    overdue: bool
    phase: Phase

    def as_data(self) -> dict[str, Any]:
        """The line as plain data for JSON."""
        request = self.request
        return {
            "request": request.id,
            "approval": request.approval_id,
            "state": request.state,
            "age_days": self.age,
            "review_due": request.review_due,
            "deadline": request.deadline,
            "too_late_for_venue": deadlines.too_late_for_venue(request),
            "duty": self.due.duty if self.due else None,
            "due": self.due.day if self.due else None,
            "days_left": self.days_left,
            "overdue": self.overdue,
            "next_actor": self.next_actor,
            "phase": self.phase,
            "votes": request.opinions,
            "votes_needed": needed(request),
            "exempt_files": len(request.exemptions),
            "fail": request.fail,
            "review": request.review,
        }


def queue(
    records: RecordStore,
    clock: Clock,
    actor: Actor,
    *,
    approval_id: str = "",
    everything: bool = False,
    direction: Direction = Direction.OUT,
) -> list[Waiting]:
    """Requests on which somebody owes something, oldest first; with `everything` also those that are done.

    A researcher sees the requests of their own approvals. With `approval_id` only that approval's
    records are read, as a researcher's role on AWS can; Refused when the actor is no handler of it.
    """
    day = today(clock)
    lines = [
        _line(request, clock)
        for request in visible_requests(records, actor, approval_id=approval_id, direction=direction)
        if everything or is_open(request.state) or deadlines.duties(request)
    ]
    return sorted(lines, key=lambda line: (-deadlines.age(line.request, day), line.request.id))


def _line(request: Request, clock: Clock) -> Waiting:
    day = today(clock)
    due = next(iter(deadlines.duties(request)), None)
    return Waiting(
        request,
        age=deadlines.age(request, day),
        next_actor=due.next_actor if due else next_actor(request) or "",
        due=due,
        days_left=due.days_left(day) if due else None,
        overdue=bool(due and due.overdue(day)),
        phase=phase(request),
    )


def visible_requests(
    records: RecordStore, actor: Actor, *, approval_id: str = "", direction: Direction = Direction.OUT
) -> list[Request]:
    """The requests that the actor may know of. Raises Refused for an approval that is not theirs."""
    if approval_id:
        check_see(actor, store.load_approval(records, approval_id))
        return store.load_of_approval(records, approval_id, direction)
    requests = store.load_queue(records, direction)
    approvals = {name: store.load_approval(records, name) for name in {request.approval_id for request in requests}}
    return [
        request
        for request in requests
        if is_person(Action.SEE, actor, approvals[request.approval_id], request, direction)
    ]


def remind(
    records: RecordStore,
    clock: Clock,
    actor: Actor,
    *,
    days: int,
    approval_id: str = "",
    direction: Direction = Direction.OUT,
) -> list[Due]:
    """Duties whose limit is at most `days` days away, or has passed, most urgent first. Changes nothing."""
    requests = visible_requests(records, actor, approval_id=approval_id, direction=direction)
    return deadlines.due_within(requests, today(clock), days)


def look(desk: Desk, actor: Actor, name: str) -> tuple[Request, dict[str, Any]]:
    """A request as the actor may see it, and its findings; empty before its check, and for who may not read them.

    An auditor's role reads records, and no objects of approvals: findings quote cells. Raises Refused if the findings
    were changed, or the actor has no part in it.
    """
    request = store.load(desk.records, name).request
    check(Action.SEE, actor, store.load_approval(desk.records, request.approval_id), request)
    try:
        findings: dict[str, Any] = json.loads(thaw(desk.bucket, request.findings)) if request.findings else {}
    except AccessDenied:
        findings = {}
    return blinded(actor, request), findings


def fetch_for_review(desk: Desk, actor: Actor, name: str, folder: Path) -> list[Path]:
    """Write the frozen files, and what their check rests on, into a folder; the act is recorded. Raises Refused."""
    contents = read_for_review(desk, actor, name)
    request = store.load(desk.records, name).request
    beside = {file.name for file, _content in contents}
    basis = [file for file in (request.declaration, request.populations) if file and file.name not in beside]
    named = [(file.name, content) for file, content in contents]
    return save_files(folder, [*named, *((file.name, thaw(desk.bucket, file)) for file in basis)])


def read_for_review(desk: Desk, actor: Actor, name: str) -> list[tuple[FrozenFile, bytes]]:
    """The frozen files for a reviewer; the act is recorded. Raises Refused."""
    request = store.load(desk.records, name).request
    check(Action.INSPECT, actor, store.load_approval(desk.records, request.approval_id), request)
    contents = [(file, thaw(desk.bucket, file)) for file in request.files]
    act = f"{group_name(request.direction)}.look"
    desk.audit.commit(actor, act, name, {"files": [file.name for file in request.files]})
    return contents


def decide(
    desk: Desk, actor: Actor, name: str, choice: Choice, reason: str, deviation: str = "", mitigation: str = ""
) -> Request:
    """One reviewer's opinion, first or revised; the request after it, as that reviewer may see it.

    Raises Refused when the actor may not review, gives no reason, approves against a rule without
    a deviation (REV-10), or when a file is no longer the one submitted; RecordConflict when
    somebody else decided in the same moment.
    """
    stored = store.load(desk.records, name)
    request = stored.request
    check_decide(actor, store.load_approval(desk.records, request.approval_id), request)
    check_reason(reason)
    check_deviation(request, choice, deviation)
    check_unchanged(desk.bucket, request.frozen)
    if choice is Choice.APPROVE and request.exemptions:
        check_still_exempt(request, store.load_of_approval(desk.records, request.approval_id))
    vote = Vote(
        reviewer=actor.name,
        choice=choice,
        reason=reason.strip(),
        deviation=deviation.strip(),
        mitigation=mitigation.strip(),
        at=stamp(desk.clock),
        bundle=request.bundle,
        round=2 if phase(request) is Phase.CONSOLIDATING else 1,
    )
    votes = with_vote(request, vote)
    decided = decision(votes, needed(request))
    after = OUTCOME[decided] if decided else State.UNDER_REVIEW
    check_move(name, request.state, after)
    approved = freeze_bundle(desk.bucket, request, votes, vote.at) if after is State.APPROVED else None
    done = request.model_copy(update={"state": after, "votes": votes, "approved": approved})
    act, details = _entry(done, vote, decided)
    desk.audit.commit(actor, act, name, details, store.changed(stored, done))
    return blinded(actor, done)


def relieve(desk: Desk, actor: Actor, name: str, reviewer: str, reason: str) -> Request:
    """Let another reviewer take the place of one who does not come back to consolidate; the request after it.

    Their opinion no longer counts, but stays in the record and the bundle; the other one may revise theirs again.
    Raises Refused without a reason, before the time to consolidate is over, or when nobody waits for that reviewer.
    """
    stored = store.load(desk.records, name)
    request = stored.request
    check(Action.RELIEVE, actor, store.load_approval(desk.records, request.approval_id), request)
    check_reason(reason)
    lost, votes = without_reviewer(request, reviewer)
    check_waited(request, lost.reviewer, today(desk.clock))
    gone = Relieved(vote=lost, by=str(actor), at=stamp(desk.clock), reason=reason.strip())
    done = request.model_copy(update={"votes": votes, "relieved": (*request.relieved, gone)})
    details = {"reviewer": lost.reviewer, "reason": gone.reason}
    desk.audit.commit(actor, f"{group_name(request.direction)}.relieve", name, details, store.changed(stored, done))
    return blinded(actor, done)


def _entry(request: Request, vote: Vote, decided: Choice | None) -> tuple[str, dict[str, Any]]:
    """The audit entry. Until the decision it holds the opinion's hash alone: the log must not lift the blinding."""
    acts = group_name(request.direction)
    opinion = hashlib.sha256(canonical(vote.model_dump(mode="json"))).hexdigest()
    details: dict[str, Any] = {"bundle": request.bundle, "opinion": opinion, "round": vote.round}
    if decided is None:
        return f"{acts}.opinion", {**details, "given": len(request.votes)}
    details |= {"state": request.state, "opinions": [given.model_dump(mode="json") for given in request.votes]}
    if request.approved:
        details["bundle_json"] = request.approved.sha256
    return f"{acts}.{decided}", details
