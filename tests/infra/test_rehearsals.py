"""What is checked before anything is made covers every type that the programs register."""

from __future__ import annotations

import re

from provisioning.environments.engine import Op
from provisioning.offline.calls import Calls
from provisioning.offline.handlers import REGISTRY
from provisioning.offline.handlers.base import Made
from provisioning.offline.rehearsal import Rehearsal, rehearsed
from provisioning.offline.state import StateStore
from provisioning.offline.wire import reveal
from tests.infra.conftest import APPROVALS, Standing, changed_approval, environment_request

# Nothing is asked of AWS to make them, so that there is nothing to check before.
UNCHECKED = {"aws:backup/selection:Selection": "moto cannot hold it: recorded, not applied"}
LOOKING = re.compile(r":(Describe|Get|List|Head)")


def test_every_type_is_rehearsed_and_nothing_that_stands_is_called_wrong(standing: Standing) -> None:
    asked: dict[str, set[str]] = {}
    for stack in StateStore(standing.home).stacks():
        state = StateStore(standing.home).load(stack)
        assert state is not None
        for resource in state.resources.values():
            handler = REGISTRY.get(resource.type)
            if handler is None or resource.external:
                continue
            assert rehearsed(handler, Calls(standing.aws), resource, None) == [], resource.urn
            assert rehearsed(handler, Calls(standing.aws), resource, resource) == [], resource.urn
            rehearsal, inputs = Rehearsal(Calls(standing.aws)), reveal(resource.inputs)
            made = handler.create(rehearsal, inputs)
            handler.settle(rehearsal, made.id if isinstance(made, Made) else made, inputs, None)
            asked.setdefault(resource.type, set()).update(call for call in rehearsal.asked if not LOOKING.search(call))
    assert len(asked) > 50
    assert {type_token for type_token, calls in asked.items() if not calls} == set(UNCHECKED)
    assert asked["aws:ec2/instance:Instance"] == {"ec2:RunInstances", "ec2:ModifyInstanceAttribute"}


def test_a_plan_of_all_asks_nothing_to_be_made(standing: Standing) -> None:
    """The rehearsal of 114 resources leaves no trace in AWS."""
    approval = changed_approval(APPROVALS[0], id="HIC-2026-099")
    vpcs = len(standing.client("ec2").describe_vpcs()["Vpcs"])
    plan = standing.engine.plan(environment_request(approval, 99))
    assert plan.count(Op.CREATE) == len(plan.steps) > 100
    assert len(standing.client("ec2").describe_vpcs()["Vpcs"]) == vpcs
