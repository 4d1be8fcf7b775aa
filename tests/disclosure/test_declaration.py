"""`tables.yaml`: drafted, read with every mistake at its line, and used instead of guessing."""

from __future__ import annotations

import pytest

from provisioning.disclosure.check import check_files
from provisioning.disclosure.declaration import parse_declaration
from provisioning.disclosure.describe import draft
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.model import Finding
from provisioning.disclosure.rules import Pack
from provisioning.errors import BadInput

TABLE = "性別,A群,B群,計\n男,100,5,105\n女,40,60,100\n計,140,65,205\n"


def found(declared: str, text: str = TABLE) -> list[Finding]:
    return list(check_files([("a.csv", text.encode())], Pack(), ("tables.yaml", declared)).findings)


def test_a_draft_says_what_was_inferred_and_reads_back() -> None:
    documents = read_documents([("a.csv", TABLE.encode())])
    text = draft(documents)
    assert "counts: patients  # inferred" in text
    assert 'dimensions: ["性別"]' in text
    assert '- {line: "4", of: ["2:3"]}' in text
    assert '- {line: "D", of: ["B:C"]}' in text
    declaration = parse_declaration(text, "tables.yaml", documents)
    assert declaration.tables[0].totals[1].line == "D"


@pytest.mark.parametrize("name", ["a.csv", "b/表.csv"])
def test_every_draft_of_several_files_reads_back(name: str) -> None:
    other = '"x: ""#[",n,割合\n1,20,0.5\n\n注射薬\n\n名称,処方数量\nA,500\n'
    documents = read_documents([(name, TABLE.encode()), ("c.csv", other.encode())])
    assert len(parse_declaration(draft(documents), "t.yaml", documents).tables) == 3


def test_a_declaration_takes_the_place_of_guessing() -> None:
    (guessed,) = check_files([("a.csv", TABLE.encode())], Pack()).findings
    assert (guessed.rule, guessed.inferred) == ("PUB-1", True)
    (told,) = found("tables:\n  - {file: a.csv, counts: patients}\n")
    assert (told.rule, told.cell, told.inferred) == ("PUB-1", "C2", False)
    assert [f.rule for f in found("tables:\n  - {file: a.csv, counts: institutions}\n")] == ["READ-2"]


def test_a_column_declared_to_be_milder_is_shown_to_the_reviewer() -> None:
    text = "tables:\n  - file: a.csv\n    counts: patients\n    columns: [{column: C, is: label}]\n"
    milder, left = found(text)
    assert (milder.rule, milder.verdict) == ("READ-2", "review")
    assert "B群 (patients → label)" in milder.reason
    assert (left.rule, left.verdict, left.cell) == ("PUB-21", "review", "B2")


def test_the_declared_route_decides_the_limit() -> None:
    drugs = "医薬品名,処方数量\nA,500\n"
    assert [f.rule for f in found("tables:\n  - {file: a.csv, counts: drug quantity}\n", drugs)] == ["PUB-6"]
    told = "tables:\n  - {file: a.csv, counts: drug quantity, route: injection}\n"
    assert found(told, drugs) == []


def test_a_total_that_does_not_add_up_is_reviewed() -> None:
    text = (
        "tables:\n  - file: a.csv\n    counts: patients\n    totals: [{line: D, of: ['B:C']}, {line: 4, of: ['2:3']}]\n"
    )
    assert [f.rule for f in found(text)] == ["PUB-1"]
    wrong = found(text, TABLE.replace("女,40,60,100", "女,40,60,101"))
    assert [f.rule for f in wrong] == ["READ-2", "READ-2", "PUB-1"]
    assert "Line D" in wrong[0].reason


MISTAKES = """tables:
  - file: b.csv
    counts: patients
  - file: a.csv
    counts: patiens
    colums: []
    columns:
      - {column: b, is: label}
"""
MISFITS = """tables:
  - file: b.csv
    counts: patients
  - file: a.csv
    counts: patients
    columns:
      - {column: Z, is: label}
      - {column: B, is: statistic, numerator: C}
    totals:
      - {line: D, of: ["2:3"]}
      - {line: D, of: ["B:D"]}
      - {line: 9, of: ["2:3"]}
  - file: a.csv
    counts: patients
"""


def problems(text: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        found(text)
    return [problem.where.split(" ")[0] for problem in caught.value.problems]


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    assert problems(MISTAKES) == ["tables.yaml:5", "tables.yaml:6", "tables.yaml:8"]
    assert problems(MISFITS) == [f"tables.yaml:{n}" for n in (2, 7, 8, 10, 11, 12, 13)]
    assert problems("tables: [\n") == ["tables.yaml:2"]
    assert problems("tables: []\n") == ["tables.yaml:1"]


@pytest.mark.parametrize("text", ["", "- a\n", "# nothing\n"])
def test_a_declaration_without_tables_says_how_to_start(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        found(text)
    assert "hic egress describe" in caught.value.fix
