"""The life of an environment after it was built: changed, suspended, resumed, read only before its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, timedelta

from provisioning.actors import Actor, check_role
from provisioning.approvals.change_service import Changes, Proposal
from provisioning.approvals.changes import ChangeApplication
from provisioning.approvals.model import Approval
from provisioning.approvals.names import environment_stack
from provisioning.approvals.rules import Reason, Suspension, check_may_stand, may_stand
from provisioning.approvals.service import Approvals, Registered
from provisioning.approvals.states import State, check_move
from provisioning.audit.log import AuditLog
from provisioning.aws.sessions import Aws
from provisioning.clock import Clock, stamp, today
from provisioning.environments.cutting import Cut, Door, cut_off, let_in, lift_emergency
from provisioning.environments.engine import Engine, OnStep, Outcome
from provisioning.environments.service import Environments
from provisioning.errors import BadInput, Conflict, DependencyFailed, HicError, Problem, Refused
from provisioning.messages import _

READ_ONLY_DAYS = 7
MOST_READ_ONLY_DAYS = 30
DESKTOPS = "aws:workspaces/directory:Directory"


@dataclass(frozen=True)
class Changed:
    """What a change came to. `change` None: nothing differed; `outcome` None: nothing had to be run."""

    change: ChangeApplication | None
    outcome: Outcome | None


@dataclass(frozen=True)
class Closed:
    """What a suspension or its end came to. `outcome` None: nothing stands that the program could close."""

    standing: Registered
    cuts: tuple[Cut, ...]
    outcome: Outcome | None


class Lifecycle:
    """Acts on environments that stand. All may be repeated: what was interrupted goes on.

    `doors` are ways in that other parts keep; they are shut and opened with the rest.
    """

    def __init__(
        self,
        environments: Environments,
        approvals: Approvals,
        changes: Changes,
        audit: AuditLog,
        aws: Aws,
        clock: Clock,
        engine: Engine,
        doors: Sequence[Door] = (),
    ) -> None:
        self._environments = environments
        self._approvals = approvals
        self._changes = changes
        self._audit = audit
        self._aws = aws
        self._clock = clock
        self._engine = engine
        self._doors = doors

    def plan_change(self, actor: Actor, approval_id: str, wanted: Approval) -> tuple[Proposal, Outcome | None]:
        """What a change asks for, and what the run after it would do; nothing is changed."""
        check_role(actor, "operator")
        proposal = self._changes.propose(approval_id, wanted)
        standing = replace(proposal.standing, approval=proposal.wanted)
        network = self._environments.network_of(approval_id)
        if network is None or standing.suspension or not self._may_stand(standing):
            return proposal, None
        return proposal, self._engine.plan(self._environments.request(standing, network, planned=True))

    def change(self, actor: Actor, approval_id: str, wanted: Approval, on_step: OnStep | None = None) -> Changed:
        """Make a permitted change, and bring what stands to it.

        What is suspended keeps everything as it is, as evidence; `resume` brings the change about.
        Raises Refused, with rule and price, for what is not permitted.
        """
        self._engine.check_free(environment_stack(approval_id))
        change = self._changes.make(actor, approval_id, wanted)
        standing = self._approvals.get(approval_id)
        if standing.state is not State.BUILDING or not self._may_stand(standing):
            return Changed(change, None)
        return Changed(change, self._environments.up(actor, approval_id, on_step))

    def suspend(
        self,
        actor: Actor,
        approval_id: str,
        reason: str,
        on_step: OnStep | None = None,
        seen: Registered | None = None,
    ) -> Closed:
        """Let nobody in any more, without notice (HIC-18); nothing is deleted.

        The intent is recorded first, then every way in is shut by calls of its own, then the program
        keeps it so. Another reason while it is suspended is recorded beside the first. With `seen` it holds
        only if nothing has changed since that was read, else Conflict. Raises Refused when nothing stands,
        BadInput without a reason; what kept the record from being complete is raised after all was shut.
        """
        check_role(actor, "operator")
        if not reason.strip():
            raise BadInput(_("A suspension needs its reason."), fix=_("Give it: --reason TEXT"))
        standing, reason = seen or self._approvals.get(approval_id), reason.strip()
        incomplete: HicError | None = None
        known = standing.suspension
        if not known or reason not in known.reasons or standing.state is State.ENDED:
            standing, incomplete = self._mark_suspended(actor, standing, reason)
        try:
            closed = self._shut(actor, standing, on_step)
        except HicError as error:
            if incomplete is None:
                raise
            raise _together(error, incomplete) from error
        if incomplete:
            raise incomplete
        return closed

    def _shut(self, actor: Actor, standing: Registered, on_step: OnStep | None) -> Closed:
        """Shut every way in and keep it so; then note that it is done."""
        approval_id = standing.approval.id
        unread: HicError | None = None
        try:
            resources = self._engine.resources(environment_stack(approval_id))
            desktops = [one.id for one in resources if one.type == DESKTOPS]
        except HicError as error:  # people are shut out first, by what the records know
            unread, resources, desktops = error, [], self._environments.desktops(approval_id)
        cuts = cut_off(self._aws, standing, desktops, self._doors)
        if unread:
            raise unread
        outcome = self._run(standing, on_step) if resources else None
        if outcome is not None:
            list(lift_emergency(self._aws, approval_id))
        now = self._approvals.get(approval_id)
        if now.suspension and not now.suspension.done:
            details = {"shut": [f"{cut.kind} {cut.id}" for cut in cuts]}
            puts = [now.moved(now.state, suspension=asdict(replace(now.suspension, done=True)))]
            self._audit.commit(actor, "env.suspended", approval_id, details, puts)
        return Closed(self._approvals.get(approval_id), cuts, outcome)

    def resume(self, actor: Actor, approval_id: str, on_step: OnStep | None = None) -> Closed:
        """Let people in again. Sessions from before stay signed out.

        Raises Refused unless every condition of FLOW-7 holds again.
        """
        check_role(actor, "operator")
        self._engine.check_free(environment_stack(approval_id))
        standing = self._approvals.get(approval_id)
        if standing.suspension and standing.state is State.SUSPENDED:
            check_may_stand(standing.approval, standing.payment, today(self._clock), standing.withdrawal)
            check_move(approval_id, standing.state, State.BUILDING)
            moved = standing.moved(State.BUILDING, suspension=None, revoked_before=_utc(self._clock), opening=True)
            details = {"suspended_at": standing.suspension.at, "reason": standing.suspension.reason}
            self._audit.commit(actor, "env.resume", approval_id, details, [moved])
        elif standing.suspension or not standing.revoked_before or standing.state not in (State.BUILDING, State.ACTIVE):
            raise Refused(
                _("{approval} is '{state}', and there is nothing to resume.").format(
                    approval=approval_id, state=standing.state
                ),
                fix=_("See where it stands: hic env status {approval}").format(approval=approval_id),
            )
        outcome = self._environments.up(actor, approval_id, on_step)
        opened = let_in(self._aws, self._approvals.get(approval_id), self._doors)
        standing = self._approvals.get(approval_id)
        if standing.suspension:  # in the meantime; what was opened is shut again
            cut_off(self._aws, standing, self._environments.desktops(approval_id), self._doors)
            raise Conflict(
                _("{approval} is suspended since {at}: {reason}").format(
                    approval=approval_id, at=standing.suspension.at, reason="; ".join(standing.suspension.reasons)
                ),
                fix=_("If it may go on: hic env resume {approval}").format(approval=approval_id),
            )
        if standing.opening:
            told = {"opened": [f"{cut.kind} {cut.id}" for cut in opened]}
            puts = [standing.moved(standing.state, opening=False)]
            self._audit.commit(actor, "env.resumed", approval_id, told, puts)
        return Closed(self._approvals.get(approval_id), opened, outcome)

    def close(self, actor: Actor, approval_id: str, days: int, on_step: OnStep | None = None) -> Closed:
        """Begin the end: until a last day everything can be read, and nothing written. Nobody can go back.

        That day is at most the period's last. Raises Refused when nobody may read any more, or the
        environment was never finished: it can only be destroyed then.
        """
        check_role(actor, "operator")
        self._engine.check_free(environment_stack(approval_id))
        standing = self._approvals.get(approval_id)
        if standing.state is not State.ENDING:
            standing = self._mark_ending(actor, standing, days)
        outcome = self._run(standing, on_step) if self._engine.resources(environment_stack(approval_id)) else None
        return Closed(standing, (), outcome)

    def plan_close(self, actor: Actor, approval_id: str, days: int) -> date:
        """The last day of reading that `close` would set, or has set. Raises like it; changes nothing."""
        check_role(actor, "operator")
        standing = self._approvals.get(approval_id)
        if standing.state is State.ENDING and standing.read_only_until:
            return standing.read_only_until
        return self._read_until(standing, days)

    def _mark_suspended(self, actor: Actor, standing: Registered, reason: str) -> tuple[Registered, HicError | None]:
        """Record the intent. An error that comes after it was recorded is handed back: people are shut out first."""
        approval_id, known = standing.approval.id, standing.suspension
        if standing.state not in (State.BUILDING, State.ACTIVE, State.SUSPENDED, State.ENDING):
            raise Refused(
                _("{approval} is '{state}', and nothing stands that could be suspended.").format(
                    approval=approval_id, state=standing.state
                ),
                fix=_("See where it stands: hic approval show {approval}").format(approval=approval_id),
            )
        # What is ending goes on ending, with nobody in it.
        state = standing.state if standing.state is State.ENDING else State.SUSPENDED
        check_move(approval_id, standing.state, state)
        given = Reason(stamp(self._clock), reason, str(actor))
        first = Suspension(**vars(given), done=False)
        suspension = replace(known, further=(*known.further, given)) if known else first
        moved = standing.moved(state, suspension=asdict(suspension), opening=False)
        incomplete: HicError | None = None
        try:
            self._audit.commit(actor, "env.suspend", approval_id, {"reason": reason}, [moved])
        except DependencyFailed as error:
            incomplete = error
        marked = self._approvals.get(approval_id)
        if incomplete and (marked.suspension is None or reason not in marked.suspension.reasons):
            raise incomplete  # nothing was recorded
        return marked, incomplete

    def _mark_ending(self, actor: Actor, standing: Registered, days: int) -> Registered:
        approval_id, until = standing.approval.id, self._read_until(standing, days)
        moved = standing.moved(State.ENDING, read_only_until=until.isoformat())
        self._audit.commit(actor, "env.close", approval_id, {"read_only_until": until.isoformat()}, [moved])
        return self._approvals.get(approval_id)

    def _read_until(self, standing: Registered, days: int) -> date:
        """The last day of reading, at most the period's. Raises Refused or BadInput when there can be none."""
        approval_id = standing.approval.id
        if not 1 <= days <= MOST_READ_ONLY_DAYS:
            raise BadInput(
                _("{days} days of reading is not between 1 and {most}.").format(days=days, most=MOST_READ_ONLY_DAYS),
                fix=_("Give --days within that, or destroy it at once: --now"),
            )
        check_move(approval_id, standing.state, State.ENDING)
        at_once = _("Destroy it at once: hic env end {approval} --now").format(approval=approval_id)
        if standing.suspension or not self._may_stand(standing):
            raise Refused(_("Nobody may read {approval} any more.").format(approval=approval_id), fix=at_once)
        if self._engine.outputs(environment_stack(approval_id)) is None:
            raise Refused(_("{approval} was never finished.").format(approval=approval_id), fix=at_once)
        return min(today(self._clock) + timedelta(days=days), standing.approval.period.last_day)

    def _run(self, standing: Registered, on_step: OnStep | None) -> Outcome | None:
        """Bring what stands to the access that is recorded."""
        network = self._environments.network_of(standing.approval.id)
        if network is None:
            return None
        if standing.suspension and (built := self._environments.built(standing.approval.id)):
            # Otherwise it stays as it was: what a later change would take away may be evidence.
            standing = replace(standing, approval=built)
        return self._engine.up(self._environments.request(standing, network), on_step)

    def _may_stand(self, standing: Registered) -> bool:
        return may_stand(standing.approval, standing.payment, today(self._clock), standing.withdrawal)


def _together(error: HicError, other: HicError) -> HicError:
    """Both errors as one."""
    problems = (*error.problems, Problem("", other.message, other.fix))
    return DependencyFailed(error.message, fix=error.fix, problems=problems)


def is_over(standing: Registered, day: date) -> bool:
    """Whether the time of reading has passed, so that an ending environment is to be destroyed."""
    return standing.state is State.ENDING and (standing.read_only_until is None or day > standing.read_only_until)


def _utc(clock: Clock) -> str:
    """The time as IAM's conditions take it."""
    return clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
