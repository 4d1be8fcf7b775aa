"""Running `hic` in this process against a running stand-in for AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provisioning.aws.sessions import Aws
from provisioning.cli.main import run
from provisioning.messages import set_language
from tests.judging import Judged, judge


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """Its standard output as the one JSON object it must be."""
        parsed: dict[str, Any] = json.loads(self.out)
        return parsed


Hic = Callable[..., Ran]


@pytest.fixture
def hic_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HIC_HOME in which no service runs yet."""
    home = tmp_path / "home"
    home.mkdir()
    credentials = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL")
    for name in ("HIC_ENGINE", "HIC_AS", "HIC_LANG", "PGHOST", "PGSERVICE", *credentials):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HIC_HOME", str(home))
    monkeypatch.setenv("LANG", "C.UTF-8")
    return home


@pytest.fixture
def hic(hic_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Hic:
    """Run a command line: `hic("fee", "quote", "A-1")`."""

    monkeypatch.setattr("provisioning.cli.session.Aws", Judged)

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        words = [str(argument) for argument in arguments]
        judge(words)
        try:
            code = run(words)
        finally:
            set_language("en")
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def local_aws(aws: Aws, hic_home: Path) -> Aws:
    """The stand-in for AWS, made known to `hic` as `hic local start` would."""
    services = {"aws": {"endpoint": aws.endpoint}}
    (hic_home / "services.json").write_text(json.dumps(services), encoding="utf-8")
    return aws
