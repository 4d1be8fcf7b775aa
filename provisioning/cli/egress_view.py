"""How findings, requests and the queue look on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from provisioning.egress.model import Direction, Exemption, Request, Vote
from provisioning.egress.opinions import Phase, needed, phase
from provisioning.egress.people import next_actor
from provisioning.egress.review import Waiting
from provisioning.egress.states import State
from provisioning.messages import _

Data = dict[str, Any]


def show_report(console: Console, report: Data, direction: Direction = Direction.OUT) -> None:
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
    broken = _("Not publishable as it is.") if direction is Direction.OUT else _("Not to be brought in as it is.")
    verdict = broken if report["fail"] else _("No rule is broken.")
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


def request_data(request: Request, votes: Sequence[Vote]) -> Data:
    """A request as plain data for JSON, with those of its opinions that may be seen."""
    data = request.model_dump(mode="json")
    data["votes"] = [vote.model_dump(mode="json") for vote in votes]
    if phase(request) is not Phase.COMPLETE:
        # what a relieved reviewer thought is told with the other opinions, not before
        data["relieved"] = [{**gone, "vote": {"reviewer": gone["vote"]["reviewer"]}} for gone in data["relieved"]]
    facts = {"votes_given": request.opinions, "votes_needed": needed(request), "phase": phase(request)}
    return {
        "request": data.pop("id"),
        "approval": data.pop("approval_id"),
        **data,
        **facts,
        "bundle": request.bundle,
    }


def show_request(console: Console, seen: Request, whole: Request) -> None:
    """The request as it may be seen, its files, its opinions, and whose turn it is."""
    table = Table.grid(padding=(0, 2))
    for name, value in [*_filed(seen), *_decided(seen, whole), *_after(seen)]:
        table.add_row(escape(name), escape(value))
    console.print(table)
    turn = next_actor(seen)
    if turn:
        console.print(_("Next: {role}.").format(role=turn))
    elif seen.state is State.RELEASED and seen.direction is Direction.OUT:
        console.print(_("Once it is published: hic egress published {request}").format(request=seen.id))
    else:
        console.print(_("Nothing is left to do."))


def _filed(request: Request) -> list[tuple[str, str]]:
    exempt = {exemption.file: exemption for exemption in request.exemptions}
    several = len(request.groups) > 1
    files = [
        f"{file.name}{f' [{file.group}]' if several else ''}  sha256 {file.sha256[:16]}{_exempt(exempt.get(file.name))}"
        for file in request.files
    ]
    rows = [
        (_("Request"), request.id),
        (_("State"), request.state),
        (_("Filed by"), f"{request.author}, {request.submitted_at or request.created_at}"),
        (_("Files"), "\n".join(files)),
    ]
    for name, file in ((_("Declaration"), request.declaration), (_("Populations"), request.populations)):
        if file:
            rows.append((name, f"{file.name}  sha256 {file.sha256[:16]}"))
    for group in request.groups:
        venue = group.venue if group.publication else group.venue + " " + _("(not in the approval)")
        what = f"[{group.name}] {group.what}" if several else group.what
        where = (_("Source"), group.venue) if request.direction is Direction.IN else (_("Venue"), venue)
        rows += [(_("Purpose"), what), where]
        if group.controls:
            rows.append((_("Controls"), group.controls))
    if request.review_due:
        rows.append((_("Review due"), str(request.review_due)))
    if request.deadline:
        rows.append((_("Needed by"), str(request.deadline)))
    return rows


def _exempt(exemption: Exemption | None) -> str:
    if exemption is None:
        return ""
    text = _("declared a text-only edit of {request}") if exemption.declared else _("unchanged since {request}")
    return f"\n  {exemption.rule}: {text.format(request=exemption.request)}"


def _decided(seen: Request, whole: Request) -> list[tuple[str, str]]:
    rows = []
    for vote in seen.votes:
        text, deviation = f"{vote.choice}: {vote.reason}", _("deviation")
        rows.append((vote.reviewer, f"{text} ({deviation}: {vote.deviation})" if vote.deviation else text))
    for gone in seen.relieved:
        said = f" ({gone.vote.choice}: {gone.vote.reason})" if phase(whole) is Phase.COMPLETE else ""
        rows.append((gone.vote.reviewer, _("relieved: {reason}").format(reason=gone.reason) + said))
    if whole.opinions and phase(whole) is not Phase.COMPLETE:
        given = _("{given} of {needed}").format(given=whole.opinions, needed=needed(whole))
        rows.append((_("Opinions"), f"{given} ({phase(whole)})"))
    return rows


def _after(request: Request) -> list[tuple[str, str]]:
    rows = []
    if request.release:
        rows.append((_("Released"), f"{request.release.by}, {request.release.at}"))
    if request.downloads:
        rows.append((_("Handed over"), str(len(request.downloads))))
    for publication in request.publications:
        rows.append((_("Published"), f"{publication.on}, {publication.where}"))
        report = publication.report or _("due {day}").format(day=publication.report_due)
        rows.append((_("Usage report"), report))
    if request.revoked:
        rows.append((_("Revoked"), f"{request.revoked.by}, {request.revoked.at}: {request.revoked.reason}"))
    return rows


def show_queue(console: Console, lines: Sequence[Waiting]) -> None:
    """One line per request."""
    if not lines:
        console.print(_("No request waits."))
        return
    headings = (_("State"), _("Due"), _("Left"), _("Votes"), _("Fail"), _("Review"), _("Next"))
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(_("Request"), overflow="fold")
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for line in lines:
        request = line.request
        day = str(line.due.day) if line.due and line.due.day else ""
        table.add_row(
            request.id,
            request.state,
            day,
            "" if line.days_left is None else _("{days} d").format(days=line.days_left),
            f"{request.opinions}/{needed(request)}",
            str(request.fail),
            str(request.review),
            line.next_actor,
            style="red" if line.overdue else "",
        )
    console.print(table)


def show_reminders(console: Console, lines: Sequence[Data]) -> None:
    """One line per duty that is due."""
    if not lines:
        console.print(_("Nothing is due."))
    for line in lines:
        text = _("{request}: {duty} by {due} ({days} days left), {next_actor}").format(
            request=line["request"],
            duty=line["duty"],
            due=line["due"],
            days=line["days_left"],
            next_actor=line["next_actor"],
        )
        console.print(escape(text), style="red" if line["overdue"] else "")


def show_links(console: Console, data: Data) -> None:
    """Links with their end; whoever holds one can fetch."""
    for name, url in data["links"].items():
        console.print(f"{escape(name)}  {escape(url)}")
    console.print(_("They end at {time}; give them to {name} alone.").format(time=data["expires"], name=data["to"]))


def show_saved(console: Console, saved: Sequence[Path]) -> None:
    """The files that were written."""
    for path in saved:
        console.print(_("Fetched {path}").format(path=path))
