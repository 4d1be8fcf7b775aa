"""`hic local`, as typed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.offline import services
from provisioning.settings import Settings
from tests.cli.conftest import Hic


class Terminal(io.StringIO):
    """A person who has typed the answer already."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def home(hic_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose name would be markup, of which nothing is left running."""
    home = tmp_path / "a [home]"
    monkeypatch.setenv("HIC_HOME", str(home))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    yield home
    services.remove_all(Settings(home))


def write_state(home: Path) -> None:
    (home / "state").mkdir(exist_ok=True)
    (home / "state" / "platform.jsonl").write_text("{}", encoding="utf-8")


def test_status_tells_the_truth(home: Path, hic: Hic) -> None:
    before = hic("local", "status")
    assert before.code == 1
    assert "hic local start" in before.out
    started = hic("local", "start")
    assert started.code == 0
    assert f"PGPASSFILE='{home}/postgres/passfile' psql" in started.out
    shown = hic("local", "status")
    assert shown.code == 0
    for name in ("aws", "postgres"):
        card = Settings(home).service(name)
        assert f"process {card['pid']}, since {card['since']}" in shown.out
        assert card["log"] in shown.out
    found = hic("--json", "local", "status").data
    assert found["running"]
    assert found["services"]["aws"]["endpoint"].startswith("http://127.0.0.1:")
    assert "was running" in hic("local", "start").out
    assert hic("--json", "local", "stop", "--yes").data == {"stopped": ["aws", "postgres"]}
    after = hic("--json", "local", "status")
    assert after.code == 1
    assert not after.data["services"]["postgres"]["running"]


def test_stop_asks_before_stacks_are_lost(home: Path, hic: Hic, monkeypatch: pytest.MonkeyPatch) -> None:
    hic("local", "start")
    write_state(home)
    refused = hic("local", "stop")
    assert refused.code == 1
    assert "loses these stacks: platform" in refused.err
    assert "--yes" in refused.err
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    declined = hic("local", "stop")
    assert declined.code == 1
    assert "Go on?" in declined.err
    assert hic("local", "status").code == 0
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    agreed = hic("local", "stop")
    assert agreed.code == 0
    assert "all that was built in it is gone" in agreed.out
    assert hic("--json", "local", "stop").data == {"stopped": []}
    assert "Nothing was running" in hic("local", "stop").out

    # The states that are left belong to a world that is gone.
    again = hic("local", "start")
    (aside,) = (home / "state").glob("lost-*")
    assert f"platform (their states: {aside})" in again.out
    assert "new and empty" in again.out


def test_reset_lists_what_it_removes_and_wants_a_yes(home: Path, hic: Hic) -> None:
    hic("local", "start")
    refused = hic("local", "reset")
    assert refused.code == 1
    assert str(home / "services.json") in refused.out.splitlines()
    assert "hic local reset --yes" in refused.err
    assert hic("local", "status").code == 0
    removed = hic("--json", "local", "reset", "--yes").data["removed"]
    assert removed == refused.out.splitlines()
    assert not any(Path(path).exists() for path in removed)
    assert hic("--json", "local", "reset", "--yes").data == {"removed": []}
