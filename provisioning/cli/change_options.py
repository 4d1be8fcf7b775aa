"""The options that say what is to change, alike for `approval change`, `env change` and their dry run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from provisioning.approvals.editing import Edits, edited
from provisioning.approvals.model import Approval, Result
from provisioning.approvals.reading import read_approval
from provisioning.approvals.specs import SpecName
from provisioning.cli import services
from provisioning.cli.session import Session
from provisioning.errors import BadInput
from provisioning.messages import _

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
HANDLER_KEYS = ("id", "name", "email", "place", "full_time", "files_requests")
OPTIONS = (
    click.option("--file", "file", type=click.Path(path_type=Path), help="The whole approval as it is to be."),
    click.option(
        "--add-handler",
        "add_handlers",
        multiple=True,
        metavar="KEY=VALUE,...",
        help="A new handler: id=...,name=...,email=...,place=...",
    ),
    click.option("--remove-handler", "remove_handlers", multiple=True, metavar="ID", help="A handler who leaves."),
    click.option("--add-month", "add_months", multiple=True, metavar="YYYYMM", help="A trial month more."),
    click.option("--spec", type=click.Choice([name.value for name in SpecName]), help="Another spec."),
    click.option("--extension-tb", type=click.IntRange(min=0), help="TB of disk beyond the spec."),
    click.option("--storage-tb", type=click.IntRange(min=0), help="TB of data storage."),
    click.option("--software-users", type=click.IntRange(min=0), help="Users of statistics software."),
    click.option("--full-reference/--no-full-reference", default=None, help="The full reference environment."),
    click.option("--end", type=DAY, help="Another last day of use, within six months of the first."),
)
COMPLETIONS = (
    click.option(
        "--result", type=click.Choice([result.value for result in Result]), help="The decision after a 審査継続."
    ),
    click.option("--decided", type=DAY, help="The day of that decision."),
    click.option("--start", type=DAY, help="The first day of use, if that decision came after it; see --end."),
    click.option("--chair-confirmed", type=DAY, help="The day on which the chair confirmed a 条件付承諾."),
    click.option("--pledges-accepted/--pledges-withdrawn", default=None, help="Whether the pledges stand."),
)


def change_options(command: Command) -> Command:
    """The decorator that adds what a change application may ask for."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def completion_options(command: Command) -> Command:
    """The decorator that adds what an approval may have waited for."""
    for option in reversed(COMPLETIONS):
        command = option(command)
    return command


def wanted_approval(session: Session, approval_id: str, options: dict[str, Any]) -> Approval:
    """The approval as the options want it. Raises BadInput for none, for contradictory ones, and for mistakes."""
    file, edits = options.pop("file"), read_edits(options)
    if file and not edits.nothing:
        raise BadInput(
            _("--file says everything; other options cannot be given beside it."),
            fix=_("Leave out --file, or everything else."),
        )
    if file:
        wanted = read_approval(file)
        if wanted.id != approval_id:
            raise BadInput(
                _("{path} is the approval {other}, not {approval}.").format(
                    path=file, other=wanted.id, approval=approval_id
                ),
                fix=_("Give the file of that approval."),
            )
        return wanted
    if edits.nothing:
        raise BadInput(
            _("Nothing is said to change."),
            fix=_("Give --file FILE or options such as --remove-handler ID; see --help."),
        )
    return edit(session, approval_id, edits)


def edit(session: Session, approval_id: str, edits: Edits) -> Approval:
    """The registered approval with the edits made."""
    standing = services.approvals(session).get(approval_id)
    former = {handler.id for change in standing.changes for handler in change.base.handlers}
    return edited(standing.approval, edits, frozenset(former))


def read_edits(options: dict[str, Any]) -> Edits:
    """The edits that the options say."""
    names = ("extension_tb", "storage_tb", "software_users", "full_reference")
    chosen = {name: options[name] for name in names if options[name] is not None}
    return Edits(
        add_handlers=[_handler(text) for text in options["add_handlers"]] or (),
        remove_handlers=options["remove_handlers"],
        add_months=options["add_months"],
        spec=options["spec"],
        options=chosen,
        end=_day(options["end"]),
        result=options.get("result"),
        decided=_day(options.get("decided")),
        start=_day(options.get("start")),
        chair_confirmed=_day(options.get("chair_confirmed")),
        pledges_accepted=options.get("pledges_accepted"),
    )


def _handler(text: str) -> dict[str, str]:
    parts = [part.partition("=") for part in text.split(",")]
    if unknown := [key for key, sign, _value in parts if not sign or key.strip() not in HANDLER_KEYS]:
        raise BadInput(
            _("--add-handler does not understand '{part}'.").format(part=unknown[0]),
            fix=_("Write it like id=analyst-c,name=NAME,email=c@example.jp,place=lab; keys: {keys}").format(
                keys=", ".join(HANDLER_KEYS)
            ),
        )
    return {key.strip(): value.strip() for key, _sign, value in parts}


def _day(moment: datetime | None) -> Any:
    return moment.date() if moment else None
