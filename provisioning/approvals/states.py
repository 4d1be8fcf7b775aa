"""The life of an approval's environment, as data; its diagram in docs/ is made from it."""

from __future__ import annotations

from enum import StrEnum

from provisioning.errors import Refused
from provisioning.messages import _


class State(StrEnum):
    """Where an approval stands."""

    REGISTERED = "registered"
    PAID = "paid"
    BUILDING = "building"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDING = "ending"
    ENDED = "ended"


class Access(StrEnum):
    """What people may do in an environment. It is part of what the program is told, so that no later run undoes it."""

    OPEN = "open"
    READ_ONLY = "read-only"  # before the end, and while nothing but a publication is awaited (LIFE-3 iv)
    CLOSED = "closed"  # suspended (HIC-18, LIFE-5)


TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.REGISTERED: (State.PAID,),
    State.PAID: (State.BUILDING,),
    State.BUILDING: (State.ACTIVE, State.SUSPENDED, State.ENDING),
    State.ACTIVE: (State.BUILDING, State.SUSPENDED, State.ENDING),
    State.SUSPENDED: (State.BUILDING, State.ENDING),
    State.ENDING: (State.ENDED,),
    State.ENDED: (),
}

COMMANDS: dict[tuple[State, State], str] = {
    (State.REGISTERED, State.PAID): "hic fee pay",
    (State.PAID, State.BUILDING): "hic env up",
    (State.BUILDING, State.ACTIVE): "everything stands",
    (State.ACTIVE, State.BUILDING): "hic env up, change, extend",
    (State.BUILDING, State.SUSPENDED): "hic env suspend, sweep",
    (State.ACTIVE, State.SUSPENDED): "hic env suspend, sweep",
    (State.SUSPENDED, State.BUILDING): "hic env resume",
    (State.SUSPENDED, State.ENDING): "hic env end",
    (State.BUILDING, State.ENDING): "hic env end",
    (State.ACTIVE, State.ENDING): "hic env end",
    (State.ENDING, State.ENDED): "nothing is left",
}


def can_move(current: State, target: State) -> bool:
    """Whether the step is allowed; staying where one is allows repeating interrupted work."""
    return current is target or target in TRANSITIONS[current]


def check_move(approval_id: str, current: State, target: State) -> None:
    """Raise Refused unless the step is allowed."""
    if not can_move(current, target):
        raise Refused(
            _("{approval} is '{current}' and cannot become '{target}'.").format(
                approval=approval_id, current=current, target=target
            ),
            fix=_("See where it stands: hic approval show {approval}").format(approval=approval_id),
        )


def render_state_diagram() -> str:
    """The transitions as a Mermaid diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.REGISTERED}: hic approval register"]
    for current, targets in TRANSITIONS.items():
        lines += [f"    {current} --> {target}: {COMMANDS[current, target]}" for target in targets]
    lines.append(f"    {State.ENDED} --> [*]")
    return "\n".join(lines)
