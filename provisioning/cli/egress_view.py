"""How findings, requests and the queue look on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from provisioning.egress.model import Request
from provisioning.egress.review import Waiting
from provisioning.egress.states import NEXT_ACTOR
from provisioning.messages import _

Data = dict[str, Any]


def show_report(console: Console, report: Data) -> None:
    """Findings grouped by file and sheet, and one last line that says how it stands."""
    findings = report["findings"]
    groups: dict[str, list[Data]] = {}
    for finding in findings:
        place = f"{finding['file']} [{finding['sheet']}]" if finding["sheet"] else finding["file"]
        groups.setdefault(place, []).append(finding)
    for place, group in groups.items():
        console.print(_findings(place, group))
    if any(finding["inferred"] for finding in findings):
        console.print(_("* the rule or the meaning of the column is inferred; see the list of rules"))
    counts = _("{tables} table(s), {cells} cell(s): {fail} fail, {review} review.").format(
        tables=report["tables"], cells=report["cells"], fail=report["fail"], review=report["review"]
    )
    verdict = _("Not publishable as it is.") if report["fail"] else _("No rule is broken.")
    console.print(f"{counts} {verdict}", style="red" if report["fail"] else "green")


def _findings(title: str, findings: Sequence[Data]) -> Table:
    table = Table(title=escape(title), title_justify="left", show_edge=False, pad_edge=False)
    for heading in (_("Cell"), _("Rule"), _("Verdict")):
        table.add_column(heading, no_wrap=True)
    table.add_column(_("What, and what to do"), overflow="fold")
    words = {"fail": _("fail"), "review": _("review")}
    for finding in findings:
        rule = finding["rule"] + ("*" if finding["inferred"] else "")
        style = "red" if finding["verdict"] == "fail" else "yellow"
        text = escape(f"{finding['reason']} {finding['fix']}")
        table.add_row(finding["cell"], rule, words[finding["verdict"]], text, style=style)
    return table


def request_data(request: Request) -> Data:
    """A request as plain data for JSON."""
    data = request.model_dump(mode="json")
    return {"request": data.pop("id"), "approval": data.pop("approval_id"), **data, "bundle": request.bundle}


def show_request(console: Console, request: Request) -> None:
    """The request, its files, its decisions, and whose turn it is."""
    table = Table.grid(padding=(0, 2))
    rows = [
        (_("Request"), request.id),
        (_("State"), request.state),
        (_("Filed by"), f"{request.author}, {request.submitted_at}"),
        (_("Purpose"), request.purpose),
        (_("Venue"), request.venue if request.venue_approved else request.venue + " " + _("(not in the approval)")),
        (_("Files"), "\n".join(f"{file.name}  sha256 {file.sha256[:16]}" for file in request.files)),
        (_("Review due"), str(request.review_due)),
    ]
    for vote in request.votes:
        text = f"{vote.choice}: {vote.reason}"
        rows.append((vote.reviewer, f"{text} ({_('deviation')}: {vote.deviation})" if vote.deviation else text))
    if request.release:
        rows.append((_("Released"), f"{request.release.by}, {request.release.at}"))
        rows.append((_("Usage report due"), str(request.release.report_due)))
    for name, value in rows:
        table.add_row(escape(name), escape(value))
    console.print(table)
    turn = NEXT_ACTOR[request.state]
    console.print(_("Next: {role}.").format(role=turn) if turn else _("Nothing is left to do."))


def show_queue(console: Console, lines: Sequence[Waiting]) -> None:
    """One line per request."""
    if not lines:
        console.print(_("No request waits."))
        return
    table = Table(show_edge=False, pad_edge=False)
    for heading in (_("Request"), _("State"), _("Age"), _("Due"), _("Votes"), _("Fail"), _("Review"), _("Next")):
        table.add_column(heading, no_wrap=True)
    for line in lines:
        request = line.request
        age = _("{days} d").format(days=line.age)
        cells = (request.id, request.state, age, str(request.review_due), str(len(request.votes)))
        table.add_row(
            *cells, str(request.fail), str(request.review), line.next_actor, style="red" if line.overdue else ""
        )
    console.print(table)
