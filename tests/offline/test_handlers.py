"""Each handler on its own: make, read back, change, find again, delete, delete once more."""

from __future__ import annotations

import pytest

from provisioning.offline.deployment import actual
from provisioning.offline.diff import covers, drifted
from provisioning.offline.handlers import REGISTRY
from tests.offline.handler_cases import CASES, ELSEWHERE, PUT_AGAIN, STAYS
from tests.offline.handler_world import World, handler_of


def test_every_handler_has_a_case() -> None:
    assert {handler.type for handler in REGISTRY} == set(CASES) | ELSEWHERE


@pytest.mark.parametrize("type_token", sorted(CASES))
def test_a_whole_life(world: World, type_token: str) -> None:
    handler, (inputs, changes) = handler_of(type_token), CASES[type_token](world)
    assert type_token in PUT_AGAIN or handler.find(world.calls, inputs) is None
    id = world.make(type_token, inputs)
    shown = handler.read(world.calls, id, inputs)
    assert shown is not None
    assert drifted(inputs, shown) == set()
    if type_token not in PUT_AGAIN:
        assert handler.find(world.calls, inputs) == id

    changed = {**inputs, **changes}
    handler.settle(world.calls, id, changed, inputs)
    shown = handler.read(world.calls, id, changed)
    assert shown is not None
    assert drifted(changed, shown) == set()
    for key in changes:
        assert key in shown, f"{key} is not read back"
        assert covers(changes[key], shown[key])

    handler.delete(world.calls, id, changed)
    if type_token not in STAYS:
        assert actual(handler, world.calls, id, changed) is None
        handler.delete(world.calls, id, changed)
