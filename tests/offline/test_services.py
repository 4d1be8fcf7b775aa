"""The local services of a home folder: real processes, started, stopped, killed and mistaken."""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.aws.sessions import Aws
from provisioning.errors import DependencyFailed, Refused
from provisioning.offline import local_aws, processes, services
from provisioning.offline.private_files import locked, read_object, write_private
from provisioning.settings import DEFAULT_REGION, Settings
from tests.offline.test_postgres import ask, listening


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, services.Services]]:
    """Services that the tests only look at, started by somebody with credentials for a real AWS."""
    settings = Settings(tmp_path_factory.mktemp("shared home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
        started = services.start_services(settings)
    yield settings, started
    services.remove_all(settings)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A home of the test's own, with a space in its name; nothing of it is left running."""
    settings = Settings(tmp_path / "a home")
    yield settings
    services.remove_all(settings)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write_state(settings: Settings, name: str = "platform") -> Path:
    path = settings.home / "state" / f"{name}.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"kept": true}', encoding="utf-8")
    return path


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not processes.command_line(pid), 10)


def test_what_is_started_is_described_for_every_other_command(running: tuple[Settings, services.Services]) -> None:
    settings, started = running
    assert started.started == ("aws", "postgres")
    assert settings.service("aws") == started.aws
    assert settings.service("postgres") == started.postgres
    assert Aws(DEFAULT_REGION, endpoint=started.aws["endpoint"]).client("s3").list_buckets()["Buckets"] == []
    assert ask(started.postgres, "SELECT 1") == 1
    assert all(card["running"] for card in services.status(settings).values())


def test_only_the_owner_and_only_this_machine_can_reach_it(running: tuple[Settings, services.Services]) -> None:
    settings, started = running
    assert mode(settings.home) == 0o700
    logs = [Path(started.aws["log"]), Path(started.postgres["log"])]
    assert {mode(path) for path in (settings.services_file, *logs)} == {0o600}
    assert listening(started.aws["port"]) == listening(started.postgres["port"]) == {"0100007F"}


def test_the_local_aws_gets_none_of_our_credentials(running: tuple[Settings, services.Services]) -> None:
    _settings, started = running
    environment = Path(f"/proc/{started.aws['pid']}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"canary" not in environment


def test_what_runs_is_left_as_it_is(running: tuple[Settings, services.Services]) -> None:
    settings, first = running
    write_state(settings)
    again = services.start_services(settings)
    assert again.started == again.lost == ()
    assert (again.aws, again.postgres) == (first.aws, first.postgres)
    assert services.stacks(settings) == ("platform",)


def test_ports_outlive_a_stop_but_the_world_does_not(settings: Settings) -> None:
    first = services.start_services(settings)
    assert services.stop_services(settings) == ("aws", "postgres")
    assert services.stop_services(settings) == ()
    assert processes.command_line(first.aws["pid"]) == processes.command_line(first.postgres["pid"]) == []
    assert not any(card["running"] for card in services.status(settings).values())
    with pytest.raises(DependencyFailed, match="not running"):
        settings.service("aws")
    second = services.start_services(settings)
    assert (second.aws["port"], second.postgres["port"]) == (first.aws["port"], first.postgres["port"])
    assert second.aws["world"] != first.aws["world"]


def test_a_taken_port_is_avoided(settings: Settings) -> None:
    first = services.start_services(settings)
    services.stop_services(settings)
    with socket.create_server(("127.0.0.1", first.aws["port"])):
        second = services.start_services(settings)
    assert second.aws["port"] != first.aws["port"]
    assert local_aws.refusal(second.aws) == ""


def test_a_port_that_is_taken_in_the_last_moment_is_avoided_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = iter([other.getsockname()[1], processes.choose_port(None)])
        monkeypatch.setattr(local_aws.processes, "choose_port", lambda _preferred: next(ports))
        settings.home.mkdir()
        card = local_aws.start_aws(settings.home / "aws.log")
    assert local_aws.stop_aws(card)
    log = (settings.home / "aws.log").read_text(encoding="utf-8")
    assert "in use by another program" in log


def test_two_starts_at_once_start_once(settings: Settings) -> None:
    command = [sys.executable, "-c", "from provisioning.cli.main import main; main()", "--json", "local", "start"]
    environment = {**os.environ, "HIC_HOME": str(settings.home)}
    runs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    found = [json.loads(run.communicate(timeout=60)[0]) for run in runs]
    assert sorted(len(each["started"]) for each in found) == [0, 2]
    assert found[0]["aws"]["pid"] == found[1]["aws"]["pid"]


def test_a_lost_world_takes_no_state_with_it(settings: Settings) -> None:
    first = services.start_services(settings)
    write_state(settings)
    kill(first.aws["pid"])
    status = services.status(settings)
    assert not status["aws"]["running"]
    assert status["postgres"]["running"]
    second = services.start_services(settings)
    assert (second.started, second.lost) == (("aws",), ("platform",))
    assert second.postgres["pid"] == first.postgres["pid"]
    assert services.stacks(settings) == ()
    assert second.set_aside
    assert second.set_aside.parent == settings.home / "state"
    assert (second.set_aside / "platform.jsonl").read_text(encoding="utf-8") == '{"kept": true}'

    # Twice within a second: the first is not written over.
    write_state(settings)
    kill(second.aws["pid"])
    third = services.start_services(settings)
    assert third.set_aside
    assert len(list((settings.home / "state").glob("lost-*/platform.jsonl"))) == 2


def test_a_lost_database_is_started_beside_the_living_world(settings: Settings) -> None:
    first = services.start_services(settings)
    client = Aws(DEFAULT_REGION, endpoint=first.aws["endpoint"]).client("s3")
    client.create_bucket(Bucket="still-there", CreateBucketConfiguration={"LocationConstraint": DEFAULT_REGION})
    kill(first.postgres["pid"])
    second = services.start_services(settings)
    assert second.started == ("postgres",)
    assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == ["still-there"]
    assert ask(second.postgres, "SELECT 1") == 1


def test_a_stranger_with_an_old_process_id_is_not_ended(settings: Settings) -> None:
    first = services.start_services(settings)
    noted = read_object(settings.services_file)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        noted["aws"]["pid"] = stranger.pid
        write_private(settings.services_file, json.dumps(noted))
        assert not services.status(settings)["aws"]["running"]
        assert services.stop_services(settings) == ("postgres",)
        assert stranger.poll() is None
        stranger.kill()
    assert local_aws.stop_aws(first.aws)


def test_stopping_is_refused_while_it_would_lose_stacks(settings: Settings) -> None:
    services.check_stop(settings)
    services.start_services(settings)
    services.check_stop(settings)
    write_state(settings, "platform")
    write_state(settings, "approval-1")
    with pytest.raises(Refused, match=r"approval-1, platform\."):
        services.check_stop(settings)
    services.stop_services(settings)
    services.check_stop(settings)  # nothing more to lose


def test_a_local_aws_that_hangs_is_reported_and_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = services.start_services(settings)
    os.kill(first.aws["pid"], signal.SIGSTOP)
    with monkeypatch.context() as patch:
        patch.setattr(local_aws, "refusal", functools.partial(local_aws.refusal, seconds=0.3))
        assert services.status(settings)["aws"]["problem"] == "timed out"
        with pytest.raises(DependencyFailed, match="does not answer"):
            services.start_services(settings)
    os.kill(first.aws["pid"], signal.SIGCONT)
    assert services.start_services(settings).started == ()


def test_a_local_aws_that_cannot_start_shows_its_log(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_aws, "PROGRAM", "provisioning.offline.no_such_program")
    with pytest.raises(DependencyFailed, match="no_such_program"):
        services.start_services(settings)
    assert not settings.services_file.exists()


def test_nothing_is_left_after_a_reset(settings: Settings) -> None:
    first = services.start_services(settings)
    write_state(settings)
    doomed = services.belongings(settings)
    assert {settings.services_file, settings.home / "state", Path(first.postgres["place"])} <= set(doomed)
    assert services.remove_all(settings) == doomed
    assert not any(path.exists() for path in doomed)
    assert processes.command_line(first.aws["pid"]) == processes.command_line(first.postgres["pid"]) == []
    assert [path.name for path in settings.home.iterdir()] == ["services.lock"]
    assert services.remove_all(settings) == ()


def test_a_damaged_description_names_the_way_out(settings: Settings) -> None:
    settings.home.mkdir()
    settings.services_file.write_text('{"aws": ', encoding="utf-8")
    with pytest.raises(DependencyFailed, match="damaged") as failure:
        services.status(settings)
    assert "hic local reset" in failure.value.fix
    settings.services_file.unlink()


def test_whoever_waits_too_long_for_the_lock_is_told(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with locked(lock), pytest.raises(DependencyFailed, match="holds"), locked(lock, seconds=0.2):
        pytest.fail("two hold the lock")
    with locked(lock, seconds=0.2):
        lock.unlink()  # as a reset does
        with locked(lock, seconds=0.2):
            assert lock.exists()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DependencyFailed, match="cannot be used"):
        services.start_services(Settings(tmp_path / "file" / "home"))
