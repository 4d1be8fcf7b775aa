"""`hic egress check` and `hic egress describe`: what the rules say of tables, and what the reader takes them for."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click
from rich.console import Console

from provisioning.cli import egress_view as view
from provisioning.cli.session import Session, pass_session
from provisioning.disclosure.describe import draft
from provisioning.disclosure.documents import is_too_large, read_documents
from provisioning.disclosure.model import Report, merged
from provisioning.disclosure.pieces import check_in_pieces
from provisioning.disclosure.populations import read_populations
from provisioning.disclosure.rules import Pack, RuleSet
from provisioning.egress import store
from provisioning.egress.checking import pack_of, read_named
from provisioning.egress.register import Known, check_against, earlier_releases
from provisioning.errors import BadInput
from provisioning.lined_yaml import read_text
from provisioning.messages import _

_path = click.Path(path_type=Path, dir_okay=False)
files_argument = click.argument("files", metavar="FILES...", nargs=-1, required=True, type=_path)
declare_option = click.option(
    "--declare",
    "declared",
    metavar="FILE",
    type=_path,
    help="What the tables count, as `hic egress describe` drafts it.",
)
population_option = click.option(
    "--population", metavar="FILE", type=_path, help="Populations of municipalities, as CSV with source and date."
)
approval_option = click.option(
    "--approval", "approval_id", metavar="APPROVAL", help="Use the rules that this approval is held to."
)
rules_option = click.option("--rules", type=click.Choice(["2", "3"]), help="Edition of the guideline; default 3.")
linked_option = click.option(
    "--linked", multiple=True, metavar="DATABASE", help="A database linked with the NDB; may be repeated."
)


def pack_for(
    session: Session, approval_id: str | None, rules: str | None, linked: tuple[str, ...], population: Path | None
) -> Pack:
    """The rules to check by, from an approval or from options. Raises BadInput when both are given."""
    if approval_id and (rules or linked):
        raise BadInput(
            _("--approval already says which rules hold."), fix=_("Give either --approval, or --rules and --linked.")
        )
    pack = (
        pack_of(store.load_approval(session.records, approval_id))
        if approval_id
        else Pack(cast(RuleSet, rules or "3"), linked)
    )
    return pack.with_populations(read_populations(read_text(population), population.name)) if population else pack


def declaration_of(path: Path | None) -> tuple[str, str] | None:
    """A declaration file as (name, text)."""
    return (path.name, read_text(path)) if path else None


@click.command()
@files_argument
@approval_option
@rules_option
@linked_option
@declare_option
@population_option
@pass_session
def check(
    session: Session,
    files: tuple[Path, ...],
    approval_id: str | None,
    rules: str | None,
    linked: tuple[str, ...],
    declared: Path | None,
    population: Path | None,
) -> int:
    """Check tables against the publication rules, without sending them anywhere.

    Exit code 1 when a cell breaks a rule; findings that only need a look do not count.
    """
    pack = pack_for(session, approval_id, rules, linked, population)
    report = _checked(files, pack, declaration_of(declared), known_releases(session, approval_id))

    def show(console: Console) -> None:
        view.show_report(console, report.as_data())
        if any(run["by"] == "inferred" for table in report.read for run in table["columns"]):
            console.print(_("What some columns count was inferred; say it: hic egress describe FILES..."))

    session.report(report.as_data(), show)
    return 1 if report.count("fail") else 0


def known_releases(session: Session, approval_id: str | None) -> Known:
    """What is out already of the approval's data; nothing is known without an approval."""
    if not approval_id:
        return Known(())
    approval = store.load_approval(session.records, approval_id)
    return earlier_releases(session.records, session.work(approval_id), approval)


def _checked(files: tuple[Path, ...], pack: Pack, declaration: tuple[str, str] | None, known: Known) -> Report:
    """The report on all files; those too large for a table are checked piece by piece, from the disk."""
    large = [path for path in files if path.is_file() and is_too_large(path.name, path)]
    small = [path for path in files if path not in large]
    read = read_named(small) if small or not large else []
    reports = [check_in_pieces(path.name, path, pack) for path in large]
    return merged([check_against(read, pack, known, declaration), *reports] if read else reports)


@click.command()
@files_argument
@click.option("--out", metavar="FILE", type=_path, help="Write the draft to FILE, which must not exist.")
@pass_session
def describe(session: Session, files: tuple[Path, ...], out: Path | None) -> None:
    """Draft tables.yaml: what each table is taken to count, for its author to correct."""
    documents = read_documents(read_named(files))
    text = draft(documents)
    if out:
        try:
            with out.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except FileExistsError as error:
            raise BadInput(_("{path} exists already.").format(path=out), fix=_("Name another file.")) from error
        except OSError as error:
            raise BadInput(_("{path} cannot be written: {reason}.").format(path=out, reason=error.strerror)) from error
    tables = sum(len(document.tables) for document in documents)

    def show(console: Console) -> None:
        if out:
            console.print(_("{count} table(s) described in {path}; correct it, then:").format(count=tables, path=out))
            console.print(f"  hic egress check FILES... --declare {out}", markup=False)
        else:
            console.print(text, markup=False, end="")

    session.report({"tables": tables, "out": str(out) if out else None, "draft": text}, show)
