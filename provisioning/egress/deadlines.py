"""The clock of a request: what is due, by when, from whom (REV-5, REV-12). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from provisioning.actors import Role
from provisioning.egress.model import Request
from provisioning.egress.people import next_actor
from provisioning.egress.rules import LINKED_REVIEW_DAYS, REVIEW_DAYS
from provisioning.egress.states import State


class Duty(StrEnum):
    """What somebody owes."""

    SUBMIT = "submit"
    REVIEW = "review"
    REVISE = "revise"
    RELEASE = "release"
    USAGE_REPORT = "usage-report"


DUTIES: dict[State, Duty] = {
    State.DRAFT: Duty.SUBMIT,
    State.SUBMITTED: Duty.SUBMIT,
    State.CHECKING: Duty.SUBMIT,
    State.UNDER_REVIEW: Duty.REVIEW,
    State.RETURNED: Duty.REVISE,
    State.APPROVED: Duty.RELEASE,
}
"""The duty that a state itself amounts to; a usage report is owed by its publication."""


@dataclass(frozen=True)
class Due:
    """One duty. `day` is the last day for it, None without a limit; days are calendar days in Japan."""

    request: Request
    duty: Duty
    next_actor: Role
    day: date | None
    number: int = 0

    def days_left(self, today: date) -> int | None:
        """Days until the limit; negative once it has passed, None without one."""
        return (self.day - today).days if self.day else None

    def overdue(self, today: date) -> bool:
        """Whether the limit has passed."""
        return self.day is not None and today > self.day

    def as_data(self, today: date) -> dict[str, Any]:
        """The duty as plain data; `key` is the same on every run, so that no reminder is sent twice for one thing."""
        return {
            "key": ":".join([self.request.id, self.duty, str(self.day or ""), str(self.number or "")]).rstrip(":"),
            "request": self.request.id,
            "approval": self.request.approval_id,
            "state": self.request.state,
            "duty": self.duty,
            "next_actor": self.next_actor,
            "due": self.day,
            "days_left": self.days_left(today),
            "overdue": self.overdue(today),
        }


def review_due(submitted: date, linked: bool) -> date:
    """The last day of a review: 14 days, 21 when other public databases are linked (REV-5)."""
    return submitted + timedelta(days=LINKED_REVIEW_DAYS if linked else REVIEW_DAYS)


def duties(request: Request) -> list[Due]:
    """All that is owed on a request now. A usage report stays owed after a release was revoked."""
    found = []
    actor, duty = next_actor(request), DUTIES.get(request.state)
    if actor and duty:
        day = request.review_due if duty in (Duty.REVIEW, Duty.RELEASE) else None
        found.append(Due(request, duty, actor, day))
    for number, publication in enumerate(request.publications, start=1):
        if not publication.report:
            found.append(Due(request, Duty.USAGE_REPORT, "researcher", publication.report_due, number))
    return found


def too_late_for_venue(request: Request) -> bool:
    """Whether the venue's own deadline falls before the day by which a review may take (REV-5)."""
    return bool(request.deadline and request.review_due and request.deadline < request.review_due)


def due_within(requests: Iterable[Request], today: date, days: int) -> list[Due]:
    """Duties with a limit at most `days` away, or passed; the most urgent first. The same input gives the same list."""
    found = [due for request in requests for due in duties(request) if due.day and (due.day - today).days <= days]
    return sorted(found, key=lambda due: (due.day or date.max, due.request.id, due.number))


def age(request: Request, today: date) -> int:
    """Whole days since the request was filed, or since its draft was begun."""
    return (today - datetime.fromisoformat(request.submitted_at or request.created_at).date()).days
