"""Small programs for the engine, and what the tests ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest

from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.engine import Op, Outcome, StackRequest
from provisioning.offline.engine import OfflineEngine
from provisioning.offline.state import StateStore

CANARY = "Canary-7Kq-never-shown"


@dataclass
class Bench:
    """An engine whose program can be changed between runs."""

    aws: Aws
    home: Path
    clock: FixedClock
    program: Callable[[], object] = lambda: None
    stack: str = "small"
    secrets: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)

    @property
    def engine(self) -> OfflineEngine:
        return OfflineEngine(self.aws, self.home, self.clock, program=self.program)

    @property
    def request(self) -> StackRequest:
        return StackRequest(self.stack, self.config, self.secrets)

    @property
    def state_file(self) -> Path:
        return StateStore(self.home).path(self.stack)

    def check_free(self) -> None:
        self.engine.check_free(self.stack)

    def up(self, program: Callable[[], object] | None = None) -> Outcome:
        self.program = program or self.program
        return self.engine.up(self.request)

    def plan(self, program: Callable[[], object] | None = None) -> Outcome:
        self.program = program or self.program
        return self.engine.plan(self.request)


@pytest.fixture
def bench(aws: Aws, tmp_path: Path, clock: FixedClock) -> Bench:
    return Bench(aws, tmp_path, clock)


def ops(outcome: Outcome) -> list[tuple[str, str]]:
    """(operation, name) of every step, in order."""
    return [(step.op.value, step.name) for step in outcome.steps]


def all_same(outcome: Outcome) -> bool:
    return bool(outcome.steps) and {step.op for step in outcome.steps} == {Op.SAME}


def network(cidr: str = "10.9.0.0/16", subnet: str = "10.9.1.0/24", note: str = "one") -> Callable[[], None]:
    """A VPC with a subnet and a group."""

    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block=cidr, tags={"Name": "vpc"})
        inner = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block=subnet, tags={"Name": "subnet", "note": note})
        aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description="small", tags={"Name": "group"})
        pulumi.export("subnetId", inner.id)
        pulumi.export("cidr", vpc.cidr_block)

    return program


def vpcs(bench: Bench) -> list[str]:
    """The VPCs that the tests made."""
    found = bench.aws.client("ec2").describe_vpcs()["Vpcs"]
    return [vpc["VpcId"] for vpc in found if not vpc["IsDefault"]]
