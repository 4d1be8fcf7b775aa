"""A real PostgreSQL, made, started, stopped and lost."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from provisioning.errors import BadInput, DependencyFailed
from provisioning.offline import postgres, postgres_binaries, processes
from provisioning.offline.processes import Account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another account")


def connect(card: Mapping[str, Any], **options: Any) -> psycopg.Connection[Any]:
    where = {"host": card["host"], "port": card["port"], "user": card["user"], "dbname": "postgres"}
    return psycopg.connect(**{**where, "passfile": card["passfile"], **options}, autocommit=True)


def ask(card: Mapping[str, Any], query: str) -> Any:
    with connect(card) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def password(card: Mapping[str, Any]) -> str:
    return Path(card["passfile"]).read_text(encoding="ascii").strip().rpartition(":")[2]


def listening(port: int) -> set[str]:
    """The addresses, in the kernel's notation, on which somebody listens on this port."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, number = local.partition(":")
            if state == "0A" and int(number, 16) == port:
                found.add(address)
    return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A running cluster that the tests only look at."""
    folder = tmp_path_factory.mktemp("shared cluster")
    yield folder, postgres.start_cluster(folder)
    postgres.remove_cluster(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for a cluster of the test's own."""
    yield tmp_path / "own"
    postgres.remove_cluster(tmp_path / "own")


def test_a_running_cluster_is_left_as_it_is(shared: tuple[Path, dict[str, Any]]) -> None:
    folder, card = shared
    assert postgres.start_cluster(folder) == card
    status = postgres.cluster_status(folder)
    assert status["running"]
    assert status["pid"] == card["pid"]


def test_it_speaks_unicode_and_knows_its_version(shared: tuple[Path, dict[str, Any]]) -> None:
    _folder, card = shared
    assert ask(card, "SHOW server_encoding") == "UTF8"
    assert str(ask(card, "SHOW server_version")).startswith(card["version"])
    assert ask(card, "SELECT length('持ち出し')") == 4


def test_it_listens_on_the_loopback_address_only(shared: tuple[Path, dict[str, Any]]) -> None:
    _folder, card = shared
    assert listening(card["port"]) == {"0100007F"}
    assert ask(card, "SHOW unix_socket_directories") == ""


def test_the_password_is_random_asked_for_and_nowhere_but_in_its_file(
    shared: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, card = shared
    passfile = Path(card["passfile"])
    assert stat.S_IMODE(passfile.stat().st_mode) == 0o600
    assert passfile.read_text(encoding="ascii").startswith("127.0.0.1:*:*:postgres:")
    word = password(card)
    assert len(word) >= 24
    assert all(word not in " ".join(processes.command_line(int(pid.name))) for pid in Path("/proc").glob("[0-9]*"))
    holders = [
        path for place in postgres.cluster_folders(folder) for path in place.rglob("*") if path.is_file()
        and word.encode() in path.read_bytes()
    ]  # fmt: skip
    assert holders == [passfile]
    with pytest.raises(psycopg.OperationalError):
        connect(card, passfile=str(tmp_path / "none"), password="wrong").close()


def test_a_failing_statement_leaves_no_password_in_the_log(shared: tuple[Path, dict[str, Any]]) -> None:
    _folder, card = shared
    with connect(card) as connection, pytest.raises(psycopg.Error):
        connection.execute("ALTER ROLE nobody_of_this_name PASSWORD 'canary-word'")
    log = Path(card["log"])
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "nobody_of_this_name" in log.read_text(encoding="utf-8")
    assert "canary-word" not in log.read_text(encoding="utf-8")


@as_root
def test_root_runs_it_as_an_ordinary_account_in_a_folder_that_it_can_enter(
    shared: tuple[Path, dict[str, Any]],
) -> None:
    folder, card = shared
    owner = Path(f"/proc/{card['pid']}").stat().st_uid
    assert pwd.getpwuid(owner).pw_name in postgres.ORDINARY_ACCOUNTS
    data = Path(card["data"])
    assert (data.stat().st_uid, stat.S_IMODE(data.stat().st_mode)) == (owner, 0o700)
    # pytest's folders are closed to others.
    assert data.parent.parent == postgres.SPARE_ROOM
    assert set(postgres.cluster_folders(folder)) == {data.parent, folder}


def test_data_and_port_outlive_a_stop(folder: Path) -> None:
    first = postgres.start_cluster(folder)
    with connect(first) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    assert postgres.stop_cluster(folder)
    assert not postgres.stop_cluster(folder)
    status = postgres.cluster_status(folder)
    assert not status["running"]
    assert status["problem"]
    second = postgres.start_cluster(folder)
    assert second["port"] == first["port"]
    assert second["pid"] != first["pid"]
    assert ask(second, "SELECT n FROM kept") == 7


def test_a_killed_server_is_started_again(folder: Path) -> None:
    first = postgres.start_cluster(folder)
    os.kill(first["pid"], signal.SIGKILL)
    assert processes.wait_until(lambda: not processes.command_line(first["pid"]), 10)
    assert not postgres.cluster_status(folder)["running"]
    second = postgres.start_cluster(folder)
    assert ask(second, "SELECT 1") == 1


def test_a_process_id_given_to_a_stranger_is_seen_through(folder: Path) -> None:
    card = postgres.start_cluster(folder)
    pidfile = Path(card["data"]) / "postmaster.pid"
    words = pidfile.read_text(encoding="ascii")
    postgres.stop_cluster(folder)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pidfile.write_text(words.replace(str(card["pid"]), str(stranger.pid), 1), encoding="ascii")
        assert not postgres.cluster_status(folder)["running"]
        assert not postgres.stop_cluster(folder)
        assert ask(postgres.start_cluster(folder), "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_a_taken_port_is_avoided_unless_it_was_asked_for(folder: Path) -> None:
    first = postgres.start_cluster(folder)
    postgres.stop_cluster(folder)
    with socket.create_server(("127.0.0.1", first["port"])):
        with pytest.raises(DependencyFailed, match="Address already in use"):
            postgres.start_cluster(folder, first["port"])
        second = postgres.start_cluster(folder)
    assert second["port"] != first["port"]
    postgres.stop_cluster(folder)
    assert postgres.start_cluster(folder, first["port"])["port"] == first["port"]


def test_data_without_their_password_are_set_aside_not_deleted(folder: Path) -> None:
    first = postgres.start_cluster(folder)
    (folder / "cluster.json").unlink()
    second = postgres.start_cluster(folder)
    assert processes.command_line(first["pid"]) == []
    assert ask(second, "SELECT 1") == 1
    assert [path.name for path in Path(second["place"]).glob("data.lost-*/PG_VERSION")] == ["PG_VERSION"]
    postgres.remove_cluster(folder)
    assert postgres.cluster_folders(folder) == []


def test_the_programs_of_the_wheel_serve_too(folder: Path) -> None:
    programs = max(postgres_binaries.wheel_folders())
    card = postgres.start_cluster(folder, environment={postgres_binaries.VARIABLE: str(programs)})
    assert card["binaries"] == "wheel"
    assert int(ask(card, "SHOW server_version_num")) // 10000 == int(card["version"].split(".")[0])


@as_root
def test_programs_that_the_account_cannot_reach_are_copied(folder: Path, tmp_path: Path) -> None:
    source = max(postgres_binaries.wheel_folders()).parent
    closed = tmp_path / postgres_binaries.WHEEL / source.name  # pytest's folders are closed to others
    shutil.copytree(source, closed)
    libraries = f"{postgres_binaries.WHEEL}.libs"
    shutil.copytree(source.parent.parent / libraries, tmp_path / libraries)
    card = postgres.start_cluster(folder, environment={postgres_binaries.VARIABLE: str(closed / "bin")})
    program = Path(processes.command_line(card["pid"])[0])
    assert program.is_relative_to(card["place"])
    assert ask(card, "SELECT 1") == 1


@as_root
def test_a_folder_of_somebody_else_under_our_name_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SPARE_ROOM", tmp_path)
    squatter = postgres._spare_place(folder)
    squatter.symlink_to("/etc")
    with pytest.raises(DependencyFailed, match="belongs to somebody else"):
        postgres.start_cluster(folder)
    squatter.unlink()


@as_root
def test_an_ordinary_user_runs_it_alone() -> None:
    entry = pwd.getpwnam("nobody")
    nobody = Account("nobody", entry.pw_uid, entry.pw_gid)
    programs = postgres_binaries.find_binaries(os.environ)
    if processes.run([str(programs.folder / "initdb"), "--version"], account=nobody, seconds=20).code:
        pytest.skip("nobody cannot reach PostgreSQL's programs here")
    home = Path(tempfile.mkdtemp(prefix="hic-nobody-"))
    os.chown(home, nobody.uid, nobody.gid)

    def life() -> None:
        os.setgroups([])
        os.setgid(nobody.gid)
        os.setuid(nobody.uid)
        card = postgres.start_cluster(home / "cluster")
        assert card["data"] == str(home / "cluster" / "data")
        assert ask(card, "SELECT 1") == 1
        assert postgres.stop_cluster(home / "cluster")

    child = multiprocessing.get_context("fork").Process(target=life)
    child.start()
    child.join(60)
    shutil.rmtree(home)
    assert child.exitcode == 0


def test_a_wrong_folder_of_programs_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no working initdb"):
        postgres.start_cluster(folder, environment={postgres_binaries.VARIABLE: str(tmp_path)})


def test_what_keeps_it_from_running_is_named(folder: Path) -> None:
    card = postgres.start_cluster(folder)
    postgres.stop_cluster(folder)
    data = Path(card["data"])
    version = (data / "PG_VERSION").read_text(encoding="ascii")
    (data / "PG_VERSION").write_text("9\n", encoding="ascii")
    with pytest.raises(DependencyFailed, match="made by PostgreSQL 9"):
        postgres.start_cluster(folder)
    (data / "PG_VERSION").write_text(version, encoding="ascii")

    (data / "postgresql.conf").write_text("no_such_setting = 1\n", encoding="ascii")
    with pytest.raises(DependencyFailed, match="no_such_setting") as failure:
        postgres.start_cluster(folder)
    assert "hic local reset" in failure.value.fix

    Path(card["passfile"]).unlink()
    with pytest.raises(DependencyFailed, match="passfile is gone"):
        postgres.start_cluster(folder)
