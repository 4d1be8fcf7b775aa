"""What is particular to networks, directories and servers."""

from __future__ import annotations

import pytest

from provisioning.offline.diff import drifted
from provisioning.offline.handlers.ec2_acl import default_acl
from tests.offline.handler_cases import CASES, TAGS
from tests.offline.handler_world import Inputs, World, handler_of, made_id


def test_the_acl_that_a_network_was_born_with_is_closed_and_stays(world: World) -> None:
    handler = handler_of("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
    inputs: Inputs = {
        "defaultNetworkAclId": default_acl(world.calls, world.vpc),
        "ingress": [],
        "egress": [],
        "tags": TAGS,
    }
    id = handler.create(world.calls, inputs)
    assert drifted(inputs, handler.read(world.calls, id, inputs) or {}) == {"ingress", "egress", "tags"}
    handler.settle(world.calls, id, inputs, None)
    assert drifted(inputs, handler.read(world.calls, id, inputs) or {}) == set()
    handler.delete(world.calls, id, inputs)
    assert handler.read(world.calls, id, inputs)


def test_what_happens_when_the_firewall_does_not_answer(world: World) -> None:
    handler = handler_of("aws:route53/resolverFirewallConfig:ResolverFirewallConfig")
    inputs: Inputs = {"resourceId": world.vpc, "firewallFailOpen": "ENABLED"}
    id = world.make(handler.type, inputs)
    assert drifted(inputs, handler.read(world.calls, id, inputs) or {}) == set()
    closed = {**inputs, "firewallFailOpen": "DISABLED"}
    handler.settle(world.calls, id, closed, inputs)
    assert drifted(closed, handler.read(world.calls, id, closed) or {}) == set()
    handler.delete(world.calls, id, closed)
    assert handler.read(world.calls, id, closed)


def test_what_a_directory_shares_with_radius_is_not_shown(world: World) -> None:
    inputs, _changes = CASES["aws:directoryservice/radiusSettings:RadiusSettings"](world)
    handler = handler_of("aws:directoryservice/radiusSettings:RadiusSettings")
    id = world.make(handler.type, inputs)
    assert "Canary-Radius" not in repr(handler.read(world.calls, id, inputs))


def test_a_disk_is_attached_and_taken_off(world: World) -> None:
    instance, _changes = CASES["aws:ec2/instance:Instance"](world)
    volume, _changes = CASES["aws:ebs/volume:Volume"](world)
    inputs = {
        "deviceName": "/dev/sdf",
        "instanceId": world.make("aws:ec2/instance:Instance", instance),
        "volumeId": world.make("aws:ebs/volume:Volume", volume),
    }
    handler = handler_of("aws:ec2/volumeAttachment:VolumeAttachment")
    assert handler.find(world.calls, inputs) is None
    id = made_id(handler.create(world.calls, inputs))
    assert handler.read(world.calls, id, inputs) == inputs
    assert handler.find(world.calls, inputs) == id
    handler.delete(world.calls, id, inputs)
    assert handler.read(world.calls, id, inputs) is None
    handler.delete(world.calls, id, inputs)


def test_a_server_is_held_stopped(world: World) -> None:
    instance, _changes = CASES["aws:ec2/instance:Instance"](world)
    server = world.make("aws:ec2/instance:Instance", instance)
    handler = handler_of("aws:ec2transitgateway/instanceState:InstanceState")
    inputs = {"instanceId": server, "state": "stopped"}
    id = world.make(handler.type, inputs)
    assert handler.read(world.calls, id, inputs) == inputs
    world.calls.ec2.start_instances(InstanceIds=[server])
    shown = handler.read(world.calls, id, inputs)
    assert shown is not None
    assert drifted(inputs, shown) == {"state"}
    handler.settle(world.calls, id, inputs, inputs)
    handler.delete(world.calls, id, inputs)
    assert handler.read(world.calls, id, inputs) == inputs


def test_the_default_group_is_emptied(world: World) -> None:
    handler = handler_of("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    id = world.make(handler.type, {"vpcId": world.vpc, "tags": TAGS})
    shown = handler.read(world.calls, id, {})
    assert shown is not None
    assert (shown["ingress"], shown["egress"], shown["tags"]) == ([], [], TAGS)


def test_a_new_group_has_no_way_out(world: World) -> None:
    id = world.make("aws:ec2/securityGroup:SecurityGroup", {"name": "n", "vpcId": world.vpc})
    group = world.calls.ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])


def test_an_instance_is_launched_guarded_and_can_still_be_destroyed(world: World) -> None:
    inputs, _changes = CASES["aws:ec2/instance:Instance"](world)
    handler = handler_of("aws:ec2/instance:Instance")
    id = world.make(handler.type, inputs)
    unforced = {**inputs, "forceDestroy": False}
    with pytest.raises(Exception, match="OperationNotPermitted"):
        handler.delete(world.calls, id, unforced)
    handler.delete(world.calls, id, inputs)
    assert handler.read(world.calls, id, inputs) is None
    assert not world.calls.ec2.describe_volumes(Filters=[{"Name": "encrypted", "Values": ["true"]}])["Volumes"]


def test_an_unknown_image_is_refused(world: World) -> None:
    inputs, _changes = CASES["aws:ec2/instance:Instance"](world)
    with pytest.raises(Exception, match="InvalidAMIID"):
        world.make("aws:ec2/instance:Instance", {**inputs, "ami": "ami-00000000000000000"})
