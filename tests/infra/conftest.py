"""A platform and three environments that stand, for tests that only look."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from provisioning.approvals.model import Approval
from provisioning.approvals.names import PLATFORM_STACK, environment_stack
from provisioning.approvals.reading import read_approval
from provisioning.aws.sessions import Aws
from provisioning.clock import JST, Clock, FixedClock
from provisioning.environments.engine import Outcome, StackRequest
from provisioning.offline.engine import OfflineEngine
from provisioning.offline.state import State, StateStore
from provisioning.settings import DEFAULT_REGION
from tests.conftest import EXAMPLES

PASSWORD = "Canary-Directory-Passw0rd"
APPROVALS = [read_approval(path) for path in sorted(EXAMPLES.glob("*.yaml"))]


def platform_request(**config: str) -> StackRequest:
    """A platform that may be destroyed, unless `deletionProtection` is given."""
    return StackRequest(
        PLATFORM_STACK, {"deletionProtection": "false", **config}, secrets={"directoryPassword": PASSWORD}
    )


def environment_request(approval: Approval, network: int, **config: str) -> StackRequest:
    return StackRequest(
        environment_stack(approval.id),
        {"approval": approval.model_dump_json(), "network": str(network), **config},
        {"directoryPassword": PASSWORD},
    )


@dataclass(frozen=True)
class Built:
    """One environment as it stands."""

    approval: Approval
    network: int
    outcome: Outcome
    state: State

    @property
    def outputs(self) -> Any:
        return self.outcome.outputs

    def ids(self, type_token: str) -> list[str]:
        return [r.id for r in self.state.resources.values() if r.type == type_token]


@dataclass(frozen=True)
class Standing:
    """Everything that stands."""

    aws: Aws
    engine: OfflineEngine
    home: Path
    platform: Outcome
    environments: tuple[Built, ...]

    def client(self, service: str) -> Any:
        return self.aws.client(service)

    def request(self, built: Built) -> StackRequest:
        return environment_request(built.approval, built.network)


@pytest.fixture(scope="module")
def standing(aws_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    request = urllib.request.Request(f"{aws_endpoint}/moto-api/reset", method="POST")
    urllib.request.urlopen(request).close()
    aws, home = Aws(DEFAULT_REGION, endpoint=aws_endpoint), tmp_path_factory.mktemp("home")
    engine = OfflineEngine(aws, home, fixed_clock())
    platform = engine.up(platform_request())
    built = []
    for number, approval in enumerate(APPROVALS, 1):
        outcome = engine.up(environment_request(approval, number))
        state = StateStore(home).load(environment_stack(approval.id))
        assert state is not None
        built.append(Built(approval, number, outcome, state))
    yield Standing(aws, engine, home, platform, tuple(built))


@pytest.fixture
def engine(aws: Aws, tmp_path: Path, clock: Clock) -> OfflineEngine:
    """An engine over an empty AWS."""
    return OfflineEngine(aws, tmp_path, clock)


def fixed_clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 2, 9, 0, tzinfo=JST))
