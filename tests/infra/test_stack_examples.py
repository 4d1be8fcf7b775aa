"""The stack configurations in examples/stacks: every setting that the programs ask for, and no secret."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from infra.settings import environment_settings, platform_settings
from provisioning.approvals.reading import read_approval
from provisioning.aws.secrets import CONNECTOR_PASSWORD, DIRECTORY_PASSWORD, RADIUS_SECRET
from provisioning.environments.program_settings import ProgramSettings
from tests.conftest import EXAMPLES

STACKS = EXAMPLES / "stacks"
PLATFORM = STACKS / "Pulumi.platform.yaml"
ENVIRONMENT = STACKS / "Pulumi.env-hic-2026-002.yaml"
NAMES = {
    "directoryPassword": DIRECTORY_PASSWORD,
    "connectorPassword": CONNECTOR_PASSWORD,
    "radiusSecret": RADIUS_SECRET,
}


def _config(path: Path) -> dict[str, str]:
    config: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))["config"]
    return config


def _read(settings: Callable[[], Any], config: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> tuple[Any, set[str]]:
    """What the programs read of a configuration, and the keys they asked for."""
    asked: set[str] = set()

    def get(key: str) -> str | None:
        asked.add(key.removeprefix("hic:"))
        return config.get(key)

    # A secret is wrapped in an output, which needs an engine; its name is all that is wanted here.
    monkeypatch.setattr("pulumi.config.get_config", get)
    monkeypatch.setattr(pulumi.Config, "require_secret", lambda self, key: get(self.full_key(key)) or "secret")
    return contextvars.copy_context().run(settings), asked


@pytest.mark.parametrize(
    ("path", "settings"), [(PLATFORM, platform_settings), (ENVIRONMENT, environment_settings)], ids=["platform", "env"]
)
def test_each_names_what_its_program_asks_for(
    path: Path, settings: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, text = _config(path), path.read_text(encoding="utf-8")
    _settings, asked = _read(settings, config, monkeypatch)
    secrets = set(re.findall(r"--secret hic:(\w+)", text))
    given = {key.removeprefix("hic:") for key in config if key.startswith("hic:")}
    unasked = {"imageWindows"} if settings is environment_settings else set()  # an Ubuntu approval asks for Ubuntu's
    assert given - unasked == asked - secrets
    assert secrets == asked & set(NAMES)
    for key in secrets:
        assert re.search(rf"--secret-id {NAMES[key]} --query.*\n.*--secret hic:{key}$", text, re.MULTILINE), key


def test_the_platforms_values_are_its_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {**_config(PLATFORM), "hic:operatorEmail": "", "hic:organisationId": ""}
    assert _read(platform_settings, given, monkeypatch)[0] == _read(platform_settings, {}, monkeypatch)[0]


def test_the_environments_values_are_its_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {**_config(ENVIRONMENT), "hic:imageUbuntu": ""}
    least = {key: given[key] for key in ("hic:approval", "hic:network")}
    settings = _read(environment_settings, given, monkeypatch)[0]
    assert settings == _read(environment_settings, least, monkeypatch)[0]
    assert settings.approval == read_approval(EXAMPLES / "exploratory-ubuntu.yaml")


def test_operators_can_set_all_but_what_hic_itself_says() -> None:
    """`hic` writes the configuration of stacks anew at each run: what its file cannot say could not be said at all."""
    known = {key.removeprefix("hic:") for path in (PLATFORM, ENVIRONMENT) for key in _config(path)}
    of_hic = {"approval", "network", "access", "revokedBefore", "monthlyYen", "deletionProtection"}
    assert set(ProgramSettings.model_fields) == known - of_hic - {"aws:region"}
