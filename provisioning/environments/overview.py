"""Every environment at a glance: where it stands, who is in it, how long it lasts, and what it waits for.

The number of calls does not grow with the number of environments, but for pages of a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from provisioning.approvals.names import approval_key
from provisioning.approvals.next_acts import NextAct, next_act
from provisioning.approvals.service import Approvals, Registered
from provisioning.approvals.states import State
from provisioning.aws.records import RecordStore
from provisioning.aws.sessions import Aws, aws_errors
from provisioning.clock import JST
from provisioning.messages import _

STANDING = (State.BUILDING, State.ACTIVE, State.SUSPENDED, State.ENDING)
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Entry:
    """One environment. `days_left` counts the last day in; it is negative once the period is over.

    `last_login` is None while nobody was ever connected, or where that cannot be told.
    """

    approval: str
    title: str
    state: State
    handlers: tuple[str, ...]
    last_day: date
    days_left: int
    last_login: datetime | None
    requests: tuple[str, ...]
    next: NextAct | None

    @property
    def urgency(self) -> tuple[int, int, str]:
        """Smaller is more urgent: what lapsed, what the secretariat has to do, what waits for others, what is over."""
        if self.state is State.ENDED or self.next is None:
            rank = 4
        elif self.state in STANDING and self.days_left < 0:
            rank = 0
        elif self.next.by == "operator":
            rank = 1
        elif self.requests or (self.state in STANDING and self.days_left <= SOON.days):
            rank = 2
        else:
            rank = 3
        return rank, self.days_left, self.approval


@dataclass(frozen=True)
class Overview:
    """All environments, the most urgent first. `logins_known`: whether AWS told who was connected."""

    entries: tuple[Entry, ...]
    logins_known: bool


def overview(
    approvals: Approvals, records: RecordStore, aws: Aws, today: date, requests: Mapping[str, Sequence[str]]
) -> Overview:
    """Every registered approval; `requests` are ids of open requests by approval."""
    registered = approvals.all()
    standing = [one.approval.id for one in registered if one.state in STANDING]
    logins = last_logins(aws) if standing else {}
    seen = logins or {}
    desktops = _desktops(records, standing) if seen else {}
    entries = []
    for one in registered:
        times = [seen[desktop] for desktop in desktops.get(one.approval.id, ()) if desktop in seen]
        entries.append(entry(one, today, max(times, default=None), requests.get(one.approval.id, ())))
    return Overview(tuple(sorted(entries, key=lambda each: each.urgency)), logins is not None)


def entry(one: Registered, today: date, last_login: datetime | None, requests: Sequence[str]) -> Entry:
    """What is told of one approval. Pure."""
    approval = one.approval
    return Entry(
        approval=approval.id,
        title=approval.title,
        state=one.state,
        handlers=tuple(handler.id for handler in approval.handlers),
        last_day=approval.period.last_day,
        days_left=(approval.period.last_day - today).days,
        last_login=last_login,
        requests=tuple(sorted(requests)),
        next=next_act(one, today),
    )


def last_logins(aws: Aws) -> dict[str, datetime] | None:
    """When somebody was last connected, by desktop; None with the stand-in for AWS, which cannot tell."""
    if aws.endpoint is not None:
        return None
    found: dict[str, datetime] = {}
    with aws_errors(_("asking when desktops were last used")):
        pages = aws.client("workspaces").get_paginator("describe_workspaces_connection_status").paginate()
        statuses: list[dict[str, Any]] = [one for page in pages for one in page["WorkspacesConnectionStatus"]]
    for status in statuses:
        if seen := status.get("LastKnownUserConnectionTimestamp"):
            found[str(status["WorkspaceId"])] = seen.astimezone(JST)
    return found


def _desktops(records: RecordStore, ids: Sequence[str]) -> dict[str, list[str]]:
    """Ids of desktops by approval, as the environments were last built."""
    found = records.get_many((approval_key(one), "ENVIRONMENT") for one in ids)
    by_key = {approval_key(one): one for one in ids}
    return {
        by_key[pk]: list(record.data["outputs"].get("workspaces", {}).values()) for (pk, _sk), record in found.items()
    }
