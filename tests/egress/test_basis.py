"""What the author declares and the populations are frozen with a request, and every later check rests on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.egress.basis import Basis, basis_of, read_basis
from provisioning.egress.drafting import Context, add_files, begin
from provisioning.egress.model import Choice, Request
from provisioning.egress.release import release
from provisioning.egress.review import decide, fetch_for_review, look
from provisioning.egress.submission import Desk, Draft, recheck, submit, submit_draft
from provisioning.errors import BadInput, Refused

TABLE = "群,甲,乙,丙\nA,20,30,50\nB,-,40,46\nC,25,15,40\n"
SAYS = "tables:\n  - file: table.csv\n    counts: patients\n    totals:\n      - {line: D, of: ['B:C']}\n"
TOWNS = "市区町村,患者数\n大市,10\n中町,19\n"
POPULATIONS = Path(__file__).parents[1] / "disclosure" / "populations.csv"
Table = Callable[..., Path]


@pytest.fixture
def file_with(
    desk: Desk, registered: Approval, researcher: Actor, table: Table, tmp_path: Path
) -> Callable[..., Request]:
    """File a table with a declaration and populations."""

    def file(text: str, says: str = "", populations: Path | None = None) -> Request:
        declaration = tmp_path / "tables.yaml"
        declaration.write_text(says, encoding="utf-8")
        basis = read_basis(declaration if says else None, populations)
        draft = Draft(registered.id, (table(text),), "表1", "学会発表", self_checked=True, basis=basis)
        return submit(desk, researcher, draft)[0]

    return file


def found(desk: Desk, reviewer: Actor, request: Request) -> list[tuple[str, str]]:
    return [(f["rule"], f["cell"]) for f in look(desk, reviewer, request.id)[1]["findings"] if f["verdict"] == "fail"]


def test_a_declared_total_is_attacked_when_filed_and_when_checked_again(
    desk: Desk, file_with: Callable[..., Request], reviewer: Actor
) -> None:
    request = file_with(TABLE, SAYS)
    assert found(desk, reviewer, request) == [("PUB-22", "B3")]
    again, _report = recheck(desk, reviewer, request.id)
    assert (again.fail, again.declaration) == (1, request.declaration)
    assert request.subject["declaration"]["file"] == "tables.yaml"
    assert basis_of(desk.bucket, request).declaration == ("tables.yaml", SAYS.encode())


def test_populations_are_frozen_too(desk: Desk, file_with: Callable[..., Request], reviewer: Actor) -> None:
    request = file_with(TOWNS, populations=POPULATIONS)
    assert found(desk, reviewer, request) == [("PUB-2", "B3")]
    assert file_with(TOWNS.replace("19", "20"), populations=POPULATIONS).fail == 0


def test_a_changed_declaration_stops_every_decision(
    desk: Desk, bucket: ObjectStore, file_with: Callable[..., Request], reviewer: Actor
) -> None:
    request = file_with(TABLE, SAYS)
    assert request.declaration
    bucket.put_bytes(request.declaration.key, b"tables: []")
    with pytest.raises(Refused, match="changed after submission"):
        decide(desk, reviewer, request.id, Choice.RETURN, "r")


@pytest.mark.parametrize(
    "basis",
    [
        Basis(declaration=("tables.yaml", b"tables:\n  - {file: other.csv, counts: patients}\n")),
        Basis(declaration=("tables.yaml", "表".encode("cp932"))),
        Basis(populations=("p.csv", b"code\n1\n")),
    ],
)
def test_a_basis_that_does_not_fit_stores_nothing(
    basis: Basis, desk: Desk, registered: Approval, researcher: Actor, table: Table
) -> None:
    draft = Draft(registered.id, (table(TABLE),), "表1", "学会発表", self_checked=True, basis=basis)
    with pytest.raises(BadInput):
        submit(desk, researcher, draft)
    assert desk.bucket.list() == []


def test_a_draft_is_filed_with_a_declaration(
    desk: Desk, registered: Approval, researcher: Actor, reviewer: Actor, table: Table, tmp_path: Path
) -> None:
    draft = begin(desk, researcher, registered.id, Context("表1", "学会発表"))
    add_files(desk, researcher, draft.id, [table(TABLE)])
    basis = Basis(declaration=("tables.yaml", SAYS.encode()))
    request, _report = submit_draft(desk, researcher, draft.id, self_checked=True, basis=basis)
    assert found(desk, reviewer, request) == [("PUB-22", "B3")]
    saved = fetch_for_review(desk, reviewer, request.id, tmp_path / "seen")
    assert [path.name for path in saved] == ["table.csv", "tables.yaml"]


def test_the_register_keeps_what_was_declared(
    desk: Desk, file_with: Callable[..., Request], reviewer: Actor, second_reviewer: Actor, operator: Actor
) -> None:
    request = file_with(TABLE, SAYS)
    for one in (reviewer, second_reviewer):
        decide(desk, one, request.id, Choice.APPROVE, "ok", "deviation")
    release(desk, operator, request.id)
    kept = json.loads(desk.bucket.read(f"egress/register/{request.id}.json"))["tables"][0]
    assert kept["totals"] == [["D", ["B:C"]]]
