"""What every command shares: settings, actor, language, and the one way to report."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.audit.log import AuditLog
from provisioning.aws.credentials import check_credentials
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import Clock, SystemClock
from provisioning.errors import Refused
from provisioning.messages import _
from provisioning.settings import Settings

if TYPE_CHECKING:
    from provisioning.loading.connection import Server

PIPE_WIDTH = 240


@dataclass
class Session:
    """One run of `hic`. Services are made when first asked for."""

    settings: Settings
    as_json: bool = False
    actor_override: Actor | None = None
    clock: Clock = field(default_factory=SystemClock)

    @cached_property
    def aws(self) -> Aws:
        """AWS, or the local stand-in.

        Raises DependencyFailed when that is not running, BadInput when the credentials belong to the other one.
        """
        offline = self.settings.engine == "offline"
        endpoint = self.settings.service("aws")["endpoint"] if offline else None
        check_credentials(endpoint, os.environ)
        return Aws(self.settings.region, endpoint=endpoint)

    @cached_property
    def records(self) -> RecordStore:
        return RecordStore(self.aws)

    @cached_property
    def audit(self) -> AuditLog:
        # The operator's role alone may write to the locked bucket; it copies what others did too.
        if self.actor.role == "operator":
            return AuditLog(self.records, self.clock, copies=lambda: self.audit_bucket)
        return AuditLog(self.records, self.clock)

    @cached_property
    def share(self) -> ObjectStore:
        """The platform's bucket of data sets."""
        return ObjectStore(self.aws, names.share_bucket(self.aws.account))

    @cached_property
    def audit_bucket(self) -> ObjectStore:
        return ObjectStore(self.aws, names.audit_bucket(self.aws.account))

    def work(self, approval_id: str) -> ObjectStore:
        """The bucket of one approval."""
        return ObjectStore(self.aws, names.work_bucket(approval_id, self.aws.account))

    @cached_property
    def actor(self) -> Actor:
        """Who acts: `--as` on the local engine, the assumed role on AWS."""
        from provisioning.cli.identity import acting  # noqa: PLC0415 - reads AWS only when needed

        return acting(self)

    @cached_property
    def console(self) -> Console:
        """Where people read: standard output, or standard error when that carries JSON.

        A file or a pipe is no screen that a table has to fit into.
        """
        stream = sys.stderr if self.as_json else sys.stdout
        width = None if stream.isatty() else PIPE_WIDTH
        return Console(file=stream, width=width, highlight=False, soft_wrap=True, emoji=False)

    def report(self, data: dict[str, Any], show: Callable[[Console], None]) -> None:
        """Print the result: one JSON object with `--json`, else what `show` prints."""
        if self.as_json:
            click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
        else:
            show(self.console)

    def progress(self) -> Progress:
        """A progress bar on standard error; silent when that is no terminal."""
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )


pass_session = click.make_pass_decorator(Session)


def ask_password(user: str, host: str) -> str:
    """Ask for a password of the database, unseen; it stays in this process."""
    answer: str = click.prompt(
        _("Password of {user} on {host}").format(user=user, host=host), hide_input=True, err=True
    )
    return answer


def database_server(session: Session) -> Server:
    """The PostgreSQL of this run. At a terminal a password that nobody gave is asked for."""
    from provisioning.loading.connection import Server  # noqa: PLC0415 - psycopg is loaded only when needed

    return Server.from_settings(session.settings, os.environ, ask_password if sys.stdin.isatty() else None)


def confirm(question: str) -> None:
    """Ask before what cannot be undone. Raises Refused where nobody can answer."""
    if not sys.stdin.isatty():
        raise Refused(question, fix=_("There is nobody to ask here; say --yes if you mean it."))
    click.confirm(question, abort=True, err=True)
