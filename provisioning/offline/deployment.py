"""One run over one stack: what each registered resource comes to, and what goes in the end."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from provisioning.environments.engine import OnStep, Op, Step
from provisioning.errors import BadInput, DependencyFailed, HicError, Problem, Refused
from provisioning.messages import _
from provisioning.offline.calls import Calls, explain, is_gone
from provisioning.offline.diff import (
    all_dependants,
    changed_inputs,
    deletion_order,
    dependants,
    drifted,
    overlaid,
    touched,
)
from provisioning.offline.handlers import REGISTRY
from provisioning.offline.handlers.base import Handler, Made
from provisioning.offline.in_use import check_unused
from provisioning.offline.journal import Journal
from provisioning.offline.rehearsal import rehearsed
from provisioning.offline.state import Resource, State, StateStore
from provisioning.offline.validate import check_inputs
from provisioning.offline.wanted import Wanted, compared, named, renamed, with_ignored
from provisioning.offline.wire import UNKNOWN, has_secret, reveal, secret, secret_texts


class Deployment:
    """Applies registrations to moto and keeps the state true after every step.

    With `dry` nothing is changed, neither in moto nor on disk, and `mistakes` in what would be asked of AWS are
    collected. Steps run one at a time; after the first failure no further resource is begun. With `glance` AWS is
    not asked what stands: the state is believed.
    """

    def __init__(
        self,
        state: State,
        store: StateStore,
        calls: Calls,
        *,
        dry: bool,
        on_step: OnStep | None,
        glance: bool = False,
    ) -> None:
        self.state = state
        self.steps: list[Step] = []
        self.mistakes: list[Problem] = []
        self.failure: HicError | None = None
        self._glance = glance
        self.secrets: set[str] = set()
        self._journal = Journal(store, state)
        self._calls = calls
        self.dry = dry
        self._on_step = on_step
        self._seen: set[str] = set()
        self._replacing: set[str] = set()
        self._interrupted = {resource.urn: resource for resource in state.pending}
        self._lock = threading.Lock()

    def register(self, wanted: Wanted) -> Resource:
        """Make one resource as wanted. Raises a HicError that names it; see also `failure`."""
        with self._lock:
            self.secrets |= secret_texts(wanted.resource.inputs)
            if self.failure:
                raise Refused(_("The run has stopped after its first failure."))
            try:
                return self._registered(wanted)
            except Exception as error:
                failure = self._failed(wanted.resource, _("brought up"), error)
                self.fail(failure)
                raise failure from None

    def fail(self, error: HicError) -> None:
        """Note why the program cannot go on; the first reason counts."""
        self.failure = self.failure or error

    def read(self, resource: Resource) -> Resource:
        """Look at something that this stack does not own."""
        with self._lock:
            self._see(resource)
            handler = _handler(resource.type)
            actual = self._actual(handler, resource.id, resource.inputs)
            if actual is None:
                raise Refused(_("There is no {type} '{id}'.").format(type=resource.type, id=resource.id))
            found = replace(resource, outputs={**resource.inputs, **actual}, external=True)
            self._keep(found)
            return found

    def note(self, resource: Resource) -> None:
        """Keep a resource that is neither made nor deleted: a component, a stack reference."""
        with self._lock:
            self._see(resource)
            self._keep(resource)

    def finish(self) -> None:
        """Delete what was replaced or is no longer registered. Raises a HicError that names the resource."""
        gone = [resource for urn, resource in self.state.resources.items() if urn not in self._seen]
        self._delete_all([*self.state.doomed, *gone])
        self._clear_interrupted()

    def close(self) -> None:
        """Write down the state as the run leaves it; nothing when nothing changed."""
        if not self.dry:
            self._journal.close()

    def destroy(self) -> None:
        """Delete everything, dependants first. Nothing is deleted if anything is protected."""
        self._clear_interrupted()
        self._delete_all([*self.state.doomed, *self.state.resources.values()])

    # --- one resource -----------------------------------------------------------------------

    def _registered(self, wanted: Wanted) -> Resource:
        self._see(wanted.resource)
        handler = _handler(wanted.resource.type)
        old = self._known(wanted)
        new = with_ignored(wanted, old)
        problems = check_inputs(new.type, reveal(new.inputs))
        if problems and not self.dry:
            raise BadInput(_("Its inputs are wrong."), problems=problems)
        named_before = old or self._interrupted.get(new.urn)
        new = replace(new, inputs=named(handler, new, named_before), recorded=handler.recorded)
        op, changed, shown = self._decide(handler, wanted, new, old)
        if self.dry:
            result = self._imagined(op, new, old)
            if not problems and op is not Op.SAME:
                before = _as_shown(old, shown) if old and op is Op.UPDATE else None
                problems = rehearsed(handler, self._calls, result, before)
            self._note_mistakes(new, problems)
        elif op is Op.CREATE or old is None:
            result = self._create(handler, new, wanted)
        elif op is Op.REPLACE:
            result = self._replace(handler, renamed(handler, new, wanted), old, wanted)
        else:
            result = self._refreshed(handler, op, new, _as_shown(old, shown), wanted)
        self._report(op, result, changed)
        return result

    def _note_mistakes(self, resource: Resource, problems: list[Problem]) -> None:
        for problem in problems:
            where = f"{resource.type} '{resource.name}' {problem.where}"
            self.mistakes.append(Problem(where, redacted(problem.what, self.secrets), problem.fix))

    def _known(self, wanted: Wanted) -> Resource | None:
        """What the state holds of it, if need be under a former name."""
        urn, resources = wanted.resource.urn, self.state.resources
        for alias in wanted.aliases:
            if urn not in resources and alias in resources:
                former = resources.pop(alias)
                resources[urn] = replace(former, urn=urn, type=wanted.resource.type, name=wanted.resource.name)
        return resources.get(urn)

    def _see(self, resource: Resource) -> None:
        if resource.urn in self._seen:
            raise BadInput(
                _("The program registers '{urn}' twice.").format(urn=resource.urn),
                fix=_("Give every resource of one type and parent its own name."),
            )
        self._seen.add(resource.urn)

    def _decide(
        self, handler: Handler, wanted: Wanted, new: Resource, old: Resource | None
    ) -> tuple[Op, set[str], Mapping[str, Any]]:
        """What to do, for which inputs, and what AWS shows of it now."""
        if old is None:
            return (Op.REPLACE if new.urn in self._replacing else Op.CREATE), set(), {}
        inputs = reveal(new.inputs)
        actual = {} if handler.recorded or self._glance else self._actual(handler, old.id, reveal(old.inputs))
        if actual is None:
            return Op.CREATE, set(), {}
        before = reveal(old.inputs)
        changed = changed_inputs(before, inputs) | drifted(compared(inputs, wanted.ignore), actual)
        if any(touched(path, changed, before, inputs) for path in handler.replace | wanted.replace_on):
            return Op.REPLACE, changed, actual
        return (Op.UPDATE if changed or old.incomplete else Op.SAME), changed, actual

    def _imagined(self, op: Op, new: Resource, old: Resource | None) -> Resource:
        """What a plan answers: the id and the outputs of what is still to be made are unknown."""
        if old is None or op in (Op.CREATE, Op.REPLACE):
            result = replace(new, id=UNKNOWN, outputs=new.inputs)
        else:
            result = replace(new, id=old.id, outputs=overlaid(old.outputs, new.inputs))
        self.state.resources[new.urn] = result
        return result

    def _create(self, handler: Handler, new: Resource, wanted: Wanted, old: Resource | None = None) -> Resource:
        """Make it. A note of what is being made is written before AWS is asked."""
        inputs = reveal(new.inputs)
        left_over = self._left_over(handler, new)
        self.state.pending.append(new)
        self._journal.note()
        try:
            made = left_over or handler.create(self._calls, inputs)
        finally:
            self.state.pending.remove(new)
        if old is not None:
            self.state.doomed.append(old)
        id, shown = (made.id, made.shown) if isinstance(made, Made) else (made, None)
        self._keep(replace(new, id=id, outputs=new.inputs, incomplete=True))
        handler.settle(self._calls, id, inputs, None)
        return self._complete(handler, replace(new, id=id), wanted, shown)

    def _left_over(self, handler: Handler, new: Resource) -> str | None:
        """What a run that was cut off had made without being able to note its id."""
        cut = self._interrupted.pop(new.urn, None)
        if cut is None:
            return None
        self.state.pending.remove(cut)
        return handler.find(self._calls, reveal(new.inputs))

    def _replace(self, handler: Handler, new: Resource, old: Resource, wanted: Wanted) -> Resource:
        """Make the new one before the old one goes, unless both would have the same name."""
        same_name = bool(handler.named_by) and old.inputs.get(handler.named_by) == new.inputs.get(handler.named_by)
        first = wanted.delete_first if wanted.delete_first is not None else same_name
        if not first:
            return self._create(handler, new, wanted, old)
        cascade = all_dependants(old.urn, list(self.state.resources.values()))
        self._replacing |= {resource.urn for resource in cascade}
        self._delete_all([*cascade, old])
        return self._create(handler, new, wanted)

    def _refreshed(self, handler: Handler, op: Op, new: Resource, old: Resource, wanted: Wanted) -> Resource:
        if op is Op.SAME:
            kept = replace(new, id=old.id, outputs=old.outputs)
            self._keep(kept)
            return kept
        if not handler.recorded:
            handler.settle(self._calls, old.id, reveal(new.inputs), reveal(old.inputs))
        return self._complete(handler, replace(new, id=old.id), wanted)

    def _complete(
        self, handler: Handler, new: Resource, wanted: Wanted, shown: Mapping[str, Any] | None = None
    ) -> Resource:
        """Read back what AWS made of it, unless it has `shown` that already, and keep that."""
        actual = shown or self._actual(handler, new.id, reveal(new.inputs))
        if actual is None:
            raise DependencyFailed(_("AWS does not show it after it was made."))
        outputs = {**reveal(new.inputs), **actual}
        hidden = wanted.secret_outputs | {key for key, value in new.inputs.items() if has_secret(value)}
        done = replace(new, outputs={k: secret(v) if k in hidden else v for k, v in outputs.items()})
        self._keep(done)
        return done

    # --- deleting ---------------------------------------------------------------------------

    def _delete_all(self, batch: list[Resource]) -> None:
        for resource in batch:
            self._check_deletable(resource, batch)
        check_unused(self._calls, batch)
        for resource in deletion_order(batch):
            if not self.dry:
                try:
                    self._delete(resource)
                except Exception as error:
                    raise self._failed(resource, _("deleted"), error) from None
                self._forget(resource)
            self._report(Op.DELETE, resource)

    def _check_deletable(self, resource: Resource, batch: list[Resource]) -> None:
        """Protection holds, and nothing goes while something that stays needs it. AWS refuses; moto does not."""
        if resource.protect and resource.custom:
            raise Refused(
                _("{type} '{name}' is protected.").format(type=resource.type, name=resource.name),
                fix=_("Nothing was deleted. Lift its protection first (deletionProtection), then repeat the command."),
            )
        leaving = {item.urn for item in batch}
        for other in dependants(resource.urn, self.state.resources.values()):
            if other.urn not in leaving and resource is self.state.resources.get(resource.urn):
                raise Refused(
                    _("{type} '{name}' cannot be deleted: {other_type} '{other}' needs it.").format(
                        type=resource.type, name=resource.name, other_type=other.type, other=other.name
                    ),
                    fix=_("Nothing was deleted. Delete {name} first.").format(name=other.name),
                )

    def _delete(self, resource: Resource) -> None:
        if resource.custom and not (resource.external or resource.retain or resource.recorded):
            _handler(resource.type).delete(self._calls, resource.id, reveal(resource.inputs))

    def _forget(self, resource: Resource) -> None:
        self.state.doomed = [item for item in self.state.doomed if item is not resource]
        if self.state.resources.get(resource.urn) is resource:
            del self.state.resources[resource.urn]
        self._journal.note()

    def _clear_interrupted(self) -> None:
        """Delete what an earlier run had begun to make and this one does not want."""
        for cut in [] if self.dry else list(self._interrupted.values()):
            handler = _handler(cut.type)
            if left := handler.find(self._calls, reveal(cut.inputs)):
                handler.delete(self._calls, left, reveal(cut.inputs))
            self.state.pending.remove(cut)
        self._interrupted.clear()

    # --- small things -----------------------------------------------------------------------

    def _keep(self, resource: Resource) -> None:
        # What is as it was stays the same object, so that an unchanged stack is not written.
        if self.state.resources.get(resource.urn) != resource:
            self.state.resources[resource.urn] = resource
            if resource.custom and not self.dry:
                self._journal.note()

    def _actual(self, handler: Handler, id: str, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        return actual(handler, self._calls, id, inputs)

    def _report(self, op: Op, resource: Resource, changed: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        if not resource.custom or resource.external:
            return
        step = Step(op, resource.type, resource.name, resource.urn, resource.recorded, tuple(sorted(changed)))
        self.steps.append(step)
        if self._on_step:
            self._on_step(step)

    def _failed(self, resource: Resource, doing: str, error: Exception) -> HicError:
        """The error of one resource, without secrets and without the original that may carry them."""
        self.secrets |= secret_texts(resource.inputs)
        kind = type(error) if isinstance(error, BadInput | Refused) else DependencyFailed
        text = error.message if isinstance(error, HicError) else explain(error)
        fix = error.fix if isinstance(error, HicError) else ""
        problems = error.problems if isinstance(error, HicError) else ()
        message = _("{type} '{name}' could not be {doing}: {error}")
        return kind(
            redacted(message.format(type=resource.type, name=resource.name, doing=doing, error=text), self.secrets),
            fix=fix or _("What was done so far is noted; mend the cause and repeat the command."),
            problems=problems,
        )


def actual(handler: Handler, calls: Calls, id: str, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """What AWS shows of a resource, or None when it is gone; for a recorded one what the state says."""
    if handler.recorded:
        return dict(inputs)
    try:
        return handler.read(calls, id, inputs)
    except ClientError as error:
        if is_gone(error):
            return None
        raise


def _as_shown(old: Resource, shown: Mapping[str, Any]) -> Resource:
    """A resource with the inputs that AWS shows: an update starts from what is, not from what was wanted once."""
    seen = {key: shown[key] for key in old.inputs if key in shown and not has_secret(old.inputs[key])}
    return replace(old, inputs={**old.inputs, **seen})


def redacted(text: str, hidden: set[str]) -> str:
    """The text without the given secrets."""
    for word in sorted(hidden, key=len, reverse=True):
        text = text.replace(word, "***")
    return text


def _handler(type_token: str) -> Handler:
    handler = REGISTRY.get(type_token)
    if handler is None:
        raise Refused(
            _("The offline engine does not know the resource type '{type}'.").format(type=type_token),
            fix=_("Add a handler for it under provisioning/offline/handlers."),
        )
    return handler
