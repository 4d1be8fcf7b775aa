"""Every use case, tried by everybody in every role and state: what the table forbids is refused and writes nothing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from provisioning.actors import ROLES, Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordStore
from provisioning.clock import FixedClock
from provisioning.egress import rules, store
from provisioning.egress.downloads import get, link, revoke
from provisioning.egress.drafting import Context, add_files, begin, remove_file, set_context
from provisioning.egress.model import Choice, Direction, Request
from provisioning.egress.people import Action, can, is_person
from provisioning.egress.publication import record_publication, report_usage
from provisioning.egress.release import release
from provisioning.egress.review import decide, look, read_for_review, relieve
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, Draft, recheck, submit, submit_draft, withdraw
from provisioning.errors import Refused
from tests.egress.records import make
from tests.egress.test_machine import MemoryBucket, MemoryRecords

Step = Callable[[Desk, Actor, Request, Path], object]
NAMES = ("analyst-a", "analyst-b", "clerk", "somebody")
"""One who files requests, a handler who does not, the author of what is brought in, and a stranger."""

DAY = date(2026, 11, 2)
STEPS: list[tuple[Action, Step]] = [
    (Action.EDIT, lambda desk, actor, request, folder: add_files(desk, actor, request.id, [folder / "table.csv"])),
    (Action.EDIT, lambda desk, actor, request, _folder: remove_file(desk, actor, request.id, "a.csv")),
    (Action.EDIT, lambda desk, actor, request, _folder: set_context(desk, actor, request.id, "g", Context("w", "v"))),
    (Action.SUBMIT, lambda desk, actor, request, _folder: submit_draft(desk, actor, request.id, self_checked=True)),
    (Action.RECHECK, lambda desk, actor, request, _folder: recheck(desk, actor, request.id)),
    (Action.SEE, lambda desk, actor, request, _folder: look(desk, actor, request.id)),
    (Action.INSPECT, lambda desk, actor, request, _folder: read_for_review(desk, actor, request.id)),
    (Action.DECIDE, lambda desk, actor, request, _folder: decide(desk, actor, request.id, Choice.APPROVE, "r")),
    (Action.RELIEVE, lambda desk, actor, request, _folder: relieve(desk, actor, request.id, "r-1", "r")),
    (Action.WITHDRAW, lambda desk, actor, request, _folder: withdraw(desk, actor, request.id, "")),
    (Action.RELEASE, lambda desk, actor, request, _folder: release(desk, actor, request.id)),
    (Action.FETCH, lambda desk, actor, request, folder: get(desk, actor, request.id, folder / "out")),
    (Action.LINK, lambda desk, actor, request, _folder: link(desk, actor, request.id, "analyst-a", 15)),
    (Action.REVOKE, lambda desk, actor, request, _folder: revoke(desk, actor, request.id, "r")),
    (Action.PUBLISHED, lambda desk, actor, request, _folder: record_publication(desk, actor, request.id, "w", DAY)),
    (Action.REPORT_USAGE, lambda desk, actor, request, _folder: report_usage(desk, actor, request.id, 1, "r")),
]


class Stand:
    """A desk with one request in a given state, in memory."""

    def __init__(self, approval: Approval, clock: FixedClock, request: Request | None) -> None:
        self.records = MemoryRecords()
        self.bucket = MemoryBucket(self.records)
        records = cast(RecordStore, self.records)
        self.desk = Desk(records, AuditLog(records, clock), cast(ObjectStore, self.bucket), clock)
        data = {"approval": approval.model_dump(mode="json"), "state": "active"}
        self.records.write([Put(approval_key(approval.id), "APPROVAL", data)])
        if request is not None:
            self.records.write(store.added(request))

    def must_refuse(self, rule: Callable[[], object], step: Callable[[], object]) -> None:
        """Take a step that must be refused for just what the rule says, leaving records and bucket as they are."""
        kept = dict(self.records.kept)
        with pytest.raises(Refused) as caught:
            rule()
        with pytest.raises(Refused, match=re.escape(str(caught.value))):
            step()
        assert self.records.kept == kept
        assert not self.bucket.versions


def test_every_action_is_tried() -> None:
    assert {action for action, _step in STEPS} == set(Action) - {Action.FILE}


@pytest.mark.parametrize(("action", "step"), STEPS, ids=[action for action, _step in STEPS])
def test_what_the_table_forbids_no_use_case_does(
    action: Action, step: Step, approval: Approval, clock: FixedClock, tmp_path: Path
) -> None:
    (tmp_path / "table.csv").write_text("性別,患者数\n男,120\n女,80\n", encoding="utf-8")
    forbidden = 0
    only_out = action in {Action.PUBLISHED, Action.REPORT_USAGE}
    for direction, state in itertools.product((Direction.OUT,) if only_out else Direction, State):
        letter, author = ("E", "analyst-a") if direction is Direction.OUT else ("I", "clerk")
        request = make(
            state, id=f"{approval.id}-{letter}001", approval_id=approval.id, author=author, direction=direction
        )
        stand = Stand(approval, clock, request)
        for role, name in itertools.product(ROLES, NAMES):
            actor = Actor(role, name)
            if not can(action, actor, approval, request):
                stand.must_refuse(
                    partial(rules.check, action, actor, approval, request),
                    partial(step, stand.desk, actor, request, tmp_path),
                )
                forbidden += 1
    assert forbidden > 0
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("direction", Direction)
def test_nobody_else_files_or_begins_a_draft(
    direction: Direction, approval: Approval, clock: FixedClock, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("性別,患者数\n男,120\n女,80\n", encoding="utf-8")
    stand = Stand(approval, clock, None)
    refused = set()
    for role, name in itertools.product(ROLES, NAMES):
        actor = Actor(role, name)
        if is_person(Action.FILE, actor, approval, None, direction):
            continue
        rule = partial(rules.check_file, actor, approval, direction)
        draft = Draft(approval.id, (path,), "p", "v", True, direction=direction)
        stand.must_refuse(rule, partial(submit, stand.desk, actor, draft))
        stand.must_refuse(rule, partial(begin, stand.desk, actor, approval.id, Context("w", "v"), direction))
        refused.add(role)
    assert len(refused) == len(ROLES)  # in every role somebody may not
