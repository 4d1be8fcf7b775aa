"""What an engine is: something that makes a stack of the infra program real.

Two exist: the offline engine (`provisioning/offline`) and Pulumi itself through its Automation
API (`pulumi_engine.py`). Both run the same program of `infra/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Op(StrEnum):
    """What a step does to one resource."""

    CREATE = "create"
    SAME = "same"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True)
class StackRequest:
    """A stack to plan or bring up: its name, and the `hic:` configuration of the program.

    `secrets` are configuration too, but never printed, logged or stored in clear.
    """

    name: str
    config: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Step:
    """One resource's part in a plan or a run.

    `recorded` marks a resource that the stand-in for AWS cannot hold: it is in the state, but
    was not applied. `changed` names the inputs that differ.
    """

    op: Op
    type: str
    name: str
    urn: str
    recorded: bool = False
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a plan or a run came to. Secret outputs are left out of `outputs`."""

    stack: str
    steps: tuple[Step, ...]
    outputs: Mapping[str, Any]
    seconds: float

    def count(self, op: Op) -> int:
        """How many steps of one kind."""
        return sum(step.op is op for step in self.steps)

    @property
    def applied(self) -> int:
        """Resources that stand in AWS (or its stand-in) after the run."""
        return sum(step.op is not Op.DELETE and not step.recorded for step in self.steps)

    @property
    def recorded(self) -> int:
        """Resources that are recorded, not applied."""
        return sum(step.op is not Op.DELETE and step.recorded for step in self.steps)


@dataclass(frozen=True)
class StandingResource:
    """A resource as the state knows it; `drift` names properties that AWS shows otherwise ("gone": all)."""

    type: str
    name: str
    urn: str
    id: str
    recorded: bool
    drift: tuple[str, ...] = ()


OnStep = Callable[[Step], None]


class Engine(Protocol):
    """Plan, apply, look at and destroy stacks. All raise HicError subclasses with a fix."""

    label: str  # shown on screen, so that nobody takes moto for AWS

    def plan(self, request: StackRequest) -> Outcome:
        """What `up` would do; nothing is changed."""
        ...

    def up(self, request: StackRequest, on_step: OnStep | None = None) -> Outcome:
        """Make the stack real. Running it again on a standing stack changes only what differs."""
        ...

    def check_free(self, stack: str) -> None:
        """Raise Conflict while another run changes the stack, so that nothing is begun which that would cut off."""
        ...

    def plan_destroy(self, stack: str) -> Outcome:
        """What `destroy` would delete, in its order; nothing is changed. Refuses what `destroy` refuses."""
        ...

    def destroy(self, stack: str, on_step: OnStep | None = None) -> Outcome:
        """Delete everything of the stack, dependants first. Refuses while another stack refers to it."""
        ...

    def outputs(self, stack: str) -> dict[str, Any] | None:
        """The stack's outputs without secrets, or None when it does not stand."""
        ...

    def resources(self, stack: str, refresh: bool = False) -> list[StandingResource]:
        """What stands; with `refresh`, compared with what AWS shows now."""
        ...
