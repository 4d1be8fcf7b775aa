"""Checking a table that a test writes down as text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.check import check_files
from provisioning.disclosure.model import Finding
from provisioning.disclosure.rules import Pack

Check = Callable[..., list[Finding]]


@pytest.fixture
def check() -> Check:
    """All findings of one CSV file."""

    def run(text: str, pack: Pack | None = None, name: str = "table.csv") -> list[Finding]:
        return list(check_files([(name, text.encode("utf-8"))], pack or Pack()).findings)

    return run


@pytest.fixture
def told(check: Check) -> Callable[..., list[tuple[str, str, str]]]:
    """The findings in short: (rule, verdict, cell)."""

    def run(text: str, pack: Pack | None = None, name: str = "table.csv") -> list[tuple[str, str, str]]:
        return [(f.rule, f.verdict, f.cell) for f in check(text, pack, name)]

    return run
