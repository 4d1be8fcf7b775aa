"""A change of an approval that stands: what was applied for, decided, paid and made. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from provisioning.approvals.model import Approval, Result
from provisioning.approvals.rules import ACCEPTED, Payment


class Weight(StrEnum):
    """How much a difference asks for, from the lightest to the heaviest."""

    COMPLETION = "completion"  # what the approval itself waited for: the chair's word, the pledges
    MINOR = "minor"  # 軽微な変更 (LIFE-3): made at once, its fee is due
    CHANGE = "change"  # 変更申出 (LIFE-2, LIFE-4): only after a decision and its fee
    IMPOSSIBLE = "impossible"  # only a new application can bring it


ORDER = tuple(Weight)


@dataclass(frozen=True)
class Difference:
    """One thing that differs: where in the approval, in words, what it asks for, and by which rule."""

    path: str
    what: str
    weight: Weight
    rule: str


def heaviest(differences: tuple[Difference, ...]) -> Weight | None:
    """What all differences together ask for; None when there are none."""
    return max((d.weight for d in differences), key=ORDER.index, default=None)


@dataclass(frozen=True)
class Decision:
    """What the committee said of a change application, on which day (FLOW-5)."""

    result: Result
    day: date
    chair_confirmed: date | None = None

    @property
    def accepts(self) -> bool:
        """Whether the change may be made."""
        return self.result in ACCEPTED or (self.result is Result.CONDITIONAL and self.chair_confirmed is not None)


@dataclass(frozen=True)
class ChangeApplication:
    """One change, numbered from 1 within its approval.

    `due` is its fee in yen; `applied_at` the time when it became part of the approval. `base` is the
    approval that the change was written against. `before_payment`: its fee was reckoned while the
    approval's own was not paid yet.
    """

    number: int
    weight: Weight
    differences: tuple[Difference, ...]
    base: Approval
    wanted: Approval
    due: int
    registered_at: str
    by: str
    decision: Decision | None = None
    payment: Payment | None = None
    applied_at: str | None = None
    before_payment: bool = False
    version: int = field(default=0, compare=False)  # of the record it was read from

    @property
    def is_accepted(self) -> bool:
        """Whether nothing but the fee stands in its way."""
        return self.weight is not Weight.CHANGE or bool(self.decision and self.decision.accepts)

    @property
    def is_rejected(self) -> bool:
        """Whether it was turned down for good."""
        return bool(self.decision and self.decision.result is Result.REJECTED)

    @property
    def is_open(self) -> bool:
        """Whether it may still be made."""
        return self.applied_at is None and not self.is_rejected

    @property
    def owes(self) -> bool:
        """Whether its fee is to be paid now."""
        return self.due > 0 and self.payment is None and self.is_accepted


def change_content(change: ChangeApplication) -> dict[str, Any]:
    """A change as it is stored."""
    decision, payment = change.decision, change.payment
    return {
        "number": change.number,
        "weight": change.weight,
        "differences": [vars(difference) for difference in change.differences],
        "base": change.base.model_dump(mode="json"),
        "wanted": change.wanted.model_dump(mode="json"),
        "due": change.due,
        "registered_at": change.registered_at,
        "by": change.by,
        "decision": decision
        and {
            "result": decision.result,
            "date": decision.day.isoformat(),
            "chair_confirmed": decision.chair_confirmed and decision.chair_confirmed.isoformat(),
        },
        "payment": payment and {"yen": payment.yen, "receipt": payment.receipt, "date": payment.day.isoformat()},
        "applied_at": change.applied_at,
        "before_payment": change.before_payment,
    }


def read_change(stored: dict[str, Any], version: int = 0) -> ChangeApplication:
    """A change as it was stored, in a record of that version."""
    decision, payment = stored["decision"], stored["payment"]
    confirmed = decision["chair_confirmed"] if decision else None
    return ChangeApplication(
        number=stored["number"],
        weight=Weight(stored["weight"]),
        differences=tuple(Difference(**{**d, "weight": Weight(d["weight"])}) for d in stored["differences"]),
        base=Approval.model_validate(stored["base"]),
        wanted=Approval.model_validate(stored["wanted"]),
        due=stored["due"],
        registered_at=stored["registered_at"],
        by=stored["by"],
        decision=decision
        and Decision(
            Result(decision["result"]),
            date.fromisoformat(decision["date"]),
            date.fromisoformat(confirmed) if confirmed else None,
        ),
        payment=payment and Payment(payment["yen"], payment["receipt"], date.fromisoformat(payment["date"])),
        applied_at=stored["applied_at"],
        before_payment=stored.get("before_payment", False),
        version=version,
    )
