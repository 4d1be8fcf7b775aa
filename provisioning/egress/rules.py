"""Who may do what with a request. Each rule is a pair: `check_x` raises, `can_x` answers."""

from __future__ import annotations

from provisioning.actors import Actor, check_role
from provisioning.approvals.model import Approval
from provisioning.egress.model import Choice, Request
from provisioning.egress.states import State, check_move
from provisioning.errors import Refused
from provisioning.messages import _

QUORUM: dict[Choice, int] = {Choice.APPROVE: 2, Choice.RETURN: 1, Choice.REJECT: 1}
"""How many different reviewers each decision takes. One who returns or rejects is enough: it can only hold back."""

OUTCOME: dict[Choice, State] = {
    Choice.APPROVE: State.APPROVED,
    Choice.RETURN: State.RETURNED,
    Choice.REJECT: State.REJECTED,
}
REVIEW_DAYS, LINKED_REVIEW_DAYS = 14, 21  # REV-5
REPORT_MONTHS = 3  # REV-12


def _same_person(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def is_handler(name: str, approval: Approval) -> bool:
    """Whether that name is one of the approval's handlers."""
    return any(_same_person(name, handler.id) for handler in approval.handlers)


def can_submit(actor: Actor, approval: Approval) -> bool:
    """Whether the actor may file requests for the approval (REV-3)."""
    return _against_submitting(actor, approval) is None


def check_submit(actor: Actor, approval: Approval) -> None:
    """Raise Refused unless the actor is a handler of the approval who files requests (REV-3)."""
    if refusal := _against_submitting(actor, approval):
        raise refusal


def _against_submitting(actor: Actor, approval: Approval) -> Refused | None:
    filers = ", ".join(handler.id for handler in approval.handlers if handler.files_requests)
    handler = approval.handler(actor.name) if actor.role == "researcher" else None
    if handler and handler.files_requests:
        return None
    return Refused(
        _("{actor} may not file requests for {approval} (REV-3).").format(actor=actor, approval=approval.id),
        fix=_("These handlers may: {filers}.").format(filers=filers),
    )


def check_declared(self_checked: bool) -> None:
    """Raise Refused unless the author declares to have checked the result (REV-2)."""
    if not self_checked:
        raise Refused(
            _("A request needs the declaration that you checked the result yourself (REV-2)."),
            fix=_("Run hic egress check on the files, then submit them with --declare-self-checked."),
        )


def can_review(actor: Actor, approval: Approval, request: Request) -> bool:
    """Whether the actor may decide on the request."""
    return _against_reviewing(actor, approval, request) is None


def check_review(actor: Actor, approval: Approval, request: Request) -> None:
    """Raise Refused unless the actor is a reviewer, no handler of the approval, and has not decided yet."""
    if refusal := _against_reviewing(actor, approval, request):
        raise refusal


def _against_reviewing(actor: Actor, approval: Approval, request: Request) -> Refused | None:
    if actor.role != "reviewer":
        return Refused(
            _("{actor} may not decide; decisions are for reviewers.").format(actor=actor),
            fix=_("Act in the role of a reviewer."),
        )
    if _same_person(actor.name, request.author):
        return Refused(
            _("{name} filed this request and may not decide on it.").format(name=actor.name),
            fix=_("Ask another reviewer."),
        )
    if is_handler(actor.name, approval):
        return Refused(
            _("{name} is a handler of {approval} and may not review its results.").format(
                name=actor.name, approval=approval.id
            ),
            fix=_("Ask a reviewer who takes no part in the study."),
        )
    if any(_same_person(actor.name, vote.reviewer) for vote in request.votes):
        return Refused(
            _("{name} has already decided on {request}.").format(name=actor.name, request=request.id),
            fix=_("Another reviewer must decide now."),
        )
    return None


def check_deviation(request: Request, choice: Choice, deviation: str) -> None:
    """REV-10: approving against a rule needs a reason of its own. Raises Refused."""
    if choice is Choice.APPROVE and request.fail and not deviation.strip():
        raise Refused(
            _("{count} finding(s) of {request} break a rule.").format(count=request.fail, request=request.id),
            fix=_("Return it, or approve it with --deviation and the reason why the rule does not hold here (REV-10)."),
        )


def check_reason(reason: str) -> None:
    """Raise Refused when no reason is given: every decision has one (PUB-30)."""
    if not reason.strip():
        raise Refused(_("A decision needs a reason."), fix=_("Give it with --reason."))


def outcome(request: Request, choice: Choice) -> State:
    """The state after one more vote of that choice: the decision itself, or still under review."""
    votes = 1 + sum(vote.choice is choice for vote in request.votes)
    return OUTCOME[choice] if votes >= QUORUM[choice] else State.UNDER_REVIEW


def can_release(actor: Actor, approval: Approval, request: Request) -> bool:
    """Whether the actor may release the request now."""
    return request.state is State.APPROVED and _against_releasing(actor, approval) is None


def check_release(actor: Actor, approval: Approval, request: Request) -> None:
    """Raise Refused unless the request is approved and the actor an operator or reviewer outside the study."""
    check_role(actor, "operator", "reviewer")
    if refusal := _against_releasing(actor, approval):
        raise refusal
    if request.state is State.RELEASED:
        raise Refused(
            _("Request {request} is released already; nothing was done again.").format(request=request.id),
            fix=_("A handler fetches it with: hic egress get {request} DIR").format(request=request.id),
        )
    check_move(request.id, request.state, State.RELEASED)


def _against_releasing(actor: Actor, approval: Approval) -> Refused | None:
    if actor.role in ("operator", "reviewer") and not is_handler(actor.name, approval):
        return None
    return Refused(
        _("{actor} may not release results of {approval}.").format(actor=actor, approval=approval.id),
        fix=_("Ask an operator or reviewer who is no handler of the study."),
    )


def can_fetch(actor: Actor, approval: Approval) -> bool:
    """Whether the actor may fetch released results: any handler of the approval."""
    return actor.role == "researcher" and is_handler(actor.name, approval)


def check_fetch(actor: Actor, approval: Approval) -> None:
    """Raise Refused unless the actor is a handler of the approval."""
    if not can_fetch(actor, approval):
        raise Refused(
            _("{actor} is no handler of {approval}.").format(actor=actor, approval=approval.id),
            fix=_("Ask one of: {handlers}.").format(handlers=", ".join(handler.id for handler in approval.handlers)),
        )


def can_see(actor: Actor, approval: Approval) -> bool:
    """Whether the actor may look at a request and its findings."""
    return actor.role in ("reviewer", "operator", "auditor") or can_fetch(actor, approval)


def check_see(actor: Actor, approval: Approval) -> None:
    """Raise Refused unless the actor may look at requests of the approval."""
    if not can_see(actor, approval):
        check_fetch(actor, approval)


def check_withdraw(actor: Actor, approval: Approval, request: Request) -> None:
    """Raise Refused unless a handler who files requests takes back a request that is not decided yet."""
    check_submit(actor, approval)
    check_move(request.id, request.state, State.WITHDRAWN)
