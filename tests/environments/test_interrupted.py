"""`Environments.up` and `.end`, killed after whatever step, are finished by running them again, with the same result.

A step is a call that changed something in AWS (records among them), or a note of the engine on disk. Which steps are
tried is a sample; with HIC_EVERY_CUT=1 it is each of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from provisioning.audit.chain import find_breaks
from provisioning.environments.belongings import SECRET, TYPES
from provisioning.environments.destruction import OBJECTS
from tests.environments.small_world import World, world
from tests.environments.test_service import approvals
from tests.infra.interruptions import Power, killed, power_over

__all__ = ["approvals", "world"]

EVERY = bool(os.environ.get("HIC_EVERY_CUT"))
SAMPLES = 6


def moments_of(power: Power, act: Callable[[], None]) -> int:
    """How many steps an act has when nobody kills it."""
    power.keep()
    before = power.left
    act()
    return before - power.left


def killed_and_repeated(power: Power, moment: int, act: Callable[[], None]) -> None:
    """Kill the act after so many steps, then run it again."""
    killed(power, moment, act)
    power.keep()
    act()


def sample(moments: int) -> list[int]:
    """Every step, or some over the whole run, the first and the last among them."""
    if EVERY:
        return list(range(1, moments + 1))
    return sorted({1 + round(number * (moments - 1) / (SAMPLES - 1)) for number in range(SAMPLES)})


def test_what_was_killed_is_finished_by_running_it_again(world: World) -> None:
    calm = world.paid(0)
    with power_over(world.aws) as power:
        ups = moments_of(power, lambda: world.up(calm))
        built = world.built(calm)
        world.fill(calm)
        ends = moments_of(power, lambda: world.end(calm))
        ended = world.ended(calm)
        assert {SECRET, OBJECTS, *TYPES.values()} <= {type_token for type_token, *_more in ended[0]}
        assert ended[1] == 3
        assert min(ups, ends) > SAMPLES
        # Longer one of the two runs is sampled for both, so that each environment is killed in both.
        for number, (up, end) in enumerate(zip(*_paired(sample(ups), sample(ends)), strict=True), 1):
            one = world.paid(number)
            killed_and_repeated(power, up, lambda one=one: world.up(one))  # type: ignore[misc]
            assert world.built(one) == built, f"up, killed after step {up} of {ups}"
            world.fill(one)
            killed_and_repeated(power, end, lambda one=one: world.end(one))  # type: ignore[misc]
            assert world.ended(one) == ended, f"end, killed after step {end} of {ends}"
    assert list(find_breaks(world.audit.entries())) == []


def _paired(one: list[int], other: list[int]) -> tuple[list[int], list[int]]:
    """Both at the length of the longer, the shorter from its beginning again."""
    length = max(len(one), len(other))
    return [one[n % len(one)] for n in range(length)], [other[n % len(other)] for n in range(length)]
