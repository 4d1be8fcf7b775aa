"""What the state file must survive: failures, a kill at any moment, a second run, and curious eyes."""

from __future__ import annotations

import getpass
import json
import logging
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from provisioning.environments.engine import Op
from provisioning.errors import Conflict, DependencyFailed, HicError
from provisioning.offline.handlers.ec2_network import Subnet, Vpc
from provisioning.offline.lock import locked
from provisioning.offline.state import Resource, State, StateStore
from provisioning.offline.wire import secret
from tests.call_log import call_log
from tests.conftest import ROOT
from tests.offline.conftest import CANARY, Bench, all_same, network, ops, vpcs


def directory() -> None:
    """A program with a secret that goes to AWS."""
    password = pulumi.Config("hic").require_secret("password")
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16")
    subnets = [
        aws.ec2.Subnet(f"s{n}", vpc_id=vpc.id, cidr_block=f"10.9.{n}.0/24", availability_zone_id=zone).id
        for n, zone in enumerate(("apne1-az4", "apne1-az1"))
    ]
    settings = aws.directoryservice.DirectoryVpcSettingsArgs(vpc_id=vpc.id, subnet_ids=subnets)
    made = aws.directoryservice.Directory(
        "people", name="example.internal", password=password, type="MicrosoftAD", edition="Standard",
        vpc_settings=settings,
    )  # fmt: skip
    pulumi.export("password", made.password)
    pulumi.export("directory", made.id)


def test_secrets_are_in_no_file_log_or_error(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.secrets = {"password": CANARY}
    with caplog.at_level(logging.INFO):
        made = bench.up(directory)
        assert all_same(bench.up())
        bench.engine.resources("small", refresh=True)
    assert list(made.outputs) == ["directory"]
    assert CANARY not in caplog.text
    for path in bench.home.rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes(), path
    state = StateStore(bench.home).load("small")
    assert state is not None
    assert state.outputs["password"] == secret(CANARY)


def test_an_error_that_quotes_a_secret_is_blackened(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.secrets = {"password": CANARY}

    def refuse(self: Vpc, *_arguments: Any) -> str:
        raise RuntimeError(f"bad word {CANARY}")

    monkeypatch.setattr("provisioning.offline.handlers.directory.Directory.create", refuse)
    with pytest.raises(HicError) as caught:
        bench.up(directory)
    assert "'people' could not be brought up: RuntimeError: bad word ***" in str(caught.value)
    assert caught.value.__cause__ is None
    assert CANARY not in repr(caught.value)
    assert CANARY.encode() not in bench.state_file.read_bytes()


def test_a_changed_secret_is_seen_as_a_change(bench: Bench) -> None:
    bench.secrets = {"password": CANARY}
    bench.up(directory)
    bench.secrets = {"password": CANARY + "2"}
    changed = [(s.name, s.op, s.changed) for s in bench.plan().steps if s.op is not Op.SAME]
    assert changed == [("people", Op.REPLACE, ("password",))]


def test_files_are_the_owners_alone(bench: Bench) -> None:
    bench.secrets = {"password": CANARY}
    bench.up(directory)
    folder = bench.state_file.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {path.name for path in folder.iterdir()}
    assert names == {"small.jsonl", "small.lock", "secrets.key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_another_key_cannot_read_the_secrets(bench: Bench) -> None:
    bench.secrets = {"password": CANARY}
    bench.up(directory)
    (bench.state_file.parent / "secrets.key").unlink()
    with pytest.raises(DependencyFailed, match="another key"):
        bench.engine.outputs("small")


@pytest.mark.parametrize(
    "content", ["", "{", "[]\n", '{"version": 1}\n', '{"version": 2}\n', '{"version": 2, "stack": "small"}\n{}\n']
)
def test_a_damaged_state_is_told_and_not_overwritten(bench: Bench, content: str) -> None:
    bench.up(network())
    bench.state_file.write_text(content)
    with pytest.raises(DependencyFailed, match="damaged"):
        bench.up()
    assert bench.state_file.read_text() == content


def test_a_failure_keeps_what_succeeded_and_the_next_run_goes_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Subnet, "create", _refusing)
        with pytest.raises(DependencyFailed, match=r"aws:ec2/subnet:Subnet 'subnet' could not be brought up"):
            bench.up(network())
    made = {r.name: r.id for r in bench.engine.resources("small")}
    assert "vpc" in made
    assert "subnet" not in made
    assert bench.engine.outputs("small") is None
    second = bench.up()
    assert ("same", "vpc") in ops(second)
    assert ("create", "subnet") in ops(second)
    assert vpcs(bench) == [made["vpc"]]


def test_one_that_was_made_but_not_configured_is_configured_next_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Vpc, "settle", _refusing)
        with pytest.raises(DependencyFailed, match="'vpc'"):
            bench.up(network())
    assert len(vpcs(bench)) == 1
    second = bench.up()
    assert ("update", "vpc") in ops(second)
    assert len(vpcs(bench)) == 1


def test_a_failed_deletion_is_taken_up_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.up(network())
    with monkeypatch.context() as broken:
        broken.setattr(Vpc, "delete", _refusing)
        with pytest.raises(DependencyFailed, match=r"'vpc' could not be deleted"):
            bench.up(network(cidr="10.8.0.0/16", subnet="10.8.1.0/24"))
    assert len(vpcs(bench)) == 2
    assert ops(bench.up())[-1] == ("delete", "vpc")
    assert len(vpcs(bench)) == 1


def test_what_was_being_made_when_the_run_died_is_taken_over(bench: Bench) -> None:
    bench.program = network()
    pending = Resource("urn:pulumi:small::hic::aws:ec2/vpc:Vpc::vpc", "aws:ec2/vpc:Vpc", "vpc", inputs=_VPC)
    StateStore(bench.home).save(State("small", pending=[pending]))
    made = bench.aws.client("ec2").create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=_TAGS)["Vpc"]["VpcId"]
    bench.up()
    assert vpcs(bench) == [made]
    state = StateStore(bench.home).load("small")
    assert state is not None
    assert state.pending == []


def test_what_was_being_made_is_deleted_when_nobody_wants_it_any_more(bench: Bench) -> None:
    pending = Resource("urn:pulumi:small::hic::aws:ec2/vpc:Vpc::vpc", "aws:ec2/vpc:Vpc", "vpc", inputs=_VPC)
    for end in (lambda: bench.up(lambda: None), lambda: bench.engine.destroy("small")):
        bench.aws.client("ec2").create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=_TAGS)
        StateStore(bench.home).save(State("small", pending=[pending]))
        end()
        assert vpcs(bench) == []


@pytest.mark.parametrize("moment", ["told(1)", "told(3)", "made(Vpc)", "made(Subnet)", "made(SecurityGroup)"])
def test_a_killed_run_leaves_a_state_that_the_next_one_finishes(bench: Bench, moment: str) -> None:
    """A real process, killed without warning: after a step was told, or between making and noting."""
    script = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from provisioning.aws.sessions import Aws
        from provisioning.clock import SystemClock
        from provisioning.environments.engine import StackRequest
        from provisioning.offline.engine import OfflineEngine
        from provisioning.offline.handlers.ec2_network import Subnet, Vpc
        from provisioning.offline.handlers.ec2_security import SecurityGroup
        from tests.offline.conftest import network
        seen, last = [], 0
        def die(*_made):
            os.kill(os.getpid(), signal.SIGKILL)
        def told(number):
            global last
            last = number
        def made(handler):
            create = handler.create
            handler.create = lambda self, *arguments: die(create(self, *arguments))
        def on_step(step):
            seen.append(step)
            if len(seen) == last:
                die()
        {moment}
        aws = Aws("ap-northeast-1", endpoint={bench.aws.endpoint!r})
        engine = OfflineEngine(aws, Path({str(bench.home)!r}), SystemClock(), program=network())
        engine.up(StackRequest("small", {{}}), on_step)
    """)
    died = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    bench.up(network())
    assert len(bench.engine.resources("small")) == 3
    (vpc,) = vpcs(bench)
    own: Any = [{"Name": "vpc-id", "Values": [vpc]}]
    assert len(bench.aws.client("ec2").describe_subnets(Filters=own)["Subnets"]) == 1
    assert len(bench.aws.client("ec2").describe_security_groups(Filters=own)["SecurityGroups"]) == 2
    bench.engine.destroy("small")
    assert vpcs(bench) == []


def test_a_living_owner_keeps_others_out(bench: Bench) -> None:
    script = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from datetime import datetime
        from provisioning.clock import FixedClock
        from provisioning.offline.lock import locked
        since = FixedClock(datetime.fromisoformat({(bench.clock.now() - timedelta(seconds=90)).isoformat()!r}))
        with locked(Path({str(StateStore(bench.home).lock_path("small"))!r}), since):
            print("held", flush=True)
            time.sleep(30)
    """)
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as owner:
        try:
            assert owner.stdout is not None
            assert owner.stdout.readline() == b"held\n"
            acts = (lambda: bench.up(network()), lambda: bench.engine.destroy("small"), bench.check_free)
            with call_log(bench.aws) as log:
                for act in acts:
                    with pytest.raises(Conflict) as caught:
                        act()
                    who = f"{getpass.getuser()}@{socket.gethostname()}, process {owner.pid}, for 90 s"
                    assert caught.value.message == f"The stack 'small' is being changed by {who}."
                    assert caught.value.fix == "Wait until that run has ended, then repeat the command."
                assert log.calls == []
            assert not bench.state_file.exists()
            assert bench.plan(network()).count(Op.CREATE) == 3  # looking is allowed
        finally:
            owner.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and owner.poll() is None:
        time.sleep(0.01)
    assert bench.up(network()).count(Op.CREATE) == 3  # the dead owner's file is no lock


def test_a_lock_is_let_go_after_an_error(bench: Bench) -> None:
    path = StateStore(bench.home).lock_path("small")

    def failing() -> None:
        with locked(path, bench.clock):
            assert json.loads(path.read_text())["pid"] == os.getpid()
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        failing()
    with locked(path, bench.clock):
        pass
    assert path.read_text() == ""


def test_nothing_goes_while_something_that_stays_needs_it(bench: Bench) -> None:
    """moto would let a VPC go with a subnet inside; the engine does not."""
    bench.up(network())
    store = StateStore(bench.home)
    state = store.load("small")
    assert state is not None
    other = Resource("urn:other", "aws:ec2/subnet:Subnet", "other", id="subnet-0", dependencies=(_urn(state, "vpc"),))
    from provisioning.offline.calls import Calls
    from provisioning.offline.deployment import Deployment

    deployment = Deployment(state, store, Calls(bench.aws), dry=False, on_step=None)
    state.resources[other.urn] = other
    deployment._seen = {"urn:other"}  # the program registered only this one
    with pytest.raises(HicError, match=r"'vpc' cannot be deleted.*'other' needs it"):
        deployment.finish()
    assert len(vpcs(bench)) == 1


def _urn(state: State, name: str) -> str:
    return next(r.urn for r in state.resources.values() if r.name == name)


def _refusing(*_arguments: Any) -> str:
    raise NotImplementedError("not today")


_VPC = {"cidrBlock": "10.9.0.0/16", "tags": {"Name": "vpc"}}
_TAGS: Any = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "vpc"}]}]
