"""What others have put into a network keeps it from being deleted, before anything of it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from provisioning.environments.engine import Op
from provisioning.errors import Refused
from tests.call_log import call_log
from tests.offline.conftest import Bench, network, vpcs

Put = Callable[[Any, str, str], tuple[str, Callable[[], object]]]


def server(ec2: Any, subnet: str, group: str) -> tuple[str, Callable[[], object]]:
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["hic-analysis-*"]}])["Images"][0]["ImageId"]
    where = {"SubnetId": subnet, "SecurityGroupIds": [group]}
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **where)["Instances"][0]["InstanceId"]
    return made, lambda: ec2.terminate_instances(InstanceIds=[made])


def interface(ec2: Any, subnet: str, group: str) -> tuple[str, Callable[[], object]]:
    made = ec2.create_network_interface(SubnetId=subnet, Groups=[group])["NetworkInterface"]["NetworkInterfaceId"]
    return made, lambda: ec2.delete_network_interface(NetworkInterfaceId=made)


@pytest.mark.parametrize("put", [server, interface])
@pytest.mark.parametrize("another", ["", "10.9.2.0/24"], ids=["whole network", "subnet alone"])
def test_what_stands_in_a_network_keeps_it(bench: Bench, put: Put, another: str) -> None:
    """Destroyed as a whole, or one subnet replaced by another."""
    ec2, subnet = bench.aws.client("ec2"), bench.up(network()).outputs["subnetId"]
    (group,) = [r.id for r in bench.engine.resources("small") if r.name == "group"]
    stranger, take_away = put(ec2, subnet, group)
    state = bench.state_file.read_bytes()

    def act() -> Any:
        return bench.up(network(subnet=another)) if another else bench.engine.destroy("small")

    with call_log(bench.aws) as log, pytest.raises(Refused, match=f"{stranger}.* in the way") as caught:
        act()
    assert "remove them by hand" in caught.value.fix
    assert [name for name in log.writes if name.startswith("Delete")] == []
    assert [r.drift for r in bench.engine.resources("small", refresh=True)][:2] == [(), ()]
    if not another:
        assert log.writes == []
        assert bench.state_file.read_bytes() == state
        with pytest.raises(Refused, match=stranger):
            bench.engine.plan_destroy("small")
    take_away()
    act()
    assert len(vpcs(bench)) == (1 if another else 0)


def test_a_plan_of_the_end_only_looks_and_tells_the_order(bench: Bench) -> None:
    bench.up(network())
    state = bench.state_file.read_bytes()
    with call_log(bench.aws) as log:
        planned = bench.engine.plan_destroy("small")
    assert log.writes == []
    assert set(log.calls) == {"DescribeInstances", "DescribeNetworkInterfaces"}
    assert bench.state_file.read_bytes() == state
    assert planned.count(Op.DELETE) == 3
    assert [s.name for s in bench.engine.destroy("small").steps] == [s.name for s in planned.steps]
    assert planned.steps[-1].name == "vpc"
