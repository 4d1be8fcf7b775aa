"""`hic env credentials`: make, hand over, renew and withdraw what handlers log in with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from provisioning.cli import services
from provisioning.cli.options import approval_argument, yes_option
from provisioning.cli.session import Session, confirm, pass_session
from provisioning.cli.steps import handler_progress
from provisioning.environments.credentials.model import Item
from provisioning.errors import BadInput
from provisioning.messages import _

if TYPE_CHECKING:
    from provisioning.environments.credentials.desk import Desk
    from provisioning.environments.credentials.issuing import Issued
    from provisioning.environments.credentials.status import Line

WHYS = ("lost", "left", "replaced", "ended", "unspecified")  # the reasons that revocation lists know

handlers_option = click.option("--handler", "handlers", metavar="ID", multiple=True, help="Only this handler's.")
handler_option = click.option("--handler", "handler_id", metavar="ID", required=True, help="Whose.")
package_option = click.option("--package", "number", metavar="N", type=int, help="Which package; default the newest.")
passwords_option = click.option(
    "--show-passwords", is_flag=True, help="Print the packages' passwords; they also lie in files apart."
)


@click.group("credentials")
def credentials() -> None:
    """Make, hand over, renew and withdraw what handlers log in with."""


@credentials.command("issue")
@approval_argument
@handlers_option
@passwords_option
@pass_session
def issue_command(session: Session, approval_id: str, handlers: tuple[str, ...], show_passwords: bool) -> None:
    """Make and pack what is due, and nothing that is held already."""
    from provisioning.environments.credentials.issuing import issue  # noqa: PLC0415

    _check_show(session, show_passwords)
    desk = services.credentials(session)
    with handler_progress(approval_id) as on_handler:
        issued = issue(desk, session.actor, approval_id, handlers, on_handler)
    _report(session, desk, approval_id, issued, show_passwords)


@credentials.command("rotate")
@approval_argument
@handlers_option
@click.option(
    "--item",
    "items",
    type=click.Choice([item.value for item in Item]),
    multiple=True,
    help="Only this; default everything.",
)
@passwords_option
@yes_option
@pass_session
def rotate_command(
    session: Session,
    approval_id: str,
    handlers: tuple[str, ...],
    items: tuple[str, ...],
    show_passwords: bool,
    yes: bool,
) -> None:
    """Make credentials anew and pack them; the present ones end."""
    from provisioning.environments.credentials.rotating import rotate  # noqa: PLC0415

    _check_show(session, show_passwords)
    if not yes:
        confirm(_("Make credentials of {approval} anew? The present ones end.").format(approval=approval_id))
    desk = services.credentials(session)
    with handler_progress(approval_id) as on_handler:
        issued = rotate(desk, session.actor, approval_id, handlers, [Item(item) for item in items], on_handler)
    _report(session, desk, approval_id, issued, show_passwords)


@credentials.command("revoke")
@approval_argument
@handler_option
@click.option("--reason", required=True, help="Why, for the record.")
@click.option("--why", type=click.Choice(WHYS), default="left", show_default=True, help="As lists say it.")
@click.option("--item", type=click.Choice(["certificate"]), help="The certificate alone, as of a lost terminal.")
@yes_option
@pass_session
def revoke_command(
    session: Session, approval_id: str, handler_id: str, reason: str, why: str, item: str | None, yes: bool
) -> None:
    """Withdraw everything a handler holds, and lock the person out (HIC-10)."""
    from provisioning.environments.credentials import revoking  # noqa: PLC0415

    if not yes:
        confirm(_("Withdraw the credentials of {handler}?").format(handler=handler_id))
    desk = services.credentials(session)
    act = revoking.revoke_certificate if item else revoking.revoke
    done = act(desk, session.actor, approval_id, handler_id, reason, why)

    def show(console: Console) -> None:
        for serial in done.serials:
            console.print(_("certificate {serial} revoked").format(serial=serial), markup=False)
        for sentence in done.acts:
            console.print(sentence, markup=False)

    session.report({"handler": done.handler, "serials": done.serials, "acts": done.acts}, show)


@credentials.command("status")
@approval_argument
@handlers_option
@pass_session
def status_command(session: Session, approval_id: str, handlers: tuple[str, ...]) -> int:
    """Who holds what; exit 1 when something is due, unfinished, or a link ended unused."""
    from provisioning.environments.credentials.status import credentials_status  # noqa: PLC0415

    ledger, found = credentials_status(services.credentials(session), approval_id)
    unknown = set(handlers) - {line.handler for line in found}
    if unknown:
        raise BadInput(
            _("{name} is no handler of {approval}.").format(name=min(unknown), approval=approval_id),
            fix=_("Give one of: {handlers}.").format(handlers=", ".join(line.handler for line in found)),
        )
    lines = [line for line in found if not handlers or line.handler in handlers]
    group = ledger.group
    data = {
        "approval": approval_id,
        "backup_key": group.backup_key,
        "backup_user_stands": not group.backup_absent,
        "handlers": [_line_data(line) for line in lines],
    }
    session.report(data, lambda console: _show_lines(console, lines))
    return 1 if any(line.calls_for_action for line in lines) else 0


@credentials.command("link")
@approval_argument
@handler_option
@package_option
@click.option("--minutes", type=int, default=60, show_default=True, help="How long it works, up to a day.")
@pass_session
def link_command(session: Session, approval_id: str, handler_id: str, number: int | None, minutes: int) -> None:
    """A download link to a package, which ends; an earlier one ends now."""
    from provisioning.environments.credentials import handing_over  # noqa: PLC0415

    desk = services.credentials(session)
    made = handing_over.link(desk, session.actor, approval_id, handler_id, number, minutes)

    def show(console: Console) -> None:
        console.print(made.url, markup=False)
        console.print(_("works until {time}; send the password another way").format(time=made.expires))

    data = {"handler": handler_id, "package": made.package.number, "expires": made.expires, "link": made.url}
    session.report({**data, "sha256": made.package.sha256}, show)


@credentials.command("received")
@approval_argument
@handler_option
@package_option
@click.option("--how", required=True, help="How it was verified that the right person has it.")
@pass_session
def received_command(session: Session, approval_id: str, handler_id: str, number: int | None, how: str) -> None:
    """Record that a package arrived; its copies and links end."""
    from provisioning.environments.credentials import handing_over  # noqa: PLC0415

    desk = services.credentials(session)
    package = handing_over.receive(desk, session.actor, approval_id, handler_id, how, number)
    text = _("package {number} of {handler} was received; no copy is kept")
    session.report(
        {"handler": handler_id, "package": package.number, "state": package.state},
        lambda console: console.print(text.format(number=package.number, handler=handler_id)),
    )


@credentials.command("radius")
@approval_argument
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), required=True, help="Where to write them.")
@pass_session
def radius_command(session: Session, approval_id: str, out: Path) -> None:
    """Write the second factors for the RADIUS server's import; the file is secret, delete it afterwards."""
    from provisioning.environments.credentials.radius import export_tokens  # noqa: PLC0415

    users = export_tokens(services.credentials(session), session.actor, approval_id, out)
    text = _("second factors of {users} written to {path}; delete it after the import")
    session.report(
        {"file": str(out), "users": users},
        lambda console: console.print(text.format(users=", ".join(users), path=out)),
    )


def issued_data(issued: Sequence[Issued]) -> list[dict[str, Any]]:
    """What was made, for `--json`; no secret."""
    return [
        {
            "handler": one.handler,
            "package": one.package.model_dump(mode="json") if one.package else None,
            "files": [str(path) for path in one.files],
            "notes": one.notes,
        }
        for one in issued
    ]


def show_issued(console: Console, issued: Sequence[Issued]) -> None:
    """What was made, a line for each handler, and what is left to do."""
    for one in issued:
        if one.package:
            items = ", ".join(one.package.items)
            text = _("{handler}: package {number} ({items}): {path}")
            line = text.format(handler=one.handler, number=one.package.number, items=items, path=one.files[0])
        else:
            line = _("{handler}: nothing is due").format(handler=one.handler)
        console.print(line, markup=False)
        for note in one.notes:
            console.print(f"  {note}", markup=False)


@dataclass(frozen=True)
class HandedOut:
    """What was made for the handlers of an environment that has just been built or changed."""

    data: dict[str, Any]
    show: Callable[[Console], None]


def issue_after(session: Session, approval_id: str) -> HandedOut:
    """Make what is due after a run of the program."""
    from provisioning.environments.credentials.desk import read_ledger  # noqa: PLC0415
    from provisioning.environments.credentials.issuing import issue, notice_paths  # noqa: PLC0415

    desk = services.credentials(session)
    with handler_progress(approval_id) as on_handler:
        issued = issue(desk, session.actor, approval_id, on_handler=on_handler)
    holdings = read_ledger(desk.records, approval_id).holdings
    notices = [path for name in sorted(holdings) for path in notice_paths(desk, approval_id, holdings[name])]

    def show(console: Console) -> None:
        show_issued(console, issued)
        for path in notices:
            console.print(_("notice: {path}").format(path=path))

    data = {"credentials": issued_data(issued), "notices": [str(path) for path in notices]}
    return HandedOut(data, show)


def _report(session: Session, desk: Desk, approval_id: str, issued: Sequence[Issued], show_passwords: bool) -> None:
    from provisioning.environments.credentials.issuing import password_path  # noqa: PLC0415

    def show(console: Console) -> None:
        show_issued(console, issued)
        for one in issued:
            if one.package:
                path = password_path(desk, approval_id, one.package)
                word = path.read_text(encoding="ascii").strip() if show_passwords else str(path)
                console.print(_("password of {file}: {word}").format(file=one.package.file, word=word), markup=False)

    session.report({"approval": approval_id, "credentials": issued_data(issued)}, show)


def _check_show(session: Session, show_passwords: bool) -> None:
    if show_passwords and session.as_json:
        raise BadInput(
            _("Passwords are not put into JSON, which is kept and passed on."),
            fix=_("Leave --json or --show-passwords out."),
        )


def _line_data(line: Line) -> dict[str, Any]:
    holding = line.holding
    return {
        "handler": line.handler,
        "name": line.name,
        "former": line.former,
        "serial": line.serial or None,
        "holds": {item.value: held.model_dump(mode="json") for item, held in holding.items.items()},
        "due": list(line.due),
        "packages": [
            package.model_dump(mode="json", exclude={"links": {"__all__": {"key"}}}) for package in holding.packages
        ],
        "not_received": line.waits,
        "link_ended": line.lapsed,
        "unfinished": holding.making.number if holding.making else None,
        "revoked": holding.revoked.model_dump(mode="json") if holding.revoked else None,
    }


def _show_lines(console: Console, lines: Sequence[Line]) -> None:
    table = Table()
    for heading in (_("handler"), _("name"), _("holds"), _("due"), _("packages"), _("certificate")):
        table.add_column(heading, overflow="fold")
    for line in lines:
        packages = " ".join(f"{package.number}:{package.state}" for package in line.holding.packages)
        table.add_row(line.handler, line.name, _held(line), ", ".join(line.due), packages, line.serial)
    console.print(table)
    for text in filter(None, map(_remark, lines)):
        console.print(text, markup=False)


def _held(line: Line) -> str:
    if line.holding.revoked:
        return _("withdrawn {day}").format(day=line.holding.revoked.at[:10])
    return ", ".join(item for item in Item if item in line.holding.items)


def _remark(line: Line) -> str:
    if line.holding.revoked and not line.holding.is_taken:
        return _("{handler}: a withdrawal was interrupted; finish it with hic env credentials revoke").format(
            handler=line.handler
        )
    if line.former and not line.holding.revoked:
        return _("{handler} is no handler any more: withdraw it with hic env credentials revoke").format(
            handler=line.handler
        )
    if line.holding.making:
        return _("{handler}: a run was interrupted; finish it with hic env credentials issue").format(
            handler=line.handler
        )
    if line.lapsed:
        return _("{handler}: the link to package {number} ended; ask whether it arrived").format(
            handler=line.handler, number=line.lapsed[-1]
        )
    return ""
