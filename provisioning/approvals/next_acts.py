"""What an approval waits for: the next act, and whose it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Protocol

from provisioning.approvals.changes import ChangeApplication
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.rules import Payment, Suspension, Withdrawal, missing_conditions
from provisioning.approvals.states import State
from provisioning.messages import _

Party = Literal["operator", "researcher", "ministry"]
NOTICE = timedelta(days=30)  # how long before a period's end people are told


class Standing(Protocol):
    """What is known of an approval; `Registered` of the service is one."""

    @property
    def approval(self) -> Approval: ...
    @property
    def state(self) -> State: ...
    @property
    def payment(self) -> Payment | None: ...
    @property
    def quote(self) -> dict[str, Any] | None: ...
    @property
    def withdrawal(self) -> Withdrawal | None: ...
    @property
    def suspension(self) -> Suspension | None: ...
    @property
    def opening(self) -> bool: ...
    @property
    def read_only_until(self) -> date | None: ...
    @property
    def changes(self) -> Sequence[ChangeApplication]: ...


@dataclass(frozen=True)
class NextAct:
    """Who is to do what; `command` is what the operator types for it, empty where there is none."""

    by: Party
    what: str
    command: str = ""


def next_act(standing: Standing, today: date) -> NextAct | None:
    """The next act that an approval waits for, or None when nothing is left to do."""
    state = standing.state
    if state is State.ENDED:
        return None
    if standing.suspension and not standing.suspension.done:
        return NextAct("operator", _("finish the suspension, which was interrupted"), "hic env sweep")
    if state is State.ENDING:
        return _ending(standing, today)
    if state in (State.REGISTERED, State.PAID):
        return _before_building(standing, today)
    if state is State.SUSPENDED:
        return _suspended(standing, today)
    return _standing(standing, today)


def _standing(standing: Standing, today: date) -> NextAct:
    one = standing.approval
    if standing.withdrawal:
        return NextAct("operator", _("suspend it: the approval was withdrawn"), "hic env sweep")
    if missing := missing_conditions(one, standing.payment, today):
        return NextAct("operator", _("suspend it: {problem}").format(problem=missing[0].what), "hic env sweep")
    if standing.opening:
        return NextAct("operator", _("let people in again: the resumption was interrupted"), f"hic env resume {one.id}")
    if standing.state is State.BUILDING:
        return NextAct("operator", _("finish building it"), f"hic env up {one.id}")
    return _active(standing, today)


def _before_building(standing: Standing, today: date) -> NextAct | None:
    one = standing.approval
    if standing.withdrawal or one.decision.result is Result.REJECTED or today > one.period.last_day:
        return None
    if one.decision.result is Result.CONTINUED:
        command = f"hic env change {one.id} --result RESULT --decided DATE"
        return NextAct("ministry", _("decide on the application again"), command)
    if one.decision.result is Result.CONDITIONAL and not one.decision.chair_confirmed:
        command = f"hic env change {one.id} --chair-confirmed DATE"
        return NextAct("ministry", _("have the chair confirm the 条件付承諾"), command)
    if not one.pledges_accepted:
        return NextAct("researcher", _("hand in the pledges"), f"hic env change {one.id} --pledges-accepted")
    if standing.state is State.REGISTERED:
        return _pay(one.id, standing.quote)
    if today < one.period.start:
        return NextAct("operator", _("build it on {day}").format(day=one.period.start), f"hic env up {one.id}")
    return NextAct("operator", _("build the environment"), f"hic env up {one.id}")


def _pay(approval_id: str, quote: dict[str, Any] | None) -> NextAct:
    if quote is None:
        return NextAct("operator", _("quote the fee"), f"hic fee quote {approval_id}")
    command = f"hic fee pay {approval_id} --amount {quote['total']} --receipt REF"
    return NextAct("researcher", _("pay ¥{yen:,}").format(yen=quote["total"]), command)


def _active(standing: Standing, today: date) -> NextAct:
    one = standing.approval
    if change := next((c for c in standing.changes if c.is_open), None):
        return _change(one.id, change)
    unpaid = next((c for c in standing.changes if c.owes), None)
    if unpaid:
        return _pay_change(one.id, unpaid)
    if one.period.last_day - today <= NOTICE:
        text = _("finish, or apply for an extension: the period ends on {day}").format(day=one.period.last_day)
        return NextAct("researcher", text)
    return NextAct("researcher", _("analyse; the period ends on {day}").format(day=one.period.last_day))


def _change(approval_id: str, change: ChangeApplication) -> NextAct:
    if not change.is_accepted:
        return NextAct("ministry", _("decide on change application {number}").format(number=change.number))
    if change.owes:
        return _pay_change(approval_id, change)
    text = _("make change {number}").format(number=change.number)
    return NextAct("operator", text, f"hic env change {approval_id} --apply {change.number}")


def _pay_change(approval_id: str, change: ChangeApplication) -> NextAct:
    text = _("pay ¥{yen:,} for change {number}").format(yen=change.due, number=change.number)
    command = f"hic fee pay {approval_id} --change {change.number} --amount {change.due} --receipt REF"
    return NextAct("researcher", text, command)


def _suspended(standing: Standing, today: date) -> NextAct:
    one = standing.approval
    missing = missing_conditions(one, standing.payment, today, standing.withdrawal)
    if not missing:
        return NextAct("ministry", _("decide whether it may go on"), f"hic env resume {one.id}")
    if standing.withdrawal or today > one.period.last_day:
        return NextAct("operator", _("end it: {problem}").format(problem=missing[0].what), f"hic env end {one.id}")
    return NextAct("researcher", _("mend what lapsed: {problem}").format(problem=missing[0].what))


def _ending(standing: Standing, today: date) -> NextAct:
    one, until = standing.approval, standing.read_only_until
    if standing.suspension:
        return NextAct("operator", _("destroy it: nobody may read it any more"), f"hic env end {one.id} --now")
    if until and today <= until:
        text = _("look through what is left; everything is destroyed after {day}")
        return NextAct("researcher", text.format(day=until))
    return NextAct("operator", _("destroy the environment"), f"hic env end {one.id}")
