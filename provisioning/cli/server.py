"""`hic env bootstrap` and `hic env check`: a working analysis server, and the proof of it from within."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from provisioning.cli import services
from provisioning.cli.options import approval_argument
from provisioning.cli.session import Session, pass_session
from provisioning.messages import _

if TYPE_CHECKING:
    from provisioning.environments.bootstrap.model import Done, Step
    from provisioning.environments.bootstrap.service import Bootstrapped, Examined, Servers


@click.command()
@approval_argument
@click.option(
    "--host-key",
    "host_keys",
    multiple=True,
    metavar="KEY",
    help="Pin the server's public key, as read on the server itself; may be repeated.",
)
@pass_session
def bootstrap(session: Session, approval_id: str, host_keys: tuple[str, ...]) -> None:
    """Make a working server: disk, PostgreSQL, roles, R, hic. What stands is left as it is; repeat it at will."""
    service = servers(session)
    with _steps(approval_id) as on_step:
        made = service.bootstrap(session.actor, approval_id, on_step, host_keys)
    session.report(bootstrap_data(approval_id, made), lambda console: show_bootstrap(console, made))


@click.command()
@approval_argument
@pass_session
def check(session: Session, approval_id: str) -> int:
    """Run smoke tests on the server itself, and record them; exit 1 when one fails."""
    found = _examine(session, servers(session), approval_id)
    session.report(check_data(approval_id, found), lambda console: show_check(console, found))
    return 1 if found.failed else 0


@dataclass(frozen=True)
class AfterUp:
    """What `hic env up` did to the server: nothing (and why), or a bootstrap and, if it changed something, a check."""

    data: dict[str, Any]
    show: Callable[[Console], None]
    failed: bool = False


def after_up(session: Session, approval_id: str) -> AfterUp:
    """Make the server of an environment that has just been built work, and check what changed."""
    if why := _way(session).unreachable:
        text = _("the server is recorded, not bootstrapped: {why}").format(why=why)
        return AfterUp({"bootstrap": {"skipped": why}}, lambda console: console.print(text, markup=False))
    service = servers(session)
    with _steps(approval_id) as on_step:
        made = service.bootstrap(session.actor, approval_id, on_step)
    found = _examine(session, service, approval_id) if made.changed else None
    data = {"bootstrap": bootstrap_data(approval_id, made)}
    if found:
        data["check"] = check_data(approval_id, found)

    def show(console: Console) -> None:
        show_bootstrap(console, made)
        if found:
            show_check(console, found)

    return AfterUp(data, show, failed=bool(found and found.failed))


def forget_server(session: Session, approval_id: str) -> None:
    """With the environment go its roles' passwords, and what stands of it on a stand-in (HIC-22)."""
    from provisioning.environments.bootstrap.passwords import forget_passwords  # noqa: PLC0415 - brings psycopg

    forget_passwords(session.aws, approval_id)
    if card := _stand_in_card(session):
        from provisioning.offline.analysis_server import destroy_server  # noqa: PLC0415 - local engine only

        destroy_server(card, approval_id)


def servers(session: Session) -> Servers:
    """The analysis servers, as this run reaches them."""
    from provisioning.environments.bootstrap.service import Servers  # noqa: PLC0415 - brings paramiko

    return Servers(
        services.approvals(session), session.records, session.audit, session.aws, session.clock, _way(session)
    )


def bootstrap_data(approval_id: str, made: Bootstrapped) -> dict[str, Any]:
    """A bootstrap for `--json`."""
    return {
        "approval": approval_id,
        "steps": [{**asdict(step), "seconds": round(step.seconds, 3)} for step in made.steps],
        "changed": made.changed,
        "stand_in": made.stand_in,
        "seconds": round(made.seconds, 3),
    }


def check_data(approval_id: str, found: Examined) -> dict[str, Any]:
    """A check for `--json`."""
    from provisioning.environments.bootstrap.model import Verdict  # noqa: PLC0415

    return {
        "approval": approval_id,
        "checks": [asdict(check) for check in found.checks],
        **{verdict.name.lower(): found.count(verdict) for verdict in Verdict},
        "stand_in": found.stand_in,
        "seconds": round(found.seconds, 3),
    }


def show_bootstrap(console: Console, made: Bootstrapped) -> None:
    """Every step and what came of it."""
    from provisioning.environments.bootstrap.explain import step_titles  # noqa: PLC0415

    titles = step_titles()
    table = Table(_("step"), _("what it makes"), _("came to"), _("seconds"), "", box=None, pad_edge=False)
    for step in made.steps:
        word = _("changed") if step.changed else _("as it was")
        table.add_row(step.name, titles[step.name], word, f"{step.seconds:.1f}", step.detail)
    console.print(table)
    text = _("The server is set up: {changed} of {count} steps changed something ({seconds:.1f} s).")
    told = text.format(changed=made.changed, count=len(made.steps), seconds=made.seconds)
    console.print(told + (" " + _stand_in() if made.stand_in else ""))


def show_check(console: Console, found: Examined) -> None:
    """Every smoke test with its verdict."""
    from provisioning.environments.bootstrap.explain import check_titles  # noqa: PLC0415
    from provisioning.environments.bootstrap.model import Verdict  # noqa: PLC0415

    words = {
        Verdict.PASSED: "[green]" + _("passed") + "[/]",
        Verdict.FAILED: "[red]" + _("FAILED") + "[/]",
        Verdict.UNJUDGED: "[yellow]" + _("not judged here") + "[/]",
    }
    titles = check_titles()
    table = Table(_("check"), _("what must hold"), _("verdict"), _("seen"), box=None, pad_edge=False)
    for check in found.checks:
        table.add_row(check.name, titles[check.name], words[check.verdict], check.detail)
    console.print(table)
    text = _("{passed} passed, {failed} failed, {unjudged} not judged here ({seconds:.1f} s).")
    counts = {verdict.name.lower(): found.count(verdict) for verdict in Verdict}
    told = text.format(**counts, seconds=found.seconds)
    console.print(told + (" " + _stand_in() if found.stand_in else ""), style="red" if found.failed else "")


def _stand_in() -> str:
    return _("This was the stand-in on this machine, not an instance.")


def _way(session: Session) -> Any:
    from provisioning.environments.bootstrap.service import Way  # noqa: PLC0415 - brings paramiko

    card = _stand_in_card(session)
    if card:
        from provisioning.offline.analysis_server import is_alive  # noqa: PLC0415 - local engine only

        card = card if is_alive(card) else None
    return Way(session.settings.engine, os.environ, card)


def _stand_in_card(session: Session) -> dict[str, Any] | None:
    """The stand-in that was started for this home, whether it still runs or not."""
    if session.settings.engine != "offline" or not session.settings.services_file.exists():
        return None
    from provisioning.offline.private_files import read_object  # noqa: PLC0415 - local engine only

    return read_object(session.settings.services_file).get("server")


def _examine(session: Session, service: Servers, approval_id: str) -> Examined:
    from provisioning.environments.bootstrap.explain import check_titles  # noqa: PLC0415

    titles = check_titles()
    with _line(approval_id) as tell:
        return service.check(session.actor, approval_id, lambda group: tell(titles[group]))


@contextmanager
def _steps(approval_id: str) -> Iterator[Callable[[Step, Done | None], None]]:
    """A line on standard error that tells the step at work."""
    from provisioning.environments.bootstrap.explain import step_titles  # noqa: PLC0415

    titles = step_titles()
    with _line(approval_id) as tell:

        def on_step(step: Step, done: Done | None) -> None:
            if done is None:
                tell(titles[step.name])

        yield on_step


@contextmanager
def _line(approval_id: str) -> Iterator[Callable[[str], None]]:
    """A line on standard error; nothing when that is no terminal."""
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(pulse_style="cyan"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with progress:
        task = progress.add_task(approval_id, total=None)
        yield lambda text: progress.update(task, description=f"{approval_id} {text}")
