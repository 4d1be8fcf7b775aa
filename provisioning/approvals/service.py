"""Use cases of approvals and their fees: register, look up, quote, pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from provisioning.actors import Actor, check_role
from provisioning.approvals.change_fees import requoted
from provisioning.approvals.changes import ChangeApplication, change_content, read_change
from provisioning.approvals.fees import Quote, quote_fee
from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.approvals.rules import Payment, Reason, Suspension, Withdrawal
from provisioning.approvals.states import Access, State, check_move
from provisioning.audit.log import AuditLog
from provisioning.aws.records import Put, Record, RecordStore
from provisioning.clock import Clock, stamp, today
from provisioning.errors import BadInput, Refused
from provisioning.messages import _

APPROVAL, QUOTE, PAYMENT = "APPROVAL", "QUOTE", "PAYMENT"
CHANGE = "CHANGE#"
INDEX = "INDEX#APPROVALS"


@dataclass(frozen=True)
class Registered:
    """An approval as it stands in the records.

    `read_only_until` is the last day on which an ending environment may be read; what was signed in
    before `revoked_before` (a time) stays signed out. `opening`: resumed, and not every way in is open yet.
    """

    approval: Approval
    state: State
    record: Record
    payment: Payment | None = None
    quote: dict[str, Any] | None = None
    withdrawal: Withdrawal | None = None
    suspension: Suspension | None = None
    read_only_until: date | None = None
    revoked_before: str = ""
    opening: bool = False
    changes: tuple[ChangeApplication, ...] = ()

    @property
    def access(self) -> Access:
        """What people may do in the environment."""
        if self.suspension:
            return Access.CLOSED
        if self.state is State.ENDING or self.approval.period.extension:
            return Access.READ_ONLY
        return Access.OPEN

    def moved(self, state: State, **changes: Any) -> Put:
        """The write that moves it to `state`."""
        return Put.over(self.record, {**self.record.data, "state": state, **changes})


class Approvals:
    """The register of approvals."""

    def __init__(self, records: RecordStore, audit: AuditLog, clock: Clock) -> None:
        self._records = records
        self._audit = audit
        self._clock = clock

    def register(self, actor: Actor, approval: Approval) -> bool:
        """Store a new approval; False when the same one is already registered.

        Raises Refused when another approval has this id.
        """
        check_role(actor, "operator")
        if approval.period.extension:
            raise Refused(
                _("The period of a new approval has no extension yet (LIFE-3)."),
                fix=_("Register it without; later: hic env extend {approval} ...").format(approval=approval.id),
            )
        content = approval.model_dump(mode="json")
        known = self._records.get(approval_key(approval.id), APPROVAL)
        if known:
            if Approval.model_validate(known.data["approval"]) == approval:
                return False
            raise Refused(
                _("{approval} is already registered with other content.").format(approval=approval.id),
                fix=_(
                    "Give a new application an id of its own; to change this one: hic env change {approval} --file FILE"
                ).format(approval=approval.id),
            )
        data = {"approval": content, "state": State.REGISTERED, "registered_at": stamp(self._clock)}
        puts = [Put(approval_key(approval.id), APPROVAL, data), Put(INDEX, approval.id, {"id": approval.id})]
        self._audit.commit(actor, "approval.register", approval.id, {"title": approval.title}, puts)
        return True

    def get(self, approval_id: str) -> Registered:
        """One approval with its payment. Raises BadInput when it was never registered."""
        stored = {record.sk: record for record in self._records.list(approval_key(approval_id))}
        if APPROVAL not in stored:
            raise BadInput(
                _("There is no approval {approval}.").format(approval=approval_id),
                fix=_("Register it (hic approval register FILE), or see the list: hic approval list"),
            )
        return _registered(stored)

    def find(self, approval_id: str) -> Registered | None:
        """One approval, or None when nobody registered it here."""
        return self.get(approval_id) if self._records.get(approval_key(approval_id), APPROVAL) else None

    def all(self) -> list[Registered]:
        """Every approval, present and past, by id; a few calls for all of them."""
        ids = [record.sk for record in self._records.list(INDEX)]
        stored: dict[str, dict[str, Record]] = {one: {} for one in ids}
        self._gather(stored, ids, (APPROVAL, PAYMENT, QUOTE))
        # Changes are numbered from 1 on without gaps: the next is asked for where the last was found.
        number, having = 1, ids
        while having:
            sort = change_key(number)
            self._gather(stored, having, (sort,))
            having = [one for one in having if sort in stored[one]]
            number += 1
        return [_registered(stored[one]) for one in ids]

    def _gather(self, stored: dict[str, dict[str, Record]], ids: Sequence[str], sorts: Sequence[str]) -> None:
        found = self._records.get_many((approval_key(one), sort) for one in ids for sort in sorts)
        by_key = {approval_key(one): one for one in ids}
        for (pk, sort), record in found.items():
            stored[by_key[pk]][sort] = record

    def quote(self, actor: Actor, approval_id: str) -> Quote:
        """Reckon and record the fee, which `pay` is held against."""
        check_role(actor, "operator")
        quote = quote_fee(self.get(approval_id).approval)
        known = self._records.get(approval_key(approval_id), QUOTE)
        data = {
            "total": quote.total,
            "before_reduction": quote.before_reduction,
            "cap": quote.cap,
            "reduction": quote.reduction,
            "lines": [{**asdict(line), "quantity": str(line.quantity)} for line in quote.lines],
        }
        if not known or known.data != data:
            put = Put(approval_key(approval_id), QUOTE, data, known.version if known else 0)
            self._audit.commit(actor, "fee.quote", approval_id, {"yen": quote.total}, [put])
        return quote

    def pay(self, actor: Actor, approval_id: str, yen: int, receipt: str, day: date) -> Payment:
        """Record the payment of exactly the quoted amount (FEE-10).

        The same payment again is no mistake. Raises Refused for another amount, a second
        payment, a missing quote or a date in the future. A change that waits for its decision
        costs what it makes dearer from now on.
        """
        check_role(actor, "operator")
        standing = self.get(approval_id)
        payment = Payment(yen, receipt, day)
        if standing.payment:
            if standing.payment == payment:
                return payment
            raise Refused(
                _("The fee of {approval} is already paid: ¥{yen:,}, receipt {receipt}, {day}.").format(
                    approval=approval_id,
                    yen=standing.payment.yen,
                    receipt=standing.payment.receipt,
                    day=standing.payment.day,
                ),
                fix=_("A change has a fee of its own: hic fee pay {approval} --change N ...").format(
                    approval=approval_id
                ),
            )
        self._check_payment(approval_id, standing, payment)
        check_move(approval_id, standing.state, State.PAID)
        data = {"yen": yen, "receipt": receipt, "date": day.isoformat()}
        puts = [Put(approval_key(approval_id), PAYMENT, data), standing.moved(State.PAID)]
        puts += [_priced_anew(standing, change) for change in standing.changes if change.is_open]
        self._audit.commit(actor, "fee.pay", approval_id, data, puts)
        return payment

    def withdraw(self, actor: Actor, approval_id: str, reason: str) -> Withdrawal:
        """Record that the approval was taken back (REV-14). What stands is suspended by the next sweep.

        The same again is no mistake, and another reason is kept beside the first. Raises Refused when the
        environment has ended.
        """
        check_role(actor, "operator")
        standing = self.get(approval_id)
        known = standing.withdrawal
        if known and reason in known.reasons:
            return known
        if standing.state is State.ENDED:
            raise Refused(
                _("The environment of {approval} has already ended.").format(approval=approval_id),
                fix=_("See where it stands: hic approval show {approval}").format(approval=approval_id),
            )
        given = Withdrawal(today(self._clock), reason)
        withdrawal = replace(known, further=(*known.further, given)) if known else given
        data = {**_reason(withdrawal), "further": [_reason(one) for one in withdrawal.further]}
        puts = [standing.moved(standing.state, withdrawal=data)]
        self._audit.commit(actor, "approval.withdraw", approval_id, _reason(given), puts)
        return withdrawal

    def _check_payment(self, approval_id: str, standing: Registered, payment: Payment) -> None:
        if standing.quote is None:
            raise Refused(
                _("There is no quote for {approval} yet.").format(approval=approval_id),
                fix=_("Make it first: hic fee quote {approval}").format(approval=approval_id),
            )
        if standing.quote["total"] != quote_fee(standing.approval).total:
            raise Refused(
                _("{approval} has changed since its fee was quoted.").format(approval=approval_id),
                fix=_("Quote it again: hic fee quote {approval}").format(approval=approval_id),
            )
        if standing.quote["total"] != payment.yen:
            raise Refused(
                _("¥{paid:,} was paid, but ¥{quoted:,} was quoted for {approval}.").format(
                    paid=payment.yen, quoted=standing.quote["total"], approval=approval_id
                ),
                fix=_("Nothing was recorded. Settle the difference, then record the full amount."),
            )
        if payment.day > today(self._clock):
            raise Refused(
                _("The payment date {day} is in the future.").format(day=payment.day),
                fix=_("Give the date of receipt: --date YYYY-MM-DD"),
            )


def _priced_anew(standing: Registered, change: ChangeApplication) -> Put:
    """The write of an open change whose price was that of an approval without a payment.

    Raises Refused when it was paid at that price: it is to be made first, and the whole quoted again.
    """
    approval_id = standing.approval.id
    if change.before_payment and change.payment:
        raise Refused(
            _("Change {number} of {approval} is paid, and not made yet.").format(
                number=change.number, approval=approval_id
            ),
            fix=_(
                "Make it: hic env change {approval} --apply {number}; then quote the fee: hic fee quote {approval}"
            ).format(approval=approval_id, number=change.number),
        )
    change = replace(change, before_payment=False)
    content = change_content(replace(change, due=requoted(change).total))
    return Put(approval_key(approval_id), change_key(change.number), content, change.version)


def change_key(number: int) -> str:
    """The sort key of the change application of that number."""
    return f"{CHANGE}{number:04d}"


def _registered(stored: Mapping[str, Record]) -> Registered:
    """What the records of one approval say, by sort key."""
    record = stored[APPROVAL]
    paid = stored.get(PAYMENT)
    payment = Payment(paid.data["yen"], paid.data["receipt"], date.fromisoformat(paid.data["date"])) if paid else None
    quoted = stored.get(QUOTE)
    data = record.data
    until = data.get("read_only_until")
    return Registered(
        approval=Approval.model_validate(data["approval"]),
        state=State(data["state"]),
        record=record,
        payment=payment,
        quote=quoted.data if quoted else None,
        withdrawal=_withdrawal(data["withdrawal"]) if data.get("withdrawal") else None,
        suspension=_suspension(data["suspension"]) if data.get("suspension") else None,
        read_only_until=date.fromisoformat(until) if until else None,
        revoked_before=data.get("revoked_before", ""),
        opening=data.get("opening", False),
        changes=tuple(read_change(r.data, r.version) for sk, r in sorted(stored.items()) if sk.startswith(CHANGE)),
    )


def _reason(withdrawal: Withdrawal) -> dict[str, str]:
    return {"date": withdrawal.day.isoformat(), "reason": withdrawal.reason}


def _withdrawal(stored: Mapping[str, Any]) -> Withdrawal:
    further = tuple(_withdrawal(one) for one in stored.get("further", ()))
    return Withdrawal(date.fromisoformat(stored["date"]), stored["reason"], further)


def _suspension(stored: Mapping[str, Any]) -> Suspension:
    return Suspension(**{**stored, "further": tuple(Reason(**one) for one in stored.get("further", ()))})
