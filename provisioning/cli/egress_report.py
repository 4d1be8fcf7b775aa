"""`hic egress report`: the findings as one HTML page that needs no network."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from provisioning import __version__
from provisioning.cli import egress_describe as describing
from provisioning.cli.session import Session, pass_session
from provisioning.clock import stamp
from provisioning.disclosure.check import check_documents
from provisioning.disclosure.declaration import Declaration, parse_declaration
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.model import Document
from provisioning.disclosure.page import Heading, render
from provisioning.egress import review as reviewing
from provisioning.egress import store
from provisioning.egress.checking import read_named
from provisioning.egress.desk import Desk
from provisioning.errors import BadInput
from provisioning.messages import _, language

Facts = list[tuple[str, str]]


@click.command()
@click.argument("files", metavar="[FILES]...", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", required=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="The page.")
@click.option("--request", "request_id", metavar="REQUEST", help="A filed request: its frozen files and findings.")
@describing.approval_option
@describing.rules_option
@describing.linked_option
@describing.declare_option
@describing.population_option
@pass_session
def report(  # noqa: PLR0917 - click gives every option by name
    session: Session,
    files: tuple[Path, ...],
    out: Path,
    request_id: str | None,
    approval_id: str | None,
    rules: str | None,
    linked: tuple[str, ...],
    declared: Path | None,
    population: Path | None,
) -> int:
    """Write the findings as one HTML page: tables with marked cells, reasons, hidden content.

    The page needs no network and prints well; its language is that of --lang. Exit code 1 when a
    cell breaks a rule.
    """
    if bool(files) == bool(request_id):
        raise BadInput(_("Files or a request are needed, not both."), fix=_("Name FILES, or give --request REQUEST."))
    if request_id:
        documents, data, facts = _of_request(session, request_id)
        says = None
    else:
        documents = read_documents(read_named(files))
        says = _declaration(declared, documents)
        pack = describing.pack_for(session, approval_id, rules, linked, population)
        data = check_documents(documents, pack, says).as_data()
        facts = [
            (_("Files"), ", ".join(path.name for path in files)),
            (_("Rules"), _edition(pack.version, pack.linked)),
        ]
        if pack.populations:
            facts.append((_("Populations"), f"{pack.populations.source}, {pack.populations.date}"))
    facts += [(_("Made"), stamp(session.clock)), ("hic", __version__)]
    _write(out, render(documents, data, Heading(language(), tuple(facts)), says))
    summary = {"out": str(out), "fail": data["fail"], "review": data["review"], "tables": data["tables"]}

    def show(console: Console) -> None:
        console.print(_("Written: {path}").format(path=out))
        counts = _("{tables} table(s), {cells} cell(s): {fail} fail, {review} review.")
        console.print(counts.format(**{name: data[name] for name in ("tables", "cells", "fail", "review")}))

    session.report(summary, show)
    return 1 if data["fail"] else 0


def _edition(version: str, linked: tuple[str, ...]) -> str:
    text = _("edition {version}").format(version=version)
    return f"{text}; {', '.join(linked)}" if linked else text


def _declaration(path: Path | None, documents: list[Document]) -> Declaration | None:
    named = describing.declaration_of(path)
    return parse_declaration(named[1], named[0], documents) if named else None


def _of_request(session: Session, request_id: str) -> tuple[list[Document], dict[str, Any], Facts]:
    """The frozen files as read now, and the findings as they were at submission."""
    approval_id = store.load(session.records, request_id).request.approval_id
    desk = Desk(session.records, session.audit, session.work(approval_id), session.clock)
    request, findings = reviewing.look(desk, session.actor, request_id)
    with tempfile.TemporaryDirectory() as folder:
        documents = read_documents(
            read_named(reviewing.fetch_for_review(desk, session.actor, request_id, Path(folder) / "frozen"))
        )
    facts = [
        (_("Request"), request.id),
        (_("Approval"), request.approval_id),
        (_("Purpose"), request.purpose),
        (_("Venue"), request.venue),
        (_("Rules"), _edition(request.rules, request.linked)),
    ]
    return documents, findings, facts


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BadInput(_("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror)) from error
