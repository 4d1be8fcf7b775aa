"""Documents cannot drift: every `hic` line in them is a command that exists, with options that exist."""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from provisioning.cli.main import cli
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def lines_of(page: Path) -> list[str]:
    """The `hic` command lines in the code blocks of a page, continued lines joined."""
    blocks = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8"))).replace("\\\n", " ")
    lines = (line.strip().removeprefix("$ ") for line in blocks.splitlines())
    return [line.partition("  #")[0].strip() for line in lines if line.startswith("hic ")]


COMMAND_LINES = [(page.name, line) for page in PAGES for line in lines_of(page)]


def test_there_are_commands_in_every_page() -> None:
    assert {name for name, _line in COMMAND_LINES} >= {"README.md", "operator.md", "researcher.md", "reviewer.md"}


@pytest.mark.parametrize(("page", "line"), COMMAND_LINES)
def test_commands_in_documents_parse(page: str, line: str) -> None:
    command: click.Command = cli
    context = click.Context(cli, info_name="hic")
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group):
        _values, words, _order = command.make_parser(context).parse_args(list(words))
        if not words:
            return
        child = command.get_command(context, words.pop(0))
        assert child is not None, line
        command, context = child, click.Context(child, parent=context)
    values, left, _order = command.make_parser(context).parse_args(list(words))
    assert not left, line
    required = [parameter for parameter in command.params if parameter.required]
    assert all(values.get(parameter.name) not in (None, ()) for parameter in required), line


CITED = re.compile(r"\b(?:CRED|DATA|ENV|FEE|FLOW|HIC|LIFE|PUB|REV|VOC)-\d{1,2}[a-z]?(?![\w-])")
SPEAKING = {".py", ".md", ".sh", ".ps1", ".yaml", ".csv", ".po"}


def test_every_rule_that_is_cited_is_explained() -> None:
    page = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| (\S+) \|", page, re.MULTILINE))
    folders = ("docs", "examples", "infra", "provisioning", "scripts")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in SPEAKING]
    cited = {id for path in (*ROOT.glob("*.md"), *files) for id in CITED.findall(path.read_text(encoding="utf-8"))}
    assert len(cited) > 80
    # A whole family is cited by its number where parts of it carry letters.
    assert sorted(id for id in cited if not any(known.startswith(id) for known in explained)) == []


def test_answers_to_satre_lead_somewhere() -> None:
    with (ROOT / "docs" / "satre.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    for row in rows:
        assert row["answer"] in ("met", "helps", "open"), row
        assert row["answer"] == "open" or (row["how"] and (ROOT / row["where"]).exists()), row


@pytest.mark.slow
@pytest.mark.parametrize("script", ["generate_docs.py", "catalogue.py"])
def test_generated_pages_and_catalogue_are_up_to_date(script: str) -> None:
    argument = "--check" if script == "generate_docs.py" else "check"
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, argument], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_relative_links_lead_somewhere() -> None:
    for page in [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)
