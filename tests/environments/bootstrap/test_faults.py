"""What goes wrong between an operator and a server: keys, wires, disks, clocks, rights, time, and each other."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paramiko
import pytest

from provisioning.environments.bootstrap.client import Connection, DeadlinePassed, Route, connect
from provisioning.environments.bootstrap.explain import StepFailed
from provisioning.environments.bootstrap.model import Done, Plan, Step
from provisioning.environments.bootstrap.passwords import kept_passwords
from provisioning.environments.bootstrap.plan import make_plan
from provisioning.environments.bootstrap.reach import make_key, reach_stand_in, read_private_key
from provisioning.environments.bootstrap.roles import role_names, scram_verifier
from provisioning.environments.bootstrap.runner import Server
from provisioning.environments.bootstrap.service import BOOTSTRAP
from provisioning.errors import BadInput, DependencyFailed, Refused
from tests.environments.bootstrap.conftest import OUTPUTS, Wire, World


@contextmanager
def connected(card: dict[str, Any], port: int = 0) -> Iterator[Connection]:
    """A connection to the stand-in, as the service makes it."""
    route = Route(card["host"], port or card["port"], card["user"])
    with connect(route, read_private_key(Path(card["key"])), [card["host_key"]]) as connection:
        yield connection


@contextmanager
def server(world: World, *, sudo: bool = False) -> Iterator[Server]:
    with connected(world.card) as connection:
        yield Server(connection, "ubuntu", world.card["base"], sudo=sudo)


def planned(world: World, **values: Any) -> Plan:
    """The plan of this world's server, with some values changed."""
    with server(world) as reached:
        facts = reached.facts(time.time())
    site = reach_stand_in(world.aws, world.card, world.approval, OUTPUTS, [], None).site
    secrets = kept_passwords(world.aws, world.approval.id, role_names(world.approval))
    made = make_plan(world.approval, site, facts, secrets)
    return Plan({**made.values, **values}, made.secrets, stand_in=True)


def test_another_host_key_is_refused_before_anything_is_sent(fresh: World) -> None:
    other = make_key()
    lines = [f"{other.get_name()} {other.get_base64()}", f"ssh-rsa {paramiko.RSAKey.generate(2048).get_base64()}"]
    for line in lines:
        with pytest.raises(Refused, match="another host key") as refusal:
            fresh.bootstrap(host_key=line)
        assert "nothing was sent" in refusal.value.fix
    assert fresh.seen == []
    assert fresh.records.get(fresh.key, BOOTSTRAP) is None
    assert not fresh.base.exists()


def test_another_key_of_ours_is_not_let_in(card: dict[str, Any]) -> None:
    route = Route(card["host"], card["port"], card["user"])
    with pytest.raises(Refused, match="does not accept the key"), connect(route, make_key(), [card["host_key"]]):
        pytest.fail("let in")


def test_nobody_answers(fresh: World) -> None:
    with pytest.raises(DependencyFailed, match="does not answer"):
        fresh.bootstrap(port=1)
    route = Route("10.0.0.1", 22, "ubuntu", "/nonexistent/aws ssm start-session")
    with pytest.raises(DependencyFailed, match="cannot be run"), connect(route, make_key(), []):
        pytest.fail("connected")


def test_a_command_leads_to_the_server(card: dict[str, Any]) -> None:
    relay = "import socket,sys,threading,os\ns=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n" + (
        "def up():\n while (b:=os.read(0,65536)): s.sendall(b)\nthreading.Thread(target=up,daemon=True).start()\n"
        "while (b:=s.recv(65536)): os.write(1,b)"
    )
    proxy = subprocess.list2cmdline(["python3", "-c", relay.replace('"', "'"), str(card["port"])])
    route = Route("10.1.16.10", 22, card["user"], proxy)
    with connect(route, read_private_key(Path(card["key"])), [card["host_key"]]) as connection:
        assert connection.run("echo through", "", 10).out == "through\n"


def test_what_a_failing_command_says_is_told(card: dict[str, Any]) -> None:
    route = Route("10.1.16.10", 22, card["user"], "sh -c 'echo TargetNotConnected: i-0123 >&2; exit 255'")
    with pytest.raises(DependencyFailed) as failure, connect(route, make_key(), [card["host_key"]]):
        pytest.fail("connected")
    assert "TargetNotConnected: i-0123" in failure.value.fix


def test_a_wire_that_is_cut_in_the_middle(fresh: World, wire: Wire) -> None:
    def cut_at_roles(step: Step, done: Done | None) -> None:
        if step.name == "roles" and done is None:
            threading.Timer(0.02, wire.cut).start()

    service = fresh.servers(port=wire.port, host_key=fresh.card["host_key"])
    with pytest.raises(DependencyFailed, match=r"connection to 127\.0\.0\.1 was lost") as failure:
        service.bootstrap(fresh.operator, fresh.approval.id, cut_at_roles)
    assert "What was done stands" in failure.value.fix
    record = fresh.record(BOOTSTRAP)
    assert (record["state"], record["failed"]) == ("failed", {"step": "roles", "code": "connection-lost"})
    assert set(record["steps"]) == {"packages", "volume", "cluster", "server"}
    changed = fresh.bootstrap()
    # The step that was cut may have come to its end on the server.
    assert set(changed) - {"roles"} == {"manual", "analysis", "hic", "desktop"}
    assert fresh.record(BOOTSTRAP)["state"] == "done"


def test_two_runs_at_once_are_kept_apart(world: World) -> None:
    with server(world) as first, first.held():
        with pytest.raises(Refused, match="Another run is at work"):
            world.bootstrap()
        assert world.record(BOOTSTRAP)["state"] == "done"
    assert world.bootstrap() == []


def test_a_step_past_its_deadline_is_ended_on_the_server(world: World) -> None:
    plan = planned(world)
    with server(world) as reached:
        with pytest.raises(StepFailed, match="did not end within 0 seconds") as failure:
            reached.do(Step("packages", 0.001), plan)
        assert (failure.value.step, failure.value.code) == ("packages", "late")
        assert reached.do(Step("packages", 60), plan).changed is False


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(card: dict[str, Any]) -> None:
    with connected(card) as connection:
        began = time.monotonic()
        with pytest.raises(DeadlinePassed):
            connection.run("sleep 60", "", 0.3)
        assert time.monotonic() - began < 20


def test_what_the_image_lacks_is_named(world: World) -> None:
    plan = planned(world, HIC_COMMANDS=("openssl", "no-such-program"), HIC_BINARIES="/nowhere")
    with server(world) as reached, pytest.raises(StepFailed, match="no-such-program /nowhere/initdb") as failure:
        reached.do(Step("packages", 60), plan)
    assert "golden image" in failure.value.fix


def test_a_step_that_is_none_of_ours(world: World) -> None:
    with server(world) as reached, pytest.raises(StepFailed, match="rm"):
        reached.do(Step("rm", 10), planned(world))


def test_a_clock_that_is_off(world: World) -> None:
    with server(world) as reached:
        for off in (-600, 600):
            with pytest.raises(Refused, match=r"clock of the server is [+-]\d+ seconds off"):
                reached.facts(time.time() + off)
        assert reached.facts(time.time()).cpus >= 1


def test_no_right_to_become_root(world: World) -> None:
    with server(world, sudo=True) as reached:
        with pytest.raises(Refused, match="may not become root"), reached.held():
            pytest.fail("held")
        with pytest.raises(Refused, match="may not become root"):
            reached.facts(time.time())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_leaves_nothing_half_made(fresh: World) -> None:
    data = fresh.base / "data"
    data.mkdir(parents=True)
    owner = Path(fresh.card["base"]).stat()
    options = f"size=16m,mode=755,uid={owner.st_uid},gid={owner.st_gid}"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", data], capture_output=True, check=False)
    for folder in (fresh.base, data):
        os.chown(folder, owner.st_uid, owner.st_gid)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        # Too small at a look; then as if the look had been made before somebody else filled it.
        with pytest.raises(StepFailed, match="the disk is full") as failure:
            fresh.bootstrap()
        assert failure.value.step == "volume"
        with server(fresh) as reached, pytest.raises(StepFailed, match="the disk is full") as failure:
            reached.do(Step("cluster", 60), planned(fresh))
        assert (failure.value.step, failure.value.code) == ("cluster", "disk-full")
        assert list(data.iterdir()) == []
    finally:
        subprocess.run(["umount", data], check=True)
        os.chown(data, owner.st_uid, owner.st_gid)
    assert "cluster" in fresh.bootstrap()


@pytest.mark.parametrize(
    "text", ["", "no key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"]
)
def test_what_is_no_private_key_is_told_without_showing_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text, encoding="ascii")
    with pytest.raises(BadInput, match="is no private key"):
        read_private_key(file)
    with pytest.raises(BadInput, match="is no private key"):
        read_private_key(tmp_path / "absent")


class Watch:
    """Looks at the arguments of every process that starts, all the time."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._before = {folder.name for folder in Path("/proc").glob("[0-9]*")}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            for name in os.listdir("/proc"):  # noqa: PTH208 - called all the time
                if not name.isdigit() or name in self._before:
                    continue
                try:
                    self.seen.add(Path(f"/proc/{name}/cmdline").read_text(errors="replace").replace("\0", " "))
                except OSError:
                    continue
            time.sleep(0.001)


def test_no_password_is_seen_anywhere(fresh: World, tmp_path: Path) -> None:
    roles = role_names(fresh.approval)
    with Watch() as watch:
        fresh.bootstrap()
        found = fresh.servers().check(fresh.operator, fresh.approval.id)
    assert not found.failed
    secrets = kept_passwords(fresh.aws, fresh.approval.id, roles)
    words = [secrets.of(role) for role in roles]
    verifiers = [scram_verifier(role, secrets.of(role)) for role in roles]
    assert any("flock" in line for line in watch.seen)
    assert any("psql" in line for line in watch.seen)
    assert not [word for word in (*words, *verifiers) if any(word in line for line in watch.seen)]

    base = Path(fresh.card["base"])
    files = [path for path in [*base.rglob("*"), Path(fresh.card["log"])] if path.is_file() and not path.is_symlink()]
    assert any(path.suffix == ".log" for path in files)
    for path in files:
        held = path.read_bytes()
        assert not [word for word in words if word.encode() in held], path
        if "log" in path.parts or path.suffix == ".log":
            assert b"SCRAM-SHA-256$" not in held, path
    records = [record.data for record in fresh.records.list(fresh.key)]
    told = repr([records, [entry.details for entry in fresh.audit.entries()], found, secrets])
    assert not [word for word in words if word in told]


def test_hic_that_does_not_run_is_told_every_time(world: World) -> None:
    made = planned(world, HIC_PYTHON="/bin/false", HIC_ENVIRONMENT="HIC_LANG=en\n")
    for _time in range(2):
        with server(world) as reached, pytest.raises(StepFailed) as failure:
            reached.do(Step("hic", 60), made)
        assert failure.value.code == "hic-broken"
