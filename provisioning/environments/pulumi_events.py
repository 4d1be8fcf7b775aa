"""What Pulumi's engine tells while it runs: steps, drift and errors, in the terms of `engine.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pulumi import automation

from provisioning.environments.engine import OnStep, Op, Step

_OPS = {
    automation.OpType.CREATE: Op.CREATE,
    automation.OpType.SAME: Op.SAME,
    automation.OpType.UPDATE: Op.UPDATE,
    automation.OpType.REPLACE: Op.REPLACE,  # told once beside its making and its deletion
    automation.OpType.DELETE: Op.DELETE,
}
_COLOUR = re.compile(r"<\{%[^%]*%\}>")


class Seen:
    """Collects the events of one run."""

    def __init__(self, on_step: OnStep | None = None) -> None:
        self.steps: list[Step] = []
        self.drift: dict[str, tuple[str, ...]] = {}
        self.errors: list[str] = []
        self._on_step = on_step

    def __call__(self, event: automation.EngineEvent) -> None:
        """One event."""
        if event.resource_pre_event is not None:
            self._begun(event.resource_pre_event.metadata)
        if event.res_outputs_event is not None:
            shown = event.res_outputs_event.metadata
            self.drift[shown.urn] = _drifted(shown)
        if event.diagnostic_event is not None and event.diagnostic_event.severity == "error":
            self.errors.append(_COLOUR.sub("", event.diagnostic_event.message).strip())

    def _begun(self, told: automation.StepEventMetadata) -> None:
        if told.op not in _OPS or told.type.startswith("pulumi:") or not told.provider:
            return
        step = Step(_OPS[told.op], told.type, logical_name(told.urn), told.urn, changed=_changed(told))
        self.steps.append(step)
        if self._on_step:
            self._on_step(step)


def logical_name(urn: str) -> str:
    """The resource's name in the program."""
    return urn.rpartition("::")[2]


def _changed(told: automation.StepEventMetadata) -> tuple[str, ...]:
    return tuple(sorted({*(told.diffs or ()), *(told.detailed_diff or ())}))


def _drifted(told: automation.StepEventMetadata) -> tuple[str, ...]:
    """What a refresh found: "gone", the properties that differ, or nothing."""
    if told.op is automation.OpType.DELETE:
        return ("gone",)
    if told.op is not automation.OpType.UPDATE:
        return ()
    return _changed(told) or _different(_outputs(told.old), _outputs(told.new)) or ("?",)


def _outputs(state: automation.StepEventStateMetadata | None) -> Mapping[str, Any]:
    return (state.outputs if state else None) or {}


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(key for key in {*old, *new} if old.get(key) != new.get(key)))
