"""Whatever is refused to an operator says the way out: a fix of its own, or problems that carry theirs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDERS = ("provisioning/approvals", "provisioning/environments", "infra")
PLACES = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.py"))]
PLACES += [ROOT / "provisioning" / name for name in ("lined_yaml.py", "settings.py", "actors.py")]
PLACES += [*sorted((ROOT / "provisioning" / "cli").glob("env*.py")), ROOT / "provisioning/cli/change_options.py"]
PROPOSAL = "change_service.py"  # its problems are what differs; the refusal around them has the fix
REFUSALS = ("Refused", "BadInput", "Conflict")


def without_a_way_out(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = {keyword.arg for keyword in node.keywords}
            if node.func.id in REFUSALS and not given & {"fix", "problems"}:
                yield f"{path.name}:{node.lineno}"
            if node.func.id == "Problem" and path.name != PROPOSAL and len(node.args) + len(given) < 3:
                yield f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("path", PLACES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_refusal_says_the_way_out(path: Path) -> None:
    assert list(without_a_way_out(path)) == []


def test_one_without_it_would_be_found(tmp_path: Path) -> None:
    text = 'raise Refused(_("no"))\nraise Refused(_("no"), fix=_("do"))\nProblem("a", "b")\n'
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    assert list(without_a_way_out(tmp_path / "a.py")) == ["a.py:1", "a.py:3"]
