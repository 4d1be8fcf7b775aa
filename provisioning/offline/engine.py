"""The offline engine: runs the program of `infra` and applies it to moto. Not AWS, and not Pulumi's engine.

The program is the same that `pulumi up` runs. What differs is this engine's own work: the rules of
update and replacement, the provider (`handlers`), and the checks on inputs.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from provisioning.aws.sessions import Aws, aws_errors
from provisioning.clock import Clock
from provisioning.environments.engine import OnStep, Outcome, StackRequest, StandingResource
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _
from provisioning.offline.calls import Calls
from provisioning.offline.deployment import Deployment, actual, redacted
from provisioning.offline.diff import drifted
from provisioning.offline.handlers import REGISTRY
from provisioning.offline.lock import locked
from provisioning.offline.monitor import PROJECT, Monitor
from provisioning.offline.runner import run_program
from provisioning.offline.state import State, StateStore
from provisioning.offline.wire import has_secret, has_unknown, reveal

Program = Callable[[], object]


class OfflineEngine:
    """Plans, applies and destroys stacks on moto; their state is in `<home>/state`.

    Raises DependencyFailed for an endpoint that is not on this machine's loopback address.
    `program` is what runs instead of `infra.program.run`.
    """

    def __init__(self, aws: Aws, home: Path, clock: Clock, program: Program | None = None) -> None:
        self.label = _("offline engine on moto; this is not AWS")
        self._calls = Calls(aws)
        self._store = StateStore(home)
        self._clock = clock
        self._program = program or _infra_program

    def plan(self, request: StackRequest) -> Outcome:
        """What `up` would do; nothing is changed, neither in moto nor on disk."""
        state = self._store.load(request.name) or State(request.name)
        return self._run(request, copy.deepcopy(state), None, dry=True)

    def up(self, request: StackRequest, on_step: OnStep | None = None) -> Outcome:
        """Make the stack real; running it again changes only what differs, also in moto.

        Raises Conflict while another run changes the stack, and a HicError that names the
        resource when one fails; what succeeded is kept, and the next run goes on from there.
        """
        with locked(self._store.lock_path(request.name), self._clock):
            state = self._store.load(request.name) or State(request.name)
            return self._run(request, state, on_step, dry=False)

    def check_free(self, stack: str) -> None:
        """Raise Conflict, with owner and age, while another run holds the stack's lock."""
        with locked(self._store.lock_path(stack), self._clock):
            pass

    def plan_destroy(self, stack: str) -> Outcome:
        """What `destroy` would delete, in its order; moto is only asked, and nothing is written."""
        started = time.monotonic()
        state = copy.deepcopy(self._store.load(stack) or State(stack))
        self._check_unreferenced(stack)
        deployment = Deployment(state, self._store, self._calls, dry=True, on_step=None)
        deployment.destroy()
        return Outcome(stack, tuple(deployment.steps), {}, time.monotonic() - started)

    def destroy(self, stack: str, on_step: OnStep | None = None) -> Outcome:
        """Delete everything, dependants first.

        A stack that does not stand is no error, so that an interrupted end can be repeated.
        Raises Refused, with nothing deleted, when it holds a protected resource, or when another
        stack refers to it.
        """
        started = time.monotonic()
        with locked(self._store.lock_path(stack), self._clock):
            state = self._store.load(stack) or State(stack)
            self._check_unreferenced(stack)
            deployment = Deployment(state, self._store, self._calls, dry=False, on_step=on_step)
            try:
                deployment.destroy()
            finally:
                deployment.close()
            self._store.remove(stack)
        return Outcome(stack, tuple(deployment.steps), {}, time.monotonic() - started)

    def outputs(self, stack: str) -> dict[str, Any] | None:
        """The stack's outputs without secrets, or None when it does not stand, or only in part."""
        state = self._store.load(stack)
        return _shown(state.outputs) if state and state.outputs else None

    def resources(self, stack: str, refresh: bool = False) -> list[StandingResource]:
        """What stands, in the order it was made; with `refresh`, compared with what moto shows now."""
        state = self._store.load(stack)
        found = []
        for resource in state.resources.values() if state else ():
            if not resource.custom or resource.external:
                continue
            drift = self._drift(resource.type, resource.id, reveal(resource.inputs)) if refresh else ()
            found.append(
                StandingResource(resource.type, resource.name, resource.urn, resource.id, resource.recorded, drift)
            )
        return found

    def _run(self, request: StackRequest, state: State, on_step: OnStep | None, *, dry: bool) -> Outcome:
        started = time.monotonic()
        deployment = Deployment(state, self._store, self._calls, dry=dry, on_step=on_step)
        deployment.secrets |= set(request.secrets.values())
        monitor = Monitor(deployment, self._calls, self._stack_outputs, dry=dry)
        config = {f"{PROJECT}:{key}": value for key, value in {**request.config, **request.secrets}.items()}
        config["aws:region"] = self._calls.region
        hidden = [f"{PROJECT}:{key}" for key in request.secrets]
        try:
            error = run_program(self._program, monitor, request.name, config, hidden, dry=dry)
            if deployment.failure:
                raise deployment.failure.with_traceback(None)
            if error:
                raise DependencyFailed(
                    _("The program of the stack '{stack}' failed: {error}").format(
                        stack=request.name, error=redacted(error.strip(), deployment.secrets)
                    )
                )
            deployment.finish()
        finally:
            deployment.close()
        return Outcome(request.name, tuple(deployment.steps), _shown(state.outputs), time.monotonic() - started)

    def _stack_outputs(self, stack: str) -> Mapping[str, Any]:
        state = self._store.load(stack)
        if state is None:
            raise Refused(
                _("The stack '{stack}', which this one builds on, does not stand yet.").format(stack=stack),
                fix=_("Build it first (the platform: hic platform up)."),
            )
        return state.outputs

    def _check_unreferenced(self, stack: str) -> None:
        for other in self._store.stacks():
            if other != stack and stack in self._store.references(other):
                raise Refused(
                    _("The stack '{stack}' is in use by '{other}'.").format(stack=stack, other=other),
                    fix=_("Destroy '{other}' first.").format(other=other),
                )

    def _drift(self, type_token: str, id: str, inputs: Mapping[str, Any]) -> tuple[str, ...]:
        handler = REGISTRY.get(type_token)
        if handler is None or handler.recorded:
            return ()
        with aws_errors(_("looking at {type} {id}").format(type=type_token, id=id)):
            shown = actual(handler, self._calls, id, inputs)
        return ("gone",) if shown is None else tuple(sorted(drifted(inputs, shown)))


def _shown(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs that may be seen, and are known already."""
    return {key: value for key, value in outputs.items() if not has_secret(value) and not has_unknown(value)}


def _infra_program() -> None:
    from infra.program import run  # noqa: PLC0415 - pulumi_aws is slow to import, and only needed here

    run()
