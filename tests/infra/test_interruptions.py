"""A run that is killed, at whatever moment, is finished by running it again: nothing doubled, nothing left."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from provisioning.approvals.names import environment_stack
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.engine import Op
from provisioning.offline.engine import OfflineEngine
from tests.infra.conftest import APPROVALS, environment_request, platform_request
from tests.infra.interruptions import LOOKING, power_over, until_done
from tests.infra.test_whole_lives import _inventory
from tests.offline.conftest import Bench, network, vpcs

# How many moments a run lives at most. HIC_CUTS=4 takes minutes and cuts at nearly every moment of an environment.
LIVES = int(os.environ.get("HIC_CUTS", "200"))


def lives(seed: int, most: int = LIVES) -> Iterator[int]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    return (chance.randint(1, most) for _ in itertools.count())


@pytest.mark.slow
def test_a_whole_environment_is_finished_after_many_cuts(engine: OfflineEngine, aws: Aws) -> None:
    engine.up(platform_request())
    platform = _inventory(aws)
    calm, cut = (environment_request(approval, n) for n, approval in enumerate(_alike(), 1))
    engine.up(calm)
    one = _inventory(aws)
    with power_over(aws) as power:
        assert until_done(power, lambda: engine.up(cut), lives(1)) >= 3
        assert [(s.op, s.type, s.changed) for s in engine.up(cut).steps if s.op is not Op.SAME] == []
        two = _inventory(aws)
        assert {kind: two[kind] - one[kind] for kind in one} == {kind: one[kind] - platform[kind] for kind in one}
        assert not [r for r in engine.resources(cut.name, refresh=True) if r.drift]
        assert until_done(power, lambda: engine.destroy(cut.name), lives(2)) >= 1
    assert _inventory(aws) == one
    assert engine.resources(cut.name) == []


def _alike() -> list[Any]:
    """Two approvals that get the same."""
    first = APPROVALS[0]
    return [first, first.model_copy(update={"id": "HIC-2026-0999"})]


@pytest.mark.parametrize("moment", range(1, 16))
def test_every_moment_of_a_small_stack(aws: Aws, tmp_path: Any, clock: FixedClock, moment: int) -> None:
    bench = Bench(aws, tmp_path, clock, program=network())
    with power_over(aws) as power:
        up = until_done(power, lambda: bench.engine.up(bench.request), iter([moment, 10**6]))
        assert up == 1, "fewer moments than tested"
        assert bench.engine.up(bench.request).count(Op.SAME) == 3
        assert len(vpcs(bench)) == 1
        made = aws.client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": vpcs(bench)}])["Subnets"]
        assert len(made) == 1
        until_done(power, lambda: bench.engine.destroy("small"), iter([moment % 6 + 1, 10**6]))
    assert vpcs(bench) == []
    assert bench.engine.resources("small") == []


def test_a_plan_only_looks(engine: OfflineEngine, aws: Aws, tmp_path: Any) -> None:
    """The call log of a dry run: descriptions alone, and every file stays byte for byte."""
    engine.up(platform_request())
    standing, new = APPROVALS[0], APPROVALS[1]
    engine.up(environment_request(standing, 1))
    made = engine.resources(environment_stack(standing.id))[0]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    asked: list[str] = []

    def note(model: Any, **_more: Any) -> None:
        asked.append(model.name)

    for client in aws._clients.values():
        client.meta.events.register("before-call.*.*", note, unique_id="call-log")
    try:
        for request in (
            platform_request(auditDays="4000"),
            environment_request(standing, 2),  # another network: everything would be replaced
            environment_request(new, 3),
        ):
            engine.plan(request)
        engine.resources(environment_stack(standing.id), refresh=True)
    finally:
        for client in aws._clients.values():
            client.meta.events.unregister("before-call.*.*", unique_id="call-log")
    assert len(asked) > 100
    assert sorted({name for name in asked if not name.startswith(LOOKING)}) == []
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert engine.resources(environment_stack(standing.id))[0] == made
