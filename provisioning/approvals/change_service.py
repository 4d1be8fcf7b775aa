"""Use cases of changes: look at one, register the committee's word, pay, make it part of the approval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from provisioning.actors import Actor, check_role
from provisioning.approvals.change_fees import quote_change, requoted
from provisioning.approvals.changes import (
    ChangeApplication,
    Decision,
    Difference,
    Weight,
    change_content,
    heaviest,
)
from provisioning.approvals.differences import differences, moved_to_current_rules
from provisioning.approvals.editing import merged
from provisioning.approvals.fees import Quote
from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.approvals.rules import Payment, may_stand
from provisioning.approvals.service import CHANGE, Approvals, Registered
from provisioning.approvals.states import State, check_move
from provisioning.audit.log import AuditLog
from provisioning.aws.records import Put
from provisioning.clock import Clock, stamp, today
from provisioning.errors import BadInput, Problem, Refused
from provisioning.messages import _

STANDING = (State.BUILDING, State.ACTIVE, State.SUSPENDED)


@dataclass(frozen=True)
class Proposal:
    """A change held against what is registered: what differs, what it asks for, and what it costs.

    `application` is the one that covers it, if one was registered.
    """

    standing: Registered
    wanted: Approval
    differences: tuple[Difference, ...]
    weight: Weight | None
    quote: Quote
    application: ChangeApplication | None

    def of_weight(self, weight: Weight) -> list[Problem]:
        """The differences of one weight, as they are told."""
        return [Problem(d.rule, d.what) for d in self.differences if d.weight is weight]


class Changes:
    """Changes of approvals. A minor one is made at once; any other waits for its decision and its fee."""

    def __init__(self, approvals: Approvals, audit: AuditLog, clock: Clock) -> None:
        self._approvals = approvals
        self._audit = audit
        self._clock = clock

    def propose(self, approval_id: str, wanted: Approval) -> Proposal:
        """What a change would ask for; nothing is stored. Raises Refused when the environment is ending."""
        standing = self._changeable(approval_id)
        built = standing.state in STANDING
        wanted = moved_to_current_rules(standing.approval, wanted, built=built)
        found = differences(standing.approval, wanted, built=built)
        weight = heaviest(found)
        application = next((c for c in standing.changes if c.is_open and self._covers(c, standing, wanted)), None)
        asked, unpaid = weight or Weight.COMPLETION, standing.payment is None
        quote = quote_change(standing.approval, wanted, asked, today(self._clock), before_payment=unpaid)
        return Proposal(standing, wanted, found, weight, quote, application)

    def wanted_by(self, approval_id: str, number: int) -> Approval:
        """The approval as an open change application wants it. Raises BadInput when there is none of that number."""
        standing = self._changeable(approval_id)
        change = self._numbered(standing, number)
        return merged(change.base, change.wanted, standing.approval) if change.is_open else standing.approval

    def check_permitted(self, proposal: Proposal) -> None:
        """Raise Refused, with rule and price, unless the change may be made now."""
        approval_id = proposal.standing.approval.id
        if proposal.weight is Weight.IMPOSSIBLE:
            raise Refused(
                _("No change of {approval} can bring this:").format(approval=approval_id),
                problems=proposal.of_weight(Weight.IMPOSSIBLE),
                fix=_("It needs an application of its own: hic approval draft FILE --id ID"),
            )
        if proposal.weight is not Weight.CHANGE:
            return
        change = proposal.application
        if change is None:
            raise Refused(
                _("{approval} needs a change application (変更申出) of ¥{yen:,} for this (FEE-1):").format(
                    approval=approval_id, yen=proposal.quote.total
                ),
                problems=proposal.of_weight(Weight.CHANGE),
                fix=_(
                    "When it is decided, register it with the same options: "
                    "hic approval change {approval} ... --result RESULT --decided DATE"
                ).format(approval=approval_id),
            )
        self._check_decided_and_paid(approval_id, change)

    def register(self, actor: Actor, approval_id: str, wanted: Approval, decision: Decision) -> ChangeApplication:
        """Record what the committee said of a change application, and what it costs.

        The same again changes nothing; a later word (the chair's, or a second decision) replaces the
        earlier one until the change is accepted. Raises Refused for a change that needs no committee
        or that no committee can grant, and while another one is open.
        """
        check_role(actor, "operator")
        if decision.day > today(self._clock) or (decision.chair_confirmed or decision.day) > today(self._clock):
            raise BadInput(_("The decision's date is in the future."), fix=_("Give the date it was made on."))
        proposal = self.propose(approval_id, wanted)
        self._check_needs_the_committee(proposal)
        known = proposal.application
        if known and (known.decision == decision or known.is_accepted):
            if known.decision == decision:
                return known
            raise Refused(
                _("Change {number} of {approval} is decided already: {result}.").format(
                    number=known.number, approval=approval_id, result=known.decision and known.decision.result
                ),
                fix=_("See how it stands: hic approval history {approval}").format(approval=approval_id),
            )
        other = next((c for c in proposal.standing.changes if c.is_open), None)
        if other and not known:
            raise Refused(
                _("Change {number} of {approval} is open.").format(number=other.number, approval=approval_id),
                fix=_("Make it first, or record that it was turned down (不承諾)."),
            )
        change = known or self._new(actor, proposal)
        change = replace(change, decision=decision)
        details = {"change": change.number, "result": decision.result, "yen": change.due}
        put = self._put(proposal.standing, change)
        self._audit.commit(actor, "approval.change.decide", approval_id, details, [put])
        return change

    def quote_of(self, approval_id: str, number: int) -> Quote:
        """The fee of a registered change, line by line, as it was reckoned on its day."""
        change = self._numbered(self._approvals.get(approval_id), number)
        return requoted(change)

    def pay(self, actor: Actor, approval_id: str, number: int, yen: int, receipt: str, day: date) -> Payment:
        """Record the payment of exactly the fee of a change (FEE-1). The same payment again is no mistake."""
        check_role(actor, "operator")
        standing = self._approvals.get(approval_id)
        change = self._numbered(standing, number)
        payment = Payment(yen, receipt, day)
        if change.payment == payment:
            return payment
        if not change.owes:
            raise Refused(
                _("Nothing is owed for change {number} of {approval}.").format(number=number, approval=approval_id),
                fix=_("See how it stands: hic approval history {approval}").format(approval=approval_id),
            )
        if yen != change.due:
            raise Refused(
                _("¥{paid:,} was paid, but change {number} of {approval} costs ¥{due:,}.").format(
                    paid=yen, number=number, approval=approval_id, due=change.due
                ),
                fix=_("Nothing was recorded. Settle the difference, then record the full amount."),
            )
        if day > today(self._clock):
            raise Refused(
                _("The payment date {day} is in the future.").format(day=day),
                fix=_("Give the date of receipt: --date YYYY-MM-DD"),
            )
        details = {"change": number, "yen": yen, "receipt": receipt, "date": day.isoformat()}
        put = self._put(standing, replace(change, payment=payment))
        self._audit.commit(actor, "approval.change.pay", approval_id, details, [put])
        return payment

    def make(self, actor: Actor, approval_id: str, wanted: Approval) -> ChangeApplication | None:
        """Make the change part of the approval; None when nothing differs. Raises Refused unless it is permitted.

        What stands and may go on standing becomes `building`, in the same transaction, so that the next
        run brings it about.
        """
        check_role(actor, "operator")
        proposal = self.propose(approval_id, wanted)
        if not proposal.differences:
            return None
        self.check_permitted(proposal)
        standing = proposal.standing
        if wanted.decision != standing.approval.decision and wanted.decision.date > today(self._clock):
            raise BadInput(_("The decision's date is in the future."), fix=_("Give the date it was made on."))
        covered = proposal.application if proposal.weight is Weight.CHANGE else None
        change = replace(covered or self._new(actor, proposal), applied_at=stamp(self._clock))
        state = standing.state
        if state is State.ACTIVE and self._may_stand(proposal):
            check_move(approval_id, state, State.BUILDING)
            state = State.BUILDING
        moved = standing.moved(state, approval=proposal.wanted.model_dump(mode="json"))
        details = {
            "change": change.number,
            "weight": change.weight,
            "differs": [d.path for d in proposal.differences],
            "yen": change.due,
        }
        self._audit.commit(actor, "approval.change", approval_id, details, [moved, self._put(standing, change)])
        return change

    def _may_stand(self, proposal: Proposal) -> bool:
        standing = proposal.standing
        return may_stand(proposal.wanted, standing.payment, today(self._clock), standing.withdrawal)

    def _changeable(self, approval_id: str) -> Registered:
        standing = self._approvals.get(approval_id)
        if standing.state in (State.ENDING, State.ENDED):
            raise Refused(
                _("{approval} is '{state}' and cannot be changed any more.").format(
                    approval=approval_id, state=standing.state
                ),
                fix=_("Going on needs a new application: hic approval draft FILE --id ID"),
            )
        return standing

    @staticmethod
    def _covers(change: ChangeApplication, standing: Registered, wanted: Approval) -> bool:
        """Whether making this change would bring exactly what is wanted."""
        try:
            brought = merged(change.base, change.wanted, standing.approval)
        except Refused:
            return False
        return not differences(brought, wanted, built=True)

    @staticmethod
    def _check_decided_and_paid(approval_id: str, change: ChangeApplication) -> None:
        if not change.is_accepted:
            raise Refused(
                _("Change {number} of {approval} is not accepted: {result} (FLOW-5).").format(
                    number=change.number, approval=approval_id, result=change.decision and change.decision.result
                ),
                fix=_("Record the later decision: hic approval change {approval} ...").format(approval=approval_id),
            )
        if change.owes:
            raise Refused(
                _("The fee of change {number} of {approval}, ¥{yen:,}, is not paid (FEE-10).").format(
                    number=change.number, approval=approval_id, yen=change.due
                ),
                fix=_("Record it: hic fee pay {approval} --change {number} --amount {yen} --receipt REF").format(
                    approval=approval_id, number=change.number, yen=change.due
                ),
            )

    @staticmethod
    def _check_needs_the_committee(proposal: Proposal) -> None:
        approval_id = proposal.standing.approval.id
        if proposal.weight is None:
            raise Refused(
                _("Nothing differs from what is registered for {approval}.").format(approval=approval_id),
                fix=_("See what is registered: hic approval show {approval}").format(approval=approval_id),
            )
        if proposal.weight is Weight.IMPOSSIBLE:
            raise Refused(
                _("No change of {approval} can bring this:").format(approval=approval_id),
                problems=proposal.of_weight(Weight.IMPOSSIBLE),
                fix=_("It needs an application of its own: hic approval draft FILE --id ID"),
            )
        if proposal.weight is not Weight.CHANGE:
            raise Refused(
                _("This change of {approval} needs no decision (LIFE-3).").format(approval=approval_id),
                fix=_("Make it: hic env change {approval} ...").format(approval=approval_id),
            )

    @staticmethod
    def _numbered(standing: Registered, number: int) -> ChangeApplication:
        for change in standing.changes:
            if change.number == number:
                return change
        raise BadInput(
            _("{approval} has no change {number}.").format(approval=standing.approval.id, number=number),
            fix=_("See its changes: hic approval history {approval}").format(approval=standing.approval.id),
        )

    def _new(self, actor: Actor, proposal: Proposal) -> ChangeApplication:
        standing = proposal.standing
        return ChangeApplication(
            number=len(standing.changes) + 1,
            weight=proposal.weight or Weight.COMPLETION,
            differences=proposal.differences,
            base=standing.approval,
            wanted=proposal.wanted,
            due=proposal.quote.total,
            registered_at=stamp(self._clock),
            by=str(actor),
            before_payment=standing.payment is None,
        )

    @staticmethod
    def _put(standing: Registered, change: ChangeApplication) -> Put:
        sort = f"{CHANGE}{change.number:04d}"
        return Put(approval_key(standing.approval.id), sort, change_content(change), change.version)
