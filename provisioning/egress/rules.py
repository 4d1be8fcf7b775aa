"""What must hold before each step. Each `check_x` raises; `people.can` and `people.is_person` answer."""

from __future__ import annotations

from datetime import date, timedelta

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.egress.model import Choice, Direction, Request
from provisioning.egress.opinions import against_opinion
from provisioning.egress.people import PERMISSIONS, Action, Relation, can, holds, is_person
from provisioning.egress.states import State
from provisioning.errors import BadInput, Refused
from provisioning.messages import _

REVIEW_DAYS, LINKED_REVIEW_DAYS = 14, 21  # REV-5
REPORT_MONTHS = 3  # REV-12
RELIEF_DAYS = 3
"""So long a reviewer has to consolidate before somebody else can take their place."""
MOST_DOWNLOADS = 20
MOST_LINKS = 5
MOST_LINK_MINUTES = 60


def check_file(actor: Actor, approval: Approval, direction: Direction = Direction.OUT) -> None:
    """Raise Refused unless the actor may file requests for the approval (REV-3; HIC-16)."""
    if not is_person(Action.FILE, actor, approval, None, direction):
        raise _wrong_person(Action.FILE, actor, approval, None, direction)


def check_see(actor: Actor, approval: Approval) -> None:
    """Raise Refused unless the actor may know of the approval's requests."""
    if not is_person(Action.SEE, actor, approval, None, Direction.OUT):
        raise _wrong_person(Action.SEE, actor, approval, None)


def check(action: Action, actor: Actor, approval: Approval, request: Request) -> None:
    """Raise Refused, with who may and what is possible, unless the actor may take the action now."""
    if not is_person(action, actor, approval, request, request.direction):
        raise _wrong_person(action, actor, approval, request)
    if not can(action, actor, approval, request):
        raise _wrong_state(action, request)


def check_decide(actor: Actor, approval: Approval, request: Request) -> None:
    """Raise Refused unless the actor may give or revise an opinion on the request now."""
    check(Action.DECIDE, actor, approval, request)
    if refusal := against_opinion(actor, request):
        raise refusal


def _wrong_state(action: Action, request: Request) -> Refused:
    states = ", ".join(state for state in State if state in PERMISSIONS[action].states)
    return Refused(
        _("Request {request} is {state}; '{action}' is not possible now.").format(
            request=request.id, state=request.state, action=action
        ),
        fix=_("It is possible while a request is: {states}.").format(states=states),
    )


def _wrong_person(
    action: Action, actor: Actor, approval: Approval, request: Request | None, direction: Direction = Direction.OUT
) -> Refused:
    filers = ", ".join(handler.id for handler in approval.handlers if handler.files_requests)
    if action in (Action.DECIDE, Action.INSPECT) and actor.role == "reviewer":
        return _no_reviewer(actor, approval, request)
    if action is Action.INSPECT:
        return Refused(
            _("{actor} may not read the frozen files; they are for reviewers.").format(actor=actor),
            fix=_("Check the files that you have: hic egress report FILES --out report.html"),
        )
    if action is Action.DECIDE:
        return Refused(
            _("{actor} may not decide; decisions are for reviewers.").format(actor=actor),
            fix=_("Act in the role of a reviewer."),
        )
    if action is Action.RELIEVE:
        return Refused(
            _("{actor} may not relieve a reviewer of {approval}.").format(actor=actor, approval=approval.id),
            fix=_("Ask an operator who is no handler of the study."),
        )
    if action in (Action.SEE, Action.FETCH):
        return Refused(
            _("{actor} is no handler of {approval}.").format(actor=actor, approval=approval.id),
            fix=_("Ask one of: {handlers}.").format(handlers=", ".join(handler.id for handler in approval.handlers)),
        )
    if action in (Action.RELEASE, Action.LINK, Action.REVOKE):
        return Refused(
            _("{actor} may not release results of {approval}.").format(actor=actor, approval=approval.id),
            fix=_("Ask an operator or reviewer who is no handler of the study."),
        )
    if (request.direction if request else direction) is Direction.IN:
        return Refused(
            _("{actor} may not bring files in for {approval} (HIC-16).").format(actor=actor, approval=approval.id),
            fix=_("Hand them to the secretariat, free of viruses; an operator files them: hic ingress submit"),
        )
    return Refused(
        _("{actor} may not file requests for {approval} (REV-3).").format(actor=actor, approval=approval.id),
        fix=_("These handlers may: {filers}.").format(filers=filers),
    )


def _no_reviewer(actor: Actor, approval: Approval, request: Request | None) -> Refused:
    if request is not None and holds(Relation.AUTHOR, actor, approval, request):
        return Refused(
            _("{name} filed this request and may not decide on it.").format(name=actor.name),
            fix=_("Ask another reviewer."),
        )
    return Refused(
        _("{name} is a handler of {approval} and may not review its results.").format(
            name=actor.name, approval=approval.id
        ),
        fix=_("Ask a reviewer who takes no part in the study."),
    )


def check_declared(self_checked: bool, direction: Direction) -> None:
    """Raise Refused unless the author declares to have checked the files (REV-2)."""
    if not self_checked:
        group = "ingress" if direction is Direction.IN else "egress"
        raise Refused(
            _("A request needs the declaration that you checked the files yourself (REV-2)."),
            fix=_("Run hic {group} check on the files, then submit them with --declare-self-checked.").format(
                group=group
            ),
        )


def check_said(text: str, option: str) -> str:
    """The text without blanks around it. Raises BadInput when it is empty (REV-11)."""
    if not text.strip():
        raise BadInput(_("{option} is empty.").format(option=option), fix=_("Say it in a few words (REV-11)."))
    return text.strip()


def check_waited(request: Request, name: str, today: date) -> None:
    """Raise Refused while a reviewer still has time to consolidate the opinions."""
    last = max(date.fromisoformat(vote.at[:10]) for vote in request.votes)
    if (today - last).days < RELIEF_DAYS:
        raise Refused(
            _("{name} has time to consolidate until {day}.").format(name=name, day=last + timedelta(days=RELIEF_DAYS)),
            fix=_("Ask them first; repeat the command on that day or later."),
        )


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


def check_downloads(request: Request, *, link: bool = False) -> None:
    """Raise Refused when the released files were handed over as often as they may be."""
    links = sum(download.kind == "link" for download in request.downloads)
    if len(request.downloads) >= MOST_DOWNLOADS or (link and links >= MOST_LINKS):
        raise Refused(
            _("{request} was handed over {count} time(s), {links} of them by link; no more is allowed.").format(
                request=request.id, count=len(request.downloads), links=links
            ),
            fix=_("Use the copy that was fetched, or file the files again; unchanged ones are recognised (REV-6)."),
        )


def check_minutes(minutes: int) -> None:
    """Raise BadInput unless a link lives between one minute and the longest allowed time."""
    if not 1 <= minutes <= MOST_LINK_MINUTES:
        raise BadInput(
            _("A link lives between 1 and {most} minutes.").format(most=MOST_LINK_MINUTES),
            fix=_("Give --minutes in that range; another link can be made later."),
        )


def check_published_on(on: date, released: str, today: date) -> None:
    """Raise BadInput for a publication in the future, or before the release (REV-1, REV-13)."""
    if on > today:
        raise BadInput(_("{day} is in the future.").format(day=on), fix=_("Record a publication once it is out."))
    if on.isoformat() < released[:10]:
        raise BadInput(
            _("{day} is before the release of {released}; nothing may be shown before it (REV-13).").format(
                day=on, released=released[:10]
            ),
            fix=_("Check the date; if it is right, tell the secretariat."),
        )
