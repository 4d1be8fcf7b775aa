"""The operator's own settings: read whole or not at all, and given to every stack."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.program_settings import ConfiguredEngine, read_program_settings
from provisioning.errors import BadInput
from provisioning.offline.engine import OfflineEngine
from tests.infra.conftest import platform_request


def _written(path: Path, text: str) -> dict[str, str]:
    path.write_text(text, encoding="utf-8")
    return {"HIC_PROGRAM": str(path)}


def test_without_a_file_nothing_is_set() -> None:
    assert read_program_settings({}) == {}


def test_what_is_given_becomes_configuration(tmp_path: Path) -> None:
    environment = _written(tmp_path / "p.yaml", "operatorEmail: operator@example.jp\nyenPerDollar: 145\n")
    assert read_program_settings(environment) == {"operatorEmail": "operator@example.jp", "yenPerDollar": "145"}


def test_what_real_directories_need_can_be_set(tmp_path: Path) -> None:
    text = "oneTimeCodes: false\nradiusServers: 10.0.0.20, 10.0.1.20\nconnectorUser: svc-hic\n"
    assert read_program_settings(_written(tmp_path / "p.yaml", text)) == {
        "oneTimeCodes": "false",
        "radiusServers": "10.0.0.20, 10.0.1.20",
        "connectorUser": "svc-hic",
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("radiusServers: radius.example.jp\n", "p.yaml:1"),
        ("connectorUser: 'a b'\n", "p.yaml:1"),
        ("operatorEmail: nobody\n", "p.yaml:1"),
        ("yenPerDollar: 150\nplatformMonthlyYen: 0\n", "p.yaml:2"),
        ("imageUbuntu: newest\n", "p.yaml:1"),
        ("operatorMail: a@example.jp\n", "operatorMail"),
        ("", "holds no settings"),
        ("a: [", "not valid YAML"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_program_settings(_written(tmp_path / "p.yaml", text))
    assert told in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.yaml"):
        read_program_settings({"HIC_PROGRAM": str(tmp_path / "gone.yaml")})


def test_the_operators_address_reaches_the_topic(aws: Aws, tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 11, 2, tzinfo=UTC))
    engine = ConfiguredEngine(OfflineEngine(aws, tmp_path, clock), {"operatorEmail": "operator@example.jp"})
    outcome = engine.up(platform_request())
    sns = aws.client("sns")
    (told,) = sns.list_subscriptions_by_topic(TopicArn=outcome.outputs["alarmTopicArn"])["Subscriptions"]
    assert (told["Protocol"], told["Endpoint"]) == ("email", "operator@example.jp")
    assert engine.outputs("platform") == outcome.outputs
    assert len(engine.resources("platform")) == len(outcome.steps)
