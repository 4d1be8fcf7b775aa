"""What is particular to buckets."""

from __future__ import annotations

import pytest

from provisioning.errors import Refused
from provisioning.offline.handlers.base import Handler
from tests.offline.handler_cases import bucket_of_a_test
from tests.offline.handler_world import Inputs, World, handler_of


def test_a_bucket_that_is_there_already_is_refused(world: World) -> None:
    name = bucket_of_a_test(world)
    with pytest.raises(Refused, match=name):
        world.make("aws:s3/bucket:Bucket", {"bucket": name})


@pytest.fixture
def filled(world: World) -> tuple[Handler, World, Inputs]:
    """A versioned bucket with an object, an older version of it, and a deleted one."""
    inputs: Inputs = {"bucket": "filled-in-a-test", "objectLockEnabled": False}
    world.make("aws:s3/bucket:Bucket", inputs)
    s3 = world.calls.s3
    s3.put_bucket_versioning(Bucket=inputs["bucket"], VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket=inputs["bucket"], Key="kept", Body=body)
    s3.put_object(Bucket=inputs["bucket"], Key="gone", Body=b"3")
    s3.delete_object(Bucket=inputs["bucket"], Key="gone")
    return handler_of("aws:s3/bucket:Bucket"), world, inputs


def test_a_full_bucket_stays_unless_it_is_to_go_with_its_objects(filled: tuple[Handler, World, Inputs]) -> None:
    handler, world, inputs = filled
    with pytest.raises(Exception, match="BucketNotEmpty"):
        handler.delete(world.calls, inputs["bucket"], inputs)
    handler.delete(world.calls, inputs["bucket"], {**inputs, "forceDestroy": True})
    assert handler.find(world.calls, inputs) is None


@pytest.mark.parametrize(("mode", "goes"), [("COMPLIANCE", False), ("GOVERNANCE", True)])
def test_firmly_locked_objects_keep_theirbucket_of_a_test(world: World, mode: str, goes: bool) -> None:
    handler = handler_of("aws:s3/bucket:Bucket")
    inputs = {"bucket": bucket_of_a_test(world, lock=True), "objectLockEnabled": True, "forceDestroy": True}
    rule = {"defaultRetention": {"mode": mode, "days": 1}}
    world.make(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {"bucket": inputs["bucket"], "rule": rule}
    )
    world.calls.s3.put_object(Bucket=inputs["bucket"], Key="audit/1", Body=b"x", ContentMD5="nd3C0ieBYb8PyDb24LQE7g==")
    if goes:
        handler.delete(world.calls, str(inputs["bucket"]), inputs)
    else:
        with pytest.raises(Exception, match=r"cannot be deleted|AccessDenied"):
            handler.delete(world.calls, str(inputs["bucket"]), inputs)
    assert (handler.find(world.calls, inputs) is None) == goes
