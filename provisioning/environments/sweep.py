"""The sweep: what has lapsed is suspended, what soon lapses is told. For a scheduler; may be run at any time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from provisioning.actors import Actor, check_role
from provisioning.approvals.next_acts import NOTICE
from provisioning.approvals.rules import missing_conditions
from provisioning.approvals.service import Approvals, Registered
from provisioning.approvals.states import State
from provisioning.aws.records import RecordConflict
from provisioning.clock import Clock, today
from provisioning.environments.lifecycle import Lifecycle, is_over
from provisioning.errors import HicError
from provisioning.messages import _

WATCHED = (State.BUILDING, State.ACTIVE, State.ENDING)


@dataclass(frozen=True)
class Note:
    """One approval, and what is said of it."""

    approval: str
    text: str


@dataclass
class Sweep:
    """What a sweep found and did. With a dry run, `suspended` is what would have been."""

    day: date
    dry_run: bool
    suspended: list[Note] = field(default_factory=list)
    by_others: list[Note] = field(default_factory=list)  # somebody else was at it in the same moment
    failed: list[Note] = field(default_factory=list)
    lapsing: list[Note] = field(default_factory=list)
    to_destroy: list[Note] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0: nothing lapsed; 1: something was or would be suspended, or is to be destroyed; 3: something failed."""
        if self.failed:
            return 3
        return 1 if self.suspended or self.to_destroy else 0


def sweep(approvals: Approvals, lifecycle: Lifecycle, clock: Clock, actor: Actor, *, dry_run: bool) -> Sweep:
    """Suspend every environment that may no longer stand (FLOW-7), and finish suspensions that were cut off.

    One that fails does not keep the others from being looked at. Two sweeps at once do no harm: the
    records let only one of them make each step.
    """
    check_role(actor, "operator")
    found = Sweep(today(clock), dry_run)
    for standing in approvals.all():
        approval_id = standing.approval.id
        if reason := _reason(standing, found.day):
            try:
                if not dry_run:
                    lifecycle.suspend(actor, approval_id, reason, seen=standing)
                found.suspended.append(Note(approval_id, reason))
            except RecordConflict as conflict:
                found.by_others.append(Note(approval_id, conflict.message))
            except HicError as error:
                found.failed.append(Note(approval_id, str(error)))
        _tell(found, standing)
    return found


def _reason(standing: Registered, day: date) -> str:
    """Why it is to be suspended now; empty when it is not."""
    suspension = standing.suspension
    if suspension:
        return "" if suspension.done or standing.state is State.ENDED else suspension.reason
    if standing.state not in WATCHED:
        return ""
    missing = missing_conditions(standing.approval, standing.payment, day, standing.withdrawal)
    return "; ".join(f"{problem.where}: {problem.what}" for problem in missing)


def _tell(found: Sweep, standing: Registered) -> None:
    approval_id, last = standing.approval.id, standing.approval.period.last_day
    if is_over(standing, found.day):
        found.to_destroy.append(
            Note(approval_id, _("reading ended; hic env end {approval}").format(approval=approval_id))
        )
    elif standing.state in (State.BUILDING, State.ACTIVE) and found.day <= last <= found.day + NOTICE:
        days = (last - found.day).days
        found.lapsing.append(Note(approval_id, _("ends on {day}, in {days} days").format(day=last, days=days)))


def notes(found: Iterable[Note]) -> list[dict[str, str]]:
    """Notes for `--json`."""
    return [{"approval": note.approval, "text": note.text} for note in found]
