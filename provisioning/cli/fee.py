"""`hic fee`: quote fees and record payments."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from provisioning.approvals.fees import Quote
from provisioning.cli import services
from provisioning.cli.options import approval_argument
from provisioning.cli.session import Session, pass_session
from provisioning.clock import today
from provisioning.messages import _

change_option = click.option(
    "--change", "number", type=click.IntRange(min=1), help="The fee of that change, not of the application."
)


@click.group("fee")
def group() -> None:
    """Quote fees (手数料) and record payments."""


@group.command()
@approval_argument
@change_option
@pass_session
def quote(session: Session, approval_id: str, number: int | None) -> None:
    """Reckon the fee line by line (FEE-1..7), and record it as what is to be paid."""
    if number:
        fee = services.changes(session).quote_of(approval_id, number)
    else:
        fee = services.approvals(session).quote(session.actor, approval_id)
    data = {
        "approval": fee.approval,
        "lines": [{**asdict(line), "quantity": float(line.quantity)} for line in fee.lines],
        "cap": fee.cap,
        "before_reduction": fee.before_reduction,
        "reduction": fee.reduction,
        "kept": fee.kept,
        "total": fee.total,
    }
    session.report(data, lambda console: _show(console, fee))


@group.command()
@approval_argument
@click.option("--amount", type=click.IntRange(min=0), required=True, help="Yen received.")
@click.option("--receipt", required=True, help="Reference of the receipt.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of receipt; default today.")
@change_option
@pass_session
def pay(
    session: Session, approval_id: str, amount: int, receipt: str, day: datetime | None, number: int | None
) -> None:
    """Record the payment. An amount that differs from the quote is refused."""
    received = day.date() if day else today(session.clock)
    if number:
        payment = services.changes(session).pay(session.actor, approval_id, number, amount, receipt, received)
    else:
        payment = services.approvals(session).pay(session.actor, approval_id, amount, receipt, received)
    session.report(
        {
            "approval": approval_id,
            "change": number,
            "yen": payment.yen,
            "receipt": payment.receipt,
            "date": payment.day,
        },
        lambda console: console.print(
            _("{approval}: ¥{yen:,} received on {day}, receipt {receipt}.").format(
                approval=approval_id, yen=payment.yen, day=payment.day, receipt=payment.receipt
            )
        ),
    )


def _items() -> dict[str, str]:
    return {
        "base:new": _("base fee, new application"),
        "base:change": _("base fee, change application"),
        "base:minor": _("base fee, minor change"),
        "coordination": _("coordination"),
        "extraction": _("extraction of data"),
        "volume": _("volume of data"),
        "environment:甲": _("analysis environment, spec 甲"),
        "environment:乙": _("analysis environment, spec 乙"),
        "environment:丙": _("analysis environment, spec 丙"),
        "full_reference": _("full reference environment"),
        "software": _("statistics software"),
        "extension": _("extension of the environment"),
        "storage": _("storage of data"),
    }


def _units() -> dict[str, str]:
    return {
        "case": _("case"),
        "started hour": _("started hour"),
        "hour": _("hour"),
        "GB": "GB",
        "month": _("month"),
        "user month": _("user month"),
        "TB month": _("TB month"),
        "TB year": _("TB year"),
    }


def _show(console: Console, fee: Quote) -> None:
    items, units = _items(), _units()
    table = Table(_("rule"), _("item"), box=None)
    for heading in (_("quantity"), _("unit"), _("¥ each"), "¥"):
        table.add_column(heading, justify="left" if heading == _("unit") else "right")
    for line in fee.lines:
        amount = f"{line.quantity:g}"
        table.add_row(line.rule, items[line.item], amount, units[line.unit], f"{line.unit_yen:,}", f"{line.yen:,}")
    if fee.cap:
        table.add_row("FEE-6", _("over the six-month cap"), "", "", "", f"{fee.cap:,}")
    table.add_row("FEE-8", _("before reduction"), "", "", "", f"{fee.before_reduction:,}")
    if fee.reduction:
        table.add_row("FEE-9", _("reduction"), "", "", "", f"{fee.reduction:,}")
    if fee.kept:
        table.add_row("", _("becomes cheaper; not paid back"), "", "", "", f"{fee.kept:,}")
    table.add_section()
    table.add_row("", _("to be paid"), "", "", "", f"{fee.total:,}", style="bold")
    console.print(table)
