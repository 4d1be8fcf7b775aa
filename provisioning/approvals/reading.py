"""From an approval file to the model: every mistake at once, each with its line."""

from __future__ import annotations

from pathlib import Path

from provisioning.approvals.model import Approval
from provisioning.errors import BadInput
from provisioning.lined_yaml import parse_lined, read_text
from provisioning.messages import _


def read_approval(path: Path) -> Approval:
    """The approval in a YAML file. Raises BadInput that lists every mistake with line and fix."""
    return parse_approval(read_text(path), str(path))


def parse_approval(text: str, name: str = "approval") -> Approval:
    """The approval in YAML text; `name` stands before the line numbers of mistakes."""
    nothing = BadInput(
        _("{name} holds no approval.").format(name=name), fix=_("Start from a file in examples/ and fill it in.")
    )
    return parse_lined(text, name, Approval, nothing)
