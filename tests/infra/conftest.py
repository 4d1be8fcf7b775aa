"""A platform and three environments that stand, for tests that only look."""

from __future__ import annotations

import gc
import warnings
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
from provisioning.environments.engine import Op, Outcome, StackRequest
from provisioning.offline.engine import OfflineEngine
from provisioning.offline.state import State, StateStore
from tests.conftest import EXAMPLES

PASSWORD = "Canary-Directory-Passw0rd"
PLATFORM_SECRETS = {"directoryPassword": PASSWORD, "radiusSecret": PASSWORD}
ENVIRONMENT_SECRETS = {"connectorPassword": PASSWORD, "radiusSecret": PASSWORD}
APPROVALS = [read_approval(path) for path in sorted(EXAMPLES.glob("*.yaml"))]


def platform_request(**config: str) -> StackRequest:
    """A platform that may be destroyed, unless `deletionProtection` is given."""
    return StackRequest(PLATFORM_STACK, {"deletionProtection": "false", **config}, secrets=PLATFORM_SECRETS)


def environment_request(approval: Approval, network: int, **config: str) -> StackRequest:
    return StackRequest(
        environment_stack(approval.id),
        {"approval": approval.model_dump_json(), "network": str(network), **config},
        ENVIRONMENT_SECRETS,
    )


def changed_approval(approval: Approval, **changes: Any) -> Approval:
    """The approval with other values in some fields."""
    return Approval.model_validate({**approval.model_dump(mode="json"), **changes})


def changed(outcome: Outcome) -> list[tuple[str, str, tuple[str, ...]]]:
    """(operation, type, inputs) of every step that does something."""
    return sorted((s.op.value, s.type.rpartition(":")[2], s.changed) for s in outcome.steps if s.op is not Op.SAME)


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


@pytest.fixture(scope="session")
def built_before() -> list[Standing]:
    """What `standing` has built in this process, if anything."""
    return []


@pytest.fixture
def standing(
    request: pytest.FixtureRequest, built_before: list[Standing], tmp_path_factory: pytest.TempPathFactory
) -> Standing:
    """A platform and an environment for each example. Built anew only when other tests have emptied AWS."""
    if not (built_before and _still_stands(built_before[-1])):
        built_before.append(_build(request.getfixturevalue("aws"), tmp_path_factory.mktemp("home")))
    return built_before[-1]


def _still_stands(standing: Standing) -> bool:
    filters = [{"Name": "vpc-id", "Values": [standing.platform.outputs["vpcId"]]}]
    return bool(standing.client("ec2").describe_vpcs(Filters=filters)["Vpcs"])


def _build(aws: Aws, home: Path) -> Standing:
    engine = OfflineEngine(aws, home, FixedClock(datetime(2026, 11, 2, 9, 0, tzinfo=JST)))
    platform = engine.up(platform_request())
    built = []
    for number, approval in enumerate(APPROVALS, 1):
        outcome = engine.up(environment_request(approval, number))
        state = StateStore(home).load(environment_stack(approval.id))
        assert state is not None
        built.append(Built(approval, number, outcome, state))
    return Standing(aws, engine, home, platform, tuple(built))


@pytest.fixture
def engine(aws: Aws, tmp_path: Path, clock: Clock) -> OfflineEngine:
    """An engine over an empty AWS."""
    return OfflineEngine(aws, tmp_path, clock)


def judged_by_parliament(document: str) -> list[Any]:
    """What parliament finds in a policy. It leaves its own files open when it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        import parliament

        gc.collect()
    return list(parliament.analyze_policy_string(document).findings)
