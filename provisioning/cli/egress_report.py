"""`hic egress report`: the findings as one HTML page that needs no network."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console

from provisioning import __version__
from provisioning.cli import egress_describe as describing
from provisioning.cli.egress_sources import Sources, edition, sources_of_request
from provisioning.cli.session import Session, pass_session
from provisioning.clock import stamp
from provisioning.disclosure.declaration import parse_declaration
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.page import Heading, render
from provisioning.disclosure.rules import Pack
from provisioning.egress.checking import read_named
from provisioning.egress.register import check_documents_against
from provisioning.errors import BadInput
from provisioning.messages import _, language


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

    The page needs no network and prints well; its language is that of --lang. With --json all that
    it tells is printed as data too. Exit code 1 when a cell breaks a rule.
    """
    if bool(files) == bool(request_id):
        raise BadInput(_("Files or a request are needed, not both."), fix=_("Name FILES, or give --request REQUEST."))
    _check_place(out)  # first, since looking at a request is put on record
    if request_id:
        if approval_id or rules or linked or declared or population:
            raise BadInput(
                _("A request is checked as it was filed."), fix=_("Give --request alone, or name FILES instead.")
            )
        sources = sources_of_request(session, request_id)
    else:
        pack = describing.pack_for(session, approval_id, rules, linked, population)
        sources = _of_files(session, files, pack, approval_id, declared)
    data = sources.report
    facts = (*sources.facts, (_("Made"), stamp(session.clock)), ("hic", __version__))
    heading = Heading(language(), facts, sources.files)
    _write(out, render(sources.documents, data, heading, sources.declared, sources.changed))

    def show(console: Console) -> None:
        console.print(_("Written: {path}").format(path=out))
        counts = _("{tables} table(s), {cells} cell(s): {fail} fail, {review} review.")
        console.print(counts.format(**{name: data[name] for name in ("tables", "cells", "fail", "review")}))

    session.report({"out": str(out), **data, "changed": [file.as_data() for file in sources.changed]}, show)
    return 1 if data["fail"] else 0


def _of_files(
    session: Session, files: tuple[Path, ...], pack: Pack, approval_id: str | None, declared: Path | None
) -> Sources:
    """Files checked now, with an approval also beside what was released of its data."""
    documents = read_documents(read_named(files))
    named = describing.declaration_of(declared)
    says = parse_declaration(named[1], named[0], documents) if named else None
    report = check_documents_against(documents, pack, describing.known_releases(session, approval_id), says)
    facts = [(_("Files"), ", ".join(path.name for path in files)), (_("Rules"), edition(pack.version, pack.linked))]
    if pack.populations:
        facts.append((_("Populations"), f"{pack.populations.source}, {pack.populations.date}"))
    return Sources(documents, report.as_data(), tuple(facts), declared=says)


def _check_place(path: Path) -> None:
    """Raise BadInput where a file cannot be written."""
    folder = path.parent
    if not folder.is_dir():
        raise _cannot(path, _("there is no folder {folder}").format(folder=folder))
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise _cannot(path, _("it is not open for writing"))


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise _cannot(path, str(error.strerror)) from error


def _cannot(path: Path, reason: str) -> BadInput:
    return BadInput(
        _("{path} cannot be written: {reason}.").format(path=path, reason=reason),
        fix=_("Name a file in a folder of yours: --out FILE"),
    )
