"""Real AWS: the same program through Pulumi's own engine and its Automation API.

It needs the `pulumi` command, the AWS provider plugin and an AWS account, so it cannot be run in this
project's tests; they go as far as the command's arguments, files and events.

State is kept in the bucket `hic-state-<account>`, secrets in it under the key `alias/hic-state`; an
administrator makes both once (`hic platform prepare`). Pulumi's settings of a stack are files in
`HIC_HOME/pulumi`. Secrets are in neither: the program runs in this process and is given them here, because
the SDK would put them on the command line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from pulumi import automation, runtime

import infra
from infra.program import run
from provisioning.approvals.names import PLATFORM_STACK, state_bucket
from provisioning.aws.sessions import Aws, aws_errors
from provisioning.clock import Clock
from provisioning.environments.engine import OnStep, Outcome, StackRequest, StandingResource
from provisioning.environments.pulumi_command import BoundedCommand
from provisioning.environments.pulumi_events import Seen, logical_name
from provisioning.environments.pulumi_locks import Lock, read_lock, told_lock
from provisioning.errors import Conflict, DependencyFailed, HicError, Refused
from provisioning.messages import _

PROJECT = "hic"
STATE_KEY = "alias/hic-state"

Program = Callable[[], None]


class PulumiEngine:
    """Plans, applies and destroys stacks on real AWS. Nothing is ever recorded without being applied.

    `command` and `program` are what runs instead of `pulumi` and of `infra.program.run`.
    """

    def __init__(
        self,
        aws: Aws,
        home: Path,
        clock: Clock,
        command: Callable[[], automation.PulumiCommand] = BoundedCommand,
        program: Program = run,
    ) -> None:
        self.label = _("Pulumi on AWS")
        self._aws = aws
        self._clock = clock
        self._make_command = command
        self._program = program
        self._home = home

    def plan(self, request: StackRequest) -> Outcome:
        """What `up` would do; nothing is changed in AWS but that Pulumi keeps an empty stack at the first time."""
        seen, started = Seen(), time.monotonic()
        with self._program_of(request) as program, self._errors(request.name, seen, request.secrets):
            self._stack(request, program).preview(on_event=seen, refresh=True)
        return Outcome(request.name, tuple(seen.steps), {}, time.monotonic() - started)

    def up(self, request: StackRequest, on_step: OnStep | None = None) -> Outcome:
        """Make the stack real. Raises Conflict while another run changes it, DependencyFailed when one fails."""
        seen, started = Seen(on_step), time.monotonic()
        with self._program_of(request) as program, self._errors(request.name, seen, request.secrets):
            result = self._stack(request, program).up(on_event=seen, refresh=True, show_secrets=False)
        return Outcome(request.name, tuple(seen.steps), _shown(result.outputs), time.monotonic() - started)

    def check_free(self, stack: str) -> None:
        """Raise Conflict while another run's lock lies in the bucket of the state, where Pulumi puts it."""
        bucket, prefix = state_bucket(self._aws.account), f".pulumi/locks/organization/{PROJECT}/{stack}/"
        s3 = self._aws.client("s3")
        with aws_errors(_("looking for locks in {bucket}").format(bucket=bucket)):
            found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1).get("Contents", [])
            note = s3.get_object(Bucket=bucket, Key=found[0]["Key"])["Body"].read() if found else b""
        if found:
            raise self._conflict(stack, read_lock(note))

    def plan_destroy(self, stack: str) -> Outcome:
        """What `destroy` would delete, in its order; nothing is changed."""
        seen, started = Seen(), time.monotonic()
        with self._errors(stack, seen):
            self._check_unreferenced(stack)
            known = self._known(stack)
            if known is not None:
                known.preview_destroy(on_event=seen, show_secrets=False)
        return Outcome(stack, tuple(seen.steps), {}, time.monotonic() - started)

    def destroy(self, stack: str, on_step: OnStep | None = None) -> Outcome:
        """Delete everything of the stack, dependants first, then the stack itself.

        One that does not stand is no error. Raises Refused while another stack refers to it.
        """
        seen, started = Seen(on_step), time.monotonic()
        with self._errors(stack, seen):
            self._check_unreferenced(stack)
            known = self._known(stack)
            if known is not None:
                known.destroy(on_event=seen, show_secrets=False, remove=True)
        return Outcome(stack, tuple(seen.steps), {}, time.monotonic() - started)

    def outputs(self, stack: str) -> dict[str, Any] | None:
        """The stack's outputs without secrets, or None when it does not stand."""
        with self._errors(stack, Seen()):
            known = self._known(stack)
            return None if known is None else _shown(known.outputs()) or None

    def resources(self, stack: str, refresh: bool = False) -> list[StandingResource]:
        """What stands; with `refresh`, with the properties that AWS shows otherwise."""
        seen = Seen()
        with self._errors(stack, seen):
            known = self._known(stack)
            if known is None:
                return []
            if refresh:
                known.preview_refresh(on_event=seen, show_secrets=False)
            deployment: Mapping[str, Any] = known.export_stack().deployment or {}
        return [
            StandingResource(
                item["type"], logical_name(item["urn"]), item["urn"], item["id"], False, seen.drift.get(item["urn"], ())
            )
            for item in deployment.get("resources", ())
            if item.get("custom") and not item.get("external") and not item["type"].startswith("pulumi:")
        ]

    def _stack(self, request: StackRequest, program: Program) -> automation.Stack:
        stack = automation.create_or_select_stack(
            stack_name=request.name, project_name=PROJECT, program=program, opts=self._options()
        )
        settings = _stack_settings(stack)
        settings.secrets_provider = self._secrets_provider
        settings.config = {f"{PROJECT}:{key}": value for key, value in request.config.items()}
        settings.config["aws:region"] = self._aws.region
        stack.workspace.save_stack_settings(request.name, settings)
        return stack

    def _known(self, stack: str) -> automation.Stack | None:
        try:
            return automation.select_stack(
                stack_name=stack, project_name=PROJECT, program=self._program, opts=self._options()
            )
        except automation.StackNotFoundError:
            return None

    @cached_property
    def _command(self) -> automation.PulumiCommand:
        return self._make_command()

    @property
    def _backend(self) -> str:
        return f"s3://{state_bucket(self._aws.account)}?region={self._aws.region}"

    @property
    def _secrets_provider(self) -> str:
        return f"awskms://{STATE_KEY}?region={self._aws.region}"

    @property
    def _folder(self) -> Path:
        """Pulumi's files of the stacks of one account and region; approvals, with names of people, are in them."""
        return self._home / "pulumi" / f"{self._aws.account}-{self._aws.region}"

    def _options(self) -> automation.LocalWorkspaceOptions:
        command = self._command  # first, so that nothing is left behind where Pulumi is missing
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return automation.LocalWorkspaceOptions(
            work_dir=str(self._folder),
            secrets_provider=self._secrets_provider,
            env_vars={"PULUMI_BACKEND_URL": self._backend},
            project_settings=automation.ProjectSettings(
                name=PROJECT,
                runtime="python",
                main=str(Path(infra.__file__).parent),
                backend=automation.ProjectBackend(url=self._backend),
            ),
            pulumi_command=command,
        )

    def _check_unreferenced(self, stack: str) -> None:
        """The platform goes last; environments refer to it."""
        if stack != PLATFORM_STACK:
            return
        workspace = automation.LocalWorkspace(**vars(self._options()))
        names = [summary.name.rpartition("/")[2] for summary in workspace.list_stacks() if summary.resource_count]
        if others := sorted(name for name in names if name.startswith("env-")):
            raise Refused(
                _("The stack '{stack}' is in use by '{other}'.").format(stack=stack, other=others[0]),
                fix=_("Destroy '{other}' first.").format(other=others[0]),
            )

    @contextmanager
    def _program_of(self, request: StackRequest) -> Iterator[Program]:
        """The program, given its secrets where it runs; a HicError that it raises comes out as it is."""
        raised: list[HicError] = []

        def program() -> None:
            for key, value in request.secrets.items():
                runtime.set_config(f"{PROJECT}:{key}", value)
            try:
                self._program()
            except HicError as error:
                raised.append(error)
                raise

        try:
            yield program
        except DependencyFailed:
            if raised:
                raise raised[0] from None
            raise

    @contextmanager
    def _errors(self, stack: str, seen: Seen, secrets: Mapping[str, str] | None = None) -> Iterator[None]:
        """Pulumi's errors as ours, without secrets."""
        try:
            yield
        except automation.ConcurrentUpdateError as error:
            raise self._conflict(stack, told_lock(str(error))) from None
        except automation.CommandError as error:
            text = "; ".join(seen.errors) or str(error).rpartition("stderr:")[2].strip() or str(error).strip()
            for secret in sorted((secrets or {}).values(), key=len, reverse=True):
                text = text.replace(secret, "***")
            raise DependencyFailed(
                _("Pulumi could not finish the stack '{stack}': {error}").format(stack=stack, error=text),
                fix=_("What was done so far is noted; mend the cause and repeat the command."),
            ) from None

    def _conflict(self, stack: str, lock: Lock | None) -> Conflict:
        who = _("a process that has just begun")
        if lock:
            age = round((self._clock.now() - lock.since).total_seconds())
            who = _("{owner}, process {pid}, for {age} s").format(owner=lock.owner, pid=lock.pid, age=age)
        return Conflict(
            _("The stack '{stack}' is being changed by {who}.").format(stack=stack, who=who),
            fix=_(
                "Wait until that run has ended, then repeat the command. If its process is dead, take its lock away: "
                "cd {folder} && PULUMI_BACKEND_URL='{backend}' pulumi cancel --yes --stack {stack}"
            ).format(folder=self._folder, backend=self._backend, stack=stack),
        )


def _stack_settings(stack: automation.Stack) -> automation.StackSettings:
    """What Pulumi itself has written of the stack: the encrypted key of its secrets. Nothing on another machine."""
    try:
        return stack.workspace.stack_settings(stack.name)
    except FileNotFoundError:
        return automation.StackSettings()


def _shown(outputs: Mapping[str, automation.OutputValue]) -> dict[str, Any]:
    return {key: output.value for key, output in outputs.items() if not output.secret}
