"""`hic platform ca`: HIC's own certificate authority."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from provisioning.cli import services
from provisioning.cli.options import file_argument, yes_option
from provisioning.cli.session import Session, confirm, pass_session
from provisioning.messages import _

if TYPE_CHECKING:
    from provisioning.environments.credentials.authority import Root


@click.group("ca")
def ca() -> None:
    """The authority that certifies handlers' terminals (HIC-9)."""


@ca.command()
@click.option("--replace", is_flag=True, help="Make a new root in place of the present one.")
@yes_option
@pass_session
def create(session: Session, replace: bool, yes: bool) -> None:
    """Make the root, if there is none yet; `hic platform up` does so too.

    With --replace a new root takes the place of the present one, and every handler's certificate is due anew.
    """
    authority = services.authority(session)
    if replace and authority.root() and not yes:
        confirm(_("Replace the certificate authority? Every certificate has to be issued anew."))
    root, made = authority.create(session.actor, replace=replace)

    def show(console: Console) -> None:
        console.print(_("The root was made.") if made else _("The root stands already; nothing was changed."))
        _show(console, root)

    session.report({"made": made, **_data(root)}, show)


@ca.command("show")
@pass_session
def show_root(session: Session) -> None:
    """The root: its fingerprints, and how long it lasts."""
    root = services.authority(session).require_root()
    session.report(_data(root), lambda console: _show(console, root))


@ca.command("export-root")
@file_argument
@pass_session
def export_root(session: Session, path: Path) -> None:
    """Write the root's certificate, as WorkSpaces imports it for trusted devices."""
    from provisioning.environments.credentials.certificates import pem  # noqa: PLC0415
    from provisioning.environments.credentials.packing import write_private  # noqa: PLC0415

    root = services.authority(session).require_root()
    write_private(path, pem(root.certificate).encode("ascii"))
    session.report(
        {"file": str(path), **_data(root)}, lambda console: console.print(_("wrote {path}").format(path=path))
    )


@ca.command()
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write the list to a file too.")
@pass_session
def crl(session: Session, out: Path | None) -> None:
    """Sign and publish the list of revoked certificates anew; it is good for 30 days.

    `hic env sweep` does so too, ten days before the published one lapses.
    """
    from provisioning.environments.credentials.authority import LIST_KEY  # noqa: PLC0415
    from provisioning.environments.credentials.packing import write_private  # noqa: PLC0415

    signed, count = services.authority(session).publish(session.actor, session.share)
    if out:
        write_private(out, signed)
    where = f"s3://{session.share.bucket}/{LIST_KEY}"

    def show(console: Console) -> None:
        console.print(_("{count} certificates on the list at {where}").format(count=count, where=where))

    session.report({"revoked": count, "object": where, "file": str(out) if out else None}, show)


def _data(root: Root) -> dict[str, object]:
    return {
        "generation": root.generation,
        "subject": root.certificate.subject.rfc4514_string(),
        "not_after": root.certificate.not_valid_after_utc.isoformat(),
        "list_until": root.list_until.isoformat() if root.list_until else None,
        **root.fingerprints,
    }


def _show(console: Console, root: Root) -> None:
    console.print(root.certificate.subject.rfc4514_string(), markup=False)
    console.print(_("good until {day}").format(day=root.certificate.not_valid_after_utc.date()))
    if root.list_until:
        console.print(_("the published revocation list is good until {day}").format(day=root.list_until.date()))
    for name, digits in root.fingerprints.items():
        console.print(f"{name} {digits}", markup=False)
