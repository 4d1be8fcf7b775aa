"""Real AWS: the same program through Pulumi's own engine and its Automation API.

It needs the `pulumi` command, the AWS provider plugin and an AWS account, so it cannot be run in this
project's tests; it is typed and checked against the SDK, and says so where it matters.

State is kept in the bucket `hic-state-<account>`, secrets in it under the key `alias/hic-state`; an
operator makes both once, before the platform.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pulumi import automation

from infra.program import run
from provisioning.approvals.names import state_bucket
from provisioning.aws.sessions import Aws, aws_errors
from provisioning.environments.engine import OnStep, Op, Outcome, StackRequest, StandingResource, Step
from provisioning.errors import Conflict, DependencyFailed, Refused
from provisioning.messages import _

PROJECT = "hic"
_OPS = {
    automation.OpType.CREATE: Op.CREATE,
    automation.OpType.SAME: Op.SAME,
    automation.OpType.UPDATE: Op.UPDATE,
    automation.OpType.REPLACE: Op.REPLACE,
    automation.OpType.DELETE: Op.DELETE,
}


class PulumiEngine:
    """Plans, applies and destroys stacks on real AWS. Nothing is ever recorded without being applied."""

    def __init__(self, aws: Aws) -> None:
        self.label = _("Pulumi on AWS")
        self._aws = aws

    def plan(self, request: StackRequest) -> Outcome:
        """What `up` would do; nothing is changed."""
        with _steps(None) as (steps, on_event), _errors(request.name):
            started = time.monotonic()
            self._stack(request).preview(on_event=on_event, refresh=True)
        return Outcome(request.name, tuple(steps), {}, time.monotonic() - started)

    def up(self, request: StackRequest, on_step: OnStep | None = None) -> Outcome:
        """Make the stack real. Raises Conflict while another run changes it, DependencyFailed when one fails."""
        with _steps(on_step) as (steps, on_event), _errors(request.name):
            started = time.monotonic()
            result = self._stack(request).up(on_event=on_event, refresh=True, show_secrets=False)
        return Outcome(request.name, tuple(steps), _shown(result.outputs), time.monotonic() - started)

    def check_free(self, stack: str) -> None:
        """Raise Conflict while another run's lock lies in the bucket of the state, where Pulumi puts it."""
        bucket, prefix = state_bucket(self._aws.account), f".pulumi/locks/organization/{PROJECT}/{stack}/"
        with aws_errors(_("looking for locks in {bucket}").format(bucket=bucket)):
            found = self._aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
        if found.get("KeyCount", 0):
            raise _locked(stack)

    def plan_destroy(self, stack: str) -> Outcome:
        """What `destroy` would delete, in its order; nothing is changed."""
        self._check_unreferenced(stack)
        started = time.monotonic()
        with _steps(None) as (steps, on_event), _errors(stack):
            self._known(stack).preview_destroy(on_event=on_event, show_secrets=False)
        return Outcome(stack, tuple(steps), {}, time.monotonic() - started)

    def destroy(self, stack: str, on_step: OnStep | None = None) -> Outcome:
        """Delete everything of the stack. Raises Refused while another stack refers to it."""
        self._check_unreferenced(stack)
        started = time.monotonic()
        with _steps(on_step) as (steps, on_event), _errors(stack):
            self._known(stack).destroy(on_event=on_event, show_secrets=False)
        return Outcome(stack, tuple(steps), {}, time.monotonic() - started)

    def outputs(self, stack: str) -> dict[str, Any] | None:
        """The stack's outputs without secrets, or None when it does not stand."""
        with _errors(stack):
            try:
                return _shown(self._known(stack).outputs()) or None
            except automation.StackNotFoundError:
                return None

    def resources(self, stack: str, refresh: bool = False) -> list[StandingResource]:
        """What stands; with `refresh`, with the properties that AWS shows otherwise."""
        drift: dict[str, tuple[str, ...]] = {}

        def on_event(event: automation.EngineEvent) -> None:
            if event.res_outputs_event:
                seen = event.res_outputs_event.metadata
                gone = seen.op is automation.OpType.DELETE
                drift[seen.urn] = ("gone",) if gone else tuple(sorted(seen.diffs or ()))

        with _errors(stack):
            known = self._known(stack)
            if refresh:
                known.preview_refresh(on_event=on_event, show_secrets=False)
            deployment: Mapping[str, Any] = known.export_stack().deployment or {}
        return [
            StandingResource(
                item["type"], _name(item["urn"]), item["urn"], item["id"], False, drift.get(item["urn"], ())
            )
            for item in deployment.get("resources", ())
            if item.get("custom") and not item.get("external") and not item["type"].startswith("pulumi:")
        ]

    def _stack(self, request: StackRequest) -> automation.Stack:
        stack = automation.create_or_select_stack(
            stack_name=request.name, project_name=PROJECT, program=run, opts=self._options()
        )
        config = {f"{PROJECT}:{key}": automation.ConfigValue(value) for key, value in request.config.items()}
        for key, value in request.secrets.items():
            config[f"{PROJECT}:{key}"] = automation.ConfigValue(value, secret=True)
        config["aws:region"] = automation.ConfigValue(self._aws.region)
        stack.set_all_config(config)
        return stack

    def _known(self, stack: str) -> automation.Stack:
        return automation.select_stack(stack_name=stack, project_name=PROJECT, program=run, opts=self._options())

    def _options(self) -> automation.LocalWorkspaceOptions:
        if shutil.which("pulumi") is None:
            raise DependencyFailed(
                _("The command 'pulumi' is not installed."),
                fix=_("Install it from https://www.pulumi.com/docs/install/, or use HIC_ENGINE=offline."),
            )
        backend = f"s3://hic-state-{self._aws.account}?region={self._aws.region}"
        return automation.LocalWorkspaceOptions(
            work_dir=str(Path(__file__).resolve().parents[2]),
            secrets_provider=f"awskms://alias/hic-state?region={self._aws.region}",
            env_vars={"PULUMI_BACKEND_URL": backend},
            project_settings=automation.ProjectSettings(
                name=PROJECT, runtime="python", backend=automation.ProjectBackend(url=backend)
            ),
        )

    def _check_unreferenced(self, stack: str) -> None:
        """The platform goes last; environments refer to it."""
        workspace = automation.LocalWorkspace(**vars(self._options()))
        others = [summary.name for summary in workspace.list_stacks() if summary.name.startswith("env-")]
        if stack == "platform" and others:
            raise Refused(
                _("The stack '{stack}' is in use by '{other}'.").format(stack=stack, other=others[0]),
                fix=_("Destroy '{other}' first.").format(other=others[0]),
            )


@contextmanager
def _steps(on_step: OnStep | None) -> Iterator[tuple[list[Step], Callable[[automation.EngineEvent], None]]]:
    """Collects what Pulumi's engine reports about each resource."""
    steps: list[Step] = []

    def on_event(event: automation.EngineEvent) -> None:
        if event.resource_pre_event is None:
            return
        seen = event.resource_pre_event.metadata
        if seen.op not in _OPS or seen.type.startswith("pulumi:") or not seen.provider:
            return
        step = Step(_OPS[seen.op], seen.type, _name(seen.urn), seen.urn, changed=tuple(sorted(seen.diffs or ())))
        steps.append(step)
        if on_step:
            on_step(step)

    yield steps, on_event


@contextmanager
def _errors(stack: str) -> Iterator[None]:
    try:
        yield
    except automation.ConcurrentUpdateError as error:
        raise _locked(stack) from error
    except automation.StackNotFoundError:
        raise
    except automation.CommandError as error:
        raise DependencyFailed(
            _("Pulumi could not finish the stack '{stack}': {error}").format(stack=stack, error=error)
        ) from error


def _locked(stack: str) -> Conflict:
    return Conflict(
        _("The stack '{stack}' is being changed by another run.").format(stack=stack),
        fix=_("Wait until that run has ended, then repeat the command."),
    )


def _shown(outputs: Mapping[str, automation.OutputValue]) -> dict[str, Any]:
    return {key: output.value for key, output in outputs.items() if not output.secret}


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
