"""The hash of what checks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from provisioning.disclosure import edition


def test_the_hash_changes_with_any_check_and_not_with_the_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "disclosure"
    shutil.copytree(Path(edition.__file__).parent, root)
    monkeypatch.setattr(edition, "__file__", str(root / "edition.py"))
    before = edition.checks_sha256.__wrapped__()
    assert before == edition.checks_sha256.__wrapped__() == edition.checks_sha256()
    style, rule = root / "page" / "style.py", root / "rules" / "patients.py"
    style.write_text("x", encoding="utf-8")
    rule.write_bytes(rule.read_bytes().replace(b"\n", b"\r\n"))
    assert edition.checks_sha256.__wrapped__() == before
    rule.write_bytes(rule.read_bytes() + b"#")
    assert edition.checks_sha256.__wrapped__() != before
