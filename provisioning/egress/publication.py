"""After the release: publications, and the usage report that each of them owes (REV-12)."""

from __future__ import annotations

from datetime import date

from provisioning.actors import Actor
from provisioning.approvals.periods import add_months
from provisioning.clock import stamp, today
from provisioning.egress import store
from provisioning.egress.desk import Desk
from provisioning.egress.model import Direction, Published, Request
from provisioning.egress.opinions import blinded
from provisioning.egress.people import Action
from provisioning.egress.rules import REPORT_MONTHS, check, check_published_on, check_said
from provisioning.egress.states import State, check_move
from provisioning.errors import BadInput, Refused
from provisioning.messages import _


def record_publication(desk: Desk, actor: Actor, name: str, where: str, on: date) -> Request:
    """Record that results were published at `where` on a day; the usage report is due three months later.

    Raises Refused before the release, BadInput for a day in the future or before the release.
    """
    stored = store.load(desk.records, name, Direction.OUT)
    request = stored.request
    check(Action.PUBLISHED, actor, store.load_approval(desk.records, request.approval_id), request)
    where = check_said(where, "--where")
    check_published_on(on, request.release.at if request.release else "", today(desk.clock))
    if any(known.where == where and known.on == on for known in request.publications):
        return blinded(actor, request)
    check_move(name, request.state, State.PUBLISHED)
    published = Published(
        where=where, on=on, by=str(actor), at=stamp(desk.clock), report_due=add_months(on, REPORT_MONTHS)
    )
    publications = (*request.publications, published)
    done = request.model_copy(update={"state": State.PUBLISHED, "publications": publications})
    details = {"where": where, "on": on.isoformat(), "report_due": published.report_due.isoformat()}
    desk.audit.commit(actor, "egress.published", name, details, store.changed(stored, done))
    return blinded(actor, done)


def report_usage(desk: Desk, actor: Actor, name: str, number: int, report: str) -> Request:
    """Give the usage report of publication `number` (from 1; 0: the oldest that owes one).

    The request is reported once no publication owes one; after a revocation it stays revoked.
    Raises BadInput when there is no such publication, Refused when its report was given.
    """
    stored = store.load(desk.records, name, Direction.OUT)
    request = stored.request
    check(Action.REPORT_USAGE, actor, store.load_approval(desk.records, request.approval_id), request)
    index = _owing(request, number)
    given = request.publications[index].model_copy(
        update={"report": check_said(report, "--report"), "reported_at": stamp(desk.clock)}
    )
    publications = (*request.publications[:index], given, *request.publications[index + 1 :])
    all_given = all(publication.report for publication in publications)
    after = State.REPORTED if all_given and request.state is State.PUBLISHED else request.state
    done = request.model_copy(update={"publications": publications, "state": after})
    details = {"where": given.where, "report": given.report, "due": given.report_due.isoformat()}
    desk.audit.commit(actor, "egress.report-usage", name, details, store.changed(stored, done))
    return blinded(actor, done)


def _owing(request: Request, number: int) -> int:
    if not 0 <= number <= len(request.publications):
        raise BadInput(
            _("{request} has no publication {number}.").format(request=request.id, number=number),
            fix=_("Its publications are listed by: hic egress show {request}").format(request=request.id),
        )
    owing = [index for index, known in enumerate(request.publications) if not known.report]
    index = number - 1 if number else next(iter(owing), -1)
    if index not in owing:
        raise Refused(
            _("The usage report was given already."), fix=_("Nothing is owed; record a further publication first.")
        )
    return index
