"""Use cases of approvals and their fees: register, look up, quote, pay."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from provisioning.actors import Actor, check_role
from provisioning.approvals.fees import Quote, quote_fee
from provisioning.approvals.model import Approval
from provisioning.approvals.names import approval_key
from provisioning.approvals.rules import Payment
from provisioning.approvals.states import State, check_move
from provisioning.audit.log import AuditLog
from provisioning.aws.records import Put, Record, RecordStore
from provisioning.clock import Clock, stamp, today
from provisioning.errors import BadInput, Refused
from provisioning.messages import _

APPROVAL, QUOTE, PAYMENT = "APPROVAL", "QUOTE", "PAYMENT"
INDEX = "INDEX#APPROVALS"


@dataclass(frozen=True)
class Registered:
    """An approval as it stands in the records."""

    approval: Approval
    state: State
    record: Record
    payment: Payment | None = None
    quote: dict[str, Any] | None = None

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
        content = approval.model_dump(mode="json")
        known = self._records.get(approval_key(approval.id), APPROVAL)
        if known:
            if known.data["approval"] == content:
                return False
            raise Refused(
                _("{approval} is already registered with other content.").format(approval=approval.id),
                fix=_(
                    "Give the new application an id of its own; see the stored one: hic approval show {approval}"
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
        record = stored[APPROVAL]
        paid = stored.get(PAYMENT)
        payment = (
            Payment(paid.data["yen"], paid.data["receipt"], date.fromisoformat(paid.data["date"])) if paid else None
        )
        quoted = stored.get(QUOTE)
        return Registered(
            approval=Approval.model_validate(record.data["approval"]),
            state=State(record.data["state"]),
            record=record,
            payment=payment,
            quote=quoted.data if quoted else None,
        )

    def all(self) -> list[Registered]:
        """Every approval, present and past, by id."""
        return [self.get(record.sk) for record in self._records.list(INDEX)]

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
        payment, a missing quote or a date in the future.
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
                )
            )
        self._check_payment(approval_id, standing, payment)
        check_move(approval_id, standing.state, State.PAID)
        data = {"yen": yen, "receipt": receipt, "date": day.isoformat()}
        puts = [Put(approval_key(approval_id), PAYMENT, data), standing.moved(State.PAID)]
        self._audit.commit(actor, "fee.pay", approval_id, data, puts)
        return payment

    def _check_payment(self, approval_id: str, standing: Registered, payment: Payment) -> None:
        if standing.quote is None:
            raise Refused(
                _("There is no quote for {approval} yet.").format(approval=approval_id),
                fix=_("Make it first: hic fee quote {approval}").format(approval=approval_id),
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
