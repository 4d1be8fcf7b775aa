"""The stand-in for analysis servers among the local services: started on request, closed, and gone after a reset."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from provisioning.errors import DependencyFailed
from provisioning.offline import analysis_server, postgres, processes, services
from provisioning.offline.services import start_services
from provisioning.settings import Settings
from tests.offline.test_postgres import listening


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    if lacking := analysis_server.missing_for_server():
        pytest.skip(f"no stand-in for an analysis server here: {', '.join(lacking)} missing")
    settings = Settings(tmp_path / "a home")
    yield settings
    services.remove_all(settings)


def test_its_life_among_the_services(settings: Settings) -> None:
    assert start_services(settings).server is None
    assert "server" not in services.status(settings)
    first = start_services(settings, server=True)
    card = first.server
    assert card
    assert first.started == ("server",)
    assert start_services(settings, server=True).started == ()
    assert start_services(settings).server == card
    assert services.status(settings)["server"]["running"]

    # On this machine alone, as an ordinary account, by its one key and no password.
    assert listening(card["port"]) == {"0100007F"}
    owner = Path(f"/proc/{card['pid']}").stat().st_uid
    assert pwd.getpwuid(owner).pw_name == card["user"]
    assert owner != 0
    assert stat.S_IMODE(Path(card["base"]).stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(card["key"]).stat().st_mode) == 0o600
    assert b"AWS_" not in Path(f"/proc/{card['pid']}/environ").read_bytes()
    with paramiko.Transport((card["host"], card["port"])) as transport:
        transport.start_client(timeout=10)
        with pytest.raises(paramiko.BadAuthenticationType) as refusal:
            transport.auth_password(card["user"], "any")
        assert refusal.value.allowed_types == ["publickey"]

    assert services.stop_services(settings) == ("aws", "postgres", "server")
    assert processes.command_line(card["pid"]) == []
    again = start_services(settings, server=True)
    assert again.server
    assert again.server["host_key"] != card["host_key"]
    doomed = services.remove_all(settings)
    assert {Path(card["base"]), settings.home / "server"} <= set(doomed)
    assert not Path(card["base"]).exists()


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_server, "PROGRAMS", ("sshd", "no-such-program"))
    with pytest.raises(DependencyFailed, match="no-such-program") as failure:
        analysis_server.start_server(tmp_path / "server")
    assert "openssh-server" in failure.value.fix


@pytest.mark.skipif(os.geteuid() != 0, reason="only root looks for another account")
def test_an_account_without_a_shell_will_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = pwd.getpwnam("nobody")
    shells = {"/usr/sbin/nologin": None, "/bin/sh": "nobody"}
    monkeypatch.setattr(postgres, "ORDINARY_ACCOUNTS", ("no-such-account", "nobody"))
    for shell, name in shells.items():
        changed = pwd.struct_passwd((*entry[:6], shell))

        def look(asked: str, found: pwd.struct_passwd = changed) -> pwd.struct_passwd:
            if asked != "nobody":
                raise KeyError(asked)
            return found

        monkeypatch.setattr(analysis_server.pwd, "getpwnam", look)
        account = analysis_server.server_account()
        assert (account.name if account else None) == name
