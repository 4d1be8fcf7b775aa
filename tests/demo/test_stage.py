"""The demo keeps to itself, and clears the way for the next one only when nothing of the last one runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provisioning.demo.stage import MARK, clear_stage, keep_to_itself
from provisioning.offline import local_aws


def test_what_would_lead_it_elsewhere_is_taken_away() -> None:
    kept = {"PATH": "/bin", "HIC_LANG": "ja", "HIC_POSTGRES_BIN": "/usr/lib/postgresql/15/bin", "LANG": "C.UTF-8"}
    foreign = ("PGHOST", "PGSERVICE", "PGPASSWORD", "HIC_ENGINE", "HIC_AS", "HIC_SPECS", "AWS_PROFILE")
    environment = {**kept, **dict.fromkeys(foreign, "elsewhere")}
    keep_to_itself(environment)
    assert environment == kept


def test_what_a_stopped_demo_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / MARK).touch()
    (tmp_path / "services.json").write_text(json.dumps({"ports": {"aws": 1}}), encoding="utf-8")
    (tmp_path / "old").touch()
    clear_stage(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [MARK]


def test_a_demo_that_runs_and_a_folder_of_others_are_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
        (folder / "kept").touch()
    (ours / MARK).touch()
    card = local_aws.start_aws(tmp_path / "aws.log")
    try:
        (ours / "services.json").write_text(json.dumps({"aws": card}), encoding="utf-8")
        for folder, text in ((ours, "still runs"), (theirs, "something else")):
            with pytest.raises(SystemExit) as ended:
                clear_stage(folder)
            assert ended.value.code == 2
            assert text in capsys.readouterr().err
            assert (folder / "kept").exists()
    finally:
        local_aws.stop_aws(card)
